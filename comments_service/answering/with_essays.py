"""Answering with an essay: once it is published, the readers whom it answers are told where they asked."""

from comments_service import answering
from comments_service.database import Database
from comments_service.keys import Keys
from comments_service.models import Comment, NewReply, Page, Person, Role, State, Undertaking
from comments_service.settings import Settings
from comments_service.store import comments, essay_answers, pages, people

_CAN_BE_ANSWERED = {State.PUBLISHED, State.HELD}


def tell(db: Database, settings: Settings, keys: Keys, page: Page) -> tuple[str, ...]:
    """Tell the readers whom an essay answers, and who were not told yet; returns their names.

    The author's word stands under the first of them and answers the others as well (`Undertaking.also`): it closes
    their turns like any answer, and publishes what was held. It is kept in one transaction with the note that they
    were told, so that nobody is told twice, however often this runs. Raises Problem as any answer does.
    """
    with db.transaction():
        before = essay_answers.told(db, page.path)
        found = [comments.find(db, one) for one in page.in_reply_to if one not in before]
        asked = [one for one in found if one and not one.by_author and one.state in _CAN_BE_ANSWERED]
        if not asked:
            return ()
        first, also = asked[0], tuple(one.id for one in asked[1:])
        new = NewReply(page=first.page, parent=first.id, text=_words(settings, page))
        author = _author(db, page, first)
        given = answering.answer(db, settings, keys, author, new, Undertaking(also=also))
        essay_answers.keep(db, page.path, [one.id for one in asked], given.accepted.comment.id)
    return tuple(dict.fromkeys(one.name for one in asked))


def _words(settings: Settings, page: Page) -> str:
    """The essay's own words to those whom it answers, and where it stands."""
    said = page.facts.get("reply_note") or "I have answered this with an essay."
    title = page.title.replace("[", "\\[").replace("]", "\\]")
    return f"{said}\n\n[{title}]({settings.url}{page.path})"


def _author(db: Database, page: Page, asked: Comment) -> Person:
    """Who wrote the essay, if they speak as an author where they were asked; otherwise the owner."""
    there, accounts = pages.find(db, asked.page), people.accounts(db)
    owner = next(one for one in accounts if one.role is Role.OWNER)
    own = (one for one in accounts if one.name in page.authors and there and there.is_answered_by(one))
    return next(own, owner)

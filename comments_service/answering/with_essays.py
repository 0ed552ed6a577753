"""Answering with an essay: once it is published, the readers whom it answers are told where they asked."""

from dataclasses import dataclass

from comments_service import answering
from comments_service.database import Database
from comments_service.errors import Problem
from comments_service.keys import Keys
from comments_service.models import Comment, NewReply, Page, Person, Role, State, Undertaking
from comments_service.settings import Settings
from comments_service.store import comments, essay_answers, pages, people

_CAN_BE_ANSWERED = {State.PUBLISHED, State.HELD}


@dataclass(frozen=True, slots=True)
class Told:
    """What came of an essay that answers readers: whom it told now, by name, and why it could not, if it could not."""

    page: Page
    names: tuple[str, ...]
    problem: str = ""


def tell(db: Database, settings: Settings, keys: Keys) -> list[Told]:
    """Tell, for every essay of the site, the readers whom it answers and who were not told yet.

    The author's word stands under the first of them and answers the others as well (`Undertaking.also`): it closes
    their turns like any answer, and publishes what was held. It is kept in one transaction with the note that they
    were told, so that nobody is told twice, however often this runs.
    """
    accounts = people.accounts(db)
    return [
        told for page in pages.every(db) if page.in_reply_to and (told := _tell(db, settings, keys, page, accounts))
    ]


def _tell(db: Database, settings: Settings, keys: Keys, page: Page, accounts: list[Person]) -> Told | None:
    with db.transaction():
        before = essay_answers.told(db, page.path)
        found = [comments.find(db, one) for one in page.in_reply_to if one not in before]
        asked = [one for one in found if one and not one.by_author and one.state in _CAN_BE_ANSWERED]
        if not asked:
            return None
        first, also = asked[0], tuple(one.id for one in asked[1:])
        new = NewReply(page=first.page, parent=first.id, text=_words(settings, page))
        try:
            with db.attempt():
                author = _author(db, page, first, accounts)
                given = answering.answer(db, settings, keys, author, new, Undertaking(also=also))
        except Problem as problem:
            return Told(page, (), problem.message)
        essay_answers.keep(db, page.path, [one.id for one in asked], given.accepted.comment.id)
        return Told(page, _names(asked))


def _words(settings: Settings, page: Page) -> str:
    """The essay's own words to those whom it answers, and where it stands."""
    said = page.facts.get("reply_note") or "I have answered this with an essay."
    title = page.title.replace("[", "\\[").replace("]", "\\]")
    return f"{said}\n\n[{title}]({settings.url}{page.path})"


def _author(db: Database, page: Page, asked: Comment, accounts: list[Person]) -> Person:
    """Who wrote the essay, if they speak as an author where they were asked; otherwise the owner."""
    there = pages.find(db, asked.page)
    owner = next(one for one in accounts if one.role is Role.OWNER)
    own = (one for one in accounts if one.name in page.authors and there and there.is_answered_by(one))
    return next(own, owner)


def _names(asked: list[Comment]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.name for one in asked))

"""Answering: what the author's answer takes of posting and of moderation at once, for every door that takes answers."""

from dataclasses import dataclass

from comments_service import moderation, posting, rendering
from comments_service.database import Database
from comments_service.errors import conflict, not_found
from comments_service.keys import Keys
from comments_service.models import Comment, NewReply, Person, Speaker, State, Undertaking, Verb
from comments_service.settings import Settings
from comments_service.store import comments, events


@dataclass(frozen=True, slots=True)
class Answer:
    """The stored answer, and whether it published the held reply that it answers."""

    accepted: posting.Accepted
    published_parent: bool


_NOTHING_MORE = Undertaking()


def answer(
    db: Database,
    settings: Settings,
    keys: Keys,
    account: Person,
    new: NewReply,
    undertaking: Undertaking = _NOTHING_MORE,
) -> Answer:
    """Keep an account's answer. An answer to held replies publishes them: all or nothing.

    Raises Problem as `posting.accept` and `moderation.decide` do.
    """
    with db.transaction():
        if new.parent and undertaking.seen is not None:
            _nobody_was_quicker(db, new.parent, undertaking.seen, account)
        held = [
            found.id
            for answered in filter(None, (new.parent, *undertaking.also))
            if (found := comments.find(db, answered)) and found.state is State.HELD
        ]
        if new.parent in held and undertaking.seen is not None:
            _nothing_was_changed(db, new.parent, undertaking.seen)
        for one in held:
            moderation.decide(db, one, Verb.APPROVE, account)
        accepted = posting.accept(db, settings, keys, Speaker(account=account), new, undertaking)
        return Answer(accepted, published_parent=new.parent in held)


def _nobody_was_quicker(db: Database, comment_id: str, seen: int, account: Person) -> None:
    """Two authors who answer the same reader at once are told before they send."""
    comment = comments.find(db, comment_id)
    answer = comment and events.answered_since(db, comment.conversation, seen, besides=account.id)
    quicker = comments.find(db, answer) if answer else None
    if comment and quicker:
        raise conflict(
            f"{quicker.name} has answered {comment.name} while you were writing:"
            f" “{rendering.excerpt(quicker.html, 140)}” Your words are still here: send them as well, or leave it."
        )


def _nothing_was_changed(db: Database, comment_id: str, seen: int) -> None:
    """What an answer publishes is what was read."""
    comment = comments.find(db, comment_id)
    if comment and events.edited_since(db, comment, seen):
        raise conflict(
            f"{comment.name} changed these words while you were writing. Read them again: your answer is still here,"
            " and publishes them."
        )


def answer_to(  # noqa: PLR0917 -- the account, whom it answers, and the words
    db: Database,
    settings: Settings,
    keys: Keys,
    account: Person,
    comment_id: str,
    text: str,
    undertaking: Undertaking = _NOTHING_MORE,
) -> Answer:
    """The same, from where only the comment and the words are known: the shell, the desk."""
    parent: Comment | None = comments.find(db, comment_id)
    if parent is None:
        raise not_found("reply")
    return answer(db, settings, keys, account, NewReply(page=parent.page, text=text, parent=parent.id), undertaking)

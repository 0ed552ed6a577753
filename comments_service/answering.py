"""Answering: what the author's answer takes of posting and of moderation at once, for every door that takes answers."""

from dataclasses import dataclass

from comments_service import moderation, posting
from comments_service.database import Database
from comments_service.errors import not_found
from comments_service.keys import Keys
from comments_service.models import Comment, NewReply, Person, Speaker, State, Verb
from comments_service.settings import Settings
from comments_service.store import comments


@dataclass(frozen=True, slots=True)
class Answer:
    """The stored answer, and whether it published the held reply that it answers."""

    accepted: posting.Accepted
    published_parent: bool


def answer(
    db: Database, settings: Settings, keys: Keys, account: Person, new: NewReply, *, network: str = ""
) -> Answer:
    """Keep an account's answer. An answer to a held reply publishes that reply: both or neither.

    Raises Problem as `posting.accept` and `moderation.decide` do.
    """
    with db.transaction():
        parent = comments.find(db, new.parent) if new.parent else None
        held = parent is not None and parent.state is State.HELD
        if parent is not None and held:
            moderation.decide(db, parent.id, Verb.APPROVE, account)
        speaker = Speaker(account=account, network=network)
        return Answer(posting.accept(db, settings, keys, speaker, new), published_parent=held)


def answer_to(db: Database, settings: Settings, keys: Keys, account: Person, comment_id: str, text: str) -> Answer:
    """The same, from where only the comment and the words are known: the shell, the desk."""
    parent: Comment | None = comments.find(db, comment_id)
    if parent is None:
        raise not_found("reply")
    return answer(db, settings, keys, account, NewReply(page=parent.page, text=text, parent=parent.id))

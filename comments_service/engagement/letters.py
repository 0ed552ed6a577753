"""Form letters: whether an author is about to say to one reader what was said to another."""

from collections.abc import Iterable

from comments_service import ids, ledger, texts
from comments_service.database import Database
from comments_service.keys import Keys
from comments_service.models import Comment
from comments_service.store import comments, conversations, events

_DAYS = 30


def said_to_another(db: Database, keys: Keys, comment: Comment, text: str) -> str | None:
    """The name of somebody else to whom these words were sent within 30 days, if sending them again answers nobody.

    `comment` is what the text is to answer. A short note may repeat where nothing was asked. The name is empty where
    nobody knows it any more.
    """
    reader = _addressee(db, comment)
    if reader is None:
        return None
    try:
        found = ledger.features(texts.clean(text), key=keys.fingerprints, names=[reader.name])
    except ValueError:
        return None
    conversation = conversations.find(db, reader.conversation)
    asks = conversation is not None and conversation.asks != ""
    if not found.letters or not (found.long or asks):
        return None
    other = events.said_to_another(db, found.words, reader.person or "", since=ids.now(days=-_DAYS))
    return None if other is None else _name(db, other)


def says_the_same(keys: Keys, comment: Comment, text: str, saved: Iterable[str]) -> bool:
    """Whether a text is, but for spaces, signs and the reader's name, one of the `saved` ones (filled in) as it is."""

    def words(of: str) -> str:
        return ledger.features(of, key=keys.fingerprints, names=[comment.name]).words

    try:
        said = words(texts.clean(text))
    except ValueError:
        return False
    return said != "" and any(words(one) == said for one in saved)


def _addressee(db: Database, comment: Comment) -> Comment | None:
    """The nearest reader, from a comment upwards."""
    above: Comment | None = comment
    while above is not None and above.by_author:
        above = comments.find(db, above.parent) if above.parent else None
    return above


def _name(db: Database, answer: str) -> str:
    sent = comments.find(db, answer)
    reader = _addressee(db, sent) if sent else None
    return reader.name if reader else ""

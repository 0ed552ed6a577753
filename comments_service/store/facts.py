"""Facts about comments: what happened to one changes every page on which it stands, or on which it answered."""

from comments_service import ids
from comments_service.database import Database
from comments_service.models import Comment
from comments_service.store import events, outbox, pages


def happened(db: Database, fact: str, comment: Comment, *, seen: bool) -> None:
    """Write a fact, for each page that it concerns, in the transaction of what it tells of.

    `seen` says that something changes which readers see there. All of it is one `occurrence`, by whose id whoever must
    not tell of it twice knows it again.
    """
    occurrence = ids.new_id()
    for path in events.pages_of(db, comment):
        if seen:
            pages.touch(db, path)
        outbox.put(db, fact, comment.id, page=path, occurrence=occurrence)

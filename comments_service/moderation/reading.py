"""Reading: the worker keeps the words of every comment in the form in which moderators search them."""

from collections.abc import Sequence

from comments_service import ledger, screening, searching
from comments_service.database import Database, Row
from comments_service.store import outbox, searchable
from comments_service.store.searchable import Searchable

# So many at a time, so that nobody who writes waits for long.
_PORTION = 500
UNREAD = "words.unread"


def read(db: Database, comments: Sequence[str]) -> None:
    """Keep the words of these comments as they are now, but of those that were withdrawn."""
    with db.transaction():
        for row in searchable.held(db, comments):
            searchable.keep(db, _read(row))


def read_on(db: Database) -> None:
    """Keep the words of the next comments that nobody has read yet; a fact says so if there are more."""
    found = searchable.unread(db, limit=_PORTION)
    read(db, found)
    if len(found) == _PORTION:
        look_for_unread(db)


def look_for_unread(db: Database) -> None:
    """Write a fact if words are still to be read: after an import, a restore, or a change of the schema."""
    if searchable.missing(db):
        with db.transaction():
            outbox.put(db, UNREAD, "")


def _read(row: Row) -> Searchable:
    return Searchable(
        comment=row["id"],
        words=searching.kept(row["name"], row["text"], row["website"]),
        name=searching.kept(row["name"]),
        asks=row["wants_answer"] == "yes" or ledger.features(row["text"], key=b"").question,
        links=screening.links(row["html"]) + bool(row["website"]),
    )

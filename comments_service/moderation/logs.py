"""The log: who decided and did what, newest first; two tables, read as one."""

from collections.abc import Sequence

from comments_service.database import Database
from comments_service.models import Decision
from comments_service.store import acts, decisions
from comments_service.store.acts import Act

Line = Decision | Act


def lines(
    db: Database, *, by: str = "", what: str = "", private: bool = True, before: str = "~", limit: int
) -> list[Line]:
    """The newest lines before the id `before`: by one account or by all, of one kind (`what`) or of all.

    `what` is the verb of decisions (`spam`, `undo`), or kind and verb of acts (`comment.move`).

    With `private=False` nothing is told about what a reader wrote for the author only, and of acts only those about
    comments.
    """
    kind, _, verb = what.rpartition(".")
    found: list[Line] = []
    if not kind:
        verbs = [verb] if verb else None
        found += decisions.lines(db, by=by, verbs=verbs, private=private, before=before, limit=limit)
    found += acts.lines(db, by=by, kind=kind, verb=verb, private=private, before=before, limit=limit)
    return _newest(found, limit)


def about(db: Database, comment: str, *, limit: int = 50) -> list[Line]:
    """The newest lines about one comment."""
    return _newest(
        [
            *decisions.latest(db, comment=comment, limit=limit),
            *acts.latest(db, kind="comment", subject=comment, limit=limit),
        ],
        limit,
    )


def about_people(db: Database, people: Sequence[str], *, private: bool, limit: int) -> list[Line]:
    """The newest lines about these people and what they wrote."""
    return _newest(
        [
            *decisions.lines(db, people=people, private=private, limit=limit),
            *acts.about(db, people, private=private, limit=limit),
        ],
        limit,
    )


def _newest(found: list[Line], limit: int) -> list[Line]:
    """Ids are of one kind in both tables, and sort by age."""
    return sorted(found, key=lambda line: line.id, reverse=True)[:limit]

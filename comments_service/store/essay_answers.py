"""Which readers were told that an essay answers them, so that nobody is told twice."""

from collections.abc import Iterable

from comments_service import ids
from comments_service.database import Database


def told(db: Database, page: str) -> set[str]:
    """The ids of the comments under which it was said that the essay at `page` answers them."""
    rows = db.rows("SELECT comment FROM essay_answers WHERE page = :page ORDER BY comment", page=page)
    return {row["comment"] for row in rows}


def keep(db: Database, page: str, comments: Iterable[str], answer: str) -> None:
    """Note that the author's comment `answer` told these readers, in the transaction in which it is kept."""
    for comment in comments:
        db.insert("essay_answers", {"page": page, "comment": comment, "answer": answer, "at": ids.now()})

"""Publications: what readers were told of each essay, once each, whatever happens to it later."""

from collections.abc import Sequence

from comments_service.database import Database, Row


def prints(db: Database) -> dict[str, str]:
    """The essays that were ever published, each with the fingerprint of its words as they were told of last."""
    return {row["page"]: row["print"] for row in db.rows("SELECT page, print FROM publications ORDER BY page")}


def note(db: Database, page: str, print_: str, *, at: str) -> None:
    """Remember that readers were told of an essay, or of its new words; when it was published first, stays."""
    db.execute(
        """INSERT INTO publications (page, at, print) VALUES (:page, :at, :print)
           ON CONFLICT (page) DO UPDATE SET print = excluded.print""",
        page=page,
        at=at,
        print=print_,
    )


def every(db: Database) -> list[Row]:
    """All that is remembered, to be carried into a restored database."""
    return db.rows("SELECT page, at, print FROM publications ORDER BY page")


def carry_over(db: Database, rows: Sequence[Row]) -> None:
    """Remember what another state of the same house remembers; essays that are unknown here are passed over."""
    known = {row["path"] for row in db.rows("SELECT path FROM pages")}
    for row in rows:
        if row["page"] in known:
            note(db, row["page"], row["print"], at=row["at"])

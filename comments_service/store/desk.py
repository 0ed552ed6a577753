"""The desk's lists of comments: by state, the newest first; standing and not answered; held, by page."""

import dataclasses

from comments_service.database import Database, Row
from comments_service.models import Comment, State

_COLUMNS = ", ".join(f"comments.{field.name}" for field in dataclasses.fields(Comment))


def newest(db: Database, state: State, *, before: str = "~", limit: int) -> list[Comment]:
    """Comments in one state that are older than the comment `before`, newest first."""
    rows = db.rows(
        f"SELECT {_COLUMNS} FROM comments WHERE state = :state AND id < :before ORDER BY id DESC LIMIT :limit",  # noqa: S608
        state=state, before=before, limit=limit,
    )  # fmt: skip
    return [_known(row) for row in rows]


def unanswered(db: Database, *, limit: int) -> list[Comment]:
    """Readers' published words, private ones too, to which no account has answered directly; newest first."""
    rows = db.rows(
        f"""SELECT {_COLUMNS} FROM comments JOIN pages ON pages.path = comments.page AND pages.gone_at IS NULL
            WHERE comments.state = 'published' AND comments.author IS NULL AND NOT EXISTS (
                SELECT 1 FROM comments AS answer
                WHERE answer.parent = comments.id AND answer.author IS NOT NULL AND answer.state = 'published'
            ) ORDER BY comments.id DESC LIMIT :limit""",  # noqa: S608
        limit=limit,
    )
    return [_known(row) for row in rows]


def held_by_page(db: Database) -> dict[str, int]:
    """How many replies wait for a look on each page; pages without any are left out."""
    rows = db.rows("SELECT page, count(*) AS number FROM comments WHERE state = 'held' GROUP BY page ORDER BY page")
    return {row["page"]: row["number"] for row in rows}


def _known(row: Row) -> Comment:
    return Comment(**row | {"state": State(row["state"])})

"""Transfers: what leaves for other programs, portion by portion, and what comes from another house."""

import dataclasses
import json

from comments_service.database import Database
from comments_service.models import Comment, Decision, Page, PublicComment, State, Verb

_COMMENT = ", ".join(f"comments.{field.name}" for field in dataclasses.fields(Comment))
_PUBLIC = ", ".join(f"comments.{field.name}" for field in dataclasses.fields(PublicComment))
_DECISION = ", ".join(field.name for field in dataclasses.fields(Decision))


def public_changes(db: Database, *, since: str, after: str, limit: int) -> list[tuple[PublicComment, str]]:
    """The next comments after the id `after` that a copy of the site has to know, each with its Markdown; oldest first.

    These are the public ones that were published, edited, withdrawn, decided upon or moved since a moment, whether they
    stand or no longer do, and every empty place that keeps answers together. Private ones and those never seen are left
    out.
    """
    rows = db.rows(
        f"""SELECT {_PUBLIC}, comments.text FROM comments
            JOIN pages ON pages.path = comments.page AND pages.gone_at IS NULL
            WHERE comments.id > :after AND private_at IS NULL AND (
                published_at IS NOT NULL AND (
                    published_at >= :since OR edited >= :since OR redacted_at >= :since OR withdrawn_at >= :since
                    OR EXISTS (SELECT 1 FROM decisions WHERE decisions.comment = comments.id AND at >= :since)
                    OR EXISTS (SELECT 1 FROM acts WHERE kind = 'comment' AND subject IN (comments.id, comments.root)
                               AND at >= :since))
                OR state <> 'published' AND EXISTS (
                    SELECT 1 FROM comments AS child
                    WHERE child.parent = comments.id AND child.private_at IS NULL AND child.published_at IS NOT NULL))
            ORDER BY comments.id LIMIT :limit""",  # noqa: S608 -- the columns are ours
        since=since,
        after=after,
        limit=limit,
    )
    texts = [str(row.pop("text")) for row in rows]
    return [
        (PublicComment(**row | {"state": State(row["state"])}), text) for row, text in zip(rows, texts, strict=True)
    ]


def portion(db: Database, *, state: State | None, page: str, after: str, limit: int) -> list[Comment]:
    """The next comments after the id `after`, oldest first, in one state or all, on one page or all (empty)."""
    where = ("AND state = :state " if state else "") + ("AND page = :page" if page else "")
    rows = db.rows(
        f"SELECT {_COMMENT} FROM comments WHERE id > :after {where} ORDER BY id LIMIT :limit",  # noqa: S608 -- as above
        state=state,
        page=page,
        after=after,
        limit=limit,
    )
    return [Comment(**row | {"state": State(row["state"])}) for row in rows]


def decisions(db: Database, *, since: str, after: str, limit: int) -> list[Decision]:
    """The next lines of the log after the id `after`, made since a moment, oldest first."""
    rows = db.rows(
        f"SELECT {_DECISION} FROM decisions WHERE id > :after AND at >= :since ORDER BY id LIMIT :limit",  # noqa: S608 -- as above
        since=since,
        after=after,
        limit=limit,
    )
    return [
        Decision(**row | {"verb": Verb(row["verb"]), "before": State(row["before"]), "after": State(row["after"])})
        for row in rows
    ]


def add_page(db: Database, page: Page) -> None:
    """Keep a page that comments of another house stand on, unless it is known, on the site or off it."""
    row = dataclasses.asdict(page) | {"version": 0, "facts": json.dumps(page.facts, ensure_ascii=False, sort_keys=True)}
    columns, values = ", ".join(row), ", ".join(f":{name}" for name in row)
    db.execute(
        f"INSERT INTO pages ({columns}) VALUES ({values}) ON CONFLICT (path) DO NOTHING",  # noqa: S608 -- as above
        **row,
    )

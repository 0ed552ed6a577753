"""Pages: what the last build told of each essay, and the version of its conversation."""

import json
from collections.abc import Collection, Sequence
from dataclasses import replace

from comments_service import ids
from comments_service.database import Database, Row
from comments_service.models import Page
from comments_service.store import renames

_COLUMNS = """path, title, question, summary, language, published, modified, edition, conversation, closes_at,
    closed_at, version, facts"""


def find(db: Database, path: str) -> Page | None:
    """The page at `path`, or the one that stood there before it was renamed, unless it left the site."""
    found = _page(db.row(f"SELECT {_COLUMNS} FROM pages WHERE path = :path AND gone_at IS NULL", path=path))  # noqa: S608
    if found is None and (present := renames.present(db, path)):
        return _page(db.row(f"SELECT {_COLUMNS} FROM pages WHERE path = :path AND gone_at IS NULL", path=present))  # noqa: S608
    return found


def every(db: Database) -> list[Page]:
    """All pages of the site, newest first."""
    rows = db.rows(f"SELECT {_COLUMNS} FROM pages WHERE gone_at IS NULL ORDER BY published DESC, path")  # noqa: S608
    return [page for page in map(_page, rows) if page]


def named(db: Database, paths: Collection[str]) -> dict[str, Page]:
    """Those of these pages that are on the site, by their paths."""
    rows = db.rows(f"SELECT {_COLUMNS} FROM pages WHERE path IN (:paths) AND gone_at IS NULL", paths=["", *paths])  # noqa: S608
    return {page.path: page for page in map(_page, rows) if page}


def register(db: Database, page: Page, *, now: str) -> None:
    """Keep what a build tells of a page. Its version grows only if something that its conversation shows has changed.

    A build says whether a conversation is open or closed; one that was closed keeps its date, and that it has ended.
    """
    db.execute(
        """INSERT INTO pages (path, title, question, summary, language, published, modified, edition, conversation,
                              closes_at, closed_at, version, facts)
           VALUES (:path, :title, :question, :summary, :language, :published, :modified, :edition, :conversation,
                   :closes_at, :closed_at, 0, :facts)
           ON CONFLICT (path) DO UPDATE SET
               version = pages.version + CASE
                   WHEN pages.title IS DISTINCT FROM excluded.title
                     OR pages.question IS DISTINCT FROM excluded.question
                     OR pages.edition IS DISTINCT FROM excluded.edition
                     OR (pages.conversation = 'open') <> (excluded.conversation = 'open') THEN 1 ELSE 0 END,
               title = excluded.title, question = excluded.question, summary = excluded.summary,
               language = excluded.language, published = excluded.published, modified = excluded.modified,
               edition = excluded.edition, closes_at = excluded.closes_at, facts = excluded.facts, gone_at = NULL,
               changed_at = CASE WHEN pages.gone_at IS NOT NULL OR pages.title IS DISTINCT FROM excluded.title
                                 THEN :now ELSE pages.changed_at END,
               closed_at = CASE WHEN excluded.conversation = 'open' THEN NULL
                                ELSE coalesce(pages.closed_at, excluded.closed_at) END,
               conversation = CASE WHEN excluded.conversation = 'closed' AND pages.conversation = 'ended' THEN 'ended'
                                   ELSE excluded.conversation END""",
        now=now,
        **_row(page, now),
    )


def says_the_same(known: Page, page: Page) -> bool:
    """Whether a build tells of a page what is known of it, so that registering it would change nothing.

    Of conversations those that are open and stay so; whatever is to close, or closed, is looked at each time.
    """
    stays_open = known.conversation == "open" and known.closes_at is None
    return stays_open and replace(page, version=known.version) == known


def retire_others(db: Database, paths: Sequence[str], *, now: str) -> int:
    """Mark the pages that a build no longer holds; their conversations are kept."""
    return db.execute(
        "UPDATE pages SET gone_at = :now WHERE gone_at IS NULL AND path NOT IN (:paths)",
        now=now,
        paths=[*paths, ""],
    )


def close_due(db: Database, *, now: str, ends_before: str) -> list[str]:
    """Close the conversations whose time has come, end those closed before `ends_before`; returns their paths."""
    closed = db.rows(
        """UPDATE pages SET conversation = 'closed', closed_at = closes_at, version = version + 1
           WHERE conversation = 'open' AND closes_at <= :now AND gone_at IS NULL RETURNING path""",
        now=now,
    )
    ended = db.rows(
        """UPDATE pages SET conversation = 'ended', version = version + 1
           WHERE conversation = 'closed' AND closed_at <= :ends_before AND gone_at IS NULL RETURNING path""",
        ends_before=ends_before,
    )
    return sorted({row["path"] for row in closed + ended})


def title(db: Database, path: str) -> str:
    """What the essay at a path is called, also one that moved; the path where none is known there."""
    page = find(db, path)
    return page.title if page else path


def touch(db: Database, path: str) -> None:
    """Say that the conversation of a page changed."""
    db.execute("UPDATE pages SET version = version + 1, changed_at = :now WHERE path = :path", now=ids.now(), path=path)


def changed_at(db: Database, path: str | None) -> str:
    """When something that feeds tell of changed last, in one conversation or in any; empty if nobody noted it."""
    row = db.row(
        """SELECT max(changed_at) AS changed, max(gone_at) AS gone FROM pages
           WHERE :path IS NULL OR path = :path""",
        path=path,
    )
    return max((at for at in (row or {}).values() if at), default="")


def _row(page: Page, now: str) -> Row:
    closed = page.conversation == "closed" or (page.closes_at is not None and page.closes_at <= now)
    return {
        "path": page.path,
        "title": page.title,
        "question": page.question,
        "summary": page.summary,
        "language": page.language,
        "published": page.published,
        "modified": page.modified,
        "edition": page.edition,
        "conversation": "closed" if closed else "open",
        "closes_at": page.closes_at,
        "closed_at": (page.closes_at or now) if closed else None,
        "facts": json.dumps(page.facts, ensure_ascii=False, sort_keys=True),
    }


def _page(row: Row | None) -> Page | None:
    return None if row is None else Page(**row | {"facts": json.loads(row["facts"])})

"""Renames: an essay that moved to another address takes its conversation, its likes and its figures along."""

from collections.abc import Sequence

from comments_service import ids
from comments_service.database import Database


def former(db: Database) -> dict[str, str]:
    """Every address that an essay had, and the one that it has now."""
    return {row["path"]: row["page"] for row in db.rows("SELECT path, page FROM former_paths ORDER BY path")}


def present(db: Database, path: str) -> str | None:
    """Where the essay stands now that stood at `path`, if one did."""
    found = db.value("SELECT page FROM former_paths WHERE path = :path", path=path)
    return None if found is None else str(found)


def present_of(db: Database, paths: Sequence[str]) -> dict[str, str]:
    """Where the essays stand now that stood at these addresses; those that never moved are left out."""
    rows = db.rows("SELECT path, page FROM former_paths WHERE path IN (:paths) ORDER BY path", paths=list(paths))
    return {row["path"]: row["page"] for row in rows}


def note(db: Database, path: str, page: str) -> None:
    """Remember that the essay at `page` stood at `path`."""
    db.upsert("former_paths", {"path": path, "page": page}, key="path")


def forget(db: Database, path: str) -> None:
    """Let an address be an essay's own again."""
    db.execute("DELETE FROM former_paths WHERE path = :path", path=path)


def move(db: Database, before: str, after: str) -> bool:
    """Move an essay from one address to another, with all that belongs to it; False if nothing is known at `before`.

    Where both are known (it was published at the new address before anybody said that it is the same) the two become
    one, at the new address.
    """
    if db.value("SELECT 1 FROM pages WHERE path = :before", before=before) is None:
        return False
    forget(db, after)
    if db.value("SELECT 1 FROM pages WHERE path = :after", after=after) is None:
        db.execute(
            "UPDATE pages SET path = :after, version = version + 1, changed_at = :now WHERE path = :before",
            before=before,
            after=after,
            now=ids.now(),
        )
    else:
        _join(db, before, after)
    _take_along(db, before, after)
    note(db, before, after)
    return True


def _join(db: Database, before: str, after: str) -> None:
    for table in ("conversations", "comments", "former_paths"):
        db.execute(f"UPDATE {table} SET page = :after WHERE page = :before", before=before, after=after)  # noqa: S608
    # Readers were told of the older one, by feeds and by letter: it is the same essay, and no news.
    if db.value("SELECT 1 FROM publications WHERE page = :before", before=before):
        for table in ("publications", "announcements"):
            db.execute(f"DELETE FROM {table} WHERE page = :after", after=after)  # noqa: S608
            db.execute(f"UPDATE {table} SET page = :after WHERE page = :before", before=before, after=after)  # noqa: S608
    db.execute(
        """UPDATE pages SET version = 1 + (SELECT max(version) FROM pages WHERE path IN (:both)), changed_at = :now
           WHERE path = :after""",
        now=ids.now(),
        both=[before, after],
        after=after,
    )
    db.execute("DELETE FROM rendered WHERE page IN (:both)", both=[before, after])
    db.execute("DELETE FROM pages WHERE path = :before", before=before)


def _take_along(db: Database, before: str, after: str) -> None:
    """What names the essay without a reference: likes, its figures, facts that wait."""
    db.execute(
        """INSERT INTO likes (subject, device, at) SELECT :after, device, at FROM likes WHERE subject = :before
           ON CONFLICT (subject, device) DO NOTHING""",
        before=before,
        after=after,
    )
    db.execute("DELETE FROM likes WHERE subject = :before", before=before)
    db.execute("DELETE FROM snapshots WHERE name = :after", after=after)
    db.execute("UPDATE snapshots SET name = :after WHERE name = :before", before=before, after=after)
    for table in ("jobs", "webhook_deliveries"):
        db.execute(f"UPDATE {table} SET subject = :after WHERE subject = :before", before=before, after=after)  # noqa: S608

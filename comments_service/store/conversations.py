"""Conversations as they stand: who waits, a person's, a page's, each from what is kept beside its events."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from comments_service.database import Database, Row
from comments_service.ledger import Badge, keeping
from comments_service.ledger import Conversation as Told

# Counting on would cost a long history what it must not; nobody answers more in a morning.
MOST_COUNTED = 1000


@dataclass(frozen=True, kw_only=True)
class Conversation(keeping.Kept):
    """One reader in one thread, with what is kept of it. Times are as stored, empty when nothing waits."""

    id: str
    page: str
    root: str
    person: str
    last_seq: int

    @cached_property
    def told(self) -> Told:
        """What its events come to."""
        return keeping.read(self.record) if self.record else Told(root=self.root, person=self.person)


_COLUMNS = ", ".join(f"conversations.{field.name}" for field in dataclasses.fields(Conversation))


def find(db: Database, id: str) -> Conversation | None:  # noqa: A002 -- the column's name
    """The conversation with this id."""
    row = db.row(f"SELECT {_COLUMNS} FROM conversations WHERE id = :id", id=id)  # noqa: S608 -- the columns are ours
    return None if row is None else Conversation(**row)


def waiting(db: Database, *, now: str, late: bool, pages: Sequence[str] | None, limit: int) -> list[Conversation]:
    """Who waits, and is not put aside: late (due before `now`), the longest wait first, or still in time.

    `pages` are those that count, or None for all.
    """
    where = "AND page IN (:pages)" if pages is not None else ""
    order, side = ("opened_at", "<") if late else ("due_at", ">=")
    return _found(
        db.rows(
            f"""SELECT {_COLUMNS} FROM conversations
                WHERE due_at <> '' AND due_at {side} :now AND snoozed_until <= :now {where}
                ORDER BY {order}, id LIMIT :limit""",  # noqa: S608
            now=now,
            limit=limit,
            **({"pages": list(pages)} if pages is not None else {}),
        )
    )


def of_person(db: Database, person: str) -> list[Conversation]:
    """All conversations of a person, oldest first."""
    return _found(db.rows(f"SELECT {_COLUMNS} FROM conversations WHERE person = :person ORDER BY id", person=person))  # noqa: S608


def marks(db: Database, page: str) -> list[str]:
    """What each conversation adds to the line of its essay; those that add nothing are left out.

    One whose thread was moved counts where it began.
    """
    rows = db.rows(
        """SELECT marks FROM conversations WHERE marks <> '' AND (essay = :page OR (page = :page AND essay IS NULL))
           ORDER BY id""",
        page=page,
    )
    return [row["marks"] for row in rows]


def counted_elsewhere(db: Database, pages: Sequence[str]) -> list[str]:
    """The essays in whose lines conversations count that now stand on these pages."""
    rows = db.rows(
        "SELECT DISTINCT essay FROM conversations WHERE page IN (:pages) AND essay IS NOT NULL ORDER BY essay",
        pages=list(pages),
    )
    return [row["essay"] for row in rows]


def every(db: Database, *, after: str = "", limit: int = 1000) -> list[Conversation]:
    """The next conversations after the id `after`."""
    return _found(
        db.rows(
            f"SELECT {_COLUMNS} FROM conversations WHERE id > :after ORDER BY id LIMIT :limit",  # noqa: S608
            after=after,
            limit=limit,
        )
    )


def badges(db: Database, page: str) -> dict[str, Badge]:
    """What stands at which comment of a page: who answered it, and after how long."""
    rows = db.rows("SELECT badges FROM conversations WHERE page = :page AND badges <> '' ORDER BY id", page=page)
    return {comment: badge for row in rows for comment, badge in keeping.badges(row["badges"]).items()}


def badges_of_pages(db: Database) -> dict[str, dict[str, Badge]]:
    """`badges` for every page at once, for a full build."""
    found: dict[str, dict[str, Badge]] = {}
    for row in db.rows("SELECT page, badges FROM conversations WHERE badges <> '' ORDER BY id"):
        found.setdefault(row["page"], {}).update(keeping.badges(row["badges"]))
    return found


def of_people(db: Database, people: Sequence[str]) -> list[Conversation]:
    """All conversations of these people, oldest first."""
    return _found(
        db.rows(f"SELECT {_COLUMNS} FROM conversations WHERE person IN (:people) ORDER BY id", people=list(people))  # noqa: S608
    )


def these(db: Database, ids: Sequence[str]) -> dict[str, Conversation]:
    """These conversations, by their ids."""
    found = _found(db.rows(f"SELECT {_COLUMNS} FROM conversations WHERE id IN (:ids) ORDER BY id", ids=list(ids)))  # noqa: S608
    return {one.id: one for one in found}


def open_ones(db: Database) -> dict[str, str]:
    """The conversations that wait for an answer, each with its reader."""
    return {
        row["id"]: row["person"]
        for row in db.rows("SELECT id, person FROM conversations WHERE due_at <> '' ORDER BY due_at, id")
    }


def readers_waiting(db: Database, *, now: str) -> Row:
    """How many readers wait (`waiting`), how many of them longer than promised (`late`), and since when (`oldest`)."""
    return (
        db.row(
            """SELECT count(DISTINCT person) AS waiting, min(opened_at) AS oldest,
                      count(DISTINCT CASE WHEN due_at < :now THEN person END) AS late
               FROM conversations WHERE due_at <> ''""",
            now=now,
        )
        or {}
    )


def number(db: Database) -> int:
    """How many conversations there are."""
    return int(db.value("SELECT count(*) FROM conversations"))


def _found(rows: list[Row]) -> list[Conversation]:
    return [Conversation(**row) for row in rows]


# ── the morning's further questions; `pages` are those that count, or None for all ──────────────────────────────────


def numbers(db: Database, *, now: str, pages: Sequence[str] | None) -> Row:
    """How many wait `in_time` and `late`, as `waiting` tells them, and how many are `put_aside`, up to `MOST_COUNTED`.

    `oldest` is since when the first of those who are not put aside waits, None if nobody does.
    """
    where, given = _on(pages)
    return (
        db.row(
            f"""SELECT
                (SELECT count(*) FROM (
                    SELECT id FROM conversations WHERE due_at <> '' AND due_at >= :now AND snoozed_until <= :now {where}
                    ORDER BY due_at, id LIMIT :most
                ) AS few) AS in_time,
                (SELECT count(*) FROM (
                    SELECT id FROM conversations WHERE due_at <> '' AND due_at < :now AND snoozed_until <= :now {where}
                    ORDER BY due_at, id LIMIT :most
                ) AS few) AS late,
                (SELECT count(*) FROM (
                    SELECT id FROM conversations
                    WHERE snoozed_until <> '' AND snoozed_until > :now AND due_at <> '' {where}
                    ORDER BY snoozed_until, id LIMIT :most
                ) AS few) AS put_aside,
                (SELECT opened_at FROM conversations WHERE due_at <> '' AND snoozed_until <= :now {where}
                    ORDER BY opened_at, id LIMIT 1) AS oldest""",  # noqa: S608
            now=now,
            most=MOST_COUNTED,
            **given,
        )
        or {}
    )


def put_aside(db: Database, *, now: str, pages: Sequence[str] | None, limit: int) -> list[Conversation]:
    """Who waits and is put aside until a later day, the nearest day first."""
    where, given = _on(pages)
    return _found(
        db.rows(
            f"""SELECT {_COLUMNS} FROM conversations
                WHERE snoozed_until <> '' AND snoozed_until > :now AND due_at <> '' {where}
                ORDER BY snoozed_until, id LIMIT :limit""",  # noqa: S608
            now=now,
            limit=limit,
            **given,
        )
    )


def also_waiting(db: Database, page: str, *, besides: str, limit: int) -> list[Conversation]:
    """Who else waits on a page, besides one conversation; whoever began to talk first stands first."""
    return _found(
        db.rows(
            f"""SELECT {_COLUMNS} FROM conversations WHERE page = :page AND due_at <> '' AND id <> :besides
                ORDER BY id LIMIT :limit""",  # noqa: S608
            page=page,
            besides=besides,
            limit=limit,
        )
    )


def thanks(db: Database, *, since: str, pages: Sequence[str] | None, limit: int) -> list[Conversation]:
    """Whose last words since a moment were probably only thanks, the newest first."""
    where, given = _on(pages)
    return _found(
        db.rows(
            f"""SELECT {_COLUMNS} FROM conversations WHERE thanks <> '' AND thanks >= :since AND due_at = '' {where}
                ORDER BY thanks DESC, id DESC LIMIT :limit""",  # noqa: S608
            since=since,
            limit=limit,
            **given,
        )
    )


def last_words(db: Database, root: str, person: str) -> str | None:
    """The last comment of a person in a thread that stands or waits for a look."""
    row = db.row(
        """SELECT id FROM comments WHERE root = :root AND person = :person AND author IS NULL
           AND state IN ('published', 'held') ORDER BY id DESC LIMIT 1""",
        root=root,
        person=person,
    )
    return None if row is None else str(row["id"])


def _on(pages: Sequence[str] | None) -> tuple[str, Row]:
    return ("", {}) if pages is None else ("AND page IN (:pages)", {"pages": list(pages)})

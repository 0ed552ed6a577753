"""What authors are to be told, by letter or at once in their chat: what waits, what fell due, what was given up."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from comments_service import ids
from comments_service.database import Database
from comments_service.store.conversations import Conversation
from comments_service.store.news import News
from comments_service.store.promises import Promise

_NEWS = ", ".join(field.name for field in dataclasses.fields(News))
_CONVERSATION = ", ".join(field.name for field in dataclasses.fields(Conversation))
_PROMISE = ", ".join(Promise.__slots__)


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A job that was given up: its id, and the queue that it waited in."""

    id: str
    lane: str


def known(db: Database, names: Sequence[str]) -> set[str]:
    """Those of these names that stand already, told or not."""
    rows = db.rows("SELECT name FROM news WHERE name IN (:names) ORDER BY name", names=list(names))
    return {row["name"] for row in rows}


def named(db: Database, name: str) -> News | None:
    """The news of this name."""
    row = db.row(f"SELECT {_NEWS} FROM news WHERE name = :name", name=name)  # noqa: S608 -- the columns are ours
    return None if row is None else News(**row)


def waiting(db: Database, account: str, kind: str, *, limit: int) -> list[News]:
    """What an account is still to be told of one kind and is in no letter yet, oldest first."""
    rows = db.rows(
        f"""SELECT {_NEWS} FROM news WHERE account = :account AND kind = :kind AND letter = '' AND told_at IS NULL
            AND dropped_at IS NULL ORDER BY id LIMIT :limit""",  # noqa: S608
        account=account,
        kind=kind,
        limit=limit,
    )
    return [News(**row) for row in rows]


def number_since(db: Database, account: str, kinds: Sequence[str], *, since: str, most: int) -> int:
    """How much news of these kinds was written down for an account since a moment; counted no further than `most`.

    In a wave this is asked for each reply: neither what was told in a year is gone through for that, nor the wave.
    """
    return int(
        db.value(
            """SELECT count(*) FROM (
                   SELECT id FROM news WHERE account = :account AND id >= :first AND kind IN (:kinds)
                   ORDER BY id LIMIT :most) AS found""",
            account=account,
            kinds=list(kinds),
            first=ids.first_id(since),
            most=most,
        )
    )


def settle(db: Database, names: Sequence[str], *, at: str) -> None:
    """Note that news (their names) that goes in no letter was told."""
    db.execute(
        "UPDATE news SET told_at = :at WHERE name IN (:names) AND told_at IS NULL AND dropped_at IS NULL",
        names=list(names),
        at=at,
    )


def fell_due(db: Database, *, since: str, now: str, limit: int) -> list[Conversation]:
    """Who waits, was to be answered between two moments, and is not put aside; the longest overdue first."""
    rows = db.rows(
        f"""SELECT {_CONVERSATION} FROM conversations WHERE due_at <> '' AND due_at >= :since AND due_at < :now
            AND snoozed_until <= :now ORDER BY due_at, id LIMIT :limit""",  # noqa: S608
        since=since,
        now=now,
        limit=limit,
    )
    return [Conversation(**row) for row in rows]


def promises_due(db: Database, *, since: str, until: str) -> list[Promise]:
    """The open promises that fall due between two moments, soonest first."""
    rows = db.rows(
        f"""SELECT {_PROMISE} FROM promises WHERE kept_at = '' AND released_at = '' AND due_at >= :since
            AND due_at < :until ORDER BY due_at, id""",  # noqa: S608
        since=since,
        until=until,
    )
    return [Promise(**row) for row in rows]


def given_up(db: Database, *, since: str, besides: str) -> list[GivenUp]:
    """What was given up since a moment in every queue but one, oldest first."""
    rows = db.rows(
        """SELECT id, lane FROM jobs WHERE gave_up_at IS NOT NULL AND gave_up_at >= :since AND lane <> :besides
           ORDER BY id LIMIT 100""",
        since=since,
        besides=besides,
    )
    return [GivenUp(**row) for row in rows]

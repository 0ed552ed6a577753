"""Who said what, newest first: people lately spoken with, their last words and the author's, what figures count."""

import dataclasses
from collections.abc import Sequence

from comments_service.database import Database, Row
from comments_service.models import Comment, State
from comments_service.store.promises import Promise

_COLUMNS = ", ".join(f"comments.{field.name}" for field in dataclasses.fields(Comment))
_PROMISE = ", ".join(f"promises.{name}" for name in Promise.__slots__)
# Words that are there to be read. An index over the states would have to be sorted again: `coalesce` keeps it out.
_THERE = "coalesce({0}.state, '') IN ('held', 'published') AND {0}.author IS NULL"
_SAID, _SAID_LATER = _THERE.format("comments"), _THERE.format("later")


def lately(db: Database, *, before: str = "~", silent_since: str = "~", until: str = "~", limit: int) -> list[Comment]:
    """The last words of each person, of those spoken before the comment `before`, the newest first.

    Counts what was said until the time `until`, and tells of those who said nothing since `silent_since`. People who
    want no history kept are left out.
    """
    return _comments(
        db.rows(
            f"""SELECT {_COLUMNS} FROM comments JOIN people ON people.id = comments.person
                WHERE comments.id < :before AND comments.created < :until AND comments.created < :silent_since
                AND {_SAID} AND people.history_refused_at IS NULL AND NOT EXISTS (
                    SELECT 1 FROM comments AS later WHERE later.person = comments.person
                    AND later.id > comments.id AND later.created < :until AND {_SAID_LATER}
                ) ORDER BY comments.id DESC LIMIT :limit""",  # noqa: S608 -- the columns are ours
            before=before,
            until=until,
            silent_since=silent_since,
            limit=limit,
        )
    )


def last_words(db: Database, people: Sequence[str]) -> Comment | None:
    """The newest words of somebody, who may be known as several people."""
    found = _comments(
        db.rows(
            f"SELECT {_COLUMNS} FROM comments WHERE person IN (:people) AND {_SAID} ORDER BY id DESC LIMIT 1",  # noqa: S608
            people=list(people),
        )
    )
    return found[0] if found else None


def last_answer(db: Database, conversations: Sequence[str]) -> Comment | None:
    """The newest answer that stands in one of these conversations, be it for the reader alone."""
    found = _comments(
        db.rows(
            f"""SELECT {_COLUMNS} FROM answers JOIN comments ON comments.id = answers.comment
                WHERE answers.conversation IN (:conversations) AND coalesce(comments.state, '') = 'published'
                ORDER BY answers.comment DESC, comments.id DESC LIMIT 1""",  # noqa: S608
            conversations=list(conversations),
        )
    )
    return found[0] if found else None


def names(db: Database, *, limit: int) -> list[tuple[str, str]]:
    """Under which names who wrote in the newest comments, newest first."""
    rows = db.rows(
        f"""SELECT comments.person, comments.name FROM comments WHERE comments.person IS NOT NULL AND {_SAID}
            ORDER BY comments.id DESC LIMIT :limit""",  # noqa: S608
        limit=limit,
    )
    return [(row["person"], row["name"]) for row in rows]


def by_readers(db: Database, *, before: str = "~", limit: int) -> list[Comment]:
    """Readers' comments in any state before the comment `before`, newest first: what the figures were counted from."""
    return _comments(
        db.rows(
            f"SELECT {_COLUMNS} FROM comments WHERE id < :before AND author IS NULL ORDER BY id DESC LIMIT :limit",  # noqa: S608
            before=before,
            limit=limit,
        )
    )


def promises_due(db: Database, *, since: str) -> list[Promise]:
    """All promises that fell or fall due since a moment, the latest day first."""
    rows = db.rows(
        f"SELECT {_PROMISE} FROM promises WHERE due_at >= :since ORDER BY due_at DESC, id DESC",  # noqa: S608
        since=since,
    )
    return [Promise(**row) for row in rows]


def promises_to_keep(db: Database, *, now: str) -> int:
    """How many open promises are overdue."""
    return int(
        db.value(
            "SELECT count(*) FROM promises WHERE due_at < :now AND kept_at = '' AND released_at = ''",
            now=now,
        )
    )


def touched(db: Database, *, since: str) -> dict[str, str]:
    """The conversations in which something happened since a moment, each with when it did last."""
    rows = db.rows("SELECT conversation, at FROM events WHERE at >= :since ORDER BY at, conversation", since=since)
    return {row["conversation"]: row["at"] for row in rows}


def _comments(rows: list[Row]) -> list[Comment]:
    return [Comment(**row | {"state": State(row["state"])}) for row in rows]

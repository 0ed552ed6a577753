"""News: each thing that one addressee is to be told, written once, and the letter that it went in."""

from collections.abc import Sequence
from dataclasses import dataclass

from comments_service import ids
from comments_service.database import Database, Row

_COLUMNS = (
    "id, name, kind, correspondent, account, subscription, comment, page, created, letter, told_at, dropped_at, remark"
)
_LONGEST_REMARK = 300


@dataclass(frozen=True, slots=True)
class News:
    """One thing to tell a reader (`correspondent`) or an author (`account`), once: `name` says which it is.

    `letter` is the id of the letter that it went in, empty until it is written. It was told at `told_at`, or will never
    be since `dropped_at`; `remark` says why not, or why it may have been told twice, and holds nothing personal.
    """

    id: str
    name: str
    kind: str
    correspondent: str | None
    account: str | None
    subscription: str
    comment: str
    page: str
    created: str
    letter: str
    told_at: str | None
    dropped_at: str | None
    remark: str


def add(
    db: Database,
    kind: str,
    name: str,
    *,
    correspondent: str | None = None,
    account: str | None = None,
    subscription: str = "",
    comment: str = "",
    page: str = "",
    letter: str = "",
) -> bool:
    """Write down that somebody is to be told something; False if that stands already, told or not.

    `name` is all that makes it one: whoever hears of a fact twice, or in two ways, is told once.
    """
    written = db.execute(
        f"""INSERT INTO news ({_COLUMNS}) VALUES (:id, :name, :kind, :correspondent, :account, :subscription, :comment,
                :page, :now, :letter, NULL, NULL, '') ON CONFLICT (name) DO NOTHING""",  # noqa: S608 -- ours
        id=ids.new_id(),
        name=name,
        kind=kind,
        correspondent=correspondent,
        account=account,
        subscription=subscription,
        comment=comment,
        page=page,
        letter=letter,
        now=ids.now(),
    )
    return written == 1


def again(db: Database, name: str) -> bool:
    """Let something be told after all that was dropped before it was; False if there is nothing to bring back."""
    return (
        db.execute(
            """UPDATE news SET dropped_at = NULL, letter = '', remark = ''
               WHERE name = :name AND told_at IS NULL AND dropped_at IS NOT NULL""",
            name=name,
        )
        == 1
    )


def waiting(db: Database, correspondent: str, *, limit: int) -> list[News]:
    """What a reader is still to be told and is in no letter yet, oldest first."""
    return _found(
        db.rows(
            f"""SELECT {_COLUMNS} FROM news WHERE correspondent = :correspondent AND told_at IS NULL
                AND dropped_at IS NULL AND letter = '' ORDER BY id LIMIT :limit""",  # noqa: S608 -- ours
            correspondent=correspondent,
            limit=limit,
        )
    )


def put_into(db: Database, letter: str, news: Sequence[str]) -> list[News]:
    """Let these (their ids) go in a letter: however often it is tried, it says the same. Returns them, oldest first.

    What has gone in another meanwhile stays there.
    """
    rows = db.rows(
        f"UPDATE news SET letter = :letter WHERE id IN (:news) AND letter = '' RETURNING {_COLUMNS}",  # noqa: S608 -- ours
        letter=letter,
        news=list(news),
    )
    return _found(sorted(rows, key=lambda row: str(row["id"])))


def take_out(db: Database, letters: Sequence[str]) -> None:
    """Let what was to go in these letters wait for another: they are not sent."""
    db.execute(
        """UPDATE news SET letter = '' WHERE letter IN (:letters) AND letter <> ''
           AND told_at IS NULL AND dropped_at IS NULL""",
        letters=list(letters),
    )


def of_letter(db: Database, letter: str) -> list[News]:
    """What a letter tells, oldest first."""
    return _found(
        db.rows(
            f"SELECT {_COLUMNS} FROM news WHERE letter = :letter AND letter <> '' ORDER BY id",  # noqa: S608 -- ours
            letter=letter,
        )
    )


def told(db: Database, letters: Sequence[str], *, at: str, remark: str = "") -> None:
    """Note that letters were handed over, and with `remark` why one of them may have been twice."""
    db.execute(
        """UPDATE news SET told_at = :at, remark = :remark
           WHERE letter IN (:letters) AND letter <> '' AND told_at IS NULL AND dropped_at IS NULL""",
        letters=list(letters),
        at=at,
        remark=remark[:_LONGEST_REMARK],
    )


def drop(db: Database, letter: str, remark: str, *, at: str) -> None:
    """Note that what a letter was to tell will never be told, and why."""
    db.execute(
        """UPDATE news SET dropped_at = :at, remark = :remark
           WHERE letter = :letter AND letter <> '' AND told_at IS NULL AND dropped_at IS NULL""",
        letter=letter,
        at=at,
        remark=remark[:_LONGEST_REMARK],
    )


def drop_these(db: Database, news: Sequence[str], remark: str, *, at: str) -> None:
    """Note that these (their ids) will not be told, and why."""
    db.execute(
        """UPDATE news SET dropped_at = :at, remark = :remark
           WHERE id IN (:news) AND told_at IS NULL AND dropped_at IS NULL""",
        news=list(news),
        at=at,
        remark=remark[:_LONGEST_REMARK],
    )


def drop_waiting(db: Database, correspondent: str, remark: str, *, at: str) -> None:
    """Note that nothing of what waits for a reader will be told, and why."""
    db.execute(
        """UPDATE news SET dropped_at = :at, remark = :remark
           WHERE correspondent = :correspondent AND told_at IS NULL AND dropped_at IS NULL""",
        correspondent=correspondent,
        at=at,
        remark=remark[:_LONGEST_REMARK],
    )


def take_up_again(db: Database, letters: Sequence[str]) -> None:
    """Let what given-up letters were to tell be told after all: they are tried again."""
    db.execute(
        """UPDATE news SET dropped_at = NULL, remark = ''
           WHERE letter IN (:letters) AND letter <> '' AND told_at IS NULL""",
        letters=list(letters),
    )


def about(db: Database, comments: Sequence[str]) -> dict[str, list[News]]:
    """What readers were and are to be told of comments (their ids), by the comment, oldest first."""
    found: dict[str, list[News]] = {}
    for one in _found(
        db.rows(
            f"""SELECT {_COLUMNS} FROM news WHERE comment IN (:comments) AND comment <> '' AND correspondent IS NOT NULL
                ORDER BY id""",  # noqa: S608 -- ours
            comments=list(comments),
        )
    ):
        found.setdefault(one.comment, []).append(one)
    return found


def forget_of(db: Database, comment: str) -> None:
    """Forget what was not yet told of a comment: it is gone."""
    db.execute(
        "DELETE FROM news WHERE comment = :comment AND comment <> '' AND told_at IS NULL AND dropped_at IS NULL",
        comment=comment,
    )


def forget(db: Database, *, before: str) -> int:
    """Forget what was told, or dropped, before a moment."""
    return db.execute(
        "DELETE FROM news WHERE created < :before AND (told_at IS NOT NULL OR dropped_at IS NOT NULL)", before=before
    )


def _found(rows: Sequence[Row]) -> list[News]:
    return [News(**row) for row in rows]

"""Acts: the append-only log of what authors did besides deciding, each with what it changed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from comments_service import ids
from comments_service.database import Database, Row


@dataclass(frozen=True, slots=True)
class Act:
    """One line of the append-only log of what authors did besides deciding: to a comment, a person, a ban, a rule.

    `subject` is the id of what it was done to, `before` and `after` are what it changed, as it stood; `undone_at` says
    that it was taken back.
    """

    id: str
    verb: str
    kind: str
    subject: str
    done_by: str
    at: str
    before: Mapping[str, object]
    after: Mapping[str, object]
    undone_at: str | None = None


_COLUMNS = ", ".join(f"acts.{name}" for name in Act.__slots__)
# What was done to a thread holds no words of anybody, and can be taken back when its first comment is gone.
_WORDLESS = ("lock", "unlock", "pin", "unpin", "move")


def add(
    db: Database, verb: str, kind: str, subject: str, *, by: str, before: object = None, after: object = None
) -> str:
    """Write one line of the log, in the transaction of what it tells of; returns its id.

    `before` and `after` are mappings of what was changed; what is not told is empty.
    """
    id_ = ids.new_id()
    db.insert(
        "acts",
        {
            "id": id_,
            "verb": verb,
            "kind": kind,
            "subject": subject,
            "done_by": by,
            "at": ids.now(),
            "before": json.dumps(before or {}, ensure_ascii=False, sort_keys=True),
            "after": json.dumps(after or {}, ensure_ascii=False, sort_keys=True),
            "undone_at": None,
        },
    )
    return id_


def find(db: Database, id: str) -> Act | None:  # noqa: A002 -- the column's name
    """The act with this id."""
    row = db.row(f"SELECT {_COLUMNS} FROM acts WHERE id = :id", id=id)  # noqa: S608
    return None if row is None else _act(row)


def mark_undone(db: Database, id: str, *, now: str) -> bool:  # noqa: A002
    """Take an act back, once."""
    return db.execute("UPDATE acts SET undone_at = :now WHERE id = :id AND undone_at IS NULL", id=id, now=now) == 1


def latest(db: Database, *, kind: str = "", subject: str = "", before: str = "~", limit: int = 50) -> list[Act]:
    """The newest lines before the act `before`, about one subject or about all, newest first."""
    where = "AND kind = :kind AND subject = :subject" if subject else ""
    rows = db.rows(
        f"SELECT {_COLUMNS} FROM acts WHERE id < :before {where} ORDER BY id DESC LIMIT :limit",  # noqa: S608
        before=before,
        limit=limit,
        **({"kind": kind, "subject": subject} if subject else {}),
    )
    return [_act(row) for row in rows]


def last_standing(db: Database, kind: str, subject: str, verbs: Sequence[str]) -> Act | None:
    """The newest act about something, of these verbs, that was not taken back."""
    row = db.row(
        f"""SELECT {_COLUMNS} FROM acts WHERE kind = :kind AND subject = :subject AND verb IN (:verbs)
            AND undone_at IS NULL ORDER BY id DESC LIMIT 1""",  # noqa: S608
        kind=kind,
        subject=subject,
        verbs=list(verbs),
    )
    return None if row is None else _act(row)


def lines(
    db: Database, *, by: str = "", kind: str = "", verb: str = "", private: bool = True, before: str, limit: int
) -> list[Act]:
    """The newest acts before the id `before`, by one account or by all, of one kind and verb or of all, newest first.

    With `private=False` only acts about comments that were not written for the author only.
    """
    where = "AND done_by = :by " if by else ""
    where += ("AND kind = :kind " if kind else "") + ("AND verb = :verb" if verb else "")
    seen = "" if private else "AND comments.id IS NOT NULL AND comments.private_at IS NULL"
    rows = db.rows(
        f"""SELECT {_COLUMNS} FROM acts LEFT JOIN comments ON comments.id = acts.subject AND acts.kind = 'comment'
            WHERE acts.id < :before {where} {seen} ORDER BY acts.id DESC LIMIT :limit""",  # noqa: S608
        before=before,
        limit=limit,
        **{name: value for name, value in {"by": by, "kind": kind, "verb": verb}.items() if value},
    )
    return [_act(row) for row in rows]


def about(db: Database, people: Sequence[str], *, private: bool, limit: int) -> list[Act]:
    """The newest acts about these people, and about what they wrote; newest first.

    With `private=False` only those about comments that were not written for the author only.
    """
    seen = "" if private else "AND comments.private_at IS NULL"
    rows = db.rows(
        f"""SELECT {_COLUMNS} FROM comments JOIN acts ON acts.kind = 'comment' AND acts.subject = comments.id
            WHERE comments.person IN (:people) AND comments.author IS NULL {seen}
            ORDER BY acts.id DESC LIMIT :limit""",  # noqa: S608
        people=list(people),
        limit=limit,
    )
    if private:
        rows += db.rows(
            f"""SELECT {_COLUMNS} FROM acts WHERE kind = 'person' AND subject IN (:people)
                ORDER BY acts.id DESC LIMIT :limit""",  # noqa: S608
            people=list(people),
            limit=limit,
        )
    return sorted((_act(row) for row in rows), key=lambda act: act.id, reverse=True)[:limit]


def forget_words(db: Database, kind: str, subject: str) -> None:
    """Empty what the log keeps of somebody's own: that something was done stays, what it was done to does not."""
    db.execute(
        """UPDATE acts SET before = '{}', after = '{}'
           WHERE kind = :kind AND subject = :subject AND verb NOT IN (:wordless)""",
        kind=kind,
        subject=subject,
        wordless=list(_WORDLESS),
    )


def forget_person(db: Database, people: Sequence[str]) -> None:
    """Empty what the log keeps of people (their ids), and whom it was done to: that something was done stays."""
    db.execute(
        "UPDATE acts SET subject = '', before = '{}', after = '{}' WHERE kind = 'person' AND subject IN (:people)",
        people=list(people),
    )


def forget_old_words(db: Database, *, before: str) -> int:
    """Empty what was changed before a moment, words and networks' hashes: nobody can take that back any more."""
    return db.execute(
        """UPDATE acts SET before = '{}', after = '{}' WHERE at < :before AND (before <> '{}' OR after <> '{}')
           AND ((kind = 'comment' AND verb NOT IN (:wordless)) OR kind = 'rule')""",
        before=before,
        wordless=list(_WORDLESS),
    )


def _act(row: Row) -> Act:
    return Act(**row | {"before": json.loads(row["before"]), "after": json.loads(row["after"])})

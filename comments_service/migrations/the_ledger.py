"""Step 3: the conversation ledger: who waits, what was promised, who is who, and the figures that readers see."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from comments_service import ledger
from comments_service.database import Database, Row
from comments_service.ledger import keeping, moments
from comments_service.migrations.running import run


def the_ledger(db: Database) -> None:
    """Cache what a conversation comes to; keep promises, notices, notes, hearts, likes and figures."""
    columns = (
        "state",
        "comment",
        "opened_at",
        "due_at",
        "asks",
        "snoozed_until",
        "thanks",
        "marks",
        "badges",
        "record",
    )
    run(db, *(f"ALTER TABLE conversations ADD COLUMN {name} TEXT NOT NULL DEFAULT ''" for name in columns))
    run(
        db,
        # With what else is asked of those who wait, so that they are counted without being read.
        "CREATE INDEX conversations_due ON conversations (due_at, id, snoozed_until, page) WHERE due_at <> ''",
        "CREATE INDEX conversations_waiting ON conversations (opened_at, id) WHERE due_at <> ''",
        "CREATE INDEX conversations_aside ON conversations (snoozed_until, id) WHERE snoozed_until <> ''",
        "CREATE INDEX conversations_thanks ON conversations (thanks, id) WHERE thanks <> ''",
        "CREATE INDEX conversations_person ON conversations (person, id)",
        "CREATE INDEX conversations_page ON conversations (page, id)",
        # Which conversations an author's answer is filed in, and under which fingerprint its words were said to whom.
        """CREATE TABLE answers (
            comment TEXT NOT NULL REFERENCES comments (id) DEFERRABLE INITIALLY DEFERRED,
            conversation TEXT NOT NULL REFERENCES conversations (id),
            PRIMARY KEY (comment, conversation)
        )""",
        "CREATE INDEX answers_conversation ON answers (conversation, comment)",
        """CREATE TABLE sayings (
            id TEXT PRIMARY KEY,
            words TEXT NOT NULL,
            said_to TEXT NOT NULL,
            comment TEXT NOT NULL,
            at TEXT NOT NULL
        )""",
        "CREATE INDEX sayings_words ON sayings (words, at)",
        # `what` is private. The dates are a cache of the conversation's events.
        """CREATE TABLE promises (
            id TEXT PRIMARY KEY,
            conversation TEXT NOT NULL REFERENCES conversations (id),
            comment TEXT NOT NULL,
            promised_by TEXT NOT NULL REFERENCES people (id),
            what TEXT NOT NULL,
            made_at TEXT NOT NULL,
            due_at TEXT NOT NULL,
            kept_at TEXT NOT NULL DEFAULT '',
            released_at TEXT NOT NULL DEFAULT ''
        )""",
        "CREATE INDEX promises_open ON promises (due_at, id) WHERE kept_at = '' AND released_at = ''",
        "CREATE INDEX promises_conversation ON promises (conversation, id)",
        """CREATE TABLE away (
            id TEXT PRIMARY KEY,
            announced_by TEXT NOT NULL REFERENCES people (id),
            announced_at TEXT NOT NULL,
            starts_at TEXT NOT NULL,
            ends_at TEXT NOT NULL,
            cancelled_at TEXT
        )""",
        "CREATE INDEX away_announced ON away (announced_at, id)",
        """CREATE TABLE notes (
            id TEXT PRIMARY KEY,
            person TEXT NOT NULL REFERENCES people (id),
            text TEXT NOT NULL,
            written_by TEXT NOT NULL REFERENCES people (id),
            at TEXT NOT NULL
        )""",
        "CREATE INDEX notes_person ON notes (person, id)",
        """CREATE TABLE joins (
            id TEXT PRIMARY KEY,
            person TEXT NOT NULL REFERENCES people (id),
            into_person TEXT NOT NULL REFERENCES people (id),
            joined_by TEXT NOT NULL REFERENCES people (id),
            at TEXT NOT NULL,
            parted_at TEXT
        )""",
        "CREATE INDEX joins_person ON joins (person) WHERE parted_at IS NULL",
        "CREATE INDEX joins_into ON joins (into_person) WHERE parted_at IS NULL",
        """CREATE TABLE hearts (
            comment TEXT PRIMARY KEY REFERENCES comments (id),
            given_by TEXT NOT NULL REFERENCES people (id),
            at TEXT NOT NULL
        )""",
        """CREATE TABLE likes (
            subject TEXT NOT NULL,
            device TEXT NOT NULL,
            at TEXT NOT NULL,
            PRIMARY KEY (subject, device)
        )""",
        """CREATE TABLE snapshots (
            name TEXT PRIMARY KEY,
            taken_at TEXT NOT NULL,
            next_at TEXT NOT NULL,
            data TEXT NOT NULL
        )""",
        "CREATE INDEX snapshots_next ON snapshots (next_at) WHERE next_at <> ''",
        # What is left of somebody who asked to be forgotten: verdicts of nobody.
        "CREATE TABLE tallies (id TEXT PRIMARY KEY, kind TEXT NOT NULL, data TEXT NOT NULL)",
        "ALTER TABLE people ADD COLUMN history_refused_at TEXT",
    )
    _tell_again(db)


# ── what was written before the ledger read it ──────────────────────────────────────────────────────────────────────


def _tell_again(db: Database) -> None:
    """Bring the events written so far to the ledger's own form, and fill the caches from them."""
    comments = {row["id"]: row for row in db.rows("SELECT id, page, parent, root, person, author FROM comments")}
    for conversation in db.rows("SELECT id, root, person FROM conversations ORDER BY id"):
        rows = db.rows("SELECT * FROM events WHERE conversation = :id ORDER BY seq", id=conversation["id"])
        for row in rows:
            row["data"] = _in_the_new_form(row, json.loads(row["data"]), comments)
            db.execute(
                "UPDATE events SET data = :data WHERE conversation = :conversation AND seq = :seq",
                data=json.dumps(row["data"], ensure_ascii=False, sort_keys=True),
                conversation=row["conversation"],
                seq=row["seq"],
            )
            if row["type"] == "comment" and row["data"].get("role") == "author":
                db.insert("answers", {"comment": row["comment"], "conversation": row["conversation"]})
        told = ledger.replay(
            [ledger.Event.of(row) for row in rows],
            root=conversation["root"],
            person=conversation["person"],
            now=max((moments.seconds(row["at"]) for row in rows), default=0),
        )
        found = asdict(keeping.kept(told))
        changes = ", ".join(f"{name} = :{name}" for name in found)
        db.execute(f"UPDATE conversations SET {changes} WHERE id = :id", id=conversation["id"], **found)  # noqa: S608


def _in_the_new_form(row: Row, data: Mapping[str, Any], comments: Mapping[str, Row]) -> Mapping[str, Any]:
    if row["type"] not in {"comment", "edit"}:
        return data
    features = ledger.Features.from_data(data)
    if row["type"] == "edit":
        return ledger.Event(at=0, type="edit", features=features).data()
    above = list(_above(row["comment"], comments))
    by_author = bool(data.get("by_author"))
    nearest = ledger.addressee(above)
    held = data.get("state") == "held"
    receipt = ledger.Receipt(
        role="author" if by_author else "reader",
        essay=str(data.get("page", "")),
        addressed=by_author or ledger.addressed(row["person"], above),
        held=held,
        stranger=held,
        private=bool(data.get("private")),
        to=(nearest.comment,) if by_author and nearest else (),
    )
    within = int(data.get("within", 72)) * moments.HOUR
    return ledger.Event(at=0, type="comment", features=features, receipt=receipt, within=within).data()


def _above(comment: str, comments: Mapping[str, Row]) -> Iterator[ledger.Placed]:
    while (parent := comments[comment]["parent"]) is not None:
        row = comments[comment := parent]
        yield ledger.Placed(row["id"], row["root"], row["person"] or "", "author" if row["author"] else "reader")

"""The ledger's events: append-only, one numbered line per conversation, features and never text."""

import json
from collections.abc import Mapping
from typing import Any

from comments_service import ids
from comments_service.database import Database


def conversation(db: Database, *, page: str, root: str, person: str) -> str:
    """The conversation of one reader in one thread, opened if it is new."""
    found = db.value("SELECT id FROM conversations WHERE root = :root AND person = :person", root=root, person=person)
    if found is None:
        found = ids.new_id()
        db.insert("conversations", {"id": found, "page": page, "root": root, "person": person, "last_seq": 0})
    return str(found)


def conversation_and_next(db: Database, *, page: str, root: str, person: str) -> tuple[str, int]:
    """The same in one statement that also draws the number of its next event, and locks its row as `append` does."""
    row = (
        db.row(
            """INSERT INTO conversations (id, page, root, person, last_seq) VALUES (:id, :page, :root, :person, 1)
           ON CONFLICT (root, person) DO UPDATE SET last_seq = conversations.last_seq + 1 RETURNING id, last_seq""",
            id=ids.new_id(),
            page=page,
            root=root,
            person=person,
        )
        or {}
    )
    return row["id"], row["last_seq"]


def append(
    db: Database,
    conversation: str,
    type_: str,
    *,
    at: str,
    comment: str,
    person: str,
    actor: str,
    data: Mapping[str, object],
    seq: int | None = None,
) -> None:
    """Write the next event of a conversation; `seq` is its number, if it was drawn already.

    Drawing a number locks the conversation's row until the transaction ends.
    """
    if seq is None:
        seq = db.value(
            "UPDATE conversations SET last_seq = last_seq + 1 WHERE id = :conversation RETURNING last_seq",
            conversation=conversation,
        )
    db.insert(
        "events",
        {
            "conversation": conversation,
            "seq": seq,
            "at": at,
            "type": type_,
            "comment": comment,
            "person": person,
            "actor": actor,
            "data": json.dumps(data, ensure_ascii=False, sort_keys=True),
        },
    )


def of_conversation(db: Database, conversation: str) -> list[dict[str, Any]]:
    """All events of a conversation in their order, with their data as it was written."""
    rows = db.rows(
        """SELECT seq, at, type, comment, person, actor, data FROM events
           WHERE conversation = :conversation ORDER BY seq""",
        conversation=conversation,
    )
    return [row | {"data": json.loads(row["data"])} for row in rows]

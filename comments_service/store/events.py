"""The ledger's events: append-only, one numbered line per conversation, features and never text; and their cache."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace

from comments_service import ids, ledger
from comments_service.database import Database, Row
from comments_service.ledger import keeping, moments
from comments_service.models import Comment

_COLUMNS = "seq, at, type, comment, person, actor, data"


@dataclass(frozen=True, slots=True)
class Opened:
    """A conversation with the number drawn for its next event, which locks its row until the transaction ends.

    `essay` is where it counts, if its thread was moved since it began.
    """

    id: str
    root: str
    person: str
    seq: int
    essay: str | None = None


def opened(db: Database, *, page: str, root: str, person: str) -> Opened:
    """The conversation of one reader in one thread, begun if it is new."""
    row = (
        db.row(
            """INSERT INTO conversations (id, page, root, person, last_seq) VALUES (:id, :page, :root, :person, 1)
           ON CONFLICT (root, person) DO UPDATE SET last_seq = conversations.last_seq + 1
           RETURNING id, last_seq, essay""",
            id=ids.new_id(),
            page=page,
            root=root,
            person=person,
        )
        or {}
    )
    return Opened(row["id"], root, person, row["last_seq"], row["essay"])


def reopened(db: Database, conversation: str) -> Opened:
    """A conversation that is known, for its next event."""
    row = db.row(
        "UPDATE conversations SET last_seq = last_seq + 1 WHERE id = :id RETURNING id, root, person, last_seq",
        id=conversation,
    )
    if row is None:
        raise LookupError(conversation)
    return Opened(row["id"], row["root"], row["person"], row["last_seq"])


def begin(db: Database, *, page: str, root: str, person: str, event: ledger.Event, at: str) -> str:
    """Begin a conversation with what a reader says first, at the top of a thread; returns its id.

    The same as `opened` and `tell`, in half the work: this is what happens at most replies.
    """
    opened = Opened(ids.new_id(), root, person, 1)
    event = replace(event, seq=1, at=moments.seconds(at))
    told = ledger.replay([event], root=root, person=person, now=event.at, notices=notices(db))
    row = {"id": opened.id, "page": page, "root": root, "person": person, "last_seq": 1}
    db.insert("conversations", row | _columns(keeping.kept(told)))
    _write(db, opened, event, at, person)
    return opened.id


def tell(db: Database, opened: Opened, event: ledger.Event, *, at: str, actor: str) -> str | None:
    """Write the next event of a conversation, tell its story again, and keep what it comes to.

    Returns why the ledger refuses the event, if it does: then whoever asked for it rolls back. Belongs into the
    transaction of what the event tells of. A server's clock that was set back stands still here until it has caught up.
    """
    before = _history(db, opened) if opened.seq > 1 else []
    imported = event.receipt is not None and event.receipt.imported
    earliest = 0 if imported else max((one.at for one in before), default=0)
    event = replace(event, seq=opened.seq, at=max(moments.seconds(at), earliest))
    _write(db, opened, event, at if event.at == moments.seconds(at) else keeping.stored(event.at), actor)
    told = ledger.replay(
        [*before, event], root=opened.root, person=opened.person, now=max(event.at, earliest), notices=notices(db)
    )
    _keep(db, opened.id, told)
    return next((refused.why for refused in told.rejected if refused.seq == event.seq), None)


def _write(db: Database, opened: Opened, event: ledger.Event, at: str, actor: str) -> None:
    db.insert(
        "events",
        {
            "conversation": opened.id,
            "seq": opened.seq,
            "at": at,
            "type": event.type,
            "comment": event.comment,
            "person": event.person,
            "actor": actor,
            "data": json.dumps(event.data(), ensure_ascii=False, sort_keys=True),
        },
    )


def happened(db: Database, comment: Comment, event: ledger.Event, *, at: str, actor: str) -> str | None:
    """Tell what happened to a comment, wherever it is filed; returns why the ledger refuses it, if it does."""
    event = replace(event, comment=comment.id, person=comment.person or "")
    filed = filed_in(db, comment.id) if comment.by_author else [comment.conversation]
    refused = [tell(db, reopened(db, conversation), event, at=at, actor=actor) for conversation in filed]
    return next(filter(None, refused), None)


def keep(db: Database, conversation: str, kept: keeping.Kept) -> None:
    """Keep what a conversation comes to."""
    db.execute(_KEEP, id=conversation, **_columns(kept))


def _keep(db: Database, conversation: str, told: ledger.Conversation) -> None:
    keep(db, conversation, keeping.kept(told))
    for promise in told.promises:
        db.execute(
            "UPDATE promises SET due_at = :due, kept_at = :kept, released_at = :released WHERE id = :id",
            id=promise.id,
            due=keeping.stored(promise.due),
            kept=keeping.stored(promise.kept_at),
            released=keeping.stored(promise.released_at),
        )


def _columns(kept: keeping.Kept) -> Row:
    return {name: getattr(kept, name) for name in keeping.Kept.__slots__}


_KEEP = (
    "UPDATE conversations SET "  # noqa: S608 -- the columns are ours
    + ", ".join(f"{name} = :{name}" for name in keeping.Kept.__slots__)
    + " WHERE id = :id"
)


def notices(db: Database) -> list[ledger.Away]:
    """The away notices, also those taken back: they move the clocks of who could read them."""
    rows = db.rows("SELECT announced_at, starts_at, ends_at, cancelled_at FROM away ORDER BY announced_at, id")
    return [
        ledger.Away(
            moments.seconds(row["announced_at"]),
            moments.seconds(row["starts_at"]),
            moments.seconds(row["ends_at"]),
            moments.seconds(row["cancelled_at"]) if row["cancelled_at"] else None,
        )
        for row in rows
    ]


def recomputed(db: Database, conversation: str) -> keeping.Kept:
    """What a conversation comes to by its events alone, whatever is kept of it."""
    row = db.row("SELECT id, root, person, last_seq FROM conversations WHERE id = :id", id=conversation) or {}
    history = _history(db, Opened(row["id"], row["root"], row["person"], row["last_seq"] + 1))
    now = history[-1].at if history else 0
    told = ledger.replay(history, root=row["root"], person=row["person"], now=now, notices=notices(db))
    return keeping.kept(told)


def _history(db: Database, opened: Opened) -> list[ledger.Event]:
    rows = db.rows(
        f"SELECT {_COLUMNS} FROM events WHERE conversation = :id AND seq < :seq ORDER BY seq",  # noqa: S608
        id=opened.id,
        seq=opened.seq,
    )
    return [ledger.Event.of(row | {"data": json.loads(row["data"])}) for row in rows]


def of_conversation(db: Database, conversation: str) -> list[Row]:
    """All events of a conversation in their order, with their data as it was written."""
    rows = db.rows(
        f"SELECT {_COLUMNS} FROM events WHERE conversation = :id ORDER BY seq",  # noqa: S608
        id=conversation,
    )
    return [row | {"data": json.loads(row["data"])} for row in rows]


def answered_since(db: Database, conversation: str, seq: int, *, besides: str) -> str | None:
    """The newest answer that another account than `besides` gave in a conversation after its event `seq`."""
    row = db.row(
        """SELECT events.comment FROM events JOIN comments ON comments.id = events.comment
           WHERE events.conversation = :conversation AND seq > :seq AND events.type = 'comment'
           AND comments.author IS NOT NULL AND comments.author <> :besides ORDER BY seq DESC, comments.id LIMIT 1""",
        conversation=conversation,
        seq=seq,
        besides=besides,
    )
    return None if row is None else str(row["comment"])


def edited_since(db: Database, comment: Comment, seq: int) -> bool:
    """Whether the writer of a comment changed its words after an event `seq` of its conversation."""
    found = db.value(
        """SELECT 1 FROM events WHERE conversation = :conversation AND seq > :seq AND comment = :comment
           AND type = 'edit' LIMIT 1""",
        conversation=comment.conversation,
        seq=seq,
        comment=comment.id,
    )
    return found is not None


# ── an author's answers, which may reach several conversations ──────────────────────────────────────────────────────


def file_answer(db: Database, comment: str, conversations: Iterable[str]) -> None:
    """Remember in which conversations an answer is filed."""
    for conversation in conversations:
        db.insert("answers", {"comment": comment, "conversation": conversation})


def filed_in(db: Database, comment: str) -> list[str]:
    """The conversations that an author's answer is filed in."""
    rows = db.rows("SELECT conversation FROM answers WHERE comment = :comment ORDER BY conversation", comment=comment)
    return [row["conversation"] for row in rows]


def pages_of(db: Database, comment: Comment) -> list[str]:
    """The pages on which a comment changes what stands: its own, and those of whom an answer answers elsewhere."""
    if not comment.by_author:
        return [comment.page]
    rows = db.rows(
        """SELECT DISTINCT conversations.page FROM answers
           JOIN conversations ON conversations.id = answers.conversation
           WHERE answers.comment = :comment ORDER BY conversations.page""",
        comment=comment.id,
    )
    return sorted({comment.page, *(row["page"] for row in rows)})


def say(db: Database, words: str, *, to: str, comment: str, at: str) -> None:
    """Remember, by their fingerprint alone, that words were said to a person."""
    db.insert("sayings", {"id": ids.new_id(), "words": words, "said_to": to, "comment": comment, "at": at})


def said_to_another(db: Database, words: str, person: str, *, since: str) -> str | None:
    """The newest comment in which the same words, by their fingerprint, were said to anybody else since a moment."""
    row = db.row(
        """SELECT comment FROM sayings WHERE words = :words AND at >= :since AND said_to <> :person
           ORDER BY at DESC, id DESC LIMIT 1""",
        words=words,
        since=since,
        person=person,
    )
    return None if row is None else str(row["comment"])

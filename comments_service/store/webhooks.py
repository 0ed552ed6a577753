"""Webhooks: addresses that are told of facts, and what was delivered to them, without a word of what was said."""

from collections.abc import Iterable
from dataclasses import dataclass

from comments_service import ids
from comments_service.database import Database, Row

_COLUMNS = "id, url, facts, made_at, failing_since, off_at, off_why"
_DELIVERY = "id, webhook, fact, subject, created, run_at, attempts, tried_at, outcome, done_at"
BY_HAND, GONE, FAILING = "by hand", "gone", "failing"
DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that is told of `facts`: failing without a break since when, off since when and why (of the three)."""

    id: str
    url: str
    facts: tuple[str, ...]
    made_at: str
    failing_since: str | None = None
    off_at: str | None = None
    off_why: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """That a webhook is told of a fact about a subject; its id is that of the message, however often it is tried.

    `outcome` is the status of the last answer, or why there was none; `done_at` says that no further try follows.
    """

    id: str
    webhook: str
    fact: str
    subject: str
    created: str
    run_at: str
    attempts: int
    tried_at: str | None
    outcome: str
    done_at: str | None

    @property
    def delivered(self) -> bool:
        """Whether it was taken."""
        return self.done_at is not None and len(self.outcome) == 3 and self.outcome.startswith("2")  # noqa: PLR2004


def add(db: Database, webhook: Webhook) -> None:
    """Keep a new one."""
    row = {name: getattr(webhook, name) for name in Webhook.__slots__}
    db.insert("webhooks", row | {"facts": " ".join(webhook.facts)})


def every(db: Database) -> list[Webhook]:
    """All of them, in the order in which they came."""
    return [_webhook(row) for row in db.rows(f"SELECT {_COLUMNS} FROM webhooks ORDER BY id")]  # noqa: S608


def find(db: Database, id: str) -> Webhook | None:  # noqa: A002 -- the column's name
    """The one with this id."""
    row = db.row(f"SELECT {_COLUMNS} FROM webhooks WHERE id = :id", id=id)  # noqa: S608
    return None if row is None else _webhook(row)


def remove(db: Database, id: str) -> None:  # noqa: A002
    """Forget one, with what it was sent."""
    db.execute("DELETE FROM webhooks WHERE id = :id", id=id)


def switch_off(db: Database, id: str, why: str, *, now: str) -> bool:  # noqa: A002
    """Send one nothing more, also of what waits; False if it was off."""
    sql = "UPDATE webhooks SET off_at = :now, off_why = :why WHERE id = :id AND off_at IS NULL"
    if not db.execute(sql, id=id, why=why, now=now):
        return False
    db.execute(
        "UPDATE webhook_deliveries SET done_at = :now, outcome = :dropped WHERE webhook = :id AND done_at IS NULL",
        id=id,
        now=now,
        dropped=DROPPED,
    )
    return True


def switch_on(db: Database, id: str) -> None:  # noqa: A002
    """Send one what happens from now on."""
    db.execute("UPDATE webhooks SET off_at = NULL, off_why = '', failing_since = NULL WHERE id = :id", id=id)


def failed_by_itself(db: Database) -> int:
    """How many were switched off without anybody's hand."""
    return int(db.value("SELECT count(*) FROM webhooks WHERE off_why IN (:why) AND off_why <> ''", why=[GONE, FAILING]))


def tell(db: Database, webhooks: Iterable[str], occurrence: str, fact: str, subject: str) -> None:
    """Let webhooks (their ids) be told of a fact, each once, however often this is said of one `occurrence`."""
    now = ids.now()
    for webhook in webhooks:
        db.execute(
            """INSERT INTO webhook_deliveries (id, webhook, occurrence, fact, subject, created, run_at)
               VALUES (:id, :webhook, :occurrence, :fact, :subject, :now, :now)
               ON CONFLICT (webhook, occurrence) DO NOTHING""",
            id=ids.new_id(),
            webhook=webhook,
            occurrence=occurrence,
            fact=fact,
            subject=subject,
            now=now,
        )


def due(db: Database, webhook: str, *, now: str) -> Delivery | None:
    """What a webhook is to be sent first, if its time has come."""
    row = db.row(
        f"""SELECT {_DELIVERY} FROM webhook_deliveries
            WHERE webhook = :webhook AND done_at IS NULL AND run_at <= :now ORDER BY run_at, id LIMIT 1""",  # noqa: S608
        webhook=webhook,
        now=now,
    )
    return None if row is None else Delivery(**row)


def tried(db: Database, id: str, outcome: str, *, now: str, again: str | None) -> None:  # noqa: A002
    """Note how a try went; it is tried `again` at a moment, or never."""
    db.execute(
        """UPDATE webhook_deliveries SET attempts = attempts + 1, tried_at = :now, outcome = :outcome,
           run_at = :run_at, done_at = :done_at WHERE id = :id AND done_at IS NULL""",
        id=id,
        outcome=outcome,
        now=now,
        run_at=again or now,
        done_at=None if again else now,
    )


def well(db: Database, id: str) -> None:  # noqa: A002
    """Note that one took what it was sent."""
    db.execute("UPDATE webhooks SET failing_since = NULL WHERE id = :id AND failing_since IS NOT NULL", id=id)


def failing(db: Database, id: str, *, now: str) -> str:  # noqa: A002
    """Note that one did not take what it was sent; returns since when it has taken nothing."""
    row = db.row(
        "UPDATE webhooks SET failing_since = coalesce(failing_since, :now) WHERE id = :id RETURNING failing_since",
        id=id,
        now=now,
    )
    return now if row is None else str(row["failing_since"])


def log(db: Database, webhook: str, *, limit: int) -> list[Delivery]:
    """What a webhook was sent last, newest first."""
    rows = db.rows(
        f"SELECT {_DELIVERY} FROM webhook_deliveries WHERE webhook = :webhook ORDER BY id DESC LIMIT :limit",  # noqa: S608
        webhook=webhook,
        limit=limit,
    )
    return [Delivery(**row) for row in rows]


def bring_forward(db: Database, *, now: str) -> None:
    """Let what is to be delivered in what is now the future be due: the clock was set back since."""
    db.execute(
        "UPDATE webhook_deliveries SET created = :now, run_at = :now WHERE created > :now AND done_at IS NULL", now=now
    )


def forget(db: Database, *, before: str) -> None:
    """Forget what was delivered, or given up, before a moment. By its id nothing younger is looked at."""
    db.execute(
        "DELETE FROM webhook_deliveries WHERE id < :first AND done_at < :before",
        first=ids.first_id(before),
        before=before,
    )


def _webhook(row: Row) -> Webhook:
    return Webhook(**row | {"facts": tuple(row["facts"].split())})

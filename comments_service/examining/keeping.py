"""What is kept: whether the database is sound and of this version, and whether the work on it goes on."""

import os
from collections.abc import Iterator

from comments_service import ids, migrations, wording
from comments_service.database import Database
from comments_service.engagement import doctor
from comments_service.examining.finding import Finding, State, Watch
from comments_service.settings import Settings
from comments_service.store import conversations, outbox, webhooks, whole

_SILENCE_SECONDS = 180
_LONG_SECONDS = 600
# Until here a write-ahead log can be damaged by two that fold it in at once (sqlite.org/wal.html, 2026).
_SOUND_SQLITE = (3, 51, 3)
_WAY_BACK = "Stop the service, and put the newest backup back: rapport restore (docs/operating.md)."


def nothing_to_open(settings: Settings) -> Finding | None:
    """A SQLite file that is not there, or not ours: what SQLite leaves beside it has to belong to its owner."""
    file = settings.data / "comments.db"
    if settings.database:
        return None
    if not file.exists():
        do = "On a new machine the first `rapport serve` makes one. Otherwise put a backup back: rapport restore."
        return Finding("database", State.BROKEN, f"There is no database at {file}.", do)
    if file.stat().st_uid != os.geteuid():
        said = f"{file} belongs to somebody else, so it was not opened."
        return Finding("database", State.BROKEN, said, f"sudo -u {file.owner()} .venv/bin/rapport doctor")
    return None


def out_of_reach(settings: Settings, error: Exception) -> Finding:
    """A database that does not open. What a driver says of it holds no password."""
    why = str(error).splitlines()[0][:300] if str(error) else type(error).__name__
    if settings.database:
        do = "See whether PostgreSQL runs, and whether `database` names the right one."
        return Finding("database", State.BROKEN, f"PostgreSQL can't be reached: {why}.", do)
    do = "Run this as the user who owns the blog. If it is damaged, put the newest backup back: rapport restore."
    return Finding("database", State.BROKEN, f"{settings.data / 'comments.db'} can't be opened: {why}.", do)


def soundness(db: Database, watch: Watch) -> Iterator[Finding]:
    """The file, or the server's own records of it."""
    if not whole.steps(db):
        yield Finding("database", State.BROKEN, "There is no house in this database yet.",
                      "The first `rapport serve` makes one.", ends=True)  # fmt: skip
        return
    with watch("Reading the database to its end", 0):
        faults = whole.faults(db)
    for fault in faults[:10]:
        yield Finding("database", State.BROKEN, f"{fault[0].upper()}{fault[1:]}.", _WAY_BACK)
    if faults:
        return
    weaknesses = list(_weaknesses(db))
    yield from weaknesses
    if not weaknesses:
        count = wording.count(sum(whole.rows(db).values()), "row", "rows")
        yield Finding("database", State.OK, f"{db.engine} holds {count}, and finds no fault in itself.")


def _weaknesses(db: Database) -> Iterator[Finding]:
    if db.engine == "postgresql":
        order = whole.collation(db)
        if order not in {"C", "POSIX"}:
            yield Finding(
                "database", State.LOOK, f"The database sorts text by {order}.",
                "Make it anew in the collation C (docs/operating.md): lists may be out of order.",
            )  # fmt: skip
        return
    version = whole.version(db)
    if tuple(int(part) for part in version.split(".")) < _SOUND_SQLITE:
        yield Finding(
            "database", State.LOOK, f"SQLite is {version}; before 3.51.3 it may, very seldom, damage its log.",
            "A newer one comes with the package pysqlite3 where there is one. Keep backups.",
        )  # fmt: skip


def schema(db: Database) -> Iterator[Finding]:
    """Whether the database and this program are of one version."""
    taken, known = whole.steps(db), [step.__name__ for step in migrations.STEPS]
    if taken[: len(known)] != known[: len(taken)] or len(taken) > len(known):
        said = "The database is of a newer version of Rapport than this program."
        yield Finding("schema", State.BROKEN, said, "Go on with the newer program.", ends=True)
    elif pending := migrations.pending(db):
        said = f"{wording.count(len(pending), 'step is', 'steps are')} to be taken yet: {', '.join(pending)}."
        yield Finding("schema", State.LOOK, said, "rapport migrate; the next start does it, too.", ends=True)
    else:
        yield Finding("schema", State.OK, f"All {len(known)} steps are taken.")


def worker(db: Database) -> Iterator[Finding]:
    """When the worker last gave a sign of life."""
    now, last = ids.now(), outbox.last_beat(db, "worker")
    if last is None:
        do = "Start the service: systemctl start blog."
        yield Finding("worker", State.LOOK, "It has never run.", do)
    elif wording.between(last, now) > _SILENCE_SECONDS:
        said = f"It last gave a sign of life {wording.duration(wording.between(last, now))} ago."
        do = "Start the service (systemctl start blog); if it runs, see its log: the worker can't write, or is stuck."
        yield Finding("worker", State.BROKEN, said, do)
    elif wording.between(now, last) > _SILENCE_SECONDS:
        said = "Its last sign of life lies in the future: the clock was set back."
        yield Finding("worker", State.LOOK, said, "Set the clock (timedatectl); it settles by itself then.")
    else:
        yield Finding("worker", State.OK, "It gave a sign of life within three minutes.")


def jobs(db: Database) -> Iterator[Finding]:
    """What is still to be done, and what was given up."""
    now = ids.now()
    letters = outbox.given_up(db, lanes=outbox.BY_POST)
    pings, alerts = (outbox.given_up(db, lanes=lane) for lane in (outbox.HUB, outbox.ALERTS))
    others = outbox.given_up(db) - letters - pings - alerts
    if letters:
        said = f"{wording.count(letters, 'letter was', 'letters were')} given up."
        yield Finding("jobs", State.LOOK, said, "rapport letters list says why, and rapport letters retry tries again.")
    if pings:
        said = f"The hub took {wording.count(pings, 'message', 'messages')} in vain that feeds changed."
        yield Finding("jobs", State.LOOK, said, "See whether `websub_hub` is the right address of one that works.")
    if alerts:
        said = f"{wording.count(alerts, 'alert was', 'alerts were')} given up."
        yield Finding("jobs", State.LOOK, said, "rapport alerts test says which chat service takes none.")
    if others:
        said = f"{wording.count(others, 'job was', 'jobs were')} given up."
        do = "Mend the cause (the column `error` of the table `jobs` says it), then: rapport bake."
        yield Finding("jobs", State.LOOK, said, do)
    tried = outbox.tried_since(db, outbox.BY_POST, before=ids.now(days=-1))
    if tried:
        said = f"{wording.count(tried, 'letter has', 'letters have')} been tried for more than a day."
        yield Finding("jobs", State.LOOK, said, "rapport letters list says why.")
    oldest = outbox.longest_due(db, now=now)
    if oldest and wording.between(oldest, now) > _LONG_SECONDS:
        said = f"Something waits to be done since {oldest}."
        yield Finding("jobs", State.LOOK, said, "See whether the worker runs, and its log.")
    elif not letters + pings + alerts + others + tried:
        waiting = outbox.waiting(db, now=now)
        yield Finding("jobs", State.OK, f"{wording.count(waiting, 'job waits', 'jobs wait')}, none was given up.")


def told(db: Database) -> Iterator[Finding]:
    """Whether the programs that are told what happens take it."""
    found = webhooks.every(db)
    for one in found:
        if one.off_why in {webhooks.GONE, webhooks.FAILING}:
            why = "is gone" if one.off_why == webhooks.GONE else "took nothing for days"
            said = f"Webhook {one.id} was switched off at {one.off_at}, because its receiver {why}."
            yield Finding("webhooks", State.LOOK, said, f"Mend the receiver, then: rapport webhooks on {one.id}")
        elif one.failing_since and not one.off_at:
            said = f"Webhook {one.id} has taken nothing since {one.failing_since}."
            yield Finding("webhooks", State.LOOK, said, f"rapport webhooks test {one.id} says what it answers.")
    if found and not any(one.failing_since for one in found):
        said = f"{wording.count(len(found), 'webhook', 'webhooks')}: what was sent was taken."
        yield Finding("webhooks", State.OK, said)


def ledger(db: Database, watch: Watch) -> Iterator[Finding]:
    """Every conversation, told again from its events."""
    with watch("Telling again", conversations.number(db)) as advance:
        examined = doctor.examine(db, advance)
    number = wording.count(examined.conversations, "conversation", "conversations")
    if not examined.differing:
        yield Finding("ledger", State.OK, f"{number}: what is kept equals their events.")
        return
    for id_, wrong in list(examined.differing.items())[:20]:
        yield Finding("ledger", State.BROKEN, f"{id_}  differs in {', '.join(wrong)}", "rapport doctor --mend")
    differing = wording.count(len(examined.differing), "differs", "differ")
    yield Finding("ledger", State.BROKEN, f"{number}: {differing}.", "rapport doctor --mend")

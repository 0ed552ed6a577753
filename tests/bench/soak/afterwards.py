"""What became of acknowledged replies: in the database, in the ledger, on the pages."""

import re
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from comments_service import ids, worker
from comments_service.database import Database, opened
from comments_service.engagement import doctor
from comments_service.settings import Settings
from comments_service.store import outbox

_COMMENT = re.compile(r'id="comment-(\w+)"')
_PATIENCE_SECONDS = 300


@dataclass(frozen=True)
class Afterwards:
    """What was found. Everything but `kept`, a number of replies, is empty or nought if all is well.

    `lost` are ids that were acknowledged and are not there with those words; `doubled` words that are there more than
    once; `damage` is what the engine says of its file; `differing` counts conversations that are kept otherwise than
    their events tell them; `missing` are published replies that their page does not hold exactly once; `undone` counts
    jobs that wait or were given up.
    """

    kept: int
    lost: list[str]
    doubled: list[str]
    damage: list[str]
    differing: int
    missing: list[str]
    undone: int

    @property
    def well(self) -> bool:
        """Whether nothing was lost, doubled, damaged or left undone."""
        return not (self.lost or self.doubled or self.damage or self.differing or self.missing or self.undone)


def wait_for_the_worker(settings: Settings) -> bool:
    """Let the worker of the running service act upon everything; whether it did, in the time that it was given."""
    with opened(settings) as db:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while outbox.waiting(db, now=ids.now(days=1)) and time.monotonic() < deadline:
            time.sleep(0.1)
        return not outbox.waiting(db, now=ids.now(days=1))


def look(settings: Settings, acknowledged: Mapping[str, str]) -> Afterwards:
    """Do what the worker has left to do, then compare everything. The service has stopped."""
    with opened(settings) as db:
        while worker.work_once(db, settings):
            pass
        rows = db.rows("SELECT id, text, state, page FROM comments ORDER BY id")
        there = {str(row["id"]): str(row["text"]) for row in rows}
        published = {str(row["id"]): str(row["page"]) for row in rows if row["state"] == "published"}
        return Afterwards(
            kept=len(rows),
            lost=[id_ for words, id_ in acknowledged.items() if there.get(id_) != words],
            doubled=[words for words, times in Counter(there.values()).items() if times > 1],
            damage=damage(db),
            differing=len(doctor.examine(db).differing),
            missing=_missing(settings, published),
            undone=outbox.waiting(db, now=ids.now(days=1)) + outbox.given_up(db),
        )


def damage(db: Database) -> list[str]:
    """What SQLite says of its file and of references that lead nowhere; PostgreSQL keeps both right by itself."""
    if db.engine != "sqlite":
        return []
    said = [str(row["integrity_check"]) for row in db.rows("PRAGMA integrity_check")]
    lost = [f"{row['table']} refers to no row of {row['parent']}" for row in db.rows("PRAGMA foreign_key_check")]
    return [line for line in said if line != "ok"] + lost


def _missing(settings: Settings, published: Mapping[str, str]) -> list[str]:
    stand: Counter[str] = Counter()
    for path in set(published.values()):
        file = settings.output / path.strip("/") / "index.html"
        stand.update(f"{path} {id_}" for id_ in _COMMENT.findall(file.read_text("utf-8")))
    return [id_ for id_, path in published.items() if stand[f"{path} {id_}"] != 1]

"""What is left of somebody who was forgotten: verdicts and settled promises of nobody, on no essay, without a wait."""

import json
from dataclasses import replace

from comments_service import ids
from comments_service.database import Database
from comments_service.ledger import Promise, ReachOut
from comments_service.ledger.data import as_data, from_data


def add_reach_out(db: Database, reach_out: ReachOut) -> None:
    """Keep an anonymous verdict: when it fell, and what it was."""
    due, done = reach_out.due_at, reach_out.done_at
    settled = None if done is None else due if done <= due else due + 1
    bare = replace(reach_out, comment="", person=None, opened_at=due, done_at=settled, seq=0)
    _add(db, "reach_out", as_data(bare))


def add_promise(db: Database, promise: Promise) -> None:
    """Keep an anonymous promise: when it was settled, and how."""
    due, kept = promise.due, promise.kept_at
    settled = None if kept is None else min(kept, due + 1)
    _add(db, "promise", as_data(replace(promise, id="", comment="", by="", person=None, made_at=due, kept_at=settled)))


def _add(db: Database, kind: str, data: dict[str, object]) -> None:
    db.insert("tallies", {"id": ids.new_id(), "kind": kind, "data": json.dumps(data, sort_keys=True)})


def reach_outs(db: Database) -> list[ReachOut]:
    """All verdicts of nobody."""
    return [from_data(ReachOut, data) for data in _all(db, "reach_out")]


def promises(db: Database) -> list[Promise]:
    """All settled promises to nobody."""
    return [from_data(Promise, data) for data in _all(db, "promise")]


def _all(db: Database, kind: str) -> list[dict[str, object]]:
    rows = db.rows("SELECT data FROM tallies WHERE kind = :kind ORDER BY id", kind=kind)
    return [json.loads(row["data"]) for row in rows]

"""What is left of somebody who was forgotten: verdicts of nobody, on no essay, without a wait."""

import json

from comments_service import ids
from comments_service.database import Database
from comments_service.ledger import ReachOut
from comments_service.ledger.data import as_data, from_data


def add(db: Database, reach_out: ReachOut) -> None:
    """Keep an anonymous verdict."""
    db.insert("tallies", {"id": ids.new_id(), "data": json.dumps(as_data(reach_out), sort_keys=True)})


def every(db: Database) -> list[ReachOut]:
    """All of them."""
    rows = db.rows("SELECT data FROM tallies ORDER BY id")
    return [from_data(ReachOut, json.loads(row["data"])) for row in rows]

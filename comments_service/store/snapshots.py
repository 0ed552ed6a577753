"""Figures as they were taken: pages show these, and when one falls due again stands beside it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from comments_service.database import Database


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`name` is `site` or the path of an essay; `next_at` is when time alone changes it, empty if it never does."""

    name: str
    taken_at: str
    next_at: str
    data: Mapping[str, Any]


def find(db: Database, name: str) -> Snapshot | None:
    """The snapshot of this name."""
    return named(db, [name]).get(name)


def named(db: Database, names: Sequence[str]) -> dict[str, Snapshot]:
    """The snapshots of these names, as far as they were taken."""
    rows = db.rows("SELECT name, taken_at, next_at, data FROM snapshots WHERE name IN (:names)", names=list(names))
    return {row["name"]: Snapshot(**row | {"data": json.loads(row["data"])}) for row in rows}


def every(db: Database) -> dict[str, Snapshot]:
    """All snapshots, for a full build."""
    rows = db.rows("SELECT name, taken_at, next_at, data FROM snapshots ORDER BY name")
    return {row["name"]: Snapshot(**row | {"data": json.loads(row["data"])}) for row in rows}


def keep(db: Database, snapshot: Snapshot) -> None:
    """Keep a snapshot in place of the former one."""
    data = json.dumps(snapshot.data, sort_keys=True, separators=(",", ":"))
    row = {"name": snapshot.name, "taken_at": snapshot.taken_at, "next_at": snapshot.next_at, "data": data}
    db.upsert("snapshots", row, key="name")


def due(db: Database, *, now: str) -> list[str]:
    """The names of the snapshots that time has changed."""
    rows = db.rows("SELECT name FROM snapshots WHERE next_at <> '' AND next_at <= :now ORDER BY name", now=now)
    return [row["name"] for row in rows]

"""The rules that authors gave their house, in the order in which they are asked."""

import json

from comments_service.database import Database, Row
from comments_service.screening import Action
from comments_service.screening.rules import Conditions, Rule, as_json, from_json

_COLUMNS = "id, name, action, sentence, conditions, place, on_at, made_by, made_at"


def keep(db: Database, rule: Rule) -> None:
    """Keep a rule, new or changed."""
    row = {name: getattr(rule, name) for name in _COLUMNS.split(", ")}
    db.upsert("rules", row | {"action": str(rule.action), "conditions": as_json(rule.conditions)}, key="id")


def remove(db: Database, id: str) -> bool:  # noqa: A002 -- the column's name
    """Delete a rule."""
    return db.execute("DELETE FROM rules WHERE id = :id", id=id) == 1


def find(db: Database, id: str) -> Rule | None:  # noqa: A002
    """The rule with this id."""
    row = db.row(f"SELECT {_COLUMNS} FROM rules WHERE id = :id", id=id)  # noqa: S608
    return None if row is None else _rule(row)


def every(db: Database) -> list[Rule]:
    """All rules, first those that are asked first."""
    return [_rule(row) for row in db.rows(f"SELECT {_COLUMNS} FROM rules ORDER BY place, id")]  # noqa: S608


def switched_on(db: Database) -> list[Rule]:
    """The rules that are on. Every reply asks for them: without any it is one look into an empty index."""
    rows = db.rows(f"SELECT {_COLUMNS} FROM rules WHERE on_at IS NOT NULL ORDER BY place, id")  # noqa: S608
    return [_rule(row) for row in rows]


def switch(db: Database, id: str, *, on_at: str | None) -> bool:  # noqa: A002
    """Switch a rule on, since a moment, or off; False if it is so already, or is not there."""
    if on_at is None:
        return db.execute("UPDATE rules SET on_at = NULL WHERE id = :id AND on_at IS NOT NULL", id=id) == 1
    return db.execute("UPDATE rules SET on_at = :at WHERE id = :id AND on_at IS NULL", id=id, at=on_at) == 1


def put_in_order(db: Database, order: list[str]) -> None:
    """Let rules (their ids) be asked in this order."""
    for place, id_ in enumerate(order, start=1):
        db.execute("UPDATE rules SET place = :place WHERE id = :id AND place <> :place", place=place, id=id_)


def forget_networks(db: Database, *, before: str) -> int:
    """Drop the hashes of networks that rules took in before a moment; what they are called stays, and matches none.

    The log of what was done to rules forgets them as well. Returns how many rules changed.
    """
    changed = 0
    for row in db.rows("SELECT id, conditions FROM rules WHERE conditions LIKE '%networks%' ORDER BY id"):
        kept = json.loads(row["conditions"])
        if _forgotten(kept, before):
            db.execute("UPDATE rules SET conditions = :told WHERE id = :id", told=_as_text(kept), id=row["id"])
            changed += 1
    logged = """SELECT id, before, after FROM acts WHERE kind = 'rule'
                AND (before LIKE '%networks%' OR after LIKE '%networks%') ORDER BY id"""
    for row in db.rows(logged):
        sides = {name: json.loads(row[name]) for name in ("before", "after")}
        old = [side for side in sides.values() if _forgotten(side.get("conditions", {}), before)]
        if old:
            told = {name: _as_text(side) for name, side in sides.items()}
            db.execute("UPDATE acts SET before = :before, after = :after WHERE id = :id", id=row["id"], **told)
    return changed


def _forgotten(conditions: dict[str, list[dict[str, str]]], before: str) -> bool:
    """Empty the old hashes in some conditions; whether there were any."""
    old = [one for one in conditions.get("networks", []) if one["hash"] and one["at"] < before]
    for one in old:
        one["hash"] = ""
    return bool(old)


def _as_text(kept: object) -> str:
    return json.dumps(kept, ensure_ascii=False, sort_keys=True)


def _rule(row: Row) -> Rule:
    conditions: Conditions = from_json(row["conditions"])
    return Rule(**row | {"action": Action(row["action"]), "conditions": conditions})

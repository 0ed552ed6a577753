"""Rules: made, changed, put in order, switched on and off, deleted; each with its line in the log of acts."""

from dataclasses import replace

from comments_service import ids
from comments_service.database import Database
from comments_service.errors import conflict, not_found
from comments_service.models import Person
from comments_service.screening import Action
from comments_service.screening.rules import MOST_RULES, Rule, as_data, from_data
from comments_service.store import acts, rules
from comments_service.store.acts import Act


def known(db: Database, id_: str) -> Rule:
    """The rule with this id. Raises Problem (404)."""
    found = rules.find(db, id_)
    if found is None:
        raise not_found("rule")
    return found


def make(db: Database, draft: Rule, by: Person) -> Rule:
    """Keep a new rule, off, after those that there are. Raises Problem (409) when there are as many as can be."""
    with db.transaction():
        others = rules.every(db)
        if len(others) >= MOST_RULES:
            raise conflict(f"There are {MOST_RULES} rules, and each is asked at every reply. Delete one first.")
        place = max((one.place for one in others), default=0) + 1
        made = replace(draft, id=ids.new_id(), place=place, on_at=None, made_by=by.id, made_at=ids.now())
        rules.keep(db, made)
        acts.add(db, "make", "rule", made.id, by=by.id, after=told(made))
    return made


def change(db: Database, id_: str, draft: Rule, by: Person) -> Rule:
    """Let a rule say something else; its place stays, and whether it is on. Raises Problem (404)."""
    with db.transaction():
        before = known(db, id_)
        after = replace(draft, id=id_, place=before.place, on_at=before.on_at, made_by=before.made_by,
                        made_at=before.made_at)  # fmt: skip
        if after != before:
            rules.keep(db, after)
            acts.add(db, "change", "rule", id_, by=by.id, before=told(before), after=told(after))
    return after


def switch(db: Database, id_: str, by: Person, *, on: bool) -> Rule:
    """Switch a rule on or off. Raises Problem (404); what is so already stays so."""
    with db.transaction():
        before = known(db, id_)
        now = ids.now() if on else None
        if rules.switch(db, id_, on_at=now):
            verb = "switch on" if on else "switch off"
            after = replace(before, on_at=now)
            acts.add(db, verb, "rule", id_, by=by.id, before=told(before), after=told(after))
    return known(db, id_)


def move(db: Database, id_: str, by: Person, *, up: bool) -> None:
    """Let a rule be asked one place sooner, or later. Raises Problem (404); at the end of the list it stays."""
    with db.transaction():
        before = known(db, id_)
        order = [one.id for one in rules.every(db)]
        at = order.index(id_)
        to = max(0, min(len(order) - 1, at + (-1 if up else 1)))
        if to != at:
            order.insert(to, order.pop(at))
            rules.put_in_order(db, order)
            was = told(before) | {"place": at + 1}
            acts.add(db, "move", "rule", id_, by=by.id, before=was, after=was | {"place": to + 1})


def delete(db: Database, id_: str, by: Person) -> Rule:
    """Delete a rule. Raises Problem (404)."""
    with db.transaction():
        before = known(db, id_)
        rules.remove(db, id_)
        acts.add(db, "delete", "rule", id_, by=by.id, before=told(before))
    return before


def told(rule: Rule) -> dict[str, object]:
    """A rule as the log keeps it."""
    return {
        "name": rule.name,
        "action": str(rule.action),
        "sentence": rule.sentence,
        "conditions": as_data(rule.conditions),
        "place": rule.place,
        "on_at": rule.on_at,
        "made_by": rule.made_by,
        "made_at": rule.made_at,
    }


def take_back(db: Database, act: Act, _: Person) -> None:
    """Let a rule be as it was before an act: gone if that made it, there again if that deleted it; where it stands now.

    Whoever asks writes the log. Raises Problem (409) when nothing is known of it any more.
    """
    if act.verb == "make":
        rules.remove(db, act.subject)
        return
    before = dict(act.before)
    if "conditions" not in before:
        raise conflict("What this rule said before is not kept any more.")
    data = before | {"action": Action(str(before["action"])), "conditions": from_data(before["conditions"])}  # type: ignore[arg-type]
    if act.verb == "move":
        order = [one.id for one in rules.every(db) if one.id != act.subject]
        order.insert(int(str(before["place"])) - 1, act.subject)
        rules.put_in_order(db, order)
    else:
        now, then = rules.find(db, act.subject), Rule(id=act.subject, **data)  # type: ignore[arg-type]
        rules.keep(db, replace(then, place=now.place) if now else then)

"""Bans and trust: whose replies an author holds, files as spam, or refuses; and whose need no look."""

from collections.abc import Mapping
from dataclasses import dataclass

from comments_service import ids, proofs, texts
from comments_service.database import Database
from comments_service.errors import conflict, forbidden, invalid, not_found
from comments_service.keys import Keys
from comments_service.models import Comment, Person
from comments_service.moderation import known
from comments_service.screening import Action
from comments_service.store import acts, bans, people, rule_facts
from comments_service.store.acts import Act
from comments_service.store.bans import Ban

# How long a ban may last -> in days; None: until it is lifted.
LENGTHS: Mapping[str, int | None] = {"day": 1, "week": 7, "month": 30, "ever": None}
ACTIONS = (Action.HOLD, Action.SPAM, Action.REFUSE)
LONGEST_REASON = 300
# Hashes of networks are kept no longer.
NETWORK_DAYS = 30
# How long one that has ended is remembered, so that it can be seen and undone.
FORGOTTEN_DAYS = 30

_OF_AN_ACCOUNT = "Whoever wrote this has an account here, and can't be banned. The owner decides about accounts."


@dataclass(frozen=True, slots=True)
class Wish:
    """A ban as it is asked for: of a `kind` (`person`, `address`, `network`), how long, what is done, and why."""

    kind: str = "person"
    lasts: str = "week"
    action: str = Action.HOLD.value
    reason: str = ""


def ban(db: Database, keys: Keys, id_: str, wish: Wish, by: Person) -> Ban:
    """Ban whoever wrote a comment, the address that they gave, or the network that it came from; as far as possible.

    Raises Problem: 404, 403 for an account's words, 422 with a sentence for what can't be, 409 where it is so already.
    """
    with db.transaction():
        comment = known(db, id_)
        _no_account(db, comment)
        days = _days(wish)
        new = Ban(
            id=ids.new_id(),
            kind=wish.kind,
            subject=_subject(keys, comment, wish.kind),
            action=_action(wish.action),
            reason=_reason(wish.reason),
            comment=comment.id,
            banned_by=by.id,
            at=ids.now(),
            until=ids.now(days=days) if days else None,
        )
        if bans.in_force(db, [new.subject], now=new.at):
            raise conflict("There is a ban of this kind already. Lift it first, then make the other one.")
        bans.add(db, new)
        after = {"kind": new.kind, "action": new.action, "until": new.until, "comment": comment.id}
        acts.add(db, "ban", "ban", new.id, by=by.id, after=after)
    return new


def _no_account(db: Database, comment: Comment) -> None:
    person = people.find(db, comment.person) if comment.person else None
    if comment.by_author or (person and person.role):
        raise forbidden(_OF_AN_ACCOUNT)


def _days(wish: Wish) -> int | None:
    if wish.lasts not in LENGTHS:
        raise invalid({"for": "Choose how long this lasts: a day, a week, a month, or until you lift it."})
    if wish.kind == "network" and LENGTHS[wish.lasts] is None:
        raise invalid({"for": f"A network can be banned for a month at most: its hash is kept {NETWORK_DAYS} days."})
    return LENGTHS[wish.lasts]


def _subject(keys: Keys, comment: Comment, kind: str) -> str:
    found = {
        "person": comment.person,
        "address": proofs.print_of(keys, comment.email) if comment.email else "",
        "network": comment.network,
    }
    if kind not in found:
        raise invalid({"kind": "Choose whom this is for: this person, this e-mail address, or this network."})
    if not found[kind]:
        raise invalid({"kind": _UNKNOWN[kind]})
    return str(found[kind])


_UNKNOWN = {
    "person": "Nobody knows any more who wrote this: it was withdrawn.",
    "address": "This reply came without an e-mail address.",
    "network": f"The network that this came from is forgotten: its hash is kept {NETWORK_DAYS} days.",
}


def _action(typed: str) -> str:
    if typed not in ACTIONS:
        raise invalid({"action": "Choose what is done with their replies: hold, file as spam, or refuse."})
    return typed


def _reason(typed: str) -> str:
    reason = " ".join(texts.mend(typed).split())
    if len(reason) > LONGEST_REASON:
        raise invalid({"reason": f"Please give the reason in at most {LONGEST_REASON} characters."})
    return reason


def lift(db: Database, id_: str, by: Person) -> Ban:
    """End a ban before its time. Raises Problem (404, or 409 when it has ended)."""
    with db.transaction():
        found = bans.find(db, id_)
        if found is None:
            raise not_found("ban")
        if found.until and found.until <= ids.now():
            raise conflict("This ban has ended by itself.")
        if not bans.lift(db, id_, now=ids.now()):
            raise conflict("This ban was lifted before.")
        acts.add(db, "lift", "ban", id_, by=by.id, before={"lifted": False}, after={"lifted": True})
    return found


def forget_ended(db: Database) -> int:
    """Forget the bans that ended a while ago; returns how many."""
    return bans.forget(db, before=ids.now(days=-FORGOTTEN_DAYS))


# ── trust ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def trust(db: Database, id_: str, by: Person, *, trusted: bool) -> Comment:
    """Say whether the replies of whoever wrote a comment need a look, whoever else they proved to be.

    Raises Problem: 404, 403 for an account's words, 409 for a withdrawn reply.
    """
    with db.transaction():
        comment = known(db, id_)
        _no_account(db, comment)
        if not comment.person:
            raise conflict(_UNKNOWN["person"])
        known_as = [one for own in sorted(rule_facts.selves(db, comment)) if (one := people.find(db, own))]
        now = ids.now() if trusted else None
        for one in known_as:
            people.trust(db, one.id, now=now)
        before = {one.id: one.trusted_at for one in known_as}
        after = {one.id: (one.trusted_at or now) if trusted else None for one in known_as}
        verb = "trust" if trusted else "distrust"
        acts.add(db, verb, "person", comment.person, by=by.id, before={"trusted": before}, after={"trusted": after})
    return comment


def is_trusted(db: Database, comment: Comment) -> bool:
    """Whether the replies of whoever wrote a comment need no look."""
    known_as = (people.find(db, one) for one in rule_facts.selves(db, comment))
    return any(one is not None and one.trusted_at for one in known_as)


# ── taking it back ──────────────────────────────────────────────────────────────────────────────────────────────────


def take_back(db: Database, act: Act, _: Person) -> None:
    """Bring back what a `ban`, a `lift`, a `trust` or a `distrust` changed; the log is written by whoever asks."""
    match act.verb:
        case "ban":
            bans.lift(db, act.subject, now=ids.now())
        case "lift":
            bans.lift(db, act.subject, now=None)
        case "trust" | "distrust":
            before = act.before.get("trusted")
            for person, trusted_at in (before if isinstance(before, dict) else {}).items():
                people.trust(db, person, now=None)
                if trusted_at:
                    people.trust(db, person, now=trusted_at)

"""The log of sign-ins: who came in by what, who was refused and why, and what was changed about the ways in."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from comments_service import ids
from comments_service.database import Database
from comments_service.errors import Problem
from comments_service.store import passkeys, sign_ins
from comments_service.store.sign_ins import SignIn

How = Literal["printed link", "letter", "passkey"]

NETWORK_DAYS = 30
LOG_DAYS = 365
_log = logging.getLogger("rapport.identity")

# What happened -> how it is told of a way in. What is not here is a refusal.
_DONE = {
    "signed_in": "Signed in by {how}",
    "asked": "A sign-in letter was asked for",
    "added": "A passkey was added",
    "removed": "A passkey was removed",
    "address": "Another address was proven",
}
# The code of a problem -> why somebody was refused.
_WHY = {
    "gone": "it was used already, or is too old",
    "another_browser": "it was opened in another browser than the one that asked",
    "passkey_late": "it came too late, or was begun elsewhere",
    "passkey_unknown": "it opens nothing here",
    "passkey_refused": "what it signed does not hold",
    "passkey_copied": "its counter went back, so it may have been copied",
}


@dataclass(frozen=True, slots=True)
class Knock:
    """Who knocks: `device` in words, `network` as a keyed hash; `browser` and `session` are secrets of its cookies.

    `browser` says that something was begun in it; `session` is one that is open there already.
    """

    device: str = ""
    network: str = ""
    browser: str = ""
    session: str = ""


def note(db: Database, person: str, how: How, outcome: str, knock: Knock) -> None:
    """Add a line here, and one without anything personal to the process's log. Belongs into a transaction."""
    made = SignIn(ids.new_id(), person, ids.now(), how, outcome, knock.device[:120], knock.network)
    sign_ins.add(db, made)
    _log.log(logging.INFO if outcome in _DONE else logging.WARNING, "%s: %s", how, outcome)


@contextmanager
def refusals_noted(db: Database, person: str, how: How, knock: Knock) -> Iterator[None]:
    """Note why a sign-in was refused, when it is; begins outside of any transaction, so that the line stays."""
    try:
        yield
    except Problem as problem:
        with db.transaction():
            note(db, person, how, problem.code, knock)
        raise


def told(line: SignIn) -> str:
    """What a line says, as a sentence without its full stop."""
    if line.outcome in _DONE:
        return _DONE[line.outcome].format(how=line.how)
    return f"Refused by {line.how}: {_WHY.get(line.outcome, line.outcome)}"


def forget_old(db: Database) -> None:
    """Forget networks after 30 days, lines after a year, and what browsers began and left."""
    sign_ins.forget_networks(db, before=ids.now(days=-NETWORK_DAYS))
    sign_ins.forget(db, before=ids.now(days=-LOG_DAYS))
    passkeys.forget_challenges(db, before=ids.now(hours=-1))

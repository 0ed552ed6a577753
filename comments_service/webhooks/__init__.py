"""Webhooks: programs of the authors' that are told of facts; who is told of what, and what comes of each try."""

import logging
from collections.abc import Iterable, Sequence

from comments_service import ids, outbound, proofs
from comments_service.database import Database
from comments_service.errors import Problem, conflict, invalid
from comments_service.keys import Keys
from comments_service.models import Job, Role
from comments_service.settings import Settings
from comments_service.store import comments, outbox, people
from comments_service.store import webhooks as store
from comments_service.store.webhooks import Delivery, Webhook
from comments_service.webhooks import signing, telling
from comments_service.webhooks.telling import TEST

_log = logging.getLogger("rapport.webhooks")
# What can be told, each with what it says. The rest of what happens here is nobody else's business.
FACTS = {
    "comment.held": "A reply arrived, and waits for a look.",
    "comment.published": "A reader’s reply stands in the page.",
    "comment.edited": "Words that wait or stand were changed.",
    "comment.hidden": "A reply was turned down, marked as spam, or taken off the page.",
    "comment.withdrawn": "A reply was withdrawn, or is forgotten.",
    "comment.reported": "A reader reported a reply.",
    "answer.published": "An author’s words stand in a conversation.",
    "essay.published": "A new essay is there.",
    "essay.changed": "An essay says something new.",
}
MOST = 10
FAILING_DAYS = 3
LOG_DAYS = 30
# In a wave of replies, whoever writes waits for the notes of no more of them than these.
_AT_ONCE = 50
# How long to wait after each try that failed, in seconds; what is older than three days is not tried again.
_PAUSES = (5, 30, 120, 600, 1800, 3600, 3 * 3600, 6 * 3600)
_LONGEST_PAUSE = 12 * 3600
_LONGEST_URL = 2000
_OF_ADDRESSES = {chr(code) for code in range(ord("!"), ord("~") + 1)}
TAKEN = range(200, 300)
_REDIRECTS, _GONE = range(300, 400), 410


# ── who is told ─────────────────────────────────────────────────────────────────────────────────────────────────────


def register(db: Database, settings: Settings, url: str, facts: Iterable[str]) -> Webhook:
    """Let an address be told of facts from now on. Raises Problem (409, 422)."""
    url, chosen = url.strip(), [fact for fact in FACTS if fact in set(facts)]
    wrong = {}
    if not outbound.may_ask(settings, url) or len(url) > _LONGEST_URL or set(url) - _OF_ADDRESSES:
        wrong["url"] = "This takes a whole address that begins with https://, and no name or password in it."
    elif outbound.is_out_of_reach(settings, url):
        wrong["url"] = "This address is one that only machines near to it reach, and such are never asked."
    if not chosen:
        wrong["facts"] = "Choose at least one thing that it is to be told of."
    with db.transaction():
        known = store.every(db)
        if any(one.url == url for one in known):
            wrong["url"] = "This address is told already. Remove it first, if it is to be told of something else."
        if wrong:
            raise invalid(wrong)
        if len(known) >= MOST:
            raise conflict(f"More than {MOST} can’t be told. Remove one first.")
        made = Webhook(ids.new_id(), url, tuple(chosen), ids.now())
        store.add(db, made)
    return made


def known(db: Database, id_: str) -> Webhook:
    """The webhook with this id. Raises Problem (404)."""
    found = store.find(db, id_)
    if found is None:
        raise Problem("not_found", 404, "No webhook has this id. rapport webhooks list shows those there are.")
    return found


def switch(db: Database, id_: str, *, on: bool) -> None:
    """Switch one on or off by hand; what happens while it is off is never told. Raises Problem (404)."""
    with db.transaction():
        found = known(db, id_)
        if on and found.off_at:
            store.switch_on(db, id_)
        elif not on:
            store.switch_off(db, id_, store.BY_HAND, now=ids.now())


def remove(db: Database, id_: str) -> None:
    """Forget one, its secret, and what it was sent. Raises Problem (404)."""
    with db.transaction():
        known(db, id_)
        store.remove(db, id_)


def try_out(db: Database, id_: str) -> None:
    """Let one be sent a message to try it out, once. Raises Problem (404)."""
    with db.transaction():
        known(db, id_)
        store.tell(db, [id_], ids.new_id(), TEST, "")


def secret(keys: Keys, id_: str) -> str:
    """What a receiver checks signatures with, as it is shown: `whsec_…`."""
    return signing.shown(proofs.webhook_secret(keys, id_))


# ── what is told ────────────────────────────────────────────────────────────────────────────────────────────────────


def fan_out(db: Database, _settings: Settings, jobs: Sequence[Job]) -> None:
    """Let every webhook that is on be told of what it wants to know, once for each occurrence."""
    told = [one for one in store.every(db) if not one.off_at]
    if not told:
        return
    for begin in range(0, len(jobs), _AT_ONCE):
        with db.transaction():
            for job in jobs[begin : begin + _AT_ONCE]:
                fact = _fact(db, job)
                wanting = [one.id for one in told if fact in one.facts]
                if wanting:
                    store.tell(db, wanting, str(job.data.get("occurrence", job.id)), fact, job.subject)


def _fact(db: Database, job: Job) -> str:
    """What a fact is called outside: an author's words are told apart from a reader's."""
    if job.fact != "comment.published":
        return job.fact
    comment = comments.find(db, job.subject)
    return "answer.published" if comment and comment.by_author else job.fact


def message(
    db: Database, settings: Settings, keys: Keys, delivery: Delivery, *, now: str
) -> tuple[bytes, dict[str, str]]:
    """The body of a delivery as things stand now, and its headers with the signature."""
    body = telling.body(db, settings, delivery)
    key = proofs.webhook_secret(keys, delivery.webhook)
    return body, {"Content-Type": "application/json", **signing.headers(key, delivery.id, now, body)}


# ── what comes of it ────────────────────────────────────────────────────────────────────────────────────────────────


def settle(db: Database, delivery: Delivery, outcome: int | Exception) -> None:
    """Note what came of a try: the status of the answer, or why there was none.

    What failed is tried again, later and later, for three days. A receiver that says that it is gone (410), or that has
    taken nothing for so long, is switched off.
    """
    now = ids.now()
    with db.transaction():
        if outcome in TAKEN:
            store.tried(db, delivery.id, str(outcome), now=now, again=None)
            store.well(db, delivery.webhook)
            return
        why = "" if delivery.fact == TEST else _why_off(db, delivery, outcome, now)
        store.tried(db, delivery.id, said(outcome), now=now, again=None if why else _again(delivery))
        if why and store.switch_off(db, delivery.webhook, why, now=now):
            _warn(db, delivery.webhook, why)


def _why_off(db: Database, delivery: Delivery, outcome: int | Exception, now: str) -> str:
    """Why a receiver is to be switched off after a try that failed, if it is."""
    since = store.failing(db, delivery.webhook, now=now)
    if outcome == _GONE:
        return store.GONE
    return store.FAILING if since <= ids.now(days=-FAILING_DAYS) else ""


def _warn(db: Database, id_: str, why: str) -> None:
    """Let the operator know by the log, and the owner by a letter; the desk and the doctor say so as long as it is."""
    _log.warning("webhook %s was switched off: %s", id_, why)
    for owner in [account for account in people.accounts(db) if account.role is Role.OWNER]:
        outbox.put(db, "letter.webhook_off", id_, lane=outbox.LETTERS, person=owner.id)


def said(outcome: int | Exception) -> str:
    """What came of a try in a few words, without anything that the other side said."""
    if isinstance(outcome, int):
        return f"{outcome}: a redirect, which is not followed" if outcome in _REDIRECTS else str(outcome)
    if isinstance(outcome, outbound.Refused):
        return f"not asked: {outcome}"
    if not isinstance(outcome, outbound.Unreachable):
        return "something went wrong on our side"
    return "no answer in time" if "Timeout" in str(outcome) else f"no answer ({outcome})"


def _again(delivery: Delivery) -> str | None:
    if delivery.fact == TEST or delivery.created <= ids.now(days=-FAILING_DAYS):
        return None
    pause = _PAUSES[delivery.attempts] if delivery.attempts < len(_PAUSES) else _LONGEST_PAUSE
    return ids.now(seconds=pause)

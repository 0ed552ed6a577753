"""Webhooks, for the owner: programs that are told what happens here, how that goes, and a form for another one."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from flask import Response, make_response, redirect, request

from comments_service import ids, webhooks, wording
from comments_service.errors import Problem, forbidden
from comments_service.models import Role
from comments_service.store import webhooks as store
from comments_service.store.webhooks import Delivery, Webhook
from comments_service.web import context, forms, problems
from comments_service.web.desk import words
from comments_service.web.desk.door import door, me, page

_HERE = "/desk/webhooks"
_SHOWN = 20
# A secret is shown to whoever made it, and not to whoever comes by later.
_SECRET_MINUTES = 10
_DONE = {
    "on": "It is told of what happens from now on.",
    "off": "It is told of nothing any more.",
    "removed": "Removed. Its secret is of no use any more.",
    "tested": "A message to try it out is on its way. What comes of it stands below in a moment.",
}
_WHY_OFF = {
    store.GONE: "It answered that it is gone for good (410), so it was switched off",
    store.FAILING: f"It took nothing for {webhooks.FAILING_DAYS} days, so it was switched off",
    store.BY_HAND: "Switched off",
}


@dataclass(frozen=True, slots=True)
class Sent:
    """One message: what it told of, when it was made, how it stands in words, and whether it was never taken."""

    fact: str
    iso: str
    when: str
    state: str
    lost: bool


@dataclass(frozen=True, slots=True)
class Told:
    """A webhook as its owner sees it; `alarm` says that something is wrong with it, `secret` is "" after a while."""

    id: str
    url: str
    facts: tuple[str, ...]
    state: str
    off: bool
    alarm: bool
    secret: str
    log: list[Sent]


@door.get("/webhooks")
def webhooks_page() -> str:
    """All webhooks, with what each was sent lately, and the form for another one."""
    _owner()
    return _page({})


def _owner() -> None:
    if me().role is not Role.OWNER:
        raise forbidden("Only the owner of this blog sees which programs are told what happens here.")


def _page(typed: Mapping[str, str], problem: Problem | None = None) -> str:
    return page(
        "webhooks.html",
        _HERE,
        webhooks=[_told(one) for one in store.every(context.db())],
        facts=webhooks.FACTS,
        typed=typed,
        log_days=webhooks.LOG_DAYS,
        off_days=webhooks.FAILING_DAYS,
        done=_DONE.get(request.args.get("done", ""), ""),
        problem=problem,
    )


def _told(webhook: Webhook) -> Told:
    new = request.args.get("made") == webhook.id and webhook.made_at > ids.now(minutes=-_SECRET_MINUTES)
    if webhook.off_at:
        # A restore knows that it was off, and no more.
        state = f"{_WHY_OFF.get(webhook.off_why, _WHY_OFF[store.BY_HAND])}, {_when(webhook.off_at)}."
    elif webhook.failing_since:
        state = f"On, and has taken nothing since {_when(webhook.failing_since)}."
    else:
        state = "On."
    return Told(
        id=webhook.id,
        url=webhook.url,
        facts=webhook.facts,
        state=state,
        off=webhook.off_at is not None,
        alarm=webhook.failing_since is not None and webhook.off_why != store.BY_HAND,
        secret=webhooks.secret(context.secrets(), webhook.id) if new else "",
        log=[_sent(one) for one in store.log(context.db(), webhook.id, limit=_SHOWN)],
    )


def _sent(delivery: Delivery) -> Sent:
    tries = wording.count(delivery.attempts, "try", "tries")
    if delivery.outcome == store.DROPPED:
        state = "not sent: it was switched off"
    elif not delivery.attempts:
        state = "on its way"
    elif delivery.done_at:
        state = delivery.outcome if delivery.delivered else f"{delivery.outcome}; given up after {tries}"
    else:
        state = f"{delivery.outcome}; after {tries}, once more {_when(delivery.run_at)}"
    lost = delivery.done_at is not None and not delivery.delivered
    return Sent(delivery.fact, delivery.created, _when(delivery.created), state, lost)


def _when(at: str) -> str:
    return words.when(at, ids.now(), context.settings().zone)


@door.post("/webhooks")
def add_webhook() -> Response:
    """Let an address (`url`) be told of facts (`fact_comment.held` and so on)."""
    _owner()
    given = forms.fields()
    chosen = [fact for fact in webhooks.FACTS if forms.checked(given.get(f"fact_{fact}", ""))]
    try:
        made = webhooks.register(context.db(), context.settings(), given.get("url", ""), chosen)
    except Problem as problem:
        return problems.with_form(problem, partial(_page, given, problem))
    return make_response(redirect(f"{_HERE}?made={made.id}#webhook-{made.id}", 303))


@door.post("/webhooks/<id>/test")
def try_webhook(id: str) -> Response:  # noqa: A002 -- the address's word, here and below
    """Send one a message to try it out."""
    _owner()
    webhooks.try_out(context.db(), id)
    return _back("tested", id)


@door.post("/webhooks/<id>/on")
def switch_webhook_on(id: str) -> Response:  # noqa: A002
    """Tell one what happens from now on."""
    _owner()
    webhooks.switch(context.db(), id, on=True)
    return _back("on", id)


@door.post("/webhooks/<id>/off")
def switch_webhook_off(id: str) -> Response:  # noqa: A002
    """Tell one nothing any more."""
    _owner()
    webhooks.switch(context.db(), id, on=False)
    return _back("off", id)


@door.post("/webhooks/<id>/remove")
def remove_webhook(id: str) -> Response:  # noqa: A002
    """Forget one."""
    _owner()
    webhooks.remove(context.db(), id)
    return _back("removed")


def _back(done: str, id_: str = "") -> Response:
    return make_response(redirect(f"{_HERE}?done={done}" + (f"#webhook-{id_}" if id_ else ""), 303))

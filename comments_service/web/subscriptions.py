"""What an address hears of by letter: yes, choose, stop. A letter's link opens it for ever: GET shows, POST acts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, make_response, redirect, request

from comments_service import catalogue, ids, notifying, proofs, wording
from comments_service.errors import invalid, not_found
from comments_service.notifying import choosing
from comments_service.store import correspondents, subscriptions
from comments_service.store.correspondents import RHYTHMS, Correspondent, Rhythm
from comments_service.store.subscriptions import Subscription
from comments_service.web import context, forms

door = Blueprint("subscriptions", __name__)

# RFC 8058 (3.2): what a mail program sends when its reader presses its own button.
_ONE_CLICK = ("List-Unsubscribe", "One-Click")
# Rhythm -> how it is called.
_RHYTHMS: Mapping[Rhythm, str] = {
    "now": "within minutes",
    "day": "once a day, at eight in the morning",
    "week": "once a week, on Monday at eight",
}
# What was just done -> what the page says.
_DONE = {
    "confirm": "Thank you. Letters come to you from now on, and whatever happened meanwhile is told soon.",
    "again": "Noted: letters may come to you again. What they tell you of, you choose here, or with a reply.",
    "stop": "Noted: no more letters about this.",
    "stop_all": "Noted: no more letters come to you from here.",
    "rhythm": "Noted: that is how often letters come.",
    "essays": "Noted: you hear of every new essay.",
    "no_essays": "Noted: no more letters about new essays.",
}


@dataclass(frozen=True, slots=True)
class Wished:
    """A wish as the page tells it: `you hear` + `words`, since a day; `named`: the letter was about this one."""

    id: str
    words: str
    since: str
    named: bool


@door.get("/subscriptions/<token>")
def shown(token: str) -> str:
    """What the address hears of, and the ways to change it. Mail scanners open this, so nothing happens by it."""
    one, wish = _opened(token)
    return _page(token, one, wish, _DONE.get(request.args.get("done", ""), ""))


@door.post("/subscriptions/<token>")
def act(token: str) -> Response:
    """Do as the form says (`do`); a mail program's one click stops what its letter was about. Done twice, it is done.

    A mail program has no cookie and follows no redirect: it is told 200, and so is whoever was forgotten since.
    """
    one, wish = _opened(token)
    given = forms.fields()
    if given.get(_ONE_CLICK[0]) == _ONE_CLICK[1]:
        if one:
            _stop_of_letter(one, wish)
        return make_response("Stopped.\n", {"Content-Type": "text/plain; charset=utf-8"})
    act = _ACTS.get(given.get("do", ""))
    if act is None:
        raise invalid({"do": "It is not said what to do. Open the page once more, and press one of its buttons."})
    done = act(one, given) if one else ""
    return make_response(redirect(f"/subscriptions/{token}" + (f"?done={done}" if done else ""), 303))


def _opened(token: str) -> tuple[Correspondent | None, str]:
    """The correspondent, if they are still known, and the id of the wish that a link names. Raises Problem (404)."""
    found = proofs.subscription_of(context.secrets(), token)
    if found is None:
        raise not_found("page")
    return correspondents.find(context.db(), found[0]), found[1]


# ── what can be done ────────────────────────────────────────────────────────────────────────────────────────────────


def _stop_of_letter(one: Correspondent, wish: str) -> None:
    if wish:
        choosing.stop(context.db(), one, wish)
    else:
        choosing.stop_all(context.db(), one)


def _confirm(one: Correspondent, _given: Mapping[str, str]) -> str:
    choosing.confirm(context.db(), context.settings(), one)
    return "again" if one.stopped_at else "confirm"  # whoever stopped all is told of nothing that was before


def _stop(one: Correspondent, given: Mapping[str, str]) -> str:
    choosing.stop(context.db(), one, given.get("wish", ""))
    return "stop"


def _stop_all(one: Correspondent, _given: Mapping[str, str]) -> str:
    choosing.stop_all(context.db(), one)
    return "stop_all"


def _keep_rhythm(one: Correspondent, given: Mapping[str, str]) -> str:
    rhythm = given.get("rhythm", "")
    if rhythm not in RHYTHMS:
        raise invalid({"rhythm": "Choose how often letters come: within minutes, once a day, or once a week."})
    choosing.keep_rhythm(context.db(), context.settings(), one, rhythm)
    return "rhythm"


def _essays(one: Correspondent, given: Mapping[str, str]) -> str:
    wanted = forms.checked(given.get("essays", ""))
    choosing.essays(context.db(), context.settings(), one, wanted=wanted)
    return "essays" if wanted else "no_essays"


_ACTS: Mapping[str, Callable[[Correspondent, Mapping[str, str]], str]] = {
    "confirm": _confirm,
    "stop": _stop,
    "stop_all": _stop_all,
    "rhythm": _keep_rhythm,
    "essays": _essays,
}


# ── the page ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _page(token: str, one: Correspondent | None, wish: str, done: str) -> str:
    db = context.db()
    found = subscriptions.of_correspondent(db, one.id) if one else []
    wishes = [_wished(each, wish) for each in found if each.kind != "essays"]
    named = subscriptions.find(db, wish) if wish else None
    return context.rendered(
        "readers/subscriptions.html",
        token=token,
        to=one,
        wishes=sorted(wishes, key=lambda each: not each.named),
        essays=any(each.kind == "essays" for each in found),
        about_essays=bool(named and named.kind == "essays"),
        rhythms=_RHYTHMS,
        days=notifying.ASKED_DAYS,
        done=done,
    )


def _wished(wish: Subscription, named: str) -> Wished:
    settings = context.settings()
    since = wording.day(wish.created, ids.now(), settings.zone)
    words = notifying.in_words(context.db(), settings, wish, catalogue.of(catalogue.ORIGINAL))  # as the page around it
    return Wished(wish.id, words, since, wish.id == named)

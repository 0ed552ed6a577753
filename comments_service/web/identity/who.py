"""Who you are here: the page, how one appears, joining and parting, signing out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from flask import Response, jsonify, make_response, redirect, request

from comments_service import providers
from comments_service.errors import Problem
from comments_service.identity import guests, readers
from comments_service.identity.authors import sign_out as end_session
from comments_service.models import Identity, Speaker
from comments_service.publishing import views
from comments_service.store import comments, identities, pictures
from comments_service.web import context, feeds, forms, guards, problems
from comments_service.web.identity.door import KNOWN_COOKIE, begin, door, remember, way_back

_MOST_TOLD = 100
# What was just proven or done -> what the page says. Anything that was proven is told alike.
_DONE = {
    "renamed": "That is your name here from now on. What you wrote before keeps the name it was written under.",
    "appear": "Noted. This is how you appear from now on.",
    "joined": "Noted: all of these are you.",
    "parted": "Noted: these are two again. What was written keeps the mark it was written with.",
    "feed": "Noted. Your feed has another address now; the one before leads nowhere any more.",
    "picture": "Noted. The pages with your words follow in a moment.",
}
_PROVEN = "You have proven who you are. This is how you appear from now on."


@dataclass(frozen=True, slots=True)
class Proven:
    """One of somebody's identities: its name and mark, `address` for their own eyes; `now`: they appear as it.

    `picture` is where the one they chose stands, `fetching` a sentence while it is fetched or when it can't be had.
    """

    id: str
    provider: str
    name: str
    label: str
    address: str
    picture: str
    has_picture: bool
    fetching: str
    now: bool


@dataclass(frozen=True, slots=True)
class Former:
    """The guest who wrote from this device before somebody signed in: how many replies, the last under which name."""

    said: int
    name: str


@door.get("/")
def who() -> Response | str:
    """Who you are here: `{"name", "author", "signed_in", "proven", "identities"}` for the page's script, or a page."""
    speaker = context.speaker()
    if context.wants_json():
        return jsonify(_told(speaker))
    done = request.args.get("done", "")
    proven = done in {way.key for way in providers.ways(context.settings())}
    return page(_PROVEN if proven else _DONE.get(done, ""))


def _told(speaker: Speaker) -> dict[str, object]:
    account, identity = speaker.account, None if speaker.account else speaker.identity
    return {
        "name": account.name if account else identity.name if identity else "",
        "author": bool(account and account.writes_as_author),
        "signed_in": account is not None,
        "proven": identity.label if identity else "",
        "known": not account and speaker.known_by is not None,
        "identities": [
            {"id": one.id, "name": one.name, "proven": one.label, "now": one.now} for one in proven_by(speaker)
        ],
    }


def page(done: str = "", problem: Problem | None = None, typed: Mapping[str, str] | None = None) -> str:
    """The page, with a sentence about what was done or went wrong, and then with what was `typed`."""
    speaker = context.speaker()
    db = context.db()
    here = None if speaker.account else speaker.person
    return context.rendered(
        "readers/identity.html",
        speaker=speaker,
        proven=proven_by(speaker),
        former=_former(),
        ways=providers.ways(context.settings()),
        said=len(comments.by_person(db, here.id, limit=_MOST_TOLD)) if here else 0,
        most=_MOST_TOLD,
        feed=feeds.mine(),
        done=done,
        problem=problem,
        typed=typed or {},
    )


def proven_by(speaker: Speaker) -> list[Proven]:
    """All that a speaker has proven, oldest first."""
    if speaker.account or speaker.known_by is None:
        return []
    found = sorted(identities.self_of(context.db(), speaker.known_by.person).identities, key=lambda one: one.id)
    return [_proven(one, speaker) for one in found]


def _proven(identity: Identity, speaker: Speaker) -> Proven:
    return Proven(
        id=identity.id,
        provider=identity.provider,
        name=identity.name,
        label=identity.label,
        address=identity.address,
        picture=views.picture(identity.picture),
        has_picture=bool(identity.picture_url),
        fetching=_fetching(identity),
        now=speaker.identity is not None and speaker.identity.id == identity.id,
    )


def _fetching(identity: Identity) -> str:
    wish = pictures.wish(context.db(), identity.id)
    if wish is None or wish.fetched:
        return ""
    return f"Your picture could not be fetched: {wish.problem}." if wish.problem else "Your picture is being fetched."


def _former() -> Former | None:
    """Who wrote from this device before, if they are not known to be the same."""
    guest = readers.former_guest(context.db(), device=context.cookie(context.DEVICE_COOKIE))
    found = comments.by_person(context.db(), guest, limit=_MOST_TOLD) if guest else []
    return Former(len(found), found[0].name) if found else None


# ── how one appears ─────────────────────────────────────────────────────────────────────────────────────────────────


@door.post("/appear")
def appear() -> Response:
    """Appear as another of one's identities (`identity`, its id), or, with none, as a guest."""
    chosen = forms.fields().get("identity", "")
    return _done("appear", lambda device: readers.appear_as(context.db(), context.speaker(), chosen, device=device))


@door.post("/rename")
def rename() -> Response:
    """Let one of one's identities (`identity`, its id) appear under another `name` from now on."""
    given = forms.fields()
    return _done(
        "renamed",
        lambda _: readers.rename(context.db(), context.speaker(), given.get("identity", ""), given.get("name", "")),
    )


@door.post("/join")
def join() -> Response:
    """Say that the guest who wrote from this device before was oneself."""
    return _done("joined", lambda device: readers.join_guest(context.db(), context.speaker(), device=device))


@door.post("/part")
def part() -> Response:
    """Take one identity (`identity`, its id) apart from the others."""
    chosen = forms.fields().get("identity", "")
    return _done("parted", lambda _: readers.part(context.db(), context.speaker(), chosen))


@door.post("/feed")
def renew_feed() -> Response:
    """Give one's private feed another address; those before lead nowhere any more."""
    return _done("feed", lambda _: feeds.renew())


def _done(what: str, act: Callable[[str], object]) -> Response:
    try:
        act(context.cookie(context.DEVICE_COOKIE))
    except Problem as problem:
        return problems.with_form(problem, partial(page, problem=problem, typed=forms.fields()))
    if context.wants_json():
        context.forget_speaker()
        return jsonify(_told(context.speaker()))
    return make_response(redirect(f"/identity/?done={what}", 303))


# ── signing out ─────────────────────────────────────────────────────────────────────────────────────────────────────


@door.post("/sign-out")
def sign_out() -> Response:
    """End the session of this device, or let it be a guest's again (`everywhere`: all other devices too).

    Whoever does so in the middle of a form finds it again as they left it.
    """
    given = forms.fields()
    speaker, device = context.speaker(), context.cookie(context.DEVICE_COOKIE)
    if given.get("page"):
        errand, secret = begin(given, "reply")
        response = remember(make_response(redirect(way_back(errand), 303)), secret)
    else:
        response = make_response(redirect(guards.local_path(given.get("next", "/")), 303))
    if speaker.account:
        end_session(context.db(), context.cookie(context.SESSION_COOKIE))
    elif speaker.known_by:
        everywhere = forms.checked(given.get("everywhere", ""))
        guest = readers.sign_out(context.db(), speaker, device=device, everywhere=everywhere)
        if guest:
            context.set_cookie(response, context.DEVICE_COOKIE, guest, days=guests.DEVICE_DAYS)
        else:
            context.drop_cookie(response, context.DEVICE_COOKIE)
    context.drop_cookie(response, KNOWN_COOKIE)
    context.drop_cookie(response, context.SESSION_COOKIE)
    context.drop_cookie(response, context.MARKER_COOKIE)
    return response

"""Signing in with a provider: away to it, and back with its answer."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import cast

from flask import Flask, Response, current_app, jsonify, make_response, redirect, request
from flask.blueprints import BlueprintSetupState
from werkzeug.routing import BaseConverter

from comments_service import providers
from comments_service.errors import Problem, not_found
from comments_service.identity import federation, indieauth
from comments_service.models import Errand
from comments_service.providers import MASTODON, WEBSITE
from comments_service.web import context, guards, problems
from comments_service.web.identity import door as doors
from comments_service.web.identity.door import door

_log = logging.getLogger("rapport.identity")
# The ways whose server the reader names, and the field in which they do.
_FIELDS = {MASTODON: "server", WEBSITE: "site"}
_LONGEST_TYPED = 500
_RETRY_SECONDS = 5


class _WayConverter(BaseConverter):
    """The ways that lead to a provider: in an address, an OpenID provider goes by its name alone where it can."""

    regex = "(?:oidc-)?[a-z0-9][a-z0-9_]{0,30}"

    def to_python(self, value: str) -> str:
        return providers.at_address(value)

    def to_url(self, value: str) -> str:
        return providers.address_of(value)


@door.record_once
def _prepare(state: BlueprintSetupState) -> None:
    state.app.url_map.converters["way"] = _WayConverter
    # However long other servers take, and whoever chose them, half of the threads are left for everybody else.
    half = max(1, context.settings_of(cast("Flask", state.app)).threads // 2)
    state.app.config["RAPPORT_ASKING"] = threading.BoundedSemaphore(half)


@contextmanager
def _asking() -> Iterator[None]:
    """Take one of the places for asking another server. Raises Problem (429, 503)."""
    guards.slow_down("provider")
    places: threading.BoundedSemaphore = current_app.config["RAPPORT_ASKING"]
    if not places.acquire(blocking=False):
        raise Problem(
            "busy", 503, "Many are signing in just now. Please try again in a few seconds.", retry_after=_RETRY_SECONDS
        )
    try:
        yield
    finally:
        places.release()


@door.get("/client.json")
def client() -> Response:
    """What this blog is, for the servers that sign website owners in."""
    _offered(WEBSITE)
    return jsonify(indieauth.description(context.settings()))


@door.get("/<way:way>/login")
def login(way: str) -> Response:
    """Send the browser to a provider, first asking to which, where every reader has their own."""
    _offered(way)
    errand = doors.current()
    chosen = errand is not None and request.args.get("begun") == doors.begun(errand)
    typed, missing = _typed(way)
    if missing:
        return make_response(_asked_for(way, errand, errand.fields.get("website", "") if errand else ""))
    secret = ""
    try:
        with _asking():
            if errand is None or (not chosen and errand.purpose != "reply"):
                # What a link led to is joined to nobody, and proves no reply.
                errand, secret = doors.begin({}, "yours")
            away = federation.begin(context.db(), context.settings(), context.secrets(), way, errand.id, typed)
    except Problem as problem:
        _note(way, problem)
        if way in _FIELDS:
            response = problems.with_form(problem, partial(_asked_for, way, errand, typed, problem))
        else:
            response = doors.failed(errand, problem)
    else:
        # A page and no redirect after a form: our policy lets none end on another site.
        by_link = not chosen and way not in _FIELDS
        response = make_response(redirect(away.address, 303) if by_link else _away(away, errand, at_once=chosen))
    return doors.remember(response, secret) if secret else response


@door.get("/<way:way>/callback")
def callback(way: str) -> Response:
    """Take the answer that a browser brings from a provider."""
    _offered(way)
    errand = None
    try:
        errand = doors.insist()
        with _asking():
            claims = federation.complete(
                context.db(), context.settings(), context.secrets(), way, errand.id, request.args.to_dict()
            )
        return doors.finish(claims, errand)
    except Problem as problem:
        _note(way, problem)
        return doors.failed(errand, problem)


def _offered(way: str) -> None:
    """Raise Problem (404) for a way that this blog does not offer."""
    if way not in {offered.key for offered in providers.ways(context.settings())}:
        raise not_found("way to sign in")


def _typed(way: str) -> tuple[str, bool]:
    """Which server somebody named, and whether they have still to name one."""
    if way not in _FIELDS or (way == MASTODON and providers.only_mastodon(context.settings())):
        return "", False
    given = request.args.get(_FIELDS[way])
    return (given or "").strip()[:_LONGEST_TYPED], given is None


def _asked_for(way: str, errand: Errand | None, typed: str, problem: Problem | None = None) -> str:
    return context.rendered(
        "readers/which_server.html",
        way=way,
        field=_FIELDS[way],
        typed=typed if way == WEBSITE or problem else "",
        problem=problem,
        back=doors.way_back(errand),
        begun=request.args.get("begun", ""),
    )


def _away(away: federation.Away, errand: Errand, *, at_once: bool) -> str:
    # Where a link led here, which may stand in a letter or in somebody's reply and name a server of theirs, the reader
    # decides.
    return context.rendered(
        "readers/connecting.html",
        provider=away.name,
        address=away.address,
        at_once=at_once,
        back=doors.way_back(errand),
    )


def _note(way: str, problem: Problem) -> None:
    """Log a refusal, with nothing of whoever met it."""
    why = problem.__cause__
    reason = f" ({why})" if isinstance(why, federation.FAILURES) else ""
    _log.warning("sign-in by %s refused: %s%s", way, problem.code, reason)

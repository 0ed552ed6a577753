"""Proving an address by letter: asking for one, typing its code, following its link. GET shows, POST acts."""

import logging
from collections.abc import Callable
from functools import partial

from flask import Response, make_response, redirect, request

from comments_service import ids, proofs
from comments_service.errors import Problem, not_found
from comments_service.identity import addresses
from comments_service.models import Errand
from comments_service.providers import Claims
from comments_service.store import errands
from comments_service.web import context, forms, guards, problems
from comments_service.web.identity.door import YOURS, begin, current, door, finish, insist, remember, way_back

_log = logging.getLogger("rapport.identity")


@door.get("/email")
def email_page() -> str:
    """Where somebody asks for a letter, or, once it was sent, types its code."""
    _insist_on_letters()
    errand = current()
    if errand is not None and request.args.get("other") is None and _is_under_way(errand):
        return _code_page(errand)
    return _address_page(errand, errand.fields.get("email", "") if errand else "")


@door.post("/email")
def ask() -> Response:
    """Send a letter to an address, for this browser; whoever is on no errand begins one."""
    _insist_on_letters()
    given = forms.fields()
    typed = given.get("email", "")
    errand, secret = current(), ""
    try:
        address = addresses.cleaned(typed)
        if errand is None or given.get("for"):
            errand, secret = begin({"for": given.get("for", "")}, "yours")
        send(errand, address)
    except Problem as problem:
        return _refused(problem, partial(_address_page, errand, typed, problem))
    response = make_response(redirect("/identity/email", 303))
    return remember(response, secret) if secret else response


def send(errand: Errand, address: str) -> None:
    """Have a letter sent, as often as letters may be asked for. Raises Problem (429)."""
    guards.slow_down("letter", address=address)
    addresses.ask(context.db(), errand, address)


@door.post("/email/code")
def code() -> Response:
    """Take the six digits of a letter."""
    _insist_on_letters()
    errand = insist()
    given = forms.fields().get("code", "")
    return _proven(errand, lambda: addresses.by_code(context.db(), context.secrets(), errand, given))


@door.get("/email/<token>")
def link_page(token: str) -> Response:
    """What a letter's link opens: a button, since mail scanners open links and people press buttons."""
    _insist_on_letters()
    errand = current()
    try:
        challenge = addresses.asked_for(context.db(), context.secrets(), errand, token)
    except Problem as problem:
        if errand is None:
            _note(problem)
            return problems.tell(problem)
        return _refused(problem, partial(_address_page, errand, errand.fields.get("email", ""), problem))
    return make_response(_page("link", address=challenge.address, token=token, back=way_back(errand)))


@door.post("/email/<token>")
def link(token: str) -> Response:
    """Take a letter's link, in the browser that asked for the letter."""
    _insist_on_letters()
    errand = insist()
    return _proven(errand, lambda: addresses.by_link(context.db(), context.secrets(), errand, token))


def _proven(errand: Errand, prove: Callable[[], Claims]) -> Response:
    challenge = errands.challenge_of(context.db(), errand.id)
    try:
        # Where no letter is open there is nothing to guess, and nobody else is to be kept from their code by it.
        if challenge is not None and challenge.proves(now=ids.now()):
            guards.slow_down("code", address=challenge.address)
        return finish(prove(), errand)
    except Problem as problem:
        return _refused(problem, partial(_code_page, errand, problem))


def _refused(problem: Problem, page: Callable[[], str]) -> Response:
    _note(problem)
    return problems.with_form(problem, page)


def _note(problem: Problem) -> None:
    _log.info("email refused: %s", problem.code)


def _insist_on_letters() -> None:
    """A blog that can send no letter promises none."""
    if not context.settings().sends_letters:
        raise not_found("page")


def _is_under_way(errand: Errand) -> bool:
    challenge = errands.challenge_of(context.db(), errand.id)
    return challenge is not None and challenge.proves(now=ids.now())


def _address_page(errand: Errand | None, address: str, problem: Problem | None = None) -> str:
    return _page("address", address=address, problem=problem, back=way_back(errand))


def _code_page(errand: Errand, problem: Problem | None = None) -> str:
    challenge = errands.challenge_of(context.db(), errand.id)
    if challenge is None:
        return _address_page(errand, errand.fields.get("email", ""), problem)
    return _page("code", address=challenge.address, problem=problem, back=way_back(errand))


def _page(step: str, *, address: str, token: str = "", problem: Problem | None = None, back: str = "") -> str:
    settings = context.settings()
    return context.rendered(
        "readers/email.html",
        step=step,
        address=address,
        token=token,
        minutes=proofs.MINUTES,
        folder="" if settings.smtp_url else str(settings.data / "letters"),
        back=back,
        meant_for=YOURS if YOURS in {request.args.get("for"), request.form.get("for")} else "",
        problem=problem,
    )

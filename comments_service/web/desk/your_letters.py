"""Which letters an account gets: a page of boxes at the desk, and the link in each letter that stops its kind."""

from flask import Response, make_response, redirect, request

from comments_service import proofs
from comments_service.errors import Problem
from comments_service.models import Person, Role
from comments_service.notifying import alerts, author_letters
from comments_service.store import account_letters, people
from comments_service.web import context, guards
from comments_service.web.desk.door import door, me, page

_HERE = "/desk/your-letters"


@door.get("/your-letters")
def your_letters_page() -> str:
    """The kinds of letters with a box each, and what is told in the author's chat."""
    db, settings, account = context.db(), context.settings(), me()
    return page(
        "your_letters.html",
        _HERE,
        kinds=author_letters.offered(account),
        wanted=author_letters.of_account(db, account),
        address=people.addresses(db).get(account.id, ""),
        sends=settings.sends_letters,
        zone=settings.timezone,
        owner=account.role is Role.OWNER,
        services=len(alerts.services(settings)),
        quiet=settings.quiet_hours.replace("-", " to "),
        saved="saved" in request.args,
    )


@door.post("/your-letters")
def choose_letters() -> Response:
    """Keep which kinds this account wants: those whose boxes (`kind`) are ticked."""
    account = me()
    author_letters.choose(context.db(), account, frozenset(request.form.getlist("kind")))
    return make_response(redirect(f"{_HERE}?saved", 303))


@door.get("/no-letters/<token>")
def no_letters_page(token: str) -> str:
    """Ask whether letters of this kind are to stop: mail scanners open links, and people press buttons."""
    guards.slow_down("letter-link")
    account, kind = _stopped(token)
    return _stop_page(account, kind, token=token)


@door.post("/no-letters/<token>")
def stop_letters(token: str) -> str:
    """Stop letters of this kind; mail programs do so with one press (RFC 8058). Said twice it stays so."""
    guards.slow_down("letter-link")
    account, kind = _stopped(token)
    account_letters.choose(context.db(), account.id, kind.name, wanted=False)
    return _stop_page(account, kind, token="")


def _stop_page(account: Person, kind: author_letters.Kind, *, token: str) -> str:
    return context.rendered(
        "desk/no_letters.html",
        desk=True,
        kind=kind,
        token=token,
        stopped=kind.name not in author_letters.of_account(context.db(), account),
    )


def _stopped(token: str) -> tuple[Person, author_letters.Kind]:
    """Whose letters of which kind a token stops. Raises Problem (404)."""
    found = proofs.stops(context.secrets(), token)
    account = people.find(context.db(), found[0]) if found else None
    kind = author_letters.KINDS.get(found[1]) if found else None
    if account is None or account.role is None or kind is None:
        message = "This link is not whole. At the desk, under “Your letters”, you choose what you get."
        raise Problem("not_found", 404, message)
    return account, kind

"""Identity's door: the errand that a browser is on while somebody proves who they are, and how it ends."""

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, redirect

from comments_service import ids
from comments_service.errors import Problem
from comments_service.identity import guests, readers
from comments_service.models import Errand
from comments_service.providers import Claims
from comments_service.store import errands
from comments_service.web import context, guards, problems

door = Blueprint("identity", __name__, url_prefix="/identity")

# Ties what was begun to the browser that began it: a link, a code or a provider's answer is of use in no other.
ERRAND_COOKIE = "rapport_errand"
# Tells the page's own script, and nobody else, that asking who this is would be worth a request.
KNOWN_COOKIE = "rapport_known"
ERRAND_HOURS = 2
# What a proof is for that leads to one's data and not to the page of who one is.
YOURS = "yours"
# What a form may hold that is kept while its writer is away.
_KEPT = (
    "page", "parent", "edition", "text", "name", "email", "website", "wants_answer", "private", "remember", "notify",
    "new_essays", "for",
)  # fmt: skip
_LONGEST_TEXT, _LONGEST_FIELD = 12_000, 500


def begin(given: Mapping[str, str], purpose: str, *, comment: str = "") -> tuple[Errand, str]:
    """A new errand of this browser, with what was typed, and the secret for its cookie. The former one ends.

    Raises Problem (429) when many browsers of a network begin one.
    """
    if current() is None:
        guards.slow_down("errand")
    secret = ids.new_secret()
    longest = {"text": _LONGEST_TEXT}
    kept = {name: given[name][: longest.get(name, _LONGEST_FIELD)] for name in _KEPT if given.get(name)}
    errand = Errand(ids.digest(secret), kept, purpose, comment, ids.now(), ids.now(hours=ERRAND_HOURS))
    db = context.db()
    with db.transaction():
        if former := context.cookie(ERRAND_COOKIE):
            errands.end(db, ids.digest(former))
        errands.add(db, errand)
    return errand, secret


def remember(response: Response, secret: str) -> Response:
    """Give the browser the secret of its errand."""
    context.set_cookie(response, ERRAND_COOKIE, secret, hours=ERRAND_HOURS)
    return response


def current() -> Errand | None:
    """The errand that this browser is on, if it is on one."""
    secret = context.cookie(ERRAND_COOKIE)
    return errands.find(context.db(), ids.digest(secret), now=ids.now()) if secret else None


def begun(errand: Errand) -> str:
    """What an address says that was made for this errand, and that nobody else can put into a link."""
    return errand.id[:32]


def insist() -> Errand:
    """The errand that this browser is on. Raises Problem (410) if it is on none."""
    errand = current()
    if errand is None:
        raise Problem(
            "not_begun_here",
            410,
            "This was not begun in this browser, or it was more than two hours ago. Open it in the browser where you"
            " began, or begin once more from the essay or from the page “Who you are here”.",
        )
    return errand


def sent(response: Response) -> Response:
    """End the errand of a form that was sent: nothing of what was typed is kept beside the reply."""
    if secret := context.cookie(ERRAND_COOKIE):
        with context.db().transaction():
            errands.end(context.db(), ids.digest(secret))
        context.drop_cookie(response, ERRAND_COOKIE)
    return response


def finish(claims: Claims, errand: Errand) -> Response:
    """Sign somebody in who proved these claims, and lead them back to what they were about to do."""
    identity, secret = readers.sign_in(context.db(), claims, errand, device=context.cookie(context.DEVICE_COOKIE))
    response = make_response(redirect(way_back(errand, done=identity.provider), 303))
    context.set_cookie(response, context.DEVICE_COOKIE, secret, days=guests.DEVICE_DAYS)
    context.set_cookie(response, KNOWN_COOKIE, "1", days=guests.DEVICE_DAYS, script=True)
    if errand.purpose != "reply":
        context.drop_cookie(response, ERRAND_COOKIE)
    return response


def failed(errand: Errand | None, problem: Problem) -> Response:
    """Lead somebody back whose sign-in came to nothing: to the form with what they typed, which says why; or tell why.

    The sentence goes with the errand and not with the address, so that nobody else can put one there.
    """
    if errand is not None and _at_the_form(errand) and not context.for_a_program():
        db = context.db()
        with db.transaction():
            errands.say(db, errand.id, problem.message)
        return make_response(redirect(way_back(errand), 303))
    return problems.with_form(problem, lambda: _not_signed_in(errand, problem))


def _not_signed_in(errand: Errand | None, problem: Problem) -> str:
    back = way_back(errand)
    return context.rendered("readers/not_signed_in.html", problem=problem, back=back)


def way_back(errand: Errand | None, *, done: str = "") -> str:
    """Where somebody goes on: the form with what they typed, their own reply, or the page of who they are."""
    if errand is not None and errand.comment:
        return f"/comments/{errand.comment}/" + (f"?{urlencode({'done': 'proven'})}" if done else "")
    if errand is not None and _at_the_form(errand):
        return "/comments/reply?" + urlencode({"page": errand.fields["page"], "typed": "1"})
    if errand is not None and errand.fields.get("for") == YOURS:
        return "/identity/data"
    return "/identity/" + (f"?{urlencode({'done': done})}" if done else "")


def _at_the_form(errand: Errand) -> bool:
    """Whether somebody proves who they are before a reply is sent."""
    return errand.purpose == "reply" and not errand.comment and bool(errand.fields.get("page"))

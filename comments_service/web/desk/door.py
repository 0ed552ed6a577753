"""The desk's door: who may come in, and the frame of every page behind it."""

from flask import Blueprint, Response, make_response, redirect, request

from comments_service import announcing, ids
from comments_service.errors import Problem, forbidden
from comments_service.models import Person, Role
from comments_service.store import account_bounces, listings, outbox, sessions, webhooks
from comments_service.web import context, forms, problems

door = Blueprint("desk", __name__, url_prefix="/desk")

# What may be knocked at without a session.
OPEN = {
    "desk.sign_in_page",
    "desk.sign_in",
    "desk.ask_for_letter",
    "desk.begin_with_passkey",
    "desk.sign_in_with_passkey",
    "desk.by_letter_page",
    "desk.act_by_letter",
    "desk.no_letters_page",
    "desk.stop_letters",
}
# When somebody was last seen is told to the minute nowhere, so it need not be written on every request.
_SEEN_MINUTES = 10


@door.before_request
def refuse_strangers() -> Response | None:
    """Nobody without a session gets further than the sign-in page; what they typed comes back to them."""
    if request.endpoint in OPEN:
        return None
    if context.account() is not None:
        _note_seen()
        return None
    if context.for_a_program():
        raise _signed_out()
    if request.method in {"GET", "HEAD"}:
        return make_response(redirect("/desk/sign-in", 303))
    return problems.with_words(_signed_out(), forms.fields().get("text", ""))


def me() -> Person:
    """The account at the desk."""
    account = context.account()
    if account is None:
        raise _signed_out()
    return account


def sees_private() -> bool:
    """Whether this account may read what was written for the author only: a moderator may not."""
    return me().writes_as_author


def authors_only() -> Person:
    """The account at the desk, if it is an author's. Raises Problem (403) for a moderator."""
    account = me()
    if not account.writes_as_author:
        raise forbidden(
            "A moderator decides about replies. People, figures and notices are the authors’ own; ask them, if you need"
            " something from there."
        )
    return account


def page(template: str, here: str, **records: object) -> str:
    """A page of the desk; `here` is the address of the part of the desk that it belongs to."""
    held = listings.held(context.db(), private=sees_private())
    parts = [("/desk/", "Desk", 0), ("/desk/moderation", "Moderation", held)]
    if me().writes_as_author:
        parts += [("/desk/people", "People", 0), ("/desk/measure", "Measure", 0)]
    parts += [("/desk/essays", "Essays", 0), ("/desk/log", "Log", 0)]
    if me().writes_as_author:
        parts.append(("/desk/replies", "Saved replies", 0))
        parts.append(("/desk/away", "Away", 0))
        if _letters_to_see():
            parts.append(("/desk/letters", "Letters", 0))
    parts.append(("/desk/your-letters", "Your letters", 0))
    parts.append(("/desk/sessions", "Signing in", 0))
    if me().role is Role.OWNER:
        parts.append(("/desk/accounts", "Accounts", 0))
        parts.append(("/desk/webhooks", "Webhooks", webhooks.failed_by_itself(context.db())))
    return context.rendered(
        f"desk/{template}",
        desk=True,
        me=me(),
        parts=parts,
        here=here,
        **records,
    )


def _letters_to_see() -> bool:
    """Whether some letter lies here, may come in, did not go, came back from one's own address, or waits for a yes.

    Or none can be sent, or read.
    """
    db, settings = context.db(), context.settings()
    return (
        not settings.smtp_url
        or settings.reads_letters
        or outbox.troubled(db, outbox.BY_POST)
        or account_bounces.find(db, me().id) is not None
        or bool(announcing.offered(db, settings))
    )


def _note_seen() -> None:
    db, session = context.db(), context.speaker().session
    if session and sessions.unseen_since(db, session, ids.now(minutes=-_SEEN_MINUTES)):
        with db.transaction():
            sessions.see(db, session, now=ids.now())


def _signed_out() -> Problem:
    return Problem(
        "signed_out", 403, "You are signed out. Sign in at the desk, then do this once more; copy your words first."
    )

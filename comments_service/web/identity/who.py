"""Who you are here: the page, and signing out."""

from flask import Response, jsonify, make_response, redirect

from comments_service import templating
from comments_service.errors import Problem
from comments_service.identity import authors
from comments_service.store import comments, notes
from comments_service.web import context, forms, guards
from comments_service.web.identity.door import door

_MOST_TOLD = 100


@door.get("/")
def who() -> Response | str:
    """Who you are here: `{"name", "author", "signed_in"}` for the page's script, a page for people."""
    speaker = context.speaker()
    if context.wants_json():
        return jsonify(
            {
                "name": speaker.account.name if speaker.account else "",
                "author": bool(speaker.account and speaker.account.writes_as_author),
                "signed_in": speaker.account is not None,
            },
        )
    return _page()


def _page(done: str = "", problem: Problem | None = None) -> str:
    speaker = context.speaker()
    guest = None if speaker.account else speaker.person
    return templating.render(
        "readers/identity.html",
        site=context.settings(),
        desk=False,
        speaker=speaker,
        said=len(comments.by_person(context.db(), guest.id, limit=_MOST_TOLD)) if guest else 0,
        most=_MOST_TOLD,
        history=guest is not None and not notes.refused(context.db(), [guest.id]),
        done=done,
        problem=problem,
    )


@door.post("/sign-out")
def sign_out() -> Response:
    """End the session of this device and forget it here."""
    authors.sign_out(context.db(), context.cookie(context.SESSION_COOKIE))
    response = make_response(redirect(guards.local_path(forms.fields().get("next", "/")), 303))
    context.drop_cookie(response, context.SESSION_COOKIE)
    response.delete_cookie(context.MARKER_COOKIE)
    return response

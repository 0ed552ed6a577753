"""Identity's doors: who you are here, and signing out."""

from flask import Blueprint, Response, jsonify, make_response, redirect

from comments_service import templating
from comments_service.identity import authors
from comments_service.web import context, forms, guards

door = Blueprint("identity", __name__)


@door.get("/identity/")
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
    return templating.render("readers/identity.html", site=context.settings(), desk=False, speaker=speaker)


@door.post("/identity/sign-out")
def sign_out() -> Response:
    """End the session of this device and forget it here."""
    authors.sign_out(context.db(), context.cookie(context.SESSION_COOKIE))
    response = make_response(redirect(guards.local_path(forms.fields().get("next", "/")), 303))
    context.drop_cookie(response, context.SESSION_COOKIE)
    response.delete_cookie(context.MARKER_COOKIE)
    return response

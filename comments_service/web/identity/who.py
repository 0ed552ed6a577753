"""Who you are here: the page, signing out, and being forgotten."""

from flask import Response, jsonify, make_response, redirect

from comments_service import templating
from comments_service.engagement import forgetting
from comments_service.errors import Problem, forbidden, invalid
from comments_service.identity import authors
from comments_service.models import Person
from comments_service.store import comments, notes
from comments_service.web import context, forms, guards, problems
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


@door.post("/object")
def object_to_history() -> Response | str:
    """Keep no history of whoever this device remembers: their words stay, what was noted about them goes."""
    forgetting.object_to_history(context.db(), _guest().id)
    done = "No history of you is kept any more: no page about you, no notes. Your replies stand as they did."
    return jsonify({"done": done}) if context.wants_json() else _page(done)


@door.post("/erase")
def erase() -> Response | str:
    """Forget whoever this device remembers, once they say that they are sure; the device's cookie goes as well."""
    guest = _guest()
    if not forms.checked(forms.fields().get("sure", "")):
        problem = invalid({"sure": "Tick the box if you are sure: what is erased can't be brought back."})
        if context.wants_json():
            raise problem
        return problems.with_form(problem, _page(problem=problem))
    forgetting.erase(context.db(), guest.id)
    done = "You are forgotten here: your words, your name, your addresses are gone. Answers to them keep their place."
    context.forget_speaker()
    response = jsonify({"done": done}) if context.wants_json() else make_response(_page(done))
    context.drop_cookie(response, context.DEVICE_COOKIE)
    return response


def _guest() -> Person:
    """Whom this device remembers, if it is a reader: an author's words belong to the site."""
    speaker = context.speaker()
    if speaker.account or speaker.person is None:
        message = "This device has sent no reply here, so there is nothing of yours that it could erase."
        raise forbidden(message)
    return speaker.person

"""Pictures that readers chose: served from here to everybody, and chosen or taken back by whom they show."""

from flask import Response, jsonify, make_response, redirect, request

from comments_service import ids
from comments_service.errors import invalid, not_found
from comments_service.identity import pictures
from comments_service.store import pictures as copies
from comments_service.web import context, forms, guards
from comments_service.web.identity.door import door

# Another picture has another address, so none is asked for again; what was taken back is gone everywhere in a month.
_KEPT = "max-age=2592000, immutable"


@door.get("/pictures/<id>")
def picture(id: str) -> Response:  # noqa: A002 -- the address's word
    """A copy of a picture that somebody chose to show."""
    data = copies.data(context.db(), id) if ids.is_id(id) else None
    if data is None:
        raise not_found("picture")
    response = Response(data, mimetype="image/webp", headers={"Cache-Control": _KEPT})
    response.set_etag(id)
    response.make_conditional(request)
    return response


@door.post("/picture")
def choose_picture() -> Response:
    """Show the provider's picture of one's `identity` (`use` is `yes`), or one's disc again (`no`)."""
    given = forms.fields()
    db, speaker, identity = context.db(), context.speaker(), given.get("identity", "")
    match given.get("use", ""):
        case "yes":
            guards.slow_down("picture")
            pictures.choose(db, speaker, identity)
            done = "Your picture is being fetched; it stands beside your replies in a moment."
        case "no":
            pictures.unchoose(db, speaker, identity)
            done = "Your picture is gone from here; the disc with your initial stands in its place."
        case _:
            raise invalid({"use": "Please choose whether your picture is shown: yes or no."})
    return jsonify({"done": done}) if context.wants_json() else make_response(redirect("/identity/?done=picture", 303))

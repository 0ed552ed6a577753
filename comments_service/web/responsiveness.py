"""How readers are answered, for programs: the public figures as they were taken last, never counted on reading."""

from flask import Blueprint, Response, jsonify, request

from comments_service.publishing import answered, beside
from comments_service.web import context

door = Blueprint("responsiveness", __name__)


@door.get("/responsiveness")
def responsiveness() -> Response:
    """The public figures, with their sample and their date."""
    response = jsonify(answered.data(context.settings(), beside.of_site(context.db())))
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response

"""What the service answers to, as an OpenAPI 3.1 document: every path, every status, every shape."""

from comments_service.models import State
from comments_service.settings import Settings
from comments_service.web.schemas import BODIES, ERRORS, ID, PATH, SHAPES, Schema, one_of, ref

_ALWAYS = (400, 503)
_SENDING = (*_ALWAYS, 403, 413, 415)
_RETRY = {"Retry-After": {"description": "Seconds.", "schema": {"type": "string", "pattern": "^[0-9]+$"}}}
_ETAG = {"ETag": {"description": "Send it back as `If-None-Match`.", "schema": {"type": "string"}}}
_PAGE_TEXT: Schema = {"text/html": {"schema": {"type": "string"}}}
_ATOM: Schema = {"application/atom+xml": {"schema": {"type": "string"}}}
_JSON_FEED: Schema = {
    "application/feed+json": {"schema": {"type": "object", "required": ["version", "title", "items"]}}
}
_FEEDS = (("atom", "Atom (RFC 4287).", _ATOM), ("json", "JSON Feed 1.1.", _JSON_FEED))
_TOKEN: list[Schema] = [{"token": []}]
_KNOWN: Schema = {"description": "The version that the client has is the present one."}
_FORM_KINDS = ("application/x-www-form-urlencoded", "multipart/form-data", "application/json")


def document(settings: Settings) -> Schema:
    """The whole document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": settings.title,
            "version": "1",
            "summary": "Replies, conversations and their moderation.",
            "description": (
                "Every error leaves in one shape (`Error`). Under /comments/ the same addresses serve people and"
                " programs: a program asks for `application/json` by name. Under /api/ everything is JSON. A state"
                " change that another site's page sends is refused with 403."
            ),
        },
        "servers": [{"url": settings.url}],
        "paths": _paths(),
        "components": {
            "schemas": {**SHAPES, **BODIES},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "What `rapport api token` prints."},
            },
        },
    }


def _paths() -> Schema:
    return {
        "/comments/": {"post": _reply()},
        "/comments/preview": {"post": _preview()},
        "/comments/began": {"get": _began()},
        "/comments/{id}/no-spam": {"post": _said("This is no spam: the author is told.", "Withdrawal")},
        "/comments/reply": {"get": _reply_form()},
        "/comments/{id}/": {"get": _own()},
        "/comments/{id}/edit": {"post": _edit()},
        "/comments/{id}/withdraw": {"post": _withdraw()},
        "/comments/{id}/still-waiting": {"post": _said("I'm still waiting: once after a closing.", "Withdrawal")},
        "/comments/{id}/thats-it": {"post": _said("That answered me: nobody waits any more.", "Withdrawal")},
        "/comments/{id}/letters": {"post": _letters()},
        "/comments/{id}/release": {"post": _said("Never mind: the author need not keep a promise.", "Release")},
        "/comments/{id}/like": {"post": _like("Like a comment, or take that back.", "Nothing", _ID_IN_PATH)},
        "/comments/{id}/report": {"get": _report_page(), "post": _report()},
        "/likes/": {"post": _like("Like an essay, or take that back.", "Like")},
        "/responsiveness": {"get": _responsiveness()},
        "/comments/thread": {"get": _thread_of_page()},
        "/comments/counts": {"get": _counts()},
        **_feeds("/comments/feed", "All comments, or those of one essay, newest first.", _query("page", PATH)),
        **_feeds("/comments/answers", "The author's answers, newest first."),
        **_private_feeds(),
        "/api/v1/openapi.json": {"get": _description()},
        "/api/v1/threads": {"get": _thread()},
        "/api/v1/comments/{id}": {"get": _comment()},
        "/api/v1/comments": {"get": _comments()},
        "/api/v1/comments/{id}/decisions": {"post": _decide()},
        "/api/v1/decisions": {"get": _decisions()},
        "/api/v1/export": {"get": _export()},
        "/healthz": {"get": _health()},
    }


# ── for readers ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _reply() -> Schema:
    return _operation(
        "Send a reply. The same reply sent twice within ten minutes is one.",
        {
            201: _json("OwnComment", "It is kept; `own_url` leads to the writer's own view."),
            200: _json("Arrived", "It was sent before.", "OwnComment"),
            303: _elsewhere("To a form: the writer's own view."),
        },
        problems=(*_SENDING, 404, 409, 422, 429),
        body=_body("NewReply"),
    )


def _preview() -> Schema:
    answers = {200: _json("Preview", "How it would look.", page=True)}
    return _operation(
        "See what sending a reply would give.", answers, (*_SENDING, 404, 409, 422, 429), body=_body("NewReply")
    )


def _began() -> Schema:
    answers = {200: _json("Began", "The present moment, signed, to be sent with the reply as `began`.")}
    return _operation("Begin a reply. Whoever leaves it out is not treated differently.", answers, _ALWAYS)


def _reply_form() -> Schema:
    answers = {200: {"description": "The form on a page of its own.", "content": _PAGE_TEXT}}
    return _operation(
        "The reply form.", answers, (*_ALWAYS, 404), _query("page", PATH, required=True), _query("parent", ID)
    )


def _own() -> Schema:
    return _operation(
        "A reply as its writer sees it: known by the device's cookie, or by the private link.",
        {200: _json("OwnComment", "The reply and its state.", page=True), 302: _elsewhere("Others: where it stands.")},
        (*_ALWAYS, 404, 410),
        _ID_IN_PATH,
        _query("key", {"type": "string"}),
    )


def _edit() -> Schema:
    return _operation(
        "Replace the words of one's own reply, for fifteen minutes.",
        {200: _json("OwnComment", "As it stands now."), 303: _elsewhere("To a form: the writer's own view.")},
        (*_SENDING, 404, 409, 410, 422),
        _ID_IN_PATH,
        body=_body("Edit"),
    )


def _withdraw() -> Schema:
    return _operation(
        "Take one's own reply back, at any time. Nothing of its writer stays.",
        {200: _json("Comment", "Its place.", page=True)},
        (*_SENDING, 404, 410, 422),
        _ID_IN_PATH,
        _query("key", {"type": "string"}),
        body=_body("Withdrawal", required=False),
    )


def _said(summary: str, body: str) -> Schema:
    return _operation(
        summary,
        {200: _json("OwnComment", "The reply, and how it stands now."), 303: _elsewhere("To a form: one's own view.")},
        (*_SENDING, 404, 409, 410, 422),
        _ID_IN_PATH,
        _query("key", {"type": "string"}),
        body=_body(body, required=False),
    )


def _letters() -> Schema:
    return _operation(
        "What letters about one's own reply tell of; or have its address asked once more whether it wants any.",
        {200: _json("OwnComment", "The reply, and how it stands now."), 303: _elsewhere("To a form: one's own view.")},
        (*_SENDING, 404, 410, 422, 429),
        _ID_IN_PATH,
        _query("key", {"type": "string"}),
        body=_body("Letters"),
    )


def _like(summary: str, body: str, *parameters: Schema) -> Schema:
    return _operation(
        summary,
        {200: _json("Liked", "How many like it now."), 303: _elsewhere("To a form: its place in the page.")},
        (*_SENDING, 404, 422, 429),
        *parameters,
        body=_body(body, required=not parameters),
    )


def _report_page() -> Schema:
    answers: dict[int, Schema] = {
        200: {"description": "The reasons to choose from, or that it was reported.", "content": _PAGE_TEXT},
        302: _elsewhere("Those who decide here: the desk."),
    }
    return _operation("Report a comment: the form.", answers, (*_ALWAYS, 403, 404), _ID_IN_PATH)


def _report() -> Schema:
    return _operation(
        "Report a comment, once per reader. Enough who proved who they are hide a reader's until an author looks.",
        {
            201: _json("Reported", "An author will look at it."),
            200: _json("Reported", "The same reader reported it before."),
            303: _elsewhere("To a form: what comes of it."),
        },
        (*_SENDING, 404, 422, 429),
        _ID_IN_PATH,
        body=_body("Report"),
    )


def _responsiveness() -> Schema:
    answers = {200: _json("Responsiveness", "As they were taken last.") | {"headers": _ETAG}, 304: _KNOWN}
    return _operation("How readers are answered, in public figures.", answers, _ALWAYS)


def _thread_of_page() -> Schema:
    answers = {200: _json("Thread", "As it stands.", page=True) | {"headers": _ETAG}, 304: _KNOWN}
    return _operation("The conversation of a page.", answers, (*_ALWAYS, 404), _query("page", PATH, required=True))


def _counts() -> Schema:
    pages = _query("page", {"type": "array", "items": PATH}) | {"style": "form", "explode": True}
    return _operation(
        "How many comments stand on each page asked for.", {200: _json("Counts", "By path.")}, _ALWAYS, pages
    )


def _feeds(address: str, summary: str, *parameters: Schema) -> Schema:
    """A feed in both its forms."""
    moved = {301: _elsewhere("From an address that the essay had before.")} if parameters else {}
    problems = (*_ALWAYS, 404) if parameters else _ALWAYS
    return {
        f"{address}.{ending}": {"get": _operation(summary, {**_feed(said, content), **moved}, problems, *parameters)}
        for ending, said, content in _FEEDS
    }


def _private_feeds() -> Schema:
    summary = "Replies to somebody, for whoever has the address that they were shown."
    shape = {"type": "string", "pattern": "^[0-9a-hjkmnp-tv-z]{26}-[0-9]{1,5}-[0-9a-f]{32}$"}
    token = {"name": "token", "in": "path", "required": True, "schema": shape}
    return {
        f"/comments/replies/{{token}}.{ending}": {
            "get": _operation(summary, _feed(said, content), (*_ALWAYS, 404, 410), token)
        }
        for ending, said, content in _FEEDS
    }


def _feed(said: str, content: Schema) -> dict[int, Schema]:
    return {200: {"description": said, "content": content, "headers": _ETAG}, 304: _KNOWN}


# ── for programs ────────────────────────────────────────────────────────────────────────────────────────────────────


def _description() -> Schema:
    content = {"application/json": {"schema": {"type": "object"}}}
    answers: dict[int, Schema] = {
        200: {"description": "This document.", "content": content, "headers": _ETAG},
        304: _KNOWN,
    }
    return _operation("What this service answers to.", answers, _ALWAYS, only_json=True)


def _thread() -> Schema:
    answers = {200: _json("Thread", "As it stands.") | {"headers": _ETAG}, 304: _KNOWN}
    page = _query("page", PATH, required=True)
    return _operation("The conversation of a page.", answers, (*_ALWAYS, 404), page, only_json=True)


def _comment() -> Schema:
    answers = {200: _json("Comment", "Public, or with the token in full.", "CommentInFull"), 304: _KNOWN}
    return _operation(
        "One comment: a public one for everybody, any with the token.",
        answers,
        (*_ALWAYS, 401, 404),
        _ID_IN_PATH,
        only_json=True,
        security=[{}, *_TOKEN],
    )


def _comments() -> Schema:
    return _operation(
        "Comments, the oldest first, a portion at a time.",
        {200: _json("Comments", "`next` is the `after` of the next portion; null after the last.")},
        (*_ALWAYS, 401, 422),
        _query("state", one_of(State)),
        _query("page", PATH),
        *_PORTION,
        only_json=True,
        security=_TOKEN,
    )


def _decide() -> Schema:
    return _operation(
        "Decide about a comment, as the owner or as the account named.",
        {200: _json("CommentInFull", "As it stands now.")},
        (*_SENDING, 401, 404, 409, 422),
        _ID_IN_PATH,
        body=_body("NewDecision"),
        only_json=True,
        security=_TOKEN,
    )


def _decisions() -> Schema:
    return _operation(
        "The log of decisions, the oldest first, a portion at a time.",
        {200: _json("Decisions", "`next` is the `after` of the next portion; null after the last.")},
        (*_ALWAYS, 401, 422),
        _SINCE,
        *_PORTION,
        only_json=True,
        security=_TOKEN,
    )


def _export() -> Schema:
    return _operation(
        "The pages and the public comments: what is needed to build the site elsewhere.",
        {200: _json("Export", "With `since`, only the comments that changed.")},
        (*_ALWAYS, 401, 422),
        _SINCE,
        only_json=True,
        security=_TOKEN,
    )


def _health() -> Schema:
    answers = {
        200: _json("Health", "All is well."),
        503: _json("Health", "The worker does not run, or the database is busy.", "Error"),
    }
    return _operation("Whether the service can do its work.", answers, (400,))


# ── the parts ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _query(name: str, schema: Schema, *, required: bool = False) -> Schema:
    return {"name": name, "in": "query", "required": required, "schema": schema}


_ID_IN_PATH: Schema = {"name": "id", "in": "path", "required": True, "schema": ID}
_SINCE = _query("since", {"type": "string", "format": "date-time", "description": "From this moment on (RFC 3339)."})
_PORTION = (
    _query("after", ID),
    _query("limit", {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}),
)


def _operation(
    summary: str,
    answers: dict[int, Schema],
    problems: tuple[int, ...],
    *parameters: Schema,
    body: Schema | None = None,
    only_json: bool = False,
    security: list[Schema] | None = None,
) -> Schema:
    responses = {status: _problem(status, only_json=only_json) for status in problems} | answers
    operation: Schema = {
        "summary": summary,
        "responses": {str(status): responses[status] for status in sorted(responses)},
    }
    if parameters:
        operation["parameters"] = list(parameters)
    if body:
        operation["requestBody"] = body
    if security:
        operation["security"] = security
    return operation


def _problem(status: int, *, only_json: bool) -> Schema:
    told = _json("Error", ERRORS[status], page=not only_json)
    return told | ({"headers": _RETRY} if status in {429, 503} else {})


def _json(shape: str, description: str, *others: str, page: bool = False) -> Schema:
    """An answer in one of these shapes to a program and, with `page`, as a page to a person."""
    schema = {"anyOf": [ref(name) for name in (shape, *others)]} if others else ref(shape)
    return {
        "description": description,
        "content": {"application/json": {"schema": schema}} | (_PAGE_TEXT if page else {}),
    }


def _elsewhere(description: str) -> Schema:
    return {
        "description": description,
        "headers": {"Location": {"schema": {"type": "string"}}},
        "content": _PAGE_TEXT,
    }


def _body(shape: str, *, required: bool = True) -> Schema:
    return {"required": required, "content": {kind: {"schema": ref(shape)} for kind in _FORM_KINDS}}

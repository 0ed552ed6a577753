"""The machine's doors: `/healthz`, and `/api/v1/` for programs."""

from flask import Blueprint, Response, jsonify, request

from comments_service import exporting, ids, moderation, publishing, wording
from comments_service.errors import Problem, invalid, not_found
from comments_service.identity import authors
from comments_service.models import Comment, Decision, Person, State, Verb
from comments_service.publishing import structured
from comments_service.store import comments, outbox, people, rendered, transfers
from comments_service.web import context, forms, openapi

door = Blueprint("machine", __name__)

# What answers without the token: what everybody may read on the site as well.
OPEN = {"machine.healthz", "machine.description", "machine.thread", "machine.comment"}

# The worker gives a sign of life every minute; after three it is taken for dead.
_SILENCE_SECONDS = 180
_PORTION, _MOST = 50, 200


@door.before_request
def refuse_strangers() -> None:
    """Nobody without the token gets further than what is public."""
    if request.endpoint not in OPEN:
        _ask_for_token()


def _ask_for_token() -> None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not ids.same(token.strip(), context.secrets().api):
        message = "This needs the token that `rapport api token` prints, sent as: Authorization: Bearer <token>."
        raise Problem("unauthorized", 401, message)


# ── for everybody ───────────────────────────────────────────────────────────────────────────────────────────────────


@door.get("/healthz")
def healthz() -> Response:
    """Whether the service can do its work: 200, or 503 with what is wrong."""
    db = context.db()
    now = ids.now()
    last = outbox.last_beat(db, "worker")
    working = last is not None and wording.between(last, now) < _SILENCE_SECONDS
    body = {
        "ok": working,
        "database": db.engine,
        "worker_last_ran": last,
        "jobs_waiting": outbox.waiting(db, now=now),
        "jobs_given_up": outbox.given_up(db),
    }
    response = jsonify(body)
    response.status_code = 200 if working else 503
    return response


@door.get("/api/v1/openapi.json")
def description() -> Response:
    """What this service answers to, as an OpenAPI document."""
    return _revalidated(jsonify(openapi.document(context.settings())))


@door.get("/api/v1/threads")
def thread() -> Response:
    """The conversation of a page."""
    try:
        made = publishing.current(context.db(), context.settings(), request.args.get("page", ""))
    except LookupError:
        raise not_found("essay") from None
    return _revalidated(Response(rendered.plain(made.json_gz), mimetype="application/json"))


@door.get("/api/v1/comments/<id>")
def comment(id: str) -> Response:  # noqa: A002 -- the address's word
    """One comment: to everybody if it is public, to whoever shows the token in any state and with its text."""
    if "Authorization" in request.headers:
        _ask_for_token()
        known = comments.find(context.db(), id)
        if known is None:
            raise not_found("reply")
        return jsonify(_in_full(known))
    public = comments.find_public(context.db(), id)
    if public is None:
        raise not_found("reply")
    return _revalidated(jsonify(structured.comment_data(context.settings(), public)))


def _revalidated(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = "Authorization"
    response.add_etag()
    response.make_conditional(request)
    return response


# ── with the token ──────────────────────────────────────────────────────────────────────────────────────────────────


@door.get("/api/v1/comments")
def list_comments() -> Response:
    """Comments in one state or all, on one page or all, the oldest first, a portion at a time."""
    limit = _limit()
    found = transfers.portion(
        context.db(), state=_state(), page=request.args.get("page", ""), after=_after(), limit=limit
    )
    return jsonify(_portion("comments", [_in_full(one) for one in found], limit))


@door.post("/api/v1/comments/<id>/decisions")
def decide(id: str) -> Response:  # noqa: A002
    """Decide about a comment, as the owner or as the account named in `as`, and show the comment as it then stands."""
    given = forms.fields()
    verb, by = _verb(given.get("verb", "")), _account(given.get("as", ""))
    return jsonify(_in_full(moderation.decide(context.db(), id, verb, by)))


@door.get("/api/v1/decisions")
def list_decisions() -> Response:
    """The log of decisions from a moment on, the oldest first, a portion at a time."""
    limit = _limit()
    since = exporting.moment(request.args.get("since", ""))
    found = transfers.decisions(context.db(), since=since, after=_after(), limit=limit)
    return jsonify(_portion("decisions", [_told(one) for one in found], limit))


@door.get("/api/v1/export")
def export() -> Response:
    """The pages and the public comments, sent while they are read, however many there are."""
    lines = exporting.lines(context.db(), context.settings(), since=request.args.get("since", ""))
    return Response((f"{line}\n" for line in lines), mimetype="application/json")


def _in_full(comment: Comment) -> dict[str, object]:
    """A comment as its moderator needs it. Addresses, keys and networks stay in the house."""
    return structured.comment_data(context.settings(), comment) | {
        "text": comment.text,
        "private": comment.private_at is not None,
        "wants_answer": comment.wants_answer,
        "edition": comment.edition,
        "reasons": comment.reasons.splitlines(),
    }


def _told(decision: Decision) -> dict[str, object]:
    by = people.find(context.db(), decision.decided_by)
    return {
        "id": decision.id,
        "comment": decision.comment,
        "verb": decision.verb,
        "by": by.name if by else "",
        "at": decision.at,
        "before": decision.before,
        "after": decision.after,
        "undone": decision.undone_at,
    }


# ── what a request asks for ─────────────────────────────────────────────────────────────────────────────────────────


def _portion(name: str, items: list[dict[str, object]], limit: int) -> dict[str, object]:
    """`next` is what to give as `after` for the next portion; null when this is the last."""
    return {name: items, "next": items[-1]["id"] if len(items) == limit else None}


def _limit() -> int:
    text = request.args.get("limit", str(_PORTION))
    if not (text.isascii() and text.isdigit() and len(text) < 4 and 0 < int(text) <= _MOST):  # noqa: PLR2004 -- digits
        raise invalid({"limit": f"Please ask for 1 to {_MOST} at a time."})
    return int(text)


def _after() -> str:
    text = request.args.get("after", "")
    if text and not ids.is_id(text):
        raise invalid({"after": "Please give the `next` of the portion before, or nothing for the first."})
    return text


def _state() -> State | None:
    text = request.args.get("state", "")
    if text and text not in set(State):
        raise invalid({"state": f"Please choose one of: {', '.join(State)}."})
    return State(text) if text else None


def _verb(text: str) -> Verb:
    if text not in set(Verb):
        raise invalid({"verb": f"Please choose one of: {', '.join(Verb)}."})
    return Verb(text)


def _account(name: str) -> Person:
    owner = authors.ensure_owner(context.db(), context.settings())
    if not name:
        return owner
    try:
        return authors.find(context.db(), name)
    except Problem as problem:
        raise invalid({"as": problem.message}) from None

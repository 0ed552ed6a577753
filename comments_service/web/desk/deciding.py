"""Moderation: the queue and the other lists by state, one comment at a time, decisions and answers."""

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flask import Response, jsonify, make_response, redirect, request

from comments_service import answering, ids, moderation
from comments_service.errors import Problem, forbidden, unreadable
from comments_service.models import Comment, Page, State, Verb
from comments_service.publishing import structured
from comments_service.store import comments, decisions, listings, pages
from comments_service.web import context, forms, guards, problems
from comments_service.web.desk import cases, views
from comments_service.web.desk.door import door, me, page, sees_private

_LIST_LENGTH = 50
_MODERATION = "/desk/moderation"
# What a redirect tells of what was done: a decision, an answer, an answer that published what it answers.
_DONE, _ANSWERED, _PUBLISHED = "done", "answered", "published"
_TABS = {
    State.HELD: ("Waiting", "Nobody waits for a look. What arrives next stands here."),
    State.PUBLISHED: ("Published", "Nothing stands in the pages yet. The first reply will, once you approve it."),
    State.REJECTED: ("Rejected", "You have turned nobody away."),
    State.SPAM: ("Spam", "No spam. May it stay so."),
    State.REMOVED: ("Removed", "Nothing was taken off a page."),
}


@door.get("/moderation")
def moderation_page() -> str:
    """The replies that wait for a look, the longest waiting first; or those in another state, newest first."""
    wanted = request.args.get("state", "")
    state = State(wanted) if wanted in set(_TABS) else State.HELD
    counts = listings.counts(context.db(), private=sees_private())
    found = _waiting() if state is State.HELD else _in_state(state)
    tabs = [(label, _address(tab), counts.get(tab, 0), tab is state) for tab, (label, _) in _TABS.items()]
    return page(
        "moderation.html",
        _MODERATION,
        heading=_TABS[state][0],
        back=_address(state),
        tabs=tabs,
        cases=found,
        empty=_TABS[state][1],
        notice=notice(),
        further=max(0, counts.get(state, 0) - len(found)) if state is State.HELD else 0,
        older=f"{_address(state)}&before={found[-1].said.id}"
        if state is not State.HELD and len(found) == _LIST_LENGTH
        else "",
    )


def _waiting() -> list[cases.Case]:
    return on_desk(moderation.queue(context.db(), private=sees_private(), limit=_LIST_LENGTH), _MODERATION)


def _in_state(state: State) -> list[cases.Case]:
    before = request.args.get("before", "")
    found = moderation.listed(
        context.db(), state, private=sees_private(), before=before if ids.is_id(before) else "~", limit=_LIST_LENGTH
    )
    return on_desk(found, _address(state))


def _address(state: State) -> str:
    return _MODERATION if state is State.HELD else f"{_MODERATION}?state={state}"


def on_desk(found: Sequence[moderation.Case], back: str, *, in_place: bool = False) -> list[cases.Case]:
    """Comments as they lie on the desk. A decision about one leads to the next in the list at `back`.

    `in_place` says that their essay's conversation stands on the same page: a decision leads back there, and of their
    threads nothing is told twice.
    """
    following = [*found[1:], *found[:1]] if len(found) > 1 and not in_place else []
    onward = [f"{back}#case-{one.comment.id}" for one in following] or [back] * len(found)
    settings, known, by = context.settings(), essays(), me()
    return [
        cases.laid_out(settings, known, one, by, next_=next_, around=not in_place)
        for one, next_ in zip(found, onward, strict=True)
    ]


def essays() -> Mapping[str, Page]:
    """The essays of the site by their paths."""
    return {essay.path: essay for essay in pages.every(context.db())}


# ── one comment ─────────────────────────────────────────────────────────────────────────────────────────────────────


@door.get("/comments/<id>")
def comment_page(id: str) -> str:  # noqa: A002 -- the address's word
    """One comment with everything that is needed to decide about it."""
    return _comment_page(id, guards.local_path(request.args.get("next") or f"/desk/comments/{id}"))


def _comment_page(id_: str, next_: str, *, answer: cases.Answer | None = None, problem: Problem | None = None) -> str:
    db, private = context.db(), sees_private()
    found = moderation.case(db, id_, private=private)
    return page(
        "comment.html",
        _MODERATION,
        case=cases.laid_out(context.settings(), essays(), found, me(), next_=next_, answer=answer),
        log=log_lines(moderation.log(db, comment=id_, private=private)),
        notice=notice(),
        problem=problem,
    )


def log_lines(log: Sequence[moderation.Line]) -> list[views.LogLine]:
    """Decisions in words, newest first. What was taken back says so; of each comment the newest can be undone."""
    seen: set[str] = set()
    lines = []
    for decision, comment, by in log:
        if decision.verb is Verb.UNDO:
            continue
        last = decision.undone_at is None and comment.id not in seen
        if last:
            seen.add(comment.id)
        lines.append(views.log_line(context.settings(), decision, comment, by, last=last))
    return lines


@door.post("/comments/<id>/decide")
def decide(id: str) -> Response:  # noqa: A002
    """Carry a decision out (`verb`), then lead on (`next`), where a notice tells of it and offers to undo it."""
    given = forms.fields()
    if given.get("verb") not in set(Verb):
        raise unreadable("Choose what to do with this reply: approve, reject, spam, remove or undo.")
    moderation.known(context.db(), id, private=sees_private())
    try:
        comment = moderation.decide(context.db(), id, Verb(given["verb"]), me())
    except Problem as problem:
        return _told(problem, id, given)
    return _onward(given, comment, _DONE)


@door.post("/comments/<id>/answer")
def answer(id: str) -> Response:  # noqa: A002
    """Answer a comment as the author; a held one is published with it. What was typed comes back when it fails."""
    given = forms.fields()
    try:
        if not me().writes_as_author:
            raise forbidden(
                "A moderator decides, and leaves the answers to the author. Under the essay you can reply as yourself."
            )
        stored = answering.answer_to(
            context.db(), context.settings(), context.secrets(), me(), id, given.get("text", "")
        )
    except Problem as problem:
        return _told(problem, id, given)
    return _onward(given, stored.accepted.comment, _PUBLISHED if stored.published_parent else _ANSWERED)


def _told(problem: Problem, id_: str, given: Mapping[str, str]) -> Response:
    """The problem on the comment's own page, as it stands now, with the answer that was typed."""
    if context.wants_json() or request.is_json:
        raise problem
    found = comments.find(context.db(), id_)
    text = given.get("text", "")
    field = cases.answer_field(found, text, problem.fields.get("text", "")) if found else None
    if found is None or (text and (field is None or not me().writes_as_author)):
        return problems.with_words(problem, text)
    html = _comment_page(id_, guards.local_path(given.get("next") or _MODERATION), answer=field, problem=problem)
    return problems.with_form(problem, html)


def _onward(given: Mapping[str, str], comment: Comment, done: str) -> Response:
    parts = urlsplit(guards.local_path(given.get("next") or _MODERATION))
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name not in {_DONE, _ANSWERED, _PUBLISHED}]
    address = urlunsplit(parts._replace(query=urlencode([*kept, (done, comment.id)])))
    if context.wants_json() or request.is_json:
        return jsonify(structured.comment_data(context.settings(), comment) | {"next": address})
    return make_response(redirect(address, 303))


def notice() -> views.Notice | None:
    """What was just done, by the address that a decision or an answer led to. It tells how things stand now."""
    for name in (_ANSWERED, _PUBLISHED):
        stored = _seen(request.args.get(name, ""))
        parent = _seen(stored.parent or "") if stored else None
        if stored and parent:
            return views.answered(stored, parent, published_parent=name == _PUBLISHED)
    comment = _seen(request.args.get(_DONE, ""))
    last = decisions.latest(context.db(), comment=comment.id, limit=1) if comment else []
    return views.notice(comment, last[0]) if comment and last else None


def _seen(id_: str) -> Comment | None:
    """The comment with this id, if there is one and this account may see it."""
    found = comments.find(context.db(), id_) if id_ else None
    return found if found and (sees_private() or found.private_at is None) else None

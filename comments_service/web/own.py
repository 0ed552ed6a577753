"""One's own reply: its words and how it stands, edit and withdraw, "I'm still waiting", "That answered me"."""

from collections.abc import Callable, Mapping
from functools import partial
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, make_response, redirect, request

from comments_service import engagement, ids, posting, rendering, wording
from comments_service.errors import Problem, conflict, gone, not_found
from comments_service.models import Comment, Page, State, Verb
from comments_service.moderation import spam
from comments_service.providers import ways
from comments_service.publishing import structured, views
from comments_service.store import comments, decisions, pages, reports, roots
from comments_service.store.spam import CONTESTED
from comments_service.web import context, feeds, forms, guards, problems, standing, telling, wishing

door = Blueprint("own", __name__)

# What a reader just did -> what the page says once it is done.
_DONE = {
    "still-waiting": "Noted: you are waiting again, and {author} sees it.",
    "thats-it": "Noted: it is settled for you, and nobody waits any more.",
    "release": "Noted: {author} need not keep this promise any more.",
    "no-spam": "Noted: {author} sees that you say so, and looks again.",
    "letters": "Noted: that is what letters tell you of.",
    "asked": "The address is asked once more, unless its owner has said yes or no before.",
    "proven": "You have proven that this is you, and the page says so.",
}
_JUST_SENT_MINUTES = 2
_CAN_STAND = {State.HELD, State.PUBLISHED}


@door.get("/comments/<id>/")
def own(id: str) -> Response | str:  # noqa: A002 -- the address's word
    """The writer's own view of a reply; everybody else is led to where it stands, or told that it is not here."""
    key = request.args.get("key", "")
    comment = posting.owned(context.db(), context.speaker(), id, key)
    if comment is None:
        return _led_to_its_place(id)
    if context.wants_json():
        return jsonify(_told(comment))
    return _page_of(comment, key, comment.text, {})


def _told(comment: Comment) -> dict[str, object]:
    """One's own reply for programs, with how it stands."""
    found = standing.of(context.db(), context.settings(), comment, context.speaker())
    data = structured.comment_data(context.settings(), comment)
    return data | {"text": comment.text, "standing": found.as_data()}


def _led_to_its_place(id_: str) -> Response:
    public = comments.find_public(context.db(), id_)
    if public:
        return make_response(redirect(f"{public.page}#comment-{public.id}", 302))
    comment = comments.find(context.db(), id_)
    if comment is None or comment.state is not State.WITHDRAWN:
        raise not_found("reply")
    if comment.expired_at:
        raise gone(f"This was taken for advertising. It was kept for {spam.KEPT_DAYS} days, and then deleted.")
    page = pages.find(context.db(), comment.page)
    if page is None or context.for_a_program():
        raise gone("This reply was withdrawn by its writer. Nothing of it is kept; answers to it keep their place.")
    # Its writer may have withdrawn it on another device: this one forgets it as well.
    return make_response(_withdrawn(page, id_), 410)


def _page_of(comment: Comment, key: str, text: str, errors: Mapping[str, str], problem: Problem | None = None) -> str:
    settings = context.settings()
    page = context.essay(comment.page)
    known = {found.id: found for found in comments.of_page(context.db(), comment.page)}
    wished = wishing.of(comment)
    minutes = max(0, int(wording.between(ids.now(), comment.edit_until) // 60) + 1)
    done = "" if problem else _DONE.get(request.args.get("done", ""), "").format(author=settings.author)
    return context.rendered(
        "readers/own.html",
        page=page,
        comment=views.comment_view(settings, page, comment, known, whole=True),
        raw=comment,
        locked=roots.locked(context.db(), comment.root),
        standing=standing.of(context.db(), settings, comment, context.speaker()),
        told=telling.to_writer(context.db(), settings, comment) if wished and wished.proven else (),
        done=done,
        looked_at_again=comment.state is State.HELD and reports.hides(context.db(), comment.id),
        reasons=_reasons(comment),
        kept_days=spam.KEPT_DAYS,
        contested=CONTESTED in comment.signals,
        just_sent=bool(key) and comment.created > ids.now(minutes=-_JUST_SENT_MINUTES),
        ways=() if comment.identity or comment.by_author or comment.state not in _CAN_STAND else ways(settings),
        key=key,
        letters=wished,
        sends=settings.sends_letters,
        essay_feed=f"/comments/feed.atom?{urlencode({'page': page.path})}",
        private_link=f"{settings.url}/comments/{comment.id}/?{urlencode({'key': key})}" if key else "",
        feed=feeds.beside(comment),
        minutes=minutes if ids.now() <= comment.edit_until and comment.state in _CAN_STAND else 0,
        text=text,
        max_length=rendering.LONGEST,
        errors=errors,
        problem=problem,
        answers=[views.comment_view(settings, page, found, known) for found in _answers(comment)],
    )


def _reasons(comment: Comment) -> list[str]:
    """Why it waits or was taken for spam; why it once waited says nothing about spam that was marked by hand."""
    last = decisions.last_standing(context.db(), comment.id) if comment.state is State.SPAM else None
    return [] if last and last.verb is Verb.SPAM else comment.reasons.splitlines()


def _answers(comment: Comment) -> list[Comment]:
    """What was answered to a private word stands here and nowhere else."""
    if comment.private_at is None:
        return []
    return [
        child
        for child in comments.children(context.db(), comment.id)
        if child.by_author and child.state is State.PUBLISHED
    ]


@door.post("/comments/<id>/edit")
def edit(id: str) -> Response:  # noqa: A002
    """Replace the words of one's own reply."""
    given = forms.fields()
    comment = _own_or_refuse(id, given)
    try:
        guards.slow_down("edit")
        edited = posting.edit(
            context.db(),
            context.secrets(),
            comment,
            given.get("text", ""),
            seen=given.get("seen", comment.changed),
        )
    except Problem as problem:
        key, text = given.get("key", ""), given.get("text", "")
        return problems.with_form(problem, partial(_page_of, comment, key, text, problem.fields, problem))
    return _after_change(edited, given)


@door.post("/comments/<id>/withdraw")
def withdraw(id: str) -> Response:  # noqa: A002
    """Take one's own reply back."""
    given = forms.fields()
    comment = posting.withdraw(context.db(), _own_or_refuse(id, given))
    if context.wants_json():
        return jsonify(structured.comment_data(context.settings(), comment))
    return make_response(_withdrawn(context.essay(comment.page), comment.id))


def _withdrawn(page: Page, id_: str) -> str:
    return context.rendered("readers/withdrawn.html", page=page, id=id_)


def _still(comment: Comment, given: Mapping[str, str], problem: Problem) -> Response:
    """One's own reply as it stands, with what could not be done about it."""
    return problems.with_form(problem, partial(_page_of, comment, given.get("key", ""), comment.text, {}, problem))


@door.post("/comments/<id>/no-spam")
def no_spam(id: str) -> Response:  # noqa: A002
    """Say that one's reply is no spam, which the author sees beside it."""
    given = forms.fields()
    comment = _own_or_refuse(id, given)
    try:
        posting.contest(context.db(), comment)
    except Problem as problem:
        return _still(comment, given, problem)
    return _after_change(comment, given, done="no-spam")


@door.post("/comments/<id>/letters")
def letters(id: str) -> Response:  # noqa: A002
    """Wish to hear of something else about one's reply (`notify`, `new_essays`), or have its address asked (`ask`)."""
    given = forms.fields()
    comment = _own_or_refuse(id, given)
    try:
        guards.slow_down("edit")
        done = wishing.choose(comment, given)
    except Problem as problem:
        return _still(comment, given, problem)
    return _after_change(_again(comment), given, done=done)


def _again(comment: Comment) -> Comment:
    return comments.find(context.db(), comment.id) or comment


# ── how it stands ───────────────────────────────────────────────────────────────────────────────────────────────────


@door.post("/comments/<id>/still-waiting")
def still_waiting(id: str) -> Response:  # noqa: A002
    """Say that one is still waiting: once after a closing, once after an answer (there with a proven address)."""

    def say(comment: Comment, _given: Mapping[str, str]) -> None:
        engagement.still_waiting(context.db(), comment, context.settings(), proven=context.speaker().proven)

    return _said(id, "still-waiting", say)


@door.post("/comments/<id>/thats-it")
def thats_it(id: str) -> Response:  # noqa: A002
    """Say that this is answered: nobody waits any more."""
    return _said(id, "thats-it", lambda comment, _given: engagement.thats_it(context.db(), comment))


@door.post("/comments/<id>/release")
def release(id: str) -> Response:  # noqa: A002
    """Let the author off a promise (`promise`, its id; the one that falls due first if it is left out)."""

    def let_off(comment: Comment, given: Mapping[str, str]) -> None:
        promise = given.get("promise", "") or standing.first_promise(context.db(), comment)
        engagement.release(context.db(), promise, comment)

    return _said(id, "release", let_off)


def _said(id_: str, what: str, act: Callable[[Comment, Mapping[str, str]], None]) -> Response:
    given = forms.fields()
    comment = _own_or_refuse(id_, given)
    try:
        if why := standing.refusal(context.db(), comment, what, context.speaker()):
            raise conflict(why)
        act(comment, given)
    except Problem as problem:
        return _still(comment, given, problem)
    return _after_change(comment, given, done=what)


def _own_or_refuse(id_: str, given: Mapping[str, str]) -> Comment:
    comment = posting.owned(context.db(), context.speaker(), id_, given.get("key", "") or request.args.get("key", ""))
    if comment is not None:
        return comment
    found = comments.find(context.db(), id_)
    if found and found.state is State.WITHDRAWN:
        raise gone("This reply was withdrawn already. Nothing of it is kept.")
    if found is None:
        raise not_found("reply")
    raise Problem(
        "not_yours",
        403,
        "Only its writer can change this reply."
        " Use the device it was written on, or the private link shown after posting.",
    )


def _after_change(comment: Comment, given: Mapping[str, str], *, done: str = "") -> Response:
    if context.wants_json():
        return jsonify(_told(comment))
    told = {"key": given.get("key", ""), "done": done}
    asked = urlencode({name: value for name, value in told.items() if value})
    return make_response(redirect(f"/comments/{comment.id}/" + (f"?{asked}" if asked else ""), 303))

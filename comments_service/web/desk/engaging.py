"""What authors do besides answering: close, put aside, give a ♥, make something theirs; keep and move promises."""

from collections.abc import Callable, Mapping

from flask import Response

from comments_service import answering, engagement
from comments_service.errors import Problem, forbidden, invalid
from comments_service.models import Comment
from comments_service.store import comments, conversations, pages, promises
from comments_service.store.promises import Promise
from comments_service.web import context, forms, guards, problems
from comments_service.web.desk import answers, deciding, notices
from comments_service.web.desk.door import door, me
from comments_service.web.desk.writing import refuse_who_does_not_answer

_HOME = "/desk/"
# Which notice tells what was done, and the comment that it was done to.
_Done = tuple[str, Comment]


@door.post("/comments/<id>/close")
def close(id: str) -> Response:  # noqa: A002 -- the address's word, here and below
    """Close what waits in the conversation of a comment, for a `reason`, by a `channel`, or for whom it `endorses`."""

    def work(given: Mapping[str, str]) -> _Done:
        reason, channel, endorses = (given.get(name, "") for name in ("reason", "channel", "endorses"))
        closed = engagement.close(context.db(), id, reason, me(), channel=channel, endorses=endorses)
        return notices.CLOSED, closed

    return _act(id, work)


@door.post("/comments/<id>/reopen")
def reopen(id: str) -> Response:  # noqa: A002
    """Take a closing back, and the ♥ that came with it."""
    return _act(id, lambda _: (notices.REOPENED, engagement.reopen(context.db(), id, me())))


@door.post("/comments/<id>/snooze")
def snooze(id: str) -> Response:  # noqa: A002
    """Put a conversation aside `until` a day, or until the `day` that was typed; `now` takes that back."""

    def work(given: Mapping[str, str]) -> _Done:
        until = given.get("until") or given.get("day", "")
        if not until:
            raise invalid({"until": "Choose the day until which it is put aside."})
        back = until == "now"
        comment = engagement.snooze(context.db(), id, "" if back else until, me(), context.settings())
        return (notices.BACK if back else notices.ASIDE), comment

    return _act(id, work)


@door.post("/comments/<id>/heart")
def heart(id: str) -> Response:  # noqa: A002
    """Give a comment the author's ♥, or take it back."""

    def work(_: Mapping[str, str]) -> _Done:
        comment, has_it = engagement.heart(context.db(), id, me())
        return (notices.HEART if has_it else notices.NO_HEART), comment

    return _act(id, work)


@door.post("/comments/<id>/promote")
def promote(id: str) -> Response:  # noqa: A002
    """Make a comment one's own that asked for nothing: side talk, or what was probably only thanks."""
    return _act(id, lambda _: (notices.MINE, engagement.promote(context.db(), id, me())))


def _act(id_: str, work: Callable[[Mapping[str, str]], _Done]) -> Response:
    """Let whoever answers here do something about a comment, then lead on and tell of it."""
    given = forms.fields()
    try:
        refuse_who_does_not_answer(id_)
        done, comment = work(given)
    except Problem as problem:
        return _refused(problem, id_)
    return notices.onward(given, done, comment, otherwise=_HOME)


def _refused(problem: Problem, id_: str) -> Response:
    """The problem on the comment's own page; where there is none, or who asks may not see it, on a page of its own."""
    if not me().writes_as_author or comments.find(context.db(), id_) is None:
        raise problem
    return deciding.refused(problem, id_, forms.fields())


# ── promises ────────────────────────────────────────────────────────────────────────────────────────────────────────


@door.post("/promises/<id>/kept")
def keep(id: str) -> Response:  # noqa: A002
    """Note that a promise was kept elsewhere: they met, or a mail went out."""
    promise = _promise(id)
    engagement.keep_promise(context.db(), promise.id, me())
    return notices.onward(forms.fields(), notices.KEPT, _promise(id), otherwise=_HOME)


@door.post("/promises/<id>/unkept")
def unkeep(id: str) -> Response:  # noqa: A002
    """Take that note back."""
    promise = _promise(id)
    engagement.unkeep_promise(context.db(), promise.id, me())
    return notices.onward(forms.fields(), notices.NOT_KEPT, _promise(id), otherwise=_HOME)


@door.post("/promises/<id>/move")
def move(id: str) -> Response:  # noqa: A002
    """Move a promise to the day `due`, once: with the answer `text`, or naming the answer `told` that said so."""
    given, promise = forms.fields(), _promise(id)
    try:
        with context.db().transaction():
            told = given.get("told", "") or _tell(promise, given.get("text", ""))
            engagement.move_promise(context.db(), promise.id, given.get("due", ""), told, me(), context.settings())
    except Problem as problem:
        return _not_moved(problem, promise, given)
    return notices.onward(given, notices.MOVED, _promise(id), otherwise=_HOME)


def _not_moved(problem: Problem, promise: Promise, given: Mapping[str, str]) -> Response:
    """The problem on the page of the reader's last words, with what was typed to tell them."""
    last = _last_words(promise)
    if last is None:
        return problems.with_words(problem, given.get("text", ""))
    typed = answers.Typed({**given, "promise": promise.id}, (), problem)
    next_ = guards.local_path(given.get("next") or _HOME)
    return problems.with_form(problem, lambda: deciding.comment_page_of(last, next_, moving=typed, problem=problem))


def _tell(promise: Promise, text: str) -> str:
    """Answer the reader's last words in the thread; returns the answer's id."""
    last = _last_words(promise)
    if last is None:
        raise invalid({"text": "Nothing of this reader is left to be answered, so the promise stays where it is."})
    sent = answering.answer_to(context.db(), context.settings(), context.secrets(), me(), last, text)
    return sent.accepted.comment.id


def _last_words(promise: Promise) -> str | None:
    known = conversations.find(context.db(), promise.conversation)
    return conversations.last_words(context.db(), known.root, known.person) if known else None


def _promise(id_: str) -> Promise:
    """The promise, for whoever answers where it was made."""
    if not me().writes_as_author:
        raise forbidden("Promises are the author’s own. A moderator does not see them.")
    found = promises.find(context.db(), id_)
    known = conversations.find(context.db(), found.conversation) if found else None
    if found is None or known is None:
        raise Problem("not_found", 404, "There is no such promise here.")
    essay = pages.find(context.db(), known.page)
    if essay and not essay.is_answered_by(me()):
        raise forbidden("This promise was made under somebody else’s essay.")
    return found

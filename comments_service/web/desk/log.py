"""The log: who decided and did what, newest first, each line with its way back for 30 days."""

from urllib.parse import urlencode

from flask import Response, request

from comments_service import ids, moderation
from comments_service.errors import Problem
from comments_service.models import Verb
from comments_service.moderation import acts as done
from comments_service.moderation import logs, undoing
from comments_service.store import people
from comments_service.store.acts import Act
from comments_service.web import context, forms, guards, problems
from comments_service.web.desk import acting, deciding, logged, notices
from comments_service.web.desk.door import authors_only, door, me, page, sees_private

_HERE = "/desk/log"
_LINES = 50
_DECIDED = {
    Verb.APPROVE: "Published",
    Verb.REJECT: "Rejected",
    Verb.SPAM: "Marked as spam",
    Verb.REMOVE: "Removed",
}


@door.get("/log")
def log_page() -> str:
    """The log, by one account (`by`), of one kind (`what`), before a line (`before`)."""
    return _page(None)


def _page(problem: Problem | None) -> str:
    accounts = people.accounts(context.db())
    by = _one_of(request.args.get("by", ""), {one.id for one in accounts})
    kinds = _kinds()
    what = _one_of(request.args.get("what", ""), set(kinds))
    before = request.args.get("before", "")
    found = logs.lines(
        context.db(),
        by=by,
        what=what,
        private=sees_private(),
        before=before if ids.is_id(before) else "~",
        limit=_LINES,
    )
    asked = {name: value for name, value in {"by": by, "what": what}.items() if value}
    return page(
        "log.html",
        _HERE,
        log=logged.lines(found, takings_back=True),
        accounts=accounts,
        by=by,
        kinds=kinds,
        what=what,
        back=_address(asked | ({"before": before} if ids.is_id(before) else {})),
        older=_address(asked | {"before": found[-1].id}) if len(found) == _LINES else "",
        days=moderation.UNDO_DAYS,
        notice=notices.notice(),
        problem=problem,
    )


def _kinds() -> dict[str, str]:
    """What can be asked for: a moderator sees what is done to comments, and nothing else."""
    decided = {str(verb): name for verb, name in _DECIDED.items()}
    acts = {
        f"{kind}.{verb}": name
        for (kind, verb), (*_, name) in acting.PHRASES.items()
        if sees_private() or kind == "comment"
    }
    return decided | acts | {"undo": "Taken back"}


def _one_of(asked: str, known: set[str]) -> str:
    return asked if asked in known else ""


def _address(query: dict[str, str]) -> str:
    return f"{_HERE}?{urlencode(query)}" if query else _HERE


@door.post("/acts/<id>/undo")
def undo_act(id: str) -> Response:  # noqa: A002 -- the address's word
    """Take back what was done, then lead on (`next`)."""
    given = forms.fields()
    act = _may_be_taken_back(id)
    try:
        undone = undoing.undo(context.db(), act.id, me())
    except Problem as problem:
        return _refused(problem, act)
    return notices.onward(given, notices.ACT, undone, otherwise=_HERE)


def _may_be_taken_back(id_: str) -> Act:
    """The act, for whoever may see what it was about: a moderator none that was done to anything but a comment."""
    act = done.logged(context.db(), id_)
    if act.kind == "comment":
        moderation.known(context.db(), act.subject, private=sees_private())
    else:
        authors_only()
    return act


def _refused(problem: Problem, act: Act) -> Response:
    """The problem where what the act was about is shown: on the comment's own page, or at the log."""
    if act.kind == "comment":
        return deciding.refused(problem, act.subject, {"next": guards.local_path(_HERE)})
    return problems.with_form(problem, lambda: _page(problem))

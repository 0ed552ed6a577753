"""Lines of the log, in words: who decided or did what, when, and what takes it back."""

from collections.abc import Sequence

from markupsafe import Markup

from comments_service import ids, moderation
from comments_service.models import Decision, Person, Verb
from comments_service.moderation import logs, undoing
from comments_service.store import comments, people
from comments_service.store.acts import Act
from comments_service.web import context
from comments_service.web.desk import acting, views, words
from comments_service.web.desk.views import LogLine, Undo


def lines(found: Sequence[logs.Line], *, takings_back: bool = False) -> list[LogLine]:
    """The lines in words; that something was taken back is told at its own line, or with `takings_back` as well."""
    known: dict[str, Person] = {account.id: account for account in people.accounts(context.db())}
    told = (_decision(one, known) if isinstance(one, Decision) else _act(one, known) for one in found)
    return [line for one, line in zip(found, told, strict=True) if line and (takings_back or one.verb != "undo")]


def _decision(decision: Decision, known: dict[str, Person]) -> LogLine | None:
    comment = comments.find(context.db(), decision.comment)
    if comment is None:
        return None
    back = Undo(f"/desk/comments/{comment.id}/decide", "verb", Verb.UNDO.value, "Undo")
    told = words.decided(decision, comment)
    open_ = decision.verb is not Verb.UNDO and moderation.undoable(context.db(), comment, decision)
    return views.log_line(
        context.settings(),
        by=_name(known, decision.decided_by),
        words_=Markup("took back a decision: {}").format(told) if decision.verb is Verb.UNDO else told,
        address=f"/desk/comments/{comment.id}",
        at=decision.at,
        taken_back=decision.undone_at is not None,
        undo=back if open_ else None,
        old=_is_old(decision.at),
    )


def _act(act: Act, known: dict[str, Person]) -> LogLine:
    about = acting.subject(act)
    return views.log_line(
        context.settings(),
        by=_name(known, act.done_by),
        words_=acting.told(act, about),
        address=acting.address(act),
        at=act.at,
        taken_back=act.undone_at is not None,
        undo=undo_of(act) if undoing.undoable(context.db(), act) else None,
        old=_is_old(act.at),
    )


def undo_of(act: Act) -> Undo:
    """What takes an act back."""
    return Undo(f"/desk/acts/{act.id}/undo", "", "", "Undo")


def _is_old(at: str) -> bool:
    return at < ids.now(days=-moderation.UNDO_DAYS)


def _name(known: dict[str, Person], account: str) -> str:
    found = known.get(account)
    return found.name if found else "Somebody"

"""Comments at the desk, with everything that is needed to decide about them; decisions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Response, request

from comments_service import jotting, moderation
from comments_service.engagement import waiting
from comments_service.errors import Problem, unreadable
from comments_service.models import Comment, Page, Verb
from comments_service.moderation import acts, logs
from comments_service.store import conversations, hearts, pages, saved_replies
from comments_service.web import context, forms, guards, problems, telling
from comments_service.web.desk import answers, cases, logged, notices, waits, writers
from comments_service.web.desk.door import door, me, page, sees_private

_MODERATION = "/desk/moderation"


@dataclass(frozen=True, slots=True)
class Thread:
    """What can be done to a thread, at its first comment; `homes` are the essays (path, title) it could move to."""

    locked: bool
    pinned: bool
    standing: bool
    homes: tuple[tuple[str, str], ...]


def on_desk(found: Sequence[moderation.Case], back: str, *, in_place: bool = False) -> list[cases.Case]:
    """Comments as they lie on the desk. A decision about one leads to the next in the list at `back`.

    `in_place` says that their essay's conversation stands on the same page: a decision leads back there, and of their
    threads nothing is told twice.
    """
    desk = desk_of()
    onward = [back] * len(found) if in_place else onward_from([one.comment.id for one in found], back)
    return [
        cases.laid_out(
            desk.settings, desk.essays, one, desk.me, next_=next_, around=not in_place, answer=_field(desk, one.comment)
        )
        for one, next_ in zip(found, onward, strict=True)
    ]


def onward_from(listed: Sequence[str], back: str) -> list[str]:
    """Where an act about each of the comments in the list at `back` leads: to the next of them."""
    following = [*listed[1:], *listed[:1]] if len(listed) > 1 else []
    return [f"{back}#case-{one}" for one in following] or [back] * len(listed)


def _field(desk: waits.Desk, comment: Comment) -> answers.Answer | None:
    if not desk.answers(comment):
        return None
    known = conversations.find(context.db(), comment.conversation)
    return answers.field(desk, comment, None, seen=known.last_seq if known else None)


def desk_of() -> waits.Desk:
    """What the records of this request are laid out with."""
    return waits.Desk(context.settings(), essays(), me(), tuple(saved_replies.every(context.db())))


def essays() -> Mapping[str, Page]:
    """The essays of the site by their paths."""
    return {essay.path: essay for essay in pages.every(context.db())}


# ── one comment ─────────────────────────────────────────────────────────────────────────────────────────────────────


@door.get("/comments/<id>")
def comment_page(id: str) -> str:  # noqa: A002 -- the address's word
    """One comment with everything that is needed to decide about it."""
    return comment_page_of(id, guards.local_path(request.args.get("next") or f"/desk/comments/{id}"))


def comment_page_of(
    id_: str,
    next_: str,
    *,
    typed: answers.Typed | None = None,
    moving: answers.Typed | None = None,
    begun: str = "",
    note: str = "",
    problem: Problem | None = None,
) -> str:
    """The page of one comment, with what was `typed` to answer or to move a promise, and why it was refused.

    `begun` is what stands in the field for an answer that was only begun, `note` a note that was not kept.
    """
    db, desk, private = context.db(), desk_of(), sees_private()
    found = moderation.case(db, id_, private=private)
    comment = found.comment
    known = conversations.find(db, comment.conversation) if private and not comment.by_author else None
    beside = waiting.of(db, known) if known else None
    field = answers.field(desk, comment, beside, typed=typed, begun=begun) if desk.answers(comment) else None
    may_act = beside is not None and desk.may_act(comment)
    return page(
        "comment.html",
        _MODERATION,
        case=cases.laid_out(desk.settings, desk.essays, found, desk.me, next_=next_, answer=field),
        doing=waits.doing(desk, comment, beside, hearted=hearts.find(db, id_) is not None)
        if beside and may_act
        else None,
        writer=writers.of(comment) if me().writes_as_author else None,
        reports=writers.reports_about(comment, words_too=me().writes_as_author),
        owed=waits.owed(desk, [waiting.promised(db, one) for one in beside.promises], moving) if beside else (),
        log=logged.lines(logs.about(db, id_)),
        thread=_thread(comment),
        letters=telling.at_desk(db, desk.settings, comment) if me().writes_as_author else [],
        note=note,
        most_of_a_note=jotting.LONGEST,
        notice=notices.notice(),
        problem=problem,
    )


def _thread(comment: Comment) -> Thread | None:
    """What can be done to the thread that a comment begins; None for any other, and for what is on no page."""
    if comment.id != comment.root or comment.private_at is not None:
        return None
    return Thread(
        locked=comment.locked_at is not None,
        pinned=comment.pinned_at is not None,
        standing=comment.standing,
        homes=tuple((page.path, page.title) for page in acts.homes(context.db(), comment)),
    )


@door.post("/comments/<id>/decide")
def decide(id: str) -> Response:  # noqa: A002
    """Carry a decision out (`verb`), then lead on (`next`), where a notice tells of it and offers to undo it."""
    given = forms.fields()
    if given.get("verb") not in set(Verb):
        raise unreadable("Choose what to do with this reply: approve, reject, spam, remove or undo.")
    moderation.known(context.db(), id, private=sees_private())
    try:
        comment = moderation.decide(context.db(), id, Verb(given["verb"]), me(), seen=given.get("seen"))
    except Problem as problem:
        return refused(problem, id, given)
    return notices.onward(given, notices.DONE, comment, otherwise=_MODERATION)


def refused(problem: Problem, id_: str, given: Mapping[str, str]) -> Response:
    """The problem on the comment's own page, as it stands now."""
    next_ = guards.local_path(given.get("next") or _MODERATION)
    return problems.with_form(problem, lambda: comment_page_of(id_, next_, problem=problem))

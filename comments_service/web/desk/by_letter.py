"""Where an author's letter leads: a reply, to decide about or answer without a session. GET shows, POST acts, once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from flask import Response, make_response, redirect, request
from markupsafe import Markup

from comments_service import answering, ids, moderation, proofs, wording
from comments_service.errors import Problem, conflict, forbidden, gone, not_found, unreadable
from comments_service.models import Comment, Person, State, Undertaking, Verb
from comments_service.store import acts, comments, conversations, decisions, letter_links, pages, people
from comments_service.store.letter_links import LetterLink
from comments_service.web import context, forms, guards, problems
from comments_service.web.desk import answers, cases, deciding, waits, words, writing
from comments_service.web.desk.door import door

ANSWER, UNDO = "answer", "undo"
# So long the link itself takes back what it did; after that the desk does.
UNDO_MINUTES = 10
# More of a thread than this is read on the page itself.
_AROUND = 3
_LONGEST_NUMBER = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What a link shows: the reply, what can be done, and what was done by it.

    `changed`: its words are others than those in the letter. `became` says what the link did, `undoable` that it can
    take that back; `state` how the reply stands now, empty while it waits. `first` is the choice made in the letter.
    """

    token: str
    account: str
    case: cases.Case
    at: str
    changed: bool
    expired: bool
    became: Markup | None
    undoable: bool
    state: Markup | None
    moves: Sequence[cases.Move]
    first: str


@dataclass(frozen=True, slots=True)
class _Found:
    """A link with what it is about."""

    token: str
    link: LetterLink
    account: Person
    comment: Comment


@door.get("/by-letter/<token>")
def by_letter_page(token: str) -> Response:
    """Show the reply and what can be done: mail scanners open links, and people press buttons."""
    guards.slow_down("letter-link")
    return make_response(_page(_found(token)))


@door.post("/by-letter/<token>")
def act_by_letter(token: str) -> Response:
    """Decide (`verb`), answer (`text`), or take that back, as the account that the letter went to."""
    guards.slow_down("letter-link")
    found, given = _found(token), forms.fields()
    try:
        _act(found, given)
    except Problem as problem:
        return problems.with_form(problem, partial(_again, token, given, problem))
    return make_response(redirect(f"/desk/by-letter/{token}", 303))


def _again(token: str, given: Mapping[str, str], problem: Problem) -> str:
    """The page as things stand now, with everything that was typed."""
    return _page(_found(token), given, problem)


def _found(token: str) -> _Found:
    """What a token leads to. Raises Problem: 404 for none, 403 where its account may not see the reply any more."""
    id_ = proofs.letter_of(context.secrets(), token)
    link = letter_links.find(context.db(), id_) if id_ else None
    comment = comments.find(context.db(), link.comment) if link else None
    if link is None or comment is None:
        raise Problem(
            "not_found",
            404,
            "This link leads nowhere: it is not whole, or too old. The reply itself is at the desk; sign in there.",
        )
    account = people.find(context.db(), link.account)
    if account is None or account.role is None:
        raise forbidden("This link was for somebody who looked after this place, and does no longer.")
    if comment.private_at is not None and not account.writes_as_author:
        raise not_found("reply")
    return _Found(token, link, account, comment)


# ── acting ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _act(found: _Found, given: Mapping[str, str]) -> None:
    verb = given.get("verb", "")
    if verb == UNDO:
        _take_back(found)
        return
    if verb != ANSWER and verb not in set(Verb):
        raise unreadable("Choose what to do with this reply: press one of the buttons.")
    if found.link.used_at is None and found.link.expires <= ids.now():
        raise gone("This link was for two weeks, and they are over. Sign in at the desk to go on.")
    db = context.db()
    with db.transaction():
        if not letter_links.use(db, found.link.id, verb, now=ids.now()):
            raise gone("This link was used already, and acts only once. Below is what became of it.")
        comment = moderation.known(db, found.comment.id)
        if given.get("seen") != comment.changed:
            raise conflict("These words were changed since you read them. Read them again before you decide.")
        if verb == ANSWER:
            _answer(found, given)
        else:
            moderation.decide(db, comment.id, Verb(verb), found.account, seen=comment.changed)
        _log(found, verb)


def _answer(found: _Found, given: Mapping[str, str]) -> None:
    if not _answers(found):
        raise forbidden("Another author answers under this essay. You can decide about the reply here.")
    text, at = given.get("text", ""), given.get("at", "")
    if not forms.checked(given.get("as_it_is", "")):
        writing.refuse_form_letter(found.comment, text)
    number = int(at) if at.isascii() and at.isdigit() and len(at) < _LONGEST_NUMBER else None
    answering.answer_to(
        context.db(),
        context.settings(),
        context.secrets(),
        found.account,
        found.comment.id,
        text,
        Undertaking(seen=number),
    )


def _take_back(found: _Found) -> None:
    if not _undoable(found):
        raise gone("This can’t be taken back from here any more. Sign in at the desk: there it can, for 30 days.")
    db = context.db()
    with db.transaction():
        if found.link.used_for == ANSWER:
            answer = _given(found)
            moderation.decide(db, answer.id if answer else "", Verb.REMOVE, found.account)
            _hold_again(found)
        else:
            moderation.undo(db, found.comment.id, found.account)
        _log(found, UNDO)


def _hold_again(found: _Found) -> None:
    """Answering published a reply that waited: then that is taken back, too."""
    last = decisions.last_standing(context.db(), found.comment.id)
    by_answering = last is not None and last.decided_by == found.account.id and last.at >= (found.link.used_at or "")
    if last and by_answering and moderation.undoable(context.db(), found.comment, last):
        moderation.undo(context.db(), found.comment.id, found.account)


def _log(found: _Found, verb: str) -> None:
    """The log says that it was by letter: whoever holds a letter could have done it."""
    acts.add(context.db(), "by letter", "comment", found.comment.id, by=found.account.id, after={"verb": verb})


def _answers(found: _Found) -> bool:
    page = pages.find(context.db(), found.comment.page)
    return page is not None and page.is_answered_by(found.account) and answers.can_be_answered(found.comment)


def _given(found: _Found) -> Comment | None:
    """The answer that the link gave."""
    since = found.link.used_at or ""
    own = (one for one in comments.children(context.db(), found.comment.id) if one.author == found.account.id)
    return next((one for one in own if one.created >= since), None)


def _undoable(found: _Found) -> bool:
    used = found.link.used_at
    if used is None or used < ids.now(minutes=-UNDO_MINUTES):
        return False
    if found.link.used_for == ANSWER:
        answer = _given(found)
        return answer is not None and answer.state is State.PUBLISHED
    last = decisions.last_standing(context.db(), found.comment.id)
    own = last is not None and last.decided_by == found.account.id and last.verb == found.link.used_for
    return last is not None and own and moderation.undoable(context.db(), found.comment, last)


# ── showing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _page(found: _Found, given: Mapping[str, str] | None = None, problem: Problem | None = None) -> str:
    db, settings, comment = context.db(), context.settings(), found.comment
    sees_private = found.account.writes_as_author
    typed = answers.Typed(given, (), problem) if given is not None and problem else None
    desk = waits.Desk(settings, deciding.essays(), found.account)
    known = conversations.find(db, comment.conversation)
    opens = found.link.opens(now=ids.now())
    last = known.last_seq if known else None
    field = answers.field(desk, comment, None, seen=last, typed=typed) if _answers(found) and opens else None
    case = moderation.case(db, comment.id, private=sees_private)
    first = given.get("verb", "") if given is not None else request.args.get("for", "")
    moves = cases.moves(comment) if opens else ()
    return context.rendered(
        "desk/by_letter.html",
        desk=True,
        opened=Opened(
            token=found.token,
            account=found.account.name,
            case=cases.laid_out(settings, desk.essays, case, found.account, next_="", answer=field),
            at=field.seen if field else "",
            changed=opens and comment.changed != found.link.seen,
            expired=not opens and found.link.used_at is None,
            became=_became(found),
            undoable=_undoable(found),
            state=_state(found),
            moves=sorted(moves, key=lambda move: move.verb != first),
            first=first,
        ),
        most_around=_AROUND,
        undo_minutes=UNDO_MINUTES,
        signed_in=context.account() is not None,
        words=given.get("text", "") if given is not None else "",
        problem=problem,
    )


def _became(found: _Found) -> Markup | None:
    """What the link did, and when; None if it was not used."""
    link = found.link
    if link.used_at is None:
        return None
    whose = words.whose(found.comment)
    did = (
        Markup("answered {}").format(whose)
        if link.used_for == ANSWER
        else words.done(Verb(link.used_for), found.comment)
    )
    when = words.when(link.used_at, ids.now(), context.settings().zone)
    return Markup("With this link you {}, {}.").format(did, when)


def _state(found: _Found) -> Markup | None:
    """How the reply stands now, and by whom; None while it waits for a look."""
    comment, now, zone = found.comment, ids.now(), context.settings().zone
    if comment.state is State.HELD:
        return None
    if comment.state is State.WITHDRAWN:
        return Markup("Its writer has withdrawn it since.")
    last = decisions.last_standing(context.db(), comment.id)
    by = people.find(context.db(), last.decided_by) if last else None
    if last is None or by is None or by.id == found.account.id:
        return (
            Markup("It stands in the page.")
            if comment.state is State.PUBLISHED
            else Markup("It is {} now.").format(cases.state_of(comment))
        )
    return Markup("<bdi>{}</bdi> {} {}.").format(
        by.name, words.done(last.verb, comment), wording.day(last.at, now, zone)
    )

"""What was just done, told where an act led to, with the way back: the address names it, the store says how it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flask import Response, jsonify, make_response, redirect, request
from markupsafe import Markup

from comments_service import days, ids, moderation
from comments_service.models import Comment, State, Verb
from comments_service.moderation import undoing
from comments_service.publishing import structured
from comments_service.store import acts, bans, comments, conversations, decisions, hearts, promises
from comments_service.store.acts import Act
from comments_service.store.bans import Ban
from comments_service.store.promises import Promise
from comments_service.web import context, guards
from comments_service.web.desk import acting, logged, words
from comments_service.web.desk.cases import move
from comments_service.web.desk.door import sees_private
from comments_service.web.desk.views import Undo

# What an address tells of what was done: a decision, an answer, an answer that published what it answers, and so on.
DONE, ANSWERED, PUBLISHED = "done", "answered", "published"
CLOSED, REOPENED, ASIDE, BACK = "closed", "reopened", "aside", "back"
HEART, NO_HEART, MINE = "heart", "no-heart", "mine"
KEPT, NOT_KEPT, MOVED = "kept", "not-kept", "moved"
BANNED, LIFTED, TRUSTED, NOT_TRUSTED, SETTLED = "banned", "lifted", "trusted", "not-trusted", "settled"
# Whatever the log of acts holds, by the id of its line.
ACT = "act"


@dataclass(frozen=True, slots=True)
class Notice:
    """What was just done, where the comment stands if it does, and what takes it back (None when nothing does)."""

    sentence: Markup
    comment: str
    place: str | None
    undo: Undo | None


def notice() -> Notice | None:
    """What was just done, by the address that an act led to. It tells how things stand now."""
    for name, about in _COMMENTS.items():
        comment = _seen(request.args.get(name, ""))
        if comment and (told := about(name, comment)):
            return told
    if act := acts.find(context.db(), request.args.get(ACT, "")):
        return _acted(act)
    for name, of_promise in _PROMISES.items():
        found = promises.find(context.db(), request.args.get(name, "")) if sees_private() else None
        if found:
            return of_promise(found)
    for name in (BANNED, LIFTED):
        ban = bans.find(context.db(), request.args.get(name, "")) if sees_private() else None
        if ban:
            return _banned(ban)
    return None


def onward(given: Mapping[str, str], done: str, about: Comment | Promise | Ban | Act, *, otherwise: str) -> Response:
    """Lead on (`next`, or `otherwise`), where a notice tells that `done` happened; a program is told where."""
    parts = urlsplit(guards.local_path(given.get("next") or otherwise))
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name not in _NAMES]
    address = urlunsplit(parts._replace(query=urlencode([*kept, (done, about.id)])))
    if not context.for_a_program():
        return make_response(redirect(address, 303))
    if isinstance(about, Act):
        comment = acting.subject(about)
        told = structured.comment_data(context.settings(), comment) if comment else {}
        return jsonify(told | {"act": about.id, "undone": about.undone_at, "next": address})
    if isinstance(about, Comment):
        return jsonify(structured.comment_data(context.settings(), about) | {"next": address})
    if isinstance(about, Ban):
        return jsonify({"id": about.id, "until": about.until, "next": address})
    return jsonify({"id": about.id, "due": about.due_at, "kept": about.kept_at or None, "next": address})


def _seen(id_: str) -> Comment | None:
    """The comment with this id, if there is one and this account may see it."""
    found = comments.find(context.db(), id_) if ids.is_id(id_) else None
    return found if found and (sees_private() or found.private_at is None) else None


def _acted(act: Act) -> Notice | None:
    """What an act did, or that it was taken back."""
    comment = acting.subject(act)
    if (act.kind == "comment" and _seen(act.subject) is None) or (act.kind != "comment" and not sees_private()):
        return None
    undo, sentence = None, Markup("Took back {}.").format(acting.called(act, comment))
    if act.undone_at is None:
        undo = logged.undo_of(act) if undoing.undoable(context.db(), act) else None
        sentence = words.sentence(acting.told(act, comment))
    # A ban is made at a comment, and is nothing to be seen in its page.
    about = comment if act.kind == "comment" else None
    return _told(sentence, about, undo) if about else Notice(sentence, "", None, undo)


# ── decisions and answers ───────────────────────────────────────────────────────────────────────────────────────────


def _decided(_name: str, comment: Comment) -> Notice | None:
    """What the last decision about a comment did; it can be taken back while the comment is where it led."""
    last = next(iter(decisions.latest(context.db(), comment=comment.id, limit=1)), None)
    if last is None:
        return None
    undoable = last.verb is not Verb.UNDO and moderation.undoable(context.db(), comment, last)
    back = move(Verb.UNDO, comment)
    undo = Undo(f"/desk/comments/{comment.id}/decide", "verb", back.verb, back.label) if undoable else None
    return _told(words.sentence(words.decided(last, comment)), comment, undo)


def _answered(name: str, answer: Comment) -> Notice | None:
    """That an answer stands; taking it back removes it."""
    parent = _seen(answer.parent or "")
    if parent is None:
        return None
    undo = Undo(f"/desk/comments/{answer.id}/decide", "verb", Verb.REMOVE.value, "Take the answer back")
    sentence = words.answered(answer, parent, published_parent=name == PUBLISHED)
    return _told(sentence, answer, undo if answer.state is State.PUBLISHED else None)


# ── the rest of what authors do ─────────────────────────────────────────────────────────────────────────────────────


def _closed(_name: str, comment: Comment) -> Notice | None:
    known = conversations.find(context.db(), comment.conversation) if sees_private() else None
    own = [one for one in known.told.reach_outs if comment.id in one.comments] if known else []
    if not own:
        return None
    if own[-1].reason:
        return _told(words.closed(comment, own[-1].reason), comment, _undo(comment, "reopen", "", ""))
    return _told(Markup("{} waits for you again.").format(words.whose(comment)), comment, None)


def _aside(_name: str, comment: Comment) -> Notice | None:
    known = conversations.find(context.db(), comment.conversation) if sees_private() else None
    if known is None:
        return None
    now, zone = ids.now(), context.settings().zone
    if known.snoozed_until > now:
        sentence = Markup("Put {} aside until {}.").format(
            words.whose(comment), days.ahead(known.snoozed_until, now, zone)
        )
        return _told(sentence, comment, _undo(comment, "snooze", "until", "now"))
    return _told(Markup("{} is no longer put aside.").format(words.whose(comment)), comment, None)


def _hearted(_name: str, comment: Comment) -> Notice | None:
    given = hearts.find(context.db(), comment.id) is not None
    sentence = Markup("Gave {} a ♥.") if given else Markup("Took the ♥ back from {}.")
    return _told(sentence.format(words.whose(comment)), comment, _undo(comment, "heart", "", "") if given else None)


def _mine(_name: str, comment: Comment) -> Notice | None:
    sentence = Markup("{} waits for your answer now. It enters no figure.").format(words.whose(comment))
    return _told(sentence, comment, None)


def _kept(promise: Promise) -> Notice:
    if not promise.kept_at:
        return Notice(Markup("That promise is open again."), promise.comment, None, None)
    undo = Undo(f"/desk/promises/{promise.id}/unkept", "", "", "Undo")
    return Notice(Markup("Noted: you kept “{}”.").format(promise.what), promise.comment, None, undo)


def _moved(promise: Promise) -> Notice:
    day = days.promised(promise.due_at, ids.now(), context.settings().zone)
    return Notice(Markup("Moved “{}”: {}.").format(promise.what, day), promise.comment, None, None)


def _trusted(name: str, comment: Comment) -> Notice:
    trusted = name == TRUSTED
    sentence = Markup("Replies of {} need no look any more.") if trusted else Markup("Replies of {} wait for a look.")
    undo = _undo(comment, "trust", "trust", "no" if trusted else "yes")
    return _told(sentence.format(_bdi(comment.name)), comment, undo)


def _settled(_name: str, comment: Comment) -> Notice:
    stands = Markup(" It stands in the page.") if comment.standing else Markup("")
    return _told(Markup("Looked at what was reported about {}.").format(words.whose(comment)) + stands, comment, None)


def _banned(ban: Ban) -> Notice:
    comment = comments.find(context.db(), ban.comment)
    whom = _WHOM[ban.kind].format(_bdi(comment.name if comment and comment.name else "somebody"))
    if ban.lifted_at:
        return Notice(Markup("Lifted the ban of {}.").format(whom), ban.comment, None, None)
    until = f"until {days.ahead(ban.until, ids.now(), context.settings().zone)}" if ban.until else "until you lift it"
    sentence = Markup("Replies from {} are {} {}.").format(whom, _DONE_WITH[ban.action], until)
    if ban.kind == "person":
        waiting = Markup(' <a href="/desk/moderation?person={}">Their replies that wait</a>')
        sentence += waiting.format(ban.subject)
    return Notice(sentence, ban.comment, None, Undo(f"/desk/bans/{ban.id}/lift", "", "", "Undo"))


def _bdi(name: str) -> Markup:
    return Markup("<bdi>{}</bdi>").format(name)


_WHOM = {
    "person": Markup("{}"),
    "address": Markup("the e-mail address of {}"),
    "network": Markup("the network of {}"),
}
_DONE_WITH = {"hold": "held", "spam": "filed as spam", "refuse": "refused"}


def _undo(comment: Comment, act: str, name: str, value: str) -> Undo:
    return Undo(f"/desk/comments/{comment.id}/{act}", name, value, "Undo")


def _told(sentence: Markup, comment: Comment, undo: Undo | None) -> Notice:
    place = f"{comment.page}#comment-{comment.id}" if comment.standing else None
    return Notice(sentence, comment.id, place, undo)


_COMMENTS: Mapping[str, Callable[[str, Comment], Notice | None]] = {
    ANSWERED: _answered,
    PUBLISHED: _answered,
    DONE: _decided,
    CLOSED: _closed,
    REOPENED: _closed,
    ASIDE: _aside,
    BACK: _aside,
    HEART: _hearted,
    NO_HEART: _hearted,
    MINE: _mine,
    TRUSTED: _trusted,
    NOT_TRUSTED: _trusted,
    SETTLED: _settled,
}
_PROMISES: Mapping[str, Callable[[Promise], Notice]] = {KEPT: _kept, NOT_KEPT: _kept, MOVED: _moved}
_NAMES = frozenset({*_COMMENTS, *_PROMISES, BANNED, LIFTED, ACT})

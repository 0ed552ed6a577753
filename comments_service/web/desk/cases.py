"""A comment as it lies on the desk: its words, its thread, its writer, and what can be decided about it."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from comments_service import ids, moderation, rendering, wording
from comments_service.models import MOVES, Comment, Page, Person, State, Verb
from comments_service.publishing import views
from comments_service.settings import Settings
from comments_service.web.desk import words
from comments_service.web.desk.answers import Answer

_EXCERPT = 160
# More of a thread than this is read on the page itself.
_AROUND = 12
_KEYS = {Verb.APPROVE: "a", Verb.REJECT: "r", Verb.SPAM: "s", Verb.REMOVE: "d", Verb.UNDO: "u"}
_LABELS = {
    Verb.APPROVE: "Approve",
    Verb.REJECT: "Reject",
    Verb.REMOVE: "Remove",
    Verb.SPAM: "Spam",
    Verb.UNDO: "Undo",
}
_STATES = {
    State.HELD: "waiting",
    State.PUBLISHED: "published",
    State.REJECTED: "rejected",
    State.SPAM: "spam",
    State.REMOVED: "removed",
    State.WITHDRAWN: "withdrawn",
}
_WANTS = {"yes": "would like an answer", "no": "just saying"}


@dataclass(frozen=True, slots=True)
class Said:
    """A comment in words, wherever the desk shows one; `proven` is what its writer proved to be theirs.

    `place` is where it stands in its page, None if it does not.
    """

    id: str
    name: str
    disc: views.Disc
    by_author: bool
    proven: str
    html: Markup
    excerpt: str
    iso: str
    when: str
    since: str
    state: str
    private: bool
    edited: bool
    wants: str
    essay: str
    path: str
    place: str | None


@dataclass(frozen=True, slots=True)
class Move:
    """One decision that can be made about a comment: the button, and the key that presses it."""

    verb: str
    label: str
    key: str


@dataclass(frozen=True, slots=True)
class Case:
    """A comment with all that is needed to decide about it.

    `why` says in few words why it waits, `signals` in sentences what speaks about it. `answered` is what it answers,
    `around` the thread's other words, of which `further` more stand on the page; `earlier` is what its writer said
    before. `next` is where a decision leads.
    """

    said: Said
    why: tuple[str, ...]
    signals: tuple[str, ...]
    email: str
    website: str
    answered: Said | None
    around: tuple[Said, ...]
    further: int
    earlier: tuple[Said, ...]
    moves: tuple[Move, ...]
    answer: Answer | None
    next: str


def said(settings: Settings, essays: Mapping[str, Page], comment: Comment) -> Said:
    """One comment in words; `essays` are the site's, by their paths."""
    now, zone = ids.now(), settings.zone
    essay = essays.get(comment.page)
    return Said(
        id=comment.id,
        name=comment.name,
        disc=views.disc(comment),
        by_author=comment.by_author,
        proven=comment.proven,
        # The words were cleaned by `rendering` before they were stored, and are nothing but its output.
        html=Markup(comment.html),  # noqa: S704
        excerpt=rendering.excerpt(comment.html, _EXCERPT),
        iso=comment.created,
        when=words.when(comment.created, now, zone),
        since=wording.since(comment.created, now, zone),
        state=_STATES[comment.state],
        private=comment.private_at is not None,
        edited=comment.edited is not None,
        wants=_WANTS.get(comment.wants_answer, ""),
        essay=essay.title if essay else comment.page,
        path=comment.page,
        place=f"{comment.page}#comment-{comment.id}" if comment.standing and essay else None,
    )


def laid_out(
    settings: Settings,
    essays: Mapping[str, Page],
    found: moderation.Case,
    me: Person,
    *,
    next_: str,
    around: bool = True,
    answer: Answer | None = None,
) -> Case:
    """A comment as it lies on the desk of the account `me`, with the field for an answer if there is one.

    `around` says whether the thread's other words are told.
    """
    comment = found.comment
    others = found.thread if around else ()
    thread = [other for other in others if other.state is State.PUBLISHED and other.id != comment.parent]
    answered = next((other for other in found.thread if other.id == comment.parent), None)

    def told(other: Comment) -> Said:
        return said(settings, essays, other)

    return Case(
        said=told(comment),
        why=words.why(comment) if comment.state in {State.HELD, State.SPAM} else (),
        signals=tuple(comment.signals.splitlines()) if comment.state in {State.HELD, State.SPAM} else (),
        # An address was given to the author, not to whoever helps.
        email=comment.email if me.writes_as_author else "",
        website=comment.website,
        answered=told(answered) if answered else None,
        around=tuple(map(told, thread[-_AROUND:])),
        further=max(0, len(thread) - _AROUND),
        earlier=tuple(map(told, found.earlier)),
        moves=moves(comment, undoable=found.undoable),
        answer=answer,
        next=next_,
    )


def moves(comment: Comment, *, undoable: bool = False) -> tuple[Move, ...]:
    """The decisions that can be made about a comment where it stands. An author's own words are no spam."""
    found = [verb for verb in _LABELS if verb in MOVES and comment.state in MOVES[verb][1]]
    if comment.by_author and Verb.SPAM in found:
        found.remove(Verb.SPAM)
    if undoable:
        found.append(Verb.UNDO)
    return tuple(move(verb, comment) for verb in found)


def move(verb: Verb, comment: Comment) -> Move:
    """One decision about a comment. What is for the author only is not published by approving it, but read."""
    read = verb is Verb.APPROVE and comment.private_at is not None
    return Move(verb.value, "Mark as read" if read else _LABELS[verb], _KEYS[verb])

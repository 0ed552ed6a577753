"""What the desk's templates are given: one typed record each, all words already chosen."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from comments_service import ids, moderation, rendering
from comments_service.models import MOVES, Comment, Decision, Page, Person, Session, State, Verb
from comments_service.publishing import views
from comments_service.settings import Settings
from comments_service.web.desk import words

_EXCERPT = 160
# More of a thread than this is read on the page itself.
_AROUND = 12
_KEYS = {Verb.APPROVE: "a", Verb.REJECT: "r", Verb.SPAM: "s", Verb.REMOVE: "d", Verb.UNDO: "u"}
_LABELS = {
    Verb.APPROVE: "Approve", Verb.REJECT: "Reject", Verb.REMOVE: "Remove", Verb.SPAM: "Spam", Verb.UNDO: "Undo",
}  # fmt: skip
_STATES = {
    State.HELD: "waiting", State.PUBLISHED: "published", State.REJECTED: "rejected", State.SPAM: "spam",
    State.REMOVED: "removed", State.WITHDRAWN: "withdrawn",
}  # fmt: skip
_WANTS = {"yes": "would like an answer", "no": "just saying"}


@dataclass(frozen=True, slots=True)
class Said:
    """A comment in words, wherever the desk shows one. `place` is where it stands in its page, None if it does not."""

    id: str
    name: str
    initial: str
    hue: int
    by_author: bool
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
class Answer:
    """The field for an answer: what sending it does, what was typed, and what needs another look."""

    hint: str
    button: str
    text: str
    error: str


@dataclass(frozen=True, slots=True)
class Case:
    """A comment with all that is needed to decide about it.

    `answered` is what it answers, `around` the thread's other words, of which `further` more stand on the page;
    `earlier` is what its writer said before. `next` is where a decision leads.
    """

    said: Said
    why: tuple[str, ...]
    email: str
    website: str
    answered: Said | None
    around: tuple[Said, ...]
    further: int
    earlier: tuple[Said, ...]
    moves: tuple[Move, ...]
    answer: Answer | None
    next: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What was just done, and the decision that takes it back (None when nothing does)."""

    sentence: Markup
    comment: str
    place: str | None
    undo: Move | None


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of the log of decisions."""

    by: str
    words: Markup
    comment: str
    iso: str
    when: str
    taken_back: bool
    undoable: bool


@dataclass(frozen=True, slots=True)
class Door:
    """A session in words."""

    id: str
    device: str
    since: str
    seen: str
    this: bool


def said(settings: Settings, essays: Mapping[str, Page], comment: Comment) -> Said:
    """One comment in words; `essays` are the site's, by their paths."""
    now, zone = ids.now(), settings.zone
    essay = essays.get(comment.page)
    return Said(
        id=comment.id,
        name=comment.name,
        initial=comment.name[:1].upper(),
        hue=views.hue(comment),
        by_author=comment.by_author,
        # The words were cleaned by `rendering` before they were stored, and are nothing but its output.
        html=Markup(comment.html),  # noqa: S704
        excerpt=rendering.excerpt(comment.html, _EXCERPT),
        iso=comment.created,
        when=words.when(comment.created, now, zone),
        since=words.since(comment.created, now, zone),
        state=_STATES[comment.state],
        private=comment.private_at is not None,
        edited=comment.edited is not None,
        wants=_WANTS.get(comment.wants_answer, ""),
        essay=essay.title if essay else comment.page,
        path=comment.page,
        place=f"{comment.page}#comment-{comment.id}" if comment.standing and essay else None,
    )


def case(
    settings: Settings, essays: Mapping[str, Page], found: moderation.Case, me: Person, *, next_: str, answer: Answer | None = None,
) -> Case:
    """A comment as it lies on the desk of the account `me`; `answer` is given when one was typed and refused."""
    comment = found.comment
    thread = [other for other in found.thread if other.state is State.PUBLISHED and other.id != comment.parent]
    answered = next((other for other in found.thread if other.id == comment.parent), None)

    def told(other: Comment) -> Said:
        return said(settings, essays, other)

    return Case(
        said=told(comment),
        why=words.why(comment) if comment.state is State.HELD else (),
        email=comment.email,
        website=comment.website,
        answered=told(answered) if answered else None,
        around=tuple(map(told, thread[-_AROUND:])),
        further=max(0, len(thread) - _AROUND),
        earlier=tuple(map(told, found.earlier)),
        moves=moves(comment, undoable=found.undoable),
        answer=(answer or answer_field(comment)) if me.writes_as_author else None,
        next=next_,
    )


def moves(comment: Comment, *, undoable: bool = False) -> tuple[Move, ...]:
    """The decisions that can be made about a comment where it stands. An author's own words are no spam."""
    found = [verb for verb in _LABELS if verb in MOVES and comment.state in MOVES[verb][1]]
    if comment.by_author and Verb.SPAM in found:
        found.remove(Verb.SPAM)
    if undoable:
        found.append(Verb.UNDO)
    return tuple(_move(verb, comment) for verb in found)


def _move(verb: Verb, comment: Comment) -> Move:
    read = verb is Verb.APPROVE and comment.private_at is not None
    return Move(verb.value, "Mark as read" if read else _LABELS[verb], _KEYS[verb])


def answer_field(comment: Comment, text: str = "", error: str = "") -> Answer | None:
    """The field for an answer to a comment; None where nobody could read one."""
    if comment.state not in {State.HELD, State.PUBLISHED}:
        return None
    if comment.private_at is not None:
        return Answer(f"Only {comment.name} will see it.", "Answer privately", text, error)
    if comment.state is State.HELD:
        return Answer(f"Answering publishes {comment.name}’s reply as well.", "Publish and answer", text, error)
    return Answer("", "Answer", text, error)


def notice(comment: Comment, decision: Decision) -> Notice:
    """What the last decision about a comment did; it can be taken back while the comment is where it led."""
    undoable = decision.verb is not Verb.UNDO and decision.undone_at is None and comment.state is decision.after
    return Notice(
        sentence=words.sentence(words.decided(decision, comment)),
        comment=comment.id,
        place=f"{comment.page}#comment-{comment.id}" if comment.standing else None,
        undo=_move(Verb.UNDO, comment) if undoable else None,
    )


def answered(answer: Comment, parent: Comment, *, published_parent: bool) -> Notice:
    """That an answer stands; taking it back removes it."""
    told = "Answered {} for them alone." if answer.private_at else "Published {} with your answer." if published_parent else "Answered {}."
    return Notice(
        sentence=Markup(told).format(words.whose(parent)),
        comment=answer.id,
        place=f"{answer.page}#comment-{answer.id}" if answer.standing else None,
        undo=Move(Verb.REMOVE.value, "Take the answer back", _KEYS[Verb.UNDO]) if answer.state is State.PUBLISHED else None,
    )


def log_line(settings: Settings, decision: Decision, comment: Comment, by: Person, *, last: bool) -> LogLine:
    """One decision in words; `last` says that it is the newest one about its comment that was not taken back."""
    return LogLine(
        by=by.name,
        words=words.decided(decision, comment),
        comment=comment.id,
        iso=decision.at,
        when=words.when(decision.at, ids.now(), settings.zone),
        taken_back=decision.undone_at is not None,
        undoable=last and comment.state is decision.after,
    )


def session(settings: Settings, found: Session, this: str | None) -> Door:
    """One open session in words; `this` is the id of the one that asks."""
    now = ids.now()
    return Door(
        id=found.id,
        device=found.device or "An unknown device",
        since=words.when(found.created, now, settings.zone),
        seen="now" if found.id == this else words.when(found.seen, now, settings.zone),
        this=found.id == this,
    )

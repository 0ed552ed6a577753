"""A comment as it lies on the desk: its words, its thread, its writer, and what can be decided about it."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from comments_service import ids, moderation, rendering, wording
from comments_service.models import MOVES, Comment, Page, Person, State, Verb
from comments_service.moderation import reporting
from comments_service.posting import suspicions
from comments_service.publishing import views
from comments_service.settings import Settings
from comments_service.store.comment_notes import CommentNote
from comments_service.store.reports import Report
from comments_service.web.desk import words
from comments_service.web.desk.answers import Answer
from comments_service.web.desk.writers import Reported

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

    `place` is where it stands in its page, None if it does not; `root` is the first comment of its thread. `changed` is
    `Comment.changed`, so that nobody publishes words that they have not seen.
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
    redacted: str
    wants: str
    essay: str
    path: str
    place: str | None
    root: str
    changed: str


@dataclass(frozen=True, slots=True)
class Noted:
    """A private note, by whom and when."""

    id: str
    text: str
    by: str
    iso: str
    when: str


@dataclass(frozen=True, slots=True)
class Move:
    """One decision that can be made about a comment: the button, the key that presses it, and what it will have done.

    `done` is a sentence, `Published Ben’s reply.`, empty for what takes another one back.
    """

    verb: str
    label: str
    key: str
    done: str


@dataclass(frozen=True, slots=True)
class Case:
    """A comment with all that is needed to decide about it.

    `answered` is what it answers, `around` the thread's other words, of which `further` more stand on the page;
    `earlier` is what its writer said before. `next` is where a decision leads. `why` is why it is where it is, in a few
    words each, `signals` what spoke about it when it came, a sentence each. `person` is whose all other words can be
    looked for, and `network` says that this can be done with those from its network. `notes` are
    those at it; `editable` says whether this account may change its words, `writer` whether a reader wrote it, about
    whom more can be told.
    """

    said: Said
    why: tuple[str, ...]
    signals: tuple[str, ...]
    reports: tuple[Reported, ...]
    person: str
    network: bool
    email: str
    website: str
    answered: Said | None
    around: tuple[Said, ...]
    further: int
    earlier: tuple[Said, ...]
    moves: tuple[Move, ...]
    answer: Answer | None
    next: str
    notes: tuple[Noted, ...]
    editable: bool
    writer: bool


def state_of(comment: Comment) -> str:
    """Where a comment stands, in a word."""
    return _STATES[comment.state]


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
        state=state_of(comment),
        private=comment.private_at is not None,
        edited=comment.edited is not None,
        redacted=redacted.words if (redacted := views.redacted(settings, comment)) else "",
        wants=_WANTS.get(comment.wants_answer, ""),
        essay=essay.title if essay else comment.page,
        path=comment.page,
        place=f"{comment.page}#comment-{comment.id}" if comment.standing and essay else None,
        root=comment.root,
        changed=comment.changed,
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
        why=suspicions.why(comment) if comment.state in {State.HELD, State.SPAM} else (),
        # What an author's rules say, or who is kept away, is the authors' own; so are a reader's words in a report.
        signals=tuple(comment.signals.splitlines()) if me.writes_as_author else (),
        reports=tuple(_reported(settings, one, words_too=me.writes_as_author) for one in found.reports),
        person="" if comment.by_author else comment.person or "",
        network=bool(comment.network),
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
        notes=tuple(noted(settings, one) for one in found.notes),
        editable=comment.state in {State.HELD, State.PUBLISHED} and comment.author in {None, me.id},
        writer=comment.person is not None and not comment.by_author,
    )


def _reported(settings: Settings, report: Report, *, words_too: bool) -> Reported:
    return Reported(
        reason=reporting.REASONS.get(report.reason, report.reason),
        words=report.words if words_too else "",
        proven=report.proven,
        iso=report.at,
        when=words.when(report.at, ids.now(), settings.zone),
    )


def noted(settings: Settings, note: CommentNote) -> Noted:
    """A private note in words."""
    return Noted(note.id, note.text, note.writer, note.at, words.when(note.at, ids.now(), settings.zone))


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
    done = "" if verb is Verb.UNDO else words.sentence(words.done(verb, comment)).striptags()
    return Move(verb.value, "Mark as read" if read else _LABELS[verb], _KEYS[verb], done)

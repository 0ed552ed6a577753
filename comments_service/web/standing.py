"""How a reader's own reply stands, in their words, and what they can say about it; never a reason that shames."""

from collections.abc import Sequence
from dataclasses import dataclass

from comments_service import ids, wording
from comments_service.database import Database
from comments_service.ledger import Conversation, Event, Promise, ReachOut, moments
from comments_service.ledger import refusal as refused
from comments_service.models import Comment, Speaker, State
from comments_service.publishing import answered
from comments_service.settings import Settings
from comments_service.store import comments, conversations, events

# What a reader may say -> the ledger's event, the words on its button.
_ACTS = {
    "still-waiting": ("still_waiting", "I’m still waiting"),
    "thats-it": ("thats_it", "That answered me"),
    "release": ("promise_release", "Never mind"),
}
# What the second is called while nobody has said anything that could have been an answer.
_NEEDS_NONE = "I need no answer any more"
_CHANNELS = {"mail": "by mail", "call": "in a call", "in person": "in person"}
# Why the ledger refuses -> what its reader is told.
_REFUSED = {
    "they have said so before": "You have said so once, and that was heard. Write another reply if something is new.",
    "it is open already": "Nobody has forgotten it: this waits for an answer already.",
    "only a proven address can say so after an answer; others simply reply": (
        "You were answered. If that was not all, simply reply to the answer: a new reply waits for a new one."
    ),
    "nothing is waiting here": "Nothing is waiting here: this was answered or left as it is before.",
    "it is settled already": "This promise was kept or let go before.",
}
_NOTHING_TO_SAY = "Nobody waits for anything here, so there is nothing to say about it."


@dataclass(frozen=True, slots=True)
class Act:
    """Something that a reader can say about their reply (`still-waiting`, `thats-it`, `release`), and its button."""

    name: str
    label: str
    promise: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a reply stands. `state` is `waiting`, `answered`, `left` or `nothing`; times are as stored, or None.

    `sentences` say it to its writer; `answer` is the comment that answered it, `url` where that stands (empty when it
    is private), `after` the seconds it took; `due` is when an answer is due, `promised` the day of an open promise.
    """

    state: str = "nothing"
    sentences: tuple[str, ...] = ()
    due: str | None = None
    answer: str | None = None
    url: str = ""
    after: int | None = None
    promised: str | None = None
    acts: tuple[Act, ...] = ()

    def as_data(self) -> dict[str, object]:
        """The same for programs."""
        return {
            "state": self.state,
            "words": " ".join(self.sentences),
            "due": self.due,
            "answer": self.answer,
            "after_seconds": self.after,
            "promised_by": self.promised,
            "can": [act.name for act in self.acts],
        }


def of(db: Database, settings: Settings, comment: Comment, speaker: Speaker) -> Standing:
    """How a reader's own reply stands now. Of one that was turned down or taken off there is nothing to say."""
    known = conversations.find(db, comment.conversation) if _can_be_answered(comment) else None
    if known is None:
        return Standing()
    told, now = known.told, moments.seconds(ids.now())
    owed = min((one for one in told.promises if one.is_open), key=lambda one: one.due, default=None)
    found = _reply(db, settings, comment, _latest(told, comment), now)
    sentences = (*found.sentences, *([_promise(settings, owed, now)] if owed else []))
    return Standing(
        state=found.state,
        sentences=sentences,
        due=found.due,
        answer=found.answer,
        url=found.url,
        after=found.after,
        promised=moments.text(owed.due) if owed else None,
        acts=_acts(db, comment, speaker, owed),
    )


def _can_be_answered(comment: Comment) -> bool:
    return not comment.by_author and comment.state in {State.HELD, State.PUBLISHED}


def _latest(told: Conversation, comment: Comment) -> ReachOut | None:
    """The last that a comment opened or joined."""
    return next((one for one in reversed(told.reach_outs) if comment.id in one.comments), None)


def _reply(db: Database, settings: Settings, comment: Comment, found: ReachOut | None, now: int) -> Standing:
    if found is None:
        return Standing()
    if found.open:
        return _waiting(settings, found, now)
    if found.answer:
        return _answered(db, settings, found)
    return Standing(
        "answered" if found.done_at or found.reason == "thats_it" else "left", (_closed(db, settings, comment, found),)
    )


def _waiting(settings: Settings, found: ReachOut, now: int) -> Standing:
    author = settings.author
    if not settings.answer_within:
        return Standing("waiting", (f"{author} has not answered yet.",))
    by = answered.local_hour(settings, found.due_at)
    if found.overdue(now):
        sentence = f"{author} meant to answer by {by}, and has not answered yet. You are not forgotten."
    else:
        sentence = f"{author} has not answered yet, and means to by {by}."
    return Standing("waiting", (sentence,), due=moments.text(found.due_at))


def _answered(db: Database, settings: Settings, found: ReachOut) -> Standing:
    answer = comments.find(db, found.answer)
    name = answer.name if answer else settings.author
    url = f"{answer.page}#comment-{answer.id}" if answer and answer.standing else ""
    after = wording.duration(found.wait or 0)
    return Standing("answered", (f"{name} answered after {after}.",), answer=found.answer, url=url, after=found.wait)


def _closed(db: Database, settings: Settings, comment: Comment, found: ReachOut) -> str:
    if found.reason == "thats_it":
        return "You said that this is settled for you."
    if found.reason == "answered_elsewhere":
        how = _CHANNELS.get(_channel(db, comment), "in another way")
        return f"{settings.author} says that this was answered {how}. Was it?"
    return f"{settings.author} read this, and left it as it is."


def _channel(db: Database, comment: Comment) -> str:
    """How it was answered elsewhere, by the last closing that says so."""
    closings = [event for event in _history(db, comment) if event.type == "close" and event.channel]
    return closings[-1].channel if closings else ""


def _promise(settings: Settings, owed: Promise, now: int) -> str:
    day = answered.local_day(settings, owed.due)
    if owed.status(now) == "broken":
        return f"More was promised by {day}. That day has passed, and the promise is still open."
    return f"More is promised by {day}."


# ── what can be said ────────────────────────────────────────────────────────────────────────────────────────────────


def _acts(db: Database, comment: Comment, speaker: Speaker, owed: Promise | None) -> tuple[Act, ...]:
    """Only what would be accepted is offered."""
    names = ["still-waiting", "thats-it", *(["release"] if owed else [])]
    history, notices = _history(db, comment), events.notices(db)
    labels = {name: label for name, (_, label) in _ACTS.items()}
    if not any(one.standing and one.person != comment.person for one in comments.children(db, comment.id)):
        labels["thats-it"] = _NEEDS_NONE
    return tuple(
        Act(name, labels[name], owed.id if owed and name == "release" else "")
        for name in names
        if refused(history, _event(history, comment, name, speaker, owed.id if owed else ""), notices=notices) is None
    )


def refusal(db: Database, comment: Comment, name: str, speaker: Speaker) -> str | None:
    """Why a reader can't say this about their reply now, in a sentence for them; None if they can."""
    if not _can_be_answered(comment):
        return "This no longer stands, so there is nothing to wait for."
    if name == "release":
        return None if first_promise(db, comment) else _REFUSED["it is settled already"]
    history = _history(db, comment)
    why = refused(history, _event(history, comment, name, speaker, ""), notices=events.notices(db))
    return None if why is None else _REFUSED.get(why, _NOTHING_TO_SAY)


def first_promise(db: Database, comment: Comment) -> str:
    """The promise in a reply's conversation that falls due first and is still open, by its id; empty if none is."""
    known = conversations.find(db, comment.conversation)
    owed = [one for one in known.told.promises if one.is_open] if known else []
    return min(owed, key=lambda one: one.due).id if owed else ""


def _event(history: Sequence[Event], comment: Comment, name: str, speaker: Speaker, promise: str) -> Event:
    return Event(
        at=max([moments.seconds(ids.now()), *(one.at for one in history)]),
        type=_ACTS[name][0],
        comment=comment.id,
        person=comment.person or "",
        proven=speaker.proven,
        promise=promise,
    )


def _history(db: Database, comment: Comment) -> list[Event]:
    return [Event.of(row) for row in events.of_conversation(db, comment.conversation)]

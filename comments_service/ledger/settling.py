"""How a reach-out ends without a public reply, and how it comes back: closing, reopening, "I'm still waiting".

Every function here takes a story and an event, and returns why the event is refused, if it is.
"""

from comments_service.ledger.drafts import Message
from comments_service.ledger.events import Event
from comments_service.ledger.runs import ELSEWHERE, THATS_IT, Closing, Run, Turn
from comments_service.ledger.story import Story

REASONS = frozenset({"thanks_only", "answered_by_reader", ELSEWHERE, "acknowledged", "declined", "stale"})
# What a reader has disputed counts for the author no more: after that, only a reply or a plain no is left.
_SETTLES = frozenset({"thanks_only", "answered_by_reader", ELSEWHERE})
_UNKNOWN = "there is no such comment in this conversation"


def close(story: Story, event: Event) -> str | None:
    """The author ends what is open in this conversation, for a reason that the reader may dispute once."""
    runs = story.open_runs()
    if not runs:
        return "nothing is waiting here"
    if why := _refusal(story, event, runs):
        return why
    for run in runs:
        run.closing = Closing(event.reason, event.at, _excuses(event.reason, run))
    return None


def _refusal(story: Story, event: Event, runs: list[Run]) -> str | None:
    reason, disputed = event.reason, any(run.disputed for run in runs)
    refused = (
        (reason not in REASONS, "there is no such reason"),
        (reason in _SETTLES and disputed, "they said that they are still waiting"),
        (reason == "thanks_only" and not story.answered(), "nobody has answered them yet"),
        (reason == "thanks_only" and any(run.asks for run in runs), "it asks a question"),
        (reason == "answered_by_reader" and not event.endorsed, "name another reader's comment in this thread"),
        (reason == ELSEWHERE and not event.channel, "say how: by mail, by telephone or in person"),
    )
    return next((why for holds, why in refused if holds), None)


def _excuses(reason: str, run: Run) -> bool:
    """A heart excuses only where nothing more was wanted: every message of the run was "just saying"."""
    if reason == "acknowledged":
        return all(turn.message.features.asked is False for turn in run.turns)
    return reason in {"thanks_only", "answered_by_reader"}


def reopen(story: Story, event: Event) -> str | None:
    """The author takes a closing back; the clock has never stopped."""
    closed = [run for run in _runs(story.messages.get(event.comment)) if run.closing]
    if not closed:
        return "it is not closed"
    closed[-1].closing = None
    return None


def still_waiting(story: Story, event: Event) -> str | None:
    """The reader objects, once: to a closing, which is taken back, or after an answer, which opens a new reach-out."""
    message = story.messages.get(event.comment)
    if message is None or not (message.live and message.spoken):
        return _UNKNOWN
    run = next(reversed(_runs(message) or story.runs), None)
    if run is None:
        return "nothing was opened"
    refused = (
        (run.waited, "they have said so before"),
        (run.open, "it is open already"),
        (not run.answered and run.closing is None, "nothing of it is left to be answered"),
        (run.answered and not event.proven, "only a proven address can say so after an answer; others simply reply"),
        (run.answered and any(other.open and other.counted for other in story.runs), "it is open already"),
    )
    why = next((why for holds, why in refused if holds), None)
    if why is None:
        _object(story, event, message, run)
    return why


def _object(story: Story, event: Event, message: Message, run: Run) -> None:
    run.waited = True
    if run.closing and (not run.answered or run.closing.reason == ELSEWHERE):
        run.closing, run.disputed = None, True
    if run.answered:
        again = story.open(counted=True, again=True)
        again.add(Turn(message, again, event.at, event.within, message.standing))


def thats_it(story: Story, event: Event) -> str | None:
    """The reader says that they have their answer: their turn is closed, by them."""
    waiting = [run for run in _runs(story.messages.get(event.comment)) if run.open]
    if not waiting:
        return "nothing is waiting here"
    for run in waiting:
        run.closing = Closing(THATS_IT, event.at, excuses=True)
    return None


def promote(story: Story, event: Event) -> str | None:
    """The author makes a message her own that owes her nothing: it goes into the queue and never into a figure."""
    message = story.messages.get(event.comment)
    if message is None or not (message.live and message.spoken):
        return _UNKNOWN
    if message.turns:
        return "it has a clock of its own already"
    run = story.open(counted=False)
    run.add(Turn(message, run, message.clock, message.within, message.standing))
    return None


def snooze(story: Story, event: Event) -> str | None:
    """The author puts a conversation aside until a time; no clock stops."""
    story.snoozed_until = event.until
    return None


def _runs(message: Message | None) -> list[Run]:
    """The reach-outs that a message is in, oldest first."""
    return [turn.run for turn in message.turns] if message else []

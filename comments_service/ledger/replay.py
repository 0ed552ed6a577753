"""One conversation told again from its events alone: when an event comes, and by `doctor` at night."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from comments_service.ledger import promising, receiving, settling
from comments_service.ledger.clocks import Away
from comments_service.ledger.data import LedgerError
from comments_service.ledger.events import Event
from comments_service.ledger.records import Conversation
from comments_service.ledger.story import Story


def _untouched(_story: Story, _event: Event) -> None:
    """Events that belong to a history and touch no clock."""


HANDLERS: Mapping[str, Callable[[Story, Event], str | None]] = {
    "comment": receiving.comment,
    "edit": receiving.edit,
    "verify": receiving.verify,
    "approve": receiving.approve,
    "unapprove": receiving.unapprove,
    "spam": receiving.spam,
    "unspam": receiving.unspam,
    "remove": receiving.remove,
    "unremove": receiving.unremove,
    "erase": receiving.erase,
    "promote": settling.promote,
    "close": settling.close,
    "reopen": settling.reopen,
    "still_waiting": settling.still_waiting,
    "thats_it": settling.thats_it,
    "snooze": settling.snooze,
    "promise_extend": promising.extend,
    "promise_kept": promising.kept,
    "promise_release": promising.release,
    "promise_undo": promising.undo,
    "heart": _untouched,
    "identity_join": _untouched,
    "note": _untouched,
    "redact": _untouched,
}


def replay(events: Iterable[Event], *, root: str, person: str, now: int, notices: Sequence[Away] = ()) -> Conversation:
    """The conversation of a reader in a thread, from its events in their order, as it stands now.

    `notices` are the site's away notices; events and notices after `now` are not known yet. Raises LedgerError if the
    clock of the events goes back (an older blog's are older than their import) or one has an unknown type.
    """
    return _told(events, now, notices).conversation(root, person)


def refusal(events: Iterable[Event], event: Event, *, notices: Sequence[Away] = ()) -> str | None:
    """Why an event would be refused after those before it, in a few words; None if it may be written."""
    story = _told(events, event.at, notices)
    before = len(story.rejected)
    _tell(story, event)
    return story.rejected[-1].why if len(story.rejected) > before else None


def _told(events: Iterable[Event], now: int, notices: Sequence[Away]) -> Story:
    story = Story([notice for notice in notices if notice.announced <= now])
    clock: int | None = None
    for event in events:
        if event.at > now:
            continue
        if clock is not None and event.at < clock and not _imported(event):
            raise LedgerError(f"the clock goes back at the {event.type} of {event.comment or event.promise}")
        clock = event.at if clock is None else max(clock, event.at)
        _tell(story, event)
    return story


def _tell(story: Story, event: Event) -> None:
    handler = HANDLERS.get(event.type)
    if handler is None:
        raise LedgerError(f"{event.type!r} is no event of a conversation")
    if event.comment in story.erased:
        return
    if why := handler(story, event):
        story.reject(event, why)


def _imported(event: Event) -> bool:
    return event.receipt is not None and event.receipt.imported

"""Engagement: what authors and readers do in a conversation besides writing: close, promise, set aside, still waiting.

Each act is one transaction: the ledger's event, what belongs to it, and the fact for whoever listens. What the ledger
refuses is refused here with its reason, and nothing is changed.
"""

from datetime import date

from comments_service import ids
from comments_service.database import Database
from comments_service.errors import conflict, invalid, not_found
from comments_service.ledger import WITHIN, Event, moments
from comments_service.models import Comment, Person, State
from comments_service.settings import Settings
from comments_service.store import comments, conversations, events, hearts, outbox, pages, promises

# A key at the desk -> the ledger's reason, and what the desk calls it.
REASONS = {
    "t": ("thanks_only", "only thanks"),
    "b": ("answered_by_reader", "another reader answered"),
    "e": ("answered_elsewhere", "answered elsewhere"),
    "a": ("acknowledged", "♥ is enough"),
    "d": ("declined", "I’d rather not"),
    "s": ("stale", "too late now"),
}
CHANNELS = ("mail", "call", "in person")
LONGEST_SNOOZE_DAYS = 90


# ── the author's ────────────────────────────────────────────────────────────────────────────────────────────────────


def close(db: Database, id_: str, reason: str, by: Person, *, channel: str = "", endorses: str = "") -> Comment:
    """Close what waits in the conversation of a comment, for one of `REASONS` (by the ledger's name).

    `answered_elsewhere` needs one of `CHANNELS`; `answered_by_reader` the comment of another reader in the thread;
    `acknowledged` gives the ♥ as well. Raises Problem (404, 409, 422).
    """
    if reason not in {known for known, _ in REASONS.values()}:
        raise invalid({"reason": "Choose one of the reasons."})
    if channel and channel not in CHANNELS:
        raise invalid({"channel": "Say how you answered: by mail, in a call, or in person."})
    with db.transaction():
        comment = _readers(db, id_)
        event = Event(at=0, type="close", reason=reason, channel=channel, endorsed=_endorses(db, comment, endorses))
        _tell(db, comment, event, by.id)
        if reason == "acknowledged":
            _give_heart(db, comment, by)
    return comment


def reopen(db: Database, id_: str, by: Person) -> Comment:
    """Take a closing back, and the ♥ that came with it: the clock has never stopped."""
    with db.transaction():
        comment = _readers(db, id_)
        with_heart = _closed_with(db, comment) == "acknowledged" and hearts.find(db, id_)
        _tell(db, comment, Event(at=0, type="reopen"), by.id)
        if with_heart:
            _take_heart_back(db, comment)
    return comment


def _closed_with(db: Database, comment: Comment) -> str:
    """Why what a comment belongs to was closed last."""
    known = conversations.find(db, comment.conversation)
    own = [one for one in known.told.reach_outs if comment.id in one.comments] if known else []
    return own[-1].reason if own else ""


def snooze(db: Database, id_: str, until: str, by: Person, settings: Settings) -> Comment:
    """Put a conversation aside until a day (`2026-12-01`) begins; no clock stops. An empty day takes it back."""
    return _act(db, id_, Event(at=0, type="snooze", until=_day(until, settings) if until else 0), by)


def promote(db: Database, id_: str, by: Person) -> Comment:
    """Make a comment one's own that asked for nothing: it waits at the desk and enters no figure."""
    return _act(db, id_, Event(at=0, type="promote"), by)


def heart(db: Database, id_: str, by: Person) -> tuple[Comment, bool]:
    """Give a comment the author's ♥, or take it back; returns the comment, and whether it has it now."""
    with db.transaction():
        comment = _readers(db, id_)
        has_it = hearts.find(db, id_) is not None
        if has_it:
            _take_heart_back(db, comment)
        else:
            _give_heart(db, comment, by)
    return comment, not has_it


def _take_heart_back(db: Database, comment: Comment) -> None:
    hearts.take_back(db, comment.id)
    _show(db, comment)


def _give_heart(db: Database, comment: Comment, by: Person) -> None:
    hearts.give(db, comment.id, by.id, at=ids.now())
    events.happened(db, comment, Event(at=0, type="heart"), at=ids.now(), actor=by.id)
    _show(db, comment)


def keep_promise(db: Database, promise_id: str, by: Person) -> None:
    """Note that a promise was kept elsewhere: they met, or a mail went out. It counts from now."""
    _of_promise(db, promise_id, "promise_kept", by.id)


def unkeep_promise(db: Database, promise_id: str, by: Person) -> None:
    """Take that note back."""
    _of_promise(db, promise_id, "promise_undo", by.id)


def move_promise(db: Database, promise_id: str, due: str, told: str, by: Person, settings: Settings) -> None:
    """Move a promise, once, before its day and after telling the reader in the comment `told` of the thread."""
    _of_promise(db, promise_id, "promise_extend", by.id, due=_end_of_day(due, settings), told=told)


# ── the reader's ────────────────────────────────────────────────────────────────────────────────────────────────────


def still_waiting(db: Database, comment: Comment, settings: Settings, *, proven: bool) -> None:
    """A reader says that they are still waiting, once. Raises Problem (409) with the reason when they can't say so."""
    within = settings.answer_within * moments.HOUR if settings.answer_within else WITHIN
    with db.transaction():
        event = Event(at=0, type="still_waiting", proven=proven, within=within)
        _tell(db, comment, event, comment.person or "")


def thats_it(db: Database, comment: Comment) -> None:
    """A reader says that this answered them: their turn is closed, by them."""
    with db.transaction():
        _tell(db, comment, Event(at=0, type="thats_it"), comment.person or "")


def release(db: Database, promise_id: str, comment: Comment) -> None:
    """A reader lets the author off a promise that was made to them."""
    promise = promises.find(db, promise_id)
    if promise is None or promise.conversation != comment.conversation:
        raise not_found("promise")
    _of_promise(db, promise_id, "promise_release", comment.person or "")


# ── what they share ─────────────────────────────────────────────────────────────────────────────────────────────────


def _act(db: Database, id_: str, event: Event, by: Person) -> Comment:
    with db.transaction():
        comment = _readers(db, id_)
        _tell(db, comment, event, by.id)
    return comment


def _tell(db: Database, comment: Comment, event: Event, actor: str) -> None:
    if why := events.happened(db, comment, event, at=ids.now(), actor=actor):
        raise conflict(f"That can't be done: {why}.")
    outbox.put(db, "conversation.changed", comment.conversation, page=comment.page)


def _of_promise(db: Database, id_: str, type_: str, actor: str, *, due: int = 0, told: str = "") -> None:
    with db.transaction():
        promise = promises.find(db, id_)
        known = conversations.find(db, promise.conversation) if promise else None
        if promise is None or known is None:
            raise not_found("promise")
        event = Event(at=0, type=type_, promise=promise.id, due=due, told=told)
        opened = events.reopened(db, promise.conversation)
        if why := events.tell(db, opened, event, at=ids.now(), actor=actor):
            raise conflict(f"That can't be done: {why}.")
        outbox.put(db, "conversation.changed", promise.conversation, page=known.page)


def _readers(db: Database, id_: str) -> Comment:
    """A reader's comment that stands or waits for a look."""
    comment = comments.find(db, id_)
    if comment is None or comment.by_author:
        raise not_found("reply")
    if comment.state not in {State.HELD, State.PUBLISHED}:
        raise conflict("This reply no longer stands.")
    return comment


def _endorses(db: Database, comment: Comment, endorses: str) -> bool:
    """Whether a closing names another reader's public comment in the same thread."""
    named = comments.find(db, endorses) if endorses else None
    if named is None or named.by_author or not named.standing:
        return False
    return named.root == comment.root and named.person != comment.person


def _show(db: Database, comment: Comment) -> None:
    """Let the page show what changed at a comment of it."""
    if comment.standing:
        pages.touch(db, comment.page)
        outbox.put(db, "conversation.changed", comment.conversation, page=comment.page)


def _day(typed: str, settings: Settings) -> int:
    """The first second of a day that is to come, not too far away."""
    day = _end_of_day(typed, settings) + 1 - moments.DAY
    now = moments.seconds(ids.now())
    if not now < day <= now + LONGEST_SNOOZE_DAYS * moments.DAY:
        raise invalid({"until": f"Choose a day from tomorrow on, at most {LONGEST_SNOOZE_DAYS} days ahead."})
    return day


def _end_of_day(typed: str, settings: Settings) -> int:
    try:
        return moments.end_of_day(date.fromisoformat(typed), settings.zone)
    except ValueError:
        raise invalid({"due": "Please give a day, such as 2026-12-01."}) from None

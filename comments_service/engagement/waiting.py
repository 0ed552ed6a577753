"""What the author's morning asks: who waits and for what, what was said before, what was promised; read from store."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from comments_service import ids
from comments_service.database import Database
from comments_service.ledger import ReachOut, moments
from comments_service.ledger.runs import ELSEWHERE
from comments_service.models import Comment, State
from comments_service.store import comments, conversations, events, hearts, notes, promises
from comments_service.store.conversations import Conversation
from comments_service.store.promises import Promise

# "This also answers" takes no more; what is a bulk action answers nobody.
ALSO = 5
_LIVE = {State.HELD, State.PUBLISHED}
_EARLIER = 3
# So many of somebody's comments are looked through for what was said in other threads.
_LOOKED_THROUGH = 20
_THANKS_DAYS, _THANKS = 14, 8
_ASIDE = 30
_PROMISES = 100
_SOON_DAYS = 7


@dataclass(frozen=True, slots=True)
class Exchange:
    """What was said last in another thread: theirs, your answer to it, or why it was closed without one."""

    theirs: Comment
    yours: Comment | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Somebody with whom the author has something open, or had.

    `words` are their comments that wait, oldest first: all of them. `thread` are the other words that stand in it,
    `before` what was said elsewhere. `others` are readers' comments there that may have answered; `also` comments of
    other readers that wait under the same essay. `promises` are all that were made to them here. `reasons` are those
    that the ledger would take for a closing.
    """

    conversation: Conversation
    words: tuple[Comment, ...]
    thread: tuple[Comment, ...]
    before: tuple[Exchange, ...]
    also: tuple[Comment, ...]
    promises: tuple[Promise, ...]
    hearted: frozenset[str]
    reasons: frozenset[str]

    @property
    def others(self) -> tuple[Comment, ...]:
        """Other readers' public comments of the thread, one of which may have answered."""
        own = self.conversation.person
        return tuple(other for other in self.thread if other.standing and not other.by_author and other.person != own)


@dataclass(frozen=True, slots=True)
class Promised:
    """A promise: to whom (their last words there, if any are left), and an answer that may have told them more since.

    `movable`: to another day, once; `noted`: that it was kept elsewhere, which can be taken back.
    """

    promise: Promise
    theirs: Comment | None = None
    told: Comment | None = None
    movable: bool = False
    noted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning:
    """Who waits, in the order of the desk, each list as far as one looks; what was promised; what is put aside.

    `oldest` is since when the first of all that are shown waits; `thanks` are last words that are probably only thanks.
    """

    in_time: tuple[Waiting, ...]
    late: tuple[Waiting, ...]
    in_time_number: int
    late_number: int
    oldest: str
    put_aside_number: int
    put_aside: tuple[tuple[Conversation, Comment], ...]
    thanks: tuple[tuple[Conversation, Comment], ...]
    overdue: tuple[Promised, ...]
    due_soon: tuple[Promised, ...]
    due_later: tuple[Promised, ...]


def morning(db: Database, *, now: str, pages: Sequence[str] | None, by: str | None, limit: int) -> Morning:
    """The morning of whoever answers on these `pages` (None for all) and promised as `by` (None for anybody).

    Of each list of those who wait, `limit` are told.
    """
    numbers = conversations.numbers(db, now=now, pages=pages)
    in_time, late = (
        _lines(db, conversations.waiting(db, now=now, late=late, pages=pages, limit=limit)) for late in (False, True)
    )
    aside = conversations.put_aside(db, now=now, pages=pages, limit=_ASIDE) if numbers["put_aside"] else []
    since = ids.as_text(ids.as_moment(now) - timedelta(days=_THANKS_DAYS))
    owed = [promised(db, one) for one in promises.open_ones(db, limit=_PROMISES) if by is None or one.promised_by == by]
    soon = ids.as_text(ids.as_moment(now) + timedelta(days=_SOON_DAYS))
    return Morning(
        in_time=in_time,
        late=late,
        in_time_number=numbers["in_time"],
        late_number=numbers["late"],
        oldest=numbers["oldest"] or "",
        put_aside_number=numbers["put_aside"],
        put_aside=_last_words(db, aside),
        thanks=_last_words(db, conversations.thanks(db, since=since, pages=pages, limit=_THANKS)),
        overdue=tuple(one for one in owed if one.promise.due_at < now),
        due_soon=tuple(one for one in owed if now <= one.promise.due_at <= soon),
        due_later=tuple(one for one in owed if soon < one.promise.due_at),
    )


def _lines(db: Database, found: Iterable[Conversation]) -> tuple[Waiting, ...]:
    return tuple(one for one in (of(db, conversation) for conversation in found) if one.words)


def of(db: Database, conversation: Conversation) -> Waiting:
    """One conversation with everything that stands beside it."""
    told = conversation.told
    thread = comments.of_root(db, conversation.root)
    waiting = {comment for reach_out in told.waiting for comment in reach_out.comments}
    words = tuple(one for one in thread if one.id in waiting and one.state in _LIVE)
    return Waiting(
        conversation=conversation,
        words=words,
        thread=tuple(one for one in thread if one.state is State.PUBLISHED and one.id not in waiting),
        before=_before(db, conversation),
        also=_also(db, conversation),
        promises=tuple(promises.of_conversations(db, [conversation.id])),
        hearted=frozenset(one.id for one in words if hearts.find(db, one.id)),
        reasons=_reasons(told.waiting, answered=bool(told.heard)),
    )


def _reasons(waiting: Iterable[ReachOut], *, answered: bool) -> frozenset[str]:
    """What can close a conversation; whether somebody's words answered, whoever closes it says."""
    waiting = tuple(waiting)
    if not waiting:
        return frozenset()
    thanked = answered and not any(reach_out.asks for reach_out in waiting)
    settling = {"answered_by_reader", ELSEWHERE, "acknowledged", "declined", "stale"}
    return frozenset(settling | ({"thanks_only"} if thanked else set()))


def _before(db: Database, conversation: Conversation) -> tuple[Exchange, ...]:
    """The last exchanges with the same person in other threads, newest first, one of each thread.

    None with whoever wants no history kept.
    """
    known_with = notes.known_with(db, conversation.person)
    if notes.refused(db, known_with):
        return ()
    said = [one for person in known_with for one in comments.by_person(db, person, limit=_LOOKED_THROUGH)]
    found: dict[str, Exchange] = {}
    for comment in sorted(said, key=lambda one: one.id, reverse=True):
        if comment.root == conversation.root or comment.root in found or comment.state not in _LIVE:
            continue
        found[comment.root] = _exchange(db, comment)
        if len(found) == _EARLIER:
            break
    return tuple(found.values())


def _exchange(db: Database, comment: Comment) -> Exchange:
    known = conversations.find(db, comment.conversation)
    reach_outs = known.told.reach_outs if known else ()
    own = next((one for one in reversed(reach_outs) if comment.id in one.comments), None)
    answer = comments.find(db, own.answer) if own and own.answer else None
    # What opened nothing, such as what an older blog brought along, may have been answered all the same.
    answer = answer or next((one for one in comments.children(db, comment.id) if one.by_author), None)
    standing = answer if answer and answer.state is State.PUBLISHED else None
    return Exchange(comment, standing, own.reason if own else "")


def _also(db: Database, conversation: Conversation) -> tuple[Comment, ...]:
    """The words of others who wait under the same essay, first those of the same thread."""
    found = conversations.also_waiting(db, conversation.page, besides=conversation.id, limit=2 * ALSO)
    found.sort(key=lambda one: one.root != conversation.root)
    words = (comments.find(db, one.comment) for one in found)
    return tuple(one for one in words if one and one.state in _LIVE)[:ALSO]


def _last_words(db: Database, found: Iterable[Conversation]) -> tuple[tuple[Conversation, Comment], ...]:
    words = ((one, comments.find(db, conversations.last_words(db, one.root, one.person) or "")) for one in found)
    return tuple((one, comment) for one, comment in words if comment)


def promised(db: Database, promise: Promise) -> Promised:
    """A promise with the person to whom it was made, and what can be done about it."""
    conversation = conversations.find(db, promise.conversation)
    if conversation is None:
        return Promised(promise)
    told = next((one for one in conversation.told.promises if one.id == promise.id), None)
    theirs = comments.find(db, conversations.last_words(db, conversation.root, conversation.person) or "")
    later = [
        one
        for one in comments.of_root(db, conversation.root)
        if one.by_author and one.state is State.PUBLISHED and one.id > promise.comment
    ]
    movable = told is not None and not told.extended and told.is_open and moments.seconds(ids.now()) <= told.due
    return Promised(
        promise,
        theirs,
        later[-1] if later else None,
        movable=movable and theirs is not None,
        noted=promise.kept_at != "" and _noted(db, promise),
    )


def _noted(db: Database, promise: Promise) -> bool:
    step = {"promise_kept": 1, "promise_undo": -1}
    told = events.of_conversation(db, promise.conversation)
    return sum(step.get(one["type"], 0) for one in told if one["data"].get("promise") == promise.id) > 0

"""Somebody who waits, as they lie on the desk: all their words, what stands beside them, what can be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from comments_service import days, engagement, ids, wording
from comments_service.engagement.waiting import Exchange, Promised, Waiting
from comments_service.models import Comment, Page, Person, State
from comments_service.settings import Settings
from comments_service.store.promises import Promise
from comments_service.store.saved_replies import SavedReply
from comments_service.web.desk import answers, cases, words
from comments_service.web.desk.answers import Typed
from comments_service.web.desk.cases import Move, Said

# More of a thread than this is read on the page itself.
_AROUND = 6
_NO_LONGER = "Somebody who took their words back"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something can be closed: the ledger's name, the desk's words, and the key after `c`."""

    name: str
    words: str
    key: str


@dataclass(frozen=True, slots=True)
class Between:
    """What you said to each other in another thread: theirs, your answer, or how it was closed without one."""

    theirs: Said
    yours: Said | None
    closed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """What can be done about a reader's comment besides answering it.

    `reasons` close it, with `channels` for an answer elsewhere and `others` for whose comment answered it. `days` are
    those until which it can be put aside. `line` says how it stands; `closed` and `aside` that it is, in words.
    """

    id: str
    name: str
    line: str
    late: bool = False
    reasons: tuple[Reason, ...] = ()
    channels: Mapping[str, str]
    others: tuple[Said, ...] = ()
    days: tuple[tuple[str, str], ...] = ()
    first_day: str = ""
    last_day: str = ""
    closed: str = ""
    aside: str = ""
    hearted: bool = False
    promotable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Somebody who waits. `said` are their last words, `words` all of them that wait, each with its moves if held.

    `reader` is who they are, for the address of their page. `acts`: whoever looks at it may do something about it.
    """

    said: Said
    reader: str
    words: tuple[tuple[Said, tuple[Move, ...]], ...]
    since: str
    doing: Doing
    acts: bool
    asks: str
    answered: Said | None
    around: tuple[Said, ...]
    further: int
    before: tuple[Between, ...]
    answer: answers.Answer | None
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A promise: to whom, what, by when; `told` is an answer that may have told them of a new day.

    `takeable`: it was noted as kept elsewhere, which can be taken back. `text` and `due` are what was typed to move it,
    `problems` sentences by field.
    """

    id: str
    name: str
    what: str
    day: str
    iso: str
    overdue: bool
    theirs: Said | None
    open: bool
    takeable: bool
    movable: bool
    told: Said | None
    today: str
    text: str = ""
    due: str = ""
    problems: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Desk:
    """What a record is laid out with: settings, the essays by their paths, whose desk it is, and its saved replies."""

    settings: Settings
    essays: Mapping[str, Page]
    me: Person
    saved: tuple[SavedReply, ...] = ()

    def said(self, comment: Comment) -> Said:
        """A comment in words."""
        return cases.said(self.settings, self.essays, comment)

    def answers(self, comment: Comment) -> bool:
        """Whether this account answers as an author under the comment's essay."""
        essay = self.essays.get(comment.page)
        return essay is not None and essay.is_answered_by(self.me)

    def may_act(self, comment: Comment) -> bool:
        """Whether this account may close it and what belongs to that, also after the essay has left the site."""
        return self.answers(comment) or (comment.page not in self.essays and self.me.writes_as_author)


def line(desk: Desk, waits: Waiting, next_: str) -> Line:
    """Somebody who waits, laid out. An act leads to `next_`."""
    first, last = waits.words[0], waits.words[-1]
    thread = [one for one in waits.thread if one.id != first.parent]
    answered = next((one for one in waits.thread if one.id == first.parent), None)
    said = desk.said(last)
    return Line(
        said=said,
        reader=waits.conversation.person,
        words=tuple((desk.said(one), cases.moves(one) if one.state is State.HELD else ()) for one in waits.words),
        since=wording.since(waits.conversation.opened_at, ids.now(), desk.settings.zone),
        doing=doing(desk, last, waits, hearted=last.id in waits.hearted),
        acts=desk.may_act(last),
        asks=said.wants or ("asks a question" if waits.conversation.asks else ""),
        answered=desk.said(answered) if answered else None,
        around=tuple(map(desk.said, thread[-_AROUND:])),
        further=max(0, len(thread) - _AROUND),
        before=tuple(between(desk, one) for one in waits.before),
        answer=answers.field(desk, last, waits) if desk.answers(last) else None,
        next=next_,
    )


def between(desk: Desk, exchange: Exchange) -> Between:
    """An exchange in words."""
    yours = desk.said(exchange.yours) if exchange.yours else None
    return Between(desk.said(exchange.theirs), yours, "" if yours else words.reason(exchange.reason))


def doing(desk: Desk, comment: Comment, waits: Waiting, *, hearted: bool) -> Doing:
    """How a reader's comment stands, and what can be done about it; `waits` is its conversation."""
    now, zone = ids.now(), desk.settings.zone
    kept = waits.conversation
    choice = days.to_choose(now, zone)
    own = next((one for one in reversed(kept.told.reach_outs) if comment.id in one.comments), None)
    live = comment.state in {State.HELD, State.PUBLISHED}
    is_open = own is not None and own.open
    aside = is_open and kept.snoozed_until > now
    return Doing(
        id=comment.id,
        name=comment.name,
        line=days.until(kept.due_at, now, zone) if is_open else "",
        late=is_open and kept.due_at < now,
        reasons=_reasons(waits) if is_open else (),
        channels=words.CHANNELS,
        others=tuple(map(desk.said, waits.others)) if is_open else (),
        days=choice if is_open else (),
        first_day=choice[0][0],
        last_day=days.local(ids.now(days=engagement.LONGEST_SNOOZE_DAYS), zone),
        closed=words.reason(own.reason) if own and live and not is_open and not own.answer else "",
        aside=days.ahead(kept.snoozed_until, now, zone) if aside else "",
        hearted=hearted,
        promotable=own is None and live,
    )


def _reasons(waits: Waiting) -> tuple[Reason, ...]:
    found = [Reason(name, said, key) for key, (name, said) in engagement.REASONS.items() if name in waits.reasons]
    return tuple(one for one in found if one.name != "answered_by_reader" or waits.others)


def owed(desk: Desk, found: Sequence[Promised], typed: Typed | None = None) -> tuple[Owed, ...]:
    """Promises in words; `typed` is what was typed to move one of them, and was refused."""
    return tuple(
        _owed(desk, one, typed if typed and typed.fields.get("promise") == one.promise.id else None) for one in found
    )


def _owed(desk: Desk, found: Promised, typed: Typed | None) -> Owed:
    now, zone = ids.now(), desk.settings.zone
    promise = found.promise
    may = found.theirs is None or desk.may_act(found.theirs)
    given: Mapping[str, str] = typed.fields if typed else {}
    return Owed(
        id=promise.id,
        name=found.theirs.name if found.theirs else _NO_LONGER,
        what=promise.what,
        day=_day(promise, now, zone),
        iso=promise.due_at,
        overdue=promise.is_open and promise.due_at < now,
        theirs=desk.said(found.theirs) if found.theirs else None,
        open=promise.is_open and may,
        takeable=found.noted and may,
        movable=found.movable,
        told=desk.said(found.told) if found.told else None,
        today=days.local(now, zone),
        text=given.get("text", ""),
        due=given.get("due", ""),
        problems=typed.problem.fields if typed else {},
    )


def _day(promise: Promise, now: str, zone: ZoneInfo) -> str:
    if promise.kept_at:
        return f"kept {wording.day(promise.kept_at, now, zone)}"
    if promise.released_at:
        return f"let off {wording.day(promise.released_at, now, zone)}"
    return days.promised(promise.due_at, now, zone)

"""The public figures (4.4), counted from reach-outs: one verdict each, by the time it fell due."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf
from zoneinfo import ZoneInfo

from comments_service.ledger.moments import DAY, Week, week_at
from comments_service.ledger.records import Mark, ReachOut, verdict

FALLBACK = 365 * DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What a percentage needs: so many verdicts within `window` seconds, from so many different people."""

    window: int = 90 * DAY
    verdicts: int = 10
    people: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The site's figure. Percentages and waits (seconds) are None where the sample, or half of it, allows none."""

    basis: str
    n: int
    people: int
    on_time: int
    late: int
    unanswered: int
    excused: int
    within_percent: int | None
    ever_percent: int | None
    median_wait: int | None
    p90_wait: int | None
    pending: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EssayLine:
    """The counts of "12 of 15 comments that called for an answer got one; 1 is within 3 days"; `within`: in time."""

    answered: int
    of: int
    waiting_in_time: int
    not_answered: int
    within: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """The verdicts that fell in one local week."""

    week: Week
    on_time: int
    late: int
    unanswered: int
    excused: int


def site(reach_outs: Iterable[ReachOut], now: int, sample: Sample) -> Site:
    """The window's verdicts; if they are too few, the last ones of a year, if those suffice; else the counts alone."""
    counted = [reach_out for reach_out in reach_outs if reach_out.standing == "counted"]
    pending = sum(now <= reach_out.due_at for reach_out in counted)
    window = [reach_out for reach_out in counted if now - sample.window < reach_out.due_at < now]
    if len(_unexcused(window, now)) >= sample.verdicts:
        return _figure("window", window, now, sample, pending)
    last = _last([reach_out for reach_out in counted if now - FALLBACK < reach_out.due_at < now], now, sample.verdicts)
    if _suffices(_unexcused(last, now), sample):
        return _figure("last_10", last, now, sample, pending)
    return _figure("counts_only", window, now, sample, pending)


def _last(year: Sequence[ReachOut], now: int, many: int) -> list[ReachOut]:
    """The last verdicts, and what was excused since the first of them."""
    by_due = sorted(year, key=lambda reach_out: (reach_out.due_at, reach_out.seq), reverse=True)
    verdicts = _unexcused(by_due, now)[:many]
    since = verdicts[-1].due_at if verdicts else now
    excused = [reach_out for reach_out in by_due if verdict(reach_out, now) == "excused" and reach_out.due_at >= since]
    return verdicts + excused


def _unexcused(reach_outs: Iterable[ReachOut], now: int) -> list[ReachOut]:
    return [reach_out for reach_out in reach_outs if verdict(reach_out, now) != "excused"]


def _people(reach_outs: Iterable[ReachOut]) -> int:
    return len({reach_out.person for reach_out in reach_outs if reach_out.person})


def _suffices(verdicts: Sequence[ReachOut], sample: Sample) -> bool:
    return len(verdicts) >= sample.verdicts and _people(verdicts) >= sample.people


def _figure(basis: str, reach_outs: Iterable[ReachOut], now: int, sample: Sample, pending: int) -> Site:
    reach_outs = list(reach_outs)
    cohort = _unexcused(reach_outs, now)
    counts = Counter(verdict(reach_out, now) for reach_out in reach_outs)
    n, shown = len(cohort), basis != "counts_only" and _suffices(cohort, sample)
    # A tally of somebody forgotten has a verdict and no wait.
    waits = sorted(_endless(reach_out.wait) for reach_out in cohort if reach_out.person) if shown else []
    return Site(
        basis=basis,
        n=n,
        people=_people(cohort),
        on_time=counts["on_time"],
        late=counts["late"],
        unanswered=counts["unanswered"],
        excused=counts["excused"],
        within_percent=percent(counts["on_time"], n) if shown else None,
        ever_percent=percent(counts["on_time"] + counts["late"], n) if shown else None,
        median_wait=_seconds(median(waits)),
        p90_wait=_seconds(waits[(9 * len(waits) + 9) // 10 - 1] if waits else None),
        pending=pending,
    )


def _endless(wait: int | None) -> float:
    return inf if wait is None else wait


def _seconds(wait: float | None) -> int | None:
    """A wait in whole seconds, rounded down; an endless one is no figure."""
    return None if wait in {None, inf} else int(wait or 0)


def percent(part: int, whole: int) -> int:
    """Rounded down: never 100 unless all."""
    return 100 * part // whole


def median(values: Sequence[float]) -> float | None:
    """The middle of values in order; of an even number the mean of the middle two; of none, None."""
    if not values:
        return None
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


def essay(reach_outs: Iterable[ReachOut], essay: str, now: int) -> EssayLine:
    """The line of an essay: all that was counted on it, in public, by people who are not forgotten."""
    return essay_line([essay_marks(reach_out for reach_out in reach_outs if reach_out.essay == essay)], now)


def essay_marks(reach_outs: Iterable[ReachOut]) -> str:
    """What a conversation adds to the line of its essay, in short: it is kept beside it, and read by the thousand.

    One mark each: `a`, answered in time; `l`, late; `o1764583200`, open until then. Empty where nothing is counted.
    """
    counted = (one for one in reach_outs if one.person and one.standing == "counted" and not one.private)
    return " ".join(filter(None, map(_mark, counted)))


def _mark(reach_out: ReachOut) -> str:
    if reach_out.done_at is None:
        return "" if reach_out.excused else f"o{reach_out.due_at}"
    if reach_out.done_at <= reach_out.due_at:
        return "a"
    # An excuse given in time stays, also if the author answers later after all.
    return "" if reach_out.excused else "l"


def essay_line(marks: Iterable[str], now: int) -> EssayLine:
    """The line of an essay, from the marks of its conversations."""
    found = [mark for kept in marks for mark in kept.split()]
    in_time, late = found.count("a"), found.count("l")
    due = open_until(found)
    still = sum(now <= at for at in due)
    return EssayLine(
        answered=in_time + late,
        of=in_time + late + len(due),
        waiting_in_time=still,
        not_answered=len(due) - still,
        within=in_time,
    )


def open_until(marks: Iterable[str]) -> list[int]:
    """The due times of what is open, in the marks of conversations."""
    return [int(mark[1:]) for kept in marks for mark in kept.split() if mark[0] == "o"]


def not_looked_at(reach_outs: Iterable[ReachOut], now: int, sample: Sample) -> int:
    """Strangers' replies of the window that nobody had looked at when an answer was due."""
    return sum(
        reach_out.standing == "unseen" and now - sample.window < reach_out.due_at < now for reach_out in reach_outs
    )


def marked(marks: Iterable[Mark], now: int, sample: Sample, *, by_hand: bool = False) -> int:
    """Comments marked as spam or abuse in the window, where the mark stands; all of them, or those marked by hand."""
    found = [mark for mark in marks if now - sample.window < mark.at <= now]
    return sum(mark.by_hand for mark in found) if by_hand else len(found)


def by_week(reach_outs: Iterable[ReachOut], now: int, zone: ZoneInfo) -> list[Cohort]:
    """The verdicts that have fallen, by the local week in which they were due, oldest first; no empty weeks."""
    weeks: dict[Week, Counter[str]] = {}
    for reach_out in reach_outs:
        if reach_out.standing == "counted" and reach_out.due_at < now:
            weeks.setdefault(week_at(reach_out.due_at, zone), Counter())[verdict(reach_out, now)] += 1
    return [
        Cohort(
            week=week,
            on_time=counts["on_time"],
            late=counts["late"],
            unanswered=counts["unanswered"],
            excused=counts["excused"],
        )
        for week, counts in sorted(weeks.items(), key=lambda item: item[0].start)
    ]

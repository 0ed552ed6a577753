"""How readers are answered, in words: the essay's line, the line at the form, the whole account; all from snapshots."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from comments_service import ids, wording
from comments_service.ledger import WITHIN, moments
from comments_service.models import Page
from comments_service.settings import Settings
from comments_service.store.snapshots import Snapshot

# The page that explains every rule, and holds the whole account.
EXPLAINED = "/how-i-answer/"
_UNPROMISED_HOURS = WITHIN // moments.HOUR


@dataclass(frozen=True, slots=True)
class FigureView:
    """One figure of the account: what is counted, what came out, and of how many."""

    name: str
    value: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class AccountView:
    """The whole account. `shown` is the setting `figures`; `lines` are sentences that say how to read the figures."""

    shown: str
    as_of_iso: str
    as_of_words: str
    lines: tuple[str, ...]
    figures: tuple[FigureView, ...]
    note: str


def _within(settings: Settings) -> str:
    """How long an answer may take: what is promised, or else what the private clock runs with."""
    return wording.hours(settings.answer_within or _UNPROMISED_HOURS)


# ── at the essay ────────────────────────────────────────────────────────────────────────────────────────────────────


def essay_line(settings: Settings, line: Snapshot | None) -> str:
    """`12 of 15 comments that called for an answer got one; 1 is within 3 days.` Empty where none called for one."""
    if settings.figures != "all" or line is None or not line.data["of"]:
        return ""
    of, answered, in_time = line.data["of"], line.data["answered"], line.data["waiting_in_time"]
    if of == answered:
        return "The one comment that called for an answer got one." if of == 1 else _all_of(of)
    rest = f"; {in_time} {'is' if in_time == 1 else 'are'} {_still(settings)}." if in_time else "."
    if of == 1:
        return f"One comment calls for an answer{' and is ' + _still(settings) if in_time else ', and has none yet'}."
    return f"{answered or 'None'} of {of} comments that called for an answer got one{rest}"


def essay_count(settings: Settings, line: Snapshot | None) -> int:
    """How many of an essay's comments that called for an answer got one, for lists of essays."""
    return int(line.data["answered"]) if line and settings.figures == "all" else 0


def _all_of(of: int) -> str:
    return f"All {of} comments that called for an answer got one."


def _still(settings: Settings) -> str:
    """Of a comment that waits in time. Where nothing is promised, nothing is said of when."""
    return f"within {_within(settings)}" if settings.answer_within else "still new"


# ── at the form ─────────────────────────────────────────────────────────────────────────────────────────────────────


def form_line(settings: Settings, page: Page, site: Snapshot | None) -> str:
    """The one short, honest line at the form: what is promised here, how it went of late, and whether she is away."""
    lately = _lately(settings, site)
    away = _away(settings, site)
    if page.answers == "none":
        return f"Under this essay {settings.author} reads every reply and promises no answer."
    if not settings.answer_within:
        here = ", and answers questions here" if page.answers == "questions" else ""
        return f"{settings.author} reads every reply{here}{lately}.{away}"
    what = "Here I answer questions" if page.answers == "questions" else "I answer"
    return f"{what} within {_within(settings)}{lately}.{away}"


def form_link(settings: Settings, page: Page, site: Snapshot | None) -> str:
    """The words that lead from the form to the whole account."""
    counted = page.answers != "none" and _lately(settings, site)
    return "How this is counted" if counted else "How I answer"


def _lately(settings: Settings, site: Snapshot | None) -> str:
    """`; lately 10 of 14 times`: always counts, and the sample behind a percentage on the page that explains them."""
    found = site.data["site"] if site and settings.figures == "all" else None
    if not found or not found["n"]:
        return ""
    when = "so far" if found["basis"] == "counts_only" else "lately"
    if settings.answer_within:
        return f"; {when} {found['on_time']} of {wording.count(found['n'], 'time', 'times')}"
    return f"; {when} {found['on_time'] + found['late']} of {found['n']} who were owed an answer got one"


def _away(settings: Settings, site: Snapshot | None) -> str:
    """A notice is public by nature: who is away, until when, and what that does to the promise."""
    notice = site.data.get("away") if site else None
    if site is None or not notice:
        return ""
    last = moments.text(moments.seconds(notice["ends_at"]) - 1)
    runs = "; the promise runs from then" if settings.answer_within else ""
    until = wording.date(last, settings.zone)
    if notice["begun"]:
        return f" {settings.author} is away until {until}{runs}."
    return f" {settings.author} will be away from {wording.date(notice['starts_at'], settings.zone)} to {until}."


# ── the whole account ───────────────────────────────────────────────────────────────────────────────────────────────


def account(settings: Settings, site: Snapshot | None) -> AccountView:
    """Everything that is counted, good or bad, with its sample and date; percentages only where that allows them."""
    if settings.figures != "all" or site is None:
        return AccountView(settings.figures, "", "", (_not_shown(settings),), (), settings.figures_note)
    data = site.data
    figures = (*_replies(settings, data["site"]), _promises(data["promises"]), *_beside(settings, data))
    return AccountView(
        shown=settings.figures,
        as_of_iso=site.taken_at,
        as_of_words=wording.date_and_time(site.taken_at, settings.zone),
        lines=tuple(_how_to_read(settings, data["site"])),
        figures=figures,
        note=settings.figures_note,
    )


def _not_shown(settings: Settings) -> str:
    if settings.figures == "none":
        return "This site does not show how often and how fast its readers are answered."
    if settings.figures == "marks":
        return "This site shows at each reply that was answered after how long it was; it adds up no figures."
    return "Nothing has been counted yet. The first count is taken within a minute of the service’s first start."


def _how_to_read(settings: Settings, found: Mapping[str, Any]) -> list[str]:
    lines = {
        "window": ["This counts the replies whose time for an answer ran out in the past 90 days."],
        "last_10": ["Too few fell due in the past 90 days for a percentage, so these are the last ten within a year."],
        "counts_only": ["This counts the replies whose time for an answer ran out in the past 90 days."],
    }[found["basis"]]
    if found["within_percent"] is None:
        lines.append("A percentage would take ten of them, from five different people. Until then, the bare numbers.")
    if not settings.answer_within:
        lines.append(f"No time is promised at present. The clock behind these figures runs with {_within(settings)}.")
    return lines


def _replies(settings: Settings, found: Mapping[str, Any]) -> tuple[FigureView, ...]:
    n, in_time, ever = found["n"], found["on_time"], found["on_time"] + found["late"]
    people = f", from {wording.count(found['people'], 'person', 'people')}"
    shares = (
        FigureView(f"Answered within {_within(settings)}", *_share(found["within_percent"], in_time, n, people)),
        FigureView("Answered at all", *_share(found["ever_percent"], ever, n)),
    )
    waits = () if found["within_percent"] is None else _waits(found)
    return (
        *shares,
        *waits,
        FigureView("Got no answer", _number(found["unanswered"])),
        FigureView("Needed none", _number(found["excused"])),
        FigureView("Still in time", _number(found["pending"])),
    )


def _waits(found: Mapping[str, Any]) -> tuple[FigureView, ...]:
    half, most = found["median_wait"], found["p90_wait"]
    return (
        FigureView("Half of them within", *_wait(half, "half")),
        FigureView("Nine in ten within", *_wait(most, "one in ten")),
    )


def _wait(seconds: int | None, share: str) -> tuple[str, str]:
    """A wait; an endless one is no figure, and why."""
    if seconds is None:
        return "no figure", f"more than {share} got no answer"
    return wording.at_most(seconds), ""


def _share(percent: int | None, part: int, of: int, more: str = "") -> tuple[str, str]:
    """A percentage with its sample, or the sample alone."""
    if not of:
        return "none yet", ""
    counted = f"{part:,} of {of:,}"
    return (counted, more.removeprefix(", ")) if percent is None else (f"{percent} %", counted + more)


def _promises(kept: Mapping[str, Any]) -> FigureView:
    late = [f"{kept['kept_late']:,} kept late"] if kept["kept_late"] else []
    broken = [f"{kept['broken']:,} broken"] if kept["broken"] else []
    value, counted = _share(kept["kept_percent"], kept["kept"], kept["n"])
    return FigureView("Promises kept on time", value, ", ".join(filter(None, [counted, *late, *broken])))


def _beside(settings: Settings, data: Mapping[str, Any]) -> tuple[FigureView, ...]:
    marks, by_hand = data["marks"]["all"], data["marks"]["by_hand"]
    return (
        FigureView(f"First replies not looked at within {_within(settings)}", _number(data["not_looked_at"])),
        FigureView("Marked as spam or abuse", _number(marks), f"{_number(by_hand)} of them by hand" if marks else ""),
    )


def _number(count: int) -> str:
    return f"{count:,}" if count else "none"


def data(settings: Settings, site: Snapshot | None) -> dict[str, object]:
    """The same for programs; waits in seconds. What is not shown, or not taken yet, is null."""
    shown = site.data if site and settings.figures == "all" else None
    notice = site.data.get("away") if site else None
    return {
        "figures": settings.figures,
        "as_of": site.taken_at if site and shown else None,
        "answers_within_hours": settings.answer_within or None,
        "away": {"from": notice["starts_at"], "until": notice["ends_at"]} if notice else None,
        "note": settings.figures_note,
        "replies": _counted(shown["site"]) if shown else None,
        "promises": dict(shown["promises"]) if shown else None,
        "not_looked_at": shown["not_looked_at"] if shown else None,
        "marked_as_spam_or_abuse": dict(shown["marks"]) if shown else None,
    }


def _counted(found: Mapping[str, Any]) -> dict[str, object]:
    return {
        "basis": found["basis"],
        "n": found["n"],
        "people": found["people"],
        "in_time": found["on_time"],
        "late": found["late"],
        "not_answered": found["unanswered"],
        "needed_none": found["excused"],
        "still_in_time": found["pending"],
        "within_percent": found["within_percent"],
        "ever_percent": found["ever_percent"],
        "median_wait_seconds": found["median_wait"],
        "p90_wait_seconds": found["p90_wait"],
    }


def local_day(settings: Settings, at: int) -> str:
    """A moment of the ledger as a day: `18 November 2026`."""
    return wording.date(moments.text(at), settings.zone)


def local_hour(settings: Settings, at: int) -> str:
    """A moment of the ledger as a day of the week and an hour: `Thursday, 26 November 2026, 14:00`."""
    day = ids.as_moment(moments.text(at)).astimezone(settings.zone)
    return f"{_DAYS[day.weekday()]}, {wording.date_and_time(moments.text(at), settings.zone)}"


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

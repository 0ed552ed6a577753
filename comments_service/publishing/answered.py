"""How readers are answered, in words: the essay's line, the line at the form, the whole account; all from snapshots."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from comments_service import catalogue, ids, wording
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


def _words(settings: Settings) -> catalogue.Words:
    return catalogue.of(settings.language)


def _within(settings: Settings) -> str:
    """How long an answer may take: what is promised, or else what the private clock runs with."""
    return _words(settings).hours(settings.answer_within or _UNPROMISED_HOURS)


# ── at the essay ────────────────────────────────────────────────────────────────────────────────────────────────────


def essay_line(settings: Settings, line: Snapshot | None) -> str:
    """`12 of 15 comments that called for an answer got one; 1 is within 3 days.` Empty where none called for one."""
    if settings.figures != "all" or line is None or not line.data["of"]:
        return ""
    of, answered, in_time = line.data["of"], line.data["answered"], line.data["waiting_in_time"]
    say, still = _words(settings).text, _still(settings)
    if of == answered:
        return say("account.one_answered") if of == 1 else say("account.all_answered", of)
    if of == 1:
        return say("account.one_waits", still=still) if in_time else say("account.one_late")
    rest = say("account.rest_waits", in_time, still=still) if in_time else say("account.rest")
    if not answered:
        return say("account.none_answered", of=of, rest=rest)
    return say("account.some_answered", answered=answered, of=of, rest=rest)


def essay_count(settings: Settings, line: Snapshot | None) -> int:
    """How many of an essay's comments that called for an answer got one, for lists of essays."""
    return int(line.data["answered"]) if line and settings.figures == "all" else 0


def _still(settings: Settings) -> str:
    """Of a comment that waits in time. Where nothing is promised, nothing is said of when."""
    say = _words(settings).text
    return say("account.still_within", time=_within(settings)) if settings.answer_within else say("account.still_new")


# ── at the form ─────────────────────────────────────────────────────────────────────────────────────────────────────


def form_line(settings: Settings, page: Page, site: Snapshot | None) -> str:
    """The one short, honest line at the form: what is promised here, how it went of late, and whether she is away."""
    say, author = _words(settings).text, settings.author
    if page.answers == "none":
        return say("form_line.no_promise_here", author=author)
    kind = "promised" if settings.answer_within else "unpromised"
    only = "_questions" if page.answers == "questions" else ""
    lately, away = _lately(settings, site), _away(settings, site)
    return say(f"form_line.{kind}{only}", author=author, time=_within(settings), lately=lately, away=away)


def form_link(settings: Settings, page: Page, site: Snapshot | None) -> str:
    """The words that lead from the form to the whole account."""
    counted = page.answers != "none" and _lately(settings, site)
    return _words(settings).text("form_line.counted" if counted else "form_line.how_i_answer")


def _lately(settings: Settings, site: Snapshot | None) -> str:
    """`; lately 10 of 14 times`: always counts, and the sample behind a percentage on the page that explains them."""
    found = site.data["site"] if site and settings.figures == "all" else None
    if not found or not found["n"]:
        return ""
    when = "so_far" if found["basis"] == "counts_only" else "lately"
    what, good = ("in_time", 0) if settings.answer_within else ("answered", found["late"])
    return _words(settings).text(f"form_line.{what}_{when}", found["n"], good=found["on_time"] + good)


def _away(settings: Settings, site: Snapshot | None) -> str:
    """A notice is public by nature: who is away, until when, and what that does to the promise."""
    notice = site.data.get("away") if site else None
    if site is None or not notice:
        return ""
    words = _words(settings)
    until = words.date(moments.text(moments.seconds(notice["ends_at"]) - 1), settings.zone)
    if notice["begun"]:
        name = "form_line.away_promised" if settings.answer_within else "form_line.away"
        return words.text(name, author=settings.author, until=until)
    start = words.date(notice["starts_at"], settings.zone)
    return words.text("form_line.away_soon", author=settings.author, start=start, until=until)


# ── the whole account ───────────────────────────────────────────────────────────────────────────────────────────────


def account(settings: Settings, site: Snapshot | None) -> AccountView:
    """Everything that is counted, good or bad, with its sample and date; percentages only where that allows them."""
    if settings.figures != "all" or site is None:
        return AccountView(settings.figures, "", "", (_not_shown(settings),), (), settings.figures_note)
    data = site.data
    figures = (*_replies(settings, data["site"]), _promises(settings, data["promises"]), *_beside(settings, data))
    return AccountView(
        shown=settings.figures,
        as_of_iso=site.taken_at,
        as_of_words=_words(settings).date_and_time(site.taken_at, settings.zone),
        lines=tuple(_how_to_read(settings, data["site"])),
        figures=figures,
        note=settings.figures_note,
    )


def _not_shown(settings: Settings) -> str:
    name = {"none": "shows_nothing", "marks": "shows_marks"}.get(settings.figures, "not_counted")
    return _words(settings).text(f"account.{name}")


def _how_to_read(settings: Settings, found: Mapping[str, Any]) -> Iterator[str]:
    say = _words(settings).text
    yield say("account.last_ten" if found["basis"] == "last_10" else "account.window")
    if found["within_percent"] is None:
        yield say("account.no_percentage")
    if not settings.answer_within:
        yield say("account.unpromised", time=_within(settings))


def _replies(settings: Settings, found: Mapping[str, Any]) -> tuple[FigureView, ...]:
    say = _words(settings).text
    n, in_time, ever = found["n"], found["on_time"], found["on_time"] + found["late"]
    people = say("account.people", found["people"])
    within = _share(settings, found["within_percent"], in_time, n, people)
    return (
        FigureView(say("account.answered_within", time=_within(settings)), *within),
        FigureView(say("account.answered_at_all"), *_share(settings, found["ever_percent"], ever, n)),
        *(() if found["within_percent"] is None else _waits(settings, found)),
        FigureView(say("account.unanswered"), _number(settings, found["unanswered"])),
        FigureView(say("account.needed_none"), _number(settings, found["excused"])),
        FigureView(say("account.in_time"), _number(settings, found["pending"])),
    )


def _waits(settings: Settings, found: Mapping[str, Any]) -> tuple[FigureView, ...]:
    say = _words(settings).text
    half = _wait(settings, found["median_wait"], say("account.half_unanswered"))
    most = _wait(settings, found["p90_wait"], say("account.tenth_unanswered"))
    return FigureView(say("account.half_within"), *half), FigureView(say("account.most_within"), *most)


def _wait(settings: Settings, seconds: int | None, why: str) -> tuple[str, str]:
    """A wait; an endless one is no figure, and why."""
    words = _words(settings)
    return (words.text("account.no_figure"), why) if seconds is None else (words.at_most(seconds), "")


def _share(settings: Settings, percent: int | None, part: int, of: int, people: str = "") -> tuple[str, str]:
    """A percentage with its sample, or the sample alone; `people` are those whom it comes from."""
    say = _words(settings).text
    if not of:
        return say("account.none_yet"), ""
    counted = say("account.counted", part=part, of=of)
    if percent is None:
        return counted, say("account.from_people_alone", people=people) if people else ""
    sample = say("account.from_people", counted=counted, people=people) if people else counted
    return say("account.percent", percent=percent), sample


def _promises(settings: Settings, kept: Mapping[str, Any]) -> FigureView:
    say = _words(settings).text
    value, counted = _share(settings, kept["kept_percent"], kept["kept"], kept["n"])
    others = [say(f"account.{name}", kept[name]) for name in ("kept_late", "broken") if kept[name]]
    detail = say("account.separator").join(filter(None, [counted, *others]))
    return FigureView(say("account.promises"), value, detail)


def _beside(settings: Settings, data: Mapping[str, Any]) -> tuple[FigureView, ...]:
    say = _words(settings).text
    marks, by_hand = data["marks"]["all"], _number(settings, data["marks"]["by_hand"])
    return (
        FigureView(say("account.not_looked_at", time=_within(settings)), _number(settings, data["not_looked_at"])),
        FigureView(
            say("account.spam"), _number(settings, marks), say("account.by_hand", number=by_hand) if marks else ""
        ),
    )


def _number(settings: Settings, count: int) -> str:
    return _words(settings).text("account.number", count) if count else _words(settings).text("account.none")


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

"""Measure, for authors: the six figures as they were taken, their weeks, and what is behind each of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request
from markupsafe import Markup

from comments_service import charts, ids, wording
from comments_service.engagement import digesting, figures, people
from comments_service.ledger import WITHIN, ReachOut, keeping, moments, verdict
from comments_service.ledger.clocks import AWAY_AT_MOST
from comments_service.ledger.figures import FALLBACK
from comments_service.models import Comment, State
from comments_service.settings import Settings
from comments_service.store import conversations, snapshots, spoken
from comments_service.store.conversations import Conversation
from comments_service.web import context
from comments_service.web.desk import cases, words
from comments_service.web.desk.cases import Said
from comments_service.web.desk.door import authors_only, door, page
from comments_service.web.desk.people import essays_at, promise_state

_MEASURE = "/desk/measure"
_COMMENTS, _PROMISES, _PEOPLE = f"{_MEASURE}/comments", f"{_MEASURE}/promises", f"{_MEASURE}/people"
# A shorter row of weeks would look like more than it is.
_FEWEST_WEEKS = 8
# Of one kind there may be none among many: so far a page looks, and then offers to go on.
_LISTED, _PORTION, _PORTIONS = 30, 100, 8
# What can be listed: the address's word -> the tab, and which verdicts.
_LISTS: Mapping[str, tuple[str, frozenset[str]]] = {
    "": ("All that count", frozenset({"on_time", "late", "unanswered"})),
    "in-time": ("In time", frozenset({"on_time"})),
    "late": ("Late", frozenset({"late"})),
    "unanswered": ("Not answered", frozenset({"unanswered"})),
    "excused": ("Needed none", frozenset({"excused"})),
    "pending": ("Still has time", frozenset({"pending"})),
    "unseen": ("Not looked at", frozenset({"unseen"})),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: the number in large, what it says, what it rests on, why it is no percentage, what is behind it."""

    number: str
    says: str
    sample: str
    why: str
    address: str
    behind: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with its heading, its highest number in words, and what each kind of column means."""

    heading: str
    svg: Markup
    highest: str
    kinds: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Week:
    """A row of the table: the local week that begins on a day, its verdicts, and with how many one interacted."""

    start: str
    on_time: int
    late: int
    unanswered: int
    excused: int
    people: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing happened in it."""
        return not (self.on_time or self.late or self.unanswered or self.excused or self.people)


@dataclass(frozen=True, slots=True)
class Counted:
    """A reader's comment behind a figure, with its verdict in words; `said` is None when its writer took it back."""

    said: Said | None
    comment: str
    verdict: str
    still_counts: bool


@dataclass(frozen=True, slots=True)
class Promised:
    """A promise behind a figure: what, to whom, and how it stands."""

    what: str
    name: str
    person: str
    state: str
    address: str


@door.get("/measure")
def measure_page() -> str:
    """The six figures, good or bad, as they were last taken, with their weeks."""
    authors_only()
    taken = snapshots.find(context.db(), figures.SITE)
    settings = context.settings()
    if taken is None:
        return page("measure.html", _MEASURE, as_of="", figures=[], also=[], charts=[], weeks=[], shown="")
    weeks = _weeks(settings, taken.data)
    return page(
        "measure.html",
        _MEASURE,
        as_of=wording.date_and_time(taken.taken_at, settings.zone),
        figures=[*_answers(settings, taken.data), _promises(taken.data), _interacted(taken.data)],
        also=list(_also(settings, taken.data)),
        charts=_charts(weeks),
        weeks=weeks,
        shown=settings.figures,
    )


# ── the six ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _answers(settings: Settings, data: Mapping[str, Any]) -> Iterator[Figure]:
    """Answered in time, ever answered, half within, nine in ten within."""
    site = data["site"]
    n, in_time, ever = site["n"], site["on_time"], site["on_time"] + site["late"]
    sample = _sample(site)
    few = "" if site["within_percent"] is not None else _too_few(site)
    promised = f"in time ({_within(settings)})"
    yield Figure(
        _share(site["within_percent"], in_time, n), f"answered {promised}", sample, few, _COMMENTS, "The comments"
    )
    yield Figure(
        _share(site["ever_percent"], ever, n),
        "answered at all",
        sample,
        few,
        f"{_COMMENTS}?list=unanswered",
        "Those without an answer",
    )
    for wait, who, endless in (
        (site["median_wait"], "half", "More than half have no answer, so there is no such time."),
        (site["p90_wait"], "nine in ten", "More than one in ten have no answer, so there is no such time."),
    ):
        number = wording.at_most(wait) if wait is not None else "–"
        why = few or (endless if wait is None else "")
        yield Figure(number, f"in which {who} were answered", sample, why, f"{_COMMENTS}?list=late", "The late ones")


def _sample(site: Mapping[str, Any]) -> str:
    if not site["n"]:
        return "Nobody’s time was up in the past 90 days."
    which = "the last 10 within a year" if site["basis"] == "last_10" else "the past 90 days"
    counted = wording.count(site["n"], "comment", "comments")
    return f"{counted} from {wording.count(site['people'], 'person', 'people')}: {which}."


def _too_few(site: Mapping[str, Any]) -> str:
    needed = f"{figures.SAMPLE.verdicts} comments from {figures.SAMPLE.people} people"
    return f"A percentage or a usual time would need {needed}." if site["n"] else ""


def _promises(data: Mapping[str, Any]) -> Figure:
    kept = data["promises"]
    n = kept["n"]
    late = f", {kept['kept_late']} late" if kept["kept_late"] else ""
    sample = f"{kept['kept']} of {n} by their day{late}: the past 90 days." if n else "No promise fell due in 90 days."
    why = "A percentage would need 5 promises." if n and kept["kept_percent"] is None else ""
    number = _share(kept["kept_percent"], kept["kept"], n)
    return Figure(number, "promises kept by their day", sample, why, _PROMISES, "The promises")


def _interacted(data: Mapping[str, Any]) -> Figure:
    now, before = data["interacted"][-1]["people"], data["interacted"][-2]["people"]
    says = f"{'person' if now == 1 else 'people'} you interacted with this week"
    return Figure(f"{now:,}", says, f"{before:,} in the week before.", "", _PEOPLE, "Who they are")


def _share(percent: int | None, part: int, whole: int) -> str:
    """A percentage where the sample allows one, otherwise the counts."""
    if percent is not None:
        return f"{percent}\N{NARROW NO-BREAK SPACE}%"
    return f"{part} of {whole}" if whole else "–"


def _within(settings: Settings) -> str:
    hours = wording.hours(settings.answer_within or WITHIN // moments.HOUR)
    return f"within {hours}" if settings.answer_within else f"within {hours}; you have promised readers nothing"


def _also(settings: Settings, data: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """What is counted beside the six, as (sentence, address, words that lead there)."""
    site, marks = data["site"], data["marks"]
    filtered = marks["all"] - marks["by_hand"]
    time = wording.count(site["pending"], "comment still has", "comments still have")
    yield f"{time} time to be answered.", f"{_COMMENTS}?list=pending", "Look"
    none = wording.count(site["excused"], "comment", "comments")
    yield f"{none} needed no answer.", f"{_COMMENTS}?list=excused", "Look"
    unseen = wording.count(data["not_looked_at"], "reply", "replies")
    hours = wording.hours(settings.answer_within or WITHIN // moments.HOUR)
    yield f"{unseen} not looked at within {hours}.", f"{_COMMENTS}?list=unseen", "Look"
    by_hand = f"{marks['by_hand']:,} by hand, {filtered:,} by the filter"
    yield (
        f"{wording.count(marks['all'], 'comment', 'comments')} marked as spam or abuse: {by_hand}.",
        "/desk/moderation?state=spam",
        "Look",
    )


# ── week by week ────────────────────────────────────────────────────────────────────────────────────────────────────


def _weeks(settings: Settings, data: Mapping[str, Any]) -> list[Week]:
    """The weeks on record, oldest first, from the first in which anything happened."""
    cohorts = {cohort["week"]["start"]: cohort for cohort in data["weeks"]}
    none = dict.fromkeys(("on_time", "late", "unanswered", "excused"), 0)
    rows = [
        Week(
            start=wording.of_day(datetime.fromtimestamp(week["start"], settings.zone).date()),
            people=week["people"],
            **{name: cohorts.get(week["start"], none)[name] for name in none},
        )
        for week in data["interacted"]
    ]
    begun = next((place for place, row in enumerate(rows) if not row.is_empty), len(rows))
    return rows[min(begun, len(rows) - _FEWEST_WEEKS) :]


def _charts(weeks: Sequence[Week]) -> list[Chart]:
    kinds = (("on-time", "in time"), ("late", "late"), ("unanswered", "not answered"))
    answers = [
        charts.Column(week.start, tuple(zip((kind for kind, _ in kinds), _verdicts(week), strict=True)))
        for week in weeks
    ]
    met = [charts.Column(week.start, (("people", week.people),)) for week in weeks]
    return [
        _chart("answers", "How answers came", answers, "whose time was up, by how they were answered", kinds),
        _chart("met", "People you interacted with", met, "with whom you interacted", ()),
    ]


def _verdicts(week: Week) -> tuple[int, int, int]:
    return week.on_time, week.late, week.unanswered


def _chart(
    id_: str, heading: str, shown: Sequence[charts.Column], what: str, kinds: tuple[tuple[str, str], ...]
) -> Chart:
    highest = max(shown, key=lambda column: column.total)
    most = f"{highest.total:,} at most, in the week of {highest.name}" if highest.total else "nothing so far"
    described = f"By week from {shown[0].name} to {shown[-1].name}, {what}: {most}. The table below has the numbers."
    svg = charts.columns(id_, f"{heading}, week by week", described, shown)
    return Chart(heading, Markup(svg), most, kinds)  # noqa: S704 -- drawn by `charts`, which escapes every word


# ── what is behind ──────────────────────────────────────────────────────────────────────────────────────────────────


@door.get("/measure/comments")
def counted_page() -> str:
    """The readers' comments of a year that the figures count, newest first, each with how it stands now (`list`)."""
    authors_only()
    wanted = request.args.get("list", "")
    wanted = wanted if wanted in _LISTS else ""
    before = request.args.get("before", "")
    found, older = _counted(_LISTS[wanted][1], before if ids.is_id(before) else "~")
    return page(
        "behind.html",
        _MEASURE,
        heading="The comments behind the figures",
        tabs=[(label, _address(name), name == wanted) for name, (label, _) in _LISTS.items()],
        counted=found,
        older=f"{_address(wanted)}{'&' if wanted else '?'}before={older}" if older else "",
    )


def _address(name: str) -> str:
    return f"{_COMMENTS}?list={name}" if name else _COMMENTS


def _counted(verdicts: frozenset[str], before: str) -> tuple[list[Counted], str]:
    """Comments with one of these verdicts, and the comment before which to go on, or nothing."""
    db, settings = context.db(), context.settings()
    now = moments.seconds(ids.now())
    longest = (settings.answer_within or 0) * moments.HOUR or WITHIN
    oldest = keeping.stored(now - FALLBACK - AWAY_AT_MOST - longest)
    found: list[tuple[Comment, ReachOut]] = []
    for _ in range(_PORTIONS):
        comments = spoken.by_readers(db, before=before, limit=_PORTION)
        known = conversations.these(db, sorted({comment.conversation for comment in comments}))
        for comment in comments:
            before = comment.id
            found += [(comment, one) for one in _of(known, comment, now) if _kind(one, now) in verdicts]
            if len(found) >= _LISTED:
                break
        else:
            if len(comments) == _PORTION and any(comment.created >= oldest for comment in comments):
                continue
            before = ""
        break
    essays = essays_at(comment.page for comment, _ in found)
    return [
        Counted(
            said=cases.said(settings, essays, comment) if comment.state is not State.WITHDRAWN else None,
            comment=comment.id,
            verdict=_verdict_words(one, now),
            still_counts=one.due_at > now - figures.SAMPLE.window,
        )
        for comment, one in found
    ], before


def _of(known: Mapping[str, Conversation], comment: Comment, now: int) -> list[ReachOut]:
    """The runs that begin with a comment, of the past year: one, or two if its writer was still waiting."""
    conversation = known.get(comment.conversation)
    runs = conversation.told.reach_outs if conversation else ()
    return [one for one in runs if one.comment == comment.id and one.due_at > now - FALLBACK]


def _kind(found: ReachOut, now: int) -> str:
    """The verdict, by which lists are told apart; `unseen` for what nobody looked at in time."""
    if found.standing == "unseen":
        return "unseen" if found.due_at < now else "uncounted"
    return verdict(found, now)


def _verdict_words(found: ReachOut, now: int) -> str:
    zone = context.settings().zone
    after = f" after {wording.duration(found.wait)}" if found.wait is not None else ""
    elsewhere = ", elsewhere" if found.done_at is not None and not found.answer else ""
    match _kind(found, now):
        case "on_time":
            return f"answered in time{after}{elsewhere}"
        case "late":
            return f"answered late{after}{elsewhere}"
        case "excused":
            return f"needed none: {words.reason(found.reason)}"
        case "pending":
            told = f"answered{after}{elsewhere}, before its time" if after else "waiting"
            return f"{told}; its time is up on {wording.date_and_time(keeping.stored(found.due_at), zone)}"
        case "unseen":
            return "not looked at in time"
        case _:
            return f"not answered; closed: {words.reason(found.reason)}" if found.reason else "not answered"


@door.get("/measure/promises")
def promises_page() -> str:
    """The promises of a year, by the day for which they were made."""
    authors_only()
    db, now = context.db(), moments.seconds(ids.now())
    found = spoken.promises_due(db, since=keeping.stored(now - FALLBACK))
    known = conversations.these(db, sorted({one.conversation for one in found}))
    names = people.names_of(db, {one.person for one in known.values()})
    promised = []
    for one in found:
        conversation = known[one.conversation]
        told = next((each for each in conversation.told.promises if each.id == one.id), None)
        name = names.get(conversation.person, "") or "somebody"
        address = f"/desk/comments/{one.comment}"
        promised.append(Promised(one.what, name, conversation.person, promise_state(told), address))
    return page("behind.html", _MEASURE, heading="The promises behind the figure", promises=promised)


@door.get("/measure/people")
def interacted_page() -> str:
    """With whom one interacted in the running local week."""
    authors_only()
    settings = context.settings()
    week = moments.week_at(moments.seconds(ids.now()), settings.zone)
    return page(
        "behind.html",
        _MEASURE,
        heading="Whom you interacted with this week",
        people=digesting.interacted(context.db(), week),
    )

"""The Monday digest: the past local week in people, as it stood at its end, in words for the author alone."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from comments_service import ids, ledger, wording
from comments_service.database import Database
from comments_service.engagement.joins import Joins
from comments_service.engagement.people import names_of
from comments_service.errors import invalid
from comments_service.ledger import LedgerError, keeping, moments
from comments_service.ledger import people as knowing
from comments_service.ledger.digest import LAPSED_AT_MOST, Digest, digest
from comments_service.ledger.moments import Week
from comments_service.ledger.queue import Waiting
from comments_service.models import Comment
from comments_service.settings import Settings
from comments_service.store import comments, conversations, events, identities, spoken

# Of those who fell silent, so many are looked at, the latest first, for the few that the digest names.
_LOOKED_AT, _PORTION = 500, 50


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody in a line: their name, their page (empty when they want none), and what is said beside the name."""

    name: str
    person: str
    more: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the digest."""

    label: str
    people: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """The digest of a week in words, `monday` being its first day. `question` is the one that has waited longest.

    `silent`: nothing happened and nobody waits, so that there is nothing to say.
    """

    monday: date
    headline: str
    lines: tuple[Line, ...]
    question: Comment | None
    silent: bool


def last_week(settings: Settings) -> Week:
    """The last local week that has ended."""
    running = moments.week_at(moments.seconds(ids.now()), settings.zone)
    return moments.week_at(running.start - 1, settings.zone)


def week_of(settings: Settings, day: str) -> Week:
    """The week that holds a day (`2026-11-16`), the last one for an empty day. Raises Problem (422)."""
    if not day:
        return last_week(settings)
    try:
        week = moments.week_of(date.fromisoformat(day), settings.zone)
    except (ValueError, LedgerError):
        raise invalid({"week": "Please give a day of the week that you mean, such as 2026-11-16."}) from None
    if week.end > moments.seconds(ids.now()):
        raise invalid({"week": "This week has not ended yet. Its digest comes on Monday."})
    return week


def letter(db: Database, settings: Settings, week: Week) -> Letter:
    """The digest of a week, worded."""
    found = of_week(db, week)
    question = comments.find(db, found.oldest_question.comment) if found.oldest_question else None
    past = week == last_week(settings)
    return Letter(
        monday=datetime.fromtimestamp(week.start, settings.zone).date(),
        headline=_headline(found, "in the past week" if past else "in that week"),
        lines=tuple(line for line in _Words(db, settings, found).lines() if line.people),
        question=question if question and question.name else None,
        silent=found.silent,
    )


def text(settings: Settings, told: Letter) -> str:
    """The digest as plain text."""
    parts = [f"{week_words(told.monday)}\n", f"{told.headline}\n"]
    parts += [f"{line.label}: {', '.join(map(_with_more, line.people))}." for line in told.lines]
    if told.question:
        parts += [f"\nHow can you help? {told.question.name} asks at {settings.url}{told.question.page}:\n"]
        parts += [f"    {line}" for line in told.question.text.splitlines()]
    return "\n".join(parts)


def week_words(monday: date) -> str:
    """`The week of 16 November 2026`."""
    return f"The week of {wording.of_day(monday)}"


# ── what happened ───────────────────────────────────────────────────────────────────────────────────────────────────


def of_week(db: Database, week: Week) -> Digest:
    """What a week comes to; of those with whom one has not spoken for a while only proven ones are named.

    Reads the conversations in which something happened since the week began, those that wait, and those with promises:
    not everything.
    """
    past = _Past(db, week)
    told = past.conversations_of(past.concerned())
    return replace(digest(told, week), lapsed=tuple(past.lapsed()))


def interacted(db: Database, week: Week) -> list[Named]:
    """With whom the author interacted in a week, as it stood at its end or stands now."""
    past = _Past(db, week)
    found = digest(past.conversations_of(past.concerned()), week).interacted
    names, refused = names_of(db, found), Joins(db, found).refused(found)
    named = [Named(names.get(person) or "somebody", "" if person in refused else person, "") for person in found]
    return sorted(named, key=lambda one: (one.name.casefold(), one.person))


class _Past:
    """Conversations as they stood at a week's end: told again where something happened since."""

    def __init__(self, db: Database, week: Week) -> None:
        self._db, self._week = db, week
        self._end = keeping.stored(week.end)
        self._touched = spoken.touched(db, since=keeping.stored(week.start))
        self._notices = events.notices(db)
        self._joins = Joins(db)

    def concerned(self) -> set[str]:
        """Whoever the week is about, by the name they are known as."""
        promised = spoken.promises_due(self._db, since=keeping.stored(self._week.start))
        ids_ = {*self._touched, *conversations.open_ones(self._db), *(one.conversation for one in promised)}
        found = conversations.these(self._db, sorted(ids_)).values()
        return {self._joins.known_as(one.person) for one in found if one.person}

    def conversations_of(self, known: Iterable[str]) -> Mapping[str, list[ledger.Conversation]]:
        """Everybody's conversations as they stood, by the name they are known as."""
        return {
            person: [self._as_it_stood(one) for one in conversations.of_people(self._db, self._joins.members(person))]
            for person in sorted(known)
        }

    def lapsed(self) -> Iterator[str]:
        """With whom one has not spoken for a while, and could: the few that fell silent last, proven ones only."""
        told: set[str] = set()
        number = 0
        for comment in self._fallen_silent():
            person = self._joins.known_as(comment.person or "")
            if person not in told and self._has_lapsed(person):
                number += 1
                yield person
            told.add(person)
            if number == LAPSED_AT_MOST:
                return

    def _fallen_silent(self) -> Iterator[Comment]:
        since = keeping.stored(self._week.end - knowing.LAPSED_AFTER)
        before = "~"
        for _ in range(_LOOKED_AT // _PORTION):
            found = spoken.lately(self._db, before=before, silent_since=since, until=self._end, limit=_PORTION)
            yield from found
            if len(found) < _PORTION:
                return
            before = found[-1].id

    def _has_lapsed(self, person: str) -> bool:
        members = self._joins.members(person)
        if self._joins.refused(members) or not identities.of_people(self._db, members):
            return False
        found = knowing.person(self.conversations_of([person])[person], self._week.end)
        return found is not None and found.quiet == "lapsed"

    def _as_it_stood(self, found: conversations.Conversation) -> ledger.Conversation:
        if self._touched.get(found.id, "") < self._end:
            return found.told
        history = map(ledger.Event.of, events.of_conversation(self._db, found.id))
        return ledger.replay(
            [event for event in history if event.at < self._week.end],
            root=found.root,
            person=found.person,
            now=self._week.end - 1,
            notices=self._notices,
        )


# ── its words ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _headline(found: Digest, when: str) -> str:
    number, wrote = len(found.interacted), len(found.reached_out)
    met = wording.count(number, "person", "people") if number else "nobody"
    told = f"Here you interacted with {met} {when}."
    if not wrote:
        return f"{told} Nobody wrote."
    answered = len(found.reached_out & found.interacted)
    if wrote == 1:
        return f"{told} 1 person wrote; you {'answered' if answered else 'have not answered'} them."
    of_them = "all of them" if answered == wrote else f"{answered or 'none'} of them"
    return f"{told} {wrote:,} people wrote; you answered {of_them}."


class _Words:
    """The lines of a digest."""

    def __init__(self, db: Database, settings: Settings, found: Digest) -> None:
        self._settings, self._found = settings, found
        promised = found.kept + found.broken + found.due
        # A promise is told with the member it was made to, and a person with the one they are known as.
        joins = Joins(db)
        self._known_as = {one.person: joins.known_as(one.person) for one in promised if one.person}
        everybody = sorted(
            {line.person for line in found.waiting}
            | found.new
            | found.came_back
            | set(found.lapsed)
            | set(self._known_as.values())
        )
        self._names = names_of(db, everybody)
        self._refused = joins.refused(everybody)

    def lines(self) -> Iterator[Line]:
        """In the order of 4.9."""
        found = self._found
        oldest: dict[str, Waiting] = {}
        for one in found.waiting:
            oldest.setdefault(one.person, one)
        waiting = [self._named(person, self._since(one)) for person, one in oldest.items()]
        yield Line("Waiting", tuple(waiting))
        yield self._line("New", found.new)
        yield self._line("Wrote again after you answered", found.came_back)
        yield self._promises("Promises kept", found.kept)
        yield self._promises("Promises not kept", found.broken)
        yield self._promises("Promises due in the week after", found.due)
        yield Line("You haven’t spoken for a while with", tuple(self._named(person) for person in found.lapsed))

    def _line(self, label: str, people_: Iterable[str]) -> Line:
        named = sorted((self._named(person) for person in people_), key=lambda one: (one.name.casefold(), one.person))
        return Line(label, tuple(named))

    def _promises(self, label: str, promised: Iterable[ledger.Promise]) -> Line:
        return Line(
            label,
            tuple(
                self._named(self._known_as[one.person], self._until(one))
                for one in sorted(promised, key=lambda one: (one.due, one.id))
                if one.person
            ),
        )

    def _named(self, person: str, more: str = "") -> Named:
        return Named(self._names.get(person) or "somebody", "" if person in self._refused else person, more)

    def _since(self, line: Waiting) -> str:
        late = ", late" if line.overdue(self._found.week.end) else ""
        return f"since {self._day(line.opened_at)}{late}"

    def _until(self, promise: ledger.Promise) -> str:
        late = ", kept late" if promise.status(self._found.week.end) == "kept_late" else ""
        return f"for {self._day(promise.due)}{late}"

    def _day(self, at: int) -> str:
        return wording.date(keeping.stored(at), self._settings.zone)


def _with_more(named: Named) -> str:
    return f"{named.name} ({named.more})" if named.more else named.name


def weeks_before(settings: Settings, number: int) -> list[date]:
    """The Mondays of the last weeks that have ended, the newest first."""
    monday = datetime.fromtimestamp(last_week(settings).start, settings.zone).date()
    return [monday - timedelta(weeks=weeks) for weeks in range(number)]

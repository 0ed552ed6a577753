"""Figures as stored snapshots: the site's is taken nightly, an essay's when an event or a due time changes it."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from itertools import pairwise
from typing import Any

from comments_service import ids
from comments_service.database import Database
from comments_service.ledger import Conversation, Promise, ReachOut, keeping, moments
from comments_service.ledger import figures as count
from comments_service.ledger import promises as promised
from comments_service.ledger.records import Mark
from comments_service.settings import Settings
from comments_service.store import away, conversations, outbox, pages, snapshots, tallies
from comments_service.store.snapshots import Snapshot

SITE = "site"
SAMPLE = count.Sample()
_WEEKS = 26


def due(db: Database) -> list[str]:
    """The snapshots that time has changed, and the site's if there is none."""
    found = snapshots.due(db, now=ids.now())
    return found if snapshots.find(db, SITE) else [*found, SITE]


def take_due(db: Database, settings: Settings) -> list[str]:
    """Take every snapshot anew that is due; returns which."""
    names = due(db)
    for name in names:
        if name == SITE:
            take_site(db, settings)
        else:
            take_essay(db, name)
    return names


def take_site(db: Database, settings: Settings) -> bool:
    """Take the site's figures, every night at midnight; returns whether anything changed that pages show.

    Then every page shows another line, and says so.
    """
    now = ids.now()
    at = moments.seconds(now)
    data = _site(db, settings, at)
    before = snapshots.find(db, SITE)
    changed = before is None or _shown(before.data) != _shown(data)
    # Where they stand they say of when they are: taken before their time, they are of then until something changes.
    taken_at = now if before is None or changed or before.next_at <= now else before.taken_at
    with db.transaction():
        snapshots.keep(db, Snapshot(SITE, taken_at, keeping.stored(_next(db, settings, now)), data))
        if changed:
            for page in pages.every(db):
                _show(db, page.path)
    return changed


def take_essay(db: Database, path: str) -> bool:
    """Take the line of an essay anew; returns whether it changed."""
    now = ids.now()
    at = moments.seconds(now)
    marks = conversations.marks(db, path)
    line = count.essay_line(marks, at)
    falls_due = [due for due in count.open_until(marks) if due >= at]
    # Exactly at the due time is in time: what was waiting in time is late one second after.
    next_at = keeping.stored(min(falls_due) + 1) if falls_due else ""
    before = snapshots.find(db, path)
    data = asdict(line)
    with db.transaction():
        changed = data != (before.data if before else asdict(count.essay_line([], at)))
        # What was taken first stands until something changes: "as of" is when it was last different.
        taken_at = before.taken_at if before and not changed else now
        if before is None or changed or before.next_at != next_at:
            snapshots.keep(db, Snapshot(path, taken_at, next_at, data))
        if changed:
            _show(db, path)
    return changed


def _show(db: Database, path: str) -> None:
    pages.touch(db, path)
    outbox.put(db, "figures.taken", path, page=path)


def _next(db: Database, settings: Settings, now: str) -> int:
    """Midnight, or earlier when an away notice begins or ends: that stands on every page as well."""
    tomorrow = ids.as_moment(now).astimezone(settings.zone).date() + timedelta(days=1)
    midnight = moments.end_of_day(tomorrow - timedelta(days=1), settings.zone) + 1
    changes = [time for notice in away.standing(db, now=now) for time in (notice.starts_at, notice.ends_at)]
    return min([midnight, *(moments.seconds(time) for time in changes if time > now)])


def _shown(data: Any) -> dict[str, Any]:  # noqa: ANN401 -- a snapshot's JSON
    """What pages show of the site's figures: what only the desk shows makes no page new."""
    return {name: value for name, value in data.items() if name not in {"weeks", "interacted"}}


def _site(db: Database, settings: Settings, now: int) -> dict[str, Any]:
    """The six figures, and what stands beside them, as JSON.

    `site`, `promises`, `marks` (`all`, `by_hand`), `not_looked_at`; `weeks`, the verdicts by local week, oldest first;
    `interacted`, by local week, with how many people; `within`: the hours promised, or None; `away`: the notice that
    comes next or has begun, or None.
    """
    gathered = _Gathered(settings, now)
    for found in every(db):
        gathered.take(found.told)
    gathered.reach_outs += tallies.reach_outs(db)
    gathered.promises += tallies.promises(db)
    return {
        "site": asdict(count.site(gathered.reach_outs, now, SAMPLE)),
        "promises": asdict(promised.figure(gathered.promises, now, SAMPLE)),
        "marks": {
            "all": count.marked(gathered.marks, now, SAMPLE),
            "by_hand": count.marked(gathered.marks, now, SAMPLE, by_hand=True),
        },
        "not_looked_at": count.not_looked_at(gathered.reach_outs, now, SAMPLE),
        "weeks": [asdict(cohort) for cohort in count.by_week(gathered.reach_outs, now, settings.zone)[-_WEEKS:]],
        "interacted": gathered.interacted(),
        "within": settings.answer_within or None,
        "away": _away(db),
    }


def _away(db: Database) -> dict[str, Any] | None:
    """The next away notice, and whether it has begun: pages say so in their words, and read no clock."""
    now = ids.now()
    for notice in away.standing(db, now=now):
        return {"starts_at": notice.starts_at, "ends_at": notice.ends_at, "begun": notice.starts_at <= now}
    return None


class _Gathered:
    """What a year's figures are counted from, gathered in one walk through all conversations."""

    def __init__(self, settings: Settings, now: int) -> None:
        self.reach_outs: list[ReachOut] = []
        self.promises: list[Promise] = []
        self.marks: list[Mark] = []
        self._since = now - count.FALLBACK
        self._weeks = _weeks(settings, now)
        self._heard: list[set[str]] = [set() for _ in self._weeks]

    def take(self, told: Conversation) -> None:
        """Take what a conversation adds."""
        self.reach_outs += [one for one in told.reach_outs if one.due_at > self._since]
        self.promises += told.promises
        self.marks += [mark for mark in told.marks if mark.at > self._since]
        for week, people in zip(self._weeks, self._heard, strict=True):
            if told.person and any(week[0] <= at < week[1] for at in told.heard):
                people.add(told.person)

    def interacted(self) -> list[dict[str, int]]:
        """By local week, oldest first, with how many people the author interacted."""
        return [
            {"start": start, "people": len(people)} for (start, _), people in zip(self._weeks, self._heard, strict=True)
        ]


def _weeks(settings: Settings, now: int) -> list[tuple[int, int]]:
    starts = [moments.week_at(now, settings.zone).end]
    while len(starts) <= _WEEKS:
        starts.append(moments.week_at(starts[-1] - 1, settings.zone).start)
    return list(pairwise(reversed(starts)))


def every(db: Database) -> Iterator[conversations.Conversation]:
    """Every conversation, some at a time."""
    after = ""
    while portion := conversations.every(db, after=after):
        yield from portion
        after = portion[-1].id

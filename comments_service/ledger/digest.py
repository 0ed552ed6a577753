"""The past week in people (4.9): with whom the author interacted, who waits, what was promised."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from comments_service.ledger.moments import Week
from comments_service.ledger.people import person
from comments_service.ledger.queue import Waiting, waiting
from comments_service.ledger.records import Conversation, Promise, ReachOut

# The digest names no more people who were not heard of for a while, and sends nothing by itself.
LAPSED_AT_MOST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """A local week, by people. `waiting` is how it stands at the week's end, the longest first.

    `came_back`: wrote in it, after an answer. `kept`: promises kept in it, be it late; `broken`: fallen due in it and
    not kept; `due`: open, and due in the week after. `oldest_question`: the question that has waited longest.
    """

    week: Week
    reached_out: frozenset[str]
    interacted: frozenset[str]
    waiting: tuple[Waiting, ...]
    new: frozenset[str]
    came_back: frozenset[str]
    kept: tuple[Promise, ...]
    broken: tuple[Promise, ...]
    due: tuple[Promise, ...]
    lapsed: tuple[str, ...]
    oldest_question: Waiting | None

    @property
    def overdue(self) -> frozenset[str]:
        """Who waits longer than promised."""
        return frozenset(line.person for line in self.waiting if line.overdue(self.week.end))

    @property
    def silent(self) -> bool:
        """A week in which nothing happened and nobody waits sends nothing."""
        told = (self.reached_out, self.interacted, self.waiting, self.came_back, self.kept, self.broken, self.due)
        return not any(told)


def digest(people: Mapping[str, Sequence[Conversation]], week: Week) -> Digest:
    """The digest of a week from everybody's conversations, by person, as they stood at its end."""
    everything = [conversation for conversations in people.values() for conversation in conversations]
    promises = [promise for conversation in everything for promise in conversation.promises if promise.person]
    lines = sorted(_waiting(people), key=lambda line: (line.opened_at, line.seq))
    reached_out = _those(people, lambda found: any(_opened(reach_out, week) for reach_out in found.reach_outs))
    new = frozenset(name for name in reached_out if _first_seen(people[name]) in week)
    return Digest(
        week=week,
        reached_out=reached_out,
        interacted=_those(people, lambda found: any(at in week for at in found.heard)),
        waiting=tuple(lines),
        new=new,
        came_back=frozenset(name for name, conversations in people.items() if _came_back(conversations, week)),
        kept=tuple(promise for promise in promises if promise.kept_at in week),
        broken=tuple(promise for promise in promises if promise.due in week and promise.status(week.end) == "broken"),
        due=tuple(promise for promise in promises if promise.is_open and week.end <= promise.due < week.next_end),
        lapsed=tuple(_lapsed(people, week.end)[:LAPSED_AT_MOST]),
        oldest_question=next((line for line in lines if line.asks), None),
    )


def _those(people: Mapping[str, Sequence[Conversation]], holds: Callable[[Conversation], bool]) -> frozenset[str]:
    return frozenset(name for name, conversations in people.items() if any(map(holds, conversations)))


def _opened(reach_out: ReachOut, week: Week) -> bool:
    return reach_out.opened_at in week and reach_out.standing != "uncounted" and reach_out.person is not None


def _first_seen(conversations: Sequence[Conversation]) -> int | None:
    return min((at for found in conversations for at in found.said), default=None)


def _came_back(conversations: Sequence[Conversation], week: Week) -> bool:
    answered = min((at for found in conversations for at in found.heard), default=None)
    return answered is not None and any(at in week and at > answered for found in conversations for at in found.said)


def _waiting(people: Mapping[str, Sequence[Conversation]]) -> Iterator[Waiting]:
    for name, conversations in people.items():
        answered_before = any(found.heard for found in conversations)
        for found in conversations:
            if line := waiting(found, answered_before=answered_before):
                yield replace(line, person=name)


def _lapsed(people: Mapping[str, Sequence[Conversation]], now: int) -> list[str]:
    """Whom one has not spoken to for a while, the most recent first."""
    pages = {name: person(conversations, now) for name, conversations in people.items()}
    found = [(page.last_interaction, name) for name, page in pages.items() if page and page.quiet == "lapsed"]
    return [name for _, name in sorted(found, reverse=True)]

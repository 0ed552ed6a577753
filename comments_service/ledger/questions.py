"""The questions that a case may ask of the ledger at a moment, answered in the cases' own words."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from comments_service.ledger import figures, moments, people, promises
from comments_service.ledger.data import JSON, LedgerError, string
from comments_service.ledger.digest import digest
from comments_service.ledger.figures import Sample
from comments_service.ledger.filing import Key
from comments_service.ledger.history import History
from comments_service.ledger.queue import queue, waiting
from comments_service.ledger.records import Conversation, ReachOut, Rejection, verdict
from comments_service.ledger.replay import replay
from comments_service.ledger.states import badge, state


@dataclass(frozen=True, slots=True)
class View:
    """Everything as it stands at a moment."""

    history: History
    conversations: Mapping[Key, Conversation]
    now: int
    sample: Sample

    @property
    def reach_outs(self) -> list[ReachOut]:
        """All reach-outs, by opening."""
        found = [reach_out for conversation in self.conversations.values() for reach_out in conversation.reach_outs]
        return sorted(found, key=lambda reach_out: (reach_out.opened_at, reach_out.seq, reach_out.again))

    def people(self) -> dict[str, list[Conversation]]:
        """Everybody's conversations, by the person as the author knows them."""
        joins = {}
        for join in self.history.joins:
            if join.at <= self.now and not join.undone:
                joins[join.person] = join.into
            elif join.at <= self.now:
                joins.pop(join.person, None)
        known = people.joined(sorted({person for _, person in self.conversations}), joins.items())
        found: dict[str, list[Conversation]] = {}
        for (_, person), conversation in self.conversations.items():
            found.setdefault(known[person], []).append(conversation)
        return found


def view(history: History, now: int, sample: Sample) -> View:
    """Everything as it stands at a moment: each conversation told from its own events."""
    told = {
        (root, person): replay(events, root=root, person=person, now=now, notices=history.notices)
        for (root, person), events in history.filed.items()
    }
    return View(history, told, now, sample)


def _time(at: int | None) -> str | None:
    return None if at is None else moments.text(at)


def _conversation(now: View, comment: str) -> Conversation | None:
    """The conversation of a reader's comment; an author's or a bot's has none."""
    placed = now.history.board.entry(comment).placed
    return now.conversations.get(placed.key) if placed.role == "reader" else None


def _state(now: View, check: Mapping[str, Any]) -> JSON:
    comment = string(check, "comment")
    conversation = _conversation(now, comment)
    if conversation and comment in conversation.erased:
        return {"state": "erased"}
    found = state(conversation, now.now) if conversation else None
    if found is None or found.state == "not_owed":
        return {"state": "not_owed"}
    return {
        "state": found.state,
        "reason": found.reason,
        "opened_at": _time(found.opened_at),
        "due_at": _time(found.due_at),
        "open_age_s": found.open_age,
        "overdue": found.overdue,
        "question": found.question,
        "suggest": found.suggest,
        "first_response_s": found.first_response,
    }


def _badge(now: View, check: Mapping[str, Any]) -> JSON:
    comment = string(check, "comment")
    conversation = _conversation(now, comment)
    found = badge(conversation, comment) if conversation else None
    return {"by": found.by, "after_s": found.after} if found else None


def _site(now: View, _check: Mapping[str, Any]) -> JSON:
    found = asdict(figures.site(now.reach_outs, now.now, now.sample))
    found["median_wait_s"], found["p90_wait_s"] = found.pop("median_wait"), found.pop("p90_wait")
    marks = [mark for conversation in now.conversations.values() for mark in conversation.marks]
    return found | {"spam_or_abuse": figures.marked(marks, now.now, now.sample)}


def _essay(now: View, check: Mapping[str, Any]) -> JSON:
    found = figures.essay(now.reach_outs, string(check, "essay"), now.now)
    return {name: value for name, value in asdict(found).items() if name != "within"}


def _verdicts(now: View, _check: Mapping[str, Any]) -> JSON:
    return {reach_out.first: verdict(reach_out, now.now) for reach_out in now.reach_outs}


def _reach_outs(now: View, _check: Mapping[str, Any]) -> JSON:
    return [
        {
            "first": reach_out.first,
            "person": reach_out.person,
            "opened_at": _time(reach_out.opened_at),
            "due_at": _time(reach_out.due_at),
            "answered_at": _time(reach_out.done_at),
            "verdict": verdict(reach_out, now.now),
            "wait_s": reach_out.wait,
        }
        for reach_out in now.reach_outs
    ]


def _queue(now: View, _check: Mapping[str, Any]) -> JSON:
    lines = [
        line
        for conversations in now.people().values()
        for found in conversations
        if (line := waiting(found, answered_before=any(other.heard for other in conversations)))
    ]
    return [line.comment for line in queue(lines, now.now)]


def _side_talk(now: View, _check: Mapping[str, Any]) -> JSON:
    said = {comment for conversation in now.conversations.values() for comment in conversation.side_talk}
    return [comment for comment in now.history.board.entries if comment in said]


def _promises(now: View, _check: Mapping[str, Any]) -> JSON:
    made = [promise for conversation in now.conversations.values() for promise in conversation.promises]
    figure = promises.figure(made, now.now, now.sample)
    return {"figure": asdict(figure), "status": {promise.id: promise.status(now.now) for promise in made}}


def _rejected(now: View, _check: Mapping[str, Any]) -> JSON:
    of_the_site = [rejection for rejection in now.history.rejected if rejection.at <= now.now]
    found = [rejection for conversation in now.conversations.values() for rejection in conversation.rejected]
    by_seq = {rejection.seq: rejection for rejection in of_the_site + found}
    return [_refused(by_seq[seq]) for seq in sorted(by_seq)]


def _refused(rejection: Rejection) -> dict[str, JSON]:
    """What was refused; the cases give the reason of a closing only, which is what the author reads at once."""
    told: dict[str, JSON] = {"event": rejection.type}
    if rejection.comment or rejection.promise:
        about = "comment" if rejection.comment else "promise"
        told[about] = rejection.comment or rejection.promise
    return told | ({"why": rejection.why} if rejection.type == "close" else {})


def _person(now: View, check: Mapping[str, Any]) -> JSON:
    found = people.person(now.people().get(string(check, "person"), []), now.now)
    if found is None:
        return None
    times = {"first_seen", "last_from_them", "last_from_me", "last_interaction", "waiting_since"}
    return {name: _time(value) if name in times else value for name, value in asdict(found).items()}


def week(history: History, sample: Sample, zone: ZoneInfo, day: str) -> JSON:
    """The digest's counts of the local week that holds a day."""
    try:
        week = moments.week_of(date.fromisoformat(day), zone)
    except ValueError as error:
        raise LedgerError(f"{day!r} is no day") from error
    found = digest(view(history, week.end - 1, sample).people(), week)
    return {
        "start": _time(week.start),
        "end": _time(week.end),
        "seconds": week.end - week.start,
        "reached_out": len(found.reached_out),
        "interacted": len(found.interacted),
        "interacted_of_reached_out": len(found.interacted & found.reached_out),
        "waiting": len({line.person for line in found.waiting}),
        "overdue": len(found.overdue),
        "new_people": len(found.new),
        "new_people_answered": len(found.new & found.interacted),
        "came_back": len(found.came_back),
        "promises_kept": len(found.kept),
        "promises_broken": len(found.broken),
        "promises_due_next_7d": len(found.due),
    }


ASKS: Mapping[str, Callable[[View, Mapping[str, Any]], JSON]] = {
    "state": _state,
    "badge": _badge,
    "site": _site,
    "essay": _essay,
    "verdicts": _verdicts,
    "reach_outs": _reach_outs,
    "queue": _queue,
    "side_talk": _side_talk,
    "promises": _promises,
    "rejected": _rejected,
    "person": _person,
}

"""The door for worked cases: config, people, events and checks in; one answer per check out."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from comments_service.ledger import moments
from comments_service.ledger.board import Board
from comments_service.ledger.data import JSON, LedgerError, mapping, mappings, number, string
from comments_service.ledger.figures import Sample
from comments_service.ledger.history import History
from comments_service.ledger.moments import DAY
from comments_service.ledger.questions import ASKS, view, week
from comments_service.ledger.rules import Rules


def answers(case: Mapping[str, Any]) -> list[JSON]:
    """One answer per check of a case in the format of `cases/engagement.json`.

    Raises LedgerError, which is a ValueError, if its events cannot have happened or a check asks nothing known.
    """
    config = mapping(case.get("config"))
    history = read(case)
    sample = Sample(
        window=number(config, "window_days", 90) * DAY,
        verdicts=number(config, "min_sample", 10),
        people=number(config, "min_people", 5),
    )
    zone = _zone(config.get("tz", "UTC"))
    return [_answer(history, sample, zone, check) for check in mappings(case, "checks")]


def read(case: Mapping[str, Any]) -> History:
    """The events of a case, filed by conversation."""
    events = mappings(case, "events")
    coming = {str(event.get("id")): event.get("reply_to") for event in events if event.get("type") == "comment"}
    history = History(Board(mapping(case.get("people", {})), coming), Rules().changed(mapping(case.get("config"))))
    for seq, event in enumerate(events):
        history.read(event, seq)
    return history


def _zone(name: object) -> ZoneInfo:
    try:
        return ZoneInfo(str(name))
    except (OSError, KeyError, ValueError) as error:
        raise LedgerError(f"{name!r} is no time zone") from error


def _answer(history: History, sample: Sample, zone: ZoneInfo, check: Mapping[str, Any]) -> JSON:
    if "week_of" in check:
        return week(history, sample, zone, string(check, "week_of"))
    ask = ASKS.get(string(check, "ask"))
    if ask is None:
        raise LedgerError(f"{check['ask']!r} is nothing that the ledger answers")
    return ask(view(history, moments.seconds(string(check, "now")), sample), check)

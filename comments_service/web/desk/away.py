"""Away notices, for authors: what readers are told, and until when; made ahead, taken back, never made for the past."""

from dataclasses import dataclass
from datetime import date
from functools import partial

from flask import Response, make_response, redirect

from comments_service import ids, wording
from comments_service.engagement import away
from comments_service.errors import Problem
from comments_service.ledger import WITHIN, moments
from comments_service.store import away as notices
from comments_service.web import context, forms, problems
from comments_service.web.desk.door import authors_only, door, page

_AWAY = "/desk/away"


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice in words; `state` says whether it has begun."""

    id: str
    days: str
    state: str


@door.get("/away")
def away_page() -> str:
    """The notices that stand, and the form for another one."""
    authors_only()
    return _away_page({})


def _away_page(given: dict[str, str], problem: Problem | None = None) -> str:
    settings, now = context.settings(), ids.now()
    found = notices.standing(context.db(), now=now)
    return page(
        "away.html",
        _AWAY,
        notices=[_told(one) for one in found],
        today=ids.as_moment(now).astimezone(settings.zone).date().isoformat(),
        within=wording.hours(settings.answer_within or WITHIN // moments.HOUR),
        promised=bool(settings.answer_within),
        first_day=given.get("first_day", ""),
        last_day=given.get("last_day", ""),
        is_day=_is_day,
        problem=problem,
    )


def _is_day(typed: str) -> bool:
    try:
        return not typed or date.fromisoformat(typed).isoformat() == typed
    except ValueError:
        return False


def _told(notice: notices.Notice) -> Notice:
    settings = context.settings()
    first = wording.date(notice.starts_at, settings.zone)
    last = wording.of_day(away.last_day(notice, settings))
    begun = notice.starts_at <= ids.now()
    return Notice(notice.id, first if first == last else f"{first} to {last}", "now" if begun else "announced")


@door.post("/away")
def announce() -> Response:
    """Announce that nobody answers from `first_day` to `last_day`. What was typed comes back when it can't be."""
    account, given = authors_only(), forms.fields()
    try:
        away.announce(context.db(), context.settings(), account, given.get("first_day", ""), given.get("last_day", ""))
    except Problem as problem:
        return problems.with_form(problem, partial(_away_page, given, problem))
    return make_response(redirect(_AWAY, 303))


@door.post("/away/<id>/cancel")
def cancel(id: str) -> Response:  # noqa: A002 -- the address's word
    """Take a notice back."""
    authors_only()
    away.cancel(context.db(), context.settings(), id)
    return make_response(redirect(_AWAY, 303))

"""The author's morning: who waits, what was promised, what waits for a look; for a moderator the looking alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request

from comments_service import days, ids, wording
from comments_service.engagement import waiting
from comments_service.models import Role
from comments_service.moderation import logs
from comments_service.store import account_bounces, listings, webhooks
from comments_service.web import context
from comments_service.web.desk import cases, logged, notices, waits, words
from comments_service.web.desk.deciding import desk_of, onward_from
from comments_service.web.desk.door import door, me, page, sees_private

_HOME = "/desk/"
# Of each list of those who wait, at first, and for whoever asks for more.
_WAITING, _MORE = 10, 60
_HELD = 5
_DECISIONS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning:
    """What the page is given. `whose` is `yours` or `everybody`, empty where there is no difference.

    `more_in_time` and `more_late` wait besides those told, `more` is where they are told too; `put_aside` with the day
    until which each is.
    """

    headline: str
    whose: str
    back: str
    more: str
    in_time: list[waits.Line]
    late: list[waits.Line]
    more_in_time: int
    more_late: int
    put_aside: list[tuple[cases.Said, str]]
    put_aside_number: int
    thanks: list[cases.Said]
    overdue: tuple[waits.Owed, ...]
    due_soon: tuple[waits.Owed, ...]
    due_later: tuple[waits.Owed, ...]


@door.get("/")
def home() -> str:
    """Who waits for an answer and for a look, what was promised, what was decided lately."""
    db, private = context.db(), sees_private()
    held = listings.waiting(db, private=private, limit=_HELD)
    number = listings.held(db, private=private)
    looks = _looks(number, held[0].created if held else "")
    shared: dict[str, object] = {
        "looks": looks,
        "log": logged.lines(logs.lines(db, private=private, limit=2 * _DECISIONS))[:_DECISIONS],
        "bounce": account_bounces.find(db, me().id),
        "notice": notices.notice(),
        "webhooks_off": webhooks.failed_by_itself(db) if me().role is Role.OWNER else 0,
    }
    desk = desk_of()
    if not private:
        return page("home.html", _HOME, headline=looks, held=[desk.said(one) for one in held], morning=None, **shared)
    morning = _morning(desk)
    shown = {said.id for line in (*morning.in_time, *morning.late) for said, _ in line.words}
    return page(
        "home.html",
        _HOME,
        headline=morning.headline,
        held=[desk.said(one) for one in held if one.id not in shown],
        morning=morning,
        **shared,
    )


def _looks(number: int, oldest: str) -> str:
    if not number:
        return "Nobody waits for a look"
    since = wording.since(oldest, ids.now(), context.settings().zone)
    if number == 1:
        return f"1 reply waits for a look, {since}"
    return f"{wording.count(number, 'reply', 'replies')} wait for a look, the oldest {since}"


def _morning(desk: waits.Desk) -> Morning:
    """The owner sees everybody who waits; an author first who waits for them, and then, if they ask, everybody."""
    now, zone, owner = ids.now(), desk.settings.zone, me().role is Role.OWNER
    everybody = owner or request.args.get("whose") == "everybody"
    limit = _MORE if request.args.get("more") else _WAITING
    found = waiting.morning(
        context.db(),
        now=now,
        pages=None if everybody else [path for path, essay in desk.essays.items() if essay.is_answered_by(me())],
        by=None if everybody else me().id,
        limit=limit,
    )
    whose = "" if owner else "everybody" if everybody else "yours"
    asked = {"whose": whose} if whose == "everybody" else {}
    back = _address(asked | ({"more": "yes"} if limit == _MORE else {}))
    listed = [one.words[-1].id for one in (*found.in_time, *found.late)]
    leads = dict(zip(listed, onward_from(listed, back), strict=True))
    in_time, late = (
        [waits.line(desk, one, leads[one.words[-1].id]) for one in side] for side in (found.in_time, found.late)
    )
    return Morning(
        headline=words.headline(found.in_time_number + found.late_number, found.oldest, now, zone),
        whose=whose,
        back=back,
        more=_address(asked | {"more": "yes"}) if limit == _WAITING else "",
        in_time=in_time,
        late=late,
        more_in_time=max(0, found.in_time_number - limit),
        more_late=max(0, found.late_number - limit),
        put_aside=[(desk.said(comment), days.ahead(one.snoozed_until, now, zone)) for one, comment in found.put_aside],
        put_aside_number=found.put_aside_number,
        thanks=[desk.said(comment) for _, comment in found.thanks],
        overdue=waits.owed(desk, found.overdue),
        due_soon=waits.owed(desk, found.due_soon),
        due_later=waits.owed(desk, found.due_later),
    )


def _address(query: Mapping[str, str]) -> str:
    return f"{_HOME}?{urlencode(query)}" if query else _HOME

"""Moderation: the queue and the other lists by state."""

from flask import request

from comments_service import ids, moderation
from comments_service.models import State
from comments_service.store import listings
from comments_service.web import context
from comments_service.web.desk import cases, notices
from comments_service.web.desk.deciding import on_desk
from comments_service.web.desk.door import door, page, sees_private
from comments_service.web.desk.spam_line import spam_line

_LIST_LENGTH = 50
_MODERATION = "/desk/moderation"
_TABS = {
    State.HELD: ("Waiting", "Nobody waits for a look. What arrives next stands here."),
    State.PUBLISHED: ("Published", "Nothing stands in the pages yet. The first reply will, once you approve it."),
    State.REJECTED: ("Rejected", "You have turned nobody away."),
    State.SPAM: ("Spam", "No spam. May it stay so."),
    State.REMOVED: ("Removed", "Nothing was taken off a page."),
}


@door.get("/moderation")
def moderation_page() -> str:
    """The replies that wait for a look, the longest waiting first; or those in another state, newest first."""
    wanted = request.args.get("state", "")
    state = State(wanted) if wanted in set(_TABS) else State.HELD
    counts = listings.counts(context.db(), private=sees_private())
    found = _waiting() if state is State.HELD else _in_state(state)
    tabs = [(label, _address(tab), counts.get(tab, 0), tab is state) for tab, (label, _) in _TABS.items()]
    return page(
        "moderation.html",
        _MODERATION,
        heading=_TABS[state][0],
        back=_address(state),
        tabs=tabs,
        cases=found,
        empty=_TABS[state][1],
        notice=notices.notice(),
        spam_line=spam_line() if state is State.SPAM else None,
        further=max(0, counts.get(state, 0) - len(found)) if state is State.HELD else 0,
        older=f"{_address(state)}&before={found[-1].said.id}"
        if state is not State.HELD and len(found) == _LIST_LENGTH
        else "",
    )


def _waiting() -> list[cases.Case]:
    return on_desk(moderation.queue(context.db(), private=sees_private(), limit=_LIST_LENGTH), _MODERATION)


def _in_state(state: State) -> list[cases.Case]:
    before = request.args.get("before", "")
    found = moderation.listed(
        context.db(), state, private=sees_private(), before=before if ids.is_id(before) else "~", limit=_LIST_LENGTH
    )
    return on_desk(found, _address(state))


def _address(state: State) -> str:
    return _MODERATION if state is State.HELD else f"{_MODERATION}?state={state}"

"""Bans and trust, for authors; and reports, which whoever decides can settle."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from flask import Response, request

from comments_service import ids, moderation, wording
from comments_service.errors import Problem, invalid, unreadable
from comments_service.models import Comment
from comments_service.moderation import banning, reporting
from comments_service.screening import Action
from comments_service.store import bans, comments, people
from comments_service.store.bans import Ban
from comments_service.web import context, forms, guards, problems
from comments_service.web.desk import cases, deciding, notices, words
from comments_service.web.desk.door import authors_only, door, me, page, sees_private

_BANS = "/desk/bans"
_MODERATION = "/desk/moderation"
KINDS = {"person": "This person", "address": "This e-mail address", "network": "This network"}
LENGTHS = {"day": "a day", "week": "a week", "month": "a month", "ever": "until I lift it"}
ACTIONS = {
    Action.HOLD.value: "Hold: each of their replies waits for a look",
    Action.SPAM.value: "File as spam: none of them reaches the queue",
    Action.REFUSE.value: "Refuse: they are told so in a sentence, and keep their words",
}
_DOES = {"hold": "Replies are held", "spam": "Replies are filed as spam", "refuse": "Replies are refused"}
_YOUR_OWN = "This is the network that you are on yourself. Everybody in the same house or office would be meant."


@dataclass(frozen=True, slots=True)
class Banned:
    """A ban in words: whom it is about (`name`, that of the reply it was made at), what is done, until when, why."""

    id: str
    kind: str
    name: str
    comment: str
    person: str
    does: str
    until: str
    reason: str
    by: str
    iso: str
    when: str
    ended: str


@door.get("/bans")
def bans_page() -> str:
    """The bans that hold, newest first, and those that ended lately."""
    authors_only()
    db, now = context.db(), ids.now()
    names = {account.id: account.name for account in people.accounts(db)}
    return page(
        "bans.html",
        _MODERATION,
        standing=[told(one, names) for one in bans.every(db, now=now)],
        ended=[told(one, names) for one in bans.ended(db, now=now)],
        days=banning.FORGOTTEN_DAYS,
        notice=notices.notice(),
    )


def told(ban: Ban, names: Mapping[str, str]) -> Banned:
    """A ban in words; `names` are those of the accounts."""
    now, zone = ids.now(), context.settings().zone
    comment = comments.find(context.db(), ban.comment)
    lifted = f"lifted {words.when(ban.lifted_at, now, zone)}" if ban.lifted_at else ""
    return Banned(
        id=ban.id,
        kind=KINDS[ban.kind].removeprefix("This "),
        name=comment.name if comment and comment.name else "a withdrawn reply",
        comment=ban.comment if comment and comment.name else "",
        person=ban.subject if ban.kind == "person" else "",
        does=_DOES[ban.action],
        until=f"until {wording.date_and_time(ban.until, zone)}" if ban.until else "until it is lifted",
        reason=ban.reason,
        by=names.get(ban.banned_by, ""),
        iso=ban.at,
        when=words.when(ban.at, now, zone),
        ended=lifted or (f"ended {words.when(ban.until, now, zone)}" if ban.until and ban.until <= now else ""),
    )


# ── banning ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@door.get("/comments/<id>/ban")
def ban_page(id: str) -> str:  # noqa: A002 -- the address's word
    """The form to ban whoever wrote a comment, their address, or their network."""
    authors_only()
    comment = moderation.known(context.db(), id)
    return _ban_page(comment, {"next": request.args.get("next", "")})


def _ban_page(comment: Comment, given: Mapping[str, str], problem: Problem | None = None) -> str:
    there = {"person": comment.person, "address": comment.email, "network": comment.network}
    return page(
        "ban.html",
        _MODERATION,
        said=cases.said(context.settings(), deciding.essays(), comment),
        kinds=[(kind, label) for kind, label in KINDS.items() if there[kind]],
        address=comment.email,
        lengths=LENGTHS,
        actions=ACTIONS,
        longest=banning.LONGEST_REASON,
        given={"kind": "person", "for": "week", "action": "hold"} | {name: one for name, one in given.items() if one},
        next=guards.local_path(given.get("next") or f"/desk/comments/{comment.id}"),
        problem=problem,
    )


@door.post("/comments/<id>/ban")
def ban(id: str) -> Response:  # noqa: A002
    """Ban (`kind`, `for`, `action`, `reason`), then lead on (`next`). One's own network is asked about once more."""
    account, given = authors_only(), forms.fields()
    comment = moderation.known(context.db(), id)
    wish = banning.Wish(
        given.get("kind", "person"),
        given.get("for", "week"),
        given.get("action", Action.HOLD.value),
        given.get("reason", ""),
    )
    try:
        own = wish.kind == "network" and comment.network != "" and comment.network == context.speaker().network
        if own and not forms.checked(given.get("sure", "")):
            raise invalid({"sure": _YOUR_OWN})
        made = banning.ban(context.db(), context.secrets(), id, wish, account)
    except Problem as problem:
        return problems.with_form(problem, partial(_ban_page, comment, given, problem))
    return notices.onward(given, notices.BANNED, made, otherwise=_BANS)


@door.post("/bans/<id>/lift")
def lift(id: str) -> Response:  # noqa: A002
    """End a ban before its time."""
    account, given = authors_only(), forms.fields()
    return notices.onward(given, notices.LIFTED, banning.lift(context.db(), id, account), otherwise=_BANS)


# ── trust, and reports ──────────────────────────────────────────────────────────────────────────────────────────────


@door.post("/comments/<id>/trust")
def trust(id: str) -> Response:  # noqa: A002
    """Say whether the replies of whoever wrote a comment need a look (`trust=no`) or not (`yes`)."""
    account, given = authors_only(), forms.fields()
    if given.get("trust") not in {"yes", "no"}:
        raise unreadable("Say whether their replies need a look: trust is yes or no.")
    comment = banning.trust(context.db(), id, account, trusted=given["trust"] == "yes")
    done = notices.TRUSTED if given["trust"] == "yes" else notices.NOT_TRUSTED
    return notices.onward(given, done, comment, otherwise=_MODERATION)


@door.post("/comments/<id>/settle")
def settle(id: str) -> Response:  # noqa: A002
    """Note that the reports about a comment were looked at, and that it stays, or stands again."""
    given = forms.fields()
    moderation.known(context.db(), id, private=sees_private())
    try:
        comment = reporting.settle(context.db(), id, me())
    except Problem as problem:
        return deciding.refused(problem, id, given)
    return notices.onward(given, notices.SETTLED, comment, otherwise=_MODERATION)

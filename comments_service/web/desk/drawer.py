"""The writer's drawer: who wrote a comment, beside the list; a page of its own without a script."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import request

from comments_service import ids, moderation, templating, wording
from comments_service.engagement import writers
from comments_service.engagement.writers import Writer
from comments_service.models import Comment, State
from comments_service.moderation import logs
from comments_service.publishing import views as public
from comments_service.store import people
from comments_service.store.bans import Ban
from comments_service.store.notes import Note
from comments_service.web import context, guards
from comments_service.web.desk import cases, deciding, logged, views, words
from comments_service.web.desk.cases import Noted, Said
from comments_service.web.desk.door import door, me, page, sees_private
from comments_service.web.desk.writers import hashes_of

_MODERATION = "/desk/moderation"
_LINES = 12
_COUNTED = {
    State.PUBLISHED: "published",
    State.HELD: "waiting",
    State.SPAM: "spam",
    State.REMOVED: "removed",
    State.REJECTED: "rejected",
    State.WITHDRAWN: "withdrawn",
}
_KINDS = {"person": "this person", "address": "this address", "network": "this network"}
_ACTIONS = {"hold": "held for a look", "spam": "taken for spam", "refuse": "refused"}


@dataclass(frozen=True, slots=True)
class Kept:
    """A ban in words: `Replies of this person are refused until 3 December 2026`, why, and by whom."""

    id: str
    words: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class Drawer:
    """Somebody beside a comment of theirs, all words chosen.

    `person` is where their page is, empty where this account sees none. `refused`: no history is kept of them.
    `manages` says whether this account bans and trusts, `contact` the address that they gave with the comment.
    """

    id: str
    name: str
    disc: public.Disc
    person: str
    refused: bool
    proved: tuple[tuple[str, str], ...]
    names: tuple[str, ...]
    contact: str
    trusted: str
    counts: tuple[tuple[str, int], ...]
    said: tuple[Said, ...]
    notes: tuple[Noted, ...]
    at_comments: tuple[tuple[str, Noted], ...]
    log: tuple[views.LogLine, ...]
    bans: tuple[Kept, ...]
    manages: bool
    by_network: bool
    by_address: bool


@door.get("/comments/<id>/writer")
def writer_page(id: str) -> str:  # noqa: A002 -- the address's word
    """Who wrote a comment; with `panel` only what a script sets beside the list."""
    comment = moderation.known(context.db(), id, private=sees_private())
    next_ = guards.local_path(request.args.get("next") or f"/desk/comments/{id}")
    found = _drawer(comment) if comment.person and not comment.by_author else None
    if request.args.get("panel"):
        return templating.render("desk/drawer.html", drawer=found, next=next_)
    return page("writer.html", _MODERATION, drawer=found, next=next_)


def _drawer(comment: Comment) -> Drawer | None:
    db, private = context.db(), sees_private()
    found = writers.of_comment(db, comment, private=private, hashes=hashes_of(comment))
    if not found.people:
        return None
    settings, now = context.settings(), ids.now()
    desk = deciding.desk_of()
    log = () if found.refused else logs.about_people(db, found.people, private=private, limit=_LINES)
    return Drawer(
        id=comment.id,
        name=comment.name,
        disc=public.disc(comment),
        person=f"/desk/people/{found.first}" if private and found.first else "",
        refused=found.refused,
        proved=tuple((one.label, one.url) for one in found.proved),
        names=found.names,
        contact=comment.email if me().writes_as_author else "",
        trusted=wording.date(found.trusted_at, settings.zone) if found.trusted_at else "",
        counts=tuple((words_, found.counts[state]) for state, words_ in _COUNTED.items() if found.counts.get(state)),
        said=tuple(desk.said(one) for one in found.words if one.id != comment.id),
        notes=tuple(_notes(found.notes)),
        at_comments=tuple((one.comment, cases.noted(settings, one)) for one in found.comment_notes),
        log=tuple(logged.lines(log)),
        bans=tuple(_bans(found, now)),
        manages=me().writes_as_author,
        by_network=comment.network != "",
        by_address=comment.email != "",
    )


def _notes(found: tuple[Note, ...]) -> Iterator[Noted]:
    names = _names()
    for one in found:
        when = words.when(one.at, ids.now(), context.settings().zone)
        yield Noted(one.id, one.text, names.get(one.written_by, ""), one.at, when)


def _bans(found: Writer, now: str) -> Iterator[Kept]:
    names = _names()
    for ban in found.bans:
        yield Kept(ban.id, _banned(ban, now), ban.reason, names.get(ban.banned_by, ""))


def _banned(ban: Ban, now: str) -> str:
    zone = context.settings().zone
    until = f"until {wording.date(ban.until, zone)}" if ban.until else "until you lift it"
    since = wording.since(ban.at, now, zone)
    return f"Replies from {_KINDS[ban.kind]} are {_ACTIONS[ban.action]}, {since}, {until}"


def _names() -> dict[str, str]:
    return {account.id: account.name for account in people.accounts(context.db())}

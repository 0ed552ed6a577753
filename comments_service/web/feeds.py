"""Feeds: all replies or those to one essay, the author's answers, and, by a private address, replies to somebody."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, redirect, request
from werkzeug.http import http_date

from comments_service import feeds, ids, proofs
from comments_service.errors import forbidden, gone, not_found
from comments_service.feeds import Channel
from comments_service.models import Comment, PublicComment, State
from comments_service.store import comments, identities, pages, replies
from comments_service.web import context

door = Blueprint("feeds", __name__)

_FEED_LENGTH = 50
# What changes twice in one second has one Last-Modified for both: it is told once that second has passed.
_UNSETTLED = timedelta(seconds=2)
_MAKERS = {"atom": (feeds.atom, feeds.ATOM), "json": (feeds.as_json, feeds.JSON)}


@dataclass(frozen=True, slots=True)
class Private:
    """The private feed of replies to somebody, as its owner is shown it: its address, and the same as JSON Feed.

    `of_all` says that it tells of replies to all that they wrote here, not to one reply alone.
    """

    address: str
    json: str
    of_all: bool


@door.get("/comments/feed.atom", defaults={"ending": "atom"})
@door.get("/comments/feed.json", defaults={"ending": "json"})
def feed(ending: str) -> Response:
    """All comments, or those of one essay; from an address that an essay had before, readers are led to the present."""
    settings, asked = context.settings(), request.args.get("page")
    if not asked:
        found = comments.latest(context.db(), _FEED_LENGTH)
        return _sent(_channel(f"Replies on {settings.title}", "/comments/feed", found), ending)
    page = context.essay(asked)
    query = f"?{urlencode({'page': page.path})}"
    if page.path != asked:
        moved = make_response(redirect(f"/comments/feed.{ending}{query}", 301))
        moved.headers["Cache-Control"] = "no-cache"
        return moved
    first = f"?{urlencode({'page': next(iter(page.former), page.path)})}"
    found = comments.latest(context.db(), _FEED_LENGTH, page=page.path)
    made = _channel(f"Replies to “{page.title}”", "/comments/feed", found)
    return _sent(replace(made, page=page.path, query=query, first=first), ending, page=page.path)


@door.get("/comments/answers.atom", defaults={"ending": "atom"})
@door.get("/comments/answers.json", defaults={"ending": "json"})
def answers(ending: str) -> Response:
    """The author's answers."""
    found = comments.latest(context.db(), _FEED_LENGTH, only_author=True)
    return _sent(_channel(f"Answers by {context.settings().author}", "/comments/answers", found), ending)


@door.get("/comments/replies/<token>.atom", defaults={"ending": "atom"})
@door.get("/comments/replies/<token>.json", defaults={"ending": "json"})
def to_you(token: str, ending: str) -> Response:
    """Replies to whoever the private address belongs to. No hub is told of it, and nobody keeps it."""
    opened = proofs.feed_of(context.secrets(), token)
    if opened is None:
        raise not_found("feed")
    found = _to_whom(*opened)
    if found is None:
        raise gone("This feed has another address now, or is no more. Its owner finds the present one at /identity/.")
    title = f"Replies to you on {context.settings().title}"
    made = _channel(title, f"/comments/replies/{token}", found)
    response = _sent(replace(made, hub=""), ending)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _to_whom(subject: str, number: int) -> Sequence[PublicComment] | None:
    """Replies to whoever proved an identity, to a person, or to one comment; None if the number is no more theirs.

    A device that proved nothing speaks for its guest alone, even where others proved to be them.
    """
    db = context.db()
    identity, comment = identities.find(db, subject), comments.find(db, subject)
    person = (identity.person if identity else comment.person if comment else subject) or ""
    if replies.number(db, person) != number:
        return None
    if comment:
        return replies.to_comment(db, subject, limit=_FEED_LENGTH)
    if identity is None:
        return replies.to_people(db, [subject], [], limit=_FEED_LENGTH)
    me = identities.self_of(db, person)
    return replies.to_people(db, me.ids, [one.id for one in me.identities], limit=_FEED_LENGTH)


def mine() -> Private | None:
    """The feed of whoever this device speaks for."""
    speaker = context.speaker()
    if not speaker.account and speaker.known_by:
        return _of(speaker.known_by.person, speaker.known_by.id)
    me = speaker.account or speaker.person
    return _of(me.id, me.id) if me else None


def beside(comment: Comment) -> Private | None:
    """The feed that is offered beside a reply to its writer.

    It is theirs, or, for whoever came by its private link alone, that of the replies to this one: such a link speaks
    for its reply, and for nothing else that its writer said.
    """
    if comment.private_at is not None or comment.state not in {State.HELD, State.PUBLISHED}:
        return None
    if context.speaker().wrote(comment):
        return mine()
    return _of(comment.person, comment.id, of_all=False) if comment.person else None


def _of(person: str, subject: str, *, of_all: bool = True) -> Private | None:
    number = replies.number(context.db(), person)
    if number is None:
        return None
    address = f"{context.settings().url}/comments/replies/{proofs.feed(context.secrets(), subject, number)}"
    return Private(f"{address}.atom", f"{address}.json", of_all=of_all)


def renew() -> None:
    """Give whoever this device speaks for a new address; those before open nothing any more. Raises Problem (403)."""
    speaker = context.speaker()
    persons = speaker.selves
    if speaker.known_by and not speaker.account:
        persons |= identities.self_of(context.db(), speaker.known_by.person).ids
    if not persons:
        raise forbidden("This device remembers nobody, so there is no feed of replies to them.")
    with context.db().transaction():
        replies.renew(context.db(), persons)


def _channel(title: str, path: str, found: Sequence[PublicComment]) -> Channel:
    essays = pages.named(context.db(), {one.page for one in found})
    return Channel(title, path, found, essays, hub=context.settings().websub_hub)


def _sent(channel: Channel, ending: str, *, page: str | None = None) -> Response:
    """A feed, or 304 for whoever has the present one."""
    settings = context.settings()
    make, kind = _MAKERS[ending]
    body = make(settings, channel)
    response = make_response(body, {"Content-Type": f"{kind}; charset=utf-8", "Cache-Control": "no-cache"})
    response.set_etag(ids.digest(body)[:24])
    if changed := _last_changed(channel, page):
        response.headers["Last-Modified"] = changed
    response.headers.add("Link", f'<{channel.address(settings, ending)}>; rel="self"')
    if channel.hub:
        response.headers.add("Link", f'<{channel.hub}>; rel="hub"')
    response.make_conditional(request)
    return response


def _last_changed(channel: Channel, page: str | None) -> str:
    """When something in it changed, also by going away; empty for a moment in which it may change once more."""
    noted = pages.changed_at(context.db(), page)
    changed = max(feeds.updated(channel.comments), datetime.fromisoformat(noted) if noted else feeds.NOTHING_YET)
    return http_date(changed.astimezone(UTC)) if changed < ids.moment() - _UNSETTLED else ""

"""Alerts: what the author's chat is told at once, each thing once a service; when, and in which words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from comments_service import ids, rendering, wording
from comments_service.database import Database
from comments_service.models import Job, State
from comments_service.settings import Settings
from comments_service.store import author_news, comments, conversations, news, outbox, pages

ALERT = "alert"
# What is alerted: a reply needs a look, somebody waits longer than promised, something was given up.
LOOK, LATE, GIVEN_UP = "look", "late", "given up"
# One service is told something once in so many seconds at most: a storm of replies makes one alert a minute.
PAUSE_SECONDS = 60
# What fell due, or was given up, before this is no news: whoever sets alerts up is not told of all that ever was.
_NEWS_HOURS = 24
_MOST_LATE = 50
_LINES = 5
_EXCERPT = 140
# A reader may type an address into their words; it goes nowhere else.
_ADDRESS = re.compile(r"\S+@\S+")
# What chats make more of than words: `@everyone` and `<!channel>` call all who are there, `[Approve](…)` looks like
# ours, and whatever is at an address is fetched to be shown.
_HARMLESS = str.maketrans("@<>[]", "\N{FULLWIDTH COMMERCIAL AT}‹›()")


@dataclass(frozen=True, slots=True)
class Service:
    """One chat service: `id` is a digest of its address, which is a secret and stands in no table."""

    id: str
    address: str


@dataclass(frozen=True, slots=True)
class Message:
    """What a service is told."""

    title: str
    body: str


def services(settings: Settings) -> list[Service]:
    """The chat services of the settings."""
    return [Service(ids.digest(address)[:16], address) for address in dict.fromkeys(settings.alerts.split())]


def add(db: Database, settings: Settings, what: str, about: str, *, comment: str = "") -> None:
    """Have every service told of something, once; `about` is what it is about, and makes it that one thing."""
    name = f"{ALERT} {what} {about}"
    if not settings.alerts or not news.add(db, ALERT, name, comment=comment):
        return
    for service in services(settings):
        outbox.put(
            db,
            ALERT,
            comment or about,
            lane=outbox.ALERTS,
            run_at=_when(db, settings, service),
            what=what,
            news=name,
            service=service.id,
        )


def _when(db: Database, settings: Settings, service: Service) -> str:
    """When a service may be told something new: at once, a minute after the last alert, or when quiet hours end."""
    now = ids.moment()
    if quiet := quiet_until(settings, now):
        return ids.as_text(quiet)
    last = outbox.last_beat(db, beat(service.id))
    return max(ids.as_text(now), _later(last)) if last else ids.as_text(now)


def beat(service: str) -> str:
    """The name under which it is remembered when a service (its id) was last told something."""
    return f"alerts {service}"


def _later(last: str) -> str:
    return ids.as_text(ids.as_moment(last) + timedelta(seconds=PAUSE_SECONDS))


def rests(db: Database, service: str, *, now: str) -> bool:
    """Whether a service (its id) was told something within the last minute."""
    last = outbox.last_beat(db, beat(service))
    return last is not None and last <= now < _later(last)


def quiet_until(settings: Settings, at: datetime) -> datetime | None:
    """When the quiet hours end in which a moment lies, by the blog's clock; None outside of them."""
    if not settings.quiet_hours:
        return None
    begin, end = (int(hour) for hour in settings.quiet_hours.split("-"))
    local = at.astimezone(settings.zone)
    over_night = begin > end
    evening = over_night and local.hour >= begin
    if not (evening or (local.hour < end and (over_night or local.hour >= begin))):
        return None
    day = local.date() + timedelta(days=1 if evening else 0)
    return datetime.combine(day, time(end), settings.zone)


def fall_due(db: Database, settings: Settings) -> None:
    """Have the services told who began to wait longer than promised, and what was given up."""
    if not settings.alerts:
        # Whoever switches alerts off leaves nothing that waits for ever.
        if left := outbox.due(db, now="~", limit=1000, lane=outbox.ALERTS):
            outbox.done(db, left)
        return
    now, since = ids.now(), ids.now(hours=-_NEWS_HOURS)
    late = {
        f"{one.id} {one.opened_at}": one for one in author_news.fell_due(db, since=since, now=now, limit=_MOST_LATE)
    }
    lost = {one.id: one for one in author_news.given_up(db, since=since, besides=outbox.ALERTS)}
    names = [f"{ALERT} {LATE} {about}" for about in late] + [f"{ALERT} {GIVEN_UP} {about}" for about in lost]
    known = author_news.known(db, names) if names else set()
    if set(names) <= known:
        return
    with db.transaction():
        for about in late:
            add(db, settings, LATE, about)
        for about in lost:
            add(db, settings, GIVEN_UP, about)


# ── in words ────────────────────────────────────────────────────────────────────────────────────────────────────────


def message(db: Database, settings: Settings, jobs: Sequence[Job]) -> Message | None:
    """What a service is told of all these at once, as things stand now; None if none of it is so any more."""
    looks = [line for job in jobs if job.data["what"] == LOOK and (line := _look(db, settings, job.subject))]
    late = [line for job in jobs if job.data["what"] == LATE and (line := _late(db, settings, job.subject))]
    lost = sum(job.data["what"] == GIVEN_UP for job in jobs)
    titles = []
    if looks:
        titles.append(wording.count(len(looks), "reply needs a look", "replies need a look"))
    if late:
        waiting = wording.count(len(late), "reader waits for an answer", "readers wait for an answer")
        titles.append(f"{waiting}, longer than promised" if settings.answer_within else waiting)
    if lost:
        titles.append(wording.count(lost, "letter or other job was", "letters or other jobs were") + " given up")
    if not titles:
        return None
    body = [*_few(looks, f"{settings.url}/desk/moderation"), *_few(late, f"{settings.url}/desk/")]
    if lost:
        body.append(f"Why: {settings.url}/desk/letters (or, for what was no letter, rapport doctor)")
    return Message(f"{' '.join(settings.title.split())}: {', '.join(titles)}", "\n\n".join(body))


def _few(lines: Sequence[str], more: str) -> list[str]:
    left = len(lines) - _LINES
    return [*lines[:_LINES], *([f"And {left} more: {more}"] if left > 0 else [])]


def _look(db: Database, settings: Settings, id_: str) -> str:
    """Who wrote what where, unless somebody has decided about it; of what is private only that it is there."""
    comment = comments.find(db, id_)
    if comment is None or comment.state is not State.HELD:
        return ""
    said = "wrote for you alone" if comment.private_at is not None else f"“{_words(comment.html)}”"
    reported = " (reported by readers, and hidden)" if comment.published_at else ""
    title = pages.title(db, comment.page)
    return f"{_said(comment.name)} on “{title}”{reported}: {said}\n{settings.url}/desk/comments/{id_}"


def _late(db: Database, settings: Settings, about: str) -> str:
    id_, _, opened = about.partition(" ")
    found = conversations.find(db, id_)
    if found is None or not found.due_at or found.opened_at != opened:
        return ""
    last = comments.find(db, conversations.last_words(db, found.root, found.person) or "")
    if last is None:
        return ""
    since = wording.since(found.opened_at, ids.now(), settings.zone)
    title = pages.title(db, found.page)
    return f"{_said(last.name)} waits {since}, on “{title}”\n{settings.url}/desk/comments/{last.id}"


def _words(html: str) -> str:
    return _said(rendering.excerpt(html, _EXCERPT))


def _said(words: str) -> str:
    """A reader's words or name, in which a chat finds neither somebody to call nor anything to open."""
    return _ADDRESS.sub("…", words).replace("://", ": //").translate(_HARMLESS)

"""WebSub (W3C Recommendation of 2018): which feeds changed, and telling the hub that they did."""

from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from comments_service import ids, outbound
from comments_service.database import Database
from comments_service.models import Comment, Job
from comments_service.settings import Settings
from comments_service.store import comments, outbox

PING = "hub.ping"
# Replies come in company: what changes within a minute is told once.
_GATHER_SECONDS = 60
_FORMS = ("atom", "json")
# The feeds of essays that name the hub.
ANNOUNCED = ("/feed.atom", "/feed.json")


def essays_changed(db: Database, settings: Settings, _jobs: Sequence[Job]) -> None:
    """Have the hub told that the feed of essays changed."""
    _queue(db, settings, ANNOUNCED, after=0)


def comments_changed(db: Database, settings: Settings, jobs: Sequence[Job]) -> None:
    """Have the hub told of the feeds in which something that stands, or stood, changed."""
    if not settings.websub_hub:
        return
    changed = [comments.find(db, id_) for id_ in dict.fromkeys(job.subject for job in jobs)]
    topics = {topic for comment in changed if comment and _seen(comment) for topic in _topics(comment)}
    _queue(db, settings, sorted(topics), after=_GATHER_SECONDS)


def _seen(comment: Comment) -> bool:
    return comment.published_at is not None and comment.private_at is None


def _topics(comment: Comment) -> Iterable[str]:
    page = urlencode({"page": comment.page})
    for form in _FORMS:
        yield f"/comments/feed.{form}"
        yield f"/comments/feed.{form}?{page}"
        if comment.by_author:
            yield f"/comments/answers.{form}"


def _queue(db: Database, settings: Settings, topics: Sequence[str], *, after: int) -> None:
    if not settings.websub_hub:
        return
    with db.transaction():
        for topic in topics:
            # What is being told right now may be told too early: only what has still to wait takes this along.
            if not outbox.awaits(db, outbox.HUB, topic, now=ids.now()):
                outbox.put(db, PING, topic, lane=outbox.HUB, run_at=ids.now(seconds=after))


def ping(settings: Settings, topic: str) -> int:
    """Tell the hub that a feed (its path) changed; returns the status of its answer, of which 2xx say that it knows.

    The recommendation leaves to hubs how they are told; all that are known take PubSubHubbub's form. Raises outbound's
    Refused or Unreachable.
    """
    address = settings.url + topic
    form = urlencode({"hub.mode": "publish", "hub.url": address, "hub.topic": address})
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return outbound.tell(settings, settings.websub_hub, form.encode(), headers=headers)

"""Telling: what a message holds. Never an address or a network, and of a private word only that there is one."""

import json

from comments_service import ids
from comments_service.database import Database
from comments_service.models import Comment, Page, State
from comments_service.settings import Settings
from comments_service.store import comments, pages
from comments_service.store.webhooks import Delivery

TEST = "webhook.test"
# Whose words are told: of what was turned down, taken off or withdrawn, only that it was.
_WITH_WORDS = {State.HELD, State.PUBLISHED}


def body(db: Database, settings: Settings, delivery: Delivery) -> bytes:
    """`{"type", "timestamp", "data"}` as JSON in UTF-8: the fact, when it became known, and how things stand now."""
    told = {"type": delivery.fact, "timestamp": delivery.created, "data": _data(db, settings, delivery)}
    return json.dumps(told, ensure_ascii=False).encode()


def _data(db: Database, settings: Settings, delivery: Delivery) -> dict[str, object]:
    blog: dict[str, object] = {"title": settings.title, "url": f"{settings.url}/"}
    if delivery.fact == TEST:
        return {"blog": blog, "sent": ids.now(), "message": "If you can read this and its signature fits, all is well."}
    comment = comments.find(db, delivery.subject) if ids.is_id(delivery.subject) else None
    essay = pages.find(db, comment.page if comment else delivery.subject)
    about: dict[str, object] = {"blog": blog, "essay": _essay(settings, essay) if essay else None}
    return about | ({"comment": _comment(settings, comment)} if comment else {})


def _essay(settings: Settings, page: Page) -> dict[str, object]:
    return {
        "path": page.path,
        "url": settings.url + page.path,
        "title": page.title,
        "summary": page.summary,
        "language": page.language,
        "authors": page.authors,
        "published": page.published,
        "modified": page.modified,
    }


def _comment(settings: Settings, comment: Comment) -> dict[str, object]:
    place = f"{settings.url}{comment.page}#comment-{comment.id}"
    told: dict[str, object] = {
        "id": comment.id,
        "page": comment.page,
        "parent": comment.parent,
        "state": comment.state,
        "private": comment.private_at is not None,
        "created": comment.created,
        "published": comment.published_at,
        "url": place if comment.standing else None,
        "desk": f"{settings.url}/desk/comments/{comment.id}",
    }
    if comment.private_at is not None or comment.state not in _WITH_WORDS:
        return told
    return told | {
        "author": comment.by_author,
        "name": comment.name,
        "proven": comment.proven,
        "text": comment.text,
        "html": comment.html,
        "edited": comment.changed or None,
    }

"""Feeds: comments as Atom (RFC 4287)."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from feedgenerator import Atom1Feed

from comments_service import texts
from comments_service.models import PublicComment
from comments_service.settings import Settings

_NOTHING_YET = datetime(1970, 1, 1, tzinfo=UTC)
# Entries are named after the comment's id alone: none is shown as new when the site or an essay gets another address.
_NAMESPACE = uuid.UUID("6f5ca5f5-3c0c-4d57-9d5f-0f7a8a1a4c1e")


class _Feed(Atom1Feed):  # type: ignore[misc]
    """Atom whose empty feed has a fixed date, so that asking twice gives the same bytes."""

    def latest_post_date(self) -> datetime:
        """When the newest entry changed."""
        changed: datetime = super().latest_post_date() if self.items else _NOTHING_YET
        return changed


def atom(
    settings: Settings, title: str, address: str, found: Sequence[PublicComment], titles: Mapping[str, str]
) -> str:
    """The feed at `address` (a path) with these comments, newest first; `titles` names the essays by their paths.

    The author's comments say so in their titles. Whatever XML has no character for is left out of every text.
    """
    feed = _Feed(
        title=texts.mend(title),
        link=f"{settings.url}/",
        feed_url=settings.url + address,
        feed_guid=settings.url + address,
        description=texts.mend(settings.tagline),
        language=settings.language,
        author_name=texts.mend(settings.author),
    )
    for comment in found:
        name = texts.mend(comment.name)
        mark = " (author)" if comment.by_author else ""
        published = datetime.fromisoformat(comment.published_at or comment.created)
        feed.add_item(
            title=f"{name}{mark} on “{texts.mend(titles.get(comment.page, comment.page))}”",
            link=f"{settings.url}{comment.page}#comment-{comment.id}",
            description=None,
            content=texts.mend(comment.html),
            unique_id=uuid.uuid5(_NAMESPACE, comment.id).urn,
            author_name=name,
            author_link=comment.website or None,
            pubdate=published,
            updateddate=max(published, datetime.fromisoformat(comment.changed)) if comment.changed else published,
        )
    return str(feed.writeString("utf-8"))

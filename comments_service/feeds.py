"""Feeds: Atom (RFC 4287, with the threads of RFC 4685) and JSON Feed 1.1 of what stands in conversations."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from feedgenerator import Atom1Feed, get_tag_uri

from comments_service import texts
from comments_service.models import Page, PublicComment
from comments_service.settings import Settings

ATOM, JSON = "application/atom+xml", "application/feed+json"
NOTHING_YET = datetime(1970, 1, 1, tzinfo=UTC)
# Entries are named after the comment's id alone: none is shown as new when the site or an essay gets another address.
_NAMESPACE = uuid.UUID("6f5ca5f5-3c0c-4d57-9d5f-0f7a8a1a4c1e")
_THREADS = "http://purl.org/syndication/thread/1.0"


class Atom(Atom1Feed):  # type: ignore[misc]
    """Atom with `links` of its own at the feed and at items, an item's `language`, further authors, and threads.

    A link is a mapping of attributes, and so is an item's `answers`, of `thr:in-reply-to`; `more_authors` are names. A
    feed with nothing in it has a fixed
    date, so that asking twice gives the same bytes.
    """

    def latest_post_date(self) -> datetime:
        """When the newest entry changed."""
        changed: datetime = super().latest_post_date() if self.items else NOTHING_YET
        return changed

    def root_attributes(self) -> dict[str, str]:
        """The namespaces, and the language of the feed."""
        return {**super().root_attributes(), "xmlns:thr": _THREADS}

    def add_root_elements(self, handler: Any) -> None:  # noqa: ANN401 -- feedgenerator says no types
        """What stands before the entries."""
        super().add_root_elements(handler)
        for link in self.feed.get("links", ()):
            handler.addQuickElement("link", "", link)

    def item_attributes(self, item: Mapping[str, Any]) -> dict[str, str]:
        """The language of an entry, where it is not that of the feed."""
        language = item.get("language")
        return {"xml:lang": language} if language and language != self.feed["language"] else {}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:  # noqa: ANN401
        """What an entry holds."""
        super().add_item_elements(handler, item)
        for name in item.get("more_authors", ()):
            handler.startElement("author", {})
            handler.addQuickElement("name", name)
            handler.endElement("author")
        for link in item.get("links", ()):
            handler.addQuickElement("link", "", link)
        if answers := item.get("answers"):
            handler.addQuickElement("thr:in-reply-to", "", answers)


@dataclass(frozen=True, slots=True)
class Channel:
    """A feed of comments, newest first: its title, `path` without `.atom` or `.json`, `query`, what it stands for.

    `page` is the path of the page that shows the same, `first` the query that it had at first, by which it is known.
    `hub` is where changes are announced, empty for nowhere. `essays` are the essays of its comments, by their paths.
    """

    title: str
    path: str
    comments: Sequence[PublicComment]
    essays: Mapping[str, Page]
    page: str = "/conversations/"
    query: str = ""
    first: str = ""
    hub: str = ""

    def address(self, settings: Settings, ending: str) -> str:
        """Where it is had as `atom` or `json`."""
        return f"{settings.url}{self.path}.{ending}{self.query}"


def essay_id(site: str, path: str, former: Sequence[str], day: date) -> str:
    """The id of an essay in feeds: a tag URI (RFC 4151) of its first address (paths, the oldest first) and its day."""
    return str(get_tag_uri(f"{site}{next(iter(former), path)}", day))


def comment_id(comment: str) -> str:
    """The id of a comment in feeds, wherever it stands."""
    return uuid.uuid5(_NAMESPACE, comment).urn


def updated(comments: Sequence[PublicComment]) -> datetime:
    """When the newest of these was published or changed."""
    return max((_changed(comment) for comment in comments), default=NOTHING_YET)


def atom(settings: Settings, channel: Channel) -> str:
    """A feed as Atom. The author's comments say so in their titles; what XML has no character for is left out."""
    hub = [{"rel": "hub", "href": channel.hub}] if channel.hub else []
    feed = Atom(
        title=texts.mend(channel.title),
        link=settings.url + channel.page,
        feed_url=channel.address(settings, "atom"),
        feed_guid=f"{settings.url}{channel.path}.atom{channel.first or channel.query}",
        description=texts.mend(settings.tagline),
        language=settings.language,
        author_name=texts.mend(settings.author),
        author_link=f"{settings.url}/about/",
        links=[{"rel": "alternate", "type": JSON, "href": channel.address(settings, "json")}, *hub],
    )
    for comment in channel.comments:
        feed.add_item(
            title=_title(channel, comment),
            link=_place(settings, comment),
            description=None,
            content=texts.mend(comment.html),
            unique_id=comment_id(comment.id),
            author_name=texts.mend(comment.name),
            author_link=comment.website or None,
            pubdate=_published(comment),
            updateddate=_changed(comment),
            categories=["author"] if comment.by_author else [],
            language=_language(channel, comment),
            answers=_answers(settings, channel, comment),
        )
    return str(feed.writeString("utf-8"))


def as_json(settings: Settings, channel: Channel) -> str:
    """The same as JSON Feed. `_rapport` tells what the format has no word for: the author's mark, and the thread."""
    data: dict[str, object] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": texts.mend(channel.title),
        "home_page_url": settings.url + channel.page,
        "feed_url": channel.address(settings, "json"),
        "description": texts.mend(settings.tagline),
        "language": settings.language,
        "icon": f"{settings.url}/theme/icons/icon-512.png",
        "favicon": f"{settings.url}/theme/icons/icon-192.png",
        "authors": [{"name": texts.mend(settings.author), "url": f"{settings.url}/about/"}],
        "items": [_item(settings, channel, comment) for comment in channel.comments],
    }
    if channel.hub:
        data["hubs"] = [{"type": "WebSub", "url": channel.hub}]
    return json.dumps(data, ensure_ascii=False)


def _item(settings: Settings, channel: Channel, comment: PublicComment) -> dict[str, object]:
    answers = _answers(settings, channel, comment)
    return {
        "id": comment_id(comment.id),
        "url": _place(settings, comment),
        "title": _title(channel, comment),
        "content_html": texts.mend(comment.html),
        "date_published": _published(comment).isoformat(),
        "date_modified": _changed(comment).isoformat(),
        "language": _language(channel, comment) or settings.language,
        "authors": [{"name": texts.mend(comment.name), **({"url": comment.website} if comment.website else {})}],
        "_rapport": {
            "about": f"{settings.url}/how-i-answer/",
            "by_author": comment.by_author,
            "in_reply_to": {"id": answers["ref"], "url": answers["href"]} if answers else None,
        },
    }


def _title(channel: Channel, comment: PublicComment) -> str:
    essay = channel.essays.get(comment.page)
    mark = " (author)" if comment.by_author else ""
    return texts.mend(f"{comment.name}{mark} on “{essay.title if essay else comment.page}”")


def _place(settings: Settings, comment: PublicComment) -> str:
    return f"{settings.url}{comment.page}#comment-{comment.id}"


def _language(channel: Channel, comment: PublicComment) -> str:
    """That of the essay: nobody says in which language they reply."""
    essay = channel.essays.get(comment.page)
    return essay.language if essay else ""


def _answers(settings: Settings, channel: Channel, comment: PublicComment) -> dict[str, str]:
    """What a comment answers, as RFC 4685 says it: another one, or the essay."""
    essay, page = channel.essays.get(comment.page), settings.url + comment.page
    if comment.parent:
        return {"ref": comment_id(comment.parent), "href": f"{page}#comment-{comment.parent}", "type": "text/html"}
    if essay is None:
        return {}
    day = datetime.fromisoformat(essay.published).astimezone(settings.zone).date()
    return {"ref": essay_id(settings.url, essay.path, essay.former, day), "href": page, "type": "text/html"}


def _published(comment: PublicComment) -> datetime:
    return datetime.fromisoformat(comment.published_at or comment.created)


def _changed(comment: PublicComment) -> datetime:
    published = _published(comment)
    return max(published, datetime.fromisoformat(comment.changed)) if comment.changed else published

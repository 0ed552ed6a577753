"""Feeds of essays: whole texts, addresses that lead home from anywhere, ids that outlive a renaming.

Atom (RFC 4287) as Pelican writes it, put right, and beside each the same as JSON Feed 1.1. The feed of all essays names
the hub that is told when it changes (WebSub), if there is one.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from pelican import signals
from pelican.contents import Article

from comments_service.feeds import Atom, essay_id

# An address from the root of this site, or a place in the same text, in an attribute that holds one.
_HERE = re.compile(r"\b(?P<name>href|src|data-frame)=\"(?P<address>/(?!/)[^\"]*|#[^\"]*)\"")
_OFFERED = re.compile(r"\bsrcset=\"(?P<list>[^\"]*)\"")
# Where the essays stand by their addresses, in what belongs to this build alone.
_KNOWN = "FEEDS_ESSAYS"
# The feeds that a hub is told of.
_ANNOUNCED = {"/feed.atom", "/feed.json"}


def register() -> None:
    """Connect the plugin; Pelican calls this."""
    signals.feed_generated.connect(put_right)
    signals.feed_written.connect(write_json)


def put_right(context: dict[str, Any], feed: Any) -> None:  # noqa: ANN401 -- a feed of feedgenerator's
    """Complete a feed and its entries.

    The feed gets its author, its language and its other forms; each entry its lasting id, whole addresses, the time of
    its last change, all its authors and tags, and the feed of its replies.
    """
    site = str(context["SITEURL"])
    feed.__class__ = Atom
    about = feed.feed
    about |= {"language": str(context["DEFAULT_LANG"]), "author_name": str(context["AUTHOR"])}
    about |= {"author_link": f"{site}/about/", "id": about["feed_url"]}
    about["links"] = [_json_link(about), *({"rel": "hub", "href": hub} for hub in _hubs(context, about["feed_url"]))]
    essays = _by_address(context)
    for item in feed.items:
        essay = essays.get(item["link"])
        if essay is not None:
            item["unique_id"] = _id(site, essay)
            item["language"] = essay.lang
            item["categories"] = [tag.name for tag in getattr(essay, "tags", [])]
            replies = f"{site}/comments/feed.atom?{urlencode({'page': f'/{essay.url}'})}"
            item["links"] = [{"rel": "replies", "type": "application/atom+xml", "href": replies}]
            item["more_authors"] = [author.name for author in getattr(essay, "authors", [])][1:]
        item["updateddate"] = item["updateddate"] or item["pubdate"]
        for part in ("content", "description"):
            item[part] = from_anywhere(item[part], context["SITEURL"], item["link"]) if item[part] else item[part]


def _json_link(about: Mapping[str, Any]) -> dict[str, str]:
    return {"rel": "alternate", "type": "application/feed+json", "href": _as_json(about["feed_url"])}


def _as_json(address: str) -> str:
    return address.removesuffix(".atom") + ".json"


def _hubs(context: Mapping[str, Any], address: str) -> list[str]:
    """The hub, for a feed that it is told of."""
    hub = str(context.get("WEBSUB_HUB", ""))
    return [hub] if hub and address.removeprefix(context["SITEURL"]) in _ANNOUNCED else []


def from_anywhere(html: str, site: str, page: str) -> str:
    """The same HTML with whole addresses, for readers that stand elsewhere."""

    def whole(found: re.Match[str]) -> str:
        start = site if found["address"].startswith("/") else page
        return f'{found["name"]}="{start}{found["address"]}"'

    def offered(found: re.Match[str]) -> str:
        parts = (part.strip() for part in found["list"].split(","))
        return f'srcset="{", ".join(site + part if part.startswith("/") else part for part in parts)}"'

    return _OFFERED.sub(offered, _HERE.sub(whole, html))


def write_json(path: str, context: dict[str, Any], feed: Any) -> None:  # noqa: ANN401
    """Write the same feed as JSON beside the Atom: `feed.json`."""
    site = str(context["SITEURL"])
    about, essays = feed.feed, _by_address(context)
    data = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": about["title"],
        "home_page_url": f"{site}/",
        "feed_url": _as_json(about["feed_url"]),
        "description": about["description"] or None,
        "language": str(context["DEFAULT_LANG"]),
        "icon": f"{site}/theme/icons/icon-512.png",
        "favicon": f"{site}/theme/icons/icon-192.png",
        "authors": [{"name": str(context["AUTHOR"]), "url": f"{site}/about/"}],
        "hubs": [{"type": "WebSub", "url": hub} for hub in _hubs(context, about["feed_url"])] or None,
        "items": [_item(item, essays.get(item["link"]), site) for item in feed.items],
    }
    text = json.dumps({name: value for name, value in data.items() if value is not None}, ensure_ascii=False, indent=1)
    Path(path).with_suffix(".json").write_text(f"{text}\n", "utf-8")


def _by_address(context: dict[str, Any]) -> dict[str, Article]:
    """The essays by their whole addresses, reckoned once for a build."""
    if _KNOWN not in context:
        context[_KNOWN] = {f"{context['SITEURL']}/{essay.url}": essay for essay in context["articles"]}
    known: dict[str, Article] = context[_KNOWN]
    return known


def _item(item: dict[str, Any], essay: Article | None, site: str) -> dict[str, object]:
    data: dict[str, object] = {
        "id": item["unique_id"],
        "url": item["link"],
        "title": str(item["title"]),
        "content_html": item["content"] or item["description"],
        "date_published": item["pubdate"].isoformat(),
        "date_modified": item["updateddate"].isoformat(),
    }
    if essay is not None:
        data["summary"] = essay.summary
        data["authors"] = [{"name": author.name} for author in getattr(essay, "authors", [])]
        data["tags"] = [tag.name for tag in getattr(essay, "tags", [])]
        data["language"] = essay.lang
        if image := getattr(essay, "image", ""):
            data["image"] = f"{site}/{image.lstrip('/')}"
    return data


def _id(site: str, essay: Article) -> str:
    """A renamed essay names its first address first."""
    aliases = [alias.strip().strip("/") for alias in str(getattr(essay, "aliases", "")).replace(";", ",").split(",")]
    return essay_id(site, f"/{essay.url}", [f"/{alias}/" for alias in aliases if alias], essay.date)

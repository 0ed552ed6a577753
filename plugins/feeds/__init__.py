"""Feeds of essays: whole texts, addresses that lead home from anywhere, ids that outlive a renaming.

Atom (RFC 4287) as Pelican writes it, put right, and beside each the same as JSON Feed 1.1.
"""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from feedgenerator import get_tag_uri
from pelican import signals
from pelican.contents import Article

# An address from the root of this site, or a place in the same text, in an attribute that holds one.
_HERE = re.compile(r"\b(?P<name>href|src|data-frame)=\"(?P<address>/(?!/)[^\"]*|#[^\"]*)\"")
_OFFERED = re.compile(r"\bsrcset=\"(?P<list>[^\"]*)\"")
# Where the essays stand by their addresses, in what belongs to this build alone.
_KNOWN = "FEEDS_ESSAYS"
_NOTHING_YET = datetime(1970, 1, 1, tzinfo=UTC)


def register() -> None:
    """Connect the plugin; Pelican calls this."""
    signals.feed_generated.connect(put_right)
    signals.feed_written.connect(write_json)


def put_right(context: dict[str, Any], feed: Any) -> None:  # noqa: ANN401 -- a feed of feedgenerator's
    """Give each entry its lasting id, whole addresses, and the time of its last change."""
    essays = _by_address(context)
    for item in feed.items:
        essay = essays.get(item["link"])
        if essay is not None:
            item["unique_id"] = _id(context["SITEURL"], essay)
        item["updateddate"] = item["updateddate"] or item["pubdate"]
        for part in ("content", "description"):
            item[part] = from_anywhere(item[part], context["SITEURL"], item["link"]) if item[part] else item[part]
    if not feed.items:
        # feedgenerator would read the clock.
        feed.latest_post_date = lambda: _NOTHING_YET


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
        "feed_url": about["feed_url"].removesuffix(".atom") + ".json",
        "description": about["description"] or None,
        "language": str(context["DEFAULT_LANG"]),
        "icon": f"{site}/theme/icons/icon-512.png",
        "favicon": f"{site}/theme/icons/icon-192.png",
        "authors": [{"name": str(context["AUTHOR"]), "url": f"{site}/about/"}],
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
    """A tag URI (RFC 4151) of the day and the first address: a renamed essay names its first address first."""
    aliases = [alias.strip().strip("/") for alias in str(getattr(essay, "aliases", "")).replace(";", ",").split(",")]
    first = next(filter(None, aliases), None)
    return str(get_tag_uri(f"{site}/{f'{first}/' if first else essay.url}", essay.date))

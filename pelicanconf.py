"""How Pelican builds the blog: where things are, which addresses pages get, how Markdown is read."""

import math
import re
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from markdown.extensions.toc import slugify
from pelican.utils import truncate_html_paragraphs

_ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(_ROOT))  # Pelican loads this file by path; the plugins and the settings are packages beside it.

from comments_service import settings as _settings  # noqa: E402 -- it can be found only now

_HERE = _settings.load()


def _section_id(value: str, separator: str) -> str:
    """The id of a heading; its prefix keeps headings apart from the page's own ids, such as `conversation`."""
    return f"on{separator}{slugify(value, separator)}"


def _opening(html: str) -> str:
    """An essay's first paragraph."""
    return str(truncate_html_paragraphs(html, 1))


def _minutes(html: str) -> int:
    """How long a text takes to read, in minutes: grown-ups read some 230 words in each (Brysbaert 2019)."""
    return max(1, math.ceil(len(re.sub(r"<[^>]*>", " ", html).split()) / 230))


def _changed(content: Any) -> datetime:  # noqa: ANN401 -- an essay or a page of Pelican's
    """When a text was changed last."""
    changed: datetime = getattr(content, "modified", None) or content.date
    return changed


def _newest_first(essay: Any) -> tuple[timedelta, str]:  # noqa: ANN401
    """The order of the archive; of a day's essays the slug decides, since files come in an order that is chance."""
    return datetime.max.replace(tzinfo=UTC) - essay.date, essay.slug


def _profile(address: str) -> str:
    """A profile elsewhere as people say it: `mastodon.social/@ana`."""
    return re.sub(r"^[a-z]+:(//)?(www\.)?", "", address).rstrip("/")


def _expires() -> str:
    """Until when security.txt may be believed (RFC 9116: less than a year), the same for all builds of a month."""
    month = datetime.now(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return month.replace(year=month.year + 1).isoformat()


SITENAME = _HERE.title
SITESUBTITLE = _HERE.tagline
AUTHOR = _HERE.author
SITEURL = _HERE.url
TIMEZONE = _HERE.timezone
WEBSUB_HUB = _HERE.websub_hub
DEFAULT_LANG = _HERE.language
# The same words on every machine, whatever language it speaks.
LOCALE = ["C"]
# Where else the author is, and where to tell of a weakness.
PROFILES = _HERE.profiles.split()
SECURITY_CONTACT, SECURITY_EXPIRES = f"{SITEURL}/about/", _expires()
DEFAULT_DATE_FORMAT = "%-d %B %Y"

PATH = str(_ROOT / "content")
OUTPUT_PATH = str(_HERE.output)
THEME = str(_ROOT / "theme")
PLUGINS = [
    "plugins.kept_templates",
    "plugins.kept_texts",
    "plugins.withheld",
    "plugins.editions",
    "plugins.moved",
    "plugins.words",
    "plugins.pictures",
    "plugins.companions",
    "plugins.cards",
    "plugins.feeds",
    "plugins.kept_pages",
    "plugins.baked_comments",
]

ARTICLE_PATHS = ["essays", "editions"]
PAGE_PATHS = ["pages"]
STATIC_PATHS = ["images"]
ARTICLE_ORDER_BY = _newest_first
# Two editions of an essay share its slug, which Pelican would otherwise take for translations of each other.
ARTICLE_TRANSLATION_ID = None
PAGE_TRANSLATION_ID = None

# What is not meant for readers yet has no address: Pelican would publish drafts where anybody can guess them.
WITH_FUTURE_DATES = False
DRAFT_SAVE_AS = DRAFT_LANG_SAVE_AS = DRAFT_PAGE_SAVE_AS = DRAFT_PAGE_LANG_SAVE_AS = ""

ARTICLE_URL, ARTICLE_SAVE_AS = "{slug}/", "{slug}/index.html"
PAGE_URL, PAGE_SAVE_AS = "{slug}/", "{slug}/index.html"
# A page in another language than the blog's has an address like any other.
ARTICLE_LANG_URL, ARTICLE_LANG_SAVE_AS = ARTICLE_URL, ARTICLE_SAVE_AS
PAGE_LANG_URL, PAGE_LANG_SAVE_AS = PAGE_URL, PAGE_SAVE_AS
TAG_URL, TAG_SAVE_AS = "tags/{slug}/", "tags/{slug}/index.html"
# Authors have pages where there is more than one of them (plugins/companions).
AUTHOR_URL, AUTHOR_SAVE_AS = "authors/{slug}/", "authors/{slug}/index.html"
CATEGORY_SAVE_AS = ""

DIRECT_TEMPLATES = [
    "index", "archive", "tags", "authors", "conversations", "search", "404",
    "sitemap", "robots", "security", "manifest",
]  # fmt: skip
TEMPLATE_EXTENSIONS = [".html", ".xml", ".txt", ".webmanifest"]
PAGINATED_TEMPLATES: dict[str, int | None] = {}
INDEX_URL = ""
ARCHIVE_URL, ARCHIVE_SAVE_AS = "archive/", "archive/index.html"
TAGS_URL, TAGS_SAVE_AS = "tags/", "tags/index.html"
CONVERSATIONS_URL, CONVERSATIONS_SAVE_AS = "conversations/", "conversations/index.html"
AUTHORS_URL, AUTHORS_SAVE_AS = "authors/", "authors/index.html"
SEARCH_URL, SEARCH_SAVE_AS = "search/", "search/index.html"
SITEMAP_SAVE_AS = "sitemap.xml"
ROBOTS_SAVE_AS = "robots.txt"
SECURITY_SAVE_AS = ".well-known/security.txt"
MANIFEST_SAVE_AS = "site.webmanifest"

FEED_ALL_ATOM = "feed.atom"
TAG_FEED_ATOM = "tags/{slug}/feed.atom"
FEED_MAX_ITEMS = 20
CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None

# An essay without a summary of its own is announced by its first paragraph.
SUMMARY_MAX_PARAGRAPHS = 1
SUMMARY_MAX_LENGTH = None

MARKDOWN = {
    "extensions": [
        "extra",
        "smarty",
        "toc",
        "codehilite",
        "plugins.aligned_tables",
        "plugins.margin_notes",
        "plugins.figures",
        "plugins.quotations",
        "plugins.videos",
        "plugins.quick_marks",
    ],
    "extension_configs": {
        # Classes, which the style sheet knows in both schemes; a language is named, never guessed.
        "codehilite": {"guess_lang": False, "css_class": "code"},
        "plugins.videos": {"language": _HERE.language},
        "extra": {"tables": {"use_align_attribute": True}},
        "toc": {"slugify": _section_id},
    },
    "output_format": "html",
}

JINJA_FILTERS = {"opening": _opening, "minutes": _minutes, "changed": _changed, "profile": _profile}
# Pelican escapes nothing by default; here a title is text, and what is finished HTML says so in the template.
JINJA_ENVIRONMENT = {"autoescape": True, "trim_blocks": True, "lstrip_blocks": True}

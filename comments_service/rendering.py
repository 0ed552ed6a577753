"""A reader's Markdown to safe HTML: one allow-list, one version number."""

import re
import threading
from collections.abc import MutableMapping
from functools import partial
from html import escape, unescape
from typing import Any

import nh3
from bleach.linkifier import LinkifyFilter
from bleach.sanitizer import Cleaner

from comments_service import texts
from comments_service.errors import invalid
from comments_service.readers_markdown import URL, ReadersMarkdown, leads_safely

# Raised whenever a text gives other HTML than before, so that what is stored can be told from what would be made now.
VERSION = 1

# Two thousand words: longer than any reply that was read to its end, short enough to render the worst of texts at once.
LONGEST = 10_000

TAGS = frozenset({"a", "blockquote", "br", "code", "del", "em", "li", "ol", "p", "pre", "strong", "ul"})
# The last word on a link is nh3's, which sets this on each.
REL = "nofollow ugc noopener"

_ATTRIBUTES = {"a": {"href"}}
_SCHEMES = frozenset({"http", "https", "mailto"})
_VERBATIM = frozenset({"code", "pre"})

# bleach takes `&amp;#x202e;`, which is shown as it was typed, for `&#x202e;`, which turns words around. So it is given
# this for an ampersand: a code point that is no character and stands in no mended text.
_AMPERSAND = "\ufdd0"

_BLOCK_TAG = re.compile(r"<(?:/?(?:blockquote|li|ol|p|pre|ul)|br)>")
_TAG = re.compile(r"<[^>]*>")
_INNERMOST_QUOTE = re.compile(r"<blockquote>(?:[^<]++|<(?!/?blockquote>))*+</blockquote>")

Attributes = MutableMapping[tuple[str | None, str], str]


def to_html(text: str) -> str:
    """Turn a reader's Markdown into HTML that is harmless wherever it stands.

    It holds `TAGS` and links that `leads_safely` allows, nothing else. Takes any string; what is no text is mended
    first. No word of a reader is dropped: raw HTML stands there as text. Raises ValueError with a sentence when it is
    longer than `LONGEST`. After Markdown, bleach cleans and makes links of addresses that are written out, and nh3,
    which is maintained, has the final word.
    """
    text = texts.mend(text)
    if len(text) > LONGEST:
        raise ValueError(f"Please shorten your text to {LONGEST:,} characters; it has {len(text):,}.")
    if texts.is_blank(text):
        return ""
    try:
        html = _tools.markdown.convert(text)
    except RecursionError:
        _tools.markdown = ReadersMarkdown()  # the old one stopped half-way through its work
        html = _paragraphs(text)
    html = _tools.cleaner.clean(html.replace("&amp;", _AMPERSAND)).replace(_AMPERSAND, "&amp;")
    return _tools.last.clean(html)


def words(text: str) -> str:
    """A reply's text in its normal form, as it is kept. Raises ValueError with a sentence for who typed it."""
    cleaned = texts.clean(text)
    if not cleaned:
        message = "There are no words in this reply yet."
        raise ValueError(message)
    if len(cleaned) > LONGEST:
        message = (
            f"This reply has {len(cleaned):,} characters; {LONGEST:,} fit. Please shorten it, or send it in two parts."
        )
        raise ValueError(message)
    return cleaned


def visible(text: str) -> str:
    """A text as HTML in which something can be seen. Raises Problem (422)."""
    html = to_html(text)
    if not plain(html):
        raise invalid({"text": "Nothing of this reply would be seen. Please write a few words."})
    return html


def plain(html: str) -> str:
    """The words of rendered HTML on one line, as text: to be escaped again wherever it is shown."""
    return " ".join(unescape(_TAG.sub("", _BLOCK_TAG.sub(" ", html))).split())


def paragraphs(html: str, length: int) -> list[str]:
    """The words of rendered HTML as text, block by block, `length` characters of them at most; then ends with …."""
    found: list[str] = []
    for words in filter(None, (plain(block) for block in _BLOCK_TAG.sub("\0", html).split("\0"))):
        if len(words) >= length:
            return [*found, words[: length - 1].rstrip() + "…"]
        found.append(words)
        length -= len(words)
    return found


def excerpt(html: str, length: int) -> str:
    """At most `length` characters of a reply's own words, whole words where possible, with … where some are left out.

    What it quotes from others is left out, unless it has no words of its own. Text, as `plain` gives.
    """
    words = plain(_without_quotes(html)) or plain(html)
    if len(words) <= length:
        return words
    whole, _, _ = words[:length].rpartition(" ")
    return (whole or words[: length - 1]).rstrip(" ,;:.–—-") + "…"


def _paragraphs(text: str) -> str:
    """What a text looks like without its Markdown being understood."""
    blocks = (escape(block, quote=False).replace("\n", "<br>") for block in text.split("\n\n"))
    return "".join(f"<p>{block}</p>" for block in blocks)


def _without_quotes(html: str) -> str:
    while True:
        html, quotes = _INNERMOST_QUOTE.subn(" ", html)
        if not quotes:
            return html


def _vetted(attributes: Attributes, *_: bool) -> Attributes | None:
    """Let bleach keep a link, typed or found, or leave its words alone."""
    target = attributes.get((None, "href"), "").replace(_AMPERSAND, "&")
    return attributes if leads_safely(target) else None


def _last_word(_tag: str, attribute: str, value: str) -> str | None:
    """Let nh3 keep a link's target or take it away; the only other attribute there is, `rel`, is its own."""
    return value if attribute == "rel" or leads_safely(value) else None


class _Tools(threading.local):
    """What rendering needs, made once for each thread: shared, these objects mix up the texts of two."""

    def __init__(self) -> None:
        self.markdown = ReadersMarkdown()
        vet: list[Any] = [_vetted]  # bleach's types forget that None drops a link
        links = partial(LinkifyFilter, callbacks=vet, skip_tags=_VERBATIM, url_re=re.compile(URL))
        attributes = {tag: list(names) for tag, names in _ATTRIBUTES.items()}
        self.cleaner = Cleaner(tags=TAGS, attributes=attributes, protocols=_SCHEMES, filters=[links])
        self.last = nh3.Cleaner(
            tags=TAGS,
            attributes=_ATTRIBUTES,
            attribute_filter=_last_word,
            url_schemes=_SCHEMES,
            url_relative="deny",
            link_rel=REL,
        )


_tools = _Tools()

"""A page as a browser would read it: what is wrong with its HTML, where it leads, what it asks for, who speaks in it.

Read by html5lib, which follows the standard's own algorithm and tells where it had to guess
(https://html.spec.whatwg.org/multipage/parsing.html#parse-errors). A page that was looked at before is known by its
bytes: `Eyes` keep what was seen beside the builds.
"""

import gzip
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from comments_service.publishing import files
from comments_service.records import shallow
from comments_service.rendering import TAGS
from plugins import hands

# More replies are the readers' doing, and no fault of the page.
REPLIES = 20
_LEVEL = 6
_REPLY = re.compile(r'<article id="comment-')
_END = "<!--/rapport-->"
# Grows when a page is looked at otherwise than before.
_VERSION = 1
_FETCHED = {
    "stylesheet", "icon", "apple-touch-icon", "mask-icon", "manifest", "preload", "modulepreload", "prefetch",
    "preconnect", "dns-prefetch", "prerender",
}  # fmt: skip
_SOURCES = {
    "src": {"img", "script", "iframe", "audio", "video", "source", "track", "embed", "input"},
    "poster": {"video"},
    "data": {"object"},
    "background": {"body", "table", "td", "th"},
    "ping": {"a", "area"},
}
_IN_STYLE = re.compile(r"""@import\s+["']([^"']+)|url\(\s*["']?([^"')]+)""")
# A reader's words: their links are theirs, and nothing but the tags of our own allow-list stands in them.
_SAID = re.compile(r'(<div class="e-content" dir="auto">)(.*?)(</div>)', re.DOTALL)
_TAG = re.compile(r"<([a-z][^\s/>]*)", re.IGNORECASE)


@dataclass(slots=True)
class Looked:
    """What was seen in one page.

    `wrong`: sentences about its HTML. `ids`: where a link can lead. `links`: where its own links lead; readers' are
    left out. `asks`: what a browser fetches to show it. `styles`, `scripts`: the files of those. `inline`: bytes of
    script within the page. `replies`: the ids of the replies that can be read. `size`: its bytes, gzipped, with no more
    than `REPLIES` of them.
    """

    wrong: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    asks: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    inline: int = 0
    replies: list[str] = field(default_factory=list)
    size: int = 0


class Eyes:
    """Looks at pages, and at each page only once: what was seen is kept in a file, by the digest of the page.

    Where many are new, several processes share looking at them (plugins/hands.py).
    """

    def __init__(self, memory: Path) -> None:
        self._memory = memory
        self._before = _remembered(memory)
        self._now: dict[str, Looked] = {}

    def look(self, pages: Sequence[Path], tell: Callable[[int], object]) -> list[Looked]:
        """What is in each of these pages; `tell` is told how many were looked at."""
        digests = [hashlib.sha256(page.read_bytes()).hexdigest() for page in pages]
        self._now = {digest: Looked(**self._before[digest]) for digest in digests if digest in self._before}
        new = {digest: page for digest, page in zip(digests, pages, strict=True) if digest not in self._now}
        known = len(pages) - len(new)
        shared = hands.shared(look_into, list(new.values()), copies=False, tell=lambda done: tell(known + done))
        self._now |= zip(new, shared, strict=False)
        for digest in list(new)[len(shared) :]:
            self._now[digest] = look_into(new[digest])
            tell(len(self._now))
        return [self._now[digest] for digest in digests]

    def keep(self) -> None:
        """Remember what was seen this time, and nothing else."""
        pages = {digest: shallow(looked) for digest, looked in self._now.items()}
        files.write(self._memory, json.dumps({"version": _VERSION, "pages": pages}))


def _remembered(memory: Path) -> Mapping[str, Mapping[str, Any]]:
    try:
        kept = json.loads(memory.read_text("utf-8"))
        return kept["pages"] if kept["version"] == _VERSION else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def look_into(page: Path) -> Looked:
    """Look at the page in a file anew."""
    return looked_at(files.read(page))


def looked_at(page: str) -> Looked:
    """Look at a page, given as its text."""
    import html5lib
    from html5lib.constants import E as WORDS_OF_ERRORS

    seen = Looked(size=pressed(_with_few_replies(page)))
    for said in _SAID.finditer(page):
        seen.wrong += [f"<{tag}> stands in a reader’s words" for tag in _TAG.findall(said[2]) if tag not in TAGS]
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(_SAID.sub(r"\1\3", page))
    for (line, _), code, data in parser.errors:
        seen.wrong.append(f"line {line}: {WORDS_OF_ERRORS[code] % data}")
    for element in tree.iter():
        if isinstance(element.tag, str):
            _see(element, seen)
    seen.wrong += [f"two elements have the id “{name}”" for name in _twice(seen.ids)]
    return seen


def pressed(text: str) -> int:
    """How many bytes a text has as it is sent."""
    return len(gzip.compress(text.encode(), _LEVEL, mtime=0))


def _with_few_replies(page: str) -> str:
    found = [match.start() for match in _REPLY.finditer(page)]
    if len(found) <= REPLIES:
        return page
    end = page.find(_END, found[-1])
    return page[: found[REPLIES]] + (page[end:] if end >= 0 else "")


def _see(element: Element, seen: Looked) -> None:
    tag = element.tag.rpartition("}")[2]
    said = {str(name).rpartition("}")[2]: value for name, value in element.attrib.items()}
    if name := said.get("id"):
        seen.ids.append(name)
        classes = said.get("class", "").split()
        if tag == "article" and "comment" in classes and "gone" not in classes:
            seen.replies.append(name.removeprefix("comment-"))
    rels = said.get("rel", "").lower().split()
    if tag in {"a", "area"} and "href" in said and "ugc" not in rels:
        seen.links.append(said["href"])
    if tag == "meta" and said.get("http-equiv", "").lower() == "refresh":
        seen.links += re.findall(r"url=(.+)", said.get("content", ""), re.IGNORECASE)
    seen.asks += _asks(tag, said, rels)
    if tag == "style" or "style" in said:
        seen.asks += in_style((element.text or "") if tag == "style" else said["style"])
    if tag == "link" and "stylesheet" in rels:
        seen.styles.append(said.get("href", ""))
    if tag == "script" and said.get("type", "module") in {"", "module", "text/javascript"}:
        if "src" in said:
            seen.scripts.append(said["src"])
        else:
            seen.inline += len((element.text or "").encode())


def _asks(tag: str, said: Mapping[str, str], rels: list[str]) -> Iterator[str]:
    for name, tags in _SOURCES.items():
        if tag in tags and said.get(name):
            yield said[name]
    if "srcset" in said:
        yield from (part.split()[0] for part in said["srcset"].split(",") if part.strip())
    if tag == "link" and _FETCHED.intersection(rels):
        yield said.get("href", "")
    if tag in {"use", "image", "feImage"} and "href" in said:
        yield said["href"]


def in_style(css: str) -> list[str]:
    """What a style sheet asks for."""
    return [imported or named for imported, named in _IN_STYLE.findall(css)]


def _twice(names: list[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []

"""Rules about links within the blog: each leads to something that readers find, and to a place that is in it.

Nothing is built for that: addresses come from front matter and from Pelican's settings, ids from Pelican's Markdown.
"""

import difflib
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from authoring import addresses, fields
from authoring.checking import markup
from authoring.checking.reading import Blog, Text
from comments_service import wording

_PLACEHOLDER = re.compile(r"[{|](?P<what>[a-z]+)[}|](?P<rest>.*)", re.DOTALL)
_ELSEWHERE = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
# What the theme and the conversation give ids to; a reply's own id is the service's.
_ON_EVERY_PAGE = frozenset({"", "content"})
_UNDER_AN_ESSAY = frozenset({"conversation", "reply-form"})
_REPLY = "comment-"


def dead_links(blog: Blog, text: Text) -> Iterator[tuple[int, str]]:
    """A link to something that is not there, or not there for readers."""
    for link in within(blog, text):
        if not link.is_image and (wrong := _wrong(blog, text, link.target)):
            yield text.line_at(link.at), wrong
    for at, name in text.lost_names:
        yield text.line_at(at), f"{name} is called here, but nothing says what it is: there is no line “{name}: …”."


def lost_places(blog: Blog, text: Text) -> Iterator[tuple[int, str]]:
    """A link to a place in a text that has no such place."""
    for link in within(blog, text):
        place = unquote(urlsplit(link.target).fragment)
        target = destination(blog, text, link.target) if place and not link.is_image else None
        if target and not _has(blog, target, place):
            yield text.line_at(link.at), f"#{place} is no place in {_named(blog, target)}.{_near(blog, target, place)}"


def within(blog: Blog, text: Text) -> Iterator[markup.Link]:
    """The links and pictures of a text that stay in the blog; its own address in full counts as within."""
    own = f"{blog.settings.url}/"
    for link in text.links:
        target = link.target.removeprefix(blog.settings.url) if f"{link.target}/".startswith(own) else link.target
        if not _ELSEWHERE.match(target) and (_PLACEHOLDER.match(target) or not _OTHER_SCHEME.match(target)):
            yield markup.Link(link.at, target, link.words, link.is_image, link.is_raw)


def elsewhere(blog: Blog, text: Text) -> Iterator[markup.Link]:
    """The links and pictures of a text that lead to other sites."""
    own = f"{blog.settings.url}/"
    for link in text.links:
        if _ELSEWHERE.match(link.target) and not f"{link.target}/".startswith(own):
            yield link


def destination(blog: Blog, text: Text, target: str) -> Text | None:
    """The text to which a link leads, if it is one."""
    if found := _PLACEHOLDER.match(target):
        return blog.by_file.get(file(blog, text, found["rest"])) if found["what"] == "filename" else None
    texts = blog.by_address.get(_address(text, target), [])
    return texts[0] if texts else None


def file(blog: Blog, text: Text, path: str) -> Path:
    """The file that `{filename}` or `{static}` mean: from the content folder with a slash, else from the text's own."""
    bare = unquote(urlsplit(path).path)
    return (blog.content / bare[1:] if bare.startswith("/") else text.path.parent / bare).resolve()


def static_file(blog: Blog, address: str) -> Path | None:
    """The file that stands at an address such as `/images/quay.jpg`, whether it is there or not."""
    first, _, rest = address.lstrip("/").partition("/")
    if first in blog.pelican["STATIC_PATHS"]:
        return blog.content / first / rest
    if first == blog.pelican["THEME_STATIC_DIR"]:
        return Path(blog.pelican["THEME"]) / "static" / rest
    return None


def _wrong(blog: Blog, text: Text, target: str) -> str | None:
    if found := _PLACEHOLDER.match(target):
        return _wrong_placeholder(blog, text, found["what"], found["rest"])
    there = destination(blog, text, target)
    if there:
        return _not_out(blog, text, there)
    address = _address(text, target)
    return None if _stands(blog, text, address) else f"{address} is nowhere on this blog.{_perhaps(blog, address)}"


def _wrong_placeholder(blog: Blog, text: Text, what: str, rest: str) -> str | None:
    if what in {"filename", "static", "attach"}:
        path = file(blog, text, rest)
        if path in blog.by_file:
            return _not_out(blog, text, blog.by_file[path])
        return None if what != "filename" and path.is_file() else f"There is no file {_shown(blog, path)}."
    if what == "tag":
        from pelican.urlwrappers import Tag

        address = f"/{Tag(rest, blog.pelican).url}"
        return None if _stands(blog, text, address) else f"Readers will find no essay with the tag “{rest}”."
    return None if what == "index" else f"{{{what}}} is nothing that this blog has."


def _not_out(blog: Blog, text: Text, there: Text) -> str | None:
    """A draft may lead to a draft; readers may not be led to one."""
    if text.is_draft or blog.is_out(there, max(blog.now, blog.starts(text))):
        return None
    if there.is_draft:
        return f"{_named(blog, there)} is a draft: readers of this text won’t find it."
    day = wording.of_day(blog.starts(there).astimezone(blog.settings.zone).date())
    return f"{_named(blog, there)} will only be there on {day}: until then readers won’t find it."


def _stands(blog: Blog, text: Text, address: str) -> bool:
    """Whether something that is no text stands at an address: a list, a tag, a feed, a file, or the service."""
    if address == "/" or address in blog.fixed or address.strip("/").split("/", 1)[0] in addresses.SERVICE:
        return True
    if address in blog.tags:
        return _not_out(blog, text, blog.tags[address]) is None
    path = static_file(blog, unquote(address))
    return bool(path and path.is_file())


def _address(text: Text, target: str) -> str:
    """Where a link leads from the address of its text, without query and fragment."""
    path = urlsplit(urljoin(f"http://here{text.source.address}", target)).path
    return posixpath.normpath(path) + ("/" if path.endswith("/") and path != "/" else "")


def _perhaps(blog: Blog, address: str) -> str:
    known = {*blog.by_address, *blog.fixed, *blog.tags}
    if f"{address}/" in known:
        return f" {address}/ is, with a slash at its end."
    near = difflib.get_close_matches(address, known, 1)
    return f" Perhaps it is {near[0]}." if near else ""


def _has(blog: Blog, target: Text, place: str) -> bool:
    if place in _ON_EVERY_PAGE or place.startswith(":~:"):
        return True
    if target.kind == fields.ESSAY and (place in _UNDER_AN_ESSAY or place.startswith(_REPLY)):
        return True
    return place in blog.ids(target)


def _near(blog: Blog, target: Text, place: str) -> str:
    near = difflib.get_close_matches(f"on-{place.removeprefix('on-')}", blog.ids(target), 1)
    return f" Perhaps it is #{near[0]}." if near else ""


def _named(blog: Blog, text: Text) -> str:
    return str(text.path.relative_to(blog.content))


def _shown(blog: Blog, path: Path) -> str:
    content = blog.content.resolve()
    return str(path.relative_to(content)) if path.is_relative_to(content) else str(path)

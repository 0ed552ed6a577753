"""Videos in essays: a link to YouTube or Vimeo, alone in its paragraph, can be played there once it is pressed.

A Markdown extension, to be listed after `extra`. Until then nothing is asked of anybody: what stands in the page is a
link with the address to play from (`data-frame`), which `theme/static/js/video.js` follows in its place, and which
without a script leads to the video's own page.
"""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from comments_service import catalogue

# Where videos are played from: the only frames that the site's policy allows (comments_service/web/guards.py).
FRAMES = ("https://www.youtube-nocookie.com", "https://player.vimeo.com")

_YOUTUBE_ID = re.compile(r"[\w-]{11}")
_VIMEO_PATH = re.compile(r"/(?P<id>\d+)(?:/(?P<hash>[0-9a-f]+))?/?")
_SECONDS = re.compile(r"(?:(?P<h>\d+)h)?(?:(?P<m>\d+)m)?(?:(?P<s>\d+)s?)?")
_ADDRESS = re.compile(r"https://\S+")


@dataclass(frozen=True, slots=True)
class Video:
    """A video: who shows it (`youtube` or `vimeo`), and the address that plays it in a frame."""

    shown_by: str
    frame: str


def recognized(address: str) -> Video | None:
    """The video at an address of YouTube or Vimeo; None for any other address. A start (`t=90`, `1m30s`) is kept."""
    parts = urlsplit(address)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    if parts.scheme != "https":
        return None
    if host in {"youtube.com", "youtu.be", "youtube-nocookie.com"}:
        return _youtube(host, parts.path, parse_qs(parts.query))
    if host == "vimeo.com" and (found := _VIMEO_PATH.fullmatch(parts.path)):
        unlisted = f"&h={found['hash']}" if found["hash"] else ""
        return Video("vimeo", f"{FRAMES[1]}/video/{found['id']}?autoplay=1&dnt=1{unlisted}")
    return None


def _youtube(host: str, path: str, query: dict[str, list[str]]) -> Video | None:
    first, _, rest = path.strip("/").partition("/")
    if host == "youtu.be":
        id_ = first
    else:
        id_ = query.get("v", [""])[0] if first == "watch" else rest if first in {"shorts", "live", "embed"} else ""
    if not _YOUTUBE_ID.fullmatch(id_):
        return None
    start = _seconds((query.get("t") or query.get("start") or ["0"])[0])
    return Video("youtube", f"{FRAMES[0]}/embed/{id_}?autoplay=1&rel=0{f'&start={start}' if start else ''}")


def _seconds(said: str) -> int:
    found = _SECONDS.fullmatch(said)
    if not found:
        return 0
    return sum(int(found[unit] or 0) * seconds for unit, seconds in (("h", 3600), ("m", 60), ("s", 1)))


class Videos(Extension):
    """Turns `[Title](https://youtu.be/…)`, or the plain address, alone in a paragraph into `<figure class="video">`."""

    def __init__(self, **options: object) -> None:
        self.config = {"language": ["en", "the language of the blog, for what is said about the video"]}
        super().__init__(**options)

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 -- Markdown's name
        """Join the document's last steps, when its links stand and quotes are typographic."""
        md.treeprocessors.register(_InItsPlace(md, str(self.getConfig("language"))), "videos", 2)


def makeExtension(**options: object) -> Videos:  # noqa: N802 -- the name Markdown looks for
    """The extension; Markdown calls this."""
    return Videos(**options)


class _InItsPlace(Treeprocessor):
    def __init__(self, md: Markdown, language: str) -> None:
        super().__init__(md)
        self._words = catalogue.of(language)

    def run(self, root: Element) -> None:
        for paragraph in list(root.iter("p")):
            address, title = _only_link(paragraph)
            video = recognized(address)
            if video:
                self._frame(paragraph, address, title, video)

    def _frame(self, paragraph: Element, address: str, title: str, video: Video) -> None:
        title = title or str(self._words.say(f"video.{video.shown_by}"))
        tail = paragraph.tail
        paragraph.clear()
        paragraph.tag, paragraph.tail = "figure", tail
        paragraph.set("class", "video")
        link = SubElement(paragraph, "a", {"href": address, "data-frame": video.frame, "rel": "noopener"})
        SubElement(link, "span", {"class": "video-title"}).text = title
        SubElement(paragraph, "figcaption").text = str(self._words.say(f"video.{video.shown_by}_notice"))


def _only_link(paragraph: Element) -> tuple[str, str]:
    """Where a paragraph leads that is nothing but a link, and the link's words if it has any of its own."""
    text = (paragraph.text or "").strip()
    if not len(paragraph) and _ADDRESS.fullmatch(text):
        return text, ""
    if len(paragraph) != 1 or paragraph[0].tag != "a" or text or (paragraph[0].tail or "").strip():
        return "", ""
    address, said = paragraph[0].get("href", ""), "".join(paragraph[0].itertext()).strip()
    return address, "" if said == address else said

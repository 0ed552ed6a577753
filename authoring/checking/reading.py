"""What is checked: every text of the blog with its front matter line by line, and the addresses that they will have."""

import locale
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from authoring import fields, sources
from authoring.checking import kept, markup
from authoring.errors import Refusal
from authoring.sources import Source
from comments_service import ids
from comments_service.settings import ROOT, Settings

if TYPE_CHECKING:
    from markdown import Markdown

CACHE = ROOT / ".cache" / "links.json"
# As Python-Markdown reads them: a name, a colon, a value; what follows indented goes on with the value.
_SAID = re.compile(r"[ ]{0,3}(?P<name>[A-Za-z0-9_-]+):[ \t]*(?P<value>.*)")
_GOES_ON = re.compile(r"[ ]{4,}(?P<value>\S.*)")
_FRAME = re.compile(r"-{3}|\.{3}")


@dataclass(frozen=True, slots=True)
class Said:
    """One line of front matter: where it stands, its name as it is written, its value."""

    line: int
    name: str
    value: str


@dataclass(frozen=True, eq=False)
class Text:
    """An essay, an edition or a page: its file, its front matter, and its words in three depths.

    `whole` is the file, of which front matter is all up to `end`; `open` has its code blanked; `body` has front matter
    and comments blanked as well. All three have the same lines. `known` is what can be said of it by itself, as far as
    somebody has found it out (authoring/checking/kept.py).
    """

    source: Source
    kind: str
    said: tuple[Said, ...]
    whole: str
    end: int
    known: dict[str, Any]

    @property
    def path(self) -> Path:
        """The file."""
        return self.source.path

    @property
    def is_draft(self) -> bool:
        """Whether it is kept from readers by its status."""
        return self.source.status in {"draft", "skip"}

    @cached_property
    def open(self) -> str:
        """The file with its code blanked."""
        return self.whole[: self.end] + markup.without_code(self.whole[self.end :])

    @cached_property
    def body(self) -> str:
        """The same with front matter and comments blanked."""
        return re.sub(r"[^\n]", " ", self.open[: self.end]) + markup.without_comments(self.open[self.end :])

    @cached_property
    def links(self) -> tuple[markup.Link, ...]:
        """Its links and pictures, in their order."""
        if "links" not in self.known:
            found = sorted(markup.links(self.body), key=lambda link: link.at)
            self.known["links"] = [astuple(link) for link in found]
        return tuple(markup.Link(*link) for link in self.known["links"])

    @property
    def lost_names(self) -> list[tuple[int, str]]:
        """Where it calls a link or a note by a name that is defined nowhere, and the name."""
        if "lost" not in self.known:
            self.known["lost"] = list(markup.lost_names(self.body))
        lost: list[tuple[int, str]] = self.known["lost"]
        return lost

    @cached_property
    def prose(self) -> str:
        """Its words as they are read, in the lines in which they stand."""
        return markup.prose(self.body)

    def line_at(self, place: int) -> int:
        """The line of a place in any of its depths."""
        return self.whole.count("\n", 0, place) + 1

    def line_of(self, *keys: str) -> int:
        """The line of front matter that says the first of these, or the first line of the file."""
        lines = {said.name.lower(): said.line for said in reversed(self.said)}
        return next((lines[key] for key in keys if key in lines), 1)

    def value(self, key: str) -> str:
        """What its front matter says there, or nothing."""
        return next((said.value for said in self.said if said.name.lower() == key), "")


class Around(Protocol):
    """All that a rule may look at beside a text, so that what it finds in that is kept while this is the same."""

    @property
    def settings(self) -> Settings:
        """Those of the blog."""

    @property
    def today(self) -> date:
        """The day, where the blog is."""


@dataclass(frozen=True, eq=False)
class Blog:
    """Everything that is checked together: the texts, the settings of the blog and of Pelican, and the time.

    Of the texts only some may be `looked_at`. `cache` is the file that remembers which other sites answered, `memory`
    what is known of single texts.
    """

    content: Path
    settings: Settings
    texts: tuple[Text, ...]
    looked_at: tuple[Text, ...]
    now: datetime
    cache: Path
    memory: kept.Memory
    _ids: dict[Path, frozenset[str]] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The day, where the blog is."""
        return _day(self.now, self.settings)

    @cached_property
    def pelican(self) -> Mapping[str, Any]:
        """What Pelican would build with."""
        return _pelicans_settings(self.content)

    @cached_property
    def by_file(self) -> Mapping[Path, Text]:
        """The texts by their whole paths."""
        return {text.path.resolve(): text for text in self.texts}

    @cached_property
    def by_address(self) -> Mapping[str, list[Text]]:
        """The texts by the addresses that they have or had; where everything is well, one each."""
        found = defaultdict(list)
        for text in self.texts:
            found[text.source.address].append(text)
            for alias in fields.listed(text.value("aliases")):
                found[f"/{alias.strip('/')}/"].append(text)
        return dict(found)

    @cached_property
    def tags(self) -> Mapping[str, Text]:
        """The addresses of tags, and one essay that has each: one that is out before the others, if any is."""
        from pelican.urlwrappers import Tag

        essays = [text for text in self.texts if text.kind == fields.ESSAY and text.source.status != "hidden"]
        ranked = sorted(essays, key=lambda text: (not text.is_draft, -self.starts(text).toordinal()))
        return {
            f"/{Tag(name, self.pelican).url}": text for text in ranked for name in fields.listed(text.value("tags"))
        }

    @cached_property
    def fixed(self) -> frozenset[str]:
        """The addresses of lists and feeds, which Pelican's settings name."""
        saved = [
            self.pelican.get(f"{name.upper()}_SAVE_AS", f"{name}.html") for name in self.pelican["DIRECT_TEMPLATES"]
        ]
        saved += [self.pelican[name] for name in ("FEED_ALL_ATOM", "FEED_ALL_RSS") if self.pelican.get(name)]
        return frozenset(f"/{address.removesuffix('index.html')}" for address in saved)

    def is_out(self, text: Text, when: datetime) -> bool:
        """Whether readers will find this text then."""
        return not text.is_draft and self.starts(text) <= when

    def starts(self, text: Text) -> datetime:
        """When its date comes; without one it has, and one that can't be read is told of by a rule of its own."""
        try:
            return fields.moment(text.value("date"), self.settings.zone)
        except ValueError:
            return datetime.min.replace(tzinfo=UTC)

    def ids(self, text: Text) -> frozenset[str]:
        """The ids in a text, as Pelican's Markdown makes them."""
        if text.path not in self._ids:
            parser = _Ids()
            parser.feed(_markdown(self.pelican["MARKDOWN"]).convert(text.whole))
            self._ids[text.path] = frozenset(parser.found)
        return self._ids[text.path]


def read(content: Path, settings: Settings, *, drafts: bool = True, cache: Path = CACHE, fresh: bool = False) -> Blog:
    """Read the blog; without `drafts` they are known but not looked at. Raises Refusal for a file that is no text.

    With `fresh` nothing that was found out of a text before is used.
    """
    now = ids.moment()
    memory = kept.read(settings, content, _day(now, settings), fresh=fresh)
    try:
        texts = tuple(_text(source, content, memory) for source in sources.read(content))
    except UnicodeDecodeError:
        raise Refusal(f"{_no_text(content)} is no text in UTF-8. Save it as UTF-8 in your editor.") from None
    looked_at = texts if drafts else tuple(text for text in texts if not text.is_draft)
    return Blog(content, settings, texts, looked_at, now, cache, memory)


def _day(now: datetime, settings: Settings) -> date:
    return now.astimezone(settings.zone).date()


def _pelicans_settings(content: Path) -> Mapping[str, Any]:
    """Pelican's settings; reading them changes the language of the whole process, which is given back."""
    from pelican.settings import read_settings

    language = locale.setlocale(locale.LC_ALL)
    try:
        return dict(read_settings(str(ROOT / "pelicanconf.py"), override={"PATH": str(content)}))
    finally:
        locale.setlocale(locale.LC_ALL, language)


def _text(source: Source, content: Path, memory: kept.Memory) -> Text:
    whole = source.path.read_text("utf-8-sig")
    said, end = _front_matter(whole)
    kind = fields.PAGE if source.path.is_relative_to(content / "pages") else fields.ESSAY
    if source.is_edition:
        kind = fields.EDITION
    return Text(source, kind, said, whole, end, memory.of(source.path, whole))


def _front_matter(whole: str) -> tuple[tuple[Said, ...], int]:
    """The lines of front matter, and where it ends."""
    said: list[Said] = []
    end = 0
    for number, line in enumerate(whole.split("\n"), 1):
        if found := _SAID.fullmatch(line.rstrip()):
            said.append(Said(number, found["name"], found["value"].strip()))
        elif said and (more := _GOES_ON.fullmatch(line.rstrip())):
            said[-1] = Said(said[-1].line, said[-1].name, f"{said[-1].value} {more['value']}")
        elif not (number == 1 and _FRAME.fullmatch(line.rstrip())):
            break
        end += len(line) + 1
    return tuple(said), min(end, len(whole))


def _markdown(settings: Mapping[str, Any]) -> "Markdown":
    from markdown import Markdown

    extensions = [*settings["extensions"], "markdown.extensions.meta"]
    return Markdown(**{**settings, "extensions": extensions})


def _no_text(content: Path) -> Path:
    for path in sorted(content.rglob("*.m*d*")):
        try:
            path.read_text("utf-8")
        except UnicodeDecodeError:
            return path
    return content


class _Ids(HTMLParser):
    """Collects the ids of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(
        self,
        tag: str,  # noqa: ARG002 -- the parser's signature
        attrs: list[tuple[str, str | None]],
    ) -> None:
        self.found.update(value for name, value in attrs if name in {"id", "name"} and value)

"""What Markdown made of a text is kept, so that only texts that changed are read by it again.

It is kept by the digest of the file's bytes, in one file for everything else that Markdown's answer depends on: its
settings, the sources of the plugins, the theme's words, and the versions of all packages. The rest of a build, which
depends on other essays, is made anew each time.

Where many texts are new, several processes share reading them (plugins/hands.py).
"""

import contextlib
import hashlib
import json
import os
import re
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from markdown import Markdown
from pelican import Pelican, signals
from pelican.readers import MarkdownReader, Readers
from pelican.utils import SafeDatetime, pelican_open

from plugins import hands

_ROOT = Path(__file__).resolve().parents[2]
# Beside the other caches; `make clean` removes it, and the next build reads everything again.
KEPT = _ROOT / ".cache" / "texts"
# In Pelican's settings: that a build is to do without what was kept.
FRESH = "KEPT_TEXTS_FRESH"
# Where the texts of a build wait, in the settings that belong to it alone, until it is written.
_TEXTS = "KEPT_TEXTS_OF_THIS_BUILD"
# One for each folder of content and way of building; those that were not used for longest go.
_MOST_FILES = 6
_SOURCES = ("plugins", "theme/words")
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d)?")


def register() -> None:
    """Connect the plugin; Pelican calls this."""
    signals.readers_init.connect(take_over)
    signals.finalized.connect(keep)


def take_over(readers: Readers) -> None:
    """Let essays be read by a reader that remembers."""
    settings = readers.settings
    if _TEXTS not in settings:
        file = KEPT / f"{_made_with(settings)}.json"
        settings[_TEXTS] = _Texts(file, {} if settings.get(FRESH) else _read(file))
        _read_together(settings)
    for ending in MarkdownReader.file_extensions:
        readers.reader_classes[ending] = _Remembers


def keep(pelican: Pelican) -> None:
    """Keep what this build used, and nothing else."""
    texts: _Texts = pelican.settings[_TEXTS]
    # What can't be kept, on a disk that is full or read-only, can still be published.
    with contextlib.suppress(OSError):
        texts.keep()


class _Texts:
    """What is known of texts, by the digests of their sources, and the file in which it is kept."""

    def __init__(self, file: Path, known: dict[str, dict[str, Any]]) -> None:
        self._file = file
        self._known = known
        self._used: dict[str, dict[str, Any]] = {}
        self._new = False

    def knows(self, text: str) -> bool:
        return _digest(text) in self._known

    def learn(self, text: str, known: dict[str, Any]) -> None:
        self._known[_digest(text)] = known
        self._new = True

    def of(self, text: str) -> dict[str, Any]:
        """What is known of a text; what is found out of it is to be added to it."""
        digest = _digest(text)
        self._new = self._new or digest not in self._known
        return self._used.setdefault(digest, self._known.get(digest, {}))

    def keep(self) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        if self._new or self._used.keys() != self._known.keys():
            aside = self._file.with_name(f".{self._file.name}.{os.getpid()}")
            aside.write_text(json.dumps(self._used), "utf-8")
            aside.replace(self._file)
        self._file.touch()
        by_use = sorted(self._file.parent.glob("*.json"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
        for file in by_use[_MOST_FILES:]:
            file.unlink(missing_ok=True)


def _read_together(settings: dict[str, Any]) -> None:
    """Let every processor read its share of the texts that are new."""
    texts, new = settings[_TEXTS], []
    for folder in (*settings["ARTICLE_PATHS"], *settings["PAGE_PATHS"]):
        for path in sorted(Path(settings["PATH"], folder).rglob("*")):
            if path.suffix[1:] in MarkdownReader.file_extensions and path.is_file():
                with contextlib.suppress(UnicodeDecodeError), pelican_open(path) as text:
                    if not texts.knows(text):
                        new.append((text, str(path)))
    for (text, _), known in zip(new, hands.shared(_known_of, new, _begin, settings), strict=False):
        if known:
            texts.learn(text, known)


_reader: MarkdownReader


def _begin(settings: dict[str, Any]) -> None:
    global _reader  # noqa: PLW0603 -- of a child, which reads and nothing else
    _reader = _Remembers(settings)


def _known_of(new: tuple[str, str]) -> dict[str, Any]:
    """What a child finds out of a text; nothing where it stumbles, so that whoever asked reads it and says why."""
    text, path = new
    try:
        _reader.read(path)
    except Exception:  # noqa: BLE001 -- whatever it was, it comes again where it is told
        return {}
    known: dict[str, Any] = _reader.settings[_TEXTS].of(text)
    return known


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class _Remembers(MarkdownReader):  # type: ignore[misc]  # Pelican tells no types
    """Pelican's reader of Markdown, which asks Markdown only what it does not know."""

    def read(self, source_path: str) -> tuple[str, dict[str, Any]]:
        """The HTML of a file and its front matter."""
        self._source_path = source_path
        with pelican_open(source_path) as text:
            known = self.settings[_TEXTS].of(text)
            self._md = _Asked(self.settings["MARKDOWN"], known)
            html = self._md.read(text)
        return html, self._parse_metadata(self._md.Meta)

    def process_metadata(self, name: str, value: str) -> object:
        """What a line of front matter says. A date as `make new` writes it needs no guess, a thousand times over."""
        if name in {"date", "modified"} and _DATE.fullmatch(value):
            with contextlib.suppress(ValueError):
                return SafeDatetime.fromisoformat(value)
        return super().process_metadata(name, value)


class _Asked:
    """Stands where a `Markdown` would, for one text: answers what is known, and asks a real one for the rest."""

    def __init__(self, settings: Mapping[str, Any], known: dict[str, Any]) -> None:
        self._settings, self._known = settings, known
        self._real: Markdown | None = None
        # Pelican turns the reading of front matter off between the whole text and the lines of its front matter.
        self.preprocessors = self

    @property
    def Meta(self) -> dict[str, list[str]]:  # noqa: N802 -- Markdown's name
        """The front matter of the text, as Markdown's `meta` reads it."""
        meta: dict[str, list[str]] = self._known["meta"]
        return meta

    def read(self, text: str) -> str:
        """The HTML of the whole text."""
        if "html" not in self._known:
            self._real = Markdown(**self._settings)
            self._known.update(html=self._real.convert(text), meta=getattr(self._real, "Meta", {}), lines={})
        html: str = self._known["html"]
        return html

    def convert(self, line: str) -> str:
        """The HTML of what a line of its front matter says."""
        lines: dict[str, str] = self._known["lines"]
        if line not in lines:
            if self._real is None:
                self._real = Markdown(**self._settings)
            self._real.preprocessors.deregister("meta", strict=False)
            self._real.reset()
            lines[line] = self._real.convert(line)
        return lines[line]

    def deregister(self, _name: str) -> None:
        """Done above, when a real one is asked."""

    def reset(self) -> None:
        """Done above, too."""


def _read(file: Path) -> dict[str, dict[str, Any]]:
    try:
        kept = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _made_with(settings: Mapping[str, Any]) -> str:
    """A digest of everything but a text that shapes its HTML, and of whose texts they are."""
    digest = hashlib.sha256(repr((sys.version, settings["PATH"], settings["FORMATTED_FIELDS"])).encode())
    digest.update(json.dumps(settings["MARKDOWN"], default=lambda made: made.__qualname__, sort_keys=True).encode())
    for file in _shaping():
        digest.update(f"\n{file} ".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    # A package's folder names its version.
    digest.update(repr(sorted(Path(sysconfig.get_path("purelib")).glob("*.dist-info"))).encode())
    return digest.hexdigest()[:24]


def _shaping() -> Iterator[Path]:
    yield from sorted(_ROOT.glob("*conf.py"))
    for folder in _SOURCES:
        yield from (file for file in sorted((_ROOT / folder).rglob("*")) if file.suffix in {".py", ".toml"})

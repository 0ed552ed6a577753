"""Budgets: what a reader has to load before they can read, measured as it is sent, and how much that may be."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote, urlsplit

from authoring.verifying.looking import REPLIES, Looked, in_style, pressed
from authoring.verifying.site import Site

KB = 1000
# HTML, style sheets and scripts of an essay with no more than `REPLIES`.
PAGE = 60 * KB
FONTS = 150 * KB
SCRIPT = 10 * KB
_IMPORT = re.compile(r"""^\s*(?:import|export)\b[^"'`;]*["']([^"']+)["']""", re.MULTILINE)
_FONT = re.compile(r"\.(?:woff2?|ttf|otf)$")
_MOST_PARTS = 3


@dataclass(frozen=True, slots=True)
class Weight:
    """What something weighs in bytes, how much it may, and its parts, the heaviest first."""

    about: str
    bytes: int
    budget: int
    parts: tuple[tuple[str, int], ...]

    def __str__(self) -> str:
        return f"{self.about} {self.bytes / KB:.1f} of {self.budget / KB:.0f} kB"

    @property
    def exceeded(self) -> str | None:
        """What is wrong with it, if it is too much."""
        if self.bytes <= self.budget:
            return None
        biggest = ", ".join(f"{name} {size / KB:.1f} kB" for name, size in self.parts[:_MOST_PARTS])
        return f"{self}: too much. The biggest parts are {biggest}."


class Scales:
    """Weighs the essays of a site, the scripts of its pages, and its fonts; each file is pressed once."""

    def __init__(self, site: Site, essays: set[str]) -> None:
        self.site = site
        self._pressed: dict[str, int] = {}
        self._imported: dict[str, list[str]] = {}
        self._essays = [self._page(at, site.pages[at]) for at in sorted(essays) if at in site.pages]
        self._scripts = [self._script(at, page) for at, page in site.pages.items()]

    @property
    def every(self) -> list[Weight]:
        """All that was weighed."""
        return [*self._essays, *self._scripts, self._fonts]

    def heaviest(self) -> Iterator[Weight]:
        """The heaviest essay, the page with most script, and the fonts."""
        for some in (self._essays, self._scripts, [self._fonts]):
            if some:
                yield max(some, key=lambda weight: weight.bytes)

    def _page(self, at: str, page: Looked) -> Weight:
        parts = [("its HTML", page.size), *self._files(at, page.styles), *self._files(at, self._loaded(at, page))]
        few = f" with {REPLIES} of its {len(page.replies)} replies" if len(page.replies) > REPLIES else ""
        return _weight(f"HTML, CSS and JS of {at}{few}", PAGE, parts)

    def _script(self, at: str, page: Looked) -> Weight:
        parts = self._files(at, self._loaded(at, page))
        inline = [("within the page", page.inline)] if page.inline else []
        return _weight(f"script before anything is done on {at}", SCRIPT, [*parts, *inline])

    @cached_property
    def _fonts(self) -> Weight:
        parts = {}
        for path in self.site.files(".css"):
            for asked in in_style(path.read_text("utf-8")):
                at = f"/{path.relative_to(self.site.folder).as_posix()}"
                file = self.site.folder / _path(at, asked).lstrip("/")
                if _FONT.search(file.name) and file.is_file():
                    parts[file.name] = file.stat().st_size
        return _weight("fonts", FONTS, list(parts.items()))

    def _loaded(self, at: str, page: Looked) -> list[str]:
        """The scripts of a page and what they import at once, each as its address."""
        found: dict[str, None] = {}
        waiting = [_path(at, script) for script in page.scripts]
        while waiting:
            script = waiting.pop()
            if script not in found:
                found[script] = None
                waiting += self._imports(script)
        return list(found)

    def _imports(self, script: str) -> list[str]:
        if script not in self._imported:
            names = _IMPORT.findall(self.site.read(script))
            self._imported[script] = [_path(script, name) for name in names]
        return self._imported[script]

    def _files(self, at: str, names: list[str]) -> list[tuple[str, int]]:
        return [(path, self._size_of(path)) for path in dict.fromkeys(_path(at, name) for name in names)]

    def _size_of(self, path: str) -> int:
        if path not in self._pressed:
            self._pressed[path] = pressed(self.site.read(path))
        return self._pressed[path]


def _path(at: str, name: str) -> str:
    return unquote(posixpath.normpath(posixpath.join(posixpath.dirname(at), urlsplit(name).path)))


def _weight(about: str, budget: int, parts: list[tuple[str, int]]) -> Weight:
    ordered = tuple(sorted(parts, key=lambda part: -part[1]))
    return Weight(about, sum(size for _, size in ordered), budget, ordered)

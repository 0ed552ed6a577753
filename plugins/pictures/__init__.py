"""Pictures in essays: told their size, so that nothing moves, and offered as WebP in the widths that screens have.

What was drawn once is kept by what the original holds. The original stays in the page for whoever takes no WebP.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import unquote

from markupsafe import escape
from pelican import Pelican, signals
from pelican.contents import Content
from pelican.generators import ArticlesGenerator, PagesGenerator

from plugins import placing
from plugins.pictures import drawing

# Where the files of a build wait, in the settings that belong to this build alone, until it is written: their address
# in the site, and the file that is to stand there.
MADE = "PICTURES_MADE"
# Where pictures that were made stand, below the site; their names tell what they hold, so they may be kept for ever.
FOLDER = "images/made"
# How wide a picture is shown: as the measure, or beyond it, or on a phone as its screen (theme/static/css/main.css).
_SIZES = "(min-width: 620px) 557px, calc(100vw - 34px)"
_SIZES_WIDE = "(min-width: 1100px) 966px, calc(100vw - 34px)"

_IMAGE = re.compile(r"<img\b(?P<inside>(?:[^<>\"']|\"[^\"]*\"|'[^']*')*?)\s*/?>")
_SOURCE = re.compile(r"\bsrc=(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)')")
_KEPT_PLACE = re.compile(r"\{(?:static|filename|attach)\}|\|(?:static|filename|attach)\|")
# From a figure's beginning to the picture in it.
_WIDE = re.compile(r"<figure class=\"[^\"]*\bwide\b[^>]*>(?!.*</figure)", re.DOTALL)


def register() -> None:
    """Connect the plugin; Pelican calls this."""
    signals.article_generator_pretaxonomy.connect(in_articles)
    signals.page_generator_finalized.connect(in_pages)
    signals.finalized.connect(put_in_place)


def in_articles(generator: ArticlesGenerator) -> None:
    """Complete the pictures of essays and earlier editions, before anything is read out of them."""
    complete((*generator.articles, *generator.translations, *generator.hidden_articles))


def in_pages(generator: PagesGenerator) -> None:
    """Complete the pictures of pages."""
    complete((*generator.pages, *generator.translations, *generator.hidden_pages))


def complete(contents: Iterable[Content]) -> None:
    """Give each picture of these texts its size and its WebP; the first of a text is fetched at once, the rest late."""
    for content in contents:
        if "<img" in (content._content or ""):  # noqa: SLF001 -- Pelican's name for what its readers have read
            _Text(content).complete()


def put_in_place(pelican: Pelican) -> None:
    """Put the pictures that were made into the finished build."""
    for address, file in sorted(pelican.settings.get(MADE, {}).items()):
        at = Path(pelican.output_path) / address
        at.parent.mkdir(parents=True, exist_ok=True)
        placing.place(file, at)


@dataclass(slots=True)
class _Text:
    """One text while its pictures are completed."""

    content: Content
    seen: int = 0

    def complete(self) -> None:
        before = str(self.content._content)  # noqa: SLF001
        self.content._content = _IMAGE.sub(lambda found: self._completed(found, before), before)  # noqa: SLF001

    def _completed(self, found: "re.Match[str]", whole: str) -> str:
        source = _SOURCE.search(found["inside"])
        self.seen += 1
        late = "" if self.seen == 1 or "loading=" in found["inside"] else ' loading="lazy" decoding="async"'
        file = self._file(unescape(source["double"] or source["single"] or "")) if source else None
        drawn = drawing.drawn(file) if file else None
        if drawn is None:
            return f"<img{found['inside']}{late}>"
        size = "" if "width=" in found["inside"] else f' width="{drawn.width}" height="{drawn.height}"'
        image = f"<img{found['inside']}{size}{late}>"
        if not drawn.files:
            return image
        made: dict[str, Path] = self.content.settings.setdefault(MADE, {})
        made.update({f"{FOLDER}/{name}": made_file for name, made_file in drawn.files.values()})
        wide = _WIDE.match(whole, whole.rfind("<figure", 0, found.start()) % len(whole), found.start())
        offered = ", ".join(f"/{FOLDER}/{name} {width}w" for width, (name, _) in sorted(drawn.files.items()))
        sizes = _SIZES_WIDE if wide else _SIZES
        return f'<picture><source type="image/webp" srcset="{escape(offered)}" sizes="{sizes}">{image}</picture>'

    def _file(self, address: str) -> Path | None:
        """The file of a picture in the content; None of one that stands elsewhere, or is not there."""
        path = unquote(_KEPT_PLACE.sub("", address).partition("#")[0].partition("?")[0])
        if not path or "//" in path or path.startswith("data:"):
            return None
        root = Path(self.content.settings["PATH"])
        file = (
            root / path.lstrip("/") if path.startswith("/") else Path(self.content.source_path).parent / path
        ).resolve()
        return file if file.is_relative_to(root.resolve()) and file.is_file() else None

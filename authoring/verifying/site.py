"""A build as a whole: its pages, each looked at, and what stands at which address."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from authoring import addresses
from authoring.verifying.looking import Eyes, Looked
from comments_service.publishing import files
from comments_service.settings import Settings

_ASKING = {"http", "https", "ws", "wss", "ftp"}
# What begins so leads to the same place from every page.
_FROM_ANYWHERE = ("/", "http://", "https://")
# Pages name the same few places again and again.
_MOST_KNOWN = 20_000
_FOR_PROGRAMS = {".atom", ".rss", ".xml", ".json", ".txt", ".map", ".webmanifest"}


@dataclass(frozen=True)
class Site:
    """The build in `folder`; `pages` by their addresses, `/slug/` or `/404.html`.

    `moving` are the pages on which something was said since the build began, so that their replies are still to come.
    """

    folder: Path
    settings: Settings
    pages: Mapping[str, Looked]
    moving: frozenset[str] = frozenset()

    @cached_property
    def _files(self) -> list[Path]:
        return sorted(self.folder.rglob("*"))

    def files(self, suffix: str) -> list[Path]:
        """Its files of one kind, such as `.css`, in a fixed order."""
        return [path for path in self._files if path.suffix == suffix]

    @cached_property
    def _ids(self) -> dict[str, frozenset[str]]:
        return {address: frozenset(page.ids) for address, page in self.pages.items()}

    def within(self, link: str, at: str) -> tuple[str, str] | None:
        """Address and fragment of a link that stays on the site, read from the page `at`; None for any other."""
        if link.startswith("#"):
            return at, unquote(link[1:])
        parts = _parts(f"{self.settings.url}{'/' if link.startswith(_FROM_ANYWHERE) else at}", link)
        own = urlsplit(self.settings.url)
        if parts is None or (parts.scheme, parts.netloc) != (own.scheme, own.netloc):
            return None
        return parts.path or "/", unquote(parts.fragment)

    def is_elsewhere(self, asked: str) -> bool:
        """Whether asking for this makes a browser call somebody else."""
        parts = _parts(f"{self.settings.url}/", asked)
        if parts is None:
            return True
        return parts.scheme in _ASKING and parts.netloc != urlsplit(self.settings.url).netloc

    def has(self, address: str) -> bool:
        """Whether something stands at an address: a page, a file, or the service."""
        if address in self.pages or address.strip("/").split("/", 1)[0] in addresses.SERVICE:
            return True
        path = self.folder / unquote(address).lstrip("/")
        return not address.endswith("/") and path.is_file()

    def has_place(self, address: str, place: str) -> bool:
        """Whether a page has this place; of other files nobody knows."""
        if address not in self._ids or place.startswith(":~:"):
            return True
        return place in self._ids[address] or (address in self.moving and place.startswith("comment-"))

    def read(self, address: str) -> str:
        """The text of a file, empty where there is none."""
        path = self.folder / address.lstrip("/")
        return files.read(path) if path.is_file() else ""


def look(settings: Settings, folder: Path, eyes: Eyes, moving: Iterable[str], tell: Callable[[str], None]) -> Site:
    """Look at every page of a build."""
    paths = sorted(folder.rglob("*.html"))
    seen = eyes.look(paths, lambda number: tell(f"page {number:,} of {len(paths):,}"))
    eyes.keep()
    pages = {address_of(folder, path): looked for path, looked in zip(paths, seen, strict=True)}
    return Site(folder, settings, pages, frozenset(moving))


@lru_cache(_MOST_KNOWN)
def _parts(base: str, link: str) -> SplitResult | None:
    """Where a link of the page at `base` leads; None where it can't be read."""
    try:
        return urlsplit(urljoin(base, link))
    except ValueError:
        return None


def address_of(folder: Path, path: Path) -> str:
    """The address at which readers find a file."""
    return f"/{path.relative_to(folder).as_posix().removesuffix('index.html')}"


def texts(folder: Path) -> Iterator[Path]:
    """What is read by programs: feeds, maps, manifests, and the files of a search index."""
    for path in sorted(folder.rglob("*")):
        if not path.name.startswith(".") and (path.suffix in _FOR_PROGRAMS or path.suffix.startswith(".pf_")):
            yield path

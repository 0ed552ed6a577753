"""A last look at a build before readers see it: every reply in its place, and nothing that is not meant for them."""

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

from authoring import sources
from authoring.building import BuildError
from comments_service import ids
from comments_service.database import opened
from comments_service.publishing import files
from comments_service.settings import Settings
from comments_service.store import comments, pages

_ATOM = "{http://www.w3.org/2005/Atom}"
_SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def verify(settings: Settings, content: Path, site: Path) -> None:
    """Check the build of `content` in `site`. Raises BuildError with a sentence for each thing that is wrong."""
    with opened(settings) as db:
        # The counts first: whoever's version is still that of the build has not changed in between either.
        counts = comments.standing_counts(db, [page.path for page in pages.every(db)])
        registered = pages.every(db)
    manifest = files.read_manifest(site)
    if manifest is None:
        raise BuildError("The build holds no conversations: the plugin that bakes them in did not run.")
    settled = [page.path for page in registered if page.version == manifest.versions.get(page.path)]
    standing = {path: counts.get(path, 0) for path in settled}
    essays = {page.path for page in registered}
    wrong = [*_replies(site, standing), *_leaks(settings, content, site, essays), *_lists(settings, site, essays)]
    if wrong:
        raise BuildError("\n".join(wrong))


def _replies(site: Path, standing: dict[str, int]) -> Iterator[str]:
    """A reply that arrived since the build is spliced in later; where none did, page and database must agree."""
    for path, count in standing.items():
        found = _Replies.count(_page(site, path))
        if found != count:
            yield f"{path} holds {found} replies, but {count} stand there."


def _leaks(settings: Settings, content: Path, site: Path, essays: set[str]) -> Iterator[str]:
    """What is not meant for readers yet has no address, unless something that is has the same."""
    now = ids.moment()
    withheld: dict[sources.Source, str] = {}
    meant = set()
    for source in sources.read(content):
        if source.status in {"draft", "skip"}:
            withheld[source] = "is a draft"
        elif not source.is_due(now, settings.zone):
            withheld[source] = "is dated in the future"
        elif source.status == "hidden" and not source.is_edition and source.address in essays:
            yield f"{source.path.name} is hidden, but stands among the essays."
        else:
            meant.add(source.address)
    for source, why in withheld.items():
        if source.address not in meant and _page(site, source.address).exists():
            yield f"{source.path.name} {why}, but {source.address} is in the build."


def _lists(settings: Settings, site: Path, essays: set[str]) -> Iterator[str]:
    """The feed announces essays only, and the sitemap nothing that is not there."""
    try:
        feed = ET.parse(site / "feed.atom").getroot()  # noqa: S314 -- our own build
        sitemap = ET.parse(site / "sitemap.xml").getroot()  # noqa: S314
    except (OSError, ET.ParseError) as error:
        yield f"The feed or the sitemap can't be read: {error}."
        return
    for link in feed.iterfind(f"{_ATOM}entry/{_ATOM}link"):
        path = link.get("href", "").removeprefix(settings.url)
        if path not in essays:
            yield f"The feed announces {path}, which is no essay of this build."
    for place in sitemap.iterfind(f"{_SITEMAP}url/{_SITEMAP}loc"):
        path = (place.text or "").removeprefix(settings.url)
        if not _page(site, path).exists():
            yield f"The sitemap names {path}, which is not in the build."


def _page(site: Path, address: str) -> Path:
    return site / address.strip("/") / "index.html"


class _Replies(HTMLParser):
    """Counts the comments of a page that can be read; the place of one that is gone is none."""

    def __init__(self) -> None:
        super().__init__()
        self.found = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = (dict(attrs).get("class") or "").split()
        self.found += tag == "article" and "comment" in classes and "gone" not in classes

    @classmethod
    def count(cls, page: Path) -> int:
        """How many replies a page holds."""
        parser = cls()
        parser.feed(files.read(page))
        return parser.found

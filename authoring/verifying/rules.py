"""What must hold in a build, each a function that yields a sentence for whatever does not."""

import gzip
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

from authoring import addresses, sources
from authoring.verifying import looking
from authoring.verifying.site import Site, address_of, texts
from comments_service import ids

_ATOM = "{http://www.w3.org/2005/Atom}"
_SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
_GZIPPED = b"\x1f\x8b"
_IMPORTED = re.compile(r"""\b(?:import\s*\(?|from|fetch\()\s*["'`]((?:https?:)?//[^"'`]+)""")


def replies(site: Site, standing: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """Every reply that stands is in its page, and no other is: none that is held, withdrawn, or taken down."""
    for path, wanted in standing.items():
        found = site.pages[path].replies if path in site.pages else []
        for id_ in sorted(wanted.difference(found)):
            yield f"{path} lacks the reply {id_}: it holds {len(found)} replies, but {len(wanted)} stand there."
        for id_ in sorted(set(found).difference(wanted)):
            yield f"{path} holds the reply {id_}, which does not stand there."


def leaks(site: Site, content: Path, essays: set[str]) -> Iterator[str]:
    """What is not meant for readers yet has no address, unless something that is has the same; and nothing names it."""
    withheld: dict[sources.Source, str] = {}
    meant = set()
    for source in sources.read(content):
        if why := _withheld(site, source):
            withheld[source] = why
        elif source.status == "hidden" and not source.is_edition and source.address in essays:
            yield f"{source.path.name} is hidden, but stands among the essays."
        else:
            meant.add(source.address)
    secret = {source: why for source, why in withheld.items() if source.address not in meant}
    told = {path: _text(path) for path in texts(site.folder)} if secret else {}
    for source, why in secret.items():
        if source.address in site.pages:
            yield f"{source.path.name} {why}, but {source.address} is in the build."
        # As a whole address: neither by `/tags/later/`, nor in the middle of a sentence.
        named = re.compile(rf"""(?:{re.escape(site.settings.url)}|["'>]|&quot;){re.escape(source.address)}""")
        for path in (path for path, text in told.items() if named.search(text)):
            yield f"{source.path.name} {why}, but {path.relative_to(site.folder)} names {source.address}."


def _withheld(site: Site, source: sources.Source) -> str | None:
    if source.status in {"draft", "skip"}:
        return "is a draft"
    return None if source.is_due(ids.moment(), site.settings.zone) else "is dated in the future"


def lists(site: Site, essays: set[str]) -> Iterator[str]:
    """Feeds can be read and announce essays only; the sitemap can be read and names nothing that is not there."""
    for path in site.files(".atom"):
        yield from _atom(site, path, essays)
    for path in (path for path in site.files(".json") if path.name.startswith("feed")):
        yield from _json_feed(site, path, essays)
    try:
        sitemap = ET.parse(site.folder / "sitemap.xml").getroot()  # noqa: S314 -- our own build
    except (OSError, ET.ParseError) as error:
        yield f"The sitemap can't be read: {error}."
        return
    for place in sitemap.iterfind(f"{_SITEMAP}url/{_SITEMAP}loc"):
        address = (place.text or "").removeprefix(site.settings.url)
        if not site.has(address):
            yield f"The sitemap names {address}, which is not in the build."


def _atom(site: Site, path: Path, essays: set[str]) -> Iterator[str]:
    name = path.relative_to(site.folder)
    try:
        feed = ET.parse(path).getroot()  # noqa: S314 -- our own build
    except (OSError, ET.ParseError) as error:
        yield f"The feed {name} can't be read: {error}."
        return
    seen = set()
    # What RFC 4287 asks of a feed and of its entries.
    for part in (feed, *feed.iterfind(f"{_ATOM}entry")):
        for needed in ("id", "title", "updated"):
            if not (part.findtext(f"{_ATOM}{needed}") or "").strip():
                yield f"The feed {name} has {'an entry' if part is not feed else 'itself'} without {needed}."
        identity = part.findtext(f"{_ATOM}id")
        if identity in seen:
            yield f"The feed {name} has the id {identity} twice."
        seen.add(identity)
    for link in feed.iterfind(f"{_ATOM}entry/{_ATOM}link"):
        if link.get("rel", "alternate") == "alternate":
            yield from _announced(site, name, link.get("href", ""), essays)


def _json_feed(site: Site, path: Path, essays: set[str]) -> Iterator[str]:
    name = path.relative_to(site.folder)
    try:
        feed = json.loads(path.read_text("utf-8"))
        # What version 1.1 of JSON Feed asks for (https://www.jsonfeed.org/version/1.1/).
        if not (feed["version"].startswith("https://jsonfeed.org/version/") and feed["title"]):
            yield f"The feed {name} has no version or no title."
        for item in feed["items"]:
            if not item["id"]:
                yield f"The feed {name} has an item without id."
            yield from _announced(site, name, item.get("url", ""), essays)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        yield f"The feed {name} can't be read: {error!r}."


def _announced(site: Site, name: Path, link: str, essays: set[str]) -> Iterator[str]:
    address = link.removeprefix(site.settings.url)
    if address not in essays:
        yield f"The feed {name} announces {address}, which is no essay of this build."


def links(site: Site) -> Iterator[str]:
    """Every link within the site leads to something that is there, and to a place that is in it."""
    known: dict[tuple[str, str], str | None] = {}
    for at, page in site.pages.items():
        for link in dict.fromkeys(page.links):
            there = site.within(link, at)
            if there is None:
                continue
            if there not in known:
                known[there] = _missing(site, *there)
            if known[there]:
                yield f"{at} links to {link}, {known[there]}."


def lacking(site: Site) -> Iterator[str]:
    """The pages that every blog has, and to which the theme links, if they are not written yet."""
    for name in sorted(addresses.PAGES):
        if not site.has(f"/{name}/"):
            yield f"There is no page /{name}/, to which the other pages lead: write content/pages/{name}.md."


def _missing(site: Site, address: str, place: str) -> str | None:
    if address.strip("/") in addresses.PAGES and address not in site.pages:
        return None
    if not site.has(address):
        return "where nothing stands"
    return f"where no #{place} is" if place and not site.has_place(address, place) else None


def html(site: Site) -> Iterator[str]:
    """Every page is HTML that a browser need not mend."""
    for at, page in site.pages.items():
        for sentence in page.wrong:
            yield f"{at} is no valid HTML: {sentence}"


def strangers(site: Site) -> Iterator[str]:
    """No page makes a browser ask anybody else."""
    for at, page in site.pages.items():
        for asked in dict.fromkeys(page.asks):
            if site.is_elsewhere(asked):
                yield f"{at} would ask {asked}, which is somebody else's."
    for path in site.files(".css"):
        for asked in looking.in_style(path.read_text("utf-8")):
            if site.is_elsewhere(asked):
                yield f"{address_of(site.folder, path)} would ask {asked}, which is somebody else's."
    for path in site.files(".js"):
        for asked in _IMPORTED.findall(path.read_text("utf-8")):
            if site.is_elsewhere(asked):
                yield f"{address_of(site.folder, path)} would ask {asked}, which is somebody else's."


def _text(path: Path) -> str:
    raw = path.read_bytes()
    return (gzip.decompress(raw) if raw.startswith(_GZIPPED) else raw).decode("utf-8", "replace")

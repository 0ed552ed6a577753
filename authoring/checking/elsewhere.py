"""The rule about links to other sites, asked only when the author wants it: somebody still has to answer there.

HEAD first, which costs the other side least, and GET where that is refused. Who answered is believed for a week.
"""

import contextlib
import http.client
import json
import time
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote, urldefrag, urlsplit, urlunsplit

from authoring.checking import links
from authoring.checking.findings import Found
from authoring.checking.reading import Blog
from comments_service import ids

PATIENCE_SECONDS = 10.0
_BELIEVED_SECONDS = 7 * 24 * 3600
_AT_A_TIME = 8
_GONE = frozenset({404, 410})
_BROKEN = 500
# LinkedIn's own code for programs. Whoever turns them away is there; what a person would see, a program can't say.
_NO_PROGRAMS = 999
_HEADERS = {"User-Agent": "Mozilla/5.0 (compatible; a blog checking its own links)", "Accept": "*/*"}


def dead_links_elsewhere(blog: Blog, tell: Callable[[str], None]) -> Iterator[Found]:
    """Every link to another site at which nobody answers. `tell` hears how far it is."""
    places = defaultdict(list)
    for text in blog.looked_at:
        for link in links.elsewhere(blog, text):
            if not link.is_image:
                places[urldefrag(_whole(link.target)).url].append((text, link.at))
    well = _remembered(blog.cache)
    asked = [url for url in places if url not in well]
    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        for number, (url, wrong) in enumerate(pool.map(lambda url: (url, answer(url)), asked), 1):
            tell(f"{number} of {len(asked)} other sites")
            if wrong is None:
                well[url] = ids.moment().timestamp()
            for text, at in places[url] if wrong else ():
                yield Found(text.path, text.line_at(at), f"{url} {wrong}.")
    _remember(blog.cache, well)


def answer(url: str, patience: float = PATIENCE_SECONDS) -> str | None:
    """What is wrong at an address, as the end of a sentence, or None."""
    try:
        status = _status("HEAD", url, patience)
        if status >= 400:  # noqa: PLR2004 -- where errors begin; some sites know no HEAD
            status = _status("GET", url, patience)
    except TimeoutError:
        return f"did not answer within {patience:g} seconds"
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "reason", error)
        if isinstance(reason, TimeoutError):
            return f"did not answer within {patience:g} seconds"
        return f"can’t be reached ({reason})"
    if status in _GONE:
        return f"is not there any more ({status})"
    if status < _BROKEN or status == _NO_PROGRAMS:
        return None
    return f"answers with an error ({status})"


def _status(method: str, url: str, patience: float) -> int:
    request = urllib.request.Request(_in_ascii(url), headers=_HEADERS, method=method)  # noqa: S310 -- http and https only
    try:
        with contextlib.closing(urllib.request.urlopen(request, timeout=patience)) as response:  # noqa: S310
            return int(response.status)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code


def _whole(target: str) -> str:
    return f"https:{target}" if target.startswith("//") else target


def _in_ascii(url: str) -> str:
    parts = urlsplit(url)
    host = parts.netloc.encode("idna").decode() if not parts.netloc.isascii() else parts.netloc
    keep = "%/:=&?~+!$,;'@()*[]"
    return urlunsplit((parts.scheme, host, quote(parts.path, keep), quote(parts.query, keep), ""))


def _remembered(cache: Path) -> dict[str, float]:
    """The addresses that answered well not long ago, and when."""
    try:
        known = json.loads(cache.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    since = ids.moment().timestamp() - _BELIEVED_SECONDS
    return {url: at for url, at in known.items() if at > since}


def _remember(cache: Path, well: dict[str, float]) -> None:
    cache.parent.mkdir(parents=True, exist_ok=True)
    aside = cache.with_name(f".{cache.name}.{time.monotonic_ns()}")
    aside.write_text(json.dumps(well, indent=0, sort_keys=True), "utf-8")
    aside.replace(cache)

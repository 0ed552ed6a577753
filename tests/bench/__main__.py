"""`make bench` (ARGS="starting reading accepting memory site desk letters filter" for some): figures and promises."""

import statistics
import sys
import tempfile
import urllib.request
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path

from tests.bench import desk, letters, load, material, memory, servers, site
from tests.bench import filter as filter_
from tests.bench.table import Table

_ROUNDS = 5
_SECONDS = 3
_GZIP = {"Accept-Encoding": "gzip"}
_SERVED = {"starting", "reading", "accepting", "memory"}
# No two replies are the same, in whatever round they are sent.
_seeds = count(1_000_000, 1_000_000)
row = Table().row


def alternating(*measures: Callable[[], load.Result]) -> list[load.Result]:
    """Run the measures in turns and take each one's median: whatever the machine does besides hits all alike."""
    rounds = [[measure() for measure in measures] for _ in range(_ROUNDS)]
    return [
        load.Result(
            rate=statistics.median(one.rate for one in turns),
            failed=sum(one.failed for one in turns),
            p95=statistics.median(one.p95 for one in turns),
        )
        for turns in zip(*rounds, strict=True)
    ]


def reading(us: servers.Server, empty: servers.Server, isso: servers.Server) -> None:
    """Reading a conversation from the service, 32 at a time, compression accepted."""
    for size in material.SIZES:
        address = f"{us.url}/comments/thread?page=/thread-{size}/"
        known = _GZIP | {"If-None-Match": _etag(address)}
        nothing, ours, again, theirs = alternating(
            partial(load.get, f"{empty.url}/", at_once=32, seconds=_SECONDS),
            partial(load.get, address, at_once=32, seconds=_SECONDS, headers=_GZIP),
            partial(load.get, address, at_once=32, seconds=_SECONDS, headers=known),
            partial(load.get, f"{isso.url}/?uri=/thread-{size}/", at_once=32, seconds=_SECONDS * 2, headers=_GZIP),
        )
        share, times = ours.rate / nothing.rate, ours.rate / max(theirs.rate, 0.1)
        what = f"thread of {size:,}"
        row(
            f"{what}, of an empty view's {nothing.rate:,.0f}/s",
            f"{ours.rate:,.0f}/s, {share:.2f}",
            "0.80",
            kept=share >= 0.8,
        )
        row(f"{what}, of Isso's {theirs.rate:,.1f}/s", f"{times:,.0f} times", "200 times", kept=times >= 200)
        row(f"{what}, known already (304)", f"{again.rate:,.0f}/s", "as fast", kept=again.rate >= 0.95 * ours.rate)
        failed = ours.failed + again.failed
        row(f"{what}, failed requests", f"{failed}", "none", kept=not failed)


def _etag(address: str) -> str:
    with urllib.request.urlopen(urllib.request.Request(address, headers=_GZIP), timeout=10) as response:
        return str(response.headers["ETag"])


def accepting(us: servers.Server, isso: servers.Server, folder: Path) -> None:
    """Accepting a reply: validated, rendered, screened, on disk with its event and its job, the worker beside."""

    def ours(at_once: int) -> load.Result:
        return load.post(us.url, "/comments/", load.RAPPORT_BODY, folder, at_once, _SECONDS, next(_seeds))

    def theirs(at_once: int) -> load.Result:
        return load.post(isso.url, "/new?uri=/posted/", load.ISSO_BODY, folder, at_once, _SECONDS, next(_seeds))

    for at_once in (1, 8, 32):
        mine, peer = alternating(partial(ours, at_once), partial(theirs, at_once))
        times = mine.rate / peer.rate
        what = f"accepting, {at_once} at a time"
        promised = at_once > 1
        row(
            f"{what}, of Isso's {peer.rate:,.0f}/s",
            f"{mine.rate:,.0f}/s, {times:.2f} times",
            "1.6 times" if promised else "",
            kept=times >= 1.6 if promised else None,
        )
        row(f"{what}, p95, failed", f"{mine.p95:.0f} ms, {mine.failed}", "none fails", kept=not mine.failed)


def served(folder: Path, wanted: set[str]) -> None:
    """What needs running servers."""
    port, empty_port, isso_port = servers.free_port(), servers.free_port(), servers.free_port()
    command, environment = servers.rapport(folder, port)
    material.ours(environment)
    their_command, their_environment = servers.isso(folder, isso_port)
    with (
        servers.running(command, port, "/comments/counts?page=/posted/", environment, folder / "us.log") as us,
        servers.running(servers.empty_view(empty_port), empty_port, "/", {}, folder / "empty.log") as empty,
        servers.running(their_command, isso_port, "/js/embed.min.js", their_environment, folder / "their.log") as isso,
    ):
        row("start-up to the first answer", f"{us.started:.2f} s", "under 1 s", kept=us.started < 1)
        if "reading" in wanted:
            material.theirs(isso.url)
            reading(us, empty, isso)
        if "accepting" in wanted:
            accepting(us, isso, folder)
        if "memory" in wanted:
            ours, theirs = load.weight(us.pid), load.weight(isso.pid)
            what = "memory after that load (PSS, all processes)"
            row(what, f"{ours:.0f} MB (Isso {theirs:.0f})", "under 150 MB", kept=ours < 150)


def main(wanted: set[str]) -> None:
    """Run what is wanted, or all."""
    with tempfile.TemporaryDirectory(prefix=".bench-", dir=".") as name:
        folder = Path(name).resolve()
        if not wanted or wanted & _SERVED:
            served(folder, wanted or _SERVED)
        if not wanted or "memory" in wanted:
            memory.measure(folder, row)
        if not wanted or "site" in wanted:
            site.measure(folder, row)
        if not wanted or "desk" in wanted:
            desk.measure(folder, row)
        if not wanted or "letters" in wanted:
            letters.measure(folder, row)
        if not wanted or "filter" in wanted:
            filter_.measure(row)


main(set(sys.argv[1:]))

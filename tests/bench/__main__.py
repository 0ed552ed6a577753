"""`make bench` (ARGS="reading accepting memory splicing building" for some): prints a table of figures, ratios and promises."""

import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.bench import load, material, servers

_ROUNDS = 3
_SECONDS = 4
GZIP = {"Accept-Encoding": "gzip"}


def row(what: str, figure: str, promise: str = "", kept: bool | None = None) -> None:  # noqa: FBT001 -- a column of the table
    """Print one line of the table."""
    mark = "" if kept is None else "kept" if kept else "BROKEN"
    print(f"{what:<58} {figure:>28}  {promise:<26} {mark}", flush=True)


def alternating(*measures: Callable[[], load.Result]) -> list[load.Result]:
    """Run the measures in turns, and take each one's median: whatever the machine does besides hits all alike."""
    rounds = [[measure() for measure in measures] for _ in range(_ROUNDS)]
    return [
        load.Result(
            statistics.median(one.rate for one in turns),
            sum(one.failed for one in turns),
            statistics.median(one.p95 for one in turns),
        )
        for turns in zip(*rounds, strict=True)
    ]


def reading(us: servers.Server, empty: servers.Server, isso: servers.Server) -> None:
    """Reading a conversation from the service, 32 at a time."""
    for size, most_isso in zip(material.SIZES, (1, 1), strict=True):
        address = f"{us.url}/comments/thread?page=/thread-{size}/"
        nothing, ours, theirs = alternating(
            lambda: load.get(f"{empty.url}/", at_once=32, seconds=_SECONDS),
            lambda address=address: load.get(address, at_once=32, seconds=_SECONDS, headers=GZIP),
            lambda size=size: load.get(
                f"{isso.url}/?uri=/thread-{size}/", at_once=32, seconds=_SECONDS * 2, headers=GZIP
            ),
        )
        figure = f"{ours.rate:,.0f}/s of {nothing.rate:,.0f}/s"
        row(f"thread of {size:,}, against an empty view", figure, "at least 0.8", ours.rate >= 0.8 * nothing.rate)
        theirs_rate = max(theirs.rate, 0.1) * most_isso
        row(
            f"thread of {size:,}, against Isso",
            f"{ours.rate / theirs_rate:,.0f} times {theirs_rate:,.1f}/s",
            "at least 200 times",
            ours.rate >= 200 * theirs_rate,
        )
        etag = _etag(address)
        (again,) = alternating(
            lambda address=address, etag=etag: load.get(
                address, at_once=32, seconds=_SECONDS, headers=GZIP | {"If-None-Match": etag}
            )
        )
        row(f"thread of {size:,}, 304", f"{again.rate:,.0f}/s", "as fast", again.rate >= 0.95 * ours.rate)
        row(
            f"thread of {size:,}, failed requests",
            f"{ours.failed + again.failed}",
            "none",
            not ours.failed + again.failed,
        )


def _etag(address: str) -> str:
    import urllib.request

    with urllib.request.urlopen(urllib.request.Request(address, headers=GZIP), timeout=10) as response:
        return str(response.headers["ETag"])


def accepting(us: servers.Server, isso: servers.Server, folder: Path) -> None:
    """Accepting a reply: validated, rendered, screened, on disk with its event and its job, the worker running beside."""
    for at_once in (1, 8, 32):
        seeds = iter(range(at_once * 10_000_000, at_once * 10_000_000 + 10_000_000, 1_000_000))
        ours, theirs = alternating(
            lambda at_once=at_once, seeds=seeds: load.post(
                us.url, "/comments/", load.RAPPORT_BODY, folder, at_once=at_once, seconds=_SECONDS, seed=next(seeds)
            ),
            lambda at_once=at_once, seeds=seeds: load.post(
                isso.url,
                "/new?uri=/posted/",
                load.ISSO_BODY,
                folder,
                at_once=at_once,
                seconds=_SECONDS,
                seed=next(seeds),
            ),
        )
        ratio = ours.rate / theirs.rate
        promise = "at least 1.6 times" if at_once > 1 else ""
        row(
            f"accepting, {at_once} at a time",
            f"{ours.rate:,.0f}/s, {ratio:.2f} times {theirs.rate:,.0f}/s",
            promise,
            ratio >= 1.6 if at_once > 1 else None,
        )
        row(
            f"accepting, {at_once} at a time, p95 and failures",
            f"{ours.p95:.0f} ms, {ours.failed}",
            "no error",
            not ours.failed,
        )


def main(wanted: set[str]) -> None:
    """Run what is wanted, or all."""
    everything = not wanted
    with tempfile.TemporaryDirectory(prefix="bench-", dir=".") as name:
        folder = Path(name).resolve()
        port = servers.free_port()
        command, environment = servers.rapport(folder, port)
        if everything or wanted & {"reading", "accepting", "memory", "starting"}:
            _served(folder, command, environment, port, wanted or {"reading", "accepting", "memory", "starting"})
        if everything or "splicing" in wanted:
            site.splicing(folder, row)
        if everything or "building" in wanted:
            site.building(folder, row)


def _served(folder: Path, command: list[str], environment: dict[str, str], port: int, wanted: set[str]) -> None:
    material.ours(environment)
    empty_port, isso_port = servers.free_port(), servers.free_port()
    isso_command, isso_environment = servers.isso(folder, isso_port)
    with (
        servers.running(command, port, "/comments/counts?page=/posted/", environment, folder / "us.log") as us,
        servers.running(servers.empty_view(empty_port), empty_port, "/", {}, folder / "empty.log") as empty,
        servers.running(
            isso_command, isso_port, "/js/embed.min.js", isso_environment, folder / "isso-server.log"
        ) as isso,
    ):
        row("start-up to the first answer", f"{us.started:.2f} s", "under 1 s", us.started < 1)
        if "reading" in wanted:
            material.theirs(isso.url)
            reading(us, empty, isso)
        if "accepting" in wanted:
            accepting(us, isso, folder)
        if "memory" in wanted:
            ours, theirs = load.weight(us.pid), load.weight(isso.pid)
            row(
                "memory after that load (PSS, all processes)",
                f"{ours:.0f} MB (Isso {theirs:.0f})",
                "under 150 MB",
                ours < 150,
            )


main(set(sys.argv[1:]))

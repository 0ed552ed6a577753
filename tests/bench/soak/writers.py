"""Writers: a hundred at once, then a hundred replies a second by the clock, on each engine that is there."""

import statistics
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from queue import SimpleQueue

import click
import pytest

from tests.bench.servers import free_port
from tests.bench.soak.afterwards import Afterwards, look
from tests.bench.soak.house import PAGES, built, complaints, served
from tests.bench.soak.writing import Writer, Written, writing
from tests.support import postgres

_AT_ONCE, _SECONDS, _OFFERED = 100, 60, 100
_P95_MS = 200


@dataclass(frozen=True)
class Outcome:
    """What a crowd saw, what was found afterwards, and complaints of the log.

    `waits` are the milliseconds from the moment at which each reply of the second crowd was meant to be sent until it
    was acknowledged: whoever is sent late because others are slow has waited too.
    """

    written: Written
    after: Afterwards
    complaints: list[str]
    waits: list[float] = field(default_factory=list)

    @property
    def p95(self) -> float:
        """The 95th percentile of the waits."""
        return statistics.quantiles(self.waits, n=20)[-1]


def crowd(folder: Path, seconds: float, database: str = "") -> Outcome:
    """A hundred people write at once, one reply after the other each."""
    settings, port, log = built(folder, database), free_port(), folder / "serve.log"
    with served(settings, port, log), writing(port, _AT_ONCE) as written:
        time.sleep(seconds)
    return Outcome(written, look(settings, written.acknowledged), complaints(log))


def stream(folder: Path, seconds: float, database: str = "") -> Outcome:
    """A hundred replies a second, at even moments, whether or not those before are answered yet."""
    settings, port, log = built(folder, database), free_port(), folder / "serve.log"
    with served(settings, port, log):
        written = Written()
        waits = _offer(port, int(seconds * _OFFERED), written)
    return Outcome(written, look(settings, written.acknowledged), complaints(log), waits)


def _offer(port: int, how_many: int, written: Written) -> list[float]:
    due: SimpleQueue[tuple[int, float] | None] = SimpleQueue()
    waits: list[float] = []

    def send(number: int) -> None:
        writer = Writer(port, number, written)
        while turn := due.get():
            count, meant = turn
            try:
                writer.say(writer.words(count), PAGES[count % len(PAGES)])
            except (OSError, HTTPException) as error:
                written.refused.append(repr(error))
            waits.append((time.monotonic() - meant) * 1000)
        writer.hang_up()

    threads = [threading.Thread(target=send, args=(number,), daemon=True) for number in range(_AT_ONCE)]
    for thread in threads:
        thread.start()
    begun = time.monotonic()
    for count in range(how_many):
        meant = begun + count / _OFFERED
        time.sleep(max(0.0, meant - time.monotonic()))
        due.put((count, meant))
    for _ in threads:
        due.put(None)
    for thread in threads:
        thread.join()
    return waits


def programme(folder: Path, row: Callable[..., None]) -> None:
    """Both, on SQLite, and on PostgreSQL where it is installed, judged."""
    with ExitStack() as stack:
        engines: dict[str, Callable[[], str]] = {"SQLite": lambda: ""}
        try:
            engines["PostgreSQL"] = stack.enter_context(postgres.running()).new_database
        except (pytest.skip.Exception, pytest.fail.Exception) as missing:
            row("PostgreSQL", f"{missing}")
        with click.progressbar(engines.items(), label="A hundred writers at once", file=sys.stderr) as bar:
            done = [
                (engine, crowd(folder / f"{engine}-crowd", _SECONDS, new()), stream(folder / engine, _SECONDS, new()))
                for engine, new in bar
            ]
    for engine, at_once, offered in done:
        _judge(row, f"{engine}, {_AT_ONCE} at once for {_SECONDS} s", at_once)
        _judge(row, f"{engine}, {_OFFERED} replies/s for {_SECONDS} s", offered)
        middle = statistics.median(offered.waits)
        row("  median, p95", f"{middle:.0f}, {offered.p95:.0f} ms", "under 200 ms", kept=offered.p95 < _P95_MS)


def _judge(row: Callable[..., None], what: str, outcome: Outcome) -> None:
    after, wrong = outcome.after, outcome.written.refused + outcome.complaints
    row(f"{what}, acknowledged", f"{len(outcome.written.acknowledged):,}")
    row("  refused, or an error in the log", f"{len(wrong)}", "0", kept=not wrong)
    row("  lost, doubled", f"{len(after.lost)}, {len(after.doubled)}", "0, 0", kept=not after.lost + after.doubled)
    row("  all else in order", "yes" if after.well else repr(after)[:200], "yes", kept=after.well)
    for line in wrong[:5]:
        print(f"    {line[:400]}")

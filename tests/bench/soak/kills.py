"""Kills: the whole service ends without a word, again and again, while people write; nothing they were told is lost."""

import random
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import click

from tests.bench.servers import free_port
from tests.bench.soak.afterwards import Afterwards, look, wait_for_the_worker
from tests.bench.soak.house import built, complaints, kill, served
from tests.bench.soak.writing import Written, until, writing

_KILLS, _WRITERS, _ACKNOWLEDGED = 100, 8, 20_000
_UP_AGAIN_SECONDS = 2
_PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Outcome:
    """What the writers saw and what was found afterwards.

    `started` are the seconds until each first answer; `caught_up` says whether the last worker came to the end of all
    that had happened; `complaints` are lines of the logs.
    """

    written: Written
    after: Afterwards
    started: list[float]
    caught_up: bool
    complaints: list[str]


def run(
    folder: Path, kills: int, acknowledged: int, advance: Callable[[int], object] = lambda _: None, seed: int = 1
) -> Outcome:
    """Kill the service so often, each time after a random number of replies; at least `acknowledged` in all."""
    settings, port, chance = built(folder), free_port(), random.Random(seed)  # noqa: S311 -- a play of chance
    logs = [folder / f"serve-{number}.log" for number in range(kills + 1)]
    started = []
    with ExitStack() as last:
        with writing(port, _WRITERS) as written:
            for log in logs[:-1]:
                with served(settings, port, log) as server:
                    started.append(server.started)
                    enough = len(written.acknowledged) + acknowledged / kills * chance.uniform(0.6, 1.6)
                    until(lambda enough=enough: len(written.acknowledged) >= enough, _PATIENCE_SECONDS)  # type: ignore[misc]
                    time.sleep(chance.uniform(0, 0.02))  # not only in the moment of an acknowledgement
                    kill(server.pid)
                advance(1)
            started.append(last.enter_context(served(settings, port, logs[-1])).started)
            until(lambda: len(written.acknowledged) >= acknowledged, _PATIENCE_SECONDS)
        caught_up = wait_for_the_worker(settings)
    after = look(settings, written.acknowledged)
    return Outcome(written, after, started, caught_up, [line for log in logs for line in complaints(log)])


def programme(folder: Path, row: Callable[..., None]) -> None:
    """All of it, judged."""
    with click.progressbar(length=_KILLS, label="Killing the service under writers", file=sys.stderr) as bar:
        done = run(folder, _KILLS, _ACKNOWLEDGED, bar.update)
    written, after, slowest = done.written, done.after, max(done.started)
    said, whole = len(written.acknowledged), f"{_KILLS} kills under {_WRITERS} writers"
    row(f"{whole}, acknowledged", f"{said:,}", f"{_ACKNOWLEDGED:,}", kept=said >= _ACKNOWLEDGED)
    row("  sent again after a lost connection", f"{written.repeated:,}")
    row("  lost, doubled", f"{len(after.lost)}, {len(after.doubled)}", "0, 0", kept=not after.lost + after.doubled)
    row("  refused meanwhile", f"{len(written.refused)}", "0", kept=not written.refused)
    row("  the file, by SQLite's own check", "; ".join(after.damage) or "ok", "ok", kept=not after.damage)
    row("  conversations told otherwise than kept", f"{after.differing}", "0", kept=not after.differing)
    row("  published, not once on its page", f"{len(after.missing)}", "0", kept=not after.missing)
    row(
        "  the worker caught up, with nothing given up",
        "yes" if done.caught_up and not after.undone else "no",
        "yes",
        kept=done.caught_up and not after.undone,
    )
    row("  errors in the log", f"{len(done.complaints)}", "0", kept=not done.complaints)
    middle = statistics.median(done.started)
    row(
        "  up again, median and slowest",
        f"{middle:.2f}, {slowest:.2f} s",
        "under 2 s",
        kept=slowest < _UP_AGAIN_SECONDS,
    )
    for line in [*written.refused, *done.complaints][:5]:
        print(f"    {line[:400]}")

"""Markup: every generated attack, rendered as a reply, printed as a name or a title, and seen by a real browser."""

import multiprocessing
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

import click

from comments_service.rendering import to_html
from tests.bench.soak import printed, seen
from tests.data import attacks

_IN_BROWSER, _PORTION, _SHOWN = 1_000, 2_000, 5
# For names whole houses are looked at: so many people in each, and each vector in every fifth of its disguises.
_PEOPLE, _STEP = 20, 5


def harmful(numbers: Iterable[int]) -> list[str]:
    """What is found in the HTML of these attacks, each with the text that brought it about."""
    found = []
    for number in numbers:
        text = attacks.attack(number)
        found += [f"{finding}: {text!r}" for finding in attacks.findings(to_html(text))]
    return found


def _printed(folder: Path, values: Sequence[str]) -> Iterator[list[str]]:
    meant = printed.shapes(folder / "meant", _PEOPLE)
    portions = [values[first : first + _PEOPLE] for first in range(0, len(values), _PEOPLE)]
    with multiprocessing.Pool(os.cpu_count()) as pool:
        jobs = [(folder / str(number), portion, meant) for number, portion in enumerate(portions)]
        running = [pool.apply_async(printed.harm, job) for job in jobs]
        with click.progressbar(running, label="Printing names and titles", file=sys.stderr) as bar:
            yield from (one.get() for one in bar)


def programme(folder: Path, row: Callable[..., None]) -> None:
    """All of them rendered, some in a browser, all vectors in every disguise as names and titles; judged."""
    portions = [range(first, min(first + _PORTION, attacks.COUNT)) for first in range(0, attacks.COUNT, _PORTION)]
    with multiprocessing.Pool(os.cpu_count()) as pool:
        done = pool.imap_unordered(harmful, portions)
        with click.progressbar(done, len(portions), label="Rendering attacks", file=sys.stderr) as bar:
            found = list(chain.from_iterable(bar))
    row(f"{attacks.COUNT:,} attacks rendered, findings of a parser", f"{len(found)}", "0", kept=not found)
    in_browser = seen.happened(to_html(text) for text in attacks.some(_IN_BROWSER))
    row(f"{_IN_BROWSER:,} in Chromium: scripts, requests, dialogs", f"{len(in_browser)}", "0", kept=not in_browser)
    planted = seen.happened(["<p>x</p>", *seen.PLANTED])
    noticed = sum(any(repr(html) in what for what in planted) for html in seen.PLANTED)
    figure, all_noticed = f"{noticed} of {len(seen.PLANTED)}", noticed == len(seen.PLANTED)
    row("  of what was planted, uncleaned, noticed", figure, "all", kept=all_noticed)
    values = [disguise(vector) for vector in attacks.VECTORS for disguise in attacks.DISGUISES[::_STEP]]
    values += values[: -len(values) % _PEOPLE]
    harm = list(chain.from_iterable(_printed(folder, values)))
    row(f"{len(values):,} as names, titles, notes: not as words", f"{len(harm)}", "0", kept=not harm)
    for line in chain(found[:_SHOWN], in_browser[:_SHOWN], harm[:_SHOWN]):
        print(f"    {line[:600]}")

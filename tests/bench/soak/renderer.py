"""The renderer: the slowest texts that we know, all at the size limit, and what each costs of a processor."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import click

from comments_service import rendering
from tests.data.shapes import SHAPES

_JUDGED, _SHOWN, _TIMES = 80, 10, 3
_MOST_SECONDS = 0.5


def cost(text: str) -> float:
    """Seconds of CPU to render a text. Raises whatever rendering raises, which should be nothing."""
    begun = time.process_time()
    rendering.to_html(text)
    return time.process_time() - begun


def programme(_folder: Path, row: Callable[..., None]) -> None:
    """Every shape three times, of which the slowest counts; the eighty slowest judged, the ten slowest shown."""
    rendering.to_html("warm")
    with click.progressbar(SHAPES.items(), label="Rendering the slowest texts", file=sys.stderr) as bar:
        costs = sorted(((max(cost(text) for _ in range(_TIMES)), name) for name, text in bar), reverse=True)[:_JUDGED]
    slow = sum(seconds >= _MOST_SECONDS for seconds, _ in costs)
    row(f"the {_JUDGED} slowest of {len(SHAPES)} texts, over {_MOST_SECONDS} s of CPU", f"{slow}", "0", kept=not slow)
    for seconds, name in costs[:_SHOWN]:
        row(f"  {name}", f"{seconds:.3f} s")

"""`make soak` (ARGS="markup kills" for some): what was tried, what came of it, and whether each promise was kept."""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.bench.soak import bodies, headers, kills, markup, power, renderer, requests, slow, wave, writers
from tests.bench.table import Table

# In the order in which they are run; each gets a folder of its own on this disk, and the way to print a line.
PROGRAMMES: dict[str, Callable[[Path, Callable[..., None]], None]] = {
    "markup": markup.programme,
    "renderer": renderer.programme,
    "kills": kills.programme,
    "power": power.programme,
    "requests": requests.programme,
    "writers": writers.programme,
    "headers": headers.measure,
    "slow": slow.measure,
    "bodies": bodies.measure,
    "wave": wave.measure,
}


def main(wanted: set[str]) -> None:
    """Run what is wanted, or all, one after the other. Exits with 1 if a promise was not kept."""
    if unknown := wanted - PROGRAMMES.keys():
        raise SystemExit(f"There is no programme {', '.join(sorted(unknown))}. There are: {', '.join(PROGRAMMES)}.")
    table = Table()
    for name, programme in PROGRAMMES.items():
        if not wanted or name in wanted:
            table.row(name, f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
            with tempfile.TemporaryDirectory(prefix=".soak-", dir=".") as folder:
                programme(Path(folder).resolve(), table.row)
    if table.broken:
        raise SystemExit(f"Not kept: {'; '.join(table.broken)}.")


if __name__ == "__main__":
    main(set(sys.argv[1:]))

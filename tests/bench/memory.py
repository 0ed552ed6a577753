"""Memory: what a small server has to hold while a large blog is published beside the service that takes replies."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from time import sleep

from authoring import children
from comments_service.database import opened
from comments_service.settings import ROOT, load
from tests.bench import load as load_
from tests.bench import servers, site

_MOST = 512  # megabytes, all that such a server has
_BEAT = 0.05


def measure(folder: Path, row: Callable[..., None]) -> None:
    """Publish 1,000 essays with 5,000 replies while the service and its worker run, and look at the sum all the time.

    The figure is the proportional set size of all processes: what they share counts once, the files that the system
    keeps at hand do not.
    """
    site.write(folder / "large")
    port = servers.free_port()
    command, environment = servers.rapport(folder / "memory", port, RAPPORT_SYNCHRONOUS="normal")
    settings = load(environment, Path("none"))
    publish = children.command("authoring", "publish", "--content", folder / "large", "--fresh")
    told = os.environ | children.environment(settings)
    # Once without replies, so that the service knows the essays; then every page has changed.
    subprocess.run(publish, cwd=ROOT, env=told, check=True, capture_output=True)
    with opened(settings) as db:
        site.talk(db, settings)
    with servers.running(command, port, "/healthz", environment, folder / "memory.log") as service:
        alone = load_.weight(service.pid)
        publishing, together = _peak(publish, told, service.pid)
    row(
        f"publishing {site.ESSAYS:,} essays ({publishing:.0f} MB) beside the service ({alone:.0f} MB)",
        f"{together:.0f} MB together",
        f"under {_MOST} MB",
        kept=together < _MOST,
    )


def _peak(command: list[str], environment: dict[str, str], service: int) -> tuple[float, float]:
    """The most that a publication weighed, and the most that it and the service weighed together, in megabytes."""
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    alone = together = 0.0
    while process.poll() is None:
        weight = load_.weight(process.pid)
        alone, together = max(alone, weight), max(together, weight + load_.weight(service))
        sleep(_BEAT)
    if process.returncode:
        raise SystemExit("The publication that was to be measured failed.")
    return alone, together

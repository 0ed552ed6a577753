"""A real blog: a site built by Pelican, served with its comments by a real process, and its worker beside it."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from time import monotonic

from authoring import building, children
from comments_service import keys, settings
from comments_service.database import opened
from comments_service.identity import authors
from comments_service.settings import ROOT, Settings
from tests.support.actors import Author, House

_PATIENCE_SECONDS = 20.0


@dataclass(frozen=True)
class Blog:
    """A running blog at `url`. `desk_link` is the one-time link that it printed; `house` is its inside."""

    url: str
    desk_link: str
    house: House

    @property
    def site(self) -> Path:
        """The published site on disk."""
        return self.house.settings.output

    def on_disk(self, path: str) -> str:
        """The published file of a page."""
        return (self.site / path.strip("/") / "index.html").read_text("utf-8")

    def says(self, *words: str, on: str) -> bool:
        """Whether the published file of a page holds all these words."""
        text = self.on_disk(on)
        return all(word in text for word in words)

    def rapport(self, *words: str) -> str:
        """What the `rapport` command prints."""
        command = children.command("comments_service", *words)
        environment = children.environment(self.house.settings)
        return subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def until(condition: Callable[[], object]) -> None:
    """Go on as soon as `condition` holds; fail when it never does."""
    patience, waiting = monotonic() + _PATIENCE_SECONDS, Event()
    while not condition():
        assert monotonic() < patience, "waited in vain"
        waiting.wait(0.02)


@contextmanager
def running(folder: Path, content: Path) -> Iterator[Blog]:
    """Build the site from `content`, and serve it until the block ends. Nobody is slowed: all readers share one address."""
    port = _free_port()
    here = settings.load({}, folder / "none.toml").with_(
        url=f"http://127.0.0.1:{port}", port=port, data=folder / "data", output=folder / "output", rate_limit=False, log="warning",
    )  # fmt: skip
    building.build(here, content=content)
    with _serving(here, folder / "log") as desk_link, opened(here) as db:
        house = House(here, db, keys.load(here.data), Author.__new__(Author))
        house.author = Author(house, authors.ensure_owner(db, here))
        yield Blog(here.url, desk_link, house)


@contextmanager
def _serving(here: Settings, log: Path) -> Iterator[str]:
    """The server as `make serve` runs it; gives the sign-in link that it prints."""
    with log.open("wb") as errors:
        process = subprocess.Popen(
            children.command("comments_service", "serve"), env=children.environment(here), cwd=ROOT,
            stdout=subprocess.PIPE, stderr=errors, text=True,
        )  # fmt: skip
    try:
        yield _ready(process, log)
    finally:
        process.terminate()
        process.communicate(timeout=30)


def _ready(process: "subprocess.Popen[str]", log: Path) -> str:
    assert process.stdout
    desk_link = ""
    for line in process.stdout:
        told, _, address = line.strip().partition(": ")
        if told == "Desk":
            desk_link = address
        elif told == "Ready":
            return desk_link
    raise AssertionError(f"The server did not start. It said:\n{log.read_text()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

"""A small blog in a folder of its own: content, settings, and the commands run as `make` runs them."""

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

import pytest

from authoring import building, children
from comments_service import keys, settings
from comments_service.database import opened
from comments_service.identity import authors
from comments_service.settings import ROOT, Settings
from tests.support.actors import Author, House
from tests.support.processes import PATIENCE_SECONDS, eventually, free_port


def essay(content: Path, slug: str, words: str = "First words.", **front: str | None) -> Path:
    """Write an essay; `front` adds lines to its front matter, replaces them, or leaves them out (None)."""
    lines: dict[str, str | None] = {
        "Title": f"Essay {slug}",
        "Date": "2026-01-02 08:00",
        "Slug": slug,
        "Authors": "Ana Ferreira",
        "Question": "And you?",
    }
    path = content / "essays" / f"{slug}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    said = "".join(f"{name}: {value}\n" for name, value in (lines | front).items() if value is not None)
    path.write_text(f"{said}\n{words}\n", "utf-8")
    return path


def two_essays(folder: Path) -> Path:
    """Write `/one/` and `/two/`; returns the folder of the content."""
    essay(folder / "content", "one")
    essay(folder / "content", "two")
    return folder / "content"


def small_blog(folder: Path) -> Settings:
    """The settings of a blog whose site and data lie in a folder."""
    base = settings.load({}, folder / "none.toml")
    return base.with_(data=folder / "data", output=folder / "output", log="warning")


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """Two essays, `/one/` and `/two/`."""
    return two_essays(tmp_path)


@pytest.fixture
def here(tmp_path: Path) -> Settings:
    """The settings of the small blog."""
    return small_blog(tmp_path)


@contextmanager
def furnished(here: Settings) -> Iterator[House]:
    """The inside of a blog that was built."""
    with opened(here) as db:
        house = House(here, db, keys.load(here.data), Author.__new__(Author))
        house.author = Author(house, authors.ensure_owner(db, here))
        yield house


@pytest.fixture(scope="session")
def built_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the small blog, built once in this process; nothing in it says where it lies."""
    folder = tmp_path_factory.mktemp("built")
    building.build(small_blog(folder), content=two_essays(folder))
    return folder


@pytest.fixture
def built_house(built_folder: Path, here: Settings, content: Path, tmp_path: Path) -> Iterator[House]:
    """The small blog, built once."""
    shutil.copytree(built_folder, tmp_path, symlinks=True, dirs_exist_ok=True)
    with furnished(here) as house:
        yield house


def published(here: Settings, path: str) -> str:
    """The file of a page as readers get it."""
    return (here.output / path.strip("/") / "index.html").read_text("utf-8")


@dataclass
class Running:
    """A command that serves: its process, where it serves, what it has printed so far."""

    process: "subprocess.Popen[str]"
    url: str
    said: list[str] = field(default_factory=list)
    complained: list[str] = field(default_factory=list)

    def line(self, *words: str, complained: bool = False) -> str:
        """The first line that holds all these words, once it is printed."""

        def found() -> str | None:
            lines = self.complained if complained else self.said
            return next((line for line in lines if all(word in line for word in words)), None)

        eventually(lambda: found() or self.process.poll() is not None, f"a line with {words}")
        line = eventually(lambda: found() or self.said + self.complained, "anything is said")
        assert line == found(), line
        return str(line)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal; returns the exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_SECONDS)

    def has_left_nobody(self) -> bool:
        """Whether no process that it started is alive."""
        try:
            os.killpg(self.process.pid, 0)
        except ProcessLookupError:
            return True
        return False


Start = Callable[..., "Running"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Run `python -m authoring …` in the background, in a group of processes of its own."""
    running: list[tuple[Running, list[Thread]]] = []

    def begin(*words: str | Path, root: Path = ROOT, **variables: str) -> Running:
        port = variables.pop("PORT", None) or str(free_port())
        folders = {"RAPPORT_DATA": str(tmp_path / "data"), "RAPPORT_OUTPUT": str(tmp_path / "output")}
        process = subprocess.Popen(
            children.command("authoring", *words),
            cwd=root,
            env=os.environ | folders | {"PORT": port} | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        new = Running(process, f"http://localhost:{port}")
        ears = [_ear(process.stdout, new.said), _ear(process.stderr, new.complained)]
        running.append((new, ears))
        return new

    yield begin
    for each, ears in running:
        if each.process.poll() is None:
            each.stop()
        for ear in ears:
            ear.join(PATIENCE_SECONDS)


def _ear(stream: object, lines: list[str]) -> Thread:
    """Keep what is printed, so that nobody who prints has to wait."""

    def listen() -> None:
        with stream:  # type: ignore[attr-defined]
            lines.extend(line.rstrip() for line in stream)  # type: ignore[attr-defined]

    thread = Thread(target=listen, daemon=True)
    thread.start()
    return thread

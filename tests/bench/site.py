"""The site: what publishing a large one costs beside stock Pelican, and what splicing one of its pages does."""

import re
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from authoring import building, children
from comments_service import answering, keys, publishing
from comments_service.database import Database, opened
from comments_service.identity import authors
from comments_service.models import NewReply, Speaker
from comments_service.posting import accept
from comments_service.settings import ROOT, Settings, load

ESSAYS, COMMENTS = 1000, 5000
_SPLICES = 30
_BUILDS = 3
_STEP = re.compile(r"(\w+) ([0-9.]+) s")
_WORDS = "A paragraph of people who write back and who do not, some *emphasis*, a [link](https://example.org/). " * 6
_FRONT = """Title: Essay number {n}
Date: 2025-{month:02d}-{day:02d} 08:00
Slug: essay-{n}
Tags: tag {tag}
Summary: Number {n}.
Question: What do you think of number {n}?

"""
# Pelican as it comes: its theme `simple`, nothing of ours.
_STOCK = """
PATH, OUTPUT_PATH = {content!r}, {output!r}
SITENAME, SITEURL, AUTHOR, TIMEZONE = "A", "https://blog.example", "A", "UTC"
ARTICLE_PATHS, PAGE_PATHS, THEME, PLUGINS = ["essays"], ["pages"], "simple", []
"""


def measure(folder: Path, row: Callable[..., None]) -> None:
    """Write 1,000 essays, say 5,000 things under them, and measure."""
    write(folder / "content")
    settings = load({"RAPPORT_DATA": str(folder / "site-data"), "RAPPORT_OUTPUT": str(folder / "site")}, Path("none"))
    settings = settings.with_(synchronous="normal", hold_first=False, rate_limit=False, url="https://blog.example")
    _publish(settings, folder)
    with opened(settings) as db:
        talk(db, settings)
        _building(settings, folder, row)
        _splicing(db, settings, row)


def write(content: Path) -> None:
    (content / "essays").mkdir(parents=True)
    for n in range(ESSAYS):
        front = _FRONT.format(n=n, month=n % 12 + 1, day=n % 28 + 1, tag=n % 20)
        (content / "essays" / f"essay-{n}.md").write_text(front + "\n\n".join([_WORDS] * 6), "utf-8")


def talk(db: Database, settings: Settings) -> None:
    secrets = keys.load(settings.data)
    owner = authors.ensure_owner(db, settings)
    for number in range(COMMENTS // 2):
        new = NewReply(
            page=f"/essay-{number % ESSAYS}/",
            name=f"Reader {number % 90}",
            text=f"Reply {number}: what do you think of it?",
        )
        comment = accept(db, settings, secrets, Speaker(), new).comment
        answering.answer_to(db, settings, secrets, owner, comment.id, f"Answer {number}: this and that.")


def _building(settings: Settings, folder: Path, row: Callable[..., None]) -> None:
    what = f"{ESSAYS:,} essays with {COMMENTS:,} comments"
    turns = [(_stock(folder), _build(settings, folder, fresh=True)) for _ in range(_BUILDS)]
    stock, build = (statistics.median(times) for times in zip(*turns, strict=True))
    figure = f"{build:.2f} s, {build / stock:.2f} times {stock:.2f} s; {_whole(_publish(settings, folder, '--fresh'))}"
    row(f"full build, {what}, beside stock Pelican", figure, "at most 1.15 times", kept=build <= 1.15 * stock)
    nothing = statistics.median(_publish(settings, folder)[0] for _ in range(_BUILDS))
    row(f"publishing, nothing changed, {what}", f"{nothing:.2f} s", "at most 1.5 s", kept=nothing <= 1.5)
    edited = []
    for n in range(_BUILDS):
        _edit(folder, n)
        edited.append(_build(settings, folder))
    for n in (_BUILDS, _BUILDS + 1):  # the first of them presses every page
        _edit(folder, n)
        published = _publish(settings, folder)
    build, figure = statistics.median(edited), _whole(published)
    row(f"build, one essay edited, {what}", f"{build:.2f} s; {figure}", "at most 2 s", kept=build <= 2)


def _whole(published: tuple[float, dict[str, float]]) -> str:
    seconds, steps = published
    return f"publishing {seconds:.1f} s ({', '.join(f'{name} {took}' for name, took in steps.items() if took)})"


def _edit(folder: Path, n: int) -> None:
    with (folder / "content" / "essays" / f"essay-{n}.md").open("a", encoding="utf-8") as essay:
        essay.write("\n\nOne more thing.\n")


def _build(settings: Settings, folder: Path, *, fresh: bool = False) -> float:
    """Build, bake and put live; returns how long that took, in seconds."""
    begun = time.monotonic()
    building.build(settings, config="publishconf.py", content=folder / "content", fresh=fresh)
    took = time.monotonic() - begun
    # The files of older builds go when the new one stands; the next measurement waits for that.
    for thread in set(threading.enumerate()) - {threading.current_thread()}:
        thread.join()
    return took


def _publish(settings: Settings, folder: Path, *words: str) -> tuple[float, dict[str, float]]:
    """Publish; returns how long that took, in seconds, and each step."""
    command = children.command("authoring", "publish", "--content", folder / "content", *words)
    begun = time.monotonic()
    told = subprocess.run(
        command, cwd=ROOT, env=children.environment(settings), check=True, capture_output=True, text=True
    ).stdout
    took = time.monotonic() - begun
    said = next(line for line in told.splitlines() if line.startswith("Time: "))
    return took, {name: float(seconds) for name, seconds in _STEP.findall(said)}


def _stock(folder: Path) -> float:
    settings = folder / "stock.py"
    settings.write_text(_STOCK.format(content=str(folder / "content"), output=str(folder / "stock")), "utf-8")
    begun = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "pelican", "--delete-output-directory", "-s", settings],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    return time.monotonic() - begun


def _splicing(db: Database, settings: Settings, row: Callable[..., None]) -> None:
    secrets = keys.load(settings.data)
    times = []
    for number in range(_SPLICES):
        path = f"/essay-{number * 7 % ESSAYS}/"
        accept(db, settings, secrets, Speaker(), NewReply(page=path, name="Ben", text=f"Spliced {number}."))
        begun = time.perf_counter()
        changed = publishing.refresh(db, settings, [path])
        times.append((time.perf_counter() - begun) * 1000)
        assert changed
    figure = f"{statistics.median(times):.1f} ms, at most {max(times):.1f}"
    row(f"splicing one page of {ESSAYS:,} essays", figure, "under 50 ms", kept=statistics.median(times) < 50)

"""The site: what splicing one page of a large site costs, and what conversations add to a full build of it."""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from comments_service import answering, keys, publishing
from comments_service.database import Database, opened
from comments_service.identity import authors
from comments_service.models import NewReply, Speaker
from comments_service.posting import accept
from comments_service.settings import ROOT, Settings, load

ESSAYS, COMMENTS = 1000, 5000
_SPLICES = 30
_BUILDS = 3
_WORDS = "A paragraph of people who write back and who do not, some *emphasis*, a [link](https://example.org/). " * 6
_FRONT = """Title: Essay number {n}
Date: 2025-{month:02d}-{day:02d} 08:00
Slug: essay-{n}
Tags: tag {tag}
Summary: Number {n}.

"""
# All of ours but the one that sets the conversations in.
_PLAIN = json.dumps(
    [f"plugins.{name}" for name in ("withheld", "editions", "words", "pictures", "companions", "cards", "feeds")]
)


def measure(folder: Path, row: Callable[..., None]) -> None:
    """Write 1,000 essays, say 5,000 things under them, and measure."""
    write(folder / "content")
    settings = load({"RAPPORT_DATA": str(folder / "site-data"), "RAPPORT_OUTPUT": str(folder / "site")}, Path("none"))
    settings = settings.with_(synchronous="normal", hold_first=False, rate_limit=False)
    _build(folder, "first")
    with opened(settings) as db:
        talk(db, settings)
        _building(folder, row)
        publishing.put_live(settings, folder / "baked")
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


def _building(folder: Path, row: Callable[..., None]) -> None:
    turns = [
        (_build(folder, f"bare-{n}", _PLAIN), _build(folder, "baked" if n == 0 else f"baked-{n}"))
        for n in range(_BUILDS)
    ]
    bare, baked = (statistics.median(times) for times in zip(*turns, strict=True))
    figure = f"{baked:.2f} s, {100 * (baked / bare - 1):+.0f} % of {bare:.2f} s"
    row(
        f"full build, {ESSAYS:,} essays with {COMMENTS:,} comments",
        figure,
        "at most 15 % more",
        kept=baked <= 1.15 * bare,
    )


def _build(folder: Path, name: str, plugins: str = "") -> float:
    command = [
        sys.executable,
        "-m",
        "pelican",
        str(folder / "content"),
        "-s",
        str(ROOT / "pelicanconf.py"),
        "-o",
        str(folder / name),
    ]
    command += ["--extra-settings", f"PLUGINS={plugins}"] if plugins else []
    begun = time.monotonic()
    environment = os.environ | {"RAPPORT_DATA": str(folder / "site-data"), "RAPPORT_OUTPUT": str(folder / "site")}
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
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

"""Power: whoever is told that a reply is kept is told so after the disk was, as the order of system calls shows."""

import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.bench.servers import free_port
from tests.bench.soak.house import PAGES, built, served
from tests.bench.soak.writing import Writer, Written, until, writing
from tests.support.processes import eventually

_ALONE, _TOGETHER, _WRITERS = 100, 800, 8
_PATIENCE_SECONDS = 120
HOW_TO_GET_IT = "strace is not installed: `apt-get install strace` (or your system's package) shows it."

# A page of the database is 4,096 bytes: all of it is seen, with the words in it.
_STRACE = ("strace", "-D", "-f", "--seccomp-bpf", "-yy", "-s", "4200", "-e", "signal=none", "-e")
_CALLS = "trace=recvfrom,sendto,pwrite64,fsync,fdatasync"
# How strace writes: the thread, the call, its file or connection, what it was given or brought. A call during which
# something else happens is written in two parts.
_LINE = re.compile(r"(\d+) +(?:<\.\.\. (\w+) resumed>|(\w+)\(\d+<(TCP\w*:\[[^\]]*\]|[^>]*)>)(.*)")
_FAILED = re.compile(r"= -\d")
_WORDS = re.compile(r"Writer \d+ says for the \d+th time")


def watchable() -> str:
    """Why nobody's system calls can be seen here, as a sentence; nothing if they can."""
    if shutil.which("strace") is None:
        return HOW_TO_GET_IT
    tried = subprocess.run(["strace", "-f", "-o", os.devnull, "true"], capture_output=True, text=True, check=False)
    return f"strace may not watch processes here: {tried.stderr.strip()[:200]}" if tried.returncode else ""


@dataclass(frozen=True, slots=True)
class Call:
    """A system call upon a file or a connection, from one line of the trace to another."""

    name: str
    upon: str
    begun: int
    ended: int
    said: str


def calls(trace: Iterable[str]) -> Iterator[Call]:
    """The calls of a trace that did not fail, each where it ended."""
    open_: dict[str, Call] = {}
    for number, line in enumerate(trace):
        found = _LINE.match(line)
        if found is None:
            continue
        thread, resumed, name, upon, said = found.groups()
        if resumed:
            before = open_.pop(thread, None)
            if before is None:
                continue
            call = Call(before.name, before.upon, before.begun, number, before.said + said)
        else:
            call = Call(name, upon, number, number, said)
        if call.said.endswith("<unfinished ...>"):
            open_[thread] = call
        elif not _FAILED.search(call.said[-200:]):
            yield call


@dataclass
class Shown:
    """What a trace shows: how many replies were acknowledged, which of them before the disk had them, and by how many
    replies each wait for the disk was shared.
    """  # noqa: D205

    replies: int
    too_early: list[str]
    shared: Counter[int]

    @property
    def most(self) -> int:
        """How many replies at the most shared one wait."""
        return max(self.shared.values(), default=0)


def shown(trace: Iterable[str]) -> Shown:
    """Follow each reply: its words arrive, are written to the log, the log is forced onto the disk, its writer is told.

    Each step has to have ended before the next one begins.
    """
    asked: dict[str, tuple[str, int]] = {}  # what came by which connection, and where its arrival ended
    written: dict[str, int] = {}  # where the words were first written to the log
    safe: dict[str, int] = {}  # the wait for the disk that began after that
    found = Shown(0, [], Counter())
    for call in calls(trace):
        words = _WORDS.findall(call.said) if call.name in {"recvfrom", "pwrite64"} else []
        if call.name == "recvfrom" and words:
            asked[call.upon] = words[0], call.ended
        elif call.name == "pwrite64" and call.upon.endswith("-wal"):
            for one in words:
                written.setdefault(one, call.ended)
        elif call.name in {"fsync", "fdatasync"} and call.upon.endswith("-wal"):
            for one in [one for one, ended in written.items() if ended < call.begun and one not in safe]:
                safe[one] = call.ended
        elif call.name == "sendto" and '"HTTP/1.1 20' in call.said and call.upon in asked:
            said, arrived = asked.pop(call.upon)
            found.replies += 1
            found.shared[safe.get(said, -1)] += 1
            if not arrived < written.get(said, -1) < safe.get(said, -1) < call.begun:
                found.too_early.append(said)
    del found.shared[-1]
    return found


def traced(folder: Path, write: Callable[[int], None], **changes: str) -> Shown:
    """What a trace of a service shows while somebody writes to it at a port."""
    settings, port, trace = built(folder), free_port(), folder / "trace"
    with served(settings, port, folder / "serve.log", under=(*_STRACE, _CALLS, "-o", str(trace)), **changes) as server:
        write(port)
    ended = re.compile(rf"{server.pid} +\+\+\+ exited")
    eventually(lambda: any(map(ended.match, _lines(trace))), "strace writes its last line")
    return shown(_lines(trace))


def _lines(trace: Path) -> Iterator[str]:
    with trace.open("r", encoding="utf-8", errors="replace") as lines:
        yield from (line.rstrip("\n") for line in lines)


def alone(replies: int) -> Callable[[int], None]:
    """One person, one reply after the other."""

    def write(port: int) -> None:
        writer = Writer(port, 0, Written())
        for count in range(replies):
            writer.say(writer.words(count), PAGES[count % len(PAGES)])
        writer.hang_up()

    return write


def together(replies: int) -> Callable[[int], None]:
    """Eight people at once, until they have so many replies together."""

    def write(port: int) -> None:
        with writing(port, _WRITERS) as written:
            until(lambda: len(written.acknowledged) >= replies, _PATIENCE_SECONDS)

    return write


def programme(folder: Path, row: Callable[..., None]) -> None:
    """One writer, eight at once, and a setting that waits for no disk, which has to be found out; judged."""
    if missing := watchable():
        row("power", missing)
        return
    ways = {
        "one writer": traced(folder / "alone", alone(_ALONE)),
        f"{_WRITERS} writers": traced(folder / "together", together(_TOGETHER)),
    }
    for who, seen in ways.items():
        early, waits = len(seen.too_early), len(seen.shared)
        row(
            f"{who}, acknowledged before the disk had it",
            f"{early} of {seen.replies:,}",
            "0",
            kept=not early and bool(seen.replies),
        )
        row("  waits for the disk; most replies that shared one", f"{waits:,}; {seen.most}")
    careless = traced(folder / "careless", alone(_ALONE), RAPPORT_SYNCHRONOUS="normal")
    found = len(careless.too_early)
    row(
        "the same with synchronous=normal, found out",
        f"{found} of {careless.replies}",
        "nearly all",
        kept=found > 0.9 * _ALONE,
    )

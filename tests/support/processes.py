"""The real service in real processes, on a free port of this machine."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

from comments_service.settings import ROOT

PATIENCE_SECONDS = 30


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(condition: Callable[[], object], what: str) -> object:
    """Wait for a condition; returns what it gave. Nothing in the tests waits for time to pass."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.02)
    message = f"it did not happen in {PATIENCE_SECONDS} s: {what}"
    raise AssertionError(message)


@dataclass
class Service:
    """A running `rapport serve`: where it answers, its first process, and the lines it printed."""

    url: str
    process: "subprocess.Popen[str]"
    lines: list[str] = field(default_factory=list)

    def line(self, start: str) -> str:
        """The line that begins so, once it is printed."""
        found = eventually(
            lambda: next((line for line in self.lines if line.startswith(start)), None), f"a line {start}"
        )
        return str(found)

    def stop(self) -> int:
        """Ask it to stop, as a service manager does; returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_SECONDS)


def family(pid: int) -> list[int]:
    """A process and everything that it started, alive."""
    found = [pid]
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            found += family(int(child))
    return found


@contextmanager
def serving(
    data: Path, output: Path, *, host: str = "127.0.0.1", first: str = "", **settings: str
) -> Iterator[Service]:
    """Run `rapport serve`, reached at `host`, until the block ends; it is ready when the block begins.

    `first` is Python that is run before, such as a shorter patience.
    """
    port = free_port()
    clean = {name: value for name, value in os.environ.items() if not name.startswith("RAPPORT_")}
    mine = {
        "PORT": str(port),
        "RAPPORT_URL": f"http://{host}:{port}",
        "RAPPORT_DATA": str(data),
        "RAPPORT_OUTPUT": str(output),
    }
    process = subprocess.Popen(
        [sys.executable, "-c", f"{first}\nfrom comments_service.cli import main\nmain()", "serve"],
        env=clean | mine | settings,
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    service = Service(mine["RAPPORT_URL"], process)
    reader = Thread(target=lambda: service.lines.extend(line.rstrip() for line in process.stdout or ()), daemon=True)
    reader.start()
    try:
        service.line("Ready: ")
        yield service
    finally:
        if process.poll() is None:
            service.stop()
        reader.join(PATIENCE_SECONDS)
        if process.stdout:
            process.stdout.close()

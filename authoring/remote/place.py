"""Where the server is (`ssh://user@host/srv/blog`), and how it is spoken to: by the author's own ssh."""

import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast

from authoring.errors import Refusal
from comments_service.settings import Settings

# What needs no quoting in any shell, so that nothing in it means anything there.
_ADDRESS = re.compile(
    r"ssh://(?:(?P<user>[A-Za-z0-9_][A-Za-z0-9._-]*)@)?(?P<host>[A-Za-z0-9][A-Za-z0-9._-]*)(?::(?P<port>\d{1,5}))?"
    r"(?P<folder>/[A-Za-z0-9._/+-]*[A-Za-z0-9._+-])/?"
)
# A line that is dead is noticed within a minute, and nobody waits for one that is never answered.
_OPTIONS = ("-o", "ConnectTimeout=20", "-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=4")
_UNREACHED = 255  # ssh's own code, when the line is what failed


@dataclass(frozen=True, slots=True)
class Place:
    """A folder on another machine; `host` may be a name of `~/.ssh/config`."""

    host: str
    folder: str
    user: str = ""
    port: str = ""

    def __str__(self) -> str:
        return self.host

    @property
    def destination(self) -> str:
        """As ssh and rsync are told."""
        return f"{self.user}@{self.host}" if self.user else self.host


def of(settings: Settings) -> Place:
    """Where the settings say. Raises Refusal for what is no such address."""
    if found := _ADDRESS.fullmatch(settings.server):
        return Place(found["host"], found["folder"], found["user"] or "", found["port"] or "")
    raise Refusal(
        f"server is “{settings.server}”, but it takes ssh://user@host/srv/blog: the folder of the blog there, without"
        " spaces, and a host that ssh knows (docs/operating.md)."
    )


@dataclass(slots=True)
class Line:
    """An open line to the server: a process there that is told things and answers, and room beside it for files."""

    place: Place
    options: list[str]
    process: "subprocess.Popen[bytes]" = field(repr=False)

    @property
    def speaking(self) -> IO[bytes]:
        """What is written here is read there."""
        return cast("IO[bytes]", self.process.stdin)

    @property
    def hearing(self) -> IO[bytes]:
        """What is printed there."""
        return cast("IO[bytes]", self.process.stdout)

    def say(self, words: str) -> None:
        """Send a line. Raises Refusal when nobody is there."""
        try:
            self.speaking.write(f"{words}\n".encode())
            self.speaking.flush()
        except BrokenPipeError:
            raise self.lost() from None

    def copy(self, source: str, target: str, *options: str) -> None:
        """Copy a folder by rsync, where `:` before a path means the server's. Raises Refusal when it fails."""
        shell = shlex.join(["ssh", *self.options])
        source, target = (
            f"{self.place.destination}{path}" if path.startswith(":") else path for path in (source, target)
        )
        command = ["rsync", *options, "-e", shell, "--", source, target]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if done.returncode:
            said = " ".join(done.stderr.split()) or f"it ended with code {done.returncode}"
            raise Refusal(f"The files could not be sent: rsync says: {said}")

    def lost(self) -> Refusal:
        """Why the other side says nothing, once it has ended; ssh has told its own reason on the terminal."""
        code = self.process.wait()
        if code == _UNREACHED:
            return Refusal(f"{self.place} can’t be reached by ssh, as it says above. Try it alone: {self._trial()}")
        return Refusal(
            f"{self.place} did not do it; what it says is above. Rapport has to stand in {self.place.folder} there,"
            " set up by make setup, and be as new as here (docs/operating.md)."
        )

    def _trial(self) -> str:
        port = f"-p {self.place.port} " if self.place.port else ""
        return f"ssh {port}{self.place.destination} true"


@contextmanager
def line(place: Place, *words: str) -> Iterator[Line]:
    """Run one of our commands on the server until the block ends; files go over the same connection."""
    for program in ("ssh", "rsync"):
        if not shutil.which(program):
            raise Refusal(f"{program} is not installed here: your system’s package of that name brings it.")
    # One connection for both, so that whoever is asked for a passphrase is asked once.
    with tempfile.TemporaryDirectory(prefix="rapport-") as folder:
        options = [*_OPTIONS, "-o", "ControlMaster=auto", "-o", f"ControlPath={Path(folder) / 'ssh'}"]
        options += ["-p", place.port] if place.port else []
        options += [] if sys.stdin.isatty() else ["-o", "BatchMode=yes"]
        there = f"cd {place.folder} && exec .venv/bin/python -m authoring {shlex.join(words)}"
        process = subprocess.Popen(
            ["ssh", "-T", *options, place.destination, there], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        open_ = Line(place, options, process)
        try:
            yield open_
        finally:
            for stream in (open_.speaking, open_.hearing):
                with suppress(BrokenPipeError):
                    stream.close()
            process.terminate()
            process.wait()

"""A real PostgreSQL server for the tests, from the system's package, on a socket of its own."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest

_HOW_TO_GET_IT = (
    "PostgreSQL is not installed: `apt-get install postgresql` (or your system's package) makes these tests run."
)


@dataclass(frozen=True)
class Server:
    """A running server, reached by the socket in `folder`."""

    folder: Path
    names: "count[int]"
    control: Callable[..., None]

    def stop(self) -> None:
        """Stop it as a restart of the machine does: connections are closed, what was acknowledged is kept."""
        self.control("stop", "-m", "fast")

    def start(self) -> None:
        """Start it again."""
        self.control("start")

    def new_database(self) -> str:
        """An empty database, in the C collation as the documentation asks for; returns its address."""
        name = f"rapport_{next(self.names)}"
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
        return self._address(name)

    def _address(self, name: str) -> str:
        return f"postgresql://rapport@/{name}?host={self.folder}"


def _programs() -> Path | None:
    places = (("/usr/lib/postgresql", "*/bin/initdb"), ("/opt/homebrew/opt", "postgresql*/bin/initdb"))
    found = [path for folder, pattern in places for path in sorted(Path(folder).glob(pattern))]
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


@contextmanager
def running() -> Iterator[Server]:
    """Start a server in a folder of its own, and stop it afterwards."""
    programs = _programs()
    if programs is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(_HOW_TO_GET_IT)
    # PostgreSQL refuses to run as root: its package brought a user for it.
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="rapport-pg-", dir="/tmp"))
    if user:
        shutil.chown(folder, user, user)

    def run(program: str, *words: object) -> None:
        command = [str(programs / program), *map(str, words)]
        subprocess.run(command, user=user, check=True, capture_output=True, text=True, cwd=folder)

    data = folder / "data"
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off -c max_connections=60"
    try:
        run("initdb", "-D", data, "-U", "rapport", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C")

        def control(*words: object) -> None:
            run("pg_ctl", "-D", data, "-o", options, "-w", "-l", folder / "log", *words)

        control("start")
        try:
            yield Server(folder, count(1), control)
        finally:
            control("stop", "-m", "immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)

"""A real PostgreSQL server for the tests, from the system's package, on a socket of its own."""

import glob
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
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

    def new_database(self) -> str:
        """An empty database, in the C collation as the documentation asks for; returns its address."""
        name = f"rapport_{next(self.names)}"
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
        return self._address(name)

    def _address(self, name: str) -> str:
        return f"postgresql://rapport@/{name}?host={self.folder}"


def _programs() -> Path | None:
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb")) + sorted(
        glob.glob("/opt/homebrew/opt/postgresql*/bin/initdb")
    )
    on_path = shutil.which("initdb")
    return Path(found[-1]).parent if found else Path(on_path).parent if on_path else None


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    """Start a server whose data lie in `folder`, and stop it afterwards."""
    programs = _programs()
    if programs is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(_HOW_TO_GET_IT)
    # PostgreSQL refuses to run as root: its package brought a user for it.
    user = "postgres" if os.geteuid() == 0 else None
    data, socket = folder / "data", Path(f"/tmp/rapport-pg-{os.getpid()}")  # noqa: S108 -- a socket's path must be short
    socket.mkdir(mode=0o700)
    if user:
        for path in (folder, socket):
            os.chown(path, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
        for parent in folder.parents:
            if parent.owner() == "root" and parent.is_dir() and parent.stat().st_mode & 0o077 == 0:
                parent.chmod(0o711)
    run = (
        lambda *command: subprocess.run(
            [programs / command[0], *command[1:]],
            user=user,
            check=True,
            capture_output=True,
            text=True,
            cwd=socket,
        )
    )
    try:
        run("initdb", "-D", data, "-U", "rapport", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C")
        options = f"-c listen_addresses='' -c unix_socket_directories={socket} -c fsync=off -c max_connections=60"
        run("pg_ctl", "-D", data, "-o", options, "-w", "-l", socket / "log", "start")
        try:
            yield Server(socket, count(1))
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(socket, ignore_errors=True)

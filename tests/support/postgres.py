"""A real PostgreSQL server for the tests, from the system's package, on a socket of its own."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg
import pytest

from comments_service import migrations, settings
from comments_service.database import connect

_HOW_TO_GET_IT = (
    "PostgreSQL is not installed: `apt-get install postgresql` (or your system's package) makes these tests run."
)
# Neither its own housekeeping nor care for a power cut, which a folder that is thrown away does not need.
_OPTIONS = (
    "-c listen_addresses='' -c max_connections=60 -c fsync=off -c full_page_writes=off -c autovacuum=off"
    " -c checkpoint_timeout=1h"
)
# Everything that tells what tables there are, and which step of the schema wrote it last.
_SCHEMA = """
    SELECT md5(string_agg(line, ' ' ORDER BY line)) FROM (
        SELECT concat(oid, xmin) AS line FROM pg_class WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT concat(attrelid, attname, a.xmin) FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid
            WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT concat(oid, xmin) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT concat(number, name, applied_at) FROM migrations
    ) AS lines
"""
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migrations'"
# What writes a row that a step of the schema wrote, such as the only one of a table.
_ROW = "INSERT INTO {0} SELECT (%L::{0}).*"
_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@dataclass(frozen=True)
class _Used:
    """A database that others may use after one: its address, its schema and the statements that make it as new."""

    address: str
    schema: str
    anew: str


@dataclass(frozen=True)
class Server:
    """A running server, reached by the socket in `folder`."""

    folder: Path
    names: "count[int]"
    control: Callable[..., None]
    free: list[_Used] = field(default_factory=list)

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

    @contextmanager
    def lent(self) -> Iterator[str]:
        """The address of a database in which every step of the schema is taken and nobody has done anything.

        To make one costs a hundred times more than to empty it, so it goes from one test to the next, unless its schema
        was changed.
        """
        used = self.free.pop() if self.free else self._made()
        yield used.address
        with psycopg.connect(used.address, autocommit=True) as connection:
            connection.execute(_OTHERS)
            if _schema(connection) == used.schema:
                connection.execute(used.anew)
                self.free.append(used)

    def _made(self) -> _Used:
        address = self.new_database()
        with closing(connect(settings.load({"RAPPORT_DATABASE": address}, self.folder / "none.toml"))) as db:
            migrations.migrate(db)
        with psycopg.connect(address, autocommit=True) as connection:
            tables = [name for (name,) in connection.execute(_TABLES)]
            # As a replica does, without asking which row another one belongs to.
            anew = ["SET session_replication_role = replica", *(f"DELETE FROM {name}" for name in tables)]
            for name in tables:
                rows = connection.execute(f"SELECT format(%s, t::text) FROM {name} AS t", (_ROW.format(name),))
                anew += [row for (row,) in rows]
            return _Used(address, _schema(connection), "; ".join(anew))

    def _address(self, name: str) -> str:
        return f"postgresql://rapport@/{name}?host={self.folder}"


def _schema(connection: "psycopg.Connection[tuple[str]]") -> str:
    found = connection.execute(_SCHEMA).fetchone()
    return found[0] if found else ""


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
    options = f"{_OPTIONS} -c unix_socket_directories={folder}"
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

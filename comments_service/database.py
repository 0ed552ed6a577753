"""The ground: the only module that knows which engine runs, SQLite through sqlite-utils or PostgreSQL through psycopg.

SQL is written once, in the dialect that both share, with `:named` parameters; `:ids` may be a list and is spread.
One `Database` belongs to one thread.
"""

import errno
import fcntl
import functools
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from comments_service import in_use
from comments_service.settings import Settings
from comments_service.unavailable import TransactionLost, Unavailable, of_sqlite, postgresql_told_apart

# sqlite-utils asks for NumPy, which takes longer to begin than all the rest; nobody gives it arrays here.
_unasked = {name for name in ("numpy", "pandas") if name not in sys.modules}
sys.modules.update(dict.fromkeys(_unasked))  # type: ignore[arg-type]  # None says that there is no such module
from sqlite_utils import Database as SqliteUtils  # noqa: E402
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]  # noqa: E402 -- the newer SQLite, where there is one

for _name in _unasked:
    del sys.modules[_name]

Row = dict[str, Any]
# What a parameter may be that is spread.
_SEVERAL = frozenset({list, tuple})
# A text in quotes, which stays as it is, or a name after a single colon.
_QUOTED_OR_NAME = re.compile(r"'[^']*'|(?<![:\w]):([a-z_]+)")
_BUSY_SECONDS = 30
# Every thread has a connection with a cache of its own; behind them all stands the system's.
_CACHE_KILOBYTES = 1000
# Statements that a connection keeps prepared: with fewer than there are, each is prepared anew at every use.
_STATEMENTS = 400
# 64 MB of log before it is folded into the file: pages that change again and again are then written once.
_LOG_PAGES = 16000
# A copy is made in steps of so many pages, and says after each how far it is.
_STEP_PAGES = 1000


class _Engine(Protocol):
    """What an engine must be able to do; parameters are already spread."""

    name: str
    snapshot: str

    def run(self, sql: str, parameters: Mapping[str, object]) -> Any: ...  # noqa: ANN401 -- a driver's cursor
    def begin(self) -> None: ...
    def end(self, word: str) -> None: ...
    def close(self) -> None: ...


class Database:
    """One connection, opened late, used by one thread."""

    def __init__(self, engine: _Engine) -> None:
        self._engine = engine
        self._depth = 0

    @property
    def engine(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._engine.name

    def rows(self, sql: str, **parameters: object) -> list[Row]:
        """All rows of a query, as dictionaries."""
        cursor = self._run(sql, parameters)
        columns = [column[0] for column in cursor.description]
        return [dict(zip(columns, values, strict=True)) for values in cursor.fetchall()]

    def row(self, sql: str, **parameters: object) -> Row | None:
        """The first row of a query, or None."""
        cursor = self._run(sql, parameters)
        values = cursor.fetchone()
        return None if values is None else dict(zip([column[0] for column in cursor.description], values, strict=True))

    def value(self, sql: str, **parameters: object) -> Any:  # noqa: ANN401 -- the column's own type
        """The first column of the first row, or None."""
        values = self._run(sql, parameters).fetchone()
        return None if values is None else values[0]

    def execute(self, sql: str, **parameters: object) -> int:
        """Run a statement; returns how many rows it changed."""
        return int(self._run(sql, parameters).rowcount)

    def insert(self, table: str, row: Row) -> None:
        """Insert one row."""
        self._engine.run(_insert(table, tuple(row)), row)

    def upsert(self, table: str, row: Row, key: str) -> None:
        """Insert one row, or set the other columns of the one that has this `key`."""
        rest = ", ".join(f"{name} = excluded.{name}" for name in row if name != key)
        self._run(f"{_insert(table, tuple(row))} ON CONFLICT ({key}) DO UPDATE SET {rest}", row)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. An inner transaction is part of the outer one."""
        if self._depth == 0:
            self._engine.begin()
        self._depth += 1
        try:
            yield
        except BaseException:
            self._depth -= 1
            if self._depth == 0:
                self._engine.end("ROLLBACK")
            raise
        self._depth -= 1
        if self._depth == 0:
            self._engine.end("COMMIT")

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """A part of the running transaction that may fail alone: what it wrote is taken back, and the rest stays.

        Raises TransactionLost if the rest does not stay: then nothing of the whole transaction is kept.
        """
        self._engine.run("SAVEPOINT attempt", {})
        try:
            yield
        except BaseException as error:
            try:
                self._engine.run("ROLLBACK TO SAVEPOINT attempt", {})
                self._engine.run("RELEASE SAVEPOINT attempt", {})
            except Exception:  # noqa: BLE001 -- whatever the driver calls it, there is no way back
                raise TransactionLost from error
            raise
        self._engine.run("RELEASE SAVEPOINT attempt", {})

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Read all at one moment, that of the first question, beside those who write; nothing is written in it."""
        self._engine.run(self._engine.snapshot, {})
        try:
            yield
        finally:
            self._engine.run("COMMIT", {})

    def copy_to(self, file: Path, step: Callable[[int, int], object]) -> None:
        """Copy the SQLite database, of the running snapshot if there is one; `step` hears of pages left and in all."""
        assert isinstance(self._engine, _Sqlite)  # noqa: S101 -- PostgreSQL is copied by its own program
        self._engine.copy_to(file, step)

    def load(self, script: Iterable[bytes]) -> None:
        """Run the lines that PostgreSQL's `pg_restore` writes, in the running transaction."""
        assert isinstance(self._engine, _Postgres)  # noqa: S101 -- as above
        self._engine.load(script)

    def close(self) -> None:
        """Give the connection back."""
        self._engine.close()

    def _run(self, sql: str, parameters: Mapping[str, object]) -> Any:  # noqa: ANN401 -- a driver's cursor
        if not _SEVERAL.isdisjoint(map(type, parameters.values())):
            sql, parameters = _spread(sql, parameters)
        return self._engine.run(sql, parameters)


@functools.cache
def _insert(table: str, columns: Sequence[str]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(':' + name for name in columns)})"  # noqa: S608


def _spread(sql: str, parameters: Mapping[str, object]) -> tuple[str, dict[str, object]]:
    """`IN (:ids)` with a list becomes `IN (:ids_a, :ids_b …)`, with an empty one `IN (NULL)`, which nothing equals."""
    flat: dict[str, object] = {}
    for name, value in parameters.items():
        if not isinstance(value, list | tuple):
            flat[name] = value
            continue
        single = {f"{name}_{_letters(position)}": item for position, item in enumerate(value)}
        flat |= single
        sql = re.sub(rf":{name}\b", ", ".join(f":{key}" for key in single) or "NULL", sql)
    return sql, flat


def _letters(number: int) -> str:
    return f"{number:b}".translate({48: "a", 49: "b"})


class _Sqlite:
    """SQLite in WAL mode. Writers of all processes queue at a file lock, where waiting costs nothing; SQLite's own
    back-off sleeps, and would cost most of the time of a busy moment.
    """  # noqa: D205

    name = "sqlite"
    snapshot = "BEGIN"

    def __init__(self, path: Path, synchronous: str) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, cached_statements=_STATEMENTS)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {synchronous.upper()}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KILOBYTES}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_LOG_PAGES}")
        self.tables = SqliteUtils(connection)
        self._connection = connection
        self._gate = os.open(path.with_name(path.name + ".gate"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def run(self, sql: str, parameters: Mapping[str, object]) -> Any:  # noqa: ANN401
        try:
            return self._connection.execute(sql, parameters)
        except sqlite3.OperationalError as error:
            raise of_sqlite(error) from error

    def begin(self) -> None:
        fcntl.flock(self._gate, fcntl.LOCK_EX)
        try:
            self.run("BEGIN IMMEDIATE", {})
        except BaseException:
            fcntl.flock(self._gate, fcntl.LOCK_UN)
            raise

    def end(self, word: str) -> None:
        # An error such as a full disk may have ended the transaction already.
        lost = not self._connection.in_transaction
        try:
            if not lost:
                self.run(word, {})
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        finally:
            fcntl.flock(self._gate, fcntl.LOCK_UN)
        if lost and word == "COMMIT":
            raise TransactionLost

    def copy_to(self, file: Path, step: Callable[[int, int], object]) -> None:
        target = sqlite3.connect(file)
        try:
            self._connection.backup(
                target, pages=_STEP_PAGES, progress=lambda _status, remaining, total: step(remaining, total)
            )
            # One file, which needs no other beside it.
            target.execute("PRAGMA journal_mode = DELETE")
        finally:
            target.close()

    def close(self) -> None:
        self._connection.close()
        os.close(self._gate)


class _Postgres:
    """PostgreSQL. The client binds the parameters, so that an untyped NULL needs no cast."""

    name = "postgresql"
    snapshot = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

    def __init__(self, url: str, **options: object) -> None:
        self._url, self._options = url, options
        self._in_transaction = False
        self._connection = self._connected()

    def _connected(self) -> Any:  # noqa: ANN401
        import psycopg

        cursors = psycopg.ClientCursor
        with postgresql_told_apart():
            return psycopg.connect(self._url, autocommit=True, cursor_factory=cursors, **self._options)  # type: ignore[arg-type]

    def run(self, sql: str, parameters: Mapping[str, object]) -> Any:  # noqa: ANN401
        # A server that was restarted has closed every connection: the next question opens a new one, unless it belongs
        # to what came before it.
        if self._connection.closed:
            if self._in_transaction:
                raise TransactionLost
            self._connection = self._connected()
        with postgresql_told_apart():
            return self._connection.execute(_translated(sql), parameters)

    def begin(self) -> None:
        self.run("BEGIN", {})
        self._in_transaction = True

    def end(self, word: str) -> None:
        self._in_transaction = False
        if self._connection.closed:
            if word == "COMMIT":
                raise TransactionLost
            return
        with postgresql_told_apart():
            self._connection.execute(word)

    def load(self, script: Iterable[bytes]) -> None:
        lines = iter(script)
        for statement in statements(lines):
            if statement.startswith(b"COPY "):
                with self._connection.cursor().copy(statement) as copy:
                    for row in copied_rows(lines):
                        copy.write(row)
            else:
                self._connection.execute(statement)

    def close(self) -> None:
        self._connection.close()


@functools.cache
def _translated(sql: str) -> str:
    doubled = sql.replace("%", "%%")
    return _QUOTED_OR_NAME.sub(lambda match: f"%({match[1]})s" if match[1] else match[0], doubled)


def statements(lines: Iterator[bytes]) -> Iterator[bytes]:
    r"""The statements of a script of `pg_restore`; after a `COPY` its rows are to be taken from `lines` first.

    What it says to its own shell (`\restrict`) and how it wants its session set is left out.
    """
    whole = b""
    for line in lines:
        if not whole and (
            not line.strip() or line.startswith((b"--", b"\\", b"SET ", b"SELECT pg_catalog.set_config"))
        ):
            continue
        whole += line
        if line.rstrip().endswith(b";"):
            yield whole
            whole = b""


def copied_rows(lines: Iterator[bytes]) -> Iterator[bytes]:
    """The rows that follow a `COPY` in a script of `pg_restore`."""
    for line in lines:
        if line == b"\\.\n":
            return
        yield line


def connect(settings: Settings) -> Database:
    """Open the database that the settings name. The caller closes it, or keeps it for its thread.

    Raises Unavailable where it can't be opened.
    """
    if settings.database:
        return Database(_Postgres(settings.database))
    try:
        return Database(_Sqlite(settings.data / "comments.db", settings.synchronous))
    except sqlite3.OperationalError as error:
        raise of_sqlite(error) from error
    except OSError as error:  # of the gate: no file can be made or opened there
        raise Unavailable(str(error), "read_only" if error.errno == errno.EROFS else "away") from error


class _Still(_Sqlite):
    """A SQLite file that this connection does not write to; `lies_still`: nobody else either, and no file beside it."""

    def __init__(self, path: Path, *, lies_still: bool) -> None:
        how = "mode=ro&immutable=1" if lies_still else "mode=ro"
        self._connection = sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, timeout=_BUSY_SECONDS)
        self._gate = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)


def read_only(file: Path) -> Database:
    """Open a SQLite file that lies still, such as a copy. The caller closes it."""
    return Database(_Still(file, lies_still=True))


def looking(settings: Settings) -> Database:
    """Open the database that the settings name to read it, beside those who write. The caller closes it.

    Nothing is made that is not there. Raises the driver's error when it can't be opened.
    """
    if settings.database:
        return Database(_Postgres(settings.database, connect_timeout=10, options="-c default_transaction_read_only=on"))
    return Database(_Still(settings.data / "comments.db", lies_still=False))


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """A connection for one task, closed afterwards. Raises Problem (409) while a restore is under way."""
    with in_use.shared(settings):
        db = connect(settings)
        try:
            yield db
        finally:
            db.close()

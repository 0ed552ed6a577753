"""PostgreSQL's own programs: `pg_dump` copies a database, `pg_restore` tells a copy as SQL."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from comments_service.backups.errors import Failed
from comments_service.database import copied_rows, statements

# Where distributions put the programs of a version, if they are not on the PATH.
_PLACES = (("/usr/lib/postgresql", "*/bin"), ("/opt/homebrew/opt", "postgresql*/bin"))


def insist_on(url: str) -> None:
    """Raise Failed if the server can't be reached, or does not let us in."""
    import psycopg

    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError as error:
        raise Failed("failed", f"The database can't be reached: {_last_line(str(error))}") from error


def dump(url: str, file: Path, *, snapshot: str, tables: Sequence[str]) -> None:
    """Copy these tables as a snapshot sees them. Raises Failed with what `pg_dump` says."""
    from psycopg import conninfo

    parts = conninfo.conninfo_to_dict(url)
    with tempfile.TemporaryDirectory() as folder:
        # A password on the command line could be read by everybody on the machine.
        if password := parts.pop("password", None):
            parts["passfile"] = _password_file(Path(folder), str(password))
        named = [f"--table={table}" for table in tables]
        _run(
            "pg_dump", "--format=custom", "--no-password", f"--snapshot={snapshot}", *named,
            f"--file={file}", f"--dbname={conninfo.make_conninfo('', **parts)}",
        )  # fmt: skip


def _password_file(folder: Path, password: str) -> str:
    file = folder / "pgpass"
    file.touch(mode=0o600)
    escaped = password.replace("\\", "\\\\").replace(":", "\\:")
    file.write_text(f"*:*:*:*:{escaped}\n", "utf-8")
    return str(file)


def script(file: Path) -> Iterator[bytes]:
    """The lines of the SQL that makes a copy's tables anew. Raises Failed if the copy can't be read to its end."""
    command = [_program("pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        yield from process.stdout or ()
        said = (process.stderr.read() if process.stderr else b"").decode(errors="replace")
    if process.returncode:
        raise Failed("damaged", f"The copy {file} can't be read: {_last_line(said)}")


def rows(file: Path) -> dict[str, int]:
    """How many rows of each table a copy holds: all of it is read."""
    found: dict[str, int] = {}
    lines = script(file)
    for statement in statements(lines):
        if statement.startswith(b"COPY "):
            table = statement.split()[1].decode().rpartition(".")[2]
            found[table] = sum(1 for _ in copied_rows(lines))
    return found


def _run(program: str, *words: str) -> None:
    done = subprocess.run([_program(program), *words], capture_output=True, text=True, check=False)
    if done.returncode:
        full = "No space left" in done.stderr
        sentence = f"{program} could not copy the database: {_last_line(done.stderr)}"
        raise Failed("no_room" if full else "failed", sentence)


def _last_line(said: str) -> str:
    return (said.strip().splitlines() or ["it did not say why."])[-1]


def _program(name: str) -> str:
    newest = [str(path / name) for folder, pattern in _PLACES for path in sorted(Path(folder).glob(pattern))]
    found = shutil.which(name) or next((path for path in reversed(newest) if Path(path).exists()), None)
    if found is None:
        raise Failed(
            "failed",
            f"{name} is not installed. It comes with PostgreSQL's client programs:"
            " `apt install postgresql-client`, in the version of your server.",
        )
    return found

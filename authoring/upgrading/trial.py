"""The trial: the new engine in a folder of its own, with the author's content and a copy of the database."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from authoring import children
from authoring.errors import Refusal
from authoring.upgrading import git
from comments_service import ids
from comments_service.settings import Settings

Tell = Callable[[str], None]
# What is the author's: an upgrade leaves it as it is, whatever the new engine brings along.
OURS = ("content", "rapport.toml")
_LAST_LINES = 12


@contextmanager
def merged(root: Path, version: str, gone_back: str) -> Iterator[Path]:
    """A folder in which the new engine is merged into ours, as a commit; gone when the block ends.

    `gone_back` is a commit that took an earlier merge back, which git would remember as done. Raises Refusal where the
    author changed the engine in the same lines as its makers.
    """
    (root / ".cache").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="upgrade-", dir=root / ".cache", ignore_cleanup_errors=True) as made:
        folder = Path(made) / "engine"
        git.run(root, "worktree", "add", "--detach", folder, "HEAD")
        try:
            if gone_back:
                git.run(folder, "revert", "--no-edit", gone_back)
            if not git.is_in(folder, version, "HEAD"):
                _merge(folder, version)
            yield folder
        finally:
            git.succeeds(root, "worktree", "remove", "--force", folder)


def _merge(folder: Path, version: str) -> None:
    git.succeeds(folder, "merge", "--no-commit", "--no-ff", version)
    if not git.succeeds(folder, "rev-parse", "-q", "--verify", "MERGE_HEAD"):
        raise Refusal("This blog and that engine have no common past in git, so they can't be merged.")
    for path in OURS:
        git.succeeds(folder, "rm", "-rqf", "--ignore-unmatch", path)
        if git.succeeds(folder, "cat-file", "-e", f"HEAD:{path}"):
            git.run(folder, "checkout", "HEAD", "--", path)
    conflicts = git.run(folder, "diff", "--name-only", "--diff-filter=U").splitlines()
    if conflicts:
        raise Refusal(
            "You changed the engine where its makers did: " + ", ".join(conflicts) + ". Merge it by hand"
            f" (git merge {version[:12]}), then run this again. Nothing was changed."
        )
    git.run(folder, "commit", "-q", "-m", f"Upgrade the engine to {version[:12]}")


def passes(folder: Path, settings: Settings, backup: Path, content: Path, tell: Tell) -> None:
    """Let the new engine prove itself: set up, the database brought up to date and looked through, the site built.

    Raises Refusal with what it said last. Only the folder, and on PostgreSQL a database of its own, are written to.
    """
    with _copy(settings, folder.parent) as there:
        env = children.environment(there)
        tell("Setting the new engine up")
        _run(folder, [sys.executable, "-m", "tools.bootstrap"], os.environ)
        python = folder / ".venv" / "bin" / "python"
        tell("Trying it on a copy of the database")
        _run(folder, [python, "-m", "comments_service", "restore", backup, "--without-replay"], env)
        tell("Building the site with it")
        _run(folder, [python, "-m", "authoring", "build", "--content", content], env)


@contextmanager
def _copy(settings: Settings, folder: Path) -> Iterator[Settings]:
    """The settings of the trial: as ours, with everything that is kept in the folder."""
    aside = settings.with_(data=folder / "data", output=folder / "output")
    if not settings.database:
        yield aside
        return
    import psycopg
    from psycopg import sql

    name = f"rapport_trial_{ids.new_id()}"
    try:
        with psycopg.connect(settings.database, autocommit=True) as server:
            server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    except psycopg.Error as error:
        raise Refusal(
            "The trial needs a database of its own on the server, which this account may not make"
            f" ({str(error).strip()}): ALTER ROLE … CREATEDB, or make upgrade ARGS=--without-trial."
        ) from None
    try:
        yield aside.with_(database=psycopg.conninfo.make_conninfo(settings.database, dbname=name))
    finally:
        with psycopg.connect(settings.database, autocommit=True) as server:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _run(folder: Path, command: list[str | Path], env: Mapping[str, str]) -> None:
    clean = {name: value for name, value in env.items() if name not in {"VIRTUAL_ENV", "PYTHONPATH", "MAKEFLAGS"}}
    done = subprocess.run(command, cwd=folder, env=clean, capture_output=True, text=True, check=False)
    if done.returncode:
        said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-_LAST_LINES:])
        raise Refusal(f"The new engine did not pass its trial; nothing was changed. It said:\n{said}")

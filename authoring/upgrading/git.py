"""Git, as upgrading uses it: each call is git's own command, and what it complains of leaves as a sentence."""

import os
import re
import subprocess
from pathlib import Path

from authoring.errors import Refusal

_VERSION = re.compile(r"refs/tags/(v\d+(?:\.\d+)*)")
# Whoever runs this may have no name yet, and the author's hooks are for what the author writes.
_AS = ("-c", "user.name=Rapport", "-c", "user.email=rapport@localhost", "-c", "core.hooksPath=/dev/null")


def run(root: Path, *words: str | Path) -> str:
    """What git prints. Raises Refusal with what it complains of."""
    done = _done(root, *words)
    if done.returncode:
        raise Refusal(f"git {words[0]}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout.strip()


def succeeds(root: Path, *words: str | Path) -> bool:
    """Whether git says yes."""
    return _done(root, *words).returncode == 0


def is_in(root: Path, commit: str, other: str) -> bool:
    """Whether another commit has this one in its past, or is it."""
    return succeeds(root, "merge-base", "--is-ancestor", commit, other)


def _done(root: Path, *words: str | Path) -> "subprocess.CompletedProcess[str]":
    # A repository around ours, or variables of a hook that runs us, must not lead astray.
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    env |= {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    command = ["git", *_AS, *map(str, words)]
    return subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, check=False)


def newest_version(root: Path, source: str) -> str:
    """The newest version that a repository has as a tag (`v1.2`); `HEAD` where there is none."""
    tags = _VERSION.findall(run(root, "ls-remote", "--tags", "--refs", source))
    return max(tags, key=lambda tag: [int(part) for part in tag[1:].split(".")], default="HEAD")


def fetched(root: Path, source: str, version: str) -> str:
    """The commit of a version, brought here."""
    run(root, "fetch", "--no-tags", source, version)
    return run(root, "rev-parse", "FETCH_HEAD^{commit}")


def changed(root: Path, *but: str) -> list[str]:
    """What was changed here and not committed, apart from some paths."""
    status = run(root, "status", "--porcelain", "--untracked-files=no", "--", ".", *(f":!{path}" for path in but))
    return [line.split(maxsplit=1)[1] for line in status.splitlines()]

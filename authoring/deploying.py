"""Deploying: the published site to where readers get it. This machine (`local`), rsync, or a branch for static hosts.

What begins with a dot is ours and stays here, but for `.well-known`. A target may hold a password, so it is never
printed whole.
"""

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from authoring import building
from authoring.errors import Refusal
from comments_service import ids
from comments_service.publishing import files, pressed
from comments_service.settings import ROOT, Settings

LOCAL = "local"
_AGAIN = "The site is published here; to send it again: make deploy"
_RECEIPT = "deployed"
_QUIET = {"GIT_TERMINAL_PROMPT": "0", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
_NOBODY = ("-c", "user.name=Rapport", "-c", "user.email=rapport@localhost", "-c", "core.autocrlf=false")
# rsync keeps what is new aside and puts it in place at the end, page after page, before what is gone is removed.
_RSYNC = (
    "--recursive", "--links", "--times", "--chmod=D755,F644", "--checksum", "--compress", "--delay-updates",
    "--delete-delay", "--include=/.well-known/***", "--exclude=.*",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Target:
    """Where to: `kind` is `rsync` or `git`, `place` a folder or a remote, `branch` for git only."""

    kind: str
    place: str
    branch: str = ""

    def __str__(self) -> str:
        return _hidden(f"{self.place} ({self.branch})" if self.branch else self.place)


def target(settings: Settings) -> Target | None:
    """Where the settings say; None for `local`. Raises Refusal for what is none of the three."""
    said = settings.deploy
    kind, _, place = said.partition(":")
    if said in {"", LOCAL}:
        return None
    if kind == "rsync" and place:
        return Target(kind, place)
    remote, _, branch = place.rpartition("#")
    if kind == "git" and remote and re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._/-]*", branch):
        return Target(kind, remote, branch)
    raise Refusal(
        f"deploy is “{_hidden(said)}”, but it takes local, rsync:user@host:/path, or git:REMOTE#BRANCH"
        " (docs/operating.md)."
    )


def try_it(settings: Settings, troubles: list[str], tell: Callable[[str], None]) -> str:
    """Deploy where readers see the new version already: what goes wrong joins the troubles, and takes nothing back."""
    try:
        return deploy(settings, tell)
    except Refusal as error:
        troubles.append(str(error))
        return "not sent"


def deploy(settings: Settings, tell: Callable[[str], None] = lambda _: None) -> str:
    """Send the site that readers see here to the target; returns where it went, nothing when that is here.

    Raises Refusal with what to do when it could not be sent; what is there may then be partly new, and sending again
    mends it.
    """
    to = target(settings)
    if to is None:
        return "readers get it from here"
    site = settings.output.resolve()
    if not site.is_dir():
        raise Refusal("Nothing is published yet: make publish")
    if not files.shown_at(site):
        raise Refusal("What stands here is a preview, with your drafts, and not for readers: make publish")
    tell(str(to))
    _WAYS[to.kind](site, to)
    _receipt(settings).write_text(_sent(settings))
    return f"sent to {to}"


def is_behind(settings: Settings) -> bool:
    """Whether the target has not got the version that readers see here. A preview is for nobody else."""
    if target(settings) is None or not files.shown_at(settings.output.resolve()):
        return False
    try:
        return _receipt(settings).read_text() != _sent(settings)
    except FileNotFoundError:
        return True


def _receipt(settings: Settings) -> Path:
    return building.folder(settings) / _RECEIPT


def _sent(settings: Settings) -> str:
    return f"{settings.output.resolve().name} {hashlib.sha256(settings.deploy.encode()).hexdigest()}"


def _rsync(site: Path, to: Target) -> None:
    _insist_on("rsync")
    # A place that begins with a hyphen would be an option.
    _run(to, ["rsync", *_RSYNC, "--", f"{site}/", to.place])


def _git(site: Path, to: Target) -> None:
    """One commit without a parent, pushed over what stands there: nothing that was taken back stays in a history."""
    _insist_on("git")
    remote = _address(to.place)
    with tempfile.TemporaryDirectory(prefix="rapport-git-") as folder:
        repository = Path(folder) / "repository"
        work = Path(folder) / "site"
        shutil.copytree(site, work, ignore=_ours)
        (work / ".nojekyll").touch()  # GitHub's pages would pass over names with an underscore
        git = ["git", f"--git-dir={repository}", f"--work-tree={work}", *_NOBODY]
        _run(to, ["git", "init", "--quiet", "--bare", f"--initial-branch={to.branch}", str(repository)])
        _run(to, [*git, "add", "--all", "--force", "."], cwd=work)
        message = f"The site as of {ids.now()[:16].replace('T', ' ')} UTC"
        _run(to, [*git, "commit", "--quiet", "--no-verify", "-m", message])
        # With the author's own configuration: it knows their keys and helpers.
        _run(to, [*git, "push", "--quiet", "--force", "--", remote, f"HEAD:refs/heads/{to.branch}"], quiet=False)


_WAYS: dict[str, Callable[[Path, Target], None]] = {"rsync": _rsync, "git": _git}


def _ours(_folder: str, names: list[str]) -> list[str]:
    """What a static host has no use for: our own records, and what it compresses itself."""
    siblings = {f"{name}{suffix}" for name in names for suffix in pressed.SUFFIXES}
    return [name for name in names if (name.startswith(".") and name != ".well-known") or name in siblings]


def _address(remote: str) -> str:
    """A remote by its name in the author's repository, such as `origin`, or by its address."""
    if re.fullmatch(r"[A-Za-z0-9][\w-]*", remote):
        found = subprocess.run(
            ["git", "-C", str(ROOT), "remote", "get-url", "--push", remote], capture_output=True, text=True, check=False
        )
        if found.returncode:
            raise Refusal(f"There is no remote “{remote}” in this repository: git remote lists those that are.")
        return found.stdout.strip()
    return remote


def _insist_on(program: str) -> None:
    if not shutil.which(program):
        raise Refusal(f"{program} is not installed here: your system's package of that name brings it. {_AGAIN}")


def _run(to: Target, command: list[str], *, cwd: Path | None = None, quiet: bool = True) -> None:
    environment = os.environ | (_QUIET if quiet else {"GIT_TERMINAL_PROMPT": "0"})
    done = subprocess.run(
        command, cwd=cwd, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = _hidden(" ".join(done.stderr.split())) or f"it ended with code {done.returncode}"
        raise Refusal(f"The site could not be sent to {to}: {command[0]} says: {said}\n{_AGAIN}")


def _hidden(words: str) -> str:
    """The same without a password in an address."""
    return re.sub(r"(?<=://)[^/@\s]+@", "…@", words)

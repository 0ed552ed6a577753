"""`make upgrade`: a new version of the engine, tried on a copy before it takes the place of ours; and the way back.

The engine and the author's words live in one git repository. An upgrade is a merge commit that leaves the author's
paths as they are; the way back is another commit. What was written to the database meanwhile stays, in both directions.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace

from authoring import children
from authoring.errors import Refusal
from authoring.upgrading import git, trial
from authoring.upgrading.trial import OURS, Tell
from comments_service import backups, in_use
from comments_service.settings import ROOT, Settings

_RECORD = "upgrade.json"
_KEEP_BACKUPS = 10


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What the last upgrade did: from which commit to which, with the backup made before, and the database's steps.

    `back` is the commit that led back from it, empty while it holds.
    """

    before: str
    after: str
    backup: str
    steps: list[str]
    back: str = ""


def upgrade(settings: Settings, source: str, version: str, tell: Tell, *, with_trial: bool) -> Iterator[str]:
    """Take a version of the engine from a repository; yields lines of what was done.

    `source` and `version` may be empty: where this engine came from, and the newest version there. Raises Refusal, and
    has then changed nothing but, perhaps, made a backup.
    """
    _insist_on_a_clean_engine()
    source = source or _origin()
    version = version or git.newest_version(ROOT, source)
    tell(f"Fetching {version} from {source}")
    commit = git.fetched(ROOT, source, version)
    gone_back = _gone_back(settings)
    if not gone_back and git.is_in(ROOT, commit, "HEAD"):
        yield f"This engine holds {version} of {source} already; there is nothing to do."
        return
    before = git.run(ROOT, "rev-parse", "HEAD")
    with trial.merged(ROOT, commit, gone_back) as folder:
        tell("Making a backup")
        with in_use.shared(settings):
            backup = backups.make(settings, settings.data / "backups", tell, keep=_KEEP_BACKUPS)
        if with_trial:
            trial.passes(folder, settings, backup, ROOT / "content", tell)
        after = git.run(folder, "rev-parse", "HEAD")
    git.run(ROOT, "merge", "--ff-only", "-q", after)
    tell("Setting it up")
    steps = _settled(settings)
    _remember(settings, Upgrade(before, after, str(backup), steps))
    yield f"Upgraded to {version} ({commit[:12]}). content/ is as it was."
    yield f"The database took {len(steps)} steps: {', '.join(steps)}." if steps else "The database is as it was."
    yield from _news(before, after)
    yield "Start the service again to let it answer: its processes still run the engine of before."
    yield "To go back: make upgrade BACK=1"


def back(settings: Settings, tell: Tell) -> Iterator[str]:
    """Return to the engine of before the last upgrade; yields lines of what was done.

    Steps that the database took are only ever additions, which the older engine does not mind; where that is not to be
    relied on, the backup made before the upgrade is named. Raises Refusal, and has then changed nothing.
    """
    done = _remembered(settings)
    _insist_on_a_clean_engine()
    if done.back:
        raise Refusal("The engine is that of before the upgrade already.")
    if not git.is_in(ROOT, done.after, "HEAD"):
        raise Refusal("That upgrade is no longer part of this repository: there is nothing to go back from.")
    later = git.run(ROOT, "diff", "--name-only", done.after, "HEAD", "--", ".", *_but_ours())
    if later:
        raise Refusal(f"The engine was changed since the upgrade: {', '.join(later.splitlines())}. Go back by hand.")
    paths = git.run(ROOT, "diff", "--name-only", "--no-renames", done.before, "HEAD", "--", ".", *_but_ours())
    there = set(git.run(ROOT, "ls-tree", "-r", "--name-only", done.before).splitlines())
    for path in paths.splitlines():
        if path in there:
            git.run(ROOT, "checkout", done.before, "--", path)
        else:
            git.run(ROOT, "rm", "-qf", "--", path)
    git.run(ROOT, "commit", "-q", "-m", "Go back to the engine of before the upgrade")
    _remember(settings, replace(done, back=git.run(ROOT, "rev-parse", "HEAD")))
    tell("Setting it up")
    _set_up()
    yield f"The engine is that of before the upgrade ({done.before[:12]}). content/ is as it was."
    if done.steps:
        yield (
            f"The database keeps its {len(done.steps)} new steps and every reply. If the older engine should stumble"
            f" over them: rapport restore {done.backup}"
        )
    yield "Start the service again to let it answer."


def _insist_on_a_clean_engine() -> None:
    if not git.succeeds(ROOT, "rev-parse", "--verify", "HEAD"):
        raise Refusal(
            "This blog is in no git repository, and an upgrade is a merge. Make one: git clone the engine, then copy"
            " content/, rapport.toml and data/ into it."
        )
    if top := git.run(ROOT, "rev-parse", "--show-prefix"):
        raise Refusal(f"This blog is the folder {top} of a larger repository, in which an upgrade can't be merged.")
    if changed := git.changed(ROOT, *OURS):
        raise Refusal(
            f"The engine has changes that are not committed: {', '.join(changed)}. Commit them, or undo them."
        )


def _origin() -> str:
    remotes = git.run(ROOT, "remote").splitlines()
    found = next((name for name in ("engine", "upstream", "origin") if name in remotes), "")
    if not found:
        raise Refusal("Where is the new engine? make upgrade FROM=https://… (its git repository, or a folder)")
    return found


def _but_ours() -> list[str]:
    return [f":!{path}" for path in OURS]


def _settled(settings: Settings) -> list[str]:
    """Set the new engine up and bring the database up to date with it; returns the steps taken."""
    _set_up()
    done = subprocess.run(
        [ROOT / ".venv" / "bin" / "python", "-m", "comments_service", "migrate"],
        cwd=ROOT, env=children.environment(settings), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise Refusal(f"The engine is new, but the database could not follow: {done.stderr.strip()}")
    taken = done.stdout.strip().removeprefix("Migrated: ").removesuffix(".")
    return taken.split(", ") if done.stdout.startswith("Migrated: ") else []


def _set_up() -> None:
    """As `make setup` does; when this returns, this program runs on a library of before, which it has read already."""
    base = getattr(sys, "_base_executable", sys.executable)
    done = subprocess.run([base, "-m", "tools.bootstrap"], cwd=ROOT, env=os.environ, check=False)
    if done.returncode:
        raise Refusal("The engine is new, but could not be set up. Run `make setup`; why stands above.")


def _news(before: str, after: str) -> Iterator[str]:
    """What the list of changes says that it did not say before."""
    diff = git.run(ROOT, "diff", "--unified=0", before, after, "--", "CHANGELOG.md")
    added = [line[1:] for line in diff.splitlines() if line.startswith("+") and not line.startswith("+++")]
    if added:
        yield "What is new:"
        yield from added


def _remember(settings: Settings, done: Upgrade) -> None:
    (settings.data / _RECORD).write_text(json.dumps(asdict(done)), "utf-8")


def _gone_back(settings: Settings) -> str:
    """The commit that led back from the last upgrade and that an upgrade has to undo; empty if there is none."""
    path = settings.data / _RECORD
    found = _remembered(settings).back if path.exists() else ""
    return found if found and git.is_in(ROOT, found, "HEAD") else ""


def _remembered(settings: Settings) -> Upgrade:
    path = settings.data / _RECORD
    if not path.exists():
        raise Refusal("No upgrade was made here, so there is nothing to go back to.")
    return Upgrade(**json.loads(path.read_text("utf-8")))

"""Deploying sends what readers should get and nothing else, can be repeated, and says what went wrong."""

import os
import subprocess
from pathlib import Path

import pytest

from authoring import deploying
from authoring.errors import Refusal
from comments_service.publishing.files import mark_shown
from comments_service.settings import Settings
from tests.support import programs


@pytest.fixture
def published(here: Settings) -> Path:
    """A site as it lies in its place."""
    site = here.output.parent / ".output" / "one"
    for name in ("index.html", "old/index.html", ".rapport.json", ".well-known/security.txt", "theme/x.css"):
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(f"This is {name}.")
    here.output.symlink_to(site)
    mark_shown(site)
    return site


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_rsync_sends_what_is_new_and_takes_away_what_is_gone(here: Settings, published: Path, tmp_path: Path) -> None:
    programs.insist_on("rsync")
    there = tmp_path / "there"
    here = here.with_(deploy=f"rsync:{there}")
    assert deploying.is_behind(here)
    assert deploying.deploy(here) == f"sent to {there}"
    assert files(there) == {"index.html", "old/index.html", ".well-known/security.txt", "theme/x.css"}
    assert not deploying.is_behind(here)
    (published / "old" / "index.html").unlink()
    (published / "old").rmdir()
    stamp = (published / "index.html").stat()
    (published / "index.html").write_text("That is index.html.")
    os.utime(published / "index.html", ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    deploying.deploy(here)
    assert (there / "index.html").read_text() == "That is index.html.", "although size and stamp are the same"
    assert not (there / "old").exists()


def test_a_branch_holds_one_commit_and_nothing_of_before(here: Settings, published: Path, tmp_path: Path) -> None:
    remote = tmp_path / "remote.git"
    subprocess.run(["git", "init", "--quiet", "--bare", remote], check=True)
    here = here.with_(deploy=f"git:{remote}#pages")

    def git(*words: str) -> list[str]:
        return subprocess.check_output(["git", "-C", remote, *words], text=True).split("\n")[:-1]

    deploying.deploy(here)
    first = git("rev-list", "pages")
    (published / "old" / "index.html").write_text("Withdrawn.")
    deploying.deploy(here)
    (published / "old" / "index.html").unlink()
    deploying.deploy(here)
    assert len(git("rev-list", "--all")) == 1
    assert git("rev-list", "pages") != first
    assert set(git("ls-tree", "-r", "--name-only", "pages")) == {
        ".nojekyll", ".well-known/security.txt", "index.html", "theme/x.css",
    }  # fmt: skip
    reachable = git("rev-list", "--objects", "--all")
    assert not any("Withdrawn" in "\n".join(git("cat-file", "-p", line.split()[0])) for line in reachable)


@pytest.mark.parametrize(
    ("deploy", "sentence"),
    [
        ("git:https://ana:secret@localhost:1/x.git#pages", "could not be sent to https://…@localhost:1/x.git (pages)"),
        ("git:{tmp}/nowhere.git#pages", "could not be sent to"),
        ("git:nobody#pages", "There is no remote “nobody”"),
        ("rsync:{tmp}/no/such/place/at/all", "could not be sent to"),
        ("ftp:example.org", "deploy is “ftp:example.org”, but it takes local"),
        ("git:origin", "deploy is “git:origin”, but it takes local"),
    ],
)
def test_what_can_not_be_sent_is_said_without_a_password_and_stays_to_be_sent(
    here: Settings, published: Path, tmp_path: Path, deploy: str, sentence: str
) -> None:
    if deploy.startswith("rsync"):
        programs.insist_on("rsync")
    here = here.with_(deploy=deploy.format(tmp=tmp_path))
    with pytest.raises(Refusal) as raised:
        deploying.deploy(here)
    assert sentence in str(raised.value)
    assert "secret" not in str(raised.value)
    if "could not be sent" in sentence:
        assert "make deploy" in str(raised.value)
        assert deploying.is_behind(here)


def test_local_sends_nothing(here: Settings, published: Path) -> None:
    assert not deploying.is_behind(here)
    assert deploying.deploy(here) == "readers get it from here"

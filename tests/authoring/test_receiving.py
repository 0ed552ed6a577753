"""Site and content on a server are always of one version, wherever a machine stops."""

import json
import subprocess
from pathlib import Path

import pytest

from authoring.remote import content as content_
from authoring.remote import receiving
from authoring.remote.receiving import Arrival, receives, settle
from comments_service.settings import Settings
from tests.authoring.conftest import essay


@pytest.fixture
def arrival(here: Settings, content: Path) -> Arrival:
    """New content waits beside the old, and a site of it beside the one that readers see."""
    builds = here.output.parent / ".output"
    for name in ("old", "new"):
        (builds / name).mkdir(parents=True)
    here.output.symlink_to(builds / "old")
    incoming = content.parent / ".received" / "incoming"
    essay(incoming, "one", "From the laptop.")
    return Arrival(here, content, content_.fingerprint(incoming), "a laptop")


def swap(here: Settings) -> None:
    here.output.unlink()
    here.output.symlink_to(here.output.parent / ".output" / "new")


def said(content: Path) -> str:
    return (content / "essays" / "one.md").read_text("utf-8")


def test_content_takes_its_place_with_the_site(here: Settings, content: Path, arrival: Arrival) -> None:
    with arrival.swapping(here.output.parent / ".output" / "new"):
        swap(here)
        assert "First words." in said(content)
    assert arrival.live
    assert "From the laptop." in said(content)
    assert not (content / "essays" / "two.md").exists()
    assert "First words." in said(arrival.folder / "before"), "what was replaced is kept"
    assert json.loads((arrival.folder / "receipt.json").read_text())["by"] == "a laptop"
    assert receives(content)


def test_a_swap_that_fails_leaves_both(here: Settings, content: Path, arrival: Arrival) -> None:
    with pytest.raises(OSError, match="no room"), arrival.swapping(here.output.parent / ".output" / "new"):
        raise OSError("no room")
    assert not arrival.live
    assert "First words." in said(content)
    assert not settle(here, content)
    assert "From the laptop." in said(arrival.folder / "incoming"), "the next try has less to send"


@pytest.mark.parametrize("stopped", ["before the swap", "after the swap", "while content was replaced"])
def test_what_a_power_cut_left_is_finished_by_whoever_comes_next(
    here: Settings, content: Path, arrival: Arrival, stopped: str
) -> None:
    pending = {"stage": "new", "fingerprint": arrival.print, "by": "a laptop", "at": "2026-01-02T03:04:05.000Z"}
    (arrival.folder / "pending.json").write_text(json.dumps(pending))
    if stopped != "before the swap":
        swap(here)
    if stopped == "while content was replaced":
        content.rename(arrival.folder / "before")
    live = settle(here, content)
    assert live is (stopped != "before the swap")
    assert ("From the laptop." if live else "First words.") in said(content)
    assert not settle(here, content), "once is enough"


def test_words_that_no_commit_keeps_are_not_replaced_by_somebody_who_never_saw_them(content: Path) -> None:
    def git(*words: str) -> None:
        who = ["-c", "user.name=Ana", "-c", "user.email=ana@localhost"]
        subprocess.run(["git", *who, *words], cwd=content.parent, check=True, capture_output=True)

    assert not receiving._is_committed(content)  # noqa: SLF001 -- what a first publication hangs on
    git("init", "-q")
    git("add", "content")
    assert not receiving._is_committed(content)  # noqa: SLF001
    git("commit", "-q", "-m", "All")
    assert receiving._is_committed(content)  # noqa: SLF001
    (content / "essays" / "one.md").write_text("Changed on the server.")
    assert not receiving._is_committed(content)  # noqa: SLF001


def test_a_fingerprint_tells_words_and_names_and_nothing_of_the_machine(content: Path, tmp_path: Path) -> None:
    before = content_.fingerprint(content)
    (content / ".DS_Store").write_text("mine")
    (content / "essays" / "one.md~").write_text("an editor's copy")
    (content / "empty").mkdir()
    assert content_.fingerprint(content) == before
    (content / "essays" / "one.md").rename(content / "essays" / "uno.md")
    renamed = content_.fingerprint(content)
    assert renamed != before
    (content / "essays" / "uno.md").write_text("Other words.")
    assert len({before, renamed, content_.fingerprint(content)}) == 3

"""Which builds stand beside each other: what readers were shown, and previews, which are for their author alone."""

import shutil
from pathlib import Path

import pytest

from authoring import building, deploying, previewing, publication, rolling_back
from authoring.errors import Refusal
from comments_service.settings import Settings
from tests.authoring.conftest import essay, published
from tests.authoring.test_kept_builds import same_files
from tests.support import programs


def standing(here: Settings) -> set[Path]:
    return set(building.folder(here).glob("[!.]*/"))


def previewed(here: Settings, content: Path, words: str) -> Path:
    essay(content, "draft", words, Status="draft")
    return previewing.build(here, content).folder


def test_a_preview_is_sent_nowhere_and_no_rollback_leads_to_it(here: Settings, content: Path, tmp_path: Path) -> None:
    programs.insist_on("rsync")
    here = here.with_(deploy=f"rsync:{tmp_path / 'there'}")
    publication.publish(here, content)
    first = here.output.resolve()
    preview = previewed(here, content, "Not yet.")
    assert here.output.resolve() == preview
    assert not deploying.is_behind(here)
    with pytest.raises(Refusal, match="a preview, with your drafts"):
        deploying.deploy(here)
    essay(content, "one", "Second words.")
    publication.publish(here, content)
    second = here.output.resolve()
    rolling_back.roll_back(here)
    assert here.output.resolve() == first
    rolling_back.roll_back(here)
    assert here.output.resolve() == second
    assert not list((tmp_path / "there").rglob("*draft*"))


def test_from_a_preview_a_rollback_leads_to_the_version_before_that_which_readers_saw(
    here: Settings, content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    publication.publish(here, content)
    first = here.output.resolve()
    previewed(here, content, "Not yet.")
    with pytest.raises(Refusal, match="No other version is kept"):
        rolling_back.roll_back(here)
    essay(content, "one", "Second words.")
    publication.publish(here, content)
    second = here.output.resolve()
    for words in ("Not yet.", "Nor now."):
        previewed(here, content, words)
    rolling_back.roll_back(here)
    assert here.output.resolve() == first
    said = capsys.readouterr().out
    assert "Readers see the version before again" in said
    rolling_back.roll_back(here)
    assert here.output.resolve() == second
    assert "Readers see the newer version again" in capsys.readouterr().out


def test_what_readers_saw_stays_while_previews_come_and_go_and_the_next_version_takes_pages_from_it(
    here: Settings, content: Path
) -> None:
    publication.publish(here, content)
    first = here.output.resolve()
    essay(content, "three", Date="2024-01-01 08:00")
    publication.publish(here, content)
    second = here.output.resolve()
    previews = [previewed(here, content, f"Try {number}.") for number in range(3)]
    assert standing(here) == {first, second, *previews[-2:]}
    essay(content, "four", Date="2023-01-01 08:00")
    publication.publish(here, content)
    assert same_files(second, here.output.resolve()) >= {"one"}
    assert standing(here) == {second, previews[-1], here.output.resolve()}


def test_a_rollback_mends_a_site_whose_files_are_gone(here: Settings, content: Path) -> None:
    publication.publish(here, content)
    essay(content, "one", "Second words.")
    publication.publish(here, content)
    shutil.rmtree(here.output.resolve())
    rolling_back.roll_back(here)
    assert "First words." in published(here, "/one/")


def test_the_version_before_stays_where_the_site_lies_behind_a_link(
    here: Settings, content: Path, tmp_path: Path
) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    here = here.with_(output=tmp_path / "link" / "output")
    first = building.build(here, content=content).folder
    essay(content, "one", "Second words.")
    second = building.build(here, content=content).folder
    assert standing(here) == {first, second}
    rolling_back.roll_back(here)
    assert "First words." in published(here, "/one/")

"""A rollback brings the pages of before back, and nothing that was taken back since."""

import gzip
from pathlib import Path

import pytest

from authoring import building, rolling_back
from authoring.errors import Refusal
from comments_service.models import Verb
from comments_service.publishing import files
from comments_service.settings import Settings
from tests.authoring.conftest import essay, published
from tests.support.actors import House


def everywhere(here: Settings) -> str:
    return "".join(path.read_text("utf-8") for path in here.output.resolve().rglob("*.html"))


def test_what_was_taken_back_since_never_returns(
    built_house: House, content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    house, here = built_house, built_house.settings
    ben, cleo = house.reader("Ben", trusted=False), house.reader("Cleo")
    withdrawn = house.author.publishes(ben.says("Forget that I said this.", on="/one/"))
    removed = house.author.publishes(cleo.says("Taken down later.", on="/one/"))
    edited = ben.says("Before the edit.", on="/two/")
    house.work()
    building.build(here, content=content)
    assert "Forget that I said this." in everywhere(here)

    essay(content, "one", "Second words.", Slug="uno", Aliases="one")
    (content / "essays" / "two.md").unlink()
    essay(content, "three")
    building.build(here, content=content)
    ben.withdraws(withdrawn)
    house.author.decides(removed, Verb.REMOVE)
    ben.edits(edited, "After the edit.")
    cleo.says("Said in the newer version.", on="/uno/")
    house.author.says("And this, too.", on="/uno/")
    house.work()
    newer = here.output.resolve()
    before = published(here, "/uno/")

    rolling_back.roll_back(here)
    assert here.output.resolve() != newer
    one, two = published(here, "/one/"), published(here, "/two/")
    assert "First words." in one
    assert house.fragment("/one/") in one
    assert "And this, too." in one
    assert "After the edit." in two
    assert not (here.output / "uno").exists()
    for words in ("Forget that I said this.", "Taken down later.", "Before the edit."):
        assert words not in everywhere(here)
    said = capsys.readouterr().out
    assert "Readers see the version before again, as built on " in said
    assert "make rollback brings it back." in said
    house.author.says("In the rolled back one.", on="/one/")
    house.work()
    assert "In the rolled back one." in published(here, "/one/")

    rolling_back.roll_back(here)
    assert here.output.resolve() == newer
    uno = published(here, "/uno/")
    assert "Second words." in uno
    assert house.fragment("/uno/") in uno
    assert "In the rolled back one." in uno
    assert uno != before
    assert "Readers see the newer version again" in capsys.readouterr().out


def test_compressed_copies_of_a_version_do_not_outlive_what_they_hold(built_house: House, content: Path) -> None:
    here = built_house.settings
    old = here.output.resolve()
    for suffix in (".gz", ".br"):
        (old / "one" / f"index.html{suffix}").write_bytes(b"stale")
    building.build(here, content=content)
    built_house.author.says("Since then.", on="/one/")
    rolling_back.roll_back(here)
    assert here.output.resolve() == old
    page = old / "one" / "index.html"
    assert sorted(path.name for path in (old / "one").iterdir()) == ["index.html", "index.html.gz"]
    assert "Since then." in page.read_text("utf-8")
    assert gzip.decompress(page.with_name("index.html.gz").read_bytes()) == page.read_bytes()


@pytest.mark.parametrize("half", ["nothing", "unfinished"])
def test_where_no_other_whole_version_is_kept_nothing_changes(built_house: House, half: str) -> None:
    here = built_house.settings
    before = here.output.resolve()
    if half == "unfinished":
        staging = building.folder(here) / "06h0000000000000000000000g"
        staging.mkdir()
        files.write(staging / "index.html", "half")
    with pytest.raises(Refusal, match="No other version is kept"):
        rolling_back.roll_back(here)
    assert here.output.resolve() == before


def test_a_rollback_that_fails_leaves_the_newer_version_and_all_that_is_known_of_it(
    built_house: House, content: Path
) -> None:
    here = built_house.settings
    old = here.output.resolve()
    essay(content, "one", "Second words.", Slug="uno", Aliases="one")
    newer = building.build(here, content=content).folder
    (old / "one" / "index.html").unlink()
    with pytest.raises(Refusal, match="holds no conversation for /one/"):
        rolling_back.roll_back(here)
    assert here.output.resolve() == newer
    built_house.author.says("Still here.", on="/uno/")
    built_house.work()
    assert "Still here." in published(here, "/uno/")
    assert old.exists()

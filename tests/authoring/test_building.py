"""Building: the old site or the new one, never half of either, and nothing that is not meant for readers."""

import signal
from pathlib import Path
from typing import Any

import pytest

from authoring import building
from authoring.building import BuildError
from comments_service import publishing
from comments_service.settings import ROOT, Settings
from comments_service.store import pages
from tests.authoring.conftest import Start, essay, published
from tests.support.actors import House
from tests.support.processes import eventually


def snapshot(site: Path) -> dict[str, bytes]:
    """Every file of a site."""
    return {str(path.relative_to(site)): path.read_bytes() for path in site.rglob("*") if path.is_file()}


def builds(here: Settings) -> set[Path]:
    """The folders of the builds that are kept."""
    return {path for path in (here.output.parent / f".{here.output.name}").iterdir() if path.is_dir()}


def test_drafts_and_future_essays_are_not_in_the_site(here: Settings, content: Path) -> None:
    essay(content, "draft", "Secret one.", Status="draft")
    essay(content, "later", "Secret two.", Date="2999-01-01 08:00")
    built = building.build(here, content=content)
    assert built.essays == 2
    assert not (here.output / "draft").exists()
    assert not (here.output / "later").exists()
    for name, text in snapshot(here.output).items():
        assert b"Secret one" not in text, name
        assert b"Secret two" not in text, name


@pytest.mark.parametrize(
    ("front", "sentence"),
    [
        ({"Date": "never"}, "Could not process essays/bad.md: 'never' is not a valid date"),
        ({"Title": None}, "Skipping essays/bad.md: could not find information about 'title'"),
        ({"Conversation": "until soon"}, "essays/bad.md: “Conversation: until soon” needs a day such as 2026-12-31"),
        ({"Edition": "second"}, "essays/bad.md gives its edition as “second”; it is a number, such as 2."),
        ({"Slug": "one"}, "one/index.html"),
    ],
)
def test_a_build_that_fails_says_why_in_a_sentence_and_leaves_the_old_site(
    built_house: House, content: Path, front: dict[str, Any], sentence: str
) -> None:
    here = built_house.settings
    before, known, kept = snapshot(here.output), pages.every(built_house.db), builds(here)
    essay(content, "bad", **front)
    with pytest.raises(BuildError) as raised:
        building.build(here, content=content)
    assert sentence in str(raised.value)
    assert "Traceback" not in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1
    assert snapshot(here.output) == before
    assert pages.every(built_house.db) == known
    assert builds(here) == kept


def test_an_error_in_a_template_names_the_place(here: Settings, content: Path, tmp_path: Path) -> None:
    config = tmp_path / "conf.py"
    theme = tmp_path / "theme"
    (theme / "templates").mkdir(parents=True)
    (theme / "templates" / "index.html").write_text("<p>\n{% if %}\n")
    source = (ROOT / "pelicanconf.py").read_text()
    config.write_text(source.replace("_ROOT = Path(__file__).resolve().parent", f"_ROOT = Path({str(ROOT)!r})"))
    config.write_text(f"{config.read_text()}\nTHEME = {str(theme)!r}\n")
    with pytest.raises(BuildError, match=r"templates/index\.html:2: Expected an expression"):
        building.build(here, content=content, config=str(config))


def test_what_is_odd_but_bearable_is_told(here: Settings, content: Path) -> None:
    essay(content, "one", "See [this]({filename}nowhere.md).")
    assert building.build(here, content=content).warnings == ("Unable to find 'nowhere.md', skipping url replacement.",)


def test_a_build_that_is_refused_at_the_last_look_leaves_site_and_service_as_they_were(
    built_house: House, content: Path
) -> None:
    here = built_house.settings
    closed = essay(content, "two", Conversation="closed")
    building.build(here, content=content)
    before, known, kept = snapshot(here.output), pages.every(built_house.db), builds(here)
    closed.unlink()
    essay(content, "one", Title="Another title")
    essay(content, "three")

    def refuse(site: Path) -> None:
        assert (site / "three" / "index.html").exists()
        raise BuildError("Not this one.")

    with pytest.raises(BuildError, match="Not this one"):
        building.build(here, content=content, verify=refuse)
    assert snapshot(here.output) == before
    assert builds(here) == kept
    assert [page.path for page in pages.every(built_house.db)] == [page.path for page in known]
    assert {page.path: page.conversation for page in pages.every(built_house.db)} == {
        "/one/": "open",
        "/two/": "closed",
    }
    assert built_house.reader().says("Can you still hear me?", on="/one/").page == "/one/"


def test_a_reply_that_arrives_during_a_build_is_in_the_site_that_goes_live(built_house: House, content: Path) -> None:
    reader = built_house.reader("Ben")
    built_house.author.publishes(reader.says("I was here before.", on="/two/"))

    def meanwhile(_site: Path) -> None:
        reader.says("Just in time.", on="/one/")
        built_house.work()

    building.build(built_house.settings, content=content, verify=meanwhile)
    page = published(built_house.settings, "/one/")
    assert "Just in time." in page
    assert built_house.fragment("/one/") in page
    assert "1 response" in published(built_house.settings, "/")


def test_only_the_site_that_readers_see_and_the_one_before_it_are_kept(here: Settings, content: Path) -> None:
    first, second, third = (building.build(here, content=content).folder for _ in range(3))
    assert here.output.resolve() == third
    assert not first.exists()
    eventually(lambda: builds(here) == {second, third}, "the files of the first go")


def test_a_build_that_is_told_to_stop_leaves_nothing_behind(
    built_house: House, content: Path, start: Start, tmp_path: Path
) -> None:
    before, kept = snapshot(built_house.settings.output), builds(built_house.settings)
    build = start("build", "--content", content)
    eventually(lambda: builds(built_house.settings) - kept, "the build begins")
    assert build.stop() == 128 + signal.SIGTERM
    eventually(build.has_left_nobody, "every process ends")
    assert builds(built_house.settings) == kept
    assert snapshot(built_house.settings.output) == before
    assert build.complained == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_interrupted_build_leaves_a_whole_site(
    built_house: House, content: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    here = built_house.settings
    put_live = publishing.put_live

    def interrupted(settings: Settings, staging: Path, *, preview: bool) -> Path | None:
        if when == "after":
            put_live(settings, staging, preview=preview)
        raise KeyboardInterrupt

    monkeypatch.setattr(publishing, "put_live", interrupted)
    with pytest.raises(KeyboardInterrupt):
        building.build(here, content=content)
    assert "First words." in published(here, "/one/")

"""A build from what was kept is, byte for byte, the one that is made without; and it is kept only while it counts."""

import json
import os
import random
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from authoring import building, kept_builds, publication
from authoring.kept_builds import Unbaked
from comments_service import ids, keys, publishing
from comments_service.database import opened
from comments_service.models import NewReply, Speaker
from comments_service.posting import accept
from comments_service.publishing import files
from comments_service.settings import Settings
from plugins import kept_texts
from tests.authoring.conftest import essay, published
from tests.authoring.test_building import snapshot

LONG_AGO, NEVER = "2020-01-01T00:00:00.000Z", "2999-01-01T00:00:00.000Z"


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Builds are kept by each test for itself."""
    monkeypatch.setattr(kept_builds, "KEPT", tmp_path / "kept")
    return tmp_path / "kept"


def site(here: Settings, content: Path, *, fresh: bool = False) -> dict[str, bytes]:
    building.build(here, config="publishconf.py", content=content, fresh=fresh)
    return snapshot(here.output)


def picture(content: Path) -> None:
    (content / "images").mkdir(exist_ok=True)
    shade = random.randrange(256)  # noqa: S311 -- a color, and no secret
    Image.new("RGB", (700, 400), (shade, 90, 90)).save(content / "images" / "quay.png")
    essay(content, "two", "![The quay](/images/quay.png)")


def edition(content: Path) -> None:
    essay(content, "four", "Second words.", Edition="2", Modified="2026-02-02 08:00")
    old = essay(content, "four-1", Edition_of="four", Edition="1", Status="hidden", Slug="four-1", Title="Before")
    (content / "editions").mkdir(exist_ok=True)
    old.rename(content / "editions" / "four-1.md")


EDITS: dict[str, Callable[[Path], object]] = {
    "words": lambda content: essay(content, "one", "Other words, and [a link]({filename}two.md)."),
    "title and date": lambda content: essay(content, "three", Title="Another", Date="2024-03-04 08:00"),
    "summary and question": lambda content: essay(content, "one", Summary="*Short*.", Question="Why?"),
    "tags": lambda content: essay(content, "two", Tags="x, y"),
    "series": lambda content: [essay(content, name, Tags="x", Series="S", Date="2024-03-04 08:00") for name in "abc"],
    "draft": lambda content: essay(content, "b", Status="draft", Series="S"),
    "new essay": lambda content: essay(content, "five", Tags="y"),
    "essay that goes": lambda content: (content / "essays" / "c.md").unlink(missing_ok=True),
    "alias": lambda content: essay(content, "six", Slug="second", Aliases="sixth", Authors="Ben"),
    "closed with time": lambda content: essay(content, "five", Conversation="until 2025-12-31"),
    "edition": edition,
    "picture": picture,
}


def talk(here: Settings) -> None:
    """A reader replies, and whatever conversation is due closes."""
    with opened(here) as db:
        accept(db, here, keys.load(here.data), Speaker(), NewReply(page="/one/", name="Ben", text="And so on."))
        publishing.close_due(db)


@pytest.mark.timeout(300)  # seven builds, each in a process of its own
def test_after_any_edits_an_incremental_build_is_a_full_one(here: Settings, content: Path) -> None:
    here = here.with_(hold_first=False, rate_limit=False)
    site(here, content)
    names = random.sample(sorted(EDITS), len(EDITS))
    for first in range(0, len(names), 4):
        now = names[first : first + 4]
        for name in now:
            EDITS[name](content)
        talk(here)
        if first == 4:
            here = here.with_(tagline="Another tagline")
        kept, full = site(here, content), site(here, content, fresh=True)
        assert kept.keys() == full.keys(), now
        assert [name for name in full if kept[name] != full[name]] == [], now


def test_only_pages_that_name_what_changed_are_made_again(here: Settings, content: Path, kept: Path) -> None:
    for number, name in enumerate("abcd"):
        essay(content, name, Tags=name, Date=f"2024-03-0{number + 1} 08:00")
    building.build(here, content=content)
    essay(content, "a", "Other words.", Tags="a", Date="2024-03-01 08:00", Title="A title")
    between = (content / "essays" / "a.md").stat().st_mtime_ns
    building.build(here, content=content)
    names = json.loads(kept_builds.key(here, "pelicanconf.py", content).place.read_text("utf-8").splitlines()[1])
    written = {name: (kept / "files" / names[f"{name}/index.html"]).stat().st_mtime_ns for name in (*"abcd", "one")}
    assert {name for name, when in written.items() if when > between} == {"a", "b"}  # b has a for its neighbour


def test_a_build_of_which_nothing_changed_is_not_made_again(
    here: Settings, content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = site(here, content)
    monkeypatch.setattr("authoring.children.command", lambda *_: ["false"])
    assert site(here, content) == before


def test_a_build_that_nobody_waits_for_ends_with_its_block(here: Settings, content: Path) -> None:
    children = Path(f"/proc/{os.getpid()}/task/{threading.get_native_id()}/children")
    before = children.read_text()
    with building.staging(here) as stage:
        with building.making(here, stage, "publishconf.py", content, fresh=True):
            assert children.read_text() != before
        assert children.read_text() == before


def test_publishing_twice_leaves_the_site_as_it_is_with_what_was_said_since(
    here: Settings, content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here = here.with_(hold_first=False, rate_limit=False)
    publication.publish(here, content)
    before = here.output.resolve()
    talk(here)
    capsys.readouterr()
    publication.publish(here, content)
    assert "Nothing has changed" in capsys.readouterr().out
    assert here.output.resolve() == before
    assert "And so on." in published(here, "/one/")
    publication.publish(here, content, fresh=True)
    assert here.output.resolve() != before


@pytest.mark.parametrize("changed", ["setting", "content", "config"])
def test_whatever_a_build_is_made_of_is_in_its_key(here: Settings, content: Path, changed: str) -> None:
    before = kept_builds.key(here, "pelicanconf.py", content)
    other, config = here, "pelicanconf.py"
    if changed == "setting":
        other = here.with_(title="Another")
    elif changed == "content":
        (content / "essays" / "note.txt").write_text("x")
    else:
        config = "previewconf.py"
    assert kept_builds.key(other, config, content) != before


@pytest.mark.parametrize(
    "file", ["theme/templates/article.html", "theme/words/en.toml", "plugins/one/__init__.py", "pelicanconf.py"]
)
def test_of_a_build_by_another_engine_or_theme_nothing_is_taken_over(
    here: Settings, content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    monkeypatch.setattr(kept_builds, "ROOT", tmp_path / "root")
    source = tmp_path / "root" / file
    source.parent.mkdir(parents=True)
    source.write_text("before")
    before = kept_builds.key(here, "pelicanconf.py", content)
    kept_builds.keep(before, empty(tmp_path / "stage"), Unbaked((), (), {}, LONG_AGO, NEVER))
    assert kept_builds.nearest(before)
    source.write_text("after!")
    now = kept_builds.key(here, "pelicanconf.py", content)
    assert kept_builds.bring(now, empty(tmp_path / "empty")) is None
    assert kept_builds.nearest(now) is None


def test_a_build_counts_until_a_scheduled_essay_is_due(here: Settings, content: Path, kept: Path) -> None:
    due = (datetime.now(UTC) + timedelta(days=1)).replace(second=0, microsecond=0)
    essay(content, "later", Date=f"{due:%Y-%m-%d %H:%M}")
    building.build(here, content=content)
    (build,) = kept.glob("*.json")
    first_of_month = (due.replace(day=1) + timedelta(days=32)).replace(day=1, hour=0, minute=0)
    told = kept_builds.from_json(build.read_text("utf-8").splitlines()[0])
    assert told.until == ids.as_text(due) or due >= first_of_month - timedelta(days=1)
    assert not kept_builds.counts(LONG_AGO, LONG_AGO)


def test_a_kept_build_that_is_damaged_or_over_counts_as_none(tmp_path: Path) -> None:
    stage = empty(tmp_path / "stage")
    (stage / "index.html").write_text("x")
    old, bad, half = (kept_builds.Key("a", name) for name in ("old", "bad", "half"))
    kept_builds.keep(old, stage, Unbaked((), (), {}, LONG_AGO, LONG_AGO))
    for key in (bad, half):
        kept_builds.keep(key, stage, Unbaked((), (), {}, LONG_AGO, NEVER))
    bad.place.write_text("{")
    half.place.write_text(half.place.read_text("utf-8").replace('index.html": "', 'index.html": "gone'))
    place = empty(tmp_path / "empty")
    assert [kept_builds.bring(key, place) for key in (old, bad, half)] == [None, None, None]
    assert not list(place.iterdir())


def test_what_is_written_into_a_site_is_not_written_into_what_is_kept(tmp_path: Path) -> None:
    stage = empty(tmp_path / "stage")
    (stage / "index.html").write_text("<!--rapport:count /one/--><!--/rapport-->")
    key = kept_builds.Key("a", "b")
    kept_builds.keep(key, stage, Unbaked((), (), {}, LONG_AGO, NEVER))
    files.fill(stage, lambda _: "3 responses")
    assert "3 responses" in (stage / "index.html").read_text()
    kept_builds.bring(key, empty(tmp_path / "other"))
    assert "3 responses" not in (tmp_path / "other" / "index.html").read_text()


def test_a_kept_build_that_lost_a_file_to_another_process_counts_as_none(tmp_path: Path) -> None:
    stage = empty(tmp_path / "stage")
    for name in "ab":
        (stage / name).mkdir()
        (stage / name / "index.html").write_text(name)
    key = kept_builds.Key("a", "b")
    kept_builds.keep(key, stage, Unbaked((), (), {}, LONG_AGO, NEVER))

    next((tmp_path / "kept" / "files").iterdir()).unlink()
    assert kept_builds.bring(key, empty(tmp_path / "other")) is None
    assert not list((tmp_path / "other").iterdir())
    kept_builds.keep(key, stage, Unbaked((), (), {}, LONG_AGO, NEVER))
    assert kept_builds.bring(key, empty(tmp_path / "again"))
    assert snapshot(tmp_path / "again") == snapshot(stage)


def test_files_are_kept_once_and_go_with_the_last_build_that_is_made_of_them(tmp_path: Path, kept: Path) -> None:
    stage = empty(tmp_path / "stage")
    (stage / "same.css").write_text("p {}")
    for number in range(5):
        (stage / "index.html").unlink(missing_ok=True)
        (stage / "index.html").write_text(f"{number}")
        kept_builds.keep(kept_builds.Key("a", f"{number}"), stage, Unbaked((), (), {}, LONG_AGO, NEVER))
    (kept / ".a-9.json.1").write_text("A process was killed while it wrote this.")
    assert sorted(file.read_text() for file in (kept / "files").iterdir()) == ["2", "3", "4", "p {}"]
    (stage / "new.css").write_text("p {}")
    kept_builds.keep(kept_builds.Key("b", ""), stage, Unbaked((), (), {}, LONG_AGO, NEVER))
    assert sorted(path.name for path in kept.iterdir()) == ["a-3.json", "a-4.json", "b-.json", "files"]
    assert sorted(file.read_text() for file in (kept / "files").iterdir()) == ["3", "4", "p {}"]


def test_an_essay_at_the_address_of_a_page_of_ours_stays_there_and_is_not_written_into(
    here: Settings, content: Path
) -> None:
    essay(content, "one", "At the front.", Save_as="index.html", Url="")
    first = site(here, content)
    assert b"At the front." in first["index.html"]
    essay(content, "two", "Other words.")
    assert b"At the front." in site(here, content)["index.html"]
    essay(content, "two", "Yet others.")
    assert site(here, content) == site(here, content, fresh=True)


def test_where_nothing_can_be_kept_a_site_is_built_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    texts = kept_texts._Texts(tmp_path / "file" / "kept.json", {})  # noqa: SLF001 -- on a disk that is full
    kept_texts.keep(SimpleNamespace(settings={kept_texts._TEXTS: texts}))  # noqa: SLF001


def empty(folder: Path) -> Path:
    folder.mkdir()
    return folder

"""A build that takes pages over from another is, byte for byte, the one that is made without."""

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
from authoring.building import BuildError
from authoring.kept_builds import Key, Unbaked
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


def same_files(one: Path, other: Path) -> set[str]:
    """The essays whose pages are one file in both builds."""
    pages = {page.parent.name: page for page in one.glob("*/index.html") if b"h-entry" in page.read_bytes()}
    return {name for name, page in pages.items() if (other / name).exists() and page.samefile(other / name / page.name)}


def test_only_pages_that_name_what_changed_are_made_again(here: Settings, content: Path) -> None:
    for number, name in enumerate("abcd"):
        essay(content, name, Tags=name, Date=f"2024-03-0{number + 1} 08:00")
    before = building.build(here, content=content).folder
    essay(content, "a", "Other words.", Tags="a", Date="2024-03-01 08:00", Title="A title")
    after = building.build(here, content=content).folder
    assert same_files(before, after) == {"c", "d", "one", "two"}  # b has a for its neighbour


def test_a_page_that_somebody_changed_by_hand_is_not_taken_over(here: Settings, content: Path) -> None:
    essay(content, "three")
    before = building.build(here, content=content).folder
    with (before / "two" / "index.html").open("a") as page:
        page.write("Mine.")
    essay(content, "three", "Other words.")
    after = building.build(here, content=content).folder
    assert same_files(before, after) == {"one"}
    assert "Mine." not in published(here, "/two/")
    assert "First words." in published(here, "/two/")


def test_a_page_on_which_somebody_spoke_meanwhile_says_so_and_that_of_the_build_before_does_not(
    here: Settings, content: Path
) -> None:
    here = here.with_(hold_first=False, rate_limit=False)
    essay(content, "three")
    before = building.build(here, content=content).folder
    talk(here)
    essay(content, "three", "Other words.")

    def refuses(stage: Path) -> None:
        assert "And so on." in (stage / "one" / "index.html").read_text("utf-8")
        raise BuildError("Not now.")

    with pytest.raises(BuildError):
        building.build(here, content=content, verify=refuses)
    assert "And so on." not in published(here, "/one/")
    after = building.build(here, content=content).folder
    assert same_files(before, after) == {"two"}
    assert "And so on." in published(here, "/one/")
    assert "And so on." not in (before / "one" / "index.html").read_text("utf-8")


def test_nothing_is_left_of_an_essay_that_is_gone(here: Settings, content: Path) -> None:
    essay(content, "three")
    building.build(here, content=content)
    (content / "essays" / "three.md").unlink()
    building.build(here, content=content)
    assert not (here.output / "three").exists()
    assert [path for path in here.output.resolve().rglob("*") if path.is_dir() and not any(path.iterdir())] == []


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
    build = signed(tmp_path / "build", before)
    assert kept_builds.like([build], before) == build
    source.write_text("after!")
    now = kept_builds.key(here, "pelicanconf.py", content)
    assert kept_builds.like([build], now) is None


def signed(folder: Path, known: Key, until: str = NEVER) -> Path:
    """A build of one page that was made of this."""
    folder.mkdir()
    (folder / "index.html").write_text("x")
    files.note_origins(folder, {"index.html": f"{known.made_with} b"})
    kept_builds.sign(folder, known, Unbaked((), (), {}, LONG_AGO, until))
    return folder


def test_a_build_counts_until_a_scheduled_essay_is_due(here: Settings, content: Path) -> None:
    due = (datetime.now(UTC) + timedelta(days=1)).replace(second=0, microsecond=0)
    essay(content, "later", Date=f"{due:%Y-%m-%d %H:%M}")
    with building.staging(here) as stage, building.making(here, stage, "pelicanconf.py", content) as made:
        until = made().unbaked.until
    first_of_month = (due.replace(day=1) + timedelta(days=32)).replace(day=1, hour=0, minute=0)
    assert until == ids.as_text(due) or due >= first_of_month - timedelta(days=1)
    assert not kept_builds.counts(LONG_AGO, LONG_AGO)


def test_of_a_build_whose_notes_are_damaged_or_over_nothing_is_taken(tmp_path: Path) -> None:
    known = Key("a", "b")
    over, bad, half, sound = (tmp_path / name for name in ("over", "bad", "half", "sound"))
    for build in (bad, half, sound):
        signed(build, known)
    signed(over, known, until=LONG_AGO)
    bad.with_name(f"bad{kept_builds.SIGNED}").write_text("{")
    half.with_name(f"half{files.BAKED}").write_text("{")
    assert [kept_builds.is_signed(build, known) for build in (over, bad, half, sound)] == [False, False, True, True]
    assert kept_builds.like([bad, half], known) is None
    assert kept_builds.like([bad, half, over, sound], known) == over  # its pages may be right; the whole is not


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


@pytest.mark.parametrize("date", ["2025-01-02 08:00", "2026-02-02 08:00"])
def test_a_page_whose_place_another_had_is_made_when_it_has_its_place_again(
    here: Settings, content: Path, date: str
) -> None:
    essay(content, "three", "Of three.", Status="hidden")
    other = essay(content, "other", "In its place.", Date=date, Save_as="three/index.html", Url="three/")
    assert b"In its place." in site(here, content)["three/index.html"]
    other.unlink()
    assert b"Of three." in site(here, content)["three/index.html"]


def test_where_nothing_can_be_kept_a_site_is_built_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    texts = kept_texts._Texts(tmp_path / "file" / "kept.json", {})  # noqa: SLF001 -- on a disk that is full
    kept_texts.keep(SimpleNamespace(settings={kept_texts._TEXTS: texts}))  # noqa: SLF001

"""A build from what was kept is, byte for byte, the one that is made without."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from authoring import building, kept_builds
from comments_service.settings import Settings
from tests.authoring.conftest import essay
from tests.authoring.test_building import snapshot

_NOTHING = {".rapport.json"}


def site(here: Settings, content: Path, *, fresh: bool) -> dict[str, bytes]:
    building.build(here, content=content, fresh=fresh)
    return {name: text for name, text in snapshot(here.output).items() if name not in _NOTHING}


EDITS: dict[str, Callable[[Path], None]] = {
    "words": lambda content: essay(content, "one", "Other words."),
    "title": lambda content: essay(content, "one", Title="Another"),
    "date": lambda content: essay(content, "one", Date="2024-03-04 08:00"),
    "tags and series": lambda content: essay(content, "two", Tags="x, y", Series="S"),
    "series": lambda content: essay(content, "three", Tags="x", Series="S"),
    "draft": lambda content: essay(content, "three", Status="draft"),
    "alias and slug": lambda content: essay(content, "two", Slug="second", Aliases="two"),
    "same date": lambda content: essay(content, "four", Date="2024-03-04 08:00"),
}


def test_after_any_edits_an_incremental_build_is_a_full_one(here: Settings, content: Path) -> None:
    order = random.Random(34)  # noqa: S311 -- an order, and no secret
    for name in order.sample(sorted(EDITS), len(EDITS)):
        EDITS[name](content)
        assert site(here, content, fresh=False) == site(here, content, fresh=True), name


def test_a_build_of_which_nothing_changed_is_not_made_again(
    here: Settings, content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = site(here, content, fresh=False)
    monkeypatch.setattr(building.children, "command", lambda *_: ["false"])
    assert site(here, content, fresh=False) == before


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


def test_a_kept_build_that_is_damaged_or_over_counts_as_none(tmp_path: Path) -> None:
    stage, kept = tmp_path / "stage", tmp_path / "kept"
    stage.mkdir()
    (stage / "index.html").write_text("x")
    kept_builds.keep("old", stage, kept_builds.Unbaked((), (), "2020-01-01T00:00:00.000Z"), kept)
    kept_builds.keep("bad", stage, kept_builds.Unbaked((), (), "2999-01-01T00:00:00.000Z"), kept)
    (kept / "bad" / "told.json").write_text("{")
    empty = tmp_path / "empty"
    empty.mkdir()
    assert kept_builds.bring("old", empty, kept) is None
    assert kept_builds.bring("bad", empty, kept) is None
    assert not list(empty.iterdir())

"""An essay with a later date appears by the same command when its moment has come, and not again after a rollback."""

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from authoring import building, children, previewing, publication, rolling_back, scheduling
from authoring.__main__ import authoring
from comments_service import ids
from comments_service.settings import Settings
from tests.authoring.conftest import essay, published


def run(here: Settings, content: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """`make publish ARGS=--if-due`."""
    for name, value in children.environment(here).items():
        if name.startswith("RAPPORT_"):
            monkeypatch.setenv(name, value)
    done = CliRunner().invoke(authoring, ["publish", "--if-due", "--content", str(content)], catch_exceptions=False)
    return done.output


def test_nothing_is_built_until_an_essay_is_due(here: Settings, content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = here.data / "clock"
    here = here.with_(clock_file=clock)
    clock.parent.mkdir()
    clock.write_text("-10800")  # Pelican has no clock but the system's: to it the essay is due all the time
    ids.use_clock(clock)
    building.build(here, content=content)
    before = here.output.resolve()
    soon = ids.moment() + timedelta(hours=2)
    essay(content, "soon", Title="The quay", Date=f"{soon:%Y-%m-%d %H:%M}")
    essay(content, "never", Status="draft", Date="2026-01-01")
    assert run(here, content, monkeypatch).startswith("Nothing is due. Next: “The quay”, on ")
    assert here.output.resolve() == before

    clock.write_text("0")
    assert run(here, content, monkeypatch).startswith("Due: “The quay”, on ")
    assert "First words." in published(here, "/soon/")
    assert run(here, content, monkeypatch) == "Nothing is due, and nothing is scheduled.\n"

    rolling_back.roll_back(here)
    assert not (here.output / "soon").exists()
    assert scheduling.due(here, content) == [], "it was taken back on purpose"


def test_an_essay_whose_day_came_is_due_although_its_author_looked_at_it_since(here: Settings, content: Path) -> None:
    clock = here.data / "clock"
    here = here.with_(clock_file=clock)
    clock.parent.mkdir()
    clock.write_text("-10800")
    ids.use_clock(clock)
    building.build(here, content=content)
    essay(content, "soon", Title="The quay", Date=f"{ids.moment() + timedelta(hours=2):%Y-%m-%d %H:%M}")
    clock.write_text("0")
    previewing.build(here, content)
    assert [each.title for each in scheduling.due(here, content)] == ["The quay"]


def test_a_publication_says_what_is_next(here: Settings, content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    essay(content, "later", Title="The quay", Date="2999-01-01 08:00")
    publication.publish(here, content)
    assert "Next: “The quay”, on 1 January 2999, 08:00." in capsys.readouterr().out
    assert building.counts(here.output.resolve())[0] == 2

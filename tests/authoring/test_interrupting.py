"""Whatever interrupts a publication, readers see the old site or the new one, and the next try goes on."""

import errno
import os
import signal
from pathlib import Path

import pytest

from authoring import building, publication
from authoring.errors import Refusal
from authoring.steps import Step
from comments_service import ids
from comments_service.database import opened
from comments_service.settings import Settings
from comments_service.store import correspondents, pages, publications, subscriptions
from tests.authoring.conftest import Start, essay, published
from tests.support.actors import House
from tests.support.processes import eventually


def interrupted(error: BaseException, *, live: bool = False) -> Step[publication.Publication]:
    def act(_run: object, _tell: object) -> str:
        raise error

    return Step("test", "Interrupting", act, live=live)


def folders(here: Settings) -> set[Path]:
    return {path for path in building.folder(here).iterdir() if path.is_dir()}


@pytest.mark.parametrize(
    ("after", "error"),
    [
        ("", Refusal("Not now.")),
        ("check", KeyboardInterrupt()),
        ("build", OSError(errno.ENOSPC, "No space left on device")),
        ("verify", SystemExit(143)),
    ],
)
def test_before_the_swap_readers_keep_the_old_site(
    built_house: House, content: Path, monkeypatch: pytest.MonkeyPatch, after: str, error: BaseException
) -> None:
    here = built_house.settings
    before, kept = here.output.resolve(), folders(here)
    (content / "essays" / "two.md").unlink()
    essay(content, "one", "Second words.", Slug="uno", Aliases="one")
    built_house.author.says("Here.", on="/one/")
    names = [step.name for step in publication.STEPS]
    place = names.index(after) + 1 if after else 0
    steps = [*publication.STEPS[:place], interrupted(error), *publication.STEPS[place:]]
    monkeypatch.setattr(publication, "STEPS", steps)
    with pytest.raises((Refusal, KeyboardInterrupt, SystemExit)) as raised:
        publication.publish(here, content)
    if isinstance(error, OSError):
        assert str(raised.value).startswith("The disk is full, so the step “test” could not go on. Make room")
    assert (here.output.resolve(), folders(here)) == (before, kept)
    assert [page.path for page in pages.every(built_house.db)] == ["/one/", "/two/"]
    built_house.author.says("And there.", on="/one/")
    built_house.work()
    assert "And there." in published(here, "/one/")
    assert publications.prints(built_house.db) == {}


def test_after_the_swap_readers_have_the_new_site_and_the_next_publication_tells_of_it(
    built_house: House, content: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    here = built_house.settings
    essay(content, "three")
    reader = correspondents.welcome(built_house.db, "amy@example.net", "en")
    correspondents.confirm(built_house.db, reader.id, now=ids.now())
    subscriptions.add(built_house.db, reader.id, "essays")
    whole = publication.STEPS
    place = [step.name for step in whole].index("swap") + 1
    monkeypatch.setattr(publication, "STEPS", [*whole[:place], interrupted(OSError("gone"), live=True), *whole[place:]])
    with pytest.raises(Refusal, match="could not go on: gone"):
        publication.publish(here, content)
    assert "Interrupting … stopped; readers see the new version." in capsys.readouterr().out
    assert "First words." in published(here, "/three/")
    monkeypatch.setattr(publication, "STEPS", whole)
    publication.publish(here, content)
    assert sorted(publications.prints(built_house.db)) == ["/one/", "/three/", "/two/"]
    told = capsys.readouterr().out
    assert "To share “Essay three”:" in told
    assert "1 reader wishes to hear of new essays by letter." in told
    assert "rapport letters announce /three/" in told


def test_a_publication_that_is_killed_leaves_the_old_site_and_no_obstacle(
    built_house: House, content: Path, start: Start
) -> None:
    here = built_house.settings
    before, kept = here.output.resolve(), folders(here)
    essay(content, "one", "Second words.", Slug="uno", Aliases="one")
    build = start("publish", "--content", content)
    eventually(lambda: any(path.joinpath(".rapport.json").exists() for path in folders(here) - kept), "it is baked")
    os.killpg(build.process.pid, signal.SIGKILL)
    build.process.wait()
    assert here.output.resolve() == before
    built_house.author.says("Meanwhile.", on="/one/")
    built_house.work()
    assert "Meanwhile." in published(here, "/one/"), "although the service knows it at its new address already"
    publication.publish(here, content)
    eventually(lambda: folders(here) == {here.output.resolve(), before}, "the files of the others go")
    assert "Meanwhile." in published(here, "/uno/")
    with opened(here) as db:
        assert sorted(publications.prints(db)) == ["/two/", "/uno/"]

"""Pages are the same whoever renders them: this process, or several that share them."""

import logging
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import pytest
from pelican.writers import Writer

from plugins import hands, kept_pages
from tests.authoring.test_building import snapshot
from tests.plugins.building import PLUGINS, build

ESSAYS = {
    f"essays/{name}.md": f"Title: Essay {name}\nDate: 2026-01-02 08:00\nSlug: {name}\n\nOf {name}.\n"
    for name in "abcdef"
}
_HERE = os.getpid()


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pages that this process rendered itself, of those that waited."""
    written: list[str] = []
    write = kept_pages._Keeping.write_now  # noqa: SLF001

    def tell(writer: Writer, one: kept_pages._Waiting) -> None:
        written.append(one.name)
        write(writer, one)

    monkeypatch.setattr(kept_pages._Keeping, "write_now", tell)  # noqa: SLF001
    return written


def site(folder: Path, more: Mapping[str, str] = MappingProxyType({})) -> dict[str, bytes]:
    return snapshot(build(folder, {**ESSAYS, **more}, PLUGINS=[*PLUGINS, "plugins.kept_pages"]))


@pytest.fixture
def alone(tmp_path: Path, here: list[str], monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """The site as this process makes it by itself; from then on, two share the work."""
    made = site(tmp_path / "alone")
    assert sorted(here) == [f"{name}/index.html" for name in "abcdef"]
    assert b"Of a." in made["a/index.html"]
    here.clear()
    monkeypatch.setattr(hands, "_WORTH_SHARING", 2)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    return made


def test_pages_that_are_shared_are_the_same(tmp_path: Path, alone: dict[str, bytes], here: list[str]) -> None:
    assert site(tmp_path / "shared") == alone
    assert here == []


def test_an_essay_that_takes_the_place_of_another_has_it(tmp_path: Path, alone: dict[str, bytes]) -> None:
    taking = (
        ESSAYS["essays/f.md"]
        .replace("Slug: f", "Slug: g\nSave_as: b/index.html")
        .replace("Of f.", "Of g.")
        .replace("2026", "2025")
    )
    made = site(tmp_path / "taking", {"essays/g.md": taking})
    assert b"Of g." in made["b/index.html"]
    assert made.keys() >= alone.keys()


def dies() -> None:
    os._exit(1)


def warns() -> None:
    logging.getLogger("theme").warning("This page is odd.")


def fails() -> None:
    raise OSError


@pytest.mark.parametrize("trouble", [dies, warns, fails])
def test_what_another_process_stumbles_over_comes_again_here_where_it_is_told(
    tmp_path: Path,
    alone: dict[str, bytes],
    here: list[str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    trouble: Callable[[], None],
) -> None:
    write = Writer.write_file

    def stumbles(writer: Writer, name: str, *words: object, **more: object) -> None:
        if name == "c/index.html" and (os.getpid() != _HERE or trouble is warns):
            trouble()
        write(writer, name, *words, **more)

    monkeypatch.setattr(Writer, "write_file", stumbles)
    assert site(tmp_path / "shared") == alone
    assert "c/index.html" in here
    assert trouble is dies or here == ["c/index.html"]
    assert [record.message for record in caplog.records].count("This page is odd.") == (trouble is warns)

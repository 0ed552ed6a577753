"""Compressed forms lie beside what is sent often, hold the same, and are made once."""

import gzip
import os
from pathlib import Path

import pytest

from authoring import deploying, pressing
from comments_service.publishing import files
from tests.authoring.conftest import essay, published
from tests.authoring.test_publishing import publish
from tests.support.actors import House

LONG = "<p>Words that go on.</p>\n" * 100


def site(folder: Path, **more: str) -> Path:
    folder.mkdir()
    for name, text in {"index.html": LONG, "main.css": LONG, "quay.webp": LONG, "robots.txt": "short", **more}.items():
        (folder / name).write_text(text)
    return folder


def test_what_is_large_and_not_compressed_by_itself_gets_a_sibling(tmp_path: Path) -> None:
    folder = site(tmp_path / "site")
    assert pressing.press(folder, None) == 2
    assert {path.name for path in folder.glob("*.gz")} == {"index.html.gz", "main.css.gz"}
    assert gzip.decompress((folder / "index.html.gz").read_bytes()).decode() == LONG


def test_the_same_bytes_are_pressed_once_and_a_later_splice_leaves_the_other_version_alone(tmp_path: Path) -> None:
    before, after = site(tmp_path / "before"), site(tmp_path / "after", **{"main.css": LONG + "more"})
    pressing.press(before, None)
    pressing.press(after, before)
    assert (after / "index.html.gz").samefile(before / "index.html.gz")
    assert gzip.decompress((after / "main.css.gz").read_bytes()).decode() == LONG + "more"
    files.write(after / "index.html", LONG + "spliced")
    assert gzip.decompress((after / "index.html.gz").read_bytes()).decode() == LONG + "spliced"
    assert gzip.decompress((before / "index.html.gz").read_bytes()).decode() == LONG


def test_where_brotli_is_installed_there_is_that_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "bin" / "brotli"
    program.parent.mkdir()
    # It stands in for a program that may not be there: what is promised is that it is called for each file.
    program.write_text('#!/bin/sh\nshift 4\nfor file; do printf pressed > "$file.br"; done\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    folder = site(tmp_path / "site")
    pressing.press(folder, None)
    assert {path.name for path in folder.glob("*.br")} == {"index.html.br", "main.css.br"}


def test_a_publication_presses_its_pages_and_a_splice_renews_them(built_house: House, content: Path) -> None:
    essay(content, "one", "Second words.")
    assert publish(built_house, content).returncode == 0
    here = built_house.settings
    for words in ("Second words.", "Spliced in."):
        if words != "Second words.":
            built_house.author.says(words, on="/one/")
            built_house.work()
        page = gzip.decompress((here.output / "one" / "index.html.gz").read_bytes()).decode()
        assert words in page
        assert page == published(here, "/one/")


def test_a_branch_for_a_static_host_holds_none(tmp_path: Path) -> None:
    names = ["index.html", "index.html.gz", "archive.gz", ".rapport.json", ".well-known"]
    assert deploying._ours("", names) == ["index.html.gz", ".rapport.json"]  # noqa: SLF001 -- what git is handed

"""The index of the search: every essay and nothing else, the same from the same pages."""

import gzip
import importlib.util
import shutil
from pathlib import Path

import pytest

from authoring import searching
from authoring.building import BuildError
from authoring.kept_builds import Key
from comments_service.publishing import files as pages
from tests.support.actors import House

PAGE = """<!doctype html><html lang="en"><title>{title}</title><h1{body}>{title}</h1><div{body}><p>{words}</p></div>
<section><p>A reader wrote pelargonium.</p></section></html>"""


def page(site: Path, name: str, words: str, *, essay: bool = True) -> None:
    body = " data-pagefind-body" if essay else ""
    (site / name).mkdir(parents=True)
    (site / name / "index.html").write_text(PAGE.format(title=name, words=words, body=body), "utf-8")


def held(site: Path) -> str:
    """Everything that the index holds of the pages, in plain text."""
    fragments = sorted((site / searching.FOLDER / "fragment").iterdir())
    return "".join(gzip.decompress(file.read_bytes()).decode() for file in fragments)


def files(site: Path) -> dict[str, bytes]:
    folder = site / searching.FOLDER
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_it_holds_the_essays_and_neither_lists_nor_what_readers_wrote(tmp_path: Path) -> None:
    page(tmp_path, "a", "Ropes and rain.")
    page(tmp_path, "b", "An hour each.")
    page(tmp_path, "archive", "A list.", essay=False)
    assert searching.index(tmp_path) == searching.Indexed(2)
    assert "Ropes and rain." in held(tmp_path)
    assert "A list." not in held(tmp_path)
    assert "pelargonium" not in held(tmp_path)


def test_the_same_pages_give_the_same_index_and_no_file_that_nobody_reads(tmp_path: Path) -> None:
    for site in (tmp_path / "one", tmp_path / "two"):
        page(site, "a", "Ropes and rain.")
        page(site, "b", "An hour each.")
        searching.index(site)
        searching.index(site)
    assert files(tmp_path / "one") == files(tmp_path / "two")
    assert [name for name in files(tmp_path / "one") if "ui" in name or "highlight" in name] == []


def test_a_site_without_an_essay_has_none(tmp_path: Path) -> None:
    page(tmp_path, "about", "Nothing yet.", essay=False)
    assert searching.index(tmp_path) == searching.Indexed(0)
    assert not (tmp_path / searching.FOLDER).exists()


def test_a_machine_that_pagefind_has_no_program_for_is_told_so(tmp_path: Path, monkeypatch) -> None:
    page(tmp_path, "a", "Ropes and rain.")
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    indexed = searching.index(tmp_path)
    assert indexed.essays == 0
    assert "no program for this kind of machine" in indexed.lack


def test_an_essay_that_was_left_out_keeps_the_build_from_going_live(tmp_path: Path) -> None:
    page(tmp_path, "a", "Ropes and rain.")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "index.html").write_text("<p>data-pagefind-body</p>", "utf-8")
    with pytest.raises(BuildError, match="1 essays of 2"):
        searching.index(tmp_path)


def test_what_readers_say_changes_nothing_of_it_so_that_pages_may_be_baked_meanwhile(
    built_house: House, tmp_path: Path
) -> None:
    site, bare = built_house.settings.output.resolve(), tmp_path / "bare"
    built_house.author.says("Pelargonium.", on="/one/")
    built_house.work()
    shutil.copytree(site, bare)
    pages.fill(bare, lambda _: "")
    title = '<h2 id="conversation-title">'
    said = pages.read(site / "one" / "index.html").replace(title, f'<img src="/a.png" alt="">{title}')
    assert said.count("/a.png") == said.count("<p>Pelargonium.</p>") == 1
    (site / "one" / "index.html").write_text(said)
    assert [searching.index(folder, fresh=True).essays for folder in (site, bare)] == [2, 2]
    assert files(site) == files(bare)


def test_it_is_known_by_the_build_that_it_is_made_of_and_how_many_essays_are_due(tmp_path: Path) -> None:
    site, other, kept, of = tmp_path / "site", tmp_path / "other", tmp_path / "kept", Key("a", "b")
    page(site, "a", "Ropes and rain.")
    page(other, "a", "Something else.")
    assert searching.index(site, of=of, kept=kept) == searching.index(other, of=of, kept=kept) == searching.Indexed(1)
    assert files(other) == files(site)
    page(other, "b", "Due since.")
    assert searching.index(other, of=of, kept=kept) == searching.Indexed(2)
    assert "Due since." in held(other)
    assert sorted(folder.name for folder in kept.iterdir()) == ["a-b-1", "a-b-2"]

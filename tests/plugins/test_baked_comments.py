"""A full build by Pelican holds the conversations, and knows its essays' own rules for them."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from pelican import Pelican, signals
from pelican.settings import read_settings

from comments_service import publishing
from comments_service.publishing import files
from comments_service.store import pages
from plugins import baked_comments
from tests.plugins.building import CONFIGURATION
from tests.support.actors import House, furnish, page

ESSAY = """Title: {0}
Date: 2026-01-02 08:00
Slug: {1}
Tags: one
Question: And you?
Authors: Ana Ferreira
{2}

First words.
"""


@pytest.fixture
def writing_house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A house whose settings Pelican finds in the environment, as an author's does."""
    monkeypatch.setenv("RAPPORT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("RAPPORT_OUTPUT", str(tmp_path / "output"))
    with furnish(tmp_path, essays=(page("/one/"), page("/two/"))) as house:
        yield house
    # A plugin stays connected for the life of its process; other tests build without this one.
    signals.article_generator_finalized.disconnect(baked_comments.remember)
    signals.finalized.disconnect(baked_comments.bake)


def build(folder: Path, name: str, essays: Mapping[str, str]) -> Path:
    content, site = folder / "content", folder / name
    for slug, text in essays.items():
        path = content / "essays" / f"{slug}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    Pelican(read_settings(str(CONFIGURATION), override={"PATH": str(content), "OUTPUT_PATH": str(site)})).run()
    return site


def two(**front: str) -> dict[str, str]:
    return {slug: ESSAY.format(slug.title(), slug, front.get(slug, "")) for slug in ("one", "two")}


def test_the_full_build_and_the_splice_give_the_same_bytes(writing_house: House, tmp_path: Path) -> None:
    publishing.put_live(writing_house.settings, build(tmp_path, "first", two()))
    ben = writing_house.reader("Ben <b>", trusted=False)
    question = ben.says("How *do* you & <script>?", on="/one/")
    answer = writing_house.author.answers(question, "Like so.")
    ben.says("Thank you.", on="/one/", to=answer)
    writing_house.author.says("A thought.", on="/two/")
    writing_house.work()
    fresh = build(tmp_path, "second", two())
    live = writing_house.settings.output.resolve()
    for path in sorted(fresh.rglob("*.html")):
        assert files.read(live / path.relative_to(fresh)) == files.read(path), path
    assert 'class="comment h-entry h-cite by-author"' in files.read(live / "one/index.html")


def test_a_hostile_name_never_becomes_markup_in_a_full_build(writing_house: House, tmp_path: Path) -> None:
    hostile = writing_house.reader("<script>alert(1)</script>")
    writing_house.author.publishes(hostile.says("<img src=x onerror=alert(1)>", on="/one/"))
    site = build(tmp_path, "site", two())
    for path in site.rglob("*"):
        if path.suffix in {".html", ".xml", ".atom"}:
            assert b"<script>alert" not in path.read_bytes()
            assert b"<img src=x" not in path.read_bytes()


def test_the_front_matter_decides_whether_an_essay_takes_replies(writing_house: House, tmp_path: Path) -> None:
    site = build(tmp_path, "site", two(one="Conversation: closed", two="Conversation: until 2099-12-31"))
    one, second = pages.find(writing_house.db, "/one/"), pages.find(writing_house.db, "/two/")
    assert one is not None
    assert second is not None
    assert (one.conversation, second.conversation) == ("closed", "open")
    assert second.closes_at
    assert second.closes_at.startswith("2099-12-31T23:59:59")
    assert 'id="reply-form"' not in files.read(site / "one/index.html")
    assert 'id="reply-form"' in files.read(site / "two/index.html")


@pytest.mark.parametrize("said", ["maybe", "until soon", "until"])
def test_a_conversation_that_cannot_be_understood_fails_the_build(
    writing_house: House, tmp_path: Path, said: str
) -> None:
    with pytest.raises(ValueError, match="Conversation"):
        build(tmp_path, "site", two(one=f"Conversation: {said}"))


def test_the_front_matter_says_who_answers_and_whom(writing_house: House, tmp_path: Path) -> None:
    site = build(tmp_path, "site", two(one="Hosts: Nils Holm; Grace Oyelaran, Jr.\nAnswers: Questions"))
    one, second = pages.find(writing_house.db, "/one/"), pages.find(writing_house.db, "/two/")
    assert one is not None
    assert second is not None
    assert (one.facts["hosts"], one.answers) == (["Nils Holm", "Grace Oyelaran, Jr."], "questions")
    assert (second.facts["hosts"], second.answers) == ([], "everyone")
    assert "answers questions here" in files.read(site / "one/index.html")
    assert "answers questions here" not in files.read(site / "two/index.html")


def test_an_essay_that_promises_answers_to_others_than_before_shows_another_form(
    writing_house: House, tmp_path: Path
) -> None:
    build(tmp_path, "first", two())
    before = [one.version for one in pages.every(writing_house.db)]
    site = build(tmp_path, "second", two(one="Answers: none"))
    assert "promises no answer" in files.read(site / "one/index.html")
    after = {one.path: one.version for one in pages.every(writing_house.db)}
    assert (after["/one/"], after["/two/"]) == (before[0] + 1, before[1])


@pytest.mark.parametrize("said", ["some", "yes", "question"])
def test_a_promise_that_cannot_be_understood_fails_the_build(writing_house: House, tmp_path: Path, said: str) -> None:
    with pytest.raises(ValueError, match=f"Answers: {said}.*neither everyone, questions nor none"):
        build(tmp_path, "site", two(one=f"Answers: {said}"))


def test_an_essay_that_left_keeps_its_conversation_for_its_return(writing_house: House, tmp_path: Path) -> None:
    writing_house.author.says("Stay.", on="/two/")
    only_one = two()
    del only_one["two"]
    build(tmp_path, "without", only_one)
    assert pages.find(writing_house.db, "/two/") is None
    site = build(tmp_path, "with", two())
    assert "Stay." in files.read(site / "two/index.html")


def test_building_twice_changes_no_version(writing_house: House, tmp_path: Path) -> None:
    build(tmp_path, "first", two(two="Conversation: until 2020-01-01"))
    before = [(one.path, one.version, one.closed_at) for one in pages.every(writing_house.db)]
    build(tmp_path, "second", two(two="Conversation: until 2020-01-01"))
    assert [(one.path, one.version, one.closed_at) for one in pages.every(writing_house.db)] == before

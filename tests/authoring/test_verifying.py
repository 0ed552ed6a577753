"""The last look before a build goes live finds what must not reach readers, and what must not be missing."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from authoring import building, verifying
from authoring.building import BuildError
from comments_service.settings import Settings
from tests.authoring.conftest import essay
from tests.support.actors import House


def build(here: Settings, content: Path, tamper: Callable[[Path], object] = lambda _: None) -> building.Built:
    """Build with the last look, after something happened to the build."""

    def verify(site: Path) -> None:
        tamper(site)
        verifying.verify(here, content, site)

    return building.build(here, content=content, verify=verify)


def lively(house: House) -> None:
    """Three replies on `/one/`, one of them withdrawn, and one that waits."""
    ben, guest = house.reader("Ben"), house.reader("Cleo")
    first = ben.says("First.", on="/one/")
    house.author.answers(first, "An answer.")
    ben.withdraws(first)
    house.author.says("A thought.", on="/one/")
    guest.says("I wait.", on="/one/")


def test_a_sound_build_passes(built_house: House, content: Path) -> None:
    lively(built_house)
    essay(content, "draft", Status="draft")
    essay(content, "later", Date="2999-01-01")
    essay(content, "other", Slug="one", Status="draft", Title="A third edition in the making")
    essay(content, "one-1", Status="hidden", Edition_of="one", Edition="1")
    essay(content, "one", Edition="2")
    assert build(built_house.settings, content).essays == 2


def lose_a_reply(site: Path) -> None:
    page = site / "one" / "index.html"
    page.write_text(
        re.sub(r'<article id="comment-[^>]*by-author.*?</article>', "", page.read_text(), count=1, flags=re.DOTALL)
    )


def leak(slug: str) -> Callable[[Path], None]:
    def tamper(site: Path) -> None:
        (site / slug).mkdir()
        (site / slug / "index.html").write_text("<p>Too early.</p>")

    return tamper


def edit(name: str, old: str, new: str) -> Callable[[Path], None]:
    def tamper(site: Path) -> None:
        assert old in (site / name).read_text()
        (site / name).write_text((site / name).read_text().replace(old, new))

    return tamper


@pytest.mark.parametrize(
    ("tamper", "sentence"),
    [
        (lose_a_reply, "/one/ holds 1 replies, but 2 stand there."),
        (leak("draft"), "draft.md is a draft, but /draft/ is in the build."),
        (leak("later"), "later.md is dated in the future, but /later/ is in the build."),
        (edit("feed.atom", "/two/", "/draft/"), "The feed announces /draft/, which is no essay of this build."),
        (edit("sitemap.xml", "/two/", "/nowhere/"), "The sitemap names /nowhere/, which is not in the build."),
        (edit("sitemap.xml", "</urlset>", ""), "The feed or the sitemap can't be read"),
        (lambda site: (site / ".rapport.json").unlink(), "The build holds no conversations"),
    ],
    ids=["reply", "draft", "future", "feed", "sitemap", "broken", "unbaked"],
)
def test_what_is_wrong_is_found_and_named(
    built_house: House, content: Path, tamper: Callable[[Path], object], sentence: str
) -> None:
    lively(built_house)
    essay(content, "draft", Status="draft")
    essay(content, "later", Date="2999-01-01")
    with pytest.raises(BuildError) as raised:
        build(built_house.settings, content, tamper)
    assert sentence in str(raised.value)


def test_a_reply_that_arrives_meanwhile_is_no_mistake(built_house: House, content: Path) -> None:
    reader = built_house.reader("Ben")
    built_house.author.publishes(reader.says("I was here before.", on="/two/"))
    build(built_house.settings, content, lambda _: reader.says("Just now.", on="/one/"))

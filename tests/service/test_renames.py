"""A renamed essay keeps its conversation, its likes and its figures, and forms and feeds of its old address go on."""

import pytest

from comments_service import ids, publishing
from comments_service.engagement import figures
from comments_service.store import announcements, comments, hearts, pages, publications, snapshots
from tests.support.actors import House, page
from tests.support.site import MARKS


def renamed(house: House, *former: str, to: str = "/new/") -> None:
    facts = {"authors": ["Ana Ferreira"], "tags": [], "image": None, "former": list(former)}
    publishing.register(house.db, [page(to, facts=facts), page("/b/")])


def talk(house: House) -> str:
    asked = house.reader("Ben").says("Will you come?", on="/a/")
    house.author.answers(asked, "I will.")
    hearts.like(house.db, "/a/", "device", at=ids.now())
    figures.take_essay(house.db, "/a/")
    return asked.id


def test_everything_goes_along(either_house: House) -> None:
    house = either_house
    talk(house)
    line = snapshots.find(house.db, "/a/")
    renamed(house, "/a/")
    fragment = house.fragment("/new/")
    assert "Will you come?" in fragment
    assert "/new/#comment-" in fragment
    assert '"/a/' not in fragment
    assert comments.standing_counts(house.db, ["/a/", "/new/"]) == {"/new/": 2}
    assert hearts.likes(house.db, ["/a/", "/new/"]) == {"/new/": 1}
    moved = snapshots.find(house.db, "/new/")
    assert line is not None
    assert moved is not None
    assert moved.data == line.data
    assert snapshots.find(house.db, "/a/") is None
    assert house.fragment("/a/") == fragment, "whoever asks by the old address gets it"


def test_a_form_from_before_the_rename_reaches_the_essay(either_house: House) -> None:
    talk(either_house)
    renamed(either_house, "/a/")
    said = either_house.reader("Cleo", trusted=True).says("From an old page.", on="/a/")
    assert said.page == "/new/"
    assert "From an old page." in either_house.fragment("/new/")


def test_renamed_twice_and_back_again(either_house: House) -> None:
    house = either_house
    asked = talk(house)
    renamed(house, "/a/")
    renamed(house, "/a/", "/new/", to="/newer/")
    for old in ("/a/", "/new/", "/newer/"):
        found = pages.find(house.db, old)
        assert found is not None
        assert found.path == "/newer/"
    renamed(house, to="/a/")
    assert comments.standing_counts(house.db, ["/a/"]) == {"/a/": 2}
    found = pages.find(house.db, "/newer/")
    assert found is not None
    assert found.path == "/a/", "who has a page of the newest address open reaches it, too"
    assert comments.find(house.db, asked) is not None


def test_an_essay_that_was_published_at_both_addresses_becomes_one(either_house: House) -> None:
    house = either_house
    talk(house)
    publishing.register(house.db, [page("/new/"), page("/b/")])
    house.author.says("First at the new address.", on="/new/")
    hearts.like(house.db, "/new/", "device", at=ids.now())
    hearts.like(house.db, "/new/", "another", at=ids.now())
    renamed(house, "/a/")
    fragment = house.fragment("/new/")
    assert "Will you come?" in fragment
    assert "First at the new address." in fragment
    assert hearts.likes(house.db, ["/new/"]) == {"/new/": 2}
    assert [known.path for known in pages.every(house.db)] == ["/b/", "/new/"]


@pytest.mark.parametrize("decided", [True, False])
def test_one_that_was_out_at_its_old_address_is_no_new_essay_at_the_other(either_house: House, *, decided) -> None:
    house = either_house
    publications.note(house.db, "/a/", "words", at=ids.now())
    if decided:
        announcements.offer(house.db, "/a/", now=ids.now())
        announcements.decide(house.db, "/a/", "yes", by=None, now=ids.now())
    publishing.register(house.db, [page("/new/"), page("/b/")])
    publications.note(house.db, "/new/", "words", at=ids.now())
    announcements.offer(house.db, "/new/", now=ids.now())
    renamed(house, "/a/")
    found = announcements.find(house.db, "/new/")
    assert announcements.open_ones(house.db) == []
    assert (found.sent if found else None) == ("yes" if decided else None)


def test_another_essay_may_take_the_address_that_one_left(either_house: House) -> None:
    house = either_house
    talk(house)
    renamed(house, "/a/")
    publishing.register(house.db, [page("/new/"), page("/a/")])
    assert comments.standing_counts(house.db, ["/a/", "/new/"]) == {"/new/": 2}
    found = pages.find(house.db, "/a/")
    assert found is not None
    assert found.path == "/a/"


@pytest.mark.parametrize("now", ["/new/", "/a/"])
def test_a_site_that_still_shows_the_old_address_goes_on_with_its_conversation(house: House, now: str) -> None:
    talk(house)
    site = house.settings.output
    (site / "a").mkdir(parents=True)
    (site / "a" / "index.html").write_text(MARKS.format("/a/"))
    publishing.bake(house.settings, site, [page("/a/")])
    renamed(house, "/a/")
    house.reader("Cleo", trusted=True).says("Between two builds.", on=now)
    publishing.refresh(house.db, house.settings, ["/new/"])
    assert "Between two builds." in (site / "a" / "index.html").read_text()

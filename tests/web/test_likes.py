"""Likes: once per device, without an account, taken back by pressing again; pages follow in batches."""

from pathlib import Path

import pytest

from comments_service import publishing
from comments_service.models import Comment, Verb
from comments_service.publishing import files
from comments_service.store import comments
from tests.support import proving
from tests.support.actors import House, page
from tests.support.browserless import JSON, Visitor


@pytest.fixture
def words(house: House) -> Comment:
    """A reader's reply that stands."""
    return house.reader("Ben", trusted=True).says("With a list.")


def likes(house: House) -> int:
    return house.count("likes")


def test_a_plain_form_leads_back_to_the_place_in_the_page(visitor: Visitor, house: House, words: Comment) -> None:
    essay = visitor.client.post("/likes/", data={"page": "/a/"})
    assert (essay.status_code, essay.headers["Location"]) == (303, "/a/#like")
    comment = visitor.client.post(f"/comments/{words.id}/like")
    assert (comment.status_code, comment.headers["Location"]) == (303, f"/a/#comment-{words.id}")
    assert likes(house) == 2


def test_a_device_likes_once_and_takes_it_back_by_pressing_again(
    visitor: Visitor, house: House, words: Comment
) -> None:
    told = [visitor.client.post(f"/comments/{words.id}/like", headers=JSON).get_json() for _ in range(3)]
    assert told == [{"likes": 1, "liked": True}, {"likes": 0, "liked": False}, {"likes": 1, "liked": True}]
    other = Visitor(house).client.post(f"/comments/{words.id}/like", headers=JSON).get_json()
    assert other == {"likes": 2, "liked": True}


def test_a_cookie_comes_with_the_first_like_and_makes_nobody_a_person(visitor: Visitor, house: House) -> None:
    people = house.count("people")
    first = visitor.client.post("/likes/", data={"page": "/a/"})
    assert first.headers["Set-Cookie"].startswith("rapport_likes=")
    assert "HttpOnly" in first.headers["Set-Cookie"]
    assert "Set-Cookie" not in visitor.client.post("/likes/", data={"page": "/b/"}).headers
    assert house.count("people") == people
    visitor.says()
    assert visitor.client.post("/likes/", json={"page": "/a/"}, headers=JSON).get_json()["liked"] is False


def test_who_has_written_needs_no_second_cookie_and_their_likes_are_not_joined_to_them(
    visitor: Visitor, house: House
) -> None:
    visitor.says()
    response = visitor.client.post("/likes/", data={"page": "/a/"})
    assert "Set-Cookie" not in response.headers
    joined = "SELECT count(*) FROM likes JOIN devices ON devices.secret = likes.device"
    assert (likes(house), house.db.value(joined)) == (1, 0)


def test_who_proves_who_they_are_likes_once_all_the_same(visitor: Visitor, house: House) -> None:
    visitor.says()
    visitor.client.post("/likes/", data={"page": "/a/"})
    proving.proves_address(visitor)
    assert visitor.client.post("/likes/", json={"page": "/a/"}, headers=JSON).get_json()["liked"] is False
    visitor.client.post("/likes/", data={"page": "/a/"})
    visitor.client.post("/identity/sign-out")
    assert visitor.client.post("/likes/", json={"page": "/a/"}, headers=JSON).get_json()["liked"] is False
    assert likes(house) == 0


def test_one_s_own_words_are_for_others_to_like(visitor: Visitor, house: House) -> None:
    said = visitor.says_json().get_json()
    house.author.publishes(house.now_of(_stored(house, said["id"])))
    refused = visitor.client.post(f"/comments/{said['id']}/like", headers=JSON)
    assert refused.status_code == 403
    assert "These are your own words." in refused.get_json()["error"]["message"]
    author = Visitor(house).signs_in()
    assert author.client.post("/likes/", data={"page": "/a/"}).status_code == 403
    assert author.client.post(f"/comments/{said['id']}/like").status_code == 303
    mine = house.author.says("Here.")
    assert author.client.post(f"/comments/{mine.id}/like").status_code == 403
    assert visitor.client.post(f"/comments/{mine.id}/like").status_code == 303
    assert likes(house) == 2


def _stored(house: House, id_: str) -> Comment:
    found = comments.find(house.db, id_)
    assert found is not None
    return found


def test_nothing_can_be_liked_that_nobody_can_read(visitor: Visitor, house: House, words: Comment) -> None:
    held = house.reader().says("May I?")
    private = house.reader("Eve", trusted=True).says("Between us.", private=True)
    house.author.decides(words, Verb.REMOVE)
    for comment in (held, private, words):
        assert visitor.client.post(f"/comments/{comment.id}/like", headers=JSON).status_code == 404
    mine = house.author.says("Here.", on="/b/")
    publishing.register(house.db, [page("/a/")])
    assert visitor.client.post("/likes/", data={"page": "/b/"}, headers=JSON).status_code == 404
    assert visitor.client.post(f"/comments/{mine.id}/like", headers=JSON).status_code == 404
    assert likes(house) == 0


def test_a_flood_of_likes_is_slowed(visitor: Visitor, words: Comment) -> None:
    codes = [visitor.client.post(f"/comments/{words.id}/like").status_code for _ in range(31)]
    assert codes == [303] * 30 + [429]


def test_many_likes_bring_a_page_up_to_date_once(house: House, words: Comment, tmp_path: Path) -> None:
    site = tmp_path / "site"
    for path in ("a", "b"):
        (site / path).mkdir(parents=True)
        (site / path / "index.html").write_text(
            f"<!--rapport:likes /{path}/--><!--/rapport--><!--rapport:conversation /{path}/--><!--/rapport-->", "utf-8"
        )
    publishing.bake(house.settings, site, [page("/a/"), page("/b/")])
    publishing.put_live(house.settings, site)
    house.work()
    for _ in range(5):
        visitor = Visitor(house)
        visitor.client.post("/likes/", data={"page": "/a/"})
        visitor.client.post(f"/comments/{words.id}/like")
    assert house.count("jobs") == 1
    house.work()
    assert "likes" not in _shown(house)
    house.shift_clock(seconds=11)
    house.work()
    assert _shown(house).count('<span class="likes">5</span>') == 2
    # One that comes while the former ones are being shown is not forgotten.
    Visitor(house).client.post("/likes/", data={"page": "/a/"})
    assert house.count("jobs") == 1


def _shown(house: House) -> str:
    html = files.read(house.settings.output / "a/index.html")
    return (
        html.replace("rapport:likes", "")
        .replace('action="/likes/"', "")
        .replace('form="likes"', "")
        .replace('id="likes"', "")
    )

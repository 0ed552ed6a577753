"""What an address hears of: its link shows and never acts, a button acts, one click stops, and nobody else gets in."""

import logging

import pytest

from comments_service import ids, proofs, publishing
from comments_service.models import Comment
from comments_service.store import comments, correspondents, subscriptions
from tests.support import corresponding, proving
from tests.support.actors import House
from tests.support.browserless import JSON, Visitor
from tests.support.corresponding import at, post

BEN = "ben@example.net"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def ben(house: House) -> Visitor:
    """Somebody who replied with an address that nobody proved, and was asked."""
    visitor = Visitor(house)
    assert visitor.says("May I ask?", email=BEN, notify="author", new_essays="yes").status_code == 303
    post(house)
    return visitor


def link(house: House) -> str:
    return corresponding.link(house, BEN)


def presses(visitor: Visitor, address: str, **fields: str):
    """Press one of the page's buttons, and see what it leads to."""
    response = visitor.client.post(address, data=fields)
    assert response.status_code == 303, response.text
    assert response.headers["Location"].startswith(address)
    return visitor.follows(response)


def kinds(house: House) -> list[str]:
    return sorted(one.kind for one in subscriptions.of_correspondent(house.db, at(house, BEN).id))


def everything(house: House) -> list[dict[str, object]]:
    tables = ("correspondents", "subscriptions", "news", "jobs")
    return [row for table in tables for row in house.db.rows(f"SELECT * FROM {table} ORDER BY id")]


def test_opening_it_however_often_changes_nothing(house: House, ben: Visitor) -> None:
    before = everything(house)
    for method in ("GET", "HEAD", "OPTIONS"):
        for query in ("", "?done=stop_all", "?List-Unsubscribe=One-Click&do=confirm"):
            assert ben.client.open(link(house) + query, method=method).status_code == 200
    assert everything(house) == before
    page = ben.gets(link(house))
    for words in ("Shall letters come to you?", BEN, "when Ana Ferreira answers your reply on “Essay a”"):
        assert words in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers.getlist("Referrer-Policy") == ["no-referrer"]
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in page.text
    assert "<script" not in page.text
    assert "Set-Cookie" not in page.headers


def test_one_says_yes_chooses_how_often_and_stops_one_thing_or_all(house: House, ben: Visitor) -> None:
    page = presses(ben, link(house), do="confirm")
    assert "Thank you. Letters come to you from now on" in page.text
    assert at(house, BEN).reachable
    assert "once a week, on Monday at eight" in presses(ben, link(house), do="rhythm", rhythm="week").text
    assert at(house, BEN).rhythm == "week"
    assert "You don’t hear of new essays." in presses(ben, link(house), do="essays", essays="no").text
    assert "You hear of every new essay." in presses(ben, link(house), do="essays", essays="yes").text
    (wish,) = [one for one in subscriptions.of_correspondent(house.db, at(house, BEN).id) if one.kind == "author"]
    for _ in range(2):
        assert "no more letters about this" in presses(ben, link(house), do="stop", wish=wish.id).text
    assert kinds(house) == ["essays"]
    for _ in range(2):
        assert "No letter goes to" in presses(ben, link(house), do="stop_all").text
    assert not at(house, BEN).reachable
    assert kinds(house) == []
    ben.says("I ask once more.", email=BEN, notify="thread")
    assert post(house) == []
    again = presses(ben, link(house), do="confirm")
    assert "letters may come to you again" in again.text
    assert "is told soon" not in again.text, "what was stopped is told no more"
    assert at(house, BEN).reachable
    for fields in ({"do": "rhythm", "rhythm": "hourly"}, {"do": "nothing"}, {}):
        assert ben.client.post(link(house), data=fields).status_code == 422


def test_one_click_stops_what_its_letter_was_about_without_a_cookie_and_as_often_as_it_is_sent(
    house: House, ben: Visitor
) -> None:
    presses(ben, link(house), do="confirm")
    found = {one.kind: one for one in subscriptions.of_correspondent(house.db, at(house, BEN).id)}
    machine = Visitor(house).client
    about_one = corresponding.link(house, BEN, found["author"].id)
    for sent in ({"data": ONE_CLICK}, {"data": ONE_CLICK, "content_type": "multipart/form-data"}):
        response = machine.post(about_one, **sent)
        assert (response.status_code, response.text) == (200, "Stopped.\n")
        assert "Location" not in response.headers
    assert kinds(house) == ["essays"]
    assert at(house, BEN).reachable
    for _ in range(2):
        assert machine.post(link(house), data=ONE_CLICK).status_code == 200
    assert kinds(house) == []
    assert at(house, BEN).stopped_at


def test_a_page_that_tells_no_origin_is_accepted_here_and_another_site_is_not(house: House, ben: Visitor) -> None:
    null = {"Origin": "null"}
    assert ben.client.post(link(house), data={"do": "confirm"}, headers=null).status_code == 303
    for headers in ({"Origin": "https://evil.example"}, null | {"Sec-Fetch-Site": "cross-site"}):
        assert ben.client.post(link(house), data={"do": "stop_all"}, headers=headers).status_code == 403
    assert ben.client.post("/comments/", data={}, headers=null).status_code == 403
    assert at(house, BEN).reachable


def test_nobody_gets_in_by_another_address(house: House, ben: Visitor) -> None:
    one = at(house, BEN).id
    other = correspondents.welcome(house.db, "other@example.net", "en").id
    theirs = proofs.subscription_token(house.keys, other)
    wish = subscriptions.of_correspondent(house.db, one)[0].id
    signature = theirs.partition("-")[2]
    for token in (one, f"{one}-", f"{one}-{signature}", f"{one}.{wish}-{signature}", "x" * 500, "é-ü"):
        address = f"/subscriptions/{token}"
        assert ben.gets(address).status_code == ben.client.post(address, data=ONE_CLICK).status_code == 404
    # Somebody else's wish is not theirs to end.
    correspondents.confirm(house.db, one, now=ids.now())
    ben.client.post(f"/subscriptions/{theirs}", data={"do": "stop", "wish": wish})
    ben.client.post(f"/subscriptions/{proofs.subscription_token(house.keys, other, wish)}", data=ONE_CLICK)
    assert len(kinds(house)) == 2


def test_the_link_of_an_old_letter_opens_when_everything_is_forgotten(house: House, ben: Visitor) -> None:
    address = link(house)
    house.db.execute("DELETE FROM correspondents")
    page = ben.gets(address)
    assert page.status_code == 200
    assert "Nothing is kept here about the address" in page.text
    assert ben.client.post(address, data=ONE_CLICK).status_code == 200
    assert "Nothing is kept here" in presses(ben, address, do="stop_all").text


def test_no_log_holds_an_address_a_token_or_a_word(house: House, ben: Visitor, caplog) -> None:
    with caplog.at_level(logging.DEBUG):
        ben.gets(link(house))
        presses(ben, link(house), do="confirm")
        ben.client.post(link(house) + "x", data=ONE_CLICK)
        house.author.answers(house.now_of(_last(house)), "Secretive words.")
        post(house, minutes=6)
        ben.client.post(link(house), data=ONE_CLICK)
    logged = caplog.text + "".join(str(vars(record)) for record in caplog.records)
    assert "/subscriptions/<token>" in logged
    for secret in (BEN, link(house).rpartition("/")[2], "Secretive", "May I ask?"):
        assert secret not in logged


def _last(house: House) -> Comment:
    found = comments.find(house.db, house.db.value("SELECT max(id) FROM comments"))
    assert found
    return found


# ── on one's own page, and at "Who you are here" ────────────────────────────────────────────────────────────────────


def own(house: House) -> str:
    return f"/comments/{house.db.value('SELECT max(id) FROM comments')}/"


def test_on_their_page_a_writer_chooses_anew_and_is_told_nothing_about_the_address(house: House, ben: Visitor) -> None:
    page = ben.gets(own(house)).text
    assert "<bdi>b…@example.net</bdi>, once its owner says yes" in page
    assert "/subscriptions/" not in page, "whoever typed an address could say yes in its owner's name"
    done = ben.follows(ben.client.post(f"{own(house)}letters", data={"notify": "thread"}))
    assert "that is what letters tell you of" in done.text
    assert kinds(house) == ["thread"]
    for change in ("confirmed_at", "stopped_at", "bounced_at"):
        house.db.execute(f"UPDATE correspondents SET {change} = :now", now=ids.now())
        assert "<bdi>b…@example.net</bdi>, once its owner says yes" in ben.gets(own(house)).text
        house.db.execute(f"UPDATE correspondents SET {change} = NULL")
    ben.client.post(f"{own(house)}letters", data={"notify": "none"})
    assert kinds(house) == []
    ben.client.post(f"{own(house)}letters", data={"notify": "replies", "new_essays": "yes"})
    assert kinds(house) == ["essays", "replies"], "what was ended is wished for anew"
    assert ben.client.post(f"{own(house)}letters", data={"notify": "all"}, headers=JSON).status_code == 422
    assert Visitor(house).client.post(f"{own(house)}letters", data={"notify": "none"}).status_code == 403


def test_who_was_not_asked_because_too_many_were_sees_it_and_asks_later(house: House, ben: Visitor) -> None:
    house.db.execute("UPDATE correspondents SET asked_at = NULL")
    assert "no letter went there. Nothing is lost" in ben.gets(own(house)).text
    asked = ben.client.post(f"{own(house)}letters", data={"ask": "yes"})
    assert "asked once more" in ben.follows(asked).text
    assert [letter.to for letter in post(house)] == [BEN]
    house.shift_clock(minutes=5)
    refused = ben.client.post(f"{own(house)}letters", data={"ask": "yes"})
    assert refused.status_code == 429
    assert refused.headers["Retry-After"]
    assert post(house) == []


def test_a_proven_owner_comes_to_their_letters_from_both_pages(house: House) -> None:
    visitor = Visitor(house)
    proving.proves_address(visitor, BEN)
    visitor.says("Proven.", notify="author", name="Ben")
    post(house)
    assert f'href="{link(house)}"' in visitor.gets(own(house)).text
    identity = house.db.value("SELECT id FROM identities")
    assert "Letters to you" in visitor.gets("/identity/").text
    led = visitor.client.post("/identity/letters", data={"identity": identity})
    assert led.headers["Location"] == link(house)
    assert "when Ana Ferreira answers your reply" in visitor.follows(led).text
    assert Visitor(house).client.post("/identity/letters", data={"identity": identity}).status_code == 404


def test_without_an_address_or_without_letters_the_feed_is_offered(house: House) -> None:
    visitor = Visitor(house)
    visitor.says("No address.", notify="thread", new_essays="yes")
    assert house.db.rows("SELECT notify, new_essays FROM comments") == [{"notify": "none", "new_essays": ""}]
    assert "/comments/feed.atom?page=%2Fa%2F" in visitor.gets(own(house)).text
    assert visitor.client.post(f"{own(house)}letters", data={"notify": "author"}).status_code == 422
    silent = house.settings.with_(url="https://blog.example")
    spoken, silenced = (publishing.fragment(house.db, each, "/a/") for each in (house.settings, silent))
    assert 'name="notify"' in spoken
    assert 'value="author" checked' in spoken
    assert 'name="notify"' not in silenced
    assert 'href="/comments/feed.atom?page=/a/"' in silenced
    assert "This blog sends no letters." in silenced
    assert "keep its private link" in silenced

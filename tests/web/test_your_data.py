"""Your data: a page and two files for whoever a device speaks for, and for nobody else; and what is wrong corrected."""

import html
import re
from pathlib import Path

import pytest

from comments_service import moderation
from comments_service.models import Verb
from comments_service.screening import Action
from tests.support import proving, vnu
from tests.support.actors import House
from tests.support.browserless import JSON, Visitor
from tests.support.claims import proves_in
from tests.support.proving import address
from tests.support.ruling import laid_down

FILES = ("/identity/data.json", "/identity/data.html")


@pytest.fixture
def ben(house: House) -> Visitor:
    visitor = Visitor(house)
    visitor.says("What Ben wrote.", email="ben@example.org", website="https://bne.example")
    return visitor


def test_a_guest_sees_and_takes_along_what_is_held_about_them(house: House, ben: Visitor) -> None:
    Visitor(house).says("What Cleo wrote.", name="Cleo")
    page = ben.gets("/identity/data")
    for answer in (page, *(ben.gets(file) for file in FILES)):
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        assert "What Ben wrote." in answer.text
        assert "ben@example.org" in answer.text
        assert "Cleo" not in answer.text
    as_json, as_html = (ben.gets(file) for file in FILES)
    assert as_json.mimetype == "application/json"
    assert as_html.mimetype == "text/html"
    assert re.fullmatch(r'attachment; filename="my-data-[\d-]+\.json"', as_json.headers["Content-Disposition"])
    assert as_html.headers["Content-Disposition"].startswith("attachment")
    told = as_json.get_json()
    (reply,) = told["replies"]
    assert reply["website"] == "https://bne.example"
    assert set(told["why"]) <= set(told), "each part is explained"
    cookie = ben.client.get_cookie("rapport_device")
    assert cookie is not None
    for answer in (page, as_json, as_html):
        assert cookie.value not in answer.text


def test_nobody_known_is_told_nothing_and_how_to_prove_an_address(house: House, ben: Visitor) -> None:
    for stranger in (Visitor(house), Visitor(house)):
        stranger.client.set_cookie("rapport_device", "forged")
        page = stranger.gets("/identity/data")
        assert page.status_code == 200
        assert 'href="/identity/email?for=yours"' in page.text
        assert "What Ben wrote." not in page.text
        for file in FILES:
            assert stranger.gets(file).status_code == 403
    author = Visitor(house).signs_in()
    for file in FILES:
        assert author.gets(file).status_code == 403


def test_whoever_proved_an_address_sees_what_was_sent_with_it_from_anywhere(house: House, ben: Visitor) -> None:
    elsewhere = Visitor(house)
    proves_in(elsewhere, address(house, "Ben@example.org"))
    page = elsewhere.gets("/identity/data").text
    assert "What was sent with your address" in page
    assert "What Ben wrote." in page
    assert "/identity/correct" not in page, "another's words are not theirs to correct"
    assert elsewhere.client.post("/identity/erase", data={"sure": "yes"}).status_code == 200
    assert house.db.value("SELECT state FROM comments") == "withdrawn"


def test_what_stands_with_ones_words_is_corrected_and_what_was_typed_comes_back(house: House, ben: Visitor) -> None:
    reply = house.db.value("SELECT id FROM comments")
    page = ben.gets("/identity/data").text
    assert 'value="https://bne.example"' in page
    wrong = ben.client.post("/identity/correct", data={"from": reply, "email": "no address", "website": "x y"})
    assert wrong.status_code == 422
    assert 'value="no address"' in wrong.text
    assert 'value="x y"' in wrong.text
    assert wrong.text.count('class="field-error"') == 2
    right = ben.client.post("/identity/correct", data={"from": reply, "email": "b@example.org", "website": "b.example"})
    assert (right.status_code, right.headers["Location"]) == (303, "/identity/data?done=corrected")
    assert "Corrected." in ben.follows(right).text
    assert house.db.row("SELECT email, website FROM comments") == {
        "email": "b@example.org",
        "website": "https://b.example",
    }
    told = ben.client.post("/identity/correct", json={"from": reply, "website": ""}, headers=JSON)
    assert told.get_json() == {"corrected": 1}
    assert house.db.row("SELECT email, website FROM comments") == {"email": "b@example.org", "website": ""}


def test_a_new_website_is_judged_as_an_edit_is(house: House, ben: Visitor) -> None:
    laid_down(house, Action.REFUSE, sentence="No casinos.", websites=("*casino*",))
    laid_down(house, Action.HOLD, websites=("*.shop",))
    reply = house.db.value("SELECT id FROM comments")
    moderation.decide(house.db, reply, Verb.APPROVE, house.author.account)
    refused = ben.client.post("/identity/correct", data={"from": reply, "website": "https://casino.example"})
    assert refused.status_code == 403
    assert "No casinos." in refused.text
    assert house.db.row("SELECT website, state FROM comments") == {
        "website": "https://bne.example",
        "state": "published",
    }
    ben.client.post("/identity/correct", data={"from": reply, "website": "https://ben.example"})
    assert house.db.row("SELECT website, state FROM comments") == {
        "website": "https://ben.example",
        "state": "published",
    }
    ben.client.post("/identity/correct", data={"from": reply, "website": "https://lamps.shop"})
    assert house.db.row("SELECT website, state FROM comments") == {"website": "https://lamps.shop", "state": "held"}
    house.work()
    assert "lamps.shop" not in house.fragment()
    assert "By your rule" in house.db.value("SELECT signals FROM comments")


def test_another_ones_reply_can_not_be_corrected(house: House, ben: Visitor) -> None:
    reply = house.db.value("SELECT id FROM comments")
    eve = Visitor(house)
    eve.says("What Eve wrote.", name="Eve")
    for who in (reply, "", "0" * 26):
        refused = eve.client.post("/identity/correct", data={"from": who, "website": "https://eve.example"})
        assert refused.status_code == 404
    assert house.db.value("SELECT count(*) FROM comments WHERE website = 'https://eve.example'") == 0


def test_the_pages_are_valid_and_say_hostile_words_as_words(house: House, ben: Visitor, tmp_path: Path) -> None:
    hostile = '"><img src=x onerror=alert(1)>'
    eve = Visitor(house)
    eve.says(f"{hostile} & more", name=hostile, website="https://e.example/?a=1&b=2")
    reply = house.db.value("SELECT id FROM comments WHERE name LIKE '%img%'")
    proved = Visitor(house)
    proves_in(proved, address(house, "ben@example.org"))
    answers = [
        Visitor(house).gets("/identity/data"),
        eve.gets("/identity/data"),
        eve.gets("/identity/data.html"),
        eve.client.post("/identity/correct", data={"from": reply, "email": hostile, "website": hostile}),
        eve.client.post("/identity/erase"),
        proved.gets("/identity/data"),
        proved.client.post("/identity/object"),
        ben.client.post("/identity/erase", data={"sure": "yes"}),
    ]
    files = []
    for number, answer in enumerate(answers):
        assert "<img" not in answer.text
        files.append(tmp_path / f"{number}.html")
        files[-1].write_text(answer.text, "utf-8")
    assert hostile in html.unescape(answers[2].text)
    assert vnu.check(files) == []


def test_a_proof_that_is_asked_for_ones_data_leads_to_them(house: House, visitor: Visitor) -> None:
    page = visitor.gets("/identity/email?for=yours").text
    assert '<input type="hidden" name="for" value="yours">' in page
    visitor.client.post("/identity/email", data={"email": "ben@example.org", "for": "yours"})
    done = visitor.client.post("/identity/email/code", data={"code": proving.code(house)})
    assert done.headers["Location"] == "/identity/data"
    assert "ben@example.org" in visitor.follows(done).text

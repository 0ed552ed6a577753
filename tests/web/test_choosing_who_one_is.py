"""At the form and at /identity/ one chooses how one appears, changes one's mind, and loses no word over it."""

import re
from pathlib import Path

import pytest

from comments_service.providers import Claims
from tests.support import proving
from tests.support.actors import House
from tests.support.browserless import Visitor

WORDS = {"page": "/a/", "text": "Words that survive.", "name": "Typed name"}


def known(visitor: Visitor) -> tuple[str, str, bool]:
    told = visitor.gets("/identity/", Accept="application/json").get_json()
    return told["name"], told["proven"], told["known"]


@pytest.fixture
def ben(open_house: House) -> Visitor:
    """Ben, signed in with GitHub, in a browser."""
    return signs_in(Visitor(open_house))


def signs_in(visitor: Visitor, **more: object) -> Visitor:
    """Let a browser hold the secret of a device that proved something."""
    reader = visitor.house.reader("Ben Okafor")
    cookie = visitor.client.get_cookie("rapport_device")
    reader.device = cookie.value if cookie else ""
    proving.signs_in(reader, **more)  # type: ignore[arg-type]
    visitor.client.set_cookie("rapport_device", reader.device)
    return visitor


def test_the_form_in_the_page_offers_every_way_by_plain_buttons(house: House) -> None:
    page = house.fragment()
    offered = re.findall(r'formaction="/identity/choose" formnovalidate name="way" value="(\w+)">([^<]+)<', page)
    assert offered == [("email", "E-mail"), ("mastodon", "Mastodon"), ("website", "Your website")]


def test_pressing_return_sends_the_reply_and_chooses_no_way(house: House) -> None:
    # A browser presses the first button of a form.
    buttons = re.findall(r"<button[^>]*>([^<]*)", house.fragment().partition('id="reply-form"')[2])
    assert buttons[0] == "Send reply"


def test_a_provider_appears_once_its_keys_are_set(house: House) -> None:
    from comments_service import publishing
    from comments_service.settings import Service

    keys = Service(name="github", client_id="a", client_secret="b")
    there = publishing.fragment(house.db, house.settings.with_(services=(keys,)), "/a/")
    assert 'value="github">GitHub</button>' in there
    gone = publishing.fragment(house.db, house.settings.with_(mastodon_sign_in=False, website_sign_in=False), "/a/")
    assert "GitHub" not in gone
    assert 'value="email"' in gone
    assert 'value="mastodon"' not in gone


def test_before_sending_one_sees_as_whom_one_replies(ben: Visitor, open_house: House) -> None:
    preview = ben.client.post("/comments/preview", data=WORDS).text
    assert "You are replying as <strong><bdi>Ben Okafor</bdi></strong>" in preview
    assert "github.com/ben" in preview
    assert "change or sign out" in preview
    guest = Visitor(open_house).client.post("/comments/preview", data=WORDS).text
    assert "You are replying as <strong><bdi>Typed name</bdi></strong>. <a" in guest


def test_one_changes_ones_mind_and_the_words_stay(ben: Visitor) -> None:
    for way, appears in (("guest", ("", "", True)), (ben_id(ben), ("Ben Okafor", "github.com/ben", True))):
        chosen = proving.chooses(ben, way, **WORDS)
        assert chosen.headers["Location"] == "/comments/reply?page=%2Fa%2F&typed=1"
        assert "Words that survive." in ben.follows(chosen).text
        assert known(ben) == appears


def ben_id(visitor: Visitor) -> str:
    return str(visitor.gets("/identity/", Accept="application/json").get_json()["identities"][0]["id"])


def test_signing_out_in_the_middle_of_a_reply_keeps_the_words(ben: Visitor) -> None:
    out = ben.client.post("/identity/sign-out", data=WORDS)
    form = ben.follows(out).text
    assert "Words that survive." in form
    assert 'value="Typed name"' in form
    assert known(ben) == ("", "", False)


def test_who_signed_out_is_not_told_that_nothing_was_sent_or_kept(ben: Visitor) -> None:
    ben.says("As myself.")
    ben.client.post("/identity/sign-out")
    for address in ("/identity/", "/identity/data"):
        page = ben.gets(address).text
        assert "nobody is signed in on it" in page
        assert "has sent no reply" not in page
        assert "nothing about you is kept" not in page


def test_as_a_guest_one_is_nobody_that_the_page_could_tell(ben: Visitor) -> None:
    as_ben = ben.says_json("As myself.").get_json()
    proving.chooses(ben, "guest", **WORDS)
    as_guest = ben.says_json("As a guest.", name="Somebody").get_json()
    assert (as_ben["proven"], as_guest["proven"], as_guest["name"]) == ("github.com/ben", "", "Somebody")
    exported = ben.house.db.rows("SELECT person FROM comments ORDER BY id")
    assert exported[0] != exported[1]
    assert ben.gets(f"/comments/{as_guest['id']}/").status_code == 200


@pytest.mark.parametrize("way", ["", "myspace", "github", "0" * 26, "../desk"])
def test_a_way_that_is_not_offered_is_refused_and_the_words_come_back(visitor: Visitor, way: str) -> None:
    answer = proving.chooses(visitor, way, **WORDS)
    assert answer.status_code == 404
    assert "Words that survive." in answer.text


def test_what_was_typed_is_shown_to_the_browser_that_typed_it_only(visitor: Visitor, house: House) -> None:
    proving.chooses(visitor, "email", **WORDS)
    assert "Words that survive." in visitor.gets("/comments/reply?page=/a/&typed=1").text
    assert "Words that survive." not in visitor.gets("/comments/reply?page=/b/&typed=1").text
    stranger = Visitor(house)
    stranger.client.set_cookie("rapport_errand", "forged")
    assert "Words that survive." not in stranger.gets("/comments/reply?page=/a/&typed=1").text


def test_a_network_does_not_fill_the_house_with_what_it_types(house: House) -> None:
    visitors = [Visitor(house) for _ in range(61)]
    words = WORDS | {"text": "x" * 20_000, "website": "x" * 20_000}
    answers = [proving.chooses(visitor, "mastodon", **words) for visitor in visitors]
    assert [answer.status_code for answer in answers] == [303] * 60 + [429]
    assert "x" * 10_000 in answers[-1].text, "what was typed comes back"
    assert house.count("errands") == 60
    assert house.db.value("SELECT max(length(fields)) FROM errands") < 13_000
    # Whoever has begun already may change their mind as often as they like.
    assert proving.chooses(visitors[0], "website", **WORDS).status_code == 303
    assert proving.chooses(Visitor(house, "203.0.113.9"), "website", **WORDS).status_code == 303


def test_what_was_typed_is_kept_for_two_hours(visitor: Visitor, house: House) -> None:
    proving.chooses(visitor, "email", **WORDS)
    house.shift_clock(hours=2, minutes=1)
    assert "Words that survive." not in visitor.gets("/comments/reply?page=/a/&typed=1").text


def test_the_page_of_who_one_is_can_be_found(visitor: Visitor) -> None:
    theme = Path(__file__).parents[2] / "theme" / "templates"
    footer = (theme / "base.html").read_text("utf-8").partition('class="site-foot"')[2]
    assert '<a href="/identity/">' in footer
    for page in (visitor.follows(visitor.says("My words.")), visitor.gets("/identity/data")):
        assert '<a href="/identity/">Who you are here</a>' in page.text


def test_the_page_of_who_one_is_lists_what_one_has_proven(ben: Visitor) -> None:
    signs_in(ben, claims=proving.address(ben.house, "ben@example.org", name="Ben O."), purpose="add")
    page = ben.gets("/identity/").text
    for words in ("github.com/ben", "by e-mail", "ben@example.org, for your eyes only", "Appear as a guest"):
        assert words in page
    assert "ben@example.org" not in Visitor(ben.house).gets("/identity/").text


def test_appearing_as_a_guest_the_page_says_so_and_leads_back(ben: Visitor) -> None:
    page = ben.follows(ben.client.post("/identity/appear", data={"identity": ""}))
    assert page.status_code == 200
    assert "You are replying as <strong>a guest</strong>" in page.text
    assert "Appear as this" in page.text


def test_joined_appearing_and_parted_by_plain_forms(open_house: House) -> None:
    visitor = Visitor(open_house)
    visitor.says("As a guest before.", name="Benny")
    signs_in(visitor)
    page = visitor.gets("/identity/").text
    assert "a reply was sent from this device by a guest, last as “<bdi>Benny</bdi>”" in page
    joined = visitor.client.post("/identity/join")
    assert "all of these are you" in visitor.follows(joined).text
    assert "Was this you?" not in visitor.gets("/identity/").text
    signs_in(visitor, claims=proving.address(open_house, "ben@example.org", name="Ben O."), purpose="add")
    told = visitor.gets("/identity/", Accept="application/json").get_json()["identities"]
    assert [(one["proven"], one["now"]) for one in told] == [("github.com/ben", False), ("by e-mail", True)]
    appeared = visitor.client.post("/identity/appear", data={"identity": told[0]["id"]})
    assert "This is how you appear" in visitor.follows(appeared).text
    assert known(visitor)[1] == "github.com/ben"
    parted = visitor.client.post("/identity/part", data={"identity": told[0]["id"]})
    assert "two again" in visitor.follows(parted).text
    assert known(visitor)[1] == "by e-mail"


def test_two_of_one_kind_can_be_told_apart_by_ear(ben: Visitor) -> None:
    for address in ("ben@example.org", "ben@example.net"):
        signs_in(ben, claims=proving.address(ben.house, address), purpose="add")
    page = re.sub("<[^>]+>", "", ben.gets("/identity/").text)
    for words in ("Appear as this: ben@example.org", "Part it from the others: ben@example.net"):
        assert words in page


def test_a_name_is_changed_and_a_misleading_one_refused_with_a_sentence(ben: Visitor) -> None:
    renamed = ben.client.post("/identity/rename", data={"identity": ben_id(ben), "name": "Benjamin O."})
    assert "your name here from now on" in ben.follows(renamed).text
    assert known(ben)[0] == "Benjamin O."
    refused = ben.client.post("/identity/rename", data={"identity": ben_id(ben), "name": "Ana Ferreira"})
    assert refused.status_code == 422
    assert "writes here" in refused.text
    assert 'value="Ana Ferreira"' in refused.text
    assert f'aria-invalid="true" aria-describedby="name-{ben_id(ben)}-error"' in refused.text
    assert f'id="name-{ben_id(ben)}-error"' in refused.text
    assert known(ben)[0] == "Benjamin O."


def test_a_name_that_is_refused_at_the_form_can_be_given_anew_there(open_house: House) -> None:
    visitor = signs_in(Visitor(open_house), claims=Claims("x", "x", "9", "x.com/ana", name="Ana Ferreira"))
    refused = visitor.says("My words.", name="")
    assert refused.status_code == 422
    for words in ('name="rename" value="yes"', 'id="reply-name-error"', "My words."):
        assert words in refused.text
    assert visitor.says("My words.", name="Ana from Porto", rename="yes").status_code == 303
    assert known(visitor) == ("Ana from Porto", "x.com/ana", True)


@pytest.mark.parametrize("address", ["appear", "rename", "join", "part"])
def test_who_has_proven_nothing_has_nothing_to_change(visitor: Visitor, address: str) -> None:
    visitor.says("As a guest.")
    assert visitor.client.post(f"/identity/{address}", data={"identity": "0" * 26, "name": "x"}).status_code == 403


def test_a_signed_in_author_appears_as_the_author_whatever_their_device_proved(ben: Visitor) -> None:
    ben.signs_in()
    assert known(ben) == ("Ana Ferreira", "", False)
    form = ben.gets("/comments/reply?page=/a/").text
    assert "You are replying as <strong><bdi>Ana Ferreira</bdi></strong>" in form
    assert 'name="way"' not in form
    sent = ben.says_json("As the author.").get_json()
    assert (sent["author"], sent["proven"]) == (True, "")


def test_reading_sets_no_cookie_and_a_guests_reply_no_other_than_before(visitor: Visitor) -> None:
    for address in ("/identity/", "/comments/reply?page=/a/", "/identity/email"):
        assert "Set-Cookie" not in visitor.gets(address).headers
    cookies = visitor.says().headers.getlist("Set-Cookie")
    assert [cookie.partition("=")[0] for cookie in cookies] == ["rapport_device"]

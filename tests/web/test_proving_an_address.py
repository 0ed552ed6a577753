"""An address is proven by a letter's code or link: in the browser that asked, once, for half an hour, in few tries."""

import re

import pytest

from comments_service import proofs
from tests.support import proving
from tests.support.actors import House, furnish
from tests.support.browserless import JSON, Visitor

TYPED = {"page": "/a/", "text": "My long & <careful> words", "name": "Ben", "wants_answer": "yes", "private": "yes"}


def known(visitor: Visitor) -> dict[str, object]:
    told = visitor.gets("/identity/", Accept="application/json").get_json()
    return {name: told[name] for name in ("name", "proven", "known")}


NOBODY = {"name": "", "proven": "", "known": False}


@pytest.fixture
def proven(open_house: House) -> Visitor:
    """Somebody who proved an address in the middle of a reply."""
    visitor = Visitor(open_house)
    assert proving.proves_address(visitor, **TYPED).status_code == 303
    return visitor


# ── the whole way ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_typed_words_survive_the_way_to_a_proof_and_back(house: House, visitor: Visitor) -> None:
    chosen = proving.chooses(visitor, "email", **TYPED)
    assert chosen.headers["Location"] == "/identity/email"
    assert "Your e-mail address" in visitor.follows(chosen).text
    asked = visitor.client.post("/identity/email", data={"email": "ben@example.org"})
    assert asked.headers["Location"] == "/identity/email"
    assert "ben@example.org" in visitor.follows(asked).text
    answer = visitor.client.post("/identity/email/code", data={"code": proving.code(house)})
    assert answer.headers["Location"] == "/comments/reply?page=%2Fa%2F&typed=1"
    form = visitor.follows(answer).text
    assert "My long &amp; &lt;careful&gt; words" in form
    assert 'value="Ben"' in form
    assert re.search(r'name="private" value="yes" checked', form)
    assert re.search(r'value="yes" checked> I’d like an answer', form)


def test_an_address_in_the_form_is_written_to_at_once(house: House, visitor: Visitor) -> None:
    assert proving.chooses(visitor, "email", **TYPED, email="ben@example.org").headers["Location"] == "/identity/email"
    assert house.db.value("SELECT subject FROM jobs WHERE fact = 'letter.code'") == proving.letter(house)


def test_what_was_proven_stands_in_the_page_and_the_address_nowhere(proven: Visitor) -> None:
    sent = proven.says_json("Proven words.").get_json()
    assert (sent["proven"], sent["state"]) == ("by e-mail", "published")
    page = proven.house.fragment()
    assert '<span class="visually-hidden">Proven: </span>by e-mail' in page
    assert "example.org" not in page
    assert proven.house.db.value("SELECT email FROM comments") == "ben@example.org"


def test_what_was_kept_of_the_form_is_gone_once_it_is_sent(proven: Visitor) -> None:
    assert proven.house.count("errands") == 1
    sent = proven.says("Proven words.")
    assert sent.status_code == 303
    assert proven.house.count("errands") == 0
    assert "rapport_errand=;" in "".join(sent.headers.getlist("Set-Cookie"))


def test_the_name_given_at_the_first_reply_stays_with_the_address(proven: Visitor) -> None:
    assert known(proven) == {"name": "", "proven": "by e-mail", "known": True}
    proven.says(name="Ben Okafor")
    assert known(proven)["name"] == "Ben Okafor"
    assert proven.says_json("More words.", name="Somebody else").get_json()["name"] == "Ben Okafor"
    form = proven.gets("/comments/reply?page=/a/").text
    assert "You are replying as <strong><bdi>Ben Okafor</bdi></strong>" in form
    assert 'name="name"' not in form


def test_another_device_with_the_same_address_is_the_same_person(proven: Visitor) -> None:
    mine = proven.says_json("From home.").get_json()["id"]
    office = Visitor(proven.house, "203.0.113.9")
    assert office.gets(f"/comments/{mine}/").status_code == 302
    proving.proves_address(office, "Ben@Example.ORG")
    assert office.gets(f"/comments/{mine}/").status_code == 200
    assert office.client.post(f"/comments/{mine}/withdraw").status_code == 200


def test_the_link_of_a_letter_shows_and_the_button_acts(house: House, visitor: Visitor) -> None:
    proving.chooses(visitor, "email", **TYPED, email="ben@example.org")
    for _ in range(3):
        page = visitor.gets(proving.link(house))
        assert page.status_code == 200
        assert "Yes, this is me" in page.text
    assert known(visitor) == NOBODY
    assert visitor.client.post(proving.link(house)).headers["Location"] == "/comments/reply?page=%2Fa%2F&typed=1"
    assert known(visitor)["known"] is True


def test_a_reply_can_be_proven_after_it_was_sent(house: House, visitor: Visitor) -> None:
    sent = visitor.says_json("Held words.", email="ben@example.org").get_json()
    key = sent["own_url"].partition("key=")[2]
    elsewhere = Visitor(house, "203.0.113.9")
    assert "Prove that this is you" in elsewhere.gets(sent["own_url"]).text
    proving.chooses(elsewhere, "email", comment=sent["id"], key=key)
    assert "ben@example.org" not in elsewhere.gets("/identity/email").text, "a link that was shown around tells nobody"
    elsewhere.client.post("/identity/email", data={"email": "ben@example.org"})
    done = elsewhere.client.post("/identity/email/code", data={"code": proving.code(house)})
    page = elsewhere.follows(done)
    assert "You have proven that this is you" in page.text
    assert "Prove that this is you" not in page.text
    assert house.db.value("SELECT proven FROM comments") == "by e-mail"
    assert visitor.gets(f"/comments/{sent['id']}/").status_code == 200


def test_on_the_device_that_sent_a_reply_its_letter_is_asked_for_at_once(house: House, visitor: Visitor) -> None:
    sent = visitor.says_json("Held words.", email="ben@example.org").get_json()
    proving.chooses(visitor, "email", comment=sent["id"])
    assert "ben@example.org" in visitor.gets("/identity/email").text
    visitor.client.post("/identity/email/code", data={"code": proving.code(house)})
    assert house.db.value("SELECT proven FROM comments") == "by e-mail"


def test_the_name_of_a_reply_that_was_proven_later_is_taken_by_nobody_else(open_house: House) -> None:
    visitor, other = Visitor(open_house), Visitor(open_house, "203.0.113.9")
    sent = visitor.says_json("First words.", name="Ben Okafor").get_json()
    proving.proves_address(visitor, comment=sent["id"])
    assert known(visitor)["name"] == "Ben Okafor"
    proving.proves_address(other, "other@example.org")
    refused = other.says_json("I am Ben, too.", name="ben okafor")
    assert refused.status_code == 422
    assert "goes by ben okafor" in refused.get_json()["error"]["fields"]["name"]


def test_a_reply_that_is_proven_later_gives_nobody_a_name_that_somebody_has(open_house: House) -> None:
    earlier, later = Visitor(open_house), Visitor(open_house, "203.0.113.9")
    sent = earlier.says_json("First words.", name="Ben Okafor").get_json()
    proving.proves_address(later, "other@example.org")
    later.says_json("Proven words.", name="Ben Okafor")
    proving.proves_address(earlier, comment=sent["id"])
    assert known(earlier) == {"name": "", "proven": "by e-mail", "known": True}


def test_nobody_proves_a_reply_that_is_not_theirs(house: House, visitor: Visitor) -> None:
    sent = visitor.says_json("Held words.").get_json()
    stranger = Visitor(house)
    assert proving.chooses(stranger, "email", comment=sent["id"], key="guessed").status_code == 404
    assert house.count("challenges") == 0


# ── what a letter does not prove ────────────────────────────────────────────────────────────────────────────────────


def test_a_code_works_once(house: House, visitor: Visitor) -> None:
    proving.chooses(visitor, "email", email="ben@example.org")
    spent, browser = proving.code(house), visitor.client.get_cookie("rapport_errand")
    assert visitor.client.post("/identity/email/code", data={"code": spent}).status_code == 303
    assert browser is not None
    visitor.client.set_cookie("rapport_errand", browser.value)
    assert visitor.client.post("/identity/email/code", data={"code": spent}).status_code == 410


def test_a_code_is_forgiven_its_spaces(house: House, visitor: Visitor) -> None:
    proving.chooses(visitor, "email", email="ben@example.org")
    typed = proving.code(house)
    answer = visitor.client.post("/identity/email/code", data={"code": f" {typed[:3]} {typed[3:]} "})
    assert answer.status_code == 303


def test_a_letter_is_too_old_after_half_an_hour(house: House, visitor: Visitor) -> None:
    proving.chooses(visitor, "email", email="ben@example.org")
    house.shift_clock(minutes=proofs.MINUTES + 1)
    for answer in (
        visitor.client.post("/identity/email/code", data={"code": proving.code(house)}),
        visitor.client.post(proving.link(house)),
        visitor.gets(proving.link(house)),
    ):
        assert answer.status_code == 410
        assert "Ask for a new one" in answer.text
    assert known(visitor) == NOBODY


def test_a_letters_link_leads_back_to_the_typed_words_whether_it_works_or_not(house: House, visitor: Visitor) -> None:
    proving.chooses(visitor, "email", **TYPED, email="ben@example.org")
    back = 'href="/comments/reply?page=%2Fa%2F&amp;typed=1"'
    assert back in visitor.gets(proving.link(house)).text
    house.shift_clock(minutes=proofs.MINUTES + 1)
    too_late = visitor.gets(proving.link(house))
    assert too_late.status_code == 410
    assert back in too_late.text
    assert 'action="/identity/email"' in too_late.text


def test_a_newer_letter_ends_the_one_before(house: House, visitor: Visitor) -> None:
    proving.chooses(visitor, "email", email="ben@example.org")
    first, first_link = proving.code(house), proving.link(house)
    visitor.client.post("/identity/email", data={"email": "ben@example.org"})
    assert visitor.client.post(first_link).status_code == 410
    assert first != proving.code(house)
    assert visitor.client.post("/identity/email/code", data={"code": first}).status_code == 422
    assert visitor.client.post("/identity/email/code", data={"code": proving.code(house)}).status_code == 303


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_is_refused_in_another_browser_and_says_what_to_do(house: House, method: str) -> None:
    asking, reading = Visitor(house), Visitor(house, "203.0.113.9")
    proving.chooses(asking, "email", email="victim@example.org")
    proving.chooses(reading, "email", email="other@example.org")
    theirs = f"/identity/email/{proofs.token(house.keys, house.db.value('SELECT min(id) FROM challenges'))}"
    answer = getattr(reading.client, method)(theirs)
    assert answer.status_code == 403
    assert "in another browser" in answer.text
    assert known(reading) == known(asking) == NOBODY


def test_a_code_of_another_browser_is_of_no_use(house: House) -> None:
    asking, guessing = Visitor(house), Visitor(house, "203.0.113.9")
    proving.chooses(asking, "email", email="ben@example.org")
    assert guessing.client.post("/identity/email/code", data={"code": proving.code(house)}).status_code == 410
    assert known(guessing) == NOBODY


def test_codes_cannot_be_guessed(house: House, visitor: Visitor) -> None:
    proving.chooses(visitor, "email", email="ben@example.org")
    right = proving.code(house)
    wrong = [f"{number:06}" for number in range(6) if f"{number:06}" != right][:5]
    for guess in wrong:
        answer = visitor.client.post("/identity/email/code", data={"code": guess})
        assert answer.status_code == 422
        assert "not the code of the newest letter" in answer.text
    assert visitor.client.post("/identity/email/code", data={"code": right}).status_code == 410
    assert known(visitor) == NOBODY


def test_guessing_on_is_slowed_for_an_address_however_many_letters_are_asked_for(house: House) -> None:
    asked = [0, 0]
    for number in range(6):
        visitor = Visitor(house, f"198.51.{number}.7")
        proving.chooses(visitor, "email", email="ben@example.org")
        for guess in range(5):
            status = visitor.client.post("/identity/email/code", data={"code": f"x{guess}"}).status_code
            asked[status == 422] += 1
    assert asked[True] == 15


@pytest.mark.parametrize(
    "forged", ["", "123456", "x" * 26, f"{'0' * 26}-{'0' * 32}", "ü", "a-b-c", "../../desk", "%00", "0" * 5000]
)
def test_a_forged_link_opens_nothing(house: House, visitor: Visitor, forged: str) -> None:
    proving.chooses(visitor, "email", email="ben@example.org")
    assert visitor.client.get(f"/identity/email/{forged}").status_code in {400, 404, 410, 308}
    assert visitor.client.post(f"/identity/email/{forged}").status_code in {400, 404, 405, 410, 308}
    assert known(visitor) == NOBODY


@pytest.mark.parametrize(
    "address",
    [
        "", " ", "ben", "ben@", "@example.org", "ben@example", "ben@exa mple.org", "ben@example.org\nBcc: a@b.example",
        "ben@example.org\r\nSubject: x", "=?UTF-8?Q?x=0ABcc:?=@example.org", "a@b@example.org", "ben@[127.0.0.1]",
        "Ben <ben@example.org>", "ben@example.org, eve@example.org", "ben\0@example.org,", "ben@" + "e" * 300 + ".org",
    ],
)  # fmt: skip
def test_what_is_no_address_is_never_written_to_and_comes_back_to_be_mended(
    house: House, visitor: Visitor, address: str
) -> None:
    answer = visitor.client.post("/identity/email", data={"email": address})
    assert answer.status_code == 422
    assert 'id="email-error"' in answer.text
    assert (house.count("challenges"), house.count("jobs")) == (0, 0)


def test_the_form_cannot_be_used_to_mail_strangers(house: House) -> None:
    asked = []
    for number in range(5):
        visitor = Visitor(house, f"198.51.{number}.7")
        asked.append(visitor.client.post("/identity/email", data={"email": "Victim@example.org"}).status_code)
    assert asked == [303, 303, 303, 429, 429]
    assert house.count("challenges") == 3


def test_one_network_cannot_ask_for_letters_without_end(house: House) -> None:
    asked = [
        Visitor(house).client.post("/identity/email", data={"email": f"victim{number}@example.org"}).status_code
        for number in range(10)
    ]
    assert asked == [303] * 8 + [429] * 2


def test_the_database_holds_neither_code_nor_link(house: House, visitor: Visitor) -> None:
    proving.chooses(visitor, "email", email="ben@example.org")
    tables = ("challenges", "errands", "jobs", "attempts")
    everything = "".join(str(house.db.rows(f"SELECT * FROM {table}")) for table in tables)
    assert proving.code(house) not in everything
    assert proving.link(house).rpartition("-")[2] not in everything


def test_a_planted_device_does_not_become_proven_with_its_victim(open_house: House) -> None:
    attacker, victim = Visitor(open_house), Visitor(open_house, "203.0.113.9")
    attacker.says("Planted.")
    planted = attacker.client.get_cookie("rapport_device")
    assert planted is not None
    victim.client.set_cookie("rapport_device", planted.value)
    proving.proves_address(victim, "victim@example.org")
    assert known(victim)["known"] is True
    assert known(attacker) == NOBODY
    theirs = victim.says_json("My own.", name="Vic").get_json()["id"]
    assert attacker.gets(f"/comments/{theirs}/").status_code == 302


def test_a_blog_that_sends_no_letters_offers_none(tmp_path) -> None:
    with furnish(tmp_path, url="https://example.org") as house:
        visitor = Visitor(house)
        assert 'value="email">E-mail' not in house.fragment()
        assert visitor.gets("/identity/email").status_code == 404
        assert visitor.client.post("/identity/email", data={"email": "ben@example.org"}).status_code == 404
        assert proving.chooses(visitor, "email", text="My words").status_code == 404


def test_behind_tls_the_errand_is_bound_to_this_host(tmp_path) -> None:
    with furnish(
        tmp_path, url="https://example.org", smtp_url="smtp://127.0.0.1:9", mail_from="a@example.org"
    ) as house:
        answer = proving.chooses(Visitor(house), "email", email="ben@example.org")
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-rapport_errand=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))


def test_a_program_is_told_in_the_one_shape(house: House, visitor: Visitor) -> None:
    answer = visitor.client.post("/identity/email", json={"email": "nobody"}, headers=JSON)
    assert (answer.status_code, set(answer.get_json()["error"]["fields"])) == (422, {"email"})
    assert visitor.client.post("/identity/email/code", json={"code": "1"}, headers=JSON).status_code == 410

"""Letters to accounts: a sign-in link for the browser that asked, an address that counts once it is proven."""

import logging

import pytest
from werkzeug.test import TestResponse

from comments_service import ids, proofs
from comments_service.identity import authors
from comments_service.models import Role
from comments_service.store import outbox, people
from tests.support import desk
from tests.support.actors import House, furnish
from tests.support.browserless import JSON, Visitor

ANAS = "ana@example.org"


@pytest.fixture
def house(house: House) -> House:
    """A house whose owner has an address."""
    people.move(house.db, house.author.account.id, ANAS)
    return house


def asks(visitor: Visitor, email: str = ANAS) -> TestResponse:
    return visitor.client.post("/desk/sign-in/letter", data={"email": email})


def letters(house: House, fact: str) -> list[str]:
    """What the letters that wait tell of, in the order in which they were asked for."""
    jobs = outbox.due(house.db, now=ids.now(), limit=50, lane=outbox.LETTERS)
    return [job.subject for job in jobs if job.fact == fact]


def token(house: House) -> str:
    """The secret of the newest sign-in letter."""
    return proofs.sign_in_secret(house.keys, letters(house, "letter.sign_in")[-1])


def follows(visitor: Visitor, secret: str) -> TestResponse:
    return visitor.client.post("/desk/sign-in", data={"token": secret})


def is_in(visitor: Visitor) -> bool:
    return visitor.gets("/desk/").status_code == 200


# ── signing in by letter ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_letters_link_opens_the_desk_in_the_browser_that_asked(visitor: Visitor, house: House) -> None:
    answer = asks(visitor)
    assert "a letter is on its way" in desk.told(visitor.follows(answer))
    secret = token(house)
    assert "Sign in as <bdi>Ana Ferreira</bdi>" in desk.page(visitor, f"/desk/sign-in?token={secret}")
    assert follows(visitor, secret).status_code == 303
    assert is_in(visitor)
    assert visitor.client.get_cookie("rapport_letter") is None


def test_without_a_mail_server_the_page_says_where_the_letter_lies(visitor: Visitor, house: House) -> None:
    for email in (ANAS, "nobody@example.org"):
        assert str(house.settings.data / "letters") in visitor.follows(asks(visitor, email)).text
    assert "No mail server" not in visitor.gets("/desk/sign-in").text


def test_an_old_link_leads_whoever_is_signed_in_to_the_desk(visitor: Visitor, house: House) -> None:
    asks(visitor)
    secret = token(house)
    follows(visitor, secret)
    page = visitor.gets(f"/desk/sign-in?token={secret}")
    assert page.status_code == 410
    assert 'href="/desk/"' in page.text


def test_a_fact_says_whose_letter_it_is_and_no_secret_is_stored(visitor: Visitor, house: House) -> None:
    asks(visitor)
    (job,) = outbox.due(house.db, now=ids.now(), limit=9, lane=outbox.LETTERS)
    assert (job.fact, job.data) == ("letter.sign_in", {"person": house.author.account.id})
    secret = token(house)
    assert house.db.value("SELECT secret FROM sign_in_links") == ids.digest(secret)
    assert secret not in str(house.db.rows("SELECT * FROM jobs"))


@pytest.mark.parametrize("typed", ["ANA@example.org", " ana@EXAMPLE.org ", "ana@example.org"])
def test_an_address_is_known_however_it_is_typed(visitor: Visitor, house: House, typed: str) -> None:
    asks(visitor, typed)
    assert len(letters(house, "letter.sign_in")) == 1


def test_an_owners_address_comes_from_the_settings_however_it_is_written_there(tmp_path) -> None:
    with furnish(tmp_path, author_email="Ana@Bücher.example") as house:
        asks(Visitor(house), "ana@bücher.example")
        assert len(letters(house, "letter.sign_in")) == 1


@pytest.mark.parametrize("given", [ANAS, ""])
def test_an_address_that_was_made_up_to_try_the_blog_gives_way_to_what_the_settings_say(tmp_path, given: str) -> None:
    with furnish(tmp_path, author_email=authors.MADE_UP) as house:
        authors.ensure_owner(house.db, house.settings.with_(author_email=given))
        assert people.addresses(house.db).get(house.author.account.id, "") == given


def test_an_address_in_the_settings_comes_to_an_owner_who_has_none(tmp_path) -> None:
    with furnish(tmp_path) as house:
        asks(Visitor(house))
        authors.ensure_owner(house.db, house.settings.with_(author_email=ANAS))
        authors.ensure_owner(house.db, house.settings.with_(author_email="later@example.org", author="Ana F."))
        asks(Visitor(house))
        assert len(letters(house, "letter.sign_in")) == 1


def test_whether_an_address_is_an_accounts_is_told_to_nobody(house: House) -> None:
    known, unknown = Visitor(house), Visitor(house)
    answers = [asks(known), asks(unknown, "stranger@example.org")]
    assert len(letters(house, "letter.sign_in")) == 1
    told = [
        (
            answer.status_code,
            answer.headers["Location"],
            answer.data,
            [line.partition("=")[0] for line in answer.headers.getlist("Set-Cookie")],
        )
        for answer in answers
    ]
    assert told[0] == told[1]
    pages = [visitor.follows(answer).data for visitor, answer in zip((known, unknown), answers, strict=True)]
    assert pages[0] == pages[1]
    programs = [
        visitor.client.post("/desk/sign-in/letter", json={"email": email}, headers=JSON)
        for visitor, email in ((known, ANAS), (unknown, "stranger@example.org"))
    ]
    assert programs[0].get_json() == programs[1].get_json()


def test_an_address_of_a_reader_or_of_somebody_without_a_role_opens_nothing(visitor: Visitor, house: House) -> None:
    visitor.says(email="ben@example.org")
    asks(visitor, "ben@example.org")
    authors.add(house.db, "Mo Lind", Role.MODERATOR, email="mo@example.org")
    house.db.execute("UPDATE people SET role = NULL WHERE name = 'Mo Lind'")
    asks(visitor, "mo@example.org")
    assert letters(house, "letter.sign_in") == []


def test_a_letters_link_is_of_no_use_in_another_browser(visitor: Visitor, house: House) -> None:
    asks(visitor)
    secret, thief = token(house), Visitor(house)
    asks(thief, "somebody@example.org")
    for response in (thief.gets(f"/desk/sign-in?token={secret}"), follows(thief, secret)):
        assert response.status_code == 403
        assert "asked for in another browser" in desk.told(response)
    assert not is_in(thief)
    assert follows(visitor, secret).status_code == 303


def test_of_two_letters_the_newer_one_counts(visitor: Visitor, house: House) -> None:
    asks(visitor)
    former = token(house)
    asks(visitor)
    assert follows(visitor, former).status_code == 403
    assert follows(visitor, token(house)).status_code == 303


def test_a_letters_link_works_once_and_for_an_hour(visitor: Visitor, house: House) -> None:
    asks(visitor)
    secret = token(house)
    cookie = visitor.client.get_cookie("rapport_letter")
    assert cookie
    assert follows(visitor, secret).status_code == 303
    visitor.client.set_cookie("rapport_letter", cookie.value)
    assert follows(visitor, secret).status_code == 410
    other = Visitor(house)
    asks(other)
    house.shift_clock(minutes=61)
    assert follows(other, token(house)).status_code == 410


def test_ending_all_others_spends_letters_that_lie_about(visitor: Visitor, house: House) -> None:
    asks(visitor)
    Visitor(house).signs_in().client.post("/desk/sessions/end-others")
    assert follows(visitor, token(house)).status_code == 410


BAD_ADDRESSES = (
    "",
    "ana",
    "ana@example.org\r\nBcc: all@example.org",
    "ana@example.org\nSubject: x",
    "=?utf-8?q?ana?=@example.org",
    "ana@example.org, ben@example.org",
    "<ana@example.org>",
    "ana@[127.0.0.1]",
    f"{'x' * 65}@example.org",
    "ana@exam\0ple.org\r",
    "ana@example.org\u2028",
)


@pytest.mark.parametrize("email", BAD_ADDRESSES)
def test_what_is_no_address_is_refused_and_comes_back(visitor: Visitor, house: House, email: str) -> None:
    response = asks(visitor, email)
    # A NUL is dropped, and spaces at either end are.
    fine = email.replace("\0", "").strip() == ANAS
    assert response.status_code == (303 if fine else 422)
    assert len(letters(house, "letter.sign_in")) == fine
    if email == "ana":
        assert 'value="ana"' in response.get_data(as_text=True)


@pytest.mark.parametrize("email", [ANAS, "stranger@example.org"])
def test_letters_to_one_address_are_limited_whether_it_is_known_or_not(house: House, email: str) -> None:
    from_everywhere = [asks(Visitor(house, f"198.51.{number}.7"), email).status_code for number in range(4)]
    assert from_everywhere == [303, 303, 303, 429]


def test_letters_asked_for_from_one_network_are_limited(house: House) -> None:
    answers = [asks(Visitor(house), f"somebody{number}@example.org").status_code for number in range(9)]
    assert answers == [303] * 8 + [429]


def test_a_blog_that_sends_no_letters_offers_none(tmp_path) -> None:
    with furnish(tmp_path, url="https://example.org", author_email=ANAS) as house:
        visitor = Visitor(house)
        assert "Send me a link" not in visitor.gets("/desk/sign-in").get_data(as_text=True)
        response = visitor.client.post("/desk/sign-in/letter", data={"email": ANAS})
        assert response.status_code == 409
        assert "rapport author link" in response.get_data(as_text=True)
        assert house.count("jobs") == 0


def test_behind_tls_its_cookie_is_bound_to_this_host(tmp_path) -> None:
    smtp = "smtp://127.0.0.1:9"
    with furnish(tmp_path, url="https://example.org", author_email=ANAS, smtp_url=smtp) as house:
        cookie = asks(Visitor(house)).headers["Set-Cookie"]
    assert cookie.startswith("__Host-rapport_letter=")
    assert {"Secure", "HttpOnly", "Path=/", "Max-Age=3600", "SameSite=Lax"} <= set(cookie.split("; "))


def test_the_log_of_the_process_holds_nothing_personal(
    visitor: Visitor, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        asks(visitor)
        secret = token(house)
        follows(Visitor(house), secret)
        follows(visitor, secret)
    said = [record.getMessage() for record in caplog.records if record.name == "rapport.identity"]
    assert said == ["letter: asked", "letter: another_browser", "letter: signed_in"]
    everything = " ".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)
    assert not [one for one in (ANAS, secret, house.author.account.id, "198.51.100") if one in everything]


# ── another address ─────────────────────────────────────────────────────────────────────────────────────────────────


NEW = "new@example.org"


def moves(visitor: Visitor, email: str = NEW) -> TestResponse:
    return visitor.client.post("/desk/address", data={"email": email})


def proof(house: House) -> str:
    """The secret of the newest letter to a new address."""
    return proofs.token(house.keys, letters(house, "letter.address")[-1])


def proves(visitor: Visitor, secret: str) -> TestResponse:
    return visitor.client.post("/desk/address/prove", data={"token": secret})


def address_of(house: House, account: str) -> str:
    return people.addresses(house.db).get(account, "")


def test_another_address_counts_once_its_letter_was_followed(house: House, ana: Visitor) -> None:
    me = house.author.account.id
    assert "A letter is on its way" in desk.told(ana.follows(moves(ana)))
    assert address_of(house, me) == ANAS
    (challenge,) = letters(house, "letter.address")
    assert house.db.value("SELECT address FROM challenges WHERE id = :id", id=challenge) == NEW
    assert NEW in desk.page(ana, f"/desk/address?token={proof(house)}")
    assert address_of(house, me) == ANAS
    assert proves(ana, proof(house)).status_code == 303
    assert address_of(house, me) == NEW
    assert NEW in desk.page(ana, "/desk/sessions")
    asks(Visitor(house), NEW)
    asks(Visitor(house), ANAS)
    assert len(letters(house, "letter.sign_in")) == 1


def test_an_address_that_was_mistyped_opens_nothing_to_whoever_has_it(house: House, ana: Visitor) -> None:
    moves(ana, "stranger@example.org")
    stranger = Visitor(house)
    asks(stranger, "stranger@example.org")
    assert letters(house, "letter.sign_in") == []
    secret = proof(house)
    assert stranger.gets(f"/desk/address?token={secret}").headers["Location"] == "/desk/sign-in"
    assert proves(stranger, secret).status_code == 403
    assert follows(stranger, secret).status_code == 410
    assert address_of(house, house.author.account.id) == ANAS


def test_a_letter_to_one_accounts_address_is_of_no_use_to_another(house: House, ana: Visitor, mo: Visitor) -> None:
    moves(ana)
    assert proves(mo, proof(house)).status_code == 410
    assert NEW not in people.addresses(house.db).values()


@pytest.mark.parametrize("spoilt", ["used", "old", "followed by a newer one", "forged"])
def test_a_spent_letter_changes_no_address(house: House, ana: Visitor, spoilt: str) -> None:
    moves(ana)
    secret = proof(house)
    if spoilt == "used":
        proves(ana, secret)
        people.move(house.db, house.author.account.id, ANAS)
    elif spoilt == "old":
        house.shift_clock(minutes=31)
    elif spoilt == "forged":
        secret = secret[:-1] + ("0" if secret[-1] != "0" else "1")
    else:
        moves(ana, "newer@example.org")
    assert proves(ana, secret).status_code == 410
    assert ana.gets(f"/desk/address?token={secret}").status_code == 410
    assert address_of(house, house.author.account.id) == ANAS


def test_two_accounts_never_share_an_address(house: House, mo: Visitor) -> None:
    moves(mo, ANAS)
    assert proves(mo, proof(house)).status_code == 409
    assert list(people.addresses(house.db).values()) == [ANAS]
    with pytest.raises(Exception, match="Another account has this address"):
        authors.add(house.db, "Rui", Role.AUTHOR, email="Ana@example.org")


@pytest.mark.parametrize("email", ["", "ana", "x@example.org\r\nBcc: all@example.org"])
def test_what_is_no_address_is_refused_at_the_desk_too(house: House, ana: Visitor, email: str) -> None:
    assert moves(ana, email).status_code == 422
    assert letters(house, "letter.address") == []


def test_nobody_reads_anothers_address(house: House, ana: Visitor, mo: Visitor) -> None:
    mos = "mo.lind@example.org"
    people.move(house.db, authors.find(house.db, "Mo Lind").id, mos)
    assert ANAS not in desk.page(mo, "/desk/sessions")
    assert mos in desk.page(mo, "/desk/sessions")
    assert mos not in desk.page(ana, "/desk/sessions") + desk.page(ana, "/desk/accounts")

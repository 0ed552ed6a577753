"""Who wrote a letter that came in: whoever is not proven answers nothing, and is never written to."""

import pytest

from comments_service.identity import authors
from comments_service.mail import signatures
from comments_service.models import Role
from comments_service.store import people
from tests.support.actors import House
from tests.support.writing_in import (
    ADDRESS,
    PASSES,
    answers,
    asked,
    letter,
    letters,
    names,
    noted,
    receive,
    reply_address,
    signed,
)


@pytest.mark.parametrize("above", ["", PASSES.replace("=pass", "=fail")])
def test_whoever_is_not_proven_answers_nothing_and_is_never_written_to(above: str, house: House) -> None:
    question = asked(house)
    assert receive(house, letter(reply_address(house, question), above=above)) == "unproven"
    assert answers(house, question) == []
    assert letters(house) == []


@pytest.mark.parametrize(
    "sender",
    [
        "Ana Ferreira <eve@example.org>",
        f'"{ADDRESS}" <eve@example.org>',
        f"{ADDRESS}, eve@example.org",
        "",
        f"{ADDRESS}\nFrom: eve@example.org",
        f"eve@example.org\nFrom: {ADDRESS}",
        f"=?utf-8?q?ana=40example=2Eorg?= <eve@{ADDRESS}>",
    ],
)
def test_a_letter_from_another_address_than_the_accounts_own_is_only_noted(sender: str, house: House) -> None:
    question = asked(house)
    assert receive(house, letter(reply_address(house, question), sender=sender)) == "stranger"
    assert answers(house, question) == []
    assert letters(house) == []


def test_an_account_without_an_address_answers_nothing_by_letter(house: House) -> None:
    question = asked(house)
    to = reply_address(house, question)
    people.move(house.db, house.author.account.id, "")
    assert receive(house, letter(to)) == "stranger"


def test_a_forged_or_mangled_reply_address_is_only_noted(house: House) -> None:
    question, other = asked(house), house.reader("Cleo").says("And I?")
    to = reply_address(house, question)
    forged = [
        to[:-13] + ("b" if to[-13] != "b" else "c") + to[-12:],
        to.replace(question.id, other.id),
        to.replace("+r", "+b"),
        "answers@example.org",
        f"answers+r{'0' * 42}@example.org",
    ]
    for number, address in enumerate(forged):
        assert receive(house, letter(address, id_=f"<{number}@example.org>")) == "unknown"
    assert letters(house) == []
    assert len(noted(house)) == len(forged)


def test_an_address_given_to_one_account_answers_nothing_for_another(house: House) -> None:
    rui = authors.add(house.db, "Rui Lima", Role.AUTHOR)
    people.move(house.db, rui.id, "rui@example.org")
    question = asked(house)
    assert receive(house, letter(reply_address(house, question), sender="rui@example.org")) == "stranger"


def test_a_letter_that_its_writer_sent_to_somebody_else_answers_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    to = reply_address(house, asked(house))
    private = "Between the two of us."
    assert receive(house, letter("mallory@example.net", private), to=to) == "unknown"
    assert receive(house, letter("mallory@example.net", private, more=f"Delivered-To: {to}\n")) == "unknown"
    assert receive(house, letter("mallory@example.net", private, more=f"To: {to}\n")) == "stranger"
    house.settings = house.settings.with_(mail_authserv="")
    with names(monkeypatch) as dns:
        dns.shows("example.org")
        raw = signed(letter(to, private, above=""), headers=(b"from", b"subject", b"date"))
        assert receive(house, raw) == "unproven"


# ── DKIM, verified here ─────────────────────────────────────────────────────────────────────────────────────────────


def verifying(house: House) -> None:
    house.settings = house.settings.with_(mail_authserv="")


def test_a_signature_of_the_senders_domain_is_verified_by_the_key_in_the_dns(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    verifying(house)
    question = asked(house)
    raw = signed(letter(reply_address(house, question), above=""))
    with names(monkeypatch) as dns:
        dns.shows("example.org")
        assert receive(house, raw) == "taken"
        assert dns.asked == ["s1._domainkey.example.org."]


@pytest.mark.parametrize(
    ("domain", "spoil"),
    [
        ("evil.example", lambda raw: raw),
        ("sub.example.org", lambda raw: raw),
        ("example.org", lambda raw: raw.replace(b"Three lines", b"Four lines")),
        ("example.org", lambda raw: raw.replace(b"Subject: Re: Ben", b"Subject: Re: Cleo")),
        ("example.org", lambda raw: b"From: eve@example.org\r\n" + raw),
        ("example.org", lambda raw: raw.partition(b"From:")[1] + raw.partition(b"From:")[2]),
    ],
    ids=["another domain", "one below it", "other words", "another subject", "two senders", "no signature"],
)
def test_a_signature_that_does_not_hold_proves_nothing(
    domain: str, spoil: "type[bytes]", house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    verifying(house)
    question = asked(house)
    raw = spoil(signed(letter(reply_address(house, question), above=""), domain))
    with names(monkeypatch) as dns:
        dns.shows(domain)
        assert receive(house, raw) in {"unproven", "stranger"}
    assert answers(house, question) == []


def test_a_signature_over_a_part_of_the_body_or_by_a_short_key_proves_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    verifying(house)
    question = asked(house)
    raw = letter(reply_address(house, question), above="")
    with names(monkeypatch) as dns:
        dns.shows("example.org")
        assert receive(house, signed(raw, length=True) + b"And more.\r\n") == "unproven"
        monkeypatch.setattr(signatures, "_LEAST_BITS", 4096)
        assert receive(house, signed(raw)) == "unproven"


def test_a_word_of_another_mail_server_proves_nothing_where_signatures_are_verified(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    verifying(house)
    with names(monkeypatch):
        assert receive(house, letter(reply_address(house, asked(house)))) == "unproven"


def test_while_the_dns_is_silent_nothing_is_decided(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    verifying(house)
    monkeypatch.setattr(signatures, "_TIMEOUT_SECONDS", 0.1)
    question = asked(house)
    raw = signed(letter(reply_address(house, question), above=""))
    with names(monkeypatch) as dns:
        dns.shows("example.org")
        dns.silent = True
        with pytest.raises(signatures.Unanswered):
            receive(house, raw)
        assert noted(house) == []
        dns.silent = False
        assert receive(house, raw) == "taken"


def test_nothing_is_asked_of_a_domain_that_could_not_vouch_for_the_sender(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    verifying(house)
    raw = letter(reply_address(house, asked(house)), above="")
    with names(monkeypatch) as dns:
        dns.silent = True
        assert receive(house, signed(raw, "silent.example")) == "unproven"
        assert dns.asked == []

"""Letters of ours that come back, at addresses that nobody can make up."""

import pytest

from comments_service import ids, return_addresses
from comments_service.store import correspondents, news
from tests.support.actors import House
from tests.support.writing_in import (
    letter,
    receive,
)


def told(house: House, address: str = "ben@example.net") -> tuple[str, str]:
    """A reader who was told something by a letter; returns their id as a correspondent and the letter's."""
    reader = correspondents.welcome(house.db, address, "en")
    correspondents.confirm(house.db, reader.id, now=ids.now())
    job = ids.new_id()
    news.add(house.db, "answered", f"answered {job}", correspondent=reader.id, letter=job)
    return reader.id, job


def is_reachable(house: House, reader: str) -> bool:
    found = correspondents.find(house.db, reader)
    assert found is not None
    return found.reachable


def report(to: str, action: str, status: str, *, kind: str = "multipart/report; report-type=delivery-status") -> bytes:
    return (
        f"Return-Path: <>\nFrom: Mail Delivery System <mailer-daemon@mx.example.net>\nTo: {to}\n"
        f"Subject: Undelivered Mail Returned to Sender\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n"
        f'Content-Type: {kind}; boundary="b"\n\n--b\nContent-Type: text/plain\n\nI am sorry to have to inform you.\n\n'
        f"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n"
        f"Final-Recipient: rfc822; ben@example.net\nAction: {action}\nStatus: {status}\n"
        f"Diagnostic-Code: smtp; 550 {status} no such user\n\n--b\nContent-Type: message/rfc822\n\n"
        f"Subject: Status: 5.1.1\n\nText\n--b--\n"
    ).encode()


@pytest.mark.parametrize(
    ("action", "status", "outcome"),
    [("failed", "5.1.1", "bounced"), ("failed", "4.4.7", "delayed"), ("delayed", "4.4.1", "delayed"),
     ("delivered", "2.1.5", "automatic"), ("delayed", "5.1.1", "delayed"),
     # A provider may refuse a letter for a word that somebody wrote into a reply: that silences nobody.
     ("failed", "5.7.1", "refused"), ("failed", "5.2.2", "refused"), ("failed", "5.1.8", "refused")],
)  # fmt: skip
def test_an_address_where_letters_never_arrive_is_not_written_to_until_it_is_proven_anew(
    action: str, status: str, outcome: str, house: House
) -> None:
    reader, job = told(house)
    other, _ = told(house, "cleo@example.net")
    address = return_addresses.bounce_address(house.settings, house.keys, job)
    assert receive(house, report(address, action, status)) == outcome
    found = correspondents.find(house.db, reader)
    assert found is not None
    assert found.reachable is (outcome != "bounced")
    assert found.bounce == (status if outcome == "bounced" else "")
    assert is_reachable(house, other)
    correspondents.confirm(house.db, reader, now=ids.now())
    assert is_reachable(house, reader)


QMAIL = "Hi. This is the qmail-send program.\n\n<ben@example.net>:\nx does not like recipient.\nRemote host said: {}\n"


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        (QMAIL.format("550 5.1.1 <ben@example.net> no such user"), "bounced"),
        (QMAIL.format("550 no such user"), "refused"),
        (QMAIL.format("421 come again"), "delayed"),
        ("I am on the beach until Monday.", "automatic"),
    ],
)
def test_a_report_in_words_alone_is_understood_as_far_as_it_can_be(text: str, outcome: str, house: House) -> None:
    _, job = told(house)
    to = return_addresses.bounce_address(house.settings, house.keys, job)
    assert receive(house, letter(to, text, sender="MAILER-DAEMON@example.net", above="")) == outcome


FAILED = b"Action: failed\nStatus: 5.1.1"


@pytest.mark.parametrize(("begins", "outcome"), [(100_000 - len(FAILED), "bounced"), (100_000, "automatic")])
def test_of_a_report_no_more_than_a_hundred_kilobytes_is_read(begins: int, outcome: str, house: House) -> None:
    """Whoever ever got a letter can send one, and whoever comes after it waits."""
    reader, job = told(house)
    raw = report(return_addresses.bounce_address(house.settings, house.keys, job), "failed", "5.1.1")
    text = b"I am sorry to have to inform you.\n"
    raw = raw.replace(text, text + b"\n" * (begins - raw.index(FAILED)))
    assert raw.index(FAILED) == begins
    assert receive(house, raw) == outcome
    assert is_reachable(house, reader) is (outcome != "bounced")


@pytest.mark.parametrize(("parts", "outcome"), [(40, "bounced"), (41, "automatic")])
def test_a_report_of_more_than_forty_parts_within_each_other_is_not_read(
    parts: int, outcome: str, house: House
) -> None:
    """Each of its lines would be held against each of them."""
    reader, job = told(house)
    to = return_addresses.bounce_address(house.settings, house.keys, job)
    above = "".join(f'multipart/mixed; boundary="p{n}"\n\n--p{n}\nContent-Type: ' for n in range(parts - 1))
    assert receive(house, report(to, "failed", "5.1.1", kind=f"{above}multipart/report")) == outcome
    assert is_reachable(house, reader) is (outcome != "bounced")


def test_a_report_to_a_forged_address_stops_no_letters(house: House) -> None:
    reader, job = told(house)
    address = return_addresses.bounce_address(house.settings, house.keys, job)
    forged = address.replace(job, ids.new_id())
    assert receive(house, report(forged, "failed", "5.1.1")) == "unknown"
    assert is_reachable(house, reader)


# ── the addresses themselves ────────────────────────────────────────────────────────────────────────────────────────


def test_addresses_fit_where_mail_servers_take_them(house: House) -> None:
    house.settings = house.settings.with_(reply_address=f"{'a' * 20}@example.org")
    for address in (
        return_addresses.reply_address(house.settings, house.keys, ids.new_id(), ids.new_id()),
        return_addresses.bounce_address(house.settings, house.keys, ids.new_id()),
    ):
        assert len(address.partition("@")[0]) == 64
        assert address == address.lower()


def test_without_letters_that_come_in_there_is_no_address_to_answer_to(house: House) -> None:
    settings = house.settings.with_(mail_piped=False)
    assert return_addresses.reply_address(settings, house.keys, ids.new_id(), ids.new_id()) == ""
    assert return_addresses.bounce_address(settings, house.keys, ids.new_id()) == "answers@example.org"
    assert return_addresses.bounce_address(house.settings, house.keys, "trial") == "answers@example.org"

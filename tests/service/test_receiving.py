"""A letter that came in: the author's becomes the answer, others a note, and nobody unproven is written to."""

import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from comments_service import ids, receiving, return_addresses, worker
from comments_service.identity import authors
from comments_service.mail import signatures
from comments_service.models import Comment, Role, State, Verb
from comments_service.store import comments, correspondents, inbox, limits, news, outbox, people
from tests.support import writing_in
from tests.support.actors import House, furnish
from tests.support.writing_in import ADDRESS, PASSES, RECEIVES, letter, names, reply_address, sample, signed

QUESTION = "How do you keep track of whom you met?\n\nAnd what do you do when a name is gone?"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house to which a mail server hands letters, and vouches for their senders."""
    with furnish(tmp_path, **RECEIVES) as made:
        yield made


def asked(house: House, **more: Any) -> Comment:
    return house.reader("Ben Okri").says(QUESTION, wants_answer="yes", **more)


def receive(house: House, raw: bytes, **more: str) -> str:
    return receiving.receive(house.db, house.settings, house.keys, raw, **more)  # type: ignore[arg-type]


def answers(house: House, comment: Comment) -> list[Comment]:
    return [one for one in comments.of_root(house.db, comment.root) if one.parent == comment.id]


def noted(house: House) -> list[str]:
    return [one.outcome for one in inbox.newest(house.db, limit=100)]


def letters(house: House) -> list[str]:
    house.work()
    return [one.text for one in house.letters]


# ── the answer ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_letter_becomes_the_answer_publishes_what_it_answers_and_closes_the_turn(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgres_server").new_database() if database == "postgresql" else ""
    with furnish(tmp_path, database=url, **RECEIVES) as house:
        question = asked(house)
        assert question.state is State.HELD
        assert receive(house, sample("gmail-web", reply_address(house, question))) == "taken"
        (answer,) = answers(house, question)
        assert answer.text == writing_in.expected("gmail-web")
        assert answer.author == house.author.account.id
        assert answer.state is State.PUBLISHED
        assert house.now_of(question).state is State.PUBLISHED
        state = house.db.value("SELECT state FROM conversations WHERE id = :id", id=question.conversation)
        assert state == "answered"
        (note,) = inbox.newest(house.db, limit=9)
        assert (note.outcome, note.comment) == ("taken", question.id)
        assert letters(house) == []
        assert "write three lines on the evening itself" in house.fragment()


def test_a_letter_that_comes_twice_answers_once(house: House) -> None:
    question = asked(house)
    raw = letter(reply_address(house, question))
    assert receive(house, raw) == "taken"
    assert receive(house, raw) == "again"
    assert receive(house, raw.replace(b"Received: from far", b"Received: from another")) == "again"
    assert len(answers(house, question)) == 1
    assert noted(house) == ["taken"]


def test_the_same_words_in_two_letters_answer_once(house: House) -> None:
    question = asked(house)
    to = reply_address(house, question)
    assert receive(house, letter(to)) == "taken"
    assert receive(house, letter(to, id_="<two@example.org>")) == "again"
    assert len(answers(house, question)) == 1


def test_an_answer_to_a_private_word_stays_private(house: House) -> None:
    question = asked(house, private=True)
    assert receive(house, letter(reply_address(house, question))) == "taken"
    (answer,) = answers(house, question)
    assert answer.private_at is not None
    assert "Three lines" not in house.fragment()


def test_an_address_in_capitals_is_the_same_address(house: House) -> None:
    question = asked(house)
    assert receive(house, letter(reply_address(house, question).upper(), sender="ANA@Example.org")) == "taken"


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


def test_an_account_that_may_not_read_it_answers_nothing_private(house: House) -> None:
    mo = authors.add(house.db, "Mo Lind", Role.MODERATOR)
    people.move(house.db, mo.id, "mo@example.org")
    question = asked(house, private=True)
    raw = letter(reply_address(house, question, mo), sender="mo@example.org")
    assert receive(house, raw) == "gone"
    assert answers(house, question) == []


def test_whoever_has_an_account_answers_as_that_account(house: House) -> None:
    rui = authors.add(house.db, "Rui Lima", Role.AUTHOR)
    people.move(house.db, rui.id, "rui@example.org")
    question = asked(house)
    assert receive(house, letter(reply_address(house, question, rui), sender="Rui <rui@example.org>")) == "taken"
    (answer,) = answers(house, question)
    assert answer.name == "Rui Lima"


# ── who may ─────────────────────────────────────────────────────────────────────────────────────────────────────────


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


# ── machines ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_letter_of_a_machine_answers_nothing_and_is_not_answered(house: House) -> None:
    question = asked(house)
    raw = letter(reply_address(house, question), "I am away until Monday.", more="Auto-Submitted: auto-replied\n")
    assert receive(house, raw) == "automatic"
    assert answers(house, question) == []
    assert letters(house) == []


def test_our_own_letter_that_comes_back_is_taken_for_a_machines(house: House) -> None:
    question = asked(house)
    to = reply_address(house, question)
    receive(house, letter(to, ""))
    house.work()
    (file,) = (house.settings.data / "letters").glob("*.eml")
    own = file.read_bytes().replace(b"To: ana@example.org", b"To: " + to.encode())
    assert receive(house, PASSES.encode() + own) == "automatic"


def test_a_storm_of_letters_is_answered_a_few_times_at_most(house: House) -> None:
    to = reply_address(house, asked(house))
    for number in range(12):
        assert receive(house, letter(to, "", id_=f"<{number}@example.org>")) == "empty"
    assert len(letters(house)) == 6


# ── what can't be taken ─────────────────────────────────────────────────────────────────────────────────────────────


def returned(house: House) -> str:
    (text,) = letters(house)
    return " ".join(text.split())


def test_a_letter_without_words_is_answered_kindly_and_once(house: House) -> None:
    question = asked(house)
    quote = "\n".join(f"> {line}" for line in QUESTION.splitlines())
    raw = letter(reply_address(house, question), f"On 27 Nov 2026, at 19:12, Rapport wrote:\n\n{quote}")
    assert receive(house, raw) == "empty"
    assert receive(house, raw) == "again"
    assert "No words of yours were found" in returned(house)
    (file,) = (house.settings.data / "letters").glob("*.eml")
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert message["To"] == ADDRESS
    assert message.get_all("Auto-Submitted") == ["auto-replied"]
    assert message["In-Reply-To"] == message["References"] == "<one@example.org>"
    assert message["Subject"] == "Your answer was not taken · Rapport"


def test_a_letter_with_an_odd_id_is_answered_all_the_same(house: House) -> None:
    assert receive(house, letter(reply_address(house, asked(house)), "", id_="<=?utf-8?q?x?=@example.org>")) == "empty"
    (said,) = [one for one in letters(house) if "No words of yours" in one]
    assert "Write above" in said


@pytest.mark.parametrize("decision", [Verb.REJECT, Verb.SPAM, None])
def test_an_answer_to_what_no_longer_stands_is_told_so(decision: Verb | None, house: House) -> None:
    ben = house.reader("Ben Okri")
    question = ben.says(QUESTION)
    to = reply_address(house, question)
    if decision:
        house.author.decides(question, decision)
    else:
        ben.withdraws(question)
    assert receive(house, letter(to)) == "gone"
    assert "no longer stands" in returned(house)


def test_words_that_were_changed_since_are_not_published_unread(house: House) -> None:
    ben = house.reader("Ben Okri")
    question = ben.says(QUESTION)
    to = reply_address(house, question)
    house.shift_clock(minutes=5)
    ben.edits(question, "Buy my pills at evil.example!")
    assert receive(house, letter(to)) == "changed"
    assert house.now_of(question).state is State.HELD
    assert "was changed since" in returned(house)
    house.shift_clock(minutes=1)
    seen = f"In-Reply-To: <{ids.new_id()}@localhost>\n"
    assert receive(house, letter(to, id_="<two@example.org>", more=seen)) == "taken", "that letter told of the change"


def test_what_is_too_long_is_told_so_in_the_words_of_the_form(house: House) -> None:
    question = asked(house)
    assert receive(house, letter(reply_address(house, question), "word " * 3000)) == "not_taken"
    assert "characters; 10,000 fit" in returned(house)


def test_words_are_taken_and_what_is_attached_is_told_to_be_left(house: House) -> None:
    question = asked(house)
    assert receive(house, sample("ios-mail-with-a-picture", reply_address(house, question))) == "files_left"
    (answer,) = answers(house, question)
    assert answer.text == writing_in.expected("ios-mail-with-a-picture")
    assert "What was attached to your letter was left out" in returned(house)


@pytest.mark.parametrize("name", ["outlook-with-a-logo", "proton"])
def test_a_logo_or_a_key_that_goes_with_every_letter_is_not_worth_a_word(name: str, house: House) -> None:
    assert receive(house, sample(name, reply_address(house, asked(house)))) == "taken"
    assert letters(house) == []


def test_a_picture_alone_is_no_answer(house: House) -> None:
    question = asked(house)
    raw = letter(reply_address(house, question), "").replace(b"text/plain; charset=utf-8", b"image/png; name=x.png")
    assert receive(house, raw) == "only_files"
    assert "only something attached" in returned(house)


def test_a_letter_of_twenty_megabytes_is_told_to_be_too_large_and_nothing_of_it_is_kept(house: House) -> None:
    question = asked(house)
    assert receive(house, letter(reply_address(house, question), "x" * 20_000_000)) == "too_large"
    assert answers(house, question) == []
    assert "larger than ten megabytes" in returned(house)


@pytest.mark.parametrize(
    ("raw", "outcome"),
    [
        (b"", "unknown"),
        (bytes(range(256)) * 100, "unknown"),
        (b"X: y\n" * 100_000, "unreadable"),
        (b"From: " + b"(" * 100_000 + b"\n\nx", "unreadable"),
    ],
    ids=["nothing", "noise", "an endless head", "comments within comments"],
)
def test_what_is_no_letter_is_noted(raw: bytes, outcome: str, house: House) -> None:
    assert receive(house, raw) == outcome
    assert noted(house) == [outcome]


def test_a_letter_of_parts_without_end_is_answered_kindly(house: House) -> None:
    to = reply_address(house, asked(house))
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000))
    head, _, _ = letter(to).partition(b"Content-Type")
    assert receive(house, head + nested) == "not_taken"
    assert "arrived broken" in returned(house)


def test_an_answer_and_its_note_are_kept_together_or_not_at_all(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    question = asked(house)
    raw = letter(reply_address(house, question))

    def fails(*_given: object, **_more: object) -> None:
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr(inbox, "settle", fails)
        with pytest.raises(OSError):  # noqa: PT011 -- the one above
            receive(house, raw)
    assert answers(house, question) == []
    assert noted(house) == []
    assert receive(house, raw) == "taken"


def test_no_word_and_no_address_of_a_letter_is_kept_in_its_note(house: House) -> None:
    receive(house, letter(reply_address(house, asked(house)), sender="eve@evil.example"))
    receive(house, letter("unknown@example.org"))
    kept = str(house.db.rows("SELECT * FROM inbox"))
    assert "Three lines" not in kept
    assert "@" not in kept


def test_strangers_do_not_fill_the_notes(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.LIMITS, "noted", (limits.Limit("site", 3, 3600),))
    for number in range(5):
        assert receive(house, letter("unknown@example.org", str(number))) == "unknown"
    assert len(noted(house)) == 3
    assert receive(house, letter(reply_address(house, asked(house)))) == "taken", "an author is not among them"


def test_notes_are_forgotten_after_a_month(house: House) -> None:
    receive(house, letter("unknown@example.org"))
    house.shift_clock(days=29)
    worker.tidy(house.db, house.settings)
    assert noted(house) == ["unknown"]
    house.shift_clock(days=2)
    worker.tidy(house.db, house.settings)
    assert noted(house) == []


# ── letters of ours that come back ──────────────────────────────────────────────────────────────────────────────────


def told(house: House, address: str = "ben@example.net") -> tuple[str, str]:
    """A reader who was told something by a letter; returns their id as a correspondent and the letter's."""
    reader = correspondents.welcome(house.db, address, "en")
    correspondents.confirm(house.db, reader.id, now=ids.now())
    job = ids.new_id()
    news.add(house.db, "answered", f"answered {job}", correspondent=reader.id, letter=job)
    return reader.id, job


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
    untouched = correspondents.find(house.db, other)
    assert untouched is not None
    assert untouched.reachable
    correspondents.confirm(house.db, reader, now=ids.now())
    again = correspondents.find(house.db, reader)
    assert again is not None
    assert again.reachable


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


def test_a_report_of_parts_and_lines_without_end_keeps_nobody_waiting(house: House) -> None:
    _, job = told(house)
    to = return_addresses.bounce_address(house.settings, house.keys, job)
    nested = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(90))
    raw = f"From: x@example.net\nTo: {to}\n{nested}Content-Type: text/plain\n\n".encode() + b"\n" * 1_000_000
    began = time.process_time()
    assert receive(house, raw) == "automatic"
    assert time.process_time() - began < 2


def test_a_report_to_a_forged_address_stops_no_letters(house: House) -> None:
    reader, job = told(house)
    address = return_addresses.bounce_address(house.settings, house.keys, job)
    forged = address.replace(job, ids.new_id())
    assert receive(house, report(forged, "failed", "5.1.1")) == "unknown"
    found = correspondents.find(house.db, reader)
    assert found is not None
    assert found.reachable


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


def test_what_an_answer_by_letter_tells_its_writer_goes_to_their_account(house: House) -> None:
    receive(house, letter(reply_address(house, asked(house)), ""))
    (job,) = outbox.due(house.db, now=ids.now(), limit=9, lane=outbox.LETTERS)
    assert set(job.data) == {"person", "outcome", "said", "comment", "answers"}

"""A letter that can't be taken: whoever is proven is told kindly and once, machines and noise are only noted."""

from email import message_from_bytes, policy

import pytest

from comments_service import ids, worker
from comments_service.models import Verb
from comments_service.store import limits, outbox
from tests.support.actors import House
from tests.support.writing_in import (
    ADDRESS,
    PASSES,
    QUESTION,
    answers,
    asked,
    letter,
    letters,
    noted,
    receive,
    reply_address,
    returned,
)


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


def test_what_is_too_long_is_told_so_in_the_words_of_the_form(house: House) -> None:
    question = asked(house)
    assert receive(house, letter(reply_address(house, question), "word " * 3000)) == "not_taken"
    assert "characters; 10,000 fit" in returned(house)


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


def test_a_letter_of_parts_without_end_is_answered_kindly(house: House) -> None:
    to = reply_address(house, asked(house))
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000))
    head, _, _ = letter(to).partition(b"Content-Type")
    assert receive(house, head + nested) == "not_taken"
    assert "arrived broken" in returned(house)


def test_what_an_answer_by_letter_tells_its_writer_goes_to_their_account(house: House) -> None:
    receive(house, letter(reply_address(house, asked(house)), ""))
    (job,) = outbox.due(house.db, now=ids.now(), limit=9, lane=outbox.LETTERS)
    assert set(job.data) == {"person", "outcome", "said", "comment", "answers"}


# ── machines and noise ──────────────────────────────────────────────────────────────────────────────────────────────


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


# ── the notes ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_no_word_and_no_address_of_a_letter_is_kept_in_its_note(house: House) -> None:
    receive(house, letter(reply_address(house, asked(house)), sender="eve@evil.example"))
    receive(house, letter("unknown@example.org"))
    assert noted(house) == ["unknown", "stranger"]
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

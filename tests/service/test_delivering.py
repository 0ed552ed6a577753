"""Delivering: the letters' own queue, what is tried again or given up, what is said of it, and when it is forgotten."""

import logging

import pytest

from comments_service import ids, proofs, wording, worker
from comments_service.store import claims, errands, outbox
from tests.support import asking, post
from tests.support.actors import House
from tests.support.handing_over import deliver, undone
from tests.support.post import PostOffice, open_office


def test_a_code_that_was_asked_for_arrives_once(either_house: House) -> None:
    challenge = asking.for_a_code(either_house)
    with open_office() as office:
        assert deliver(either_house, office) == 1
        assert deliver(either_house, office) == 0
    (message,) = office.messages
    assert message["To"] == "ben@example.net"
    assert message["Message-ID"] == f"<{challenge.id}@localhost>"
    assert proofs.code(either_house.keys, challenge.id) in office.letters[0].decode()
    assert undone(either_house) == []


def test_a_busy_server_gets_the_letter_later_with_growing_pauses(either_house: House) -> None:
    house = either_house
    challenge = asking.for_a_code(house)
    with open_office(at_data=lambda: "451 4.7.1 Later, ben@example.net") as office:
        for tries, pause in enumerate((1, 4, 16), start=1):
            assert deliver(house, office) == 1
            assert deliver(house, office) == 0, "not before its time"
            (one,) = undone(house)
            assert (one.job.attempts, one.gave_up_at) == (tries, None)
            assert one.error == "The mail server asks to come again later (451 4.7.1)."
            assert outbox.troubled(house.db, outbox.LETTERS)
            house.shift_clock(seconds=pause + 1)
        office.at_data = lambda: post.YES
        assert deliver(house, office) == 1
    assert [message["Message-ID"] for message in office.messages] == [f"<{challenge.id}@localhost>"]
    assert undone(house) == []
    assert not outbox.troubled(house.db, outbox.LETTERS)


def test_an_address_that_is_nobodys_is_given_up_at_once_and_the_others_go(either_house: House) -> None:
    house = either_house
    asking.for_a_code(house, "nobody@example.net")
    asking.for_a_code(house, "cleo@example.net")
    answers = iter(["550 5.1.1 nobody@example.net is unknown", post.YES])
    with open_office(at_rcpt=lambda: next(answers)) as office:
        assert deliver(house, office) == 2
    assert [to for _, to, _ in office.envelopes] == [["cleo@example.net"]]
    (one,) = undone(house)
    assert one.gave_up_at is not None
    assert one.error == "The mail server refused this address (550 5.1.1)."
    assert outbox.troubled(house.db, outbox.LETTERS)
    house.shift_clock(days=1)
    assert outbox.due(house.db, now=ids.now(), limit=1, lane=outbox.LETTERS) == []


def test_a_letter_that_came_too_late_is_dropped_without_a_word(house: House) -> None:
    asking.for_a_code(house)
    with open_office(at_data=lambda: "451 Later") as office:
        deliver(house, office)
        house.shift_clock(minutes=31)
        office.at_data = lambda: post.YES
        assert deliver(house, office) == 1
    assert office.letters == []
    assert house.count("jobs") == 0


def test_after_the_last_try_a_letter_is_kept_with_its_reason(house: House) -> None:
    challenge = asking.for_a_code(house)
    house.db.execute("UPDATE challenges SET expires = :late", late=ids.now(days=9))
    nobody = PostOffice()
    first = ids.moment()
    for _ in range(claims.TRIES):
        last = ids.moment()
        assert deliver(house, nobody) == 1
        assert deliver(house, nobody) == 0
        house.shift_clock(seconds=wording.between(ids.now(), undone(house)[0].run_at) + 1)
    assert 4 <= (last - first).total_seconds() / 86400 < 5, "RFC 5321 (4.5.4.1) asks for four or five days"
    (one,) = undone(house)
    assert (one.job.subject, one.job.attempts) == (challenge.id, claims.TRIES)
    assert one.gave_up_at is not None
    assert one.error == "The mail server could not be reached."


def test_letters_of_one_round_go_in_one_connection_and_a_refused_one_keeps_no_other(house: House) -> None:
    names = ("amy", "ben", "cleo", "dan")
    for name in names:
        asking.for_a_code(house, f"{name}@example.net")
    answers = iter(["", "550 5.1.1 Nobody", "", ""])
    with post.scripted_office({"RCPT": lambda: next(answers)}) as office:
        assert deliver(house, office) == 4
    assert (office.heard.count("greeting"), len(office.letters)) == (1, 3)
    assert outbox.given_up(house.db, lanes=outbox.BY_POST) == 1


def test_a_server_that_is_away_is_tried_once_for_all_that_were_claimed(house: House) -> None:
    for name in ("amy", "ben", "cleo"):
        asking.for_a_code(house, f"{name}@example.net")
    with post.scripted_office({"greeting": "421 4.3.2 Back soon"}) as office:
        assert deliver(house, office) == 3
    assert office.heard == ["greeting"]
    assert [one.job.attempts for one in undone(house)] == [1, 1, 1]


def test_the_pages_queue_takes_no_letter_and_the_letters_queue_no_page(house: House) -> None:
    asking.for_a_code(house)
    house.reader().says("Hello.")
    assert worker.work_once(house.db, house.settings) > 0
    assert [one.job.fact for one in undone(house)] == ["letter.code"]
    house.work()
    assert house.count("jobs") == 0
    assert [one.to for one in house.letters] == ["ben@example.net"]


# ── what is said of it ──────────────────────────────────────────────────────────────────────────────────────────────


def test_what_goes_wrong_on_our_side_keeps_no_other_letter_and_tells_no_address(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    first = asking.for_a_code(house, "cleo@example.net")
    # No door lets such an address in; an older version may have.
    house.db.execute("UPDATE challenges SET address = :odd WHERE id = :id", odd="cleo at home", id=first.id)
    asking.for_a_code(house)
    with open_office() as office, caplog.at_level(logging.INFO):
        assert deliver(house, office) == 2
    assert [to for _, to, _ in office.envelopes] == [["ben@example.net"]]
    (one,) = undone(house)
    assert one.error == "Something went wrong on our side (ValueError); the log says more."
    told = "".join(str(vars(record)) for record in caplog.records if record.name.startswith("rapport"))
    assert "letter.code failed: ValueError" in told
    assert "cleo" not in told
    assert "example.net" not in told


def test_nothing_that_is_logged_of_a_letter_says_whose_or_what_it_is(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    challenge = asking.for_a_code(house)
    answers = iter(["451 Not now, ben@example.net", "550 Never, ben@example.net"])
    with open_office(at_rcpt=lambda: next(answers)) as office, caplog.at_level(logging.INFO, "rapport"):
        deliver(house, office)
        house.shift_clock(seconds=2)
        deliver(house, office)
    lines = [record.getMessage() for record in caplog.records if record.name.startswith("rapport")]
    assert lines == [
        "letter.code has to wait: The mail server asks to come again later (451).",
        "letter.code was given up: The mail server refused this address (550).",
    ]
    assert challenge.id not in str(lines)


# ── when it is forgotten ────────────────────────────────────────────────────────────────────────────────────────────


def test_the_worker_forgets_what_was_begun_and_given_up_long_ago(either_house: House) -> None:
    house = either_house
    asking.for_a_code(house)
    house.db.insert(
        "authorizations",
        {"state": "s", "errand": "e", "provider": "github", "data": "{}", "created": ids.now(),
         "expires": ids.now(minutes=10), "used_at": None},
    )  # fmt: skip
    (job,) = outbox.due(house.db, now=ids.now(), limit=1, lane=outbox.LETTERS)
    outbox.give_up(house.db, job, "Never.")
    outbox.put(house.db, "page.liked", "/a/")
    (liked,) = outbox.due(house.db, now=ids.now(), limit=1)
    outbox.give_up(house.db, liked, "Never.")
    tables = ("errands", "challenges", "authorizations")
    house.shift_clock(hours=25)
    worker.tidy(house.db, house.settings)
    assert [house.count(table) for table in tables] == [1, 0, 0], "an errand lasts two hours, and a day more"
    house.shift_clock(hours=2)
    worker.tidy(house.db, house.settings)
    assert [house.count(table) for table in tables] == [0, 0, 0]
    assert len(undone(house)) == 1
    house.shift_clock(days=30)
    worker.tidy(house.db, house.settings)
    assert undone(house) == []
    assert outbox.given_up(house.db) == 1, "a page that was given up wants an operator"


def test_letters_on_this_machine_are_forgotten_after_a_month(house: House) -> None:
    asking.for_a_code(house)
    house.work()
    house.shift_clock(days=29)
    worker.tidy(house.db, house.settings)
    assert len(house.letters) == 1
    house.shift_clock(days=2)
    worker.tidy(house.db, house.settings)
    assert house.letters == []


def test_an_errand_that_lasts_is_kept(house: House) -> None:
    challenge = asking.for_a_code(house)
    worker.tidy(house.db, house.settings)
    assert errands.find_challenge(house.db, challenge.id) is not None

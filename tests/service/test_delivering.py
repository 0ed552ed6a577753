"""Delivering: the letters' own queue, its retries, and the worker that is stopped or killed with a letter in hand."""

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from pathlib import Path

import pytest

from comments_service import delivering, ids, mail, proofs, wording, worker
from comments_service.database import Database, opened
from comments_service.delivering import Delivery
from comments_service.settings import ROOT
from comments_service.store import claims, correspondents, errands, news, outbox
from comments_service.store.outbox import Undone
from tests.support import asking, post
from tests.support.actors import House
from tests.support.post import PostOffice, open_office
from tests.support.processes import PATIENCE_SECONDS, eventually


def deliver(house: House, office: PostOffice) -> int:
    """Deliver what is due by this office; returns how many letters that were."""
    settings = house.settings.with_(smtp_url=office.url, mail_from="ana@example.org")
    number = 0
    while portion := delivering.deliver_once(house.db, settings, house.keys):
        number += portion
    return number


def undone(house: House) -> list[Undone]:
    return outbox.undone(house.db, outbox.LETTERS, limit=10)


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


def test_several_workers_have_each_letter_once(either_house: House) -> None:
    house = either_house
    for number in range(12):
        asking.for_a_code(house, f"reader-{number}@example.net")

    def works() -> None:
        with opened(house.settings) as db:
            claimed.append([one.job.id for one in taken(db)])

    claimed: list[list[str]] = []
    workers = [threading.Thread(target=works) for _ in range(4)]
    for worker_ in workers:
        worker_.start()
    for worker_ in workers:
        worker_.join()
    once = [id_ for some in claimed for id_ in some]
    assert len(once) == len(set(once))
    assert len(once) + len(taken(house.db, limit=99)) == 12
    assert taken(house.db) == []
    house.shift_clock(minutes=2)
    assert len(taken(house.db, limit=99)) == 12, "what nobody began goes on when its claim ran out"


def taken(db: Database, limit: int = 3) -> list[claims.Claim]:
    with db.transaction():
        return claims.take(db, outbox.LETTERS, now=ids.now(), until=ids.now(minutes=1), limit=limit)


def test_who_was_overtaken_neither_begins_nor_ends_what_is_another_s(either_house: House) -> None:
    house = either_house
    asking.for_a_code(house)
    (slow,) = taken(house.db)
    house.shift_clock(minutes=2)
    (quick,) = taken(house.db)
    later = ids.now(minutes=6)
    assert claims.begin(house.db, [slow], now=ids.now(), until=later) == []
    (begun,) = claims.begin(house.db, [slow, quick], now=ids.now(), until=later)
    assert claims.done(house.db, [slow]) == []
    assert not claims.give_up(house.db, slow, "no")
    assert not claims.failed(house.db, slow, "no")
    claims.release(house.db, [slow])
    house.shift_clock(minutes=7)
    (third,) = taken(house.db)
    assert third.doubt == "the blog’s worker was stopped while it handed this letter over"
    assert claims.done(house.db, [begun]) == []
    assert claims.done(house.db, [begun, third]) == [third]


def test_a_server_that_never_said_whether_it_took_a_letter_gets_it_again_and_that_is_told(house: House) -> None:
    asking.for_a_code(house)
    (job,) = [one.job for one in undone(house)]
    ben = correspondents.welcome(house.db, "ben@example.net", "en")
    news.add(house.db, "test", "test", correspondent=ben.id, letter=job.id)
    answers = iter([post.HANGS_UP, "451 4.7.1 Later", ""])
    with post.scripted_office({"letter": lambda: next(answers)}) as office:
        for _ in range(3):
            assert deliver(house, office) == 1
            house.shift_clock(minutes=1)
    (told,) = news.of_letter(house.db, job.id)
    assert told.told_at is not None
    assert (
        told.remark == "It may have come twice: the mail server never said whether it took this letter the first time."
    )
    assert len(office.letters) == 3


def test_one_letter_that_cannot_be_written_keeps_none_of_those_that_begin_with_it(either_house: House) -> None:
    house = either_house
    asking.to_be_told(house, 12)
    # No door lets such an address in; an older version may have.
    house.db.execute("UPDATE correspondents SET address = 'cleo at home' WHERE address = 'reader-3@example.net'")
    house.db.execute(
        "UPDATE correspondents SET stopped_at = :now WHERE address = 'reader-5@example.net'", now=ids.now()
    )
    with open_office() as office:
        assert deliver(house, office) == 12
    assert len({message["Message-ID"] for message in office.messages}) == 10
    (one,) = outbox.undone(house.db, outbox.BULK, limit=99)
    assert one.error == "Something went wrong on our side (ValueError); the log says more."
    said = house.db.rows("SELECT remark, told_at FROM news ORDER BY id")
    assert [row["remark"] for row in said if row["told_at"] is None] == ["", "no letters go there"]


def test_a_worker_that_is_stopped_gives_back_what_it_did_not_hand_over_and_leaves_no_doubt(house: House) -> None:
    asking.to_be_told(house, 12)
    with open_office() as office:
        settings = house.settings.with_(smtp_url=office.url, mail_from="ana@example.org")
        line = mail.way_out(settings)
        stopped = Delivery(house.db, settings, house.keys, line, outbox.BULK, lambda: len(office.letters) == 3)
        stopped.round()
        line.close()
        assert len(office.letters) == 3
        assert deliver(house, office) == 9
    assert len({message["Message-ID"] for message in office.messages}) == 12
    assert house.db.value("SELECT count(*) FROM news WHERE told_at IS NOT NULL AND remark = ''") == 12


def test_a_clock_that_was_set_back_keeps_no_letter(house: House) -> None:
    asking.for_a_code(house)
    house.shift_clock(days=1)
    assert len(taken(house.db)) == 1
    house.shift_clock(days=-1)
    outbox.bring_forward(house.db, now=ids.now())
    assert len(taken(house.db)) == 1


def test_the_pages_queue_takes_no_letter_and_the_letters_queue_no_page(house: House) -> None:
    asking.for_a_code(house)
    house.reader().says("Hello.")
    assert worker.work_once(house.db, house.settings) > 0
    assert [one.job.fact for one in undone(house)] == ["letter.code"]
    house.work()
    assert house.count("jobs") == 0
    assert [one.to for one in house.letters] == ["ben@example.net"]


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


# ── the worker's thread, in a real process ──────────────────────────────────────────────────────────────────────────


@contextmanager
def working(house: House, office: PostOffice) -> Iterator["subprocess.Popen[bytes]"]:
    """A worker process of the house, with this post office, until the block ends."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("RAPPORT_")}
    mine = {
        "RAPPORT_DATA": str(house.settings.data),
        "RAPPORT_OUTPUT": str(house.settings.output),
        "RAPPORT_DATABASE": house.settings.database,
        "RAPPORT_SMTP_URL": office.url,
        "RAPPORT_MAIL_FROM": "ana@example.org",
        "RAPPORT_LOG": "warning",
        "RAPPORT_CLOCK_FILE": str(house.settings.data / "clock"),
    }
    process = subprocess.Popen([sys.executable, "-m", "comments_service", "worker"], env=clean | mine, cwd=ROOT)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(PATIENCE_SECONDS)


def test_a_worker_killed_between_handing_over_and_marking_repeats_that_letter_alone(house: House) -> None:
    """And a mail program sees by its Message-ID that it is the same."""
    before = asking.for_a_code(house, "amy@example.net")
    doomed = asking.for_a_code(house, "ben@example.net")
    running: list[subprocess.Popen[bytes]] = []
    known = threading.Event()

    def kills_at_the_second() -> str:
        if len(office.read) == 2:
            assert known.wait(PATIENCE_SECONDS)
            running[0].kill()
            running[0].wait()
        return post.YES

    with open_office(at_data=kills_at_the_second) as office:
        with working(house, office) as process:
            running.append(process)
            known.set()
            assert process.wait(PATIENCE_SECONDS) == -signal.SIGKILL
        assert [one.job.subject for one in undone(house)] == [doomed.id]
        house.shift_clock(minutes=5)
        assert outbox.due(house.db, now=ids.now(), limit=1, lane=outbox.LETTERS) == [], "another may have it in hand"
        house.shift_clock(minutes=2)
        with working(house, office):
            eventually(lambda: house.count("jobs") == 0, "the next worker marks it")
    sent = [str(message_from_bytes(letter)["Message-ID"]) for letter in office.read]
    assert sent == [f"<{one.id}@localhost>" for one in (before, doomed, doomed)]


def test_a_worker_that_is_stopped_finishes_the_letter_in_hand(either_house: House) -> None:
    house = either_house
    asking.for_a_code(house, "amy@example.net")
    asking.for_a_code(house, "ben@example.net")
    in_hand, told = threading.Event(), threading.Event()

    def takes_its_time() -> str:
        in_hand.set()
        assert told.wait(PATIENCE_SECONDS)
        return post.YES

    with open_office(at_data=takes_its_time) as office, working(house, office) as process:
        assert in_hand.wait(PATIENCE_SECONDS)
        process.send_signal(signal.SIGTERM)
        told.set()
        assert process.wait(PATIENCE_SECONDS) == 0
    # The second may have been begun before the signal was heard; whatever was handed over is marked.
    assert len(undone(house)) == 2 - len(office.letters)
    assert len(office.letters) >= 1


def test_a_mail_server_that_never_answers_keeps_no_page_waiting(house: House) -> None:
    challenge = asking.for_a_code(house)
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    with listening, working(house, PostOffice(port=port)) as process:
        caller, _ = listening.accept()
        house.reader().says("Hello.")
        eventually(lambda: [one.job.subject for one in undone(house)] and house.count("jobs") == 1, "the page is done")
        assert [(one.job.subject, one.job.attempts) for one in undone(house)] == [(challenge.id, 0)]
        process.send_signal(signal.SIGTERM)
        caller.close()
        assert process.wait(PATIENCE_SECONDS) == 0
    (one,) = undone(house)
    assert one.error == "The connection to the mail server broke off."


def test_a_newsletter_to_many_and_a_slow_server_keep_no_code_waiting(house: House) -> None:
    asking.to_be_told(house, 30)
    arrived = threading.Event()

    def never_done_with_the_many() -> str:
        if b"ben@example.net" in office.read[-1]:
            arrived.set()
        return post.YES if arrived.wait(PATIENCE_SECONDS) else "451 Later"

    with open_office(at_data=never_done_with_the_many) as office, working(house, office):
        eventually(lambda: office.read, "the first of the many is in the server's hands")
        asking.for_a_code(house)
        eventually(arrived.is_set, "the code is there")
        eventually(lambda: house.count("jobs") == 0, "and the many follow")
    assert len(office.letters) == 31


def test_a_page_that_fails_keeps_no_letter_waiting(house: House, tmp_path: Path) -> None:
    house.reader().says("Hello.")
    broken = tmp_path / "output"
    broken.mkdir()
    (broken / ".rapport.json").write_text("no manifest")
    with open_office() as office, working(house, office):
        eventually(lambda: house.db.value("SELECT count(*) FROM jobs WHERE attempts > 0"), "a page has failed")
        asking.for_a_code(house)
        eventually(lambda: office.letters, "a letter goes all the same")

"""The worker's own threads for letters, in a real process: killed, stopped, or beside what is slow or fails."""

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

from comments_service import ids
from comments_service.settings import ROOT
from comments_service.store import outbox
from tests.support import asking, post
from tests.support.actors import House
from tests.support.handing_over import undone
from tests.support.post import PostOffice, open_office
from tests.support.processes import PATIENCE_SECONDS, eventually


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

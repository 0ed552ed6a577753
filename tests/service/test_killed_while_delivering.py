"""Whatever the step at which a worker is killed, each letter comes once, or its news say why it may have come twice."""

import json
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes

import pytest

from comments_service.mail import letters
from comments_service.settings import ROOT
from comments_service.store import correspondents, news, outbox
from tests.support import asking
from tests.support.actors import House
from tests.support.handing_over import deliver
from tests.support.killing import STEPS
from tests.support.post import PostOffice, open_office

# Only from here on nobody can know, and the second of two is a surprise to none who reads the desk.
MAY_BE_TWO = list(STEPS)[list(STEPS).index("after the beginning") :]


@pytest.fixture(scope="module")
def doomed() -> Iterator["subprocess.Popen[str]"]:
    """A program whose processes die on request."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.killing"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    with process:
        yield process
        assert process.stdin
        process.stdin.close()


def three_letters(house: House, step: str) -> dict[str, str]:
    """Three letters that wait, each with something that it tells; returns the job of each by its Message-ID."""
    jobs = {}
    for name in ("amy", "ben", "cleo"):
        address = f"{name}-{list(STEPS).index(step)}@example.net"
        challenge = asking.for_a_code(house, address)
        (job,) = [one.job for one in outbox.undone(house.db, outbox.LETTERS, limit=1)]
        reader = correspondents.welcome(house.db, address, "en")
        news.add(house.db, "test", f"test {address}", correspondent=reader.id, letter=job.id)
        jobs[f"<{challenge.id}@{letters.host(house.settings)}>"] = job.id
    return jobs


def killed(doomed: "subprocess.Popen[str]", house: House, office: PostOffice, step: str) -> int:
    assert doomed.stdin
    assert doomed.stdout
    order = {"step": step, "data": str(house.settings.data), "database": house.settings.database, "smtp": office.url}
    doomed.stdin.write(json.dumps(order) + "\n")
    doomed.stdin.flush()
    return int(doomed.stdout.readline())


def test_each_letter_comes_once_or_says_why_it_may_have_come_twice(
    either_house: House, doomed: "subprocess.Popen[str]"
) -> None:
    house = either_house
    for step in STEPS:
        jobs = three_letters(house, step)
        with open_office() as office:
            assert killed(doomed, house, office, step) == signal.SIGKILL, step
            house.shift_clock(minutes=7)
            deliver(house, office)
        came = Counter(str(message_from_bytes(letter)["Message-ID"]) for letter in office.letters)
        assert house.count("jobs") == 0, step
        assert set(came) == set(jobs), step
        for letter, times in came.items():
            (told,) = news.of_letter(house.db, jobs[letter])
            assert told.told_at is not None, step
            assert times == 1 or "may have come twice: the blog’s worker was stopped" in told.remark, step
            assert not told.remark or step in MAY_BE_TWO, step
        assert sum(times - 1 for times in came.values()) <= 1, f"{step}: one letter at most is ever in doubt"


@pytest.mark.parametrize("step", ["after the letter is taken", "in the ending, before it is kept"])
def test_of_letters_to_many_ten_at_most_are_ever_in_doubt_and_all_say_so(
    house: House, doomed: "subprocess.Popen[str]", step: str
) -> None:
    asking.to_be_told(house, 25)
    with open_office() as office:
        assert killed(doomed, house, office, step) == signal.SIGKILL
        before = len(office.letters)
        house.shift_clock(minutes=7)
        deliver(house, office)
    came = Counter(str(message_from_bytes(letter)["Message-ID"]) for letter in office.letters)
    twice = {letter for letter, times in came.items() if times > 1}
    remarks = house.db.rows("SELECT letter, remark FROM news WHERE told_at IS NOT NULL")
    doubted = {f"<{row['letter']}@{letters.host(house.settings)}>" for row in remarks if row["remark"]}
    assert (house.count("jobs"), len(came), len(remarks)) == (0, 25, 25)
    assert len(twice) == before <= 10
    assert twice <= doubted
    assert len(doubted) == 10

"""Letters: ten thousand of them handed to a mail server on this machine, beside what the bare library hands to it."""

import os
import smtplib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from comments_service import delivering, mail, notifying, publishing
from comments_service.settings import ROOT
from comments_service.store import outbox
from tests.bench.load import weight
from tests.support import asking
from tests.support.actors import House, furnish, page
from tests.support.processes import eventually, free_port

LETTERS = 10_000
_BARE = 2_000
# A mail server that reads every letter and keeps none, in a process of its own.
_SERVER = """
import sys, time
from aiosmtpd.controller import Controller
class Reads:
    async def handle_DATA(self, server, session, envelope):
        return "250 Taken"
Controller(Reads(), hostname="127.0.0.1", port=int(sys.argv[1])).start()
while True:
    time.sleep(60)
"""


def measure(folder: Path, row: Callable[..., None]) -> None:
    """Drain a newsletter in rounds, as the worker does, in this process. The bare library sends one finished letter.

    A server of this machine is quicker than those elsewhere, so that what we add to each letter weighs most here.
    """
    with _server() as port, furnish(folder / "letters", essays=()) as house:
        house.settings = house.settings.with_(smtp_url=f"smtp://127.0.0.1:{port}", mail_from="ana@example.org")
        _queue(house)
        first = _bare(house, port)
        rate, before, after = _drained(house)
        bare = (first + _bare(house, port)) / 2  # whatever the machine does besides hits both
    share = rate / bare
    row(f"letters drained, of bare smtplib's {bare:,.0f}/s", f"{rate:,.0f}/s, {share:.2f}", "0.5", kept=share >= 0.5)
    row("memory of the worker meanwhile", f"{before:.0f} MB, then {after:.0f}", "flat", kept=after - before < 10)


@contextmanager
def _server() -> Iterator[int]:
    port = free_port()
    process = subprocess.Popen([sys.executable, "-c", _SERVER, str(port)], cwd=ROOT)

    def answers() -> bool:
        try:
            with smtplib.SMTP("127.0.0.1", port, timeout=5):
                return True
        except OSError:
            return False

    try:
        eventually(answers, "the mail server answers")
        yield port
    finally:
        process.terminate()
        process.wait()


def _bare(house: House, port: int) -> float:
    """Letters a second by the library alone, on one connection, the letter composed once."""
    letter = mail.compose(house.settings, notifying.of_essay(house.db, house.settings, house.keys, page("/a/")))
    started = time.monotonic()
    with smtplib.SMTP("127.0.0.1", port) as client:
        for number in range(_BARE):
            client.sendmail("ana@example.org", f"reader-{number}@example.org", letter)
    return _BARE / (time.monotonic() - started)


def _queue(house: House) -> None:
    publishing.register(house.db, (page("/a/"),))
    asking.to_be_told(house, LETTERS)


def _drained(house: House) -> tuple[float, float, float]:
    """Letters a second, and the megabytes of this process after the first tenth and after the last."""
    line = mail.way_out(house.settings)
    delivery = delivering.Delivery(house.db, house.settings, house.keys, line, outbox.BULK)
    number, before, started = 0, 0.0, time.monotonic()
    while portion := delivery.round():
        number += portion
        if not before and number >= LETTERS / 10:
            before = weight(os.getpid())
    took = time.monotonic() - started
    line.close()
    assert number == LETTERS
    assert house.count("jobs") == 0
    return number / took, before, weight(os.getpid())

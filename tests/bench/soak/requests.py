"""Requests: a hundred thousand that mean harm, in whole HTTP and in broken, to the service as it really runs."""

import random
import re
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import click

from comments_service import create_app, keys
from comments_service.database import Database, opened
from comments_service.identity import authors
from comments_service.identity.entries import Knock
from comments_service.models import Role
from comments_service.settings import Settings
from comments_service.store import people
from tests.bench.load import weight
from tests.bench.servers import free_port
from tests.bench.soak import asks, wire
from tests.bench.soak.afterwards import damage
from tests.bench.soak.house import PAGES, built, complaints, served
from tests.bench.soak.writing import until
from tests.data import attacks
from tests.support import conversation
from tests.support.actors import House
from tests.support.desk import account

_REQUESTS, _AT_ONCE, _SEED = 100_000, 8, 5
_RAW_SHARE = 0.3
_LONGEST_SECONDS, _PATIENCE_SECONDS = 5, 30
# What a process keeps for its threads grows until each has met everything, and no further.
_MOST_MEMORY_MB = 300
# Cookies are renewed after so many requests, since some of those sign out.
_RENEWED_AFTER = 100
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3}) ")
# What the server itself may answer to what is no HTTP/1 that it speaks.
_SERVERS_OWN = {501, 505}


@dataclass
class Outcome:
    """How often which status was answered, what went wrong with which request, complaints of the log, memory in MB.

    `harmful` are replies that were taken and whose HTML is not harmless; `alive` says whether it still answers.
    """

    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    harmful: list[str] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)
    taken: int = 0
    alive: bool = False


def exchange(port: int, sent: bytes) -> tuple[bytes, float]:
    """Send, then say that nothing more will come; all that is answered, and the seconds until the end.

    Raises TimeoutError when the end does not come.
    """
    begun, answer = time.monotonic(), b""
    with socket.create_connection(("127.0.0.1", port), timeout=_LONGEST_SECONDS) as connection:
        # Whoever is refused may be cut off in the middle of what they say.
        with suppress(BrokenPipeError, ConnectionResetError, OSError):
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
        with suppress(ConnectionResetError):
            while part := connection.recv(65_536):
                answer += part
    return answer, time.monotonic() - begun


def problem(answer: bytes, seconds: float, *, whole: bool) -> str:
    """What is wrong with an answer, to a request in whole HTTP or in broken; nothing if nothing is."""
    found = _STATUS.match(answer)
    status = int(found[1]) if found else 0
    if status >= 500 and not (status in _SERVERS_OWN and not whole):
        return f"answered {status}"
    if whole and not status:
        return "no answer"
    return f"took {seconds:.1f} s" if seconds > _LONGEST_SECONDS else ""


def _talk(house: House) -> None:
    conversation.held(house, PAGES[0])
    conversation.waiting(house, PAGES[0])
    account(house, "Mo Lind", Role.MODERATOR)
    house.reader("Ben").says("Is anybody in?", on=PAGES[1])


def _new_cookies(db: Database) -> list[str]:
    """Cookies of an open session for each account, and two that open nothing."""
    with db.transaction():
        sessions = [authors.open_session(db, one, "printed link", Knock()) for one in people.accounts(db)]
    opening = [f"rapport_session={secret}" for secret in sessions]
    return [*opening * 3, "rapport_session=forged", "rapport_device=forged"]


def request(number: int, known: asks.Known) -> tuple[bytes, bool]:
    """The request of this number, and whether it is one in whole HTTP."""
    chance = random.Random(f"{_SEED} {number}")  # noqa: S311 -- a play of chance
    if chance.random() < _RAW_SHARE:
        # What is damaged must not lead to a sign-in elsewhere, since an address might come out that is far away.
        near = replace(known, routes=[route for route in known.routes if not route.leads_away])
        return wire.raw(chance, lambda: asks.ask(chance, near)), False
    return asks.ask(chance, known), True


def _send(outcome: Outcome, here: Settings, known: asks.Known, numbers: Iterable[int]) -> None:
    with opened(here) as db:
        for turn, number in enumerate(numbers):
            if turn % _RENEWED_AFTER == 0:
                known = replace(known, cookies=_new_cookies(db))
            sent, whole = request(number, known)
            try:
                answer, seconds = exchange(known.port, sent)
            except OSError as error:
                outcome.wrong.append(f"{number}: {error!r}: {sent[:300]!r}")
                continue
            if wrong := problem(answer, seconds, whole=whole):
                outcome.wrong.append(f"{number}: {wrong}: {sent[:600]!r}")
            outcome.statuses.update(int(status) for status in _STATUS.findall(answer[:100]))


def _healthy(port: int) -> bool:
    answer, _ = exchange(port, b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    return answer.startswith(b"HTTP/1.1 200 ")


def run(folder: Path, requests: int, advance: Callable[[int], object] = lambda _: None) -> Outcome:
    """Send so many, eight at once, then look at what is there."""
    outcome, port, log = Outcome(), free_port(), folder / "serve.log"
    here = built(folder, furnish_more=_talk)
    with opened(here) as db:
        rows = [str(row["id"]) for row in db.rows("SELECT id FROM comments UNION SELECT id FROM people ORDER BY id")]
    known = asks.Known(port, asks.routes(create_app(here)), rows, PAGES, (), keys.load(here.data).api)
    with served(here, port, log) as server:
        until(lambda: _healthy(port), _PATIENCE_SECONDS)  # once the worker has given its first sign of life
        for numbers in (range(requests // 10), range(requests // 10, requests)):
            threads = [
                threading.Thread(target=_send, args=(outcome, here, known, numbers[first::_AT_ONCE]), daemon=True)
                for first in range(_AT_ONCE)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            outcome.memory.append(weight(server.pid))
            advance(len(numbers))
        outcome.alive = _healthy(port)
    outcome.complaints = complaints(log)
    with opened(here) as db:
        kept = [str(row["html"]) for row in db.rows("SELECT html FROM comments ORDER BY id")]
        outcome.harmful = [html for html in kept if attacks.findings(html)]
        outcome.damage = damage(db)
    outcome.taken = len(kept)
    return outcome


def programme(folder: Path, row: Callable[..., None]) -> None:
    """All of them, judged."""
    with click.progressbar(length=_REQUESTS, label="Sending requests that mean harm", file=sys.stderr) as bar:
        done = run(folder, _REQUESTS, bar.update)
    by_hundreds = Counter(f"{status // 100}xx" for status in done.statuses.elements())
    row(f"{_REQUESTS:,} requests, answered", ", ".join(f"{kind} {n:,}" for kind, n in sorted(by_hundreds.items())))
    row("  5xx, no answer, or over 5 s", f"{len(done.wrong)}", "0", kept=not done.wrong)
    own = {status: done.statuses[status] for status in sorted(_SERVERS_OWN) if done.statuses[status]}
    row("  of broken HTTP the server says it speaks it not", f"{own or 0}")
    row("  errors in the log", f"{len(done.complaints)}", "0", kept=not done.complaints)
    row("  replies taken; of those harmful", f"{done.taken:,}; {len(done.harmful)}", "0", kept=not done.harmful)
    row("  the file, by SQLite's own check", "; ".join(done.damage) or "ok", "ok", kept=not done.damage)
    early, late = done.memory
    figure = f"{early:.0f} → {late:.0f} MB"
    row("  memory after a tenth → at the end", figure, f"under {_MOST_MEMORY_MB} MB", kept=late < _MOST_MEMORY_MB)
    row("  it still answers", "yes" if done.alive else "no", "yes", kept=done.alive)
    for line in [*done.wrong, *done.complaints][:10]:
        print(f"    {line[:800]}")

"""Slow clients: two hundred at once that send a byte a second, with a proxy and without, while readers write."""

import json
import select
import socket
import ssl
import statistics
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.support import front
from tests.support.actors import furnish
from tests.support.processes import free_port, serving

CLIENTS = 200
_REPLIES = 40
# What a client says before it falls into its slow ways: in the middle of a head, or of a body.
HEAD = b"POST /comments/ HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
BODY = b"POST /comments/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 5000\r\n\r\n"
CHUNKED = b"POST /comments/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n"


@dataclass
class Crowd:
    """Clients that have begun; when each was let go, in seconds since then."""

    begun: float
    left: set[socket.socket]
    let_go: list[float] = field(default_factory=list)


@contextmanager
def crowd(
    port: int, said: bytes, *, number: int = CLIENTS, every: float = 1.0, trust: ssl.SSLContext | None = None
) -> Iterator[Crowd]:
    """So many clients that have `said` so much, and go on with a byte every few moments until the block ends."""
    over = threading.Event()
    with ExitStack() as stack:
        lines = [stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30)) for _ in range(number)]
        if trust:
            lines = [stack.enter_context(trust.wrap_socket(line, server_hostname=front.HOST)) for line in lines]
        for line in lines:
            line.sendall(said)
            line.settimeout(0)
        slow = Crowd(time.monotonic(), set(lines))
        dripping = threading.Thread(target=_drip, args=(slow, over, every))
        dripping.start()
        try:
            yield slow
        finally:
            over.set()
            dripping.join()


def _drip(slow: Crowd, over: threading.Event, every: float) -> None:
    while slow.left and not over.is_set():
        until = time.monotonic() + every
        for line in list(slow.left):
            try:
                line.send(b"a")
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                continue
            except OSError:
                _gone(slow, line)
        while slow.left and (rest := until - time.monotonic()) > 0 and not over.is_set():
            heard, _, _ = select.select(list(slow.left), [], [], min(rest, 0.1))
            for line in heard:
                try:
                    ended = not line.recv(4096)
                except (BlockingIOError, ssl.SSLWantReadError):  # TLS has words of its own
                    continue
                except OSError:
                    ended = True
                if ended:
                    _gone(slow, line)


def _gone(slow: Crowd, line: socket.socket) -> None:
    slow.left.discard(line)
    slow.let_go.append(time.monotonic() - slow.begun)


def say(url: str, text: str, *, trust: ssl.SSLContext | None = None, address: str = "") -> float:
    """Send a reply as a program does; returns the seconds until it was accepted. Raises HTTPError if it was not."""
    body = json.dumps({"page": "/a/", "text": text, "name": "Ben"}).encode()
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    headers |= {"X-Forwarded-For": address} if address else {}
    begun = time.monotonic()
    with urllib.request.urlopen(
        urllib.request.Request(f"{url}/comments/", body, headers), timeout=60, context=trust
    ) as response:
        assert json.load(response)["id"]
    return time.monotonic() - begun


def measure(folder: Path, row: Callable[..., None]) -> None:
    """Two hundred of each kind, first in front of the service itself, then in front of the shipped proxy."""
    secure_port = free_port()
    with furnish(folder / "slow") as house:
        data, output = house.settings.data, house.settings.output
        output.mkdir(exist_ok=True)
        free = {"RAPPORT_RATE_LIMIT": "off", "RAPPORT_LOG": "warning"}
        for what, said in (("heads", HEAD), ("bodies", BODY), ("chunks", CHUNKED)):
            with serving(data, output, **free) as service, crowd(port_of(service.url), said) as slow:
                _replies(row, f"{CLIENTS} slow {what}: replies meanwhile, p95", service.url, None)
                while slow.left and time.monotonic() < slow.begun + 30:
                    time.sleep(0.1)
                last = max(slow.let_go, default=float("inf"))
                kept = not slow.left and last <= 10.5
                row(f"{CLIENTS} slow {what}: the last is let go", f"{last:.1f} s", "within 10 s", kept=kept)
        if front.program() is None:
            row("behind the shipped nginx", "not installed", "apt-get install nginx-light")
            return
        here = free | {"RAPPORT_URL": f"https://{front.HOST}:{secure_port}", "RAPPORT_TRUSTED_PROXIES": "1"}
        with (
            serving(data, output, **here) as service,
            front.standing(folder / "nginx", output, port_of(service.url), secure_port=secure_port) as proxy,
        ):
            for what, said in (("heads", HEAD), ("bodies", BODY)):
                with crowd(secure_port, said, trust=proxy.trust):
                    _replies(row, f"{CLIENTS} slow {what} behind nginx: replies, p95", proxy.url, proxy.trust)


def port_of(url: str) -> int:
    """The port in an address."""
    return int(url.rpartition(":")[2])


def _replies(row: Callable[..., None], what: str, url: str, trust: ssl.SSLContext | None) -> None:
    times = [say(url, f"{what}, number {number}", trust=trust) for number in range(_REPLIES)]
    p95 = statistics.quantiles(times, n=20)[-1]
    row(what, f"{p95 * 1000:.0f} ms of {_REPLIES}", "under 1 s", kept=p95 < 1)

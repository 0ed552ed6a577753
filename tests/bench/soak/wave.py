"""A wave of spam: ten thousand replies in a minute, from one network and from many, while readers write."""

import http.client
import itertools
import json
import statistics
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from comments_service.identity import authors
from tests.support.actors import House, furnish
from tests.support.processes import Service, serving

WAVE, SECONDS = 10_000, 60.0
_SENDERS = 8
_SPAM = "Cheap watches, number {n}: see https://spam{n}.example/ and https://more{n}.example/ today"


@dataclass
class Washed:
    """What came of a wave: answers by their status, and how many seconds readers and the author waited."""

    statuses: Counter[int] = field(default_factory=Counter)
    readers: list[float] = field(default_factory=list)
    turned_away: int = 0
    desk: list[float] = field(default_factory=list)

    @property
    def broken(self) -> int:
        """How many answers were 5xx, or none."""
        return sum(number for status, number in self.statuses.items() if status >= 500 or status == 0)


class _Line:
    """One client's connection, at an address that the trusted proxy names."""

    def __init__(self, service: Service) -> None:
        self._place = urllib.parse.urlsplit(service.url)
        self._line = http.client.HTTPConnection(str(self._place.hostname), self._place.port, timeout=30)

    def asks(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, http.client.HTTPMessage]:
        """The status of an answer and its headers; 0 where none came."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            self._line.request(method, path, None if body is None else json.dumps(body), given)
            answer = self._line.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            self._line.close()
            return 0, http.client.HTTPMessage()
        return answer.status, answer.headers

    def says(self, text: str, address: str, name: str = "Ben") -> int:
        """Send a reply."""
        kind = "application/json"
        told = {"page": "/a/", "name": name, "text": text}
        return self.asks("POST", "/comments/", told, Content_Type=kind, Accept=kind, X_Forwarded_For=address)[0]

    def close(self) -> None:
        """Hang up."""
        self._line.close()


def wash(service: Service, house: House, addresses: Iterator[str], *, number: int, seconds: float) -> Washed:
    """Send so many replies in so many seconds, while a reader writes again and again, and the author opens the desk."""
    washed, over = Washed(), threading.Event()
    token = authors.new_link(house.db, house.settings, house.author.account).split("token=")[1]
    numbers, begun = iter(range(number)), time.monotonic()

    def send() -> None:
        with closing(_Line(service)) as line:
            for n in numbers:
                time.sleep(max(0.0, begun + seconds * n / number - time.monotonic()))
                washed.statuses[line.says(_SPAM.format(n=n), next(addresses), "Watches")] += 1

    def reads() -> None:
        """Readers, each on a network of their own, who have something to say."""
        with closing(_Line(service)) as line:
            for n in itertools.count():
                started = time.monotonic()
                status = line.says(f"A thought of mine, the {n}th one today.", f"203.0.{n % 250}.7")
                washed.readers.append(time.monotonic() - started)
                washed.turned_away += status != 201
                if over.wait(0.2):
                    return

    beside = [threading.Thread(target=reads), threading.Thread(target=_looks, args=(service, token, washed, over))]
    senders = [threading.Thread(target=send) for _ in range(_SENDERS)]
    for thread in (*beside, *senders):
        thread.start()
    for thread in senders:
        thread.join()
    over.set()
    for thread in beside:
        thread.join()
    return washed


def _looks(service: Service, token: str, washed: Washed, over: threading.Event) -> None:
    """The author, who signs in and opens the desk again and again."""
    with closing(_Line(service)) as line:
        here = {"Content_Type": "application/json", "X_Forwarded_For": "198.51.100.1"}
        _, headers = line.asks("POST", "/desk/sign-in", {"token": token}, **here)
        (session,) = (one for one in headers.get_all("Set-Cookie", []) if "rapport_session" in one)
        while not (washed.desk and over.wait(0.5)):
            started = time.monotonic()
            status, _ = line.asks("GET", "/desk/moderation", Cookie=session.split(";")[0], **here)
            washed.desk.append(time.monotonic() - started)
            washed.statuses[status] += status != 200


def one_network() -> Iterator[str]:
    """Addresses of one provider's customer."""
    return map("192.0.2.{}".format, itertools.cycle(range(250)))


def many_networks() -> Iterator[str]:
    """Each on a network of its own: what a botnet has."""
    return itertools.starmap("10.{}.{}.9".format, itertools.product(range(250), repeat=2))


def measure(folder: Path, row: Callable[..., None]) -> None:
    """The whole wave, twice, on a service as it is deployed: behind a proxy, with its limits."""
    for what, addresses in (("one network", one_network()), ("many networks", many_networks())):
        with (
            furnish(folder / what.replace(" ", "-"), trusted_proxies=1) as house,
            serving(
                house.settings.data, house.settings.output, RAPPORT_TRUSTED_PROXIES="1", RAPPORT_LOG="warning"
            ) as service,
        ):
            washed = wash(service, house, addresses, number=WAVE, seconds=SECONDS)
            said = ", ".join(f"{number:,} × {status}" for status, number in sorted(washed.statuses.items()) if number)
            row(f"{WAVE:,} from {what}: answers", said, "no 5xx", kept=not washed.broken)
            p95 = statistics.quantiles(washed.readers, n=20)[-1]
            figure = f"{washed.turned_away} of {len(washed.readers)}, p95 {p95 * 1000:.0f} ms"
            row("  others turned away meanwhile", figure, "none, under 1 s", kept=not washed.turned_away and p95 < 1)
            slowest = max(washed.desk)
            row("  the desk opens meanwhile, slowest", f"{slowest:.2f} s", "under 2 s", kept=slowest < 2)

"""Writers over HTTP, as persistent as people: whoever gets no answer sends the same words again."""

import json
import select
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException

from tests.bench.soak.house import PAGES

_PATIENCE_SECONDS = 30
_PAUSE_SECONDS = 0.02
_HEADERS = {"Content-Type": "application/json", "Accept": "application/json"}


@dataclass
class Written:
    """What all writers together saw: `acknowledged` maps words to the id that the service gave them.

    `refused` holds answers that are no acknowledgement, `repeated` counts words that had to be sent again.
    """

    acknowledged: dict[str, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    repeated: int = 0


@dataclass
class Writer:
    """Somebody with one connection, opened anew when it is lost. Their words are like nobody else's."""

    port: int
    number: int
    written: Written
    connection: HTTPConnection | None = None

    def words(self, count: int) -> str:
        """What this writer says as the nth thing."""
        return f"Writer {self.number} says for the {count}th time: how do *you* keep in touch with people?"

    def say(self, words: str, page: str) -> int:
        """Send words once; returns the status. Raises OSError or HTTPException if no whole answer came."""
        body = json.dumps({"page": page, "name": f"Writer {self.number}", "text": words})
        try:
            if self.connection is None or self._was_left():
                self.hang_up()
                self.connection = HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE_SECONDS)
            self.connection.request("POST", "/comments/", body, _HEADERS)
            response = self.connection.getresponse()
            answer = response.read()
        except (OSError, HTTPException):
            self.hang_up()
            raise
        if response.status in {200, 201}:
            self.written.acknowledged[words] = str(json.loads(answer)["id"])
        else:
            self.written.refused.append(f"{response.status}: {answer[:200].decode('utf-8', 'replace')}")
        return response.status

    def insist(self, words: str, page: str, stop: threading.Event) -> None:
        """Send words until there is an answer, or until the writer is told to stop."""
        while True:
            try:
                self.say(words, page)
            except (OSError, HTTPException):
                self.written.repeated += 1
                if stop.is_set():
                    return
                time.sleep(_PAUSE_SECONDS)
            else:
                return

    def _was_left(self) -> bool:
        """Whether the service has closed the connection, which had nothing to do for seconds: a browser looks, too."""
        open_ = self.connection.sock if self.connection else None
        return open_ is not None and bool(select.select([open_], [], [], 0)[0])

    def hang_up(self) -> None:
        """Close the connection."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def _write(writer: Writer, stop: threading.Event) -> None:
    count = 0
    while not stop.is_set():
        count += 1
        writer.insist(writer.words(count), PAGES[(writer.number + count) % len(PAGES)], stop)
    writer.hang_up()


@contextmanager
def writing(port: int, how_many: int) -> Iterator[Written]:
    """Let writers write, one reply after the other, until the block ends; whatever they began then has its answer."""
    written, stop = Written(), threading.Event()
    threads = [
        threading.Thread(target=_write, args=(Writer(port, number, written), stop), daemon=True)
        for number in range(how_many)
    ]
    for thread in threads:
        thread.start()
    try:
        yield written
    finally:
        stop.set()
        for thread in threads:
            thread.join(_PATIENCE_SECONDS)


def until(reached: Callable[[], bool], most_seconds: float) -> bool:
    """Wait for something, no longer than so many seconds; whether it came."""
    deadline = time.monotonic() + most_seconds
    while not (there := reached()) and time.monotonic() < deadline:
        time.sleep(0.002)
    return there

"""Bodies of a gigabyte, with their length and in chunks: refused with 413, and the service grows by nothing."""

import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.bench import load
from tests.support.actors import furnish
from tests.support.processes import serving

MEGABYTE = 1_000_000
_HEAD = (
    "POST /comments/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    "Accept: text/html\r\n{length}\r\n\r\n"
)


@dataclass(frozen=True)
class Sent:
    """What came of it: the answer, how much was sent before the line ended, and by how many MB the service grew."""

    status: int
    text: str
    megabytes: float
    grown: float


def send(port: int, pid: int, *, megabytes: int, chunked: bool) -> Sent:
    """Send a body as large as that, as fast as it is taken, and read the answer; `pid` is the first process."""
    size = megabytes * MEGABYTE
    before, heaviest, sent = load.weight(pid), 0.0, 0
    piece = b"x" * MEGABYTE
    piece = b"%X\r\n%s\r\n" % (len(piece), piece) if chunked else piece
    head = _HEAD.format(length="Transfer-Encoding: chunked" if chunked else f"Content-Length: {size}")
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.sendall(head.encode() + (b"" if chunked else b"page=/a/&name=Ben&text="))
        try:
            while sent < size:
                line.sendall(piece)
                sent += MEGABYTE
                if sent % (10 * MEGABYTE) == 0:
                    heaviest = max(heaviest, load.weight(pid))
        except OSError:
            pass  # it was said no to, and does not listen any longer
        heaviest = max(heaviest, load.weight(pid))
        answer = _answer(line)
    status = int(answer[9:12]) if answer.startswith("HTTP/1.1 ") else 0
    return Sent(status, answer, sent / MEGABYTE, heaviest - before)


def _answer(line: socket.socket) -> str:
    heard = b""
    try:
        while piece := line.recv(65536):
            heard += piece
    except OSError:
        pass  # ended after its answer, with words of ours still under way
    return heard.decode()


def measure(folder: Path, row: Callable[..., None]) -> None:
    """A gigabyte in each way."""
    if not sys.platform.startswith("linux"):
        row("bodies of 1 GB", "not measured", "Linux only: /proc")
        return
    with (
        furnish(folder / "bodies") as house,
        serving(house.settings.data, house.settings.output, RAPPORT_RATE_LIMIT="off") as service,
    ):
        port = int(service.url.rpartition(":")[2])
        for chunked in (False, True):
            sent = send(port, service.process.pid, megabytes=1000, chunked=chunked)
            what = f"a body of 1 GB {'in chunks' if chunked else 'with its length'}"
            figure = f"{sent.status}, {sent.grown:+.1f} MB, {sent.megabytes:.0f} MB taken in"
            row(what, figure, "413, under 10 MB", kept=sent.status == 413 and sent.grown < 10)

"""How requests arrive: heard to their end before a thread is taken, refused in a sentence, or let go in time."""

import json
import socket
import sys
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments_service import arriving
from comments_service.arriving import Arrival, Malformed, TooLong
from comments_service.web import guards
from tests.bench.soak import bodies, slow
from tests.support.actors import House, furnish
from tests.support.processes import Service, eventually, serving

GET = b"GET /a/ HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /comments/ HTTP/1.1\r\nHost: x\r\n"
WHOLE = {
    "no body": GET,
    "empty lines before it": b"\r\n\r\n" + GET,
    "a body": POST + b"Content-Length: 5\r\n\r\nhello",
    "an empty body": POST + b"content-length:0\r\n\r\n",
    "chunks": POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n00A\r\n0123456789\r\n0\r\n\r\n",
    "a length in a value": POST + b"X: Content-Length: 9\r\n\r\n",
}


@pytest.mark.parametrize("request_", WHOLE.values(), ids=WHOLE.keys())
def test_a_request_is_ready_with_its_last_byte_and_not_before(request_: bytes) -> None:
    arrival = Arrival()
    for number in range(len(request_)):
        assert not arrival.ready, request_[:number]
        arrival.take(request_[number : number + 1])
    assert arrival.whole
    at_once = Arrival()
    at_once.take(request_ + GET)
    assert at_once.whole
    assert at_once.give(10_000) == request_.removeprefix(b"\r\n\r\n") + GET


MALFORMED = {
    "two lengths": b"Content-Length: 5\r\nContent-Length: 5\r\n",
    "a length and chunks": b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
    "a length below nothing": b"Content-Length: -5\r\n",
    "a length with a sign": b"Content-Length: +5\r\n",
    "two lengths in one": b"Content-Length: 5, 5\r\n",
    "a length that is none": b"Content-Length: \xb2\r\n",
    "a length beyond counting": b"Content-Length: " + b"9" * 5000 + b"\r\n",
    "a space before the colon": b"Content-Length : 5\r\n",
    "another coding": b"Transfer-Encoding: gzip, chunked\r\n",
    "a chunk of no size": b"Transfer-Encoding: chunked\r\n\r\n\r\n\r\n",
    "a chunk below nothing": b"Transfer-Encoding: chunked\r\n\r\n-1\r\n",
    "a chunk of words": b"Transfer-Encoding: chunked\r\n\r\nhello, hello\r\n",
    "a chunk with an extension": b"Transfer-Encoding: chunked\r\n\r\n5;a=b\r\n",
    "a chunk that goes on": b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello!\r\n",
    "a trailer": b"Transfer-Encoding: chunked\r\n\r\n0\r\nX: y\r\n",
}


@pytest.mark.parametrize("said", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_request_whose_end_nobody_can_tell_is_malformed(said: bytes) -> None:
    with pytest.raises(Malformed):
        Arrival().take(POST + said + b"\r\nhello")


def test_nothing_is_waited_for_that_would_not_be_taken() -> None:
    with pytest.raises(TooLong):
        Arrival().take(b"GET / HTTP/1.1\r\nX: " + b"x" * 100_000)
    for said in (b"Content-Length: 1000000000\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n3B9ACA00\r\nx"):
        arrival = Arrival()
        arrival.take(POST + said)
        assert arrival.ready
        assert not arrival.whole
    many = Arrival()
    many.take(POST + b"Transfer-Encoding: chunked\r\n\r\n" + b"1000\r\n" + b"x" * 4096 + b"\r\n")
    while not many.ready:
        many.take(b"1000\r\n" + b"x" * 4096 + b"\r\n")
    assert len(many) < 300_000


PIECES = [*MALFORMED.values(), b"\r\n", b"0\r\n\r\n", b"5\r\nhello\r\n", b": ", b"\n", b"Expect: 100-continue\r\n"]
ANY = st.binary(max_size=300) | st.lists(st.sampled_from(PIECES), max_size=8).map(b"".join)


@given(ANY, st.data())
def test_how_bytes_are_cut_on_their_way_changes_nothing(said: bytes, data: st.DataObject) -> None:
    request = POST + said
    cut = data.draw(st.integers(0, len(request)))
    assert _verdict(request) == _verdict(request[:cut], request[cut:])


def _verdict(*pieces: bytes) -> tuple[bool, bool] | str:
    arrival = Arrival()
    try:
        for piece in pieces:
            arrival.take(piece)
    except (Malformed, TooLong) as error:
        return type(error).__name__
    return arrival.whole, arrival.too_large


# ── the real thing ──────────────────────────────────────────────────────────────────────────────────────────────────

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at processes in /proc")
_SHORT = "from comments_service import arriving; arriving.PATIENCE_SECONDS = 1.5"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with furnish(tmp_path_factory.mktemp("arriving")) as made:
        yield made


@pytest.fixture(scope="module")
def service(house: House) -> Iterator[Service]:
    with serving(house.settings.data, house.settings.output, first=_SHORT, RAPPORT_RATE_LIMIT="off") as running:
        yield running


def asks(service: Service, *said: bytes) -> list[bytes]:
    """What comes back on one line until the service ends it, answer by answer."""
    with socket.create_connection(("127.0.0.1", slow.port_of(service.url)), timeout=30) as line:
        for part in said:
            line.sendall(part)
        heard = b"".join(iter(lambda: line.recv(65536), b""))
    return [b"HTTP/1.1 " + answer for answer in heard.split(b"HTTP/1.1 ")[1:]]


@pytest.mark.parametrize("said", [slow.HEAD, slow.BODY, slow.CHUNKED], ids=["heads", "bodies", "chunks"])
def test_two_hundred_slow_clients_are_let_go_and_keep_nobody_waiting(
    service: Service, house: House, said: bytes
) -> None:
    before = house.count("comments")
    with slow.crowd(slow.port_of(service.url), said, every=0.2) as crowd:
        for number in range(3):
            slow.say(service.url, f"In the middle of them, number {number} and {said[-9:]!r}.")
        eventually(lambda: not crowd.left, "all are let go")
    assert house.count("comments") == before + 3


def test_who_says_nothing_at_all_is_let_go_too(service: Service) -> None:
    with slow.crowd(slow.port_of(service.url), b"", number=50, every=60) as crowd:
        eventually(lambda: not crowd.left, "all are let go")


def test_who_does_not_hang_up_keeps_nobody_waiting(service: Service) -> None:
    """A server that waits for the other end to hang up, as gunicorn's does in its loop, would stand still here."""
    last = GET.replace(b"Host: x", b"Host: x\r\nConnection: close")
    with slow.crowd(slow.port_of(service.url), last, number=50, every=60) as crowd:
        slow.say(service.url, "Behind fifty who were answered and stay on the line.")
        eventually(lambda: not crowd.left, "all are let go")


REFUSED = {
    "no request": (b"GARBAGE\r\n\r\n", 400),
    "what nobody can tell the end of": (POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400),
    "a header that is none": (GET[:-2] + b"No colon here\r\n\r\n", 400),
    "a version that is none": (b"GET / HTTP/9.7\r\n\r\n", 400),
    "a long address": (b"GET /" + b"x" * 5000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
    "many headers": (GET[:-2] + b"X: y\r\n" * 100 + b"\r\n", 431),
    "a head without end": (GET[:-2] + b"X: " + b"y" * 100_000, 431),
    "an expectation that nobody meets": (GET[:-2] + b"Expect: miracles\r\n\r\n", 417),
}


@pytest.mark.parametrize(("said", "status"), REFUSED.values(), ids=REFUSED.keys())
def test_what_can_not_be_read_is_refused_in_the_one_shape_with_every_header(
    service: Service, said: bytes, status: int
) -> None:
    (answer,) = asks(service, said)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status)
    for name, value in guards.HEADERS.items():
        assert head.count(f"\r\n{name}: {value}".encode()) == 1
    assert b"Cache-Control: no-store" in head
    assert json.loads(body)["error"].keys() == {"code", "message", "fields"}


def test_nothing_of_what_can_not_be_read_is_logged(service: Service) -> None:
    for said, _ in REFUSED.values():
        asks(service, said.replace(b"Host: x", b"Host: SECRET").replace(b"GET /", b"GET /SECRET"))
    slow.say(service.url, "After them.")
    eventually(lambda: any("POST /comments/ 201" in line for line in service.lines), "the last one is logged")
    assert not [line for line in service.lines if "SECRET" in line or "127.0.0.1 " in line or "ip=" in line]
    assert not [line for line in service.lines if "Traceback" in line or '"error"' in line]


def test_two_requests_that_came_together_are_both_answered(service: Service) -> None:
    last = GET.replace(b"Host: x", b"Host: x\r\nConnection: close").replace(b"/a/", b"/healthz")
    body = b'{"page": "/a/", "name": "Ben", "text": "Came with another."}'
    head = POST + b"Content-Type: application/json\r\nAccept: application/json\r\n"
    first = head + b"Content-Length: %d\r\n\r\n" % len(body) + body
    statuses = [answer[9:12] for answer in asks(service, first + first[:30], first[30:] + last)]
    assert statuses == [b"201", b"200", b"200"]


def test_who_asks_before_sending_a_body_is_told_to_go_on(service: Service) -> None:
    body = b'{"page": "/a/", "name": "Ben", "text": "May I go on?"}'
    head = POST + b"Content-Type: application/json\r\nAccept: application/json\r\nExpect: 100-continue\r\n"
    with socket.create_connection(("127.0.0.1", slow.port_of(service.url)), timeout=30) as line:
        line.sendall(head + b"Content-Length: %d\r\n\r\n" % len(body))
        assert line.recv(1000).startswith(b"HTTP/1.1 100 Continue\r\n\r\n")
        line.sendall(body)
        heard = line.recv(65536).replace(b"HTTP/1.1 100 Continue\r\n\r\n", b"") or line.recv(65536)
        assert heard.startswith(b"HTTP/1.1 201")


@pytest.mark.parametrize("chunked", [False, True], ids=["with a length", "in chunks"])
def test_a_body_of_any_size_is_refused_and_costs_no_memory(service: Service, *, chunked: bool) -> None:
    sent = bodies.send(slow.port_of(service.url), service.process.pid, megabytes=30, chunked=chunked)
    assert sent.status == 413
    assert "10,000 characters fit" in sent.text
    assert sent.grown < 20
    slow.say(service.url, f"After a large one, {chunked}.")


def test_there_is_always_room_for_one_more(house: House) -> None:
    """More lines than may be open: whoever has waited longest makes room."""
    few = f"{_SHORT}; from comments_service import serving; serving.LINES = 20"
    with (
        serving(house.settings.data, house.settings.output, first=few, RAPPORT_RATE_LIMIT="off") as running,
        slow.crowd(slow.port_of(running.url), b"G", number=100, every=60),
    ):
        slow.say(running.url, "One more.")


def test_patience_is_shorter_than_ten_seconds() -> None:
    assert arriving.PATIENCE_SECONDS + 1 <= 10

"""Whatever is sent, by HTTP or by what only looks like it, the real server answers, and nothing breaks."""

import re
import sys

import pytest

from comments_service import create_app
from tests.bench.servers import free_port
from tests.bench.soak import asks, requests
from tests.bench.soak.house import built, complaints, served

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc to see every process")


def test_two_thousand_requests_that_mean_harm_break_nothing(tmp_path):
    done = requests.run(tmp_path, 2_000)
    assert done.wrong == []
    assert done.complaints == []
    assert done.harmful == []
    assert done.damage == []
    assert done.alive
    assert done.statuses[200] > 100
    assert done.statuses[422] > 10
    assert done.taken > 20


def test_the_same_number_is_the_same_request_and_none_leads_out_of_this_machine(house):
    routes = asks.routes(create_app(house.settings))
    known = asks.Known(1, routes, ("0" * 26,), ("/a/",), ("a=b",), "token")
    for number in range(2_000):
        sent, whole = requests.request(number, known)
        assert requests.request(number, known) == (sent, whole)
        if b"/mastodon/login" in sent or b"/website/login" in sent:
            assert whole
            assert not re.search(rb"[a-z]\.[a-z]", sent.partition(b"\r\n")[0].replace(b"HTTP/1.1", b""))


@pytest.mark.parametrize(
    ("answer", "seconds", "whole", "wrong"),
    [
        (b"HTTP/1.1 422 x", 0.1, True, ""),
        (b"HTTP/1.1 500 x", 0.1, True, "answered 500"),
        (b"HTTP/1.1 500 x", 0.1, False, "answered 500"),
        (b"HTTP/1.1 501 x", 0.1, False, ""),
        (b"HTTP/1.1 501 x", 0.1, True, "answered 501"),
        (b"", 0.1, False, ""),
        (b"", 0.1, True, "no answer"),
        (b"HTTP/1.1 200 x", 5.5, True, "took 5.5 s"),
    ],
)
def test_what_is_wrong_is_told(answer, seconds, whole, wrong):
    assert requests.problem(answer, seconds, whole=whole) == wrong


def test_a_body_that_lies_about_its_parts_is_told_so_and_its_sender_stays_out_of_the_log(tmp_path):
    here, port, log = built(tmp_path), free_port(), tmp_path / "serve.log"
    begins = b"POST /comments/ HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    begins += b"Transfer-Encoding: chunked\r\n\r\n"
    with served(here, port, log):
        for chunks in (b"zz\r\nhello\r\n", b"5\r\nhelloxx0\r\n\r\n", b"5\r\nhel", b"0\r\nContent-Length: 5\r\n\r\n"):
            answer, _ = requests.exchange(port, begins + chunks)
            assert answer.startswith(b"HTTP/1.1 400 "), chunks
            assert b"Go back to the page and send it once more" in answer
        for broken in (b"GET /desk/sign-in?token=secret\r\n\r\n", b"GET / HTTP/1.1\r\nCookie=secret\r\n\r\n"):
            requests.exchange(port, broken)
    assert complaints(log) == []
    said = log.read_text().partition("Ready: ")[2].partition("\n")[2]
    assert [told for told in ("127.0.0.1", "secret") if told in said] == []


def test_nobodys_headers_move_an_address(tmp_path):
    here, port = built(tmp_path), free_port()
    with served(here, port, tmp_path / "serve.log"):
        for header in (b"SCRIPT_NAME: /comments", b"PATH_INFO: /desk/", b"X-Forwarded-Proto: https"):
            lines = (b"GET /comments/counts?page=/essay-0/ HTTP/1.1", b"Host: x", b"Connection: close", header)
            answer, _ = requests.exchange(port, b"\r\n".join(lines) + b"\r\n\r\n")
            assert answer.startswith(b"HTTP/1.1 200 "), header
            assert b'{"/essay-0/":0}' in answer.replace(b" ", b"")

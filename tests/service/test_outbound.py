"""Asking other servers: real sockets on this machine; what is private is not reached, what drags on is left."""

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from comments_service import outbound
from comments_service.outbound import Refused, Unreachable, connecting
from comments_service.settings import Settings

HERE = Settings(url="http://localhost:8000")
PUBLIC = Settings(url="https://example.org")

Answers = Callable[[BaseHTTPRequestHandler], None]


def ends() -> float:
    return time.monotonic() + outbound.TOTAL


@contextmanager
def serving(answer: Answers) -> Iterator[str]:
    """A web server on this machine that answers everything in one way."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        def do_POST(self) -> None:
            answer(self)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def says(body: bytes, status: int = 200, **headers: str) -> Answers:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    return answer


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1", "172.16.5.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",  # noqa: S104
        "255.255.255.255", "192.0.2.1", "198.18.0.1", "240.0.0.1", "::", "fe80::1", "fe80::1%eth0", "fc00::1",
        "fd12::1", "ff02::1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::10.0.0.1", "64:ff9b::a00:1",
        "64:ff9b:1::a00:1", "fec0::1", "2002:a00:1::1", "2001:0:53aa:64c::1", "2001:db8::1", "example.org", "",
    ],
)  # fmt: skip
def test_what_is_private_is_reached_from_nowhere(address):
    assert not outbound.may_reach(address, local=False)
    assert not outbound.may_reach(address, local=True)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"])
def test_this_machine_is_reached_by_a_blog_on_this_machine_only(address):
    assert outbound.may_reach(address, local=True)
    assert not outbound.may_reach(address, local=False)


@pytest.mark.parametrize("address", ["1.1.1.1", "140.82.121.4", "2606:4700::1111", "::ffff:1.1.1.1"])
def test_what_everybody_reaches_is_reached(address):
    assert outbound.may_reach(address, local=False)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/", "ftp://example.org/", "file:///etc/passwd", "https:///", "https://", "", "example.org",
        "https://me@example.org/", "https://a:b@example.org/", "https://[::1/", "https://example.org:x/",
        "javascript:1", "http://127.0.0.1.example.org/",
    ],
)  # fmt: skip
def test_only_https_is_asked(url):
    assert not outbound.may_ask(HERE, url)
    with pytest.raises(Refused):
        outbound.get(HERE, url)


def test_plain_http_is_asked_on_this_machine_and_by_a_blog_there():
    assert outbound.may_ask(HERE, "http://localhost:1/")
    assert not outbound.may_ask(PUBLIC, "http://localhost:1/")
    assert outbound.may_ask(PUBLIC, "https://example.org:8443/path")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "2130706433", "127.1", "[::ffff:7f00:1]"])
def test_a_public_blog_never_connects_to_this_machine(host):
    with pytest.raises(Refused):
        outbound.get(PUBLIC, f"https://{host}:8000/")


def test_a_name_is_looked_up_once_so_that_it_cannot_change_its_mind(monkeypatch):
    asked = []
    really = socket.getaddrinfo

    def changing(host, port, *rest, **more):
        if host != "changing.localhost":
            return really(host, port, *rest, **more)
        asked.append(host)
        return really("127.0.0.1" if len(asked) == 1 else "10.0.0.1", port, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", changing)
    with serving(says(b"{}")) as at:
        port = int(at.rpartition(":")[2])
        connecting.Backend(ends(), local=True).connect_tcp("changing.localhost", port).close()
    with pytest.raises(Refused):
        connecting.Backend(ends(), local=True).connect_tcp("changing.localhost", port)
    assert len(asked) == 2


def test_an_address_that_does_not_answer_gives_way_to_the_next(monkeypatch):
    with serving(says(b'{"ok": 1}')) as at:
        port = int(at.rpartition(":")[2])
        monkeypatch.setattr(connecting, "_addresses", lambda *_: ["10.0.0.1", "::1", "127.0.0.1"])
        assert outbound.as_table(outbound.get(HERE, f"http://localhost:{port}/")) == {"ok": 1}


def test_a_redirect_is_followed_only_as_often_as_was_said():
    with serving(says(b"here", 302, Location="/again")) as at:
        assert outbound.get(HERE, f"{at}/").status_code == 302
        last = outbound.get(HERE, f"{at}/", hops=3)
        assert (last.status_code, last.request.url.path) == (302, "/again")


@pytest.mark.parametrize(
    "to",
    ["http://10.0.0.1/", "http://169.254.169.254/latest/", "https://10.0.0.1/", "//10.0.0.1/", "file:///etc/passwd"],
)
def test_a_redirect_to_what_is_private_is_refused(to):
    with serving(says(b"", 302, Location=to)) as at, pytest.raises(Refused):
        outbound.get(HERE, f"{at}/", hops=3)


def test_what_a_secret_was_said_to_is_not_said_to_another():
    heard = []

    def hear(request):
        heard.append(request.headers.get("Authorization"))
        says(b"{}")(request)

    with serving(hear) as second, serving(says(b"", 307, Location=f"{second}/")) as first:
        outbound.get(HERE, f"{first}/", headers={"Authorization": "Bearer secret"}, hops=1)
    assert heard == [None]


def test_a_form_is_sent_once_and_never_redirected():
    heard = []

    def hear(request):
        heard.append(request.rfile.read(int(request.headers["Content-Length"])))
        says(b"", 307, Location="/elsewhere")(request)

    with serving(hear) as at:
        assert outbound.post(HERE, f"{at}/", "a=b&c=d", headers={}).status_code == 307
    assert heard == [b"a=b&c=d"]


def test_nobodys_cookies_are_kept():
    heard = []

    def hear(request):
        heard.append(request.headers.get("Cookie"))
        says(b"", 302, Location="/again", Set_Cookie="known=you; Path=/")(request)

    with serving(hear) as at:
        answer = outbound.get(HERE, f"{at}/", hops=2)
    assert heard == [None, None, None]
    assert "Set-Cookie" not in answer.headers


def test_a_proxy_in_the_environment_is_not_asked(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9/")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9/")
    with serving(says(b"{}")) as at:
        assert outbound.get(HERE, f"{at}/").status_code == 200


def test_an_answer_that_is_too_long_is_left():
    with serving(says(b"x" * 5000)) as at:
        assert len(outbound.get(HERE, f"{at}/", most_bytes=5000).content) == 5000
        with pytest.raises(Unreachable, match="too much"):
            outbound.get(HERE, f"{at}/", most_bytes=4999)


def test_what_is_packed_is_not_unpacked():
    with (
        serving(says(gzip.compress(b"x" * 1_000_000), Content_Encoding="gzip")) as at,
        pytest.raises(Unreachable, match="packed"),
    ):
        outbound.get(HERE, f"{at}/")


def test_a_drip_of_bytes_comes_to_an_end(monkeypatch):
    monkeypatch.setattr(outbound, "TOTAL", 0.5)
    ended = threading.Event()

    def drip(request):
        request.send_response(200)
        request.end_headers()
        while not ended.wait(0.05):
            try:
                request.wfile.write(b" ")
            except OSError:
                return

    with serving(drip) as at:
        try:
            with pytest.raises(Unreachable, match="Timeout"):
                outbound.get(HERE, f"{at}/")
        finally:
            ended.set()


def test_a_server_that_says_nothing_is_left(monkeypatch):
    monkeypatch.setattr(outbound, "TOTAL", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(Unreachable, match="Timeout"):
        outbound.get(HERE, f"http://127.0.0.1:{silent.getsockname()[1]}/")


def test_a_server_that_is_down_is_unreachable():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(Unreachable, match="ConnectError"):
        outbound.get(HERE, f"http://127.0.0.1:{port}/")


def test_a_server_that_speaks_no_http_is_unreachable():
    def garble(request):
        request.wfile.write(b"220 mail.example.org ESMTP\r\n")

    with serving(garble) as at, pytest.raises(Unreachable, match="ProtocolError"):
        outbound.get(HERE, f"{at}/")


def test_a_server_that_cannot_prove_its_name_is_unreachable():
    with serving(says(b"{}")) as at, pytest.raises(Unreachable):
        outbound.get(HERE, at.replace("http://", "https://"))


@pytest.mark.parametrize("host", ["nobody.invalid", "x" * 64 + ".example", "a..b"])
def test_a_name_that_nobody_has_is_unreachable(host):
    with pytest.raises((Unreachable, Refused)):
        outbound.get(HERE, f"https://{host}/")


@pytest.mark.parametrize("body", [b"", b"no json", b"[1]", b'"text"', b"null", b"\xff", b"[" * 100_000, b'{"a": 1'])
def test_only_an_object_of_json_is_a_table(body):
    with serving(says(body)) as at, pytest.raises(Unreachable, match="no JSON object"):
        outbound.as_table(outbound.get(HERE, f"{at}/"))


@pytest.mark.parametrize("status", [302, 404, 500])
def test_a_bad_answer_is_no_table(status):
    with serving(says(b"{}", status)) as at, pytest.raises(Unreachable, match=str(status)):
        outbound.as_table(outbound.get(HERE, f"{at}/"))


def test_the_transport_alone_keeps_the_same_rules():
    with httpx.Client(transport=connecting.Transport(PUBLIC, 100, ends())) as client, pytest.raises(Refused):
        client.get("http://127.0.0.1:8000/")

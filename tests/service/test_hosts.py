"""Where the pages and the service are at different hosts: what can be read, what is refused, and what joins them."""

import http.client
import ssl
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.bench.soak import slow
from tests.support import front, site
from tests.support.actors import House, furnish
from tests.support.processes import eventually, free_port, serving

REPLY = urllib.parse.urlencode({"page": "/a/", "name": "Ben", "text": "From a page elsewhere."}).encode()
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def static_host(output: Path) -> Iterator[int]:
    """A host that hands out files and knows nothing else."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(output))) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with furnish(tmp_path, hold_first=False) as house:
        site.live(house, tmp_path)
        yield house


def posts(port: int, headers: dict[str, str], trust: ssl.SSLContext | None = None) -> int:
    """Send the form; the answer's status."""
    line = (
        http.client.HTTPSConnection("localhost", port, context=trust, timeout=30)
        if trust
        else http.client.HTTPConnection("localhost", port, timeout=30)
    )
    line.request("POST", "/comments/", REPLY, FORM | headers)
    status = line.getresponse().status
    line.close()
    return status


def test_a_static_host_alone_can_be_read_and_takes_no_reply(house: House) -> None:
    house.author.says("Said before.")
    house.work()
    with static_host(house.settings.output) as port:
        with urllib.request.urlopen(f"http://localhost:{port}/a/", timeout=30) as answer:
            assert "Said before." in answer.read().decode()
        assert posts(port, {}) in {405, 501}


def test_the_service_at_another_host_takes_no_form_of_the_pages(house: House) -> None:
    """Even where `url` names the pages' own: browsers say that it came from another site or another host of it."""
    with static_host(house.settings.output) as pages:
        origin, port = f"http://localhost:{pages}", free_port()
        told = {"PORT": str(port), "RAPPORT_URL": origin, "RAPPORT_HOLD_FIRST": "off"}
        with serving(house.settings.data, house.settings.output, **told):
            for site_ in ("cross-site", "same-site"):
                assert posts(port, {"Origin": origin, "Sec-Fetch-Site": site_}) == 403
    assert house.count("comments") == 0


def test_one_host_in_front_of_both_joins_them(house: House, tmp_path: Path) -> None:
    """The service's paths go to the service, and all others to the static host, wherever either is."""
    secure = free_port()
    told = {
        "RAPPORT_URL": f"https://{front.HOST}:{secure}",
        "RAPPORT_TRUSTED_PROXIES": "1",
        "RAPPORT_HOLD_FIRST": "off",
    }
    with (
        static_host(house.settings.output) as pages,
        serving(house.settings.data, house.settings.output, **told) as service,
        front.standing(
            tmp_path / "front", tmp_path / "nothing", slow.port_of(service.url), secure_port=secure,
            changed=("    location / {\n", f"    location / {{\n        proxy_pass http://127.0.0.1:{pages};\n"),
        ) as joined,
    ):  # fmt: skip
        assert posts(secure, {"Origin": joined.url, "Sec-Fetch-Site": "same-origin"}, joined.trust) == 303

        def page() -> str:
            with urllib.request.urlopen(f"{joined.url}/a/", context=joined.trust, timeout=30) as answer:
                assert len(answer.headers.get_all("Content-Security-Policy")) == 1
                return str(answer.read().decode())

        eventually(lambda: "From a page elsewhere." in page(), "the static host has the reply, since it has the files")

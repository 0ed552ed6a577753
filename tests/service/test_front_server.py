"""The shipped web servers' files, run by a real nginx and a real Caddy in front of a real service over TLS."""

import gzip
import http.client
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from comments_service.web import guards
from tests.bench.soak import slow
from tests.support import front, site
from tests.support.actors import House, furnish
from tests.support.front import Front
from tests.support.processes import Service, eventually, free_port, serving

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the shipped file is for nginx on Linux")

LONG = "<!doctype html><title>Long</title>" + "<p>Words that go on.</p>" * 100


@dataclass(frozen=True)
class Place:
    """A blog as it is deployed, behind `which` web server."""

    which: str
    house: House
    service: Service
    front: Front

    def asks(self, method: str, path: str, body: bytes = b"", **headers: str) -> "Answer":
        """One request, over TLS."""
        line = http.client.HTTPSConnection(front.HOST, self.front.secure_port, context=self.front.trust, timeout=30)
        try:
            line.request(method, path, body or None, {name.replace("_", "-"): value for name, value in headers.items()})
            answer = line.getresponse()
            return Answer(answer.status, answer.getheaders(), answer.read())
        finally:
            line.close()


@dataclass(frozen=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def all(self, name: str) -> list[str]:
        """Every value of a header."""
        return [value for given, value in self.headers if given.lower() == name.lower()]


def furnished(output: Path) -> None:
    """What a build leaves beside its pages."""
    for name, text in {
        "404.html": "<!doctype html><title>Nothing</title>Nothing here.",
        ".kept": "a build's own record",
        "_redirects.map": f"/old/ /a/;\n/{'so-long-that-a-map-of-the-usual-size-would-refuse-it' * 3}/ /b/;\n",
        "_redirects.caddy": "redir /old/ /a/ 301\n",
        "old/index.html": "It leads on by itself.",
        "long/index.html": LONG,
        "search/index.html": "The page for looking up words.",
        "site.webmanifest": "{}",
        "feed.json": "{}",
        "images/made/quay-0123456789ab-640.webp": "a picture",
        "pagefind/fragment/en_0123456.pf_fragment": "a part of an index",
        "pagefind/pagefind.js": "// a program",
    }.items():
        path = output / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    (output / "long" / "index.html.gz").write_bytes(gzip.compress(LONG.encode()))


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder, secure_port = tmp_path_factory.mktemp("deployed"), free_port()
    with furnish(folder) as house:
        site.live(house, folder)
        furnished(house.settings.output)
        told = {"RAPPORT_URL": f"https://{front.HOST}:{secure_port}", "RAPPORT_TRUSTED_PROXIES": "1"}
        with (
            serving(house.settings.data, house.settings.output, **told) as service,
            front.standing(
                folder / "front",
                house.settings.output,
                slow.port_of(service.url),
                secure_port=secure_port,
                which=request.param,
            ) as before,
        ):
            yield Place(request.param, house, service, before)


PATHS = {
    "an essay": ("/a/", 200),
    "the home page": ("/", 200),
    "no page": ("/nowhere", 404),
    "a folder without its slash": ("/a", 301),
    "a hidden file": ("/.kept", 404),
    "a page for readers": ("/comments/reply?page=/a/", 200),
    "a problem": ("/comments/reply?page=/nowhere/", 404),
    "a conversation": ("/comments/thread?page=/a/", 200),
    "a feed": ("/comments/feed.atom", 200),
    "JSON": ("/healthz", 200),
    "the desk": ("/desk/", 303),
    "sign-in": ("/desk/sign-in", 200),
    "likes": ("/likes/", 404),
    "the API": ("/api/v1/openapi.json", 200),
}


@pytest.mark.parametrize(("path", "status"), PATHS.values(), ids=PATHS.keys())
def test_every_answer_carries_every_header_once(place: Place, path: str, status: int) -> None:
    answer = place.asks("GET", path)
    # Caddy sends a folder without its slash on by another number.
    assert answer.status == (308 if (place.which, status) == ("caddy", 301) else status)
    wanted = guards.headers(place.house.settings.with_(url="https://example.org"))
    assert {name: answer.all(name) for name in wanted} == {name: [value] for name, value in wanted.items()}
    assert len(answer.all("Cache-Control")) == 1


def test_the_page_for_looking_up_words_may_run_its_program_and_no_other_may(place: Place) -> None:
    for path, may in (
        ("/search/", True),
        ("/search/?q=x", True),
        ("/search/../a/", False),
        ("/searching/", False),
        ("/a/", False),
    ):
        (policy,) = place.asks("GET", path).all("Content-Security-Policy")
        assert ("'wasm-unsafe-eval'" in policy) is may, path


def test_files_are_revalidated_and_errors_are_not_kept(place: Place) -> None:
    assert place.asks("GET", "/a/").all("Cache-Control") == ["no-cache"]
    assert place.asks("GET", "/nowhere").all("Cache-Control") == ["no-store"]
    (etag,) = place.asks("GET", "/a/").all("ETag")
    assert place.asks("GET", "/a/", If_None_Match=etag).status == 304


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/images/made/quay-0123456789ab-640.webp", True),
        ("/pagefind/fragment/en_0123456.pf_fragment", True),
        ("/pagefind/pagefind.js", False),
        ("/site.webmanifest", False),
        ("/images/made/nothing.webp", False),
    ],
)
def test_what_has_another_name_whenever_it_changes_is_kept_for_good(place: Place, path: str, kept: bool) -> None:  # noqa: FBT001
    (control,) = place.asks("GET", path).all("Cache-Control")
    assert (control == "public, max-age=31536000, immutable") is kept


def test_a_former_address_leads_to_the_present_one(place: Place) -> None:
    answer = place.asks("GET", "/old/")
    assert answer.status == 301
    assert [urlsplit(to).path for to in answer.all("Location")] == ["/a/"]
    assert len(answer.all("Content-Security-Policy")) == 1


def test_files_that_lie_there_pressed_are_sent_so_to_whoever_takes_them(place: Place) -> None:
    answer = place.asks("GET", "/long/", Accept_Encoding="gzip")
    assert answer.all("Content-Encoding") == ["gzip"]
    assert answer.body == (place.house.settings.output / "long" / "index.html.gz").read_bytes()
    assert "Accept-Encoding" in answer.all("Vary")
    assert answer.all("Content-Type") == ["text/html; charset=utf-8"]
    (etag,) = answer.all("ETag")
    assert place.asks("GET", "/long/", Accept_Encoding="gzip", If_None_Match=etag).status == 304
    plain = place.asks("GET", "/long/")
    assert (plain.all("Content-Encoding"), plain.text) == ([], LONG)


def test_every_kind_of_file_says_what_it_is(place: Place) -> None:
    for path, kind in (("/site.webmanifest", "application/manifest+json"), ("/feed.json", "application/feed+json")):
        (said,) = place.asks("GET", path).all("Content-Type")
        assert said.partition(";")[0] == kind


def test_who_comes_without_tls_is_sent_to_the_same_address_with_it(place: Place) -> None:
    if place.which == "caddy":
        pytest.skip("Caddy does so by itself where it fetches its certificate, at port 80")
    line = http.client.HTTPConnection(front.HOST, place.front.plain_port, timeout=30)
    line.request("GET", "/a/?x=1")
    answer = line.getresponse()
    assert (answer.status, answer.headers["Location"]) == (301, f"{place.front.url}/a/?x=1")
    line.close()


def test_a_form_is_taken_and_the_readers_own_network_counts(place: Place) -> None:
    origin = {"Origin": place.front.url, "Content_Type": "application/x-www-form-urlencoded"}
    before = place.house.count("comments")
    for hop in ("192.0.2.7", "198.51.100.9"):
        answer = place.asks(
            "POST", "/comments/", f"page=/a/&name=Ben&text=By+{hop}".encode(), X_Forwarded_For=hop, **origin
        )
        assert answer.status == 303
        assert all(cookie.startswith("__Host-") and "Secure" in cookie for cookie in answer.all("Set-Cookie"))
    assert place.house.count("comments") == before + 2
    # What a client claims stands before what nginx saw, so that both came from where nginx says.
    assert place.house.db.value("SELECT count(DISTINCT network) FROM comments WHERE text LIKE 'By %'") == 1


def test_another_sites_form_is_not(place: Place) -> None:
    body = b"page=/a/&name=Ben&text=From+elsewhere"
    kind = "application/x-www-form-urlencoded"
    assert place.asks("POST", "/comments/", body, Origin="https://evil.example", Content_Type=kind).status == 403


def test_what_is_too_large_is_refused_in_a_sentence_with_every_header(place: Place) -> None:
    answer = place.asks("POST", "/comments/", b"x" * 300_000, Content_Type="application/x-www-form-urlencoded")
    assert answer.status == 413
    assert "10,000 characters fit" in answer.text
    assert len(answer.all("Content-Security-Policy")) == 1


def test_slow_clients_keep_nobody_waiting(place: Place) -> None:
    with (
        slow.crowd(place.front.secure_port, slow.HEAD, number=100, trust=place.front.trust) as heads,
        slow.crowd(place.front.secure_port, slow.BODY, number=100, trust=place.front.trust) as bodies,
    ):
        assert len(heads.left) + len(bodies.left) == 200
        slow.say(place.front.url, "In the middle of them all.", trust=place.front.trust)
    assert place.house.db.value("SELECT count(*) FROM comments WHERE text = 'In the middle of them all.'") == 1


def test_while_the_service_is_away_pages_are_read_and_a_sentence_says_what_to_do(place: Place, tmp_path: Path) -> None:
    with front.standing(tmp_path / "front", place.house.settings.output, free_port(), which=place.which) as alone:
        there = Place(place.which, place.house, place.service, alone)
        assert there.asks("GET", "/a/").status == 200
        answer = there.asks("POST", "/comments/", b"page=/a/&text=x", Content_Type="application/x-www-form-urlencoded")
        assert answer.status == 503
        assert "Go back, where your words still are" in answer.text
        assert len(answer.all("Content-Security-Policy")) == 1
        assert answer.all("Cache-Control") == ["no-store"]


def test_no_address_is_written_down(place: Place) -> None:
    place.asks("GET", "/comments/x/?key=SECRET-IN-AN-ADDRESS")
    place.asks("GET", "/nowhere?key=SECRET-IN-AN-ADDRESS")
    eventually(lambda: any('"GET /comments/<id>/ 404"' in line for line in place.service.lines), "it is logged")
    logs = "".join(path.read_text("utf-8") for path in place.front.certificate.parent.glob("*.log"))
    assert "SECRET-IN-AN-ADDRESS" not in logs + "\n".join(place.service.lines)
    assert json.loads(place.service.lines[-1])

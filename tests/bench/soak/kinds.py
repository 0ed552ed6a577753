"""Every kind of page that the service answers with, as a browser gets it behind TLS: all its routes, asked by all."""

from collections.abc import Iterator
from pathlib import Path

from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from authoring import building
from comments_service import create_app
from comments_service.identity import authors
from comments_service.settings import ROOT
from tests.bench.soak.headers import Page, page
from tests.support import site
from tests.support.actors import House, furnish

URL = "https://example.org"
FORM = {"page": "/a/", "text": "Is it so?", "name": "Ben"}


def pages(folder: Path, *, built: bool = True) -> Iterator[tuple[str, Page]]:
    """Each by its name. `built`: with the sample site as Pelican builds it, else with a bare one."""
    folder.mkdir()
    with furnish(folder, url=URL, rate_limit=False, clock_file=None) as house:
        if built:
            building.build(house.settings, content=ROOT / "content")
        else:
            site.live(house, folder)
        app = create_app(house.settings)
        stranger, owner = app.test_client(use_cookies=False), app.test_client()
        for name, answer in (*_said(house, app.test_client()), *_odd(stranger), *_signed_in(house, owner)):
            yield name, _page(answer)
        one = house.db.value("SELECT id FROM comments ORDER BY id")
        for who, client in (("a stranger", stranger), ("the owner", owner)):
            for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
                if "GET" in (rule.methods or set()) and rule.rule != "/<path:path>":
                    for accept in ("text/html", "application/json"):
                        address = _address(rule, one)
                        answer = client.get(address, base_url=URL, headers={"Accept": accept})
                        yield f"{rule.rule} as {accept} for {who}", _page(answer)
        for path in sorted(house.settings.output.resolve().rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                address = f"/{path.relative_to(house.settings.output.resolve())}".removesuffix("index.html")
                yield address, _page(stranger.get(address, base_url=URL))


def _address(rule: Rule, id_: str) -> str:
    built = rule.build(dict.fromkeys(rule.arguments, id_), append_unknown=False)
    assert built
    return f"{built[1]}?page=/a/"


def _said(house: House, reader: FlaskClient) -> Iterator[tuple[str, TestResponse]]:
    """A reader's way, on which cookies are set."""
    yield "a like", reader.post("/likes/", data={"page": "/a/"}, base_url=URL)
    sent = reader.post("/comments/", data=FORM, base_url=URL)
    assert sent.status_code == 303
    yield "a reply is sent", sent
    yield "one's own reply", reader.get(sent.headers["Location"], base_url=URL)
    yield "a preview", reader.post("/comments/preview", data=FORM, base_url=URL)
    yield "a reply in JSON", reader.post("/comments/", json=FORM | {"text": "And so?"}, base_url=URL)
    yield "remembered", reader.post("/comments/", data=FORM | {"text": "Again?", "remember": "yes"}, base_url=URL)
    chosen = reader.post("/identity/choose", data=FORM | {"way": "mastodon"}, base_url=URL)
    yield "a way to prove who one is", chosen
    yield "a letter", reader.post("/identity/email", data={"email": "ben@example.net"}, base_url=URL)
    yield "a sign-in elsewhere", reader.post("/identity/mastodon/login", data={"server": "x"}, base_url=URL)
    yield "signed out", reader.post("/identity/sign-out", base_url=URL)


def _odd(stranger: FlaskClient) -> Iterator[tuple[str, TestResponse]]:
    """What goes wrong."""
    post = stranger.post
    yield "nothing here", stranger.get("/nowhere/", base_url=URL)
    yield "looking for words", stranger.get("/search/", base_url=URL)
    yield "needs another look", post("/comments/", data={"page": "/a/"}, base_url=URL)
    yield "another site", post("/comments/", data=FORM, base_url=URL, headers={"Sec-Fetch-Site": "cross-site"})
    yield "too large", post("/comments/", data={"text": "x" * 200_000}, base_url=URL)
    yield "no such method", stranger.open("/comments/", method="BREW", base_url=URL)
    yield "an odd address", stranger.get("/comments/%00/", base_url=URL)
    yield "a file for a folder", stranger.get("/a", base_url=URL)


def _signed_in(house: House, owner: FlaskClient) -> Iterator[tuple[str, TestResponse]]:
    token = authors.new_link(house.db, house.settings, house.author.account).split("token=")[1]
    yield "a sign-in link", owner.get(f"/desk/sign-in?token={token}", base_url=URL)
    signed_in = owner.post("/desk/sign-in", data={"token": token}, base_url=URL)
    assert signed_in.status_code == 303
    yield "signed in", signed_in
    yield "a passkey", owner.post("/desk/sign-in/passkey/begin", base_url=URL)


def _page(answer: TestResponse) -> Page:
    with answer:
        text = answer.get_data().decode("utf-8", "replace")
    return page(f"{URL}{answer.request.path}", list(answer.headers), text)

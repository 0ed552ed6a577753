"""Going away to a provider and coming back, without a browser."""

import html
import re
from collections.abc import Callable
from urllib.parse import urlsplit

from werkzeug.test import TestResponse

from comments_service import ids
from comments_service.models import Identity
from comments_service.store import identities
from tests.support.actors import House
from tests.support.browserless import Visitor
from tests.support.claims import begun
from tests.support.provider import Provider

Start = Callable[..., Provider]


def away(visitor: Visitor, way: str, query: str = "") -> str:
    """Where a sign-in sends a browser: by its page, or at once where a link led to a provider that none can choose."""
    errand = visitor.client.get_cookie("rapport_errand")
    of_form = f"{'&' if query else '?'}begun={ids.digest(errand.value)[:32]}" if errand else ""
    page = visitor.gets(f"/identity/{way}/login{query}{of_form}")
    if page.status_code == 303 and way not in {"website", "mastodon"}:
        assert not errand
        return page.headers["Location"]
    assert page.status_code == 200, page.text
    found = re.search(r'<a class="button" href="([^"]+)"', page.text)
    assert found, page.text
    assert (f'http-equiv="refresh" content="0; url={found[1]}"' in page.text) == bool(errand)
    return html.unescape(found[1])


def comes_back(visitor: Visitor, address: str) -> TestResponse:
    """Follow an address of ours that a provider sent the browser to."""
    parts = urlsplit(address)
    assert f"{parts.scheme}://{parts.netloc}" == visitor.house.settings.url
    return visitor.gets(f"{parts.path}?{parts.query}")


def signs_in(visitor: Visitor, at: Provider, query: str = "", **changes: str) -> TestResponse:
    return comes_back(visitor, at.consents(away(visitor, at.way, query), **changes))


def known(house: House) -> list[Identity]:
    rows = house.db.rows("SELECT id FROM identities ORDER BY id")
    return [one for row in rows if (one := identities.find(house.db, row["id"]))]


def on_an_errand(visitor: Visitor, purpose: str = "reply", **fields: str) -> None:
    """Let a visitor be at the form with something typed."""
    _, secret = begun(visitor.house, purpose, **{"page": "/a/"} | fields)
    visitor.client.set_cookie("rapport_errand", secret)


def refused(response: TestResponse, status: int, words: str) -> None:
    """See a refusal, on a page that says so."""
    assert response.status_code == status, response.text
    assert words in html.unescape(response.text)

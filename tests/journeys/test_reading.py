"""Reading needs no service: what a page asks for, what it weighs, and that nothing jumps or complains."""

import gzip
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.support.blog import Blog
from tests.support.places import FULL, LIVELY

# The prefixes of the service (the contract's table); everything else is a file.
SERVICE = (
    "/comments/", "/likes/", "/identity/", "/subscriptions/", "/responsiveness", "/webmention", "/desk/", "/api/",
    "/healthz", "/metrics",
)  # fmt: skip


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_reading_asks_the_service_for_nothing(devices, script):
    device = devices(java_script_enabled=script)
    lists = ("/archive/", "/authors/", "/authors/ben-ito/", "/tags/", "/tags/guests/", "/conversations/", "/search/")
    for address in ("/", f"{LIVELY}editions/1/", *lists, "/about/", FULL):
        device.opens(address).close()
    device.opens(LIVELY).wait_for_load_state("networkidle")
    assert "/theme/css/main.css" in device.watch.requests
    assert [address for address in device.watch.requests if address.startswith(SERVICE)] == []


def test_an_earlier_edition_leads_to_the_conversation_and_a_draft_nowhere(devices):
    page = devices().opens(f"{LIVELY}editions/1/")
    page.get_by_role("link", name="read it and reply").click()
    expect(page.get_by_role("article", name="Ben", exact=True)).to_be_visible()
    page.goto("/unfinished/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing stands at this address")
    page.goto("/tags/")
    expect(page.get_by_role("link", name="guests")).to_be_visible()
    expect(page.get_by_text("secrets")).to_have_count(0)


def weight(blog: Blog, requests: list[str], suffix: str, weigh: Callable[[bytes], int]) -> int:
    """The bytes of all files of one kind that a page asked for, each once."""
    paths = {urlsplit(address).path for address in requests}
    return sum(weigh((blog.site / path.lstrip("/")).read_bytes()) for path in paths if path.endswith(suffix))


def gzipped(data: bytes) -> int:
    return len(gzip.compress(data, 6))


def test_an_essay_with_its_conversation_stays_light(blog: Blog, devices):
    device = devices()
    device.opens(LIVELY).wait_for_load_state("networkidle")
    asked = device.watch.requests
    assert 0 < weight(blog, asked, ".js", gzipped) <= 10_000
    assert 0 < weight(blog, asked, ".css", gzipped) <= 12_000
    assert 0 < weight(blog, asked, ".woff2", len) <= 150_000


@pytest.mark.parametrize("address", ["/", LIVELY, FULL, "/archive/", "/conversations/", "/search/"])
@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_moves_while_it_arrives(devices, address, width):
    page = devices(viewport={"width": width, "height": 800}).opens("about:blank")
    page.add_init_script(
        """window.moved = 0;
        new PerformanceObserver((list) => { for (const shift of list.getEntries()) window.moved += shift.value; })
            .observe({ type: "layout-shift", buffered: true });""",
    )
    page.goto(address)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    assert page.evaluate("window.moved") < 0.01

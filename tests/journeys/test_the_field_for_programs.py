"""The field for programs in a real browser: no person sees it, hears it or comes to it; and when writing begins."""

import pytest
from playwright.sync_api import Page, expect

from tests.support import places


@pytest.fixture
def page(devices):
    return devices().opens(places.QUIET)


def test_no_person_sees_hears_or_comes_to_it(page: Page) -> None:
    field = page.locator("input[name=topic]")
    expect(field).to_have_count(1)
    expect(page.get_by_role("textbox", name="Leave this empty")).to_have_count(0)
    box = field.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] < 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_label("Your words").focus()
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.name") != "topic"
    page.get_by_label("Your words").focus()
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.name") != "topic"


def test_when_writing_begins_is_fetched_then_and_not_before(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.mouse.wheel(0, 2000)
    page.get_by_label("Your words").scroll_into_view_if_needed()
    assert [url for url in asked if "/comments/" in url] == []
    with page.expect_response("**/comments/began") as answered:
        page.get_by_label("Your words").focus()
    assert answered.value.headers["cache-control"] == "no-store"
    expect(page.locator("input[name=began]")).to_have_value(answered.value.json()["began"])
    page.get_by_label("Your name").focus()
    page.get_by_label("Your words").focus()
    expect(page.locator("input[name=began]")).to_have_count(1)
    assert len([url for url in asked if url.endswith("/comments/began")]) == 1

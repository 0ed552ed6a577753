"""What a journey starts from: a real blog in which somebody has talked already, a real browser, and devices."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, StorageState, expect

from tests.support import blog as blog_
from tests.support import browser, conversation, places
from tests.support.blog import Blog
from tests.support.browser import Device, Watch
from tests.support.processes import eventually

CONTENT = Path(__file__).parent / "content"
_PATIENCE_MS = 30_000

Devices = Callable[..., Device]


@pytest.fixture(scope="session")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Blog]:
    """One blog for all journeys of this process; each keeps to replies of its own."""
    with blog_.running(tmp_path_factory.mktemp("blog"), CONTENT) as made:
        conversation.held(made.house, places.LIVELY)
        conversation.waiting(made.house, places.LIVELY)
        made.comes_to_say(conversation.LAST_WORDS, on=places.LIVELY)
        # A line that counts follows the words it counts a moment later.
        eventually(lambda: made.house.count("jobs") == 0, "every page shows what was said")
        yield made


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all journeys of this process."""
    expect.set_options(timeout=_PATIENCE_MS)
    with browser.launched() as made:
        yield made


@pytest.fixture
def devices(chromium: Browser, blog: Blog) -> Iterator[Devices]:
    """Makes devices; at the end, no page on any of them may have complained."""
    made: list[Device] = []

    def device(**options: object) -> Device:
        context = chromium.new_context(base_url=blog.url, locale="en-GB", timezone_id="UTC", **options)  # type: ignore[arg-type]
        context.set_default_timeout(_PATIENCE_MS)
        made.append(Device(context, Watch(context, blog.url)))
        return made[-1]

    yield device
    for each in made:
        each.context.close()
    assert [complaint for each in made for complaint in each.watch.complaints] == []


@pytest.fixture(scope="session")
def signed_in(chromium: Browser, blog: Blog) -> StorageState:
    """The cookies of a device on which the author is signed in."""
    context = chromium.new_context(base_url=blog.url)
    page = context.new_page()
    page.goto(blog.new_desk_link())
    page.get_by_role("button", name="Sign in as Ana Ferreira").click()
    expect(page).to_have_url(f"{blog.url}/desk/")
    state = context.storage_state()
    context.close()
    return state

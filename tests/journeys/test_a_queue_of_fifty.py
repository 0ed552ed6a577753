"""A queue of fifty by keyboard alone: nobody waits for a page, every key counts, and everything can be taken back."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, Route, expect

from comments_service.errors import Problem
from comments_service.models import Comment, State, Verb
from comments_service.moderation import bulk
from tests.support.blog import Blog
from tests.support.browser import Device
from tests.support.processes import eventually

# An essay that no other journey leads to.
HERE = "/the-open-door/"


@pytest.fixture(autouse=True)
def _alone(blog: Blog) -> Iterator[None]:
    """Nobody else waits meanwhile: of this blog's other journeys some do."""
    others = [row["id"] for row in blog.house.db.rows("SELECT id FROM comments WHERE state = 'held'")]
    sql = "UPDATE comments SET state = :state WHERE id IN (:ids)"
    blog.house.db.execute(sql, state="rejected", ids=others)
    yield
    left = [row["id"] for row in blog.house.db.rows("SELECT id FROM comments WHERE state = 'held'")]
    blog.house.db.execute(sql, state="rejected", ids=left)
    blog.house.db.execute(sql, state="held", ids=others)


@pytest.fixture
def queue(blog: Blog) -> Iterator[list[Comment]]:
    """Fifty-six who wait, more than a page; afterwards nobody has to answer them."""
    said = [blog.house.reader(f"Reader {number}").says(f"This is word {number}.", on=HERE) for number in range(56)]
    yield said
    # Whatever stands or waits, so that nobody of these waits for an answer in the journeys that follow.
    for verb in (Verb.REMOVE, Verb.REJECT):
        with suppress(Problem):  # where there is none of that kind
            bulk.decide(blog.house.db, [one.id for one in said], verb, blog.house.author.account)


def states(blog: Blog, comments: list[Comment]) -> list[State]:
    return [blog.house.now_of(one).state for one in comments]


def focused(page: Page, comment: Comment) -> None:
    expect(page.locator(f"#case-{comment.id}")).to_be_focused()


def opens(device: Device, address: str = "/desk/moderation") -> Page:
    page = device.opens(address)
    expect(page.locator("#keys-open")).to_be_visible()
    return page


def violations(page: Page) -> list[str]:
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate("() => axe.run({ resultTypes: ['violations'] })")["violations"]
    return [f"{rule['id']}: {node['target']}" for rule in found for node in rule["nodes"]]


def test_the_line_about_new_replies_waits_while_some_are_selected(blog: Blog, devices, signed_in, queue):
    page = opens(devices(storage_state=signed_in, viewport={"width": 360, "height": 740}))
    for key in "jx":
        page.keyboard.press(key)
    expect(page.locator("#bulk")).to_contain_text("1 selected")
    queue.append(blog.house.reader("Late").says("I come late.", on=HERE))
    page.evaluate("document.dispatchEvent(new Event('desk:decided'))")
    expect(page.locator(".desk-nav [data-count=held]")).to_have_text("57")
    expect(page.locator(".fresh a")).to_be_hidden()
    page.keyboard.press("x")
    expect(page.locator(".fresh a")).to_be_visible()


def test_fifty_are_approved_by_one_key_each_and_the_next_page_comes_by_itself(blog: Blog, devices, signed_in, queue):
    page = opens(devices(storage_state=signed_in))
    page.keyboard.press("j")
    focused(page, queue[0])
    for _ in range(50):
        page.keyboard.press("a")
    focused(page, queue[50])
    expect(page.locator(".folded")).to_have_count(50)
    expect(page.locator(".folded").first).to_contain_text("Published Reader 0’s reply.")
    eventually(lambda: states(blog, queue[:50]) == [State.PUBLISHED] * 50, "all fifty stand")
    assert states(blog, queue[50:]) == [State.HELD] * 6
    expect(page.locator(".desk-nav [data-count=held]")).to_have_text("6")
    for key in ("r", "s", "x", "j", "k"):
        page.keyboard.press(key)
    focused(page, queue[52])
    expect(page.locator("#bulk")).to_contain_text("1 selected")
    assert violations(page) == []
    for _ in range(4):
        page.keyboard.press("u")
    focused(page, queue[48])
    eventually(
        lambda: states(blog, queue[48:53]) == [State.HELD] * 5, "the last four, and the one that was never decided"
    )
    for _ in range(8):
        page.keyboard.press("a")
    expect(page.get_by_text("That was the last one here.")).to_be_focused()
    eventually(lambda: set(states(blog, queue)) == {State.PUBLISHED}, "nobody waits")
    expect(page.locator(".desk-nav [data-count=held]")).to_be_hidden()


def test_a_decision_that_fails_comes_back_with_its_sentence(blog: Blog, devices, signed_in, queue):
    device = devices(storage_state=signed_in)
    page = opens(device)
    blog.house.author.publishes(queue[0])

    def away(route: Route) -> None:
        route.abort()

    page.route(f"**/comments/{queue[1].id}/decide", away)
    page.keyboard.press("j")
    for _ in range(3):
        page.keyboard.press("r")
    focused(page, queue[3])
    first, second = (page.locator(f"#case-{one.id}") for one in queue[:2])
    expect(first.get_by_role("alert")).to_have_text("This reply is published, so it can't be rejected now.")
    expect(second.get_by_role("alert")).to_contain_text("That did not reach the desk.")
    focused(page, queue[3])
    eventually(lambda: states(blog, queue[:3]) == [State.PUBLISHED, State.HELD, State.REJECTED], "the third one alone")
    page.unroute(f"**/comments/{queue[1].id}/decide", away)
    second.focus()
    page.keyboard.press("r")
    expect(second).to_be_hidden()
    eventually(lambda: states(blog, queue[1:2]) == [State.REJECTED], "the second try")


def test_keys_lead_to_the_search_and_can_be_switched_off(blog: Blog, devices, signed_in):
    said = blog.house.reader("Walter").says("A walnut table, if you please.", on=HERE)
    sql = "SELECT 1 FROM searchable WHERE comment = :id"
    eventually(lambda: blog.house.db.value(sql, id=said.id), "the worker has read what was said")
    page = opens(devices(storage_state=signed_in))
    page.keyboard.press("/")
    expect(page.get_by_label("Search words and names")).to_be_focused()
    page.keyboard.type("Wálnut tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="“Wálnut tab”")).to_be_visible()
    expect(page.locator("[data-case]")).to_have_count(1)
    expect(page.locator("#keys-open")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Single keys")).to_contain_text("search")
    page.get_by_label("Use single keys on this device").uncheck()
    page.keyboard.press("Escape")
    page.locator("[data-case]").first.focus()
    page.keyboard.press("a")
    page.keyboard.press("x")
    expect(page.locator(".folded")).to_have_count(0)
    expect(page.locator(".pick :checked")).to_have_count(0)
    page.evaluate("localStorage.removeItem('rapport:keys')")


def test_what_comes_meanwhile_is_told_and_moves_nothing(blog: Blog, devices, signed_in):
    blog.house.reader("Early").says("I was here first.", on=HERE)
    page = devices(storage_state=signed_in).context.new_page()
    page.clock.install()
    page.goto("/desk/moderation")
    expect(page.locator("#keys-open")).to_be_visible()
    page.keyboard.press("j")
    late = blog.house.reader("Late").says("I came later.", on=HERE)
    page.clock.fast_forward(31_000)
    told = page.get_by_role("link", name="1 new reply waits: show it")
    expect(told).to_be_visible()
    expect(page.locator(".desk-nav [data-count=held]")).to_have_text("2")
    assert violations(page) == []
    expect(page.locator("[data-case]:focus")).to_contain_text("I was here first.")
    told.click()
    focused(page, late)
    expect(told).to_be_hidden()


def test_without_script_a_few_are_decided_by_the_same_keys_that_lead_through_any_form(
    blog: Blog, devices, signed_in, queue
):
    page = devices(storage_state=signed_in, java_script_enabled=False).opens("/desk/moderation")

    def presses(name: str, key: str = "Enter") -> None:
        """Walk there with the Tab key."""
        for _ in range(200):
            page.keyboard.press("Tab")
            if page.locator(":focus", has_text=name).or_(page.locator(f":focus[aria-label='{name}']")).count():
                page.keyboard.press(key)
                return
        raise AssertionError(f"no way to {name}")

    presses("Approve Reader 0’s reply")
    expect(page.get_by_role("status").first).to_contain_text("Published Reader 0’s reply.")
    for box in (page.get_by_label(f"Select Reader {number}’s reply", exact=True) for number in (1, 2)):
        box.focus()
        page.keyboard.press("Space")
    bar = page.locator("#bulk")
    expect(bar).to_be_visible()
    bar.get_by_role("button", name="Reject").focus()
    page.keyboard.press("Enter")
    told = page.locator(".done")
    expect(told).to_contain_text("Rejected 2 replies.")
    assert states(blog, queue[:3]) == [State.PUBLISHED, State.REJECTED, State.REJECTED]
    told.get_by_role("button", name="Undo all 2").focus()
    page.keyboard.press("Enter")
    expect(told).to_contain_text("2 replies stand where they stood before.")
    page.get_by_role("link", name="Select all").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".pick :checked")).to_have_count(50)
    bar.get_by_role("button", name="Approve").focus()
    page.keyboard.press("Enter")
    expect(told).to_contain_text("Published 50 replies.")
    expect(page.locator(".pick")).to_have_count(5)

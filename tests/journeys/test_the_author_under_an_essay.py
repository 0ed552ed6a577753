"""The author reads an essay while signed in, and decides and answers right there."""

import pytest
from playwright.sync_api import expect

from tests.support.blog import Blog
from tests.support.places import QUIET


@pytest.fixture
def page(devices, signed_in):
    return devices(storage_state=signed_in).opens(QUIET)


def test_the_author_decides_and_answers_where_they_read(blog: Blog, page):
    reader = blog.house.reader("Zoe")
    said = reader.says("I walk at night.", on=QUIET)
    page.reload()
    page.evaluate("window.thisVeryPage = true")
    case = page.locator(f"#case-{said.id}")
    case.get_by_role("button", name="Approve").click()
    expect(page.locator(".desk-inline").get_by_role("status")).to_contain_text("Published Zoe’s reply.")
    stands = page.get_by_role("article", name="Zoe", exact=True)
    expect(stands).to_contain_text("I walk at night.")

    page.get_by_role("link", name="Reply to Zoe").click()
    expect(page.get_by_text("You are replying as Ana Ferreira (author).")).to_be_visible()
    page.get_by_label("Your words").fill("With a *lamp*, I hope.")
    page.get_by_role("button", name="Send reply").click()
    answer = page.get_by_role("article", name="Ana Ferreira, author, answering Zoe, after a moment")
    expect(answer).to_be_focused()
    blog.comes_to_say("I walk at night.", "With a <em>lamp</em>, I hope.", on=QUIET)

    stands.get_by_role("button", name="Remove: Zoe’s reply").click()
    expect(page.get_by_text("This reply was removed.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(stands).to_contain_text("I walk at night.")
    assert page.evaluate("window.thisVeryPage")
    blog.comes_to_say("I walk at night.", on=QUIET)


def test_after_the_session_ended_the_page_is_a_reader_s_page(blog: Blog, devices):
    device = devices()
    page = device.opens(blog.new_desk_link())
    page.get_by_role("button", name="Sign in as Ana Ferreira").click()
    page.goto(QUIET)
    panel = page.locator(".desk-inline")
    panel.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Your name")).to_be_visible()
    expect(panel).to_have_count(0)

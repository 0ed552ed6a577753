"""Whoever tries the blog with no mail server finds its letters at the desk, whole, and follows their links."""

import pytest
from playwright.sync_api import expect

from tests.support.blog import Blog
from tests.support.processes import eventually

pytestmark = pytest.mark.xdist_group("browser")

ESSAY = "/the-spare-chair/"


def test_a_new_user_without_a_mail_server_finds_the_letter_at_the_desk(blog: Blog, devices):
    """The letter goes by the worker of `make serve`; its link is followed in the browser where it was asked for."""
    page = devices().opens(ESSAY)
    page.get_by_label("Your words").fill("Is this chair free?")
    page.get_by_label("Your name").fill("Nina")
    page.get_by_text("Appear as …").click()
    page.get_by_role("button", name="E-mail", exact=True).click()
    page.get_by_label("Your e-mail address").fill("nina.new@example.net")
    page.get_by_role("button", name="Send me a letter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look at your mail")
    eventually(lambda: "nina.new@example.net" in {one.to for one in blog.house.letters}, "the worker lays it down")
    desk = devices().opens(blog.new_desk_link())
    desk.get_by_role("button").first.click()
    desk.get_by_role("link", name="Letters", exact=True).click()
    letter = desk.get_by_role("article").filter(has_text="nina.new@example.net")
    expect(letter).to_contain_text("here is your code")
    expect(letter).to_contain_text("If you did not ask for this, do nothing")
    link = letter.get_by_role("link").first.get_attribute("href")
    assert link is not None
    page.goto(link)
    page.get_by_role("button", name="This is me").click()
    expect(page.get_by_label("Your words")).to_have_value("Is this chair free?")

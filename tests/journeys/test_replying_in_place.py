"""Replying where one reads: what the page's script adds to links and forms that work without it."""

import re

import pytest
from playwright.sync_api import Page, expect

from comments_service import posting
from comments_service.store import comments
from tests.support import places
from tests.support.blog import Blog

KIND = "The reply could not be sent just now. Your words are kept on this device; please try again in a while."


def write(page: Page, words: str, name: str) -> None:
    page.get_by_label("Your words").fill(words)
    page.get_by_label("Your name").fill(name)


def send(page: Page) -> None:
    page.get_by_role("button", name="Send reply").click()


@pytest.fixture
def page(devices):
    return devices().opens(places.QUIET)


def test_a_reply_is_sent_without_a_page_load_and_focus_stands_on_it(page):
    page.evaluate("window.thisVeryPage = true")
    write(page, "I took the *short* way.", "Pia")
    send(page)
    reply = page.get_by_role("article", name="Pia, waiting for the author")
    expect(reply).to_be_focused()
    expect(reply.locator("em")).to_have_text("short")
    expect(page.get_by_role("status")).to_have_text("Your reply has arrived.")
    expect(page.get_by_label("Your words")).to_have_value("")
    assert page.evaluate("window.thisVeryPage")


def test_a_trusted_reader_s_reply_stands_in_the_thread_at_once(blog: Blog, page):
    write(page, "I am new, and patient.", "Quentin")
    send(page)
    reply = page.locator("article.held")
    expect(reply).to_be_visible()
    blog.rapport("approve", (reply.get_attribute("id") or "").removeprefix("comment-"))
    write(page, "I am known by now.", "Quentin")
    send(page)
    stands = page.locator("article.h-entry", has_text="I am known by now.")
    expect(stands).to_be_focused()
    expect(stands).to_have_accessible_name("Quentin")
    expect(page.get_by_role("status")).to_have_text("Your reply stands.")
    expect(page.locator("article.held")).to_have_count(0)
    responses = page.locator("#conversation-title").inner_text()
    expect(page.locator(".essay-head .count")).to_have_text(responses)
    blog.comes_to_say("I am known by now.", responses, on=places.QUIET)


def test_the_preview_stands_in_place_and_sends_nothing(blog: Blog, page):
    before = blog.house.count("comments")
    write(page, "Look **before** you leap.", "Rosa")
    page.get_by_role("button", name="Preview").click()
    preview = page.locator("#reply-preview")
    expect(preview).to_contain_text("You are replying as Rosa.")
    expect(preview.locator("strong")).to_have_text("before")
    expect(page.get_by_label("Your words")).to_have_value("Look **before** you leap.")
    assert blog.house.count("comments") == before


def test_a_draft_outlives_a_reload_until_it_is_sent(page):
    write(page, "Half a thought", "Sam")
    page.reload()
    expect(page.get_by_label("Your words")).to_have_value("Half a thought")
    write(page, "A whole thought", "Sam")
    send(page)
    expect(page.locator("article.held")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Your words")).to_have_value("")


def test_a_draft_stays_on_its_own_page(page):
    write(page, "Only for this essay", "Sam")
    page.goto("/a-blank-page/")
    expect(page.get_by_label("Your words")).to_have_value("")


def test_who_you_are_is_remembered_only_on_request(page):
    write(page, "Forget me.", "Tilda")
    send(page)
    expect(page.locator("article.held")).to_be_visible()
    page.goto("/a-blank-page/")
    expect(page.get_by_label("Your name")).to_have_value("")

    page.goto(places.QUIET)
    write(page, "Remember me.", "Tilda")
    page.get_by_text("Appear as …").click()
    page.get_by_label("E-mail").fill("tilda@example.org")
    page.get_by_label("Website").fill("https://example.org/tilda")
    page.get_by_label("Remember these on this device").check()
    send(page)
    expect(page.get_by_role("status")).to_have_text("Your reply has arrived.")
    page.goto("/a-blank-page/")
    expect(page.get_by_label("Your name")).to_have_value("Tilda")
    page.get_by_text("Appear as …").click()
    expect(page.get_by_label("E-mail")).to_have_value("tilda@example.org")
    expect(page.get_by_label("Website")).to_have_value("https://example.org/tilda")


@pytest.mark.parametrize("back", ["Cancel", "Escape"])
def test_the_form_moves_under_the_comment_that_is_answered_and_back(page, back):
    page.goto(places.LIVELY)
    link = page.get_by_role("link", name="Reply to Ben", exact=True)
    comment = page.get_by_role("article", name="Ben", exact=True)
    words = page.get_by_label("Your words")
    words.fill("I do.")
    link.click()
    expect(page.get_by_role("form", name="Your reply to Ben")).to_be_visible()
    expect(words).to_be_focused()
    expect(words).to_have_value("I do.")
    assert comment.evaluate("comment => comment.nextElementSibling.id") == "reply-form"
    assert page.locator("[name=parent]").input_value() in (comment.get_attribute("id") or "")

    if back == "Cancel":
        page.get_by_role("button", name="Cancel").click()
    else:
        page.keyboard.press("Escape")
    expect(page.get_by_role("form", name="Your reply", exact=True)).to_be_visible()
    expect(link).to_be_focused()
    expect(words).to_have_value("I do.")
    expect(page.get_by_role("button", name="Cancel")).to_be_hidden()
    assert page.locator("#reply-form").evaluate("form => form.parentElement.id") == "conversation"
    assert page.locator("[name=parent]").input_value() == ""


def test_an_answer_stands_below_what_it_answers(page):
    page.goto(places.LIVELY)
    page.get_by_role("link", name="Reply to Ben", exact=True).click()
    write(page, "So do we.", "Uwe")
    send(page)
    reply = page.get_by_role("article", name="Uwe, waiting for the author")
    expect(reply).to_be_focused()
    ben = page.get_by_role("article", name="Ben", exact=True)
    assert reply.evaluate("(reply, ben) => ben.closest('li').contains(reply)", ben.element_handle())
    expect(page.get_by_role("form", name="Your reply", exact=True)).to_be_visible()


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(page):
    write(page, "   ", "Ana Ferreira")
    page.get_by_text("Appear as …").click()
    page.get_by_label("Website").fill("ftp://example.org")
    page.get_by_text("Appear as …").click()
    send(page)
    words, name, website = page.get_by_label("Your words"), page.get_by_label("Your name"), page.get_by_label("Website")
    expect(words).to_have_accessible_description(re.compile("There are no words in this reply yet.$"))
    expect(words).to_have_attribute("aria-invalid", "true")
    expect(words).to_be_focused()
    expect(name).to_have_accessible_description(re.compile("Please add something to your name.$"))
    expect(website).to_be_visible()
    expect(website).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("status")).not_to_be_empty()
    expect(name).to_have_value("Ana Ferreira")

    write(page, "Better so.", "Ana Fernandes")
    website.fill("")
    send(page)
    expect(page.get_by_role("article", name="Ana Fernandes, waiting for the author")).to_be_focused()
    expect(page.locator("[aria-invalid], .field-error")).to_have_count(0)


def test_while_the_service_is_down_the_form_says_so_and_keeps_the_words(devices):
    device = devices()
    page = device.opens(places.QUIET)
    write(page, "Is anybody there?", "Vera")
    device.context.set_offline(True)
    send(page)
    expect(page.get_by_role("status")).to_have_text(KIND)
    expect(page.get_by_label("Your words")).to_have_value("Is anybody there?")
    device.context.set_offline(False)
    page.reload()
    expect(page.get_by_label("Your words")).to_have_value("Is anybody there?")
    page.get_by_label("Your name").fill("Vera")
    send(page)
    expect(page.get_by_role("article", name="Vera, waiting for the author")).to_be_focused()


def test_a_proxy_that_finds_no_service_is_answered_for_as_kindly(page):
    page.route("**/comments/", lambda route: route.fulfill(status=502, body="<h1>Bad Gateway</h1>"))
    write(page, "Hello?", "Willa")
    send(page)
    expect(page.get_by_role("status")).to_have_text(KIND)
    expect(page.get_by_label("Your words")).to_have_value("Hello?")


def test_a_word_for_the_author_alone_is_never_in_the_page(blog: Blog, page):
    write(page, "Between you and me: it rains.", "Xenia")
    page.get_by_text("Appear as …").click()
    page.get_by_label("For the author only").check()
    send(page)
    reply = page.get_by_role("article", name="Xenia, for the author only")
    expect(reply).to_contain_text("Only the author and you can read this; it is never published.")
    id_ = (reply.get_attribute("id") or "").removeprefix("comment-")
    blog.rapport("approve", id_)
    blog.rapport("bake")
    assert not blog.says("it rains", on=places.QUIET)


def test_one_s_own_reply_can_be_found_again_from_its_page(page):
    write(page, "Where will I find this?", "Yara")
    send(page)
    expect(page.locator("article.held")).to_be_visible()
    page.reload()
    page.get_by_role("link", name="See how your reply stands").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your reply")
    expect(page.locator("article.comment")).to_contain_text("Where will I find this?")


def test_a_withdrawn_reply_is_forgotten_on_this_device(page):
    write(page, "I take this back at once.", "Zora")
    send(page)
    reply = page.locator("article.held")
    expect(reply.locator(".avatar")).to_have_text("Z")
    expect(reply.locator(".avatar")).to_have_class(re.compile(r"^avatar hue-\d+ motif-\d+$"))
    reply.get_by_role("link", name="Change it, withdraw it, or see how it stands").click()
    page.get_by_role("button", name="Withdraw this reply").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Withdrawn")
    page.get_by_role("link", name="Back to").click()
    expect(page.get_by_label("Your words")).to_be_visible()
    expect(page.get_by_text("You have written here before.")).to_have_count(0)


def test_a_reply_withdrawn_elsewhere_is_forgotten_when_it_is_looked_for(blog: Blog, page):
    write(page, "I take this back from my phone.", "Zora")
    send(page)
    reply = page.locator("article.held")
    expect(reply).to_be_visible()
    id_ = (reply.get_attribute("id") or "").removeprefix("comment-")
    found = comments.find(blog.house.db, id_)
    assert found is not None
    posting.withdraw(blog.house.db, found)
    page.reload()
    page.get_by_role("link", name="See how your reply stands").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Withdrawn")
    page.wait_for_function("id => !localStorage.getItem('rapport:mine').includes(id)", arg=id_)
    page.goto(places.QUIET)
    expect(page.get_by_label("Your words")).to_be_visible()
    expect(page.get_by_text("You have written here before.")).to_have_count(0)

"""A guest proves who they are in the middle of a reply, is one with the guest they were, and is forgotten at last."""

import re

import pytest
from playwright.sync_api import Page, expect

from comments_service import ids
from tests.support import proving
from tests.support.blog import Blog

ESSAY = "/the-spare-chair/"
BY_SCRIPT = pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])


def writes(page: Page, words: str, name: str = "") -> None:
    page.get_by_label("Your words").fill(words)
    if name:
        page.get_by_label("Your name").fill(name)


def types_the_code(page: Page, blog: Blog, address: str) -> None:
    page.get_by_label("Your e-mail address").fill(address)
    page.get_by_role("button", name="Send me a letter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look at your mail")
    page.get_by_label("The six digits").fill(proving.code(blog.house))
    page.get_by_role("button", name="This is me").click()


@BY_SCRIPT
def test_a_guest_proves_who_they_are_is_joined_and_is_forgotten(blog: Blog, devices, script: bool):  # noqa: FBT001
    name = f"Nora {ids.new_id()[-6:]}"
    address = f"{ids.new_id()}@example.org"
    page = devices(java_script_enabled=script).opens(ESSAY)
    writes(page, f"As a guest, {name}.", name)
    page.get_by_role("button", name="Send reply").click()
    if script:
        expect(page.locator("article.held").last).to_contain_text("Only you see this here")
    else:
        expect(page.get_by_role("heading", level=1)).to_have_text("Your reply")
    # In the middle of the next one she proves her address; what she typed is there when she comes back.
    page.goto(ESSAY)
    writes(page, f"Proven, {name}.", name)
    page.get_by_label("I’d like an answer").check()
    page.get_by_role("button", name="E-mail", exact=True).click()
    types_the_code(page, blog, address)
    expect(page.get_by_label("Your words")).to_have_value(f"Proven, {name}.")
    expect(page.get_by_label("I’d like an answer")).to_be_checked()
    expect(page.get_by_text("Beside your name will stand what you proved")).to_be_visible()
    page.get_by_role("button", name="Send reply").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your reply")
    expect(page.locator("article .proven")).to_contain_text("by e-mail")
    page.wait_for_load_state()  # its script forgets the draft
    # The guest from before was her as well.
    page.goto("/identity/")
    expect(page.get_by_text(f"by a guest, last as “{name}”")).to_be_visible()
    page.get_by_role("button", name="Yes, that was me").click()
    expect(page.get_by_role("status")).to_contain_text("all of these are you")
    if script:
        # Her draft is gone with the reply, and the form in the page says as whom she replies once she begins to write.
        page.goto(ESSAY)
        expect(page.get_by_label("Your words")).to_have_value("")
        page.get_by_label("Your words").click()
        expect(page.get_by_text(f"You are replying as {name}")).to_be_visible()
        expect(page.get_by_label("Your name")).to_be_hidden()
    page.goto("/identity/")
    page.get_by_role("link", name="See everything that is kept about you").click()
    expect(page.get_by_role("main")).to_contain_text(address)
    page.get_by_label("Yes, erase it all").check()
    page.get_by_role("button", name="Forget me").click()
    expect(page.get_by_role("status")).to_contain_text("You are forgotten here")
    assert blog.house.db.value("SELECT count(*) FROM comments WHERE name = :name", name=name) == 0
    assert blog.house.db.value("SELECT count(*) FROM identities WHERE address = :address", address=address) == 0


def test_this_browser_forgets_whoever_asks_to_be_forgotten_and_keeps_what_they_are_writing(devices):
    page = devices().opens(ESSAY)
    writes(page, "My words.", "Ines")
    page.get_by_text("Appear as …").click()
    page.get_by_label("Remember these on this device").check()
    page.get_by_role("button", name="Send reply").click()
    expect(page.locator("article.held").last).to_contain_text("Only you see this here")
    writes(page, "More of them.")
    page.goto("/identity/data")
    page.get_by_label("Yes, erase it all").check()
    page.get_by_role("button", name="Forget me").click()
    expect(page.get_by_role("status")).to_contain_text("You are forgotten here")
    page.wait_for_load_state()  # its script forgets who it was
    page.goto(ESSAY)
    expect(page.get_by_label("Your words")).to_have_value("More of them.")
    expect(page.get_by_label("Your name")).to_have_value("")
    expect(page.get_by_text("You have written here before")).to_have_count(0)


def test_known_by_script_the_form_offers_what_the_form_without_it_does(blog: Blog, devices):
    name = f"Tove {ids.new_id()[-6:]}"
    page = devices().opens(ESSAY)
    writes(page, "Proven words.", name)
    page.get_by_role("button", name="E-mail", exact=True).click()
    types_the_code(page, blog, f"{ids.new_id()}@example.org")
    page.get_by_role("button", name="Send reply").click()
    page.goto(ESSAY)
    page.get_by_label("Your name").focus()
    expect(page.get_by_role("link", name="change or sign out")).to_be_focused()
    expect(page.get_by_role("group", name="Appear otherwise")).not_to_contain_text("Nobody else can then write as you")
    writes(page, "More of them.")
    page.get_by_role("button", name="Send reply").click()
    expect(page.locator("article.held .proven").last).to_have_text("by e-mail")


@BY_SCRIPT
def test_who_comes_back_without_proving_anything_finds_their_words(blog: Blog, devices, script: bool):  # noqa: FBT001
    page = devices(java_script_enabled=script).opens(ESSAY)
    writes(page, "Words that I would hate to lose.", "Otto")
    page.get_by_role("button", name="E-mail", exact=True).click()
    page.get_by_label("Your e-mail address").fill("otto@example")
    page.get_by_role("button", name="Send me a letter").click()
    expect(page.get_by_role("alert")).to_contain_text("it should look like name@example.org")
    page.get_by_role("link", name="Back to your reply").click()
    expect(page.get_by_label("Your words")).to_have_value("Words that I would hate to lose.")
    expect(page.get_by_label("Your name")).to_have_value("Otto")


def test_reading_asks_nobody_who_one_is_until_one_begins_to_write(blog: Blog, devices):
    device = devices()
    page = device.opens("/identity/email")
    types_the_code(page, blog, f"{ids.new_id()}@example.org")
    expect(page).to_have_url(re.compile(r"/identity/\?done=email$"))
    device.watch.requests.clear()
    page.goto(ESSAY)
    page.get_by_role("heading", level=1).click()
    assert not [one for one in device.watch.requests if one.startswith("/identity")]
    with page.expect_response("**/identity/"):
        page.get_by_label("Your words").click()


def test_by_keyboard_alone_one_sends_with_return_and_chooses_with_tab(blog: Blog, devices):
    page = devices().opens(ESSAY)
    writes(page, "Typed and sent by keyboard.", "Pia")
    page.get_by_label("Your name").press("Enter")
    expect(page.locator("article.held").last).to_contain_text("Typed and sent by keyboard.")
    writes(page, "Typed, and then proven.", "Pia")
    page.get_by_role("button", name="Preview").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="E-mail", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your e-mail address")).to_be_visible()

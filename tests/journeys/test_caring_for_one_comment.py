"""Caring for one comment by keyboard alone: who wrote it, its words edited, and the edit undone; a saved reply."""

import pytest
from playwright.sync_api import expect

from comments_service.moderation import replies
from tests.support.blog import Blog
from tests.support.places import QUIET


def test_a_writer_is_looked_at_their_words_edited_and_the_edit_undone_without_a_mouse(blog: Blog, devices, signed_in):
    ugo = blog.house.reader("Ugo")
    blog.house.author.publishes(ugo.says("I have been here before.", on=QUIET))
    said = ugo.says("Call me at 555-0100, I wait.", on=QUIET)
    blog.comes_to_say("555-0100", on=QUIET)
    page = devices(storage_state=signed_in).opens("/desk/moderation?state=published")
    case = page.locator(f"#case-{said.id}")
    while not page.evaluate("id => document.activeElement.id === id", f"case-{said.id}"):
        page.keyboard.press("j")

    page.keyboard.press("i")
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_role("heading", level=1, name="Ugo")).to_be_focused()
    expect(drawer).to_contain_text("I have been here before.")
    expect(case).to_be_visible()  # the list stands beside it
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(case).to_be_focused()

    page.keyboard.press("e")
    words = page.get_by_label("The words, in Markdown")
    expect(words).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("Call me, I wait.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    told = page.get_by_role("status")
    expect(told).to_contain_text("Edited Ugo’s reply.")
    blog.comes_to_say("Call me, I wait.", "edited by the author", on=QUIET)
    assert not blog.says("555-0100", on=QUIET)

    expect(page.locator("#keys-open")).to_be_visible()  # which the script shows once it hears keys
    page.keyboard.press("u")
    expect(told).to_contain_text("Took back the edit of Ugo’s reply.")
    blog.comes_to_say("555-0100", on=QUIET)


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_that_can_be_done_about_a_reply_lies_over_another_thing(blog: Blog, devices, signed_in, width):
    said = blog.house.reader("Bartholomew van den Berg").says("May I come in?", on=QUIET)
    page = devices(storage_state=signed_in, viewport={"width": width, "height": 800}).opens("/desk/moderation")
    row = page.locator(f"#case-{said.id} .queue-actions")
    expect(row.get_by_role("link", name="Who is")).to_be_visible()
    boxes = [one.bounding_box() for one in row.locator("button:visible, a:visible, summary:visible").all()]
    assert len(boxes) >= 6
    for number, one in enumerate(boxes):
        for other in boxes[:number]:
            beside = one["x"] >= other["x"] + other["width"] or one["x"] + one["width"] <= other["x"]
            beneath = one["y"] >= other["y"] + other["height"] or one["y"] + one["height"] <= other["y"]
            assert beside or beneath, (one, other)


def test_a_saved_reply_goes_where_the_caret_stands(blog: Blog, devices, signed_in):
    replies.add(blog.house.db, "Welcome", "Welcome, {name}!", blog.house.author.account)
    said = blog.house.reader("Vera").says("May I come in?", on=QUIET)
    page = devices(storage_state=signed_in).opens(f"/desk/comments/{said.id}")
    expect(page.locator("#keys-open")).to_be_visible()
    page.locator(f"#case-{said.id}").focus()
    page.keyboard.press("w")
    answer = page.get_by_label("Your answer to Vera")
    expect(answer).to_be_focused()
    page.keyboard.type("Come in. ")
    page.locator(".saved-replies summary").press("Enter")
    page.get_by_role("link", name="Welcome").press("Enter")
    expect(answer).to_have_value("Come in. Welcome, Vera!")
    expect(answer).to_be_focused()

"""By keyboard alone: every way is open, in the order in which one reads, and the place where one stands is seen."""

from typing import TypedDict

import pytest
from playwright.sync_api import Page, expect

from tests.support.blog import Blog
from tests.support.places import LIVELY, QUIET

FORM = [
    "Your words", "Your name", "I’d like an answer", "Appear as … e-mail, website, privately", "Send reply", "Preview",
]  # fmt: skip
WHERE = """() => {
    const here = document.activeElement;
    const box = here.getBoundingClientRect();
    const style = getComputedStyle(here);
    const middle = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    return {
        id: here.id,
        said: here.labels?.[0]?.innerText ?? here.innerText,
        marked: here.matches(":focus-visible") && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        seen: box.bottom > 0 && box.top < innerHeight && (here.contains(middle) || middle?.contains(here)),
    };
}"""


class Stop(TypedDict):
    """Where the focus stands: what is said of it, whether it is marked, whether it is in sight and not covered."""

    id: str
    said: str
    marked: bool
    seen: bool


def tab_through(page: Page) -> list[Stop]:
    """Every stop of the Tab key, until it leaves the page."""
    stops: list[Stop] = []
    while len(stops) < 200:
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            return stops
        stops.append(page.evaluate(WHERE))
    raise AssertionError("the Tab key never leaves the page")


def test_every_stop_from_the_skip_link_to_the_form_is_seen_and_in_order(devices):
    page = devices(viewport={"width": 1280, "height": 800}).opens(LIVELY)
    stops = tab_through(page)
    said = [stop["said"] for stop in stops]
    assert said[0] == "To the text"
    assert said[1:7] == ["Rapport", "Archive", "Tags", "Conversations", "Search", "About"]
    last_comment, form = said.index("Reply to داليا"), said.index("Your words")
    assert [" ".join(words.split()) for words in said[last_comment + 1 : form]] == [
        "Like what داليا wrote",
        "Report what داليا wrote",
        "How I answer",
    ]
    assert said[form : form + len(FORM)] == FORM
    assert [stop for stop in stops if not stop["marked"]] == []
    assert [stop for stop in stops if not stop["seen"]] == []
    assert [words for words in said if words.startswith("Reply to")] == page.locator("a.reply-link").all_inner_texts()


def test_the_skip_link_leads_past_the_navigation(devices):
    page = devices().opens(LIVELY)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="To the text")).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.getElementById('content').contains(document.activeElement)")


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_reply_is_written_and_sent_without_a_mouse(devices, script):
    page = devices(java_script_enabled=script).opens(QUIET)
    page.get_by_label("Your words").focus()
    page.keyboard.type(f"No mouse in this house, {'with' if script else 'without'} a script.")
    page.keyboard.press("Tab")
    page.keyboard.type("Zita")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_label("I’d like an answer")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("article.comment", has_text="No mouse in this house")).to_be_visible()
    if not script:
        expect(page.get_by_role("heading", level=1)).to_have_text("Your reply")


def test_ctrl_and_enter_send_the_reply(devices):
    page = devices().opens(QUIET)
    page.get_by_label("Your name").fill("Zita")
    page.get_by_label("Your words").fill("Quick as a key.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("article", name="Zita, waiting for the author")).to_be_focused()


def test_single_keys_lead_through_the_desk(blog: Blog, devices, signed_in):
    names = ("Aldo", "Bice", "Ciro")
    cases = [f"case-{blog.house.reader(name).says(f'{name} has a key.', on=QUIET).id}" for name in names]
    page = devices(storage_state=signed_in).opens("/desk/moderation")
    on = [page.locator(f"#{case}") for case in cases]
    told = page.locator("#keys-said")
    while not page.evaluate("id => document.activeElement.id === id", cases[0]):
        page.keyboard.press("j")
    page.keyboard.press("j")
    expect(on[1]).to_be_focused()
    page.keyboard.press("k")
    expect(on[0]).to_be_focused()

    page.keyboard.press("a")
    expect(told).to_contain_text("Published Aldo’s reply.")
    expect(on[1]).to_be_focused()
    page.keyboard.press("r")
    expect(told).to_contain_text("Rejected Bice’s reply.")
    expect(on[2]).to_be_focused()
    page.keyboard.press("s")
    expect(told).to_contain_text("Marked Ciro’s reply as spam.")
    expect(page.locator("#keys-open")).to_be_visible()  # which the script shows once it hears keys
    page.keyboard.press("u")
    expect(on[2]).to_be_focused()
    expect(told).to_have_text("Taken back.")
    page.keyboard.press("w")
    answer = page.get_by_label("Your answer to Ciro")
    expect(answer).to_be_focused()
    page.keyboard.type("a r s u are letters here.")
    page.keyboard.press("Escape")
    expect(on[2]).to_be_focused()
    page.keyboard.press("w")
    expect(answer).to_have_value("a r s u are letters here.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".done")).to_contain_text("Published Ciro’s reply with your answer.")
    blog.comes_to_say("Aldo has a key.", "Ciro has a key.", "are letters here.", on=QUIET)
    assert not blog.says("Bice", on=QUIET)

"""Finding something: the search in a reader's own browser, the author's answers, and a video that waits to be asked."""

import pytest
from playwright.sync_api import expect

from tests.support.places import FULL, LIVELY

YOUTUBE = "https://www.youtube-nocookie.com"


def test_whoever_types_a_word_finds_the_essays_that_hold_it_without_any_service(devices):
    device = devices()
    page = device.opens("/search/")
    page.wait_for_load_state("networkidle")
    assert not [path for path in device.watch.requests if path.startswith("/pagefind/")]
    page.get_by_label("Words in the essays").press_sequentially("gulls")
    expect(page.get_by_role("status")).to_have_text("Essays that hold these words: 1")
    expect(page.locator("mark").first).to_have_text("gulls,")
    page.get_by_role("link", name="What the quay keeps").click()
    expect(page).to_have_url(f"{page.url.partition('/the-quay')[0]}{FULL}")
    assert not [path for path in device.watch.requests if path.startswith(("/comments/", "/api/"))]


def test_a_word_that_nobody_wrote_is_answered_by_a_sentence(devices):
    page = devices().opens("/search/?q=zzyzx")
    expect(page.get_by_role("status")).to_contain_text("No essay holds these words")


def test_a_lost_page_leads_into_the_search(devices):
    page = devices().opens("/nowhere/")
    page.get_by_label("Words in the essays").fill("umbrellas")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("link", name="What the quay keeps")).to_be_visible()


def test_without_a_script_the_search_says_where_else_to_look(devices):
    page = devices(java_script_enabled=False).opens("/search/?q=ferry")
    page.locator("main").get_by_role("link", name="archive").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Archive")


def test_what_a_reader_wrote_is_in_no_index(blog, devices):
    page = devices().opens("/search/?q=larder")
    assert blog.says("I see no larder.", on=LIVELY)
    expect(page.get_by_role("status")).to_contain_text("No essay holds these words")


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_the_threads_without_the_author_can_be_hidden_and_her_answers_jumped_to(devices, script):
    page = devices(java_script_enabled=script).opens(LIVELY)
    edda = page.get_by_role("article", name="Edda", exact=True).first
    expect(edda).to_be_visible()
    page.get_by_label("Only threads the author answered").focus()
    page.keyboard.press("Space")
    expect(edda).to_be_hidden()
    expect(page.get_by_role("article", name="Ben", exact=True).first).to_be_visible()
    page.keyboard.press("Space")
    expect(edda).to_be_visible()
    page.get_by_text("Jump to the author’s answers").click()
    page.get_by_role("link", name="Ana Ferreira to Ben").first.click()
    assert "#comment-" in page.url


def test_the_exchanges_without_the_author_can_be_hidden_without_a_script(devices):
    page = devices(java_script_enabled=False).opens("/conversations/")
    everything = page.locator(".exchange:visible").count()
    page.get_by_label("Only exchanges in which the author answered").check()
    left = page.locator(".exchange:visible")
    assert 0 < left.count() < everything
    assert left.filter(has=page.locator(".author-mark")).count() == left.count()


def test_a_video_asks_nobody_for_anything_until_it_is_pressed(devices):
    device = devices()
    page = device.opens(FULL)
    page.wait_for_load_state("networkidle")
    assert page.locator("iframe").count() == 0
    # From here on another site is meant to be asked; here a page of ours answers for it.
    device.watch.elsewhere.add(YOUTUBE)
    asked = []

    def answer(route):
        asked.append(route.request)
        route.fulfill(body="<p>The film.</p>", content_type="text/html")

    page.route(f"{YOUTUBE}/**", answer)
    page.get_by_role("link", name="The fog goes out").focus()
    page.keyboard.press("Enter")
    expect(page.frame_locator("iframe").get_by_text("The film.")).to_be_visible()
    expect(page.get_by_title("The fog goes out")).to_be_focused()
    assert [request.url.partition("?")[0] for request in asked] == [f"{YOUTUBE}/embed/aaaaaaaaaaa"]
    assert asked[0].headers["referer"].count("/") == 3


def test_without_a_script_a_video_is_a_link_to_its_own_page(devices):
    page = devices(java_script_enabled=False).opens(FULL)
    expect(page.get_by_role("link", name="The fog goes out")).to_have_attribute(
        "href", "https://www.youtube.com/watch?v=aaaaaaaaaaa&t=1m30s"
    )


def test_on_paper_the_conversation_stands_and_the_form_does_not(devices):
    page = devices().opens(LIVELY)
    page.emulate_media(media="print")
    expect(page.get_by_role("article", name="Ben", exact=True).first).to_be_visible()
    for gone in ("#reply-form", ".site-nav", ".comment-tools", ".thread-tools", ".related"):
        expect(page.locator(gone).first).to_be_hidden()
    link = page.locator('.e-content a[href^="http"]').first
    assert "http" in link.evaluate("link => getComputedStyle(link, '::after').content")

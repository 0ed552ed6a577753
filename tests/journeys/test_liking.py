"""Liking, and taking it back: in place with script, by plain forms without."""

from playwright.sync_api import expect

from tests.support.blog import Blog
from tests.support.places import QUIET


def test_a_like_is_counted_in_place_and_remembered_on_this_device(blog: Blog, devices):
    comment = blog.house.author.says("Shoes stay outside.", on=QUIET)
    blog.comes_to_say("Shoes stay outside.", on=QUIET)
    page = devices().opens(QUIET)
    stands = page.locator(f"#comment-{comment.id}")
    button = stands.get_by_role("button", name="Like what Ana Ferreira wrote")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(stands.locator(".likes")).to_have_text("1")
    page.reload()
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(stands.locator(".likes")).to_have_text("")


def test_without_script_a_like_leads_back_to_its_place(blog: Blog, devices):
    comment = blog.house.author.says("Hats come in.", on=QUIET)
    blog.comes_to_say("Hats come in.", on=QUIET)
    page = devices(java_script_enabled=False).opens(QUIET)
    page.get_by_role("button", name="Like this essay").click()
    expect(page).to_have_url(f"{blog.url}{QUIET}#like")
    expect(page.get_by_text("Noted. The page counts it in a moment.")).to_be_visible()
    page.locator(f"#comment-{comment.id}").get_by_role("button", name="Like").click()
    expect(page).to_have_url(f"{blog.url}{QUIET}#comment-{comment.id}")
    blog.comes_to_say('<span class="likes">1</span>', on=QUIET)


def test_a_like_that_is_refused_or_lost_says_so(blog: Blog, devices):
    blog.house.author.says("Gloves, too.", on=QUIET)
    blog.comes_to_say("Gloves, too.", on=QUIET)
    device = devices()
    page = device.opens(QUIET)
    device.context.set_offline(True)
    button = page.get_by_role("button", name="Like this essay")
    button.click()
    expect(page.locator("#like").get_by_role("status")).to_have_text(
        "This could not be sent just now. Please try again in a while."
    )
    expect(button).to_have_attribute("aria-pressed", "false")

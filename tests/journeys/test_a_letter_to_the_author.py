"""A letter to the author: a stranger replies, and the author, who is signed in nowhere, decides from the mail."""

import pytest
from playwright.sync_api import expect

from tests.support import telling
from tests.support.places import QUIET

pytestmark = pytest.mark.xdist_group("browser")


def test_a_stranger_s_reply_is_approved_from_the_letter_and_stands_in_the_page(devices, blog):
    words = "Does the long way home have an inn?"
    stranger = devices().opens(f"/comments/reply?page={QUIET}")
    stranger.get_by_label("Your words").fill(words)
    stranger.get_by_label("Your name").fill("Gil Ro")
    with telling.with_address(blog.house):
        stranger.get_by_role("button", name="Send reply").click()
        letter = telling.to_the_owner(blog.house, words)
    link = telling.link(letter)

    telephone = devices(viewport={"width": 360, "height": 740}, java_script_enabled=False).opens(f"{link}?for=approve")
    expect(telephone.get_by_text(words)).to_be_visible()
    assert not blog.says(words, on=QUIET), "opening a link does nothing"
    telephone.get_by_role("button", name="Approve").click()
    expect(telephone.get_by_role("status").first).to_contain_text("With this link you published Gil Ro’s reply")
    blog.comes_to_say(words, on=QUIET)

    telephone.goto(link)
    expect(telephone.get_by_text("A link acts once, so this one is used up.")).to_be_visible()
    expect(telephone.get_by_role("button", name="Approve")).to_have_count(0)
    telephone.get_by_role("link", name="See it in its page").click()
    expect(telephone.get_by_text(words)).to_be_visible()


def test_the_author_answers_from_the_letter_and_what_was_typed_is_kept(devices, blog):
    words = "And where would one sleep?"
    with telling.with_address(blog.house):
        blog.house.reader("Ida").says(words, on=QUIET)
        link = telling.link(telling.to_the_owner(blog.house, words))
    page = devices(java_script_enabled=False).opens(f"{link}?for=answer")
    answer = page.get_by_label("Your answer to Ida")
    answer.fill("   ")
    page.get_by_role("button", name="Publish and answer").click()
    expect(page.locator(".field-error")).to_be_visible()
    answer.fill("At the *Anchor*, Ida.")
    page.get_by_role("button", name="Publish and answer").click()
    expect(page.get_by_role("status").first).to_contain_text("With this link you answered Ida’s reply")
    blog.comes_to_say(words, "At the <em>Anchor</em>, Ida.", on=QUIET)

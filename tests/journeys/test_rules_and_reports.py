"""A rule written, tried and switched on catches a reply; three readers' reports hide one until the author looks."""

from playwright.sync_api import expect

from comments_service.models import State
from tests.support import ruling
from tests.support.blog import Blog
from tests.support.places import LIVELY, QUIET
from tests.support.processes import eventually


def test_a_rule_is_written_tried_switched_on_and_catches_a_reply(devices, blog: Blog, signed_in) -> None:
    ben = blog.house.reader("Ben", trusted=False)
    before = ben.says("The pangolin is a shy animal.", on=QUIET)
    if before.state is State.HELD:
        blog.house.author.publishes(before)
    page = devices(storage_state=signed_in, viewport={"width": 360, "height": 780}).opens("/desk/rules")
    page.get_by_role("link", name="A new rule").click()
    page.get_by_label("What you call it").fill("Pangolins")
    page.get_by_label("It says one of these").fill("pangol*")
    page.get_by_role("button", name="Keep it, and try it").click()
    expect(page.get_by_text("It would have held 1 of the")).to_be_visible()
    expect(page.get_by_text("The pangolin is a shy animal.")).to_be_visible()
    page.get_by_role("button", name="Switch it on").click()
    expect(page.get_by_role("status")).to_contain_text("“Pangolins” is on")
    reader = devices().opens(f"/comments/reply?page={QUIET}")
    reader.get_by_label("Your words").fill("Two PANGOLINS met.")
    reader.get_by_label("Your name").fill("Pia")
    reader.get_by_role("button", name="Send reply").click()
    expect(reader.get_by_role("status")).to_contain_text("reads it before others do")
    page.goto("/desk/rules")
    page.get_by_role("listitem").filter(has_text="Pangolins").get_by_role("button", name="Switch off").click()
    expect(page.get_by_role("status")).to_contain_text("“Pangolins” is off")


def test_the_words_of_the_author_stand_clear_of_their_line_where_they_are_reported(devices, blog: Blog) -> None:
    page = devices(viewport={"width": 360, "height": 740}).opens(LIVELY)
    page.goto(page.locator("article.by-author a.report").first.get_attribute("href") or "")
    said, words = page.locator("article.by-author").bounding_box(), page.locator(".by-author .e-content").bounding_box()
    assert said is not None
    assert words is not None
    assert words["x"] - said["x"] > 10


def test_reports_hide_until_the_author_leaves_it_without_script(devices, blog: Blog, signed_in) -> None:
    house, words = blog.house, "You are all fools, and I say so."
    comment = house.reader("Rude Rudi", trusted=False).says(words, on=QUIET)
    if comment.state is State.HELD:
        house.author.publishes(comment)
    blog.comes_to_say(words, on=QUIET)
    for number in range(3):
        witness = ruling.proven(house, f"Witness {number}")
        device = devices(java_script_enabled=False)
        device.context.add_cookies([{"name": "rapport_device", "value": witness.device, "url": blog.url}])
        page = device.opens(QUIET)
        page.locator(f"#comment-{comment.id}").get_by_role("link", name="Report what Rude Rudi wrote").click()
        page.get_by_label("It insults, threatens or shames somebody").check()
        page.get_by_role("button", name="Report it").click()
        expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    expect(page.get_by_text("It is off the page until then.")).to_be_visible()
    eventually(lambda: not blog.says(words, on=QUIET), "the page says it no more")
    desk = devices(java_script_enabled=False, storage_state=signed_in).opens(f"/desk/comments/{comment.id}")
    expect(desk.get_by_role("region", name="What readers say against it")).to_contain_text("somebody proven")
    desk.get_by_role("button", name="Let it stand again").click()
    expect(desk.get_by_role("status")).to_contain_text("It stands in the page.")
    blog.comes_to_say(words, on=QUIET)

"""A reader asks to be told, says yes, is told by a letter that a real mail server takes, and stops it by one click."""

import re
from email.message import EmailMessage

import pytest
from playwright.sync_api import expect

from comments_service import ids, names
from comments_service.models import Comment
from comments_service.store import comments, subscriptions
from tests.support import corresponding, post
from tests.support.actors import House, furnish
from tests.support.blog import Blog
from tests.support.browserless import Visitor
from tests.support.processes import eventually

ADDRESS = "ben@example.net"
MINUTES = 6


def said_last(house: House) -> Comment:
    """What a reader said last."""
    found = comments.find(house.db, house.db.value("SELECT max(id) FROM comments WHERE author IS NULL"))
    assert found
    return found


def part(letter: EmailMessage, kind: str) -> str:
    """The words of a letter, `plain` or `html`."""
    found = letter.get_body((kind,))
    assert found is not None
    return str(found.get_content())


def later(house: House) -> None:
    """Minutes pass, and the letters go."""
    house.work()
    house.shift_clock(minutes=MINUTES)
    house.work()


def test_reply_confirmation_answer_letter_and_one_click_stop(tmp_path):
    with post.open_office() as office, furnish(tmp_path, smtp_url=office.url, mail_from="blog@example.org") as house:
        ben = Visitor(house)
        assert ben.says("May I ask something?", email=ADDRESS, notify="author").status_code == 303
        house.work()
        (question,) = office.messages
        assert question["To"] == ADDRESS
        (link,) = re.findall(r"(/subscriptions/\S+)", part(question, "plain"))
        assert "Shall letters come to you?" in ben.gets(link).text
        house.author.answers(said_last(house), "You may.")
        later(house)
        assert len(office.letters) == 1, "nothing is told before the yes"
        assert ben.client.post(link, data={"do": "confirm"}).status_code == 303
        later(house)
        (letter,) = office.messages[1:]
        assert letter["Subject"] == "Ana Ferreira answered you on “Essay a” · Rapport"
        assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert letter["References"] == letter["In-Reply-To"]
        assert "> You may." in part(letter, "plain")
        assert "You may." in part(letter, "html")
        stop = letter["List-Unsubscribe"].strip("<>").removeprefix(house.settings.url)
        assert ben.gets(stop).status_code == 200
        assert Visitor(house).client.post(stop, data={"List-Unsubscribe": "One-Click"}).status_code == 200
        house.author.answers(said_last(house), "And once more.")
        later(house)
        assert len(office.letters) == 2
        assert all(made.isascii() for made in office.letters)


@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_one_chooses_at_the_form_says_yes_in_the_letter_and_stops_on_its_page(blog: Blog, devices, script):
    address = f"{ids.new_id()}@example.org"
    page = devices(java_script_enabled=script).opens("/the-spare-chair/")
    page.get_by_label("Your words").fill(f"Tell me, {address[:8]}.")
    page.get_by_label("Your name").fill("Nora")
    page.get_by_text("Tell me when I’m answered").click()
    page.get_by_label("E-mail").fill(address)
    expect(page.get_by_label("when Ana Ferreira answers")).to_be_checked()
    page.get_by_label("of everything in this conversation").check()
    page.get_by_role("button", name="Send reply").click()
    if script:
        page.get_by_role("link", name="Change it, withdraw it, or see how it stands").last.click()
    letters = page.get_by_role("region", name="Letters")
    expect(letters).to_contain_text(f"They go to {names.veiled(address)}, once its owner says yes")
    expect(letters.get_by_label("of everything in this conversation")).to_be_checked()
    eventually(lambda: [one for one in blog.house.letters if one.to == address], "the address is asked")
    page.goto(corresponding.link(blog.house, address))
    page.get_by_role("button", name="Yes, write to me").click()
    expect(page.get_by_role("status")).to_contain_text("Letters come to you from now on")
    page.get_by_role("button", name=re.compile("^Stop this.*of everything in your conversation")).click()
    expect(page.get_by_role("status")).to_contain_text("no more letters about this")
    assert subscriptions.of_correspondent(blog.house.db, corresponding.at(blog.house, address).id) == []

"""The ledger's own story: a reader waits too long, is promised something, gets it late, and says that they wait."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from comments_service import ids
from comments_service.models import Comment
from comments_service.store import comments, conversations
from tests.journeys.conftest import CONTENT
from tests.support import blog as blog_
from tests.support.blog import Blog
from tests.support.browser import Device, Watch

PATH = "/the-spare-chair/"


@pytest.fixture
def patient_blog(tmp_path: Path) -> Iterator[Blog]:
    """A blog of its own, whose clock the test moves."""
    clock = tmp_path / "data" / "clock"
    with blog_.running(tmp_path, CONTENT, clock_file=clock, answer_within=72) as made:
        yield made
    ids.use_clock(None)


def device(chromium: Browser, blog: Blog, *, script: bool) -> tuple[Device, Watch]:
    context = chromium.new_context(base_url=blog.url, locale="en-GB", timezone_id="UTC", java_script_enabled=script)
    watch = Watch(context, blog.url)
    return Device(context, watch), watch


def asks(page: Page, words: str, name: str) -> str:
    """Reply as somebody does whose browser runs no script; returns the address of their own page."""
    page.goto(PATH)
    page.get_by_label("Your words").fill(words)
    page.get_by_label("Your name").fill(name)
    page.get_by_role("button", name="Send reply").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your reply")
    return page.url


def newest(blog: Blog, page: str = PATH) -> Comment:
    found = blog.house.db.value("SELECT max(id) FROM comments WHERE page = :page AND author IS NULL", page=page)
    comment = comments.find(blog.house.db, str(found))
    assert comment is not None
    return comment


def state(blog: Blog, comment: Comment) -> str:
    found = conversations.find(blog.house.db, comment.conversation)
    assert found is not None
    return found.state


class Story:
    """Ida, whose browser runs no script, and Ana at her desk."""

    def __init__(self, blog: Blog, ida: Page, desk: Page) -> None:
        self.blog, self.ida, self.desk = blog, ida, desk

    @property
    def answer(self) -> Locator:
        """What Ida's own page says about her answer."""
        return self.ida.get_by_role("region", name="Your answer")

    @property
    def told(self) -> Locator:
        """What the page that is open says of what was just done."""
        return self.desk.get_by_role("status").first

    def ida_asks_and_is_published(self) -> Comment:
        own = asks(self.ida, "Whom do you write to first?", "Ida")
        first = newest(self.blog)
        self.blog.house.author.publishes(first)
        self.blog.comes_to_say("One comment calls for an answer and is within 3 days.", on=PATH)
        self.ida.goto(own)
        expect(self.answer).to_contain_text("has not answered yet, and means to by")
        return first

    def the_due_time_passes(self) -> None:
        self.blog.house.shift_clock(hours=97)
        self.blog.comes_to_say("One comment calls for an answer, and has none yet.", on=PATH)
        self.blog.comes_to_say("so far 0 of 1 time", on=PATH)
        self.ida.reload()
        expect(self.answer).to_contain_text("You are not forgotten.")

    def ana_answers_late_and_promises_more(self) -> None:
        late = self.desk.get_by_role("region", name="Late, still worth it").get_by_role("article", name="Ida")
        expect(late).to_contain_text("Whom do you write to first?")
        late.locator("summary", has_text="Answer").first.click()
        late.get_by_label("Your answer to Ida").fill("To whoever waits longest. I'll send you my list.")
        late.get_by_role("button", name="Give it a day?").click()
        late.get_by_label("What you promise").fill("send Ida the list")
        late.get_by_label("By the end of").fill(today())
        late.get_by_role("button", name="Answer", exact=True).click()
        expect(self.told).to_contain_text("Ida")
        self.blog.comes_to_say("answered after 4 days", "The one comment that called for an answer got one.", on=PATH)
        assert not self.blog.says("send Ida the list", on=PATH)
        self.ida.reload()
        expect(self.answer).to_contain_text("promised")

    def ana_keeps_it_two_days_late(self) -> None:
        self.blog.house.shift_clock(days=2)
        self.desk.goto("/desk/")
        promised = self.desk.get_by_role("listitem").filter(has_text="send Ida the list")
        expect(promised).to_contain_text("Ida")
        promised.get_by_role("button", name="Kept elsewhere").click()
        expect(self.told).to_be_visible()

    def the_digest_of_that_week_says_so(self) -> None:
        week = today()
        self.blog.house.shift_clock(days=7)
        said = self.blog.rapport("digest", "--week", week)
        assert re.search(r"Promises kept: Ida \(for .+, kept late\)", said), said

    def what_ida_asks_next_is_closed(self) -> Comment:
        own = asks(self.ida, "And whom do you never write to?", "Ida")
        second = newest(self.blog)
        self.desk.goto("/desk/")
        expect(self.desk.locator("#keys-open")).to_be_visible()
        self.desk.locator(f"#case-{second.id}").focus()
        self.desk.keyboard.press("c")
        self.desk.keyboard.press("d")
        expect(self.told).to_contain_text("you’d rather not")
        assert state(self.blog, second) == "closed_no_reply"
        self.ida.goto(own)
        expect(self.answer).to_contain_text("read this, and left it as it is")
        return second

    def ida_is_still_waiting_and_back_at_the_desk(self, second: Comment) -> None:
        self.ida.get_by_role("button", name="I’m still waiting").click()
        expect(self.ida.get_by_role("status").first).to_be_visible()
        assert self.ida.get_by_role("button", name="I’m still waiting").count() == 0
        self.desk.goto("/desk/")
        expect(self.desk.locator(f"#case-{second.id}")).to_contain_text("And whom do you never write to?")


def today() -> str:
    return ids.as_text(ids.moment())[:10]


def test_a_reader_waits_too_long_is_promised_something_and_gets_it_late(patient_blog: Blog, chromium: Browser) -> None:
    blog = patient_blog
    (reader, watched), (author, watched_too) = (device(chromium, blog, script=script) for script in (False, True))
    desk = author.opens(blog.new_desk_link())
    desk.get_by_role("button", name="Sign in as Ana Ferreira").click()
    story = Story(blog, reader.opens(PATH), desk)
    first = story.ida_asks_and_is_published()
    story.the_due_time_passes()
    desk.reload()
    story.ana_answers_late_and_promises_more()
    assert state(blog, first) == "promised"
    story.ana_keeps_it_two_days_late()
    assert state(blog, first) == "answered"
    story.the_digest_of_that_week_says_so()
    second = story.what_ida_asks_next_is_closed()
    story.ida_is_still_waiting_and_back_at_the_desk(second)
    assert state(blog, second) == "needs_answer"
    assert watched.complaints == watched_too.complaints == []

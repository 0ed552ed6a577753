"""A reader asks, waits past the time promised, is answered late and promised more; the page tells all of it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from comments_service import answering, engagement, ids
from comments_service.models import Comment, Undertaking
from comments_service.store import comments, conversations
from tests.journeys.conftest import CONTENT
from tests.support import blog as blog_
from tests.support.blog import Blog


@pytest.fixture(scope="module")
def patient_blog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Blog]:
    """A blog in which time passes when it is told to, and which promises an answer within three days."""
    folder = tmp_path_factory.mktemp("patience")
    (folder / "data").mkdir()
    clock = folder / "data" / "clock"
    clock.write_text("0")
    with blog_.running(folder, CONTENT, answer_within=72, clock_file=clock) as made:
        yield made


class Asker:
    """A reader in front of the essay, with script or without."""

    def __init__(self, chromium: Browser, blog: Blog, name: str, essay: str, *, script: bool) -> None:
        self.blog, self.name, self.essay, self.script = blog, name, essay, script
        self.page: Page = chromium.new_context(base_url=blog.url, java_script_enabled=script).new_page()
        self.own = ""

    def asks(self, words: str) -> Comment:
        self.page.goto(self.essay)
        expect(self.page.locator(".form-line")).to_contain_text("I answer within 3 days")
        self.page.get_by_label("Your words").fill(words)
        self.page.get_by_label("Your name").fill(self.name)
        self.page.get_by_role("button", name="Send reply").click()
        if self.script:
            expect(self.page.get_by_role("status")).to_contain_text("Your reply")
            reply = self.page.locator("article.mine:focus")
            self.page.goto(f"/comments/{(reply.get_attribute('id') or '').removeprefix('comment-')}/")
        expect(self.page.get_by_role("heading", level=1)).to_have_text("Your reply")
        self.own = self.page.url
        found = comments.find(self.blog.house.db, self.own.split("/comments/")[1].split("/")[0])
        assert found is not None
        return found

    def sees_on_their_page(self, *words: str) -> None:
        self.page.goto(self.own)
        for one in words:
            expect(self.page.locator("main")).to_contain_text(one)

    def says(self, button: str, told: str) -> None:
        self.page.get_by_role("button", name=button).click()
        expect(self.page.get_by_role("status")).to_contain_text(told)


@pytest.mark.parametrize(
    ("script", "essay", "name"),
    [(True, "/the-open-door/", "Nadja"), (False, "/the-spare-chair/", "Noor")],
    ids=["with script", "without script"],
)
def test_who_waits_is_told_the_truth_and_is_not_forgotten(patient_blog: Blog, chromium: Browser, script, essay, name):
    blog, house = patient_blog, patient_blog.house
    me = house.author.account
    ids.use_clock(house.settings.clock_file)
    asker = Asker(chromium, blog, name, essay, script=script)

    asked = asker.asks(f"Is the door open at night, {name} would like to know?")
    asker.sees_on_their_page("Ana Ferreira has not answered yet, and means to by")
    house.author.publishes(asked)
    blog.comes_to_say("One comment calls for an answer and is within 3 days.", on=essay)

    house.shift_clock(hours=73)
    blog.comes_to_say("One comment calls for an answer, and has none yet.", on=essay)
    asker.sees_on_their_page("Ana Ferreira meant to answer by")

    undertaking = Undertaking(promise="fetch the plumber", due=ids.now(days=1)[:10])
    answer = answering.answer_to(
        house.db, house.settings, house.keys, me, asked.id, f"Not yet; I’ll see to it ({essay}).", undertaking
    ).accepted.comment
    badge = f'href="#comment-{answer.id}"><bdi>Ana Ferreira</bdi> answered after 3 days'
    blog.comes_to_say(badge, "The one comment that called for an answer got one.", on=essay)
    assert not blog.says("plumber", on=essay)
    asker.sees_on_their_page("Ana Ferreira answered after 3 days.", "More is promised by")
    asker.page.get_by_role("link", name="Read it").click()
    told = asker.page.get_by_role("article", name=f"Ana Ferreira, author, answering {name}, after 3 days")
    expect(told).to_be_in_viewport()

    house.shift_clock(hours=72)
    asker.sees_on_their_page("That day has passed, and the promise is still open.")
    promised = conversations.find(house.db, asked.conversation)
    assert promised is not None
    engagement.keep_promise(house.db, promised.told.promises[0].id, me)
    asker.sees_on_their_page("Ana Ferreira answered after 3 days.")
    expect(asker.page.locator("main")).not_to_contain_text("promise")
    day = ids.now()[:10]
    house.shift_clock(days=7)
    assert "kept" in blog.rapport("digest", "--week", day)
    blog.comes_to_say("kept late", on="/how-i-answer/")
    blog.comes_to_say("; so far 0 of ", on=essay)

    again = asker.asks(f"And who closes it, {name} asks?")
    engagement.close(house.db, again.id, "declined", me)
    asker.sees_on_their_page("Ana Ferreira read this, and left it as it is.")
    asker.says("I’m still waiting", "Noted: you are waiting again, and Ana Ferreira sees it.")
    queue = conversations.waiting(house.db, now=ids.now(), late=False, pages=None, limit=50)
    assert again.id in {comment for one in queue for waiting in one.told.waiting for comment in waiting.comments}
    asker.says("I need no answer any more", "Noted: it is settled for you, and nobody waits any more.")

"""The main story, from a stranger's first look at the home page to the author's sign-out; with script and without."""

import pytest
from playwright.sync_api import Locator, Page, expect

from comments_service import threads, wording
from comments_service.store import comments
from tests.support.blog import Blog
from tests.support.browser import Device


class Stranger:
    """Somebody who has never been here, with script or without."""

    def __init__(self, device: Device, *, script: bool) -> None:
        self.script = script
        self.page: Page = device.opens("/")
        self.own = ""

    def finds(self, title: str) -> None:
        self.page.get_by_role("link", name=title, exact=True).first.click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text(title)

    def replies(self, words: str, name: str) -> None:
        """Looks at the preview first, then sends, and goes on to the page of their own."""
        page = self.page
        page.get_by_label("Your words").fill(words)
        page.get_by_label("Your name").fill(name)
        page.get_by_role("button", name="Preview").click()
        expect(page.get_by_text(f"You are replying as {name}.")).to_be_visible()
        expect(page.locator(".e-content em")).to_have_text("whistle")
        page.get_by_role("button", name="Send reply").click()
        if self.script:
            expect(page.locator("article.held")).to_contain_text("the author reads it before it appears")
            page.get_by_role("link", name="Change it, withdraw it, or see how it stands").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Your reply")
        self.own = page.url

    def edits(self, words: str) -> None:
        self.page.goto(self.own)
        self.page.get_by_label("Your words").fill(words)
        self.page.get_by_role("button", name="Save").click()
        expect(self.page.locator(".e-content")).to_contain_text(words)

    def withdraws(self) -> None:
        self.page.get_by_role("button", name="Withdraw this reply").click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text("Withdrawn")


class AtTheDesk:
    """The author, in front of the desk."""

    def __init__(self, device: Device, link: str) -> None:
        self.page = device.opens(link)
        self.page.get_by_role("button", name="Sign in as Ana Ferreira").click()
        expect(self.page).to_have_url(f"{link.partition('/desk/')[0]}/desk/")

    def looks_at(self, words: str):
        self.page.goto("/desk/")
        self.page.get_by_role("link", name="Moderation").click()
        return self.page.get_by_role("article").filter(has_text=words)

    def decides(self, verb: str, words: str, told: str) -> None:
        self.looks_at(words).get_by_role("button", name=verb).click()
        expect(self._told).to_contain_text(told)

    def takes_it_back(self, words: str) -> None:
        with self.page.expect_response(lambda response: response.request.method == "POST"):
            self._told.get_by_role("button", name="Undo").click()
        expect(self.looks_at(words)).to_be_visible()

    @property
    def _told(self) -> Locator:
        """What was done: a notice on the next page, or, with a script, a line where the reply was."""
        return self.page.locator(".notice.done, .folded")


def responses(number: int) -> str:
    """How the conversation counts itself; other journeys may have talked there before."""
    return f'id="conversation-title">{wording.count(number, "response", "responses")}'


@pytest.mark.parametrize(
    ("script", "essay", "path", "name"),
    [
        (True, "The open door", "/the-open-door/", "Nadja"),
        (False, "The spare chair", "/the-spare-chair/", "Noor"),
    ],
    ids=["with script", "without script"],
)
def test_a_stranger_is_answered_and_the_page_follows_every_change(blog: Blog, devices, script, essay, path, name):
    before = threads.visible_count(comments.of_page(blog.house.db, path))
    visitor = Stranger(devices(java_script_enabled=script), script=script)
    visitor.finds(essay)
    visitor.replies("I *whistle* before I knock.", name)
    notice = visitor.page.locator(".notice")
    expect(notice).to_contain_text("Ana Ferreira reads it before others do")
    assert not blog.says("I <em>whistle</em>", on=path)

    link = blog.desk_link if script else blog.rapport("author", "link")
    author = AtTheDesk(devices(java_script_enabled=script), link)
    case = author.looks_at("before I knock").filter(has_text=name)
    expect(case).to_contain_text(essay)
    case.locator("summary", has_text="Publish and answer").click()
    case.get_by_label(f"Your answer to {name}").fill("Then I shall know **who** it is.")
    case.get_by_role("button", name="Publish and answer").click()
    expect(author.page.get_by_role("status")).to_contain_text(f"Published {name}’s reply with your answer.")

    blog.comes_to_say("I <em>whistle</em>", "<strong>who</strong>", responses(before + 2), on=path)
    assert blog.says('class="author-mark"', on=path)
    visitor.page.reload()
    expect(notice).to_contain_text("It stands in the page")
    notice.get_by_role("link", name="here").click()
    answer = visitor.page.get_by_role("article", name=f"Ana Ferreira, author, answering {name}, after a moment")
    expect(answer).to_contain_text("Then I shall know who it is.")
    expect(visitor.page.get_by_role("article", name=name, exact=True)).to_contain_text("I whistle before I knock.")

    visitor.edits(f"I sing, says {name}.")
    blog.comes_to_say(f"I sing, says {name}.", 'class="edited"', on=path)
    visitor.withdraws()
    blog.comes_to_say("This reply was withdrawn by its writer.", "Then I shall know", responses(before + 1), on=path)
    everywhere = "".join(file.read_text("utf-8") for file in blog.site.rglob("*.html"))
    assert name not in everywhere, "the name stood in the words, too"

    another = Stranger(devices(java_script_enabled=script), script=script)
    another.finds(essay)
    another.replies(f"I *whistle* and run from {essay}.", "Otto")
    author.decides("Reject", f"and run from {essay}", "Rejected Otto’s reply.")
    author.takes_it_back(f"and run from {essay}")
    author.decides("Spam", f"and run from {essay}", "Marked Otto’s reply as spam.")
    author.takes_it_back(f"and run from {essay}")

    kept = author.page.context.storage_state()
    author.page.get_by_role("button", name="Sign out").click()
    expect(author.page).to_have_url(f"{blog.url}/")
    with_the_old_cookie = devices(java_script_enabled=script, storage_state=kept).opens("/desk/")
    expect(with_the_old_cookie).to_have_url(f"{blog.url}/desk/sign-in")
    assert not blog.says("Otto", on=path)

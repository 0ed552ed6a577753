"""The author's morning in a real browser: by single keys, and by plain forms where no script runs."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from comments_service.models import Comment
from comments_service.store import comments, conversations
from tests.support.blog import Blog
from tests.support.places import QUIET

# Others wait on this blog as well.
DESK = "/desk/?more=yes"
LONG = "2999-01-01T00:00:00.000Z"


def asks(blog: Blog, name: str, words: str, *, to: Comment | None = None) -> Comment:
    said = blog.house.reader(name).says(words, on=QUIET, to=to)
    blog.house.author.publishes(said)
    return said


def state(blog: Blog, comment: Comment) -> str:
    found = conversations.find(blog.house.db, comment.conversation)
    assert found is not None
    return found.state


def listening(page: Page) -> None:
    """Wait until the page's script hears keys: it shows the button that tells them."""
    expect(page.locator("#keys-open")).to_be_visible()


def stands_on(page: Page, comment: Comment) -> None:
    """Walk with `j` until the focus stands on the case."""
    listening(page)
    for _ in range(80):
        if page.evaluate("document.activeElement.id") == f"case-{comment.id}":
            return
        page.keyboard.press("j")
    raise AssertionError("j never comes there")


def violations(page: Page) -> list[str]:
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate("() => axe.run({ resultTypes: ['violations'] })")["violations"]
    return [f"{rule['id']}: {node['target']}" for rule in found for node in rule["nodes"]]


@pytest.fixture(scope="module", autouse=True)
def _few_wait(blog: Blog) -> Iterator[None]:
    """The list tells of sixty, and more may wait because of other journeys: meanwhile those are put aside."""
    blog.house.db.execute(
        "UPDATE conversations SET snoozed_until = :long WHERE due_at <> '' AND snoozed_until = ''", long=LONG
    )
    yield
    blog.house.db.execute("UPDATE conversations SET snoozed_until = '' WHERE snoozed_until = :long", long=LONG)


@pytest.fixture
def desk(devices, signed_in):
    return devices(storage_state=signed_in).opens(DESK)


def test_single_keys_lead_through_the_morning(blog: Blog, desk: Page):
    first, second, third = (asks(blog, name, f"Will {name} be heard?") for name in ("Mara", "Nilo", "Odo"))
    desk.goto(DESK)
    told = desk.locator(".done")
    stands_on(desk, first)
    desk.keyboard.press("c")
    expect(desk.locator(f"#case-{first.id}").get_by_role("button", name="I’d rather not")).to_be_visible()
    desk.keyboard.press("d")
    expect(told).to_contain_text("Closed Mara’s reply: you’d rather not.")
    expect(desk.locator(f"#case-{second.id}")).to_be_focused()
    assert state(blog, first) == "closed_no_reply"
    listening(desk)
    desk.keyboard.press("u")
    expect(told).to_contain_text("Mara’s reply waits for you again.")

    stands_on(desk, second)
    desk.keyboard.press("c")
    desk.keyboard.press("t")
    expect(desk.locator("#keys-said")).to_contain_text("“t” closes nothing here.")
    desk.keyboard.press("e")
    expect(desk.get_by_role("button", name="by mail").locator("visible=true")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(told).to_contain_text("Noted that you answered Nilo’s reply elsewhere.")
    assert state(blog, second) == "answered"

    stands_on(desk, third)
    desk.keyboard.press("h")
    expect(told).to_contain_text("Gave Odo’s reply a ♥.")
    stands_on(desk, third)
    desk.keyboard.press("z")
    expect(desk.get_by_role("button", name="tomorrow").locator("visible=true")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(told).to_contain_text("Put Odo’s reply aside until tomorrow.")
    expect(desk.locator(f"#case-{third.id}")).to_have_count(0)
    listening(desk)
    desk.keyboard.press("u")
    expect(told).to_contain_text("no longer put aside")
    expect(desk.locator(f"#case-{third.id}")).to_have_count(1)


def test_a_key_means_a_reason_only_after_c_and_keys_can_be_switched_off(blog: Blog, desk: Page):
    asked = asks(blog, "Pilar", "Does a key do two things?")
    desk.goto(DESK)
    stands_on(desk, asked)
    desk.keyboard.press("t")
    desk.keyboard.press("b")
    assert state(blog, asked) == "needs_answer"
    desk.keyboard.press("c")
    desk.keyboard.press("Escape")
    expect(desk.locator(f"#case-{asked.id}")).to_be_focused()
    expect(desk.locator(f"#case-{asked.id} .act[open]")).to_have_count(0)
    desk.keyboard.press("w")
    expect(desk.get_by_label("Your answer to Pilar")).to_be_focused()
    desk.keyboard.press("Escape")
    listening(desk)
    desk.keyboard.press("?")
    expect(desk.get_by_role("dialog", name="Single keys")).to_contain_text("another reader answered")
    desk.get_by_label("Use single keys on this device").uncheck()
    desk.keyboard.press("Escape")
    desk.locator(f"#case-{asked.id}").focus()
    desk.keyboard.press("c")
    expect(desk.locator(f"#case-{asked.id} details.act[open]")).to_have_count(0)
    desk.evaluate("localStorage.removeItem('rapport:keys')")


def test_whose_comment_answered_is_chosen_after_its_key(blog: Blog, desk: Page):
    asked = asks(blog, "Quim", "Where is the bus stop?")
    other = asks(blog, "Rita", "Behind the church.", to=asked)
    desk.goto(DESK)
    stands_on(desk, asked)
    desk.keyboard.press("c")
    desk.keyboard.press("b")
    chosen = desk.get_by_label("Whose words answered?").locator("visible=true")
    expect(chosen).to_be_focused()
    expect(chosen).to_have_value(other.id)
    desk.keyboard.press("Control+Enter")
    expect(desk.locator(".done")).to_contain_text("Closed Quim’s reply: another reader answered.")


def test_an_answer_that_sounds_like_a_promise_is_offered_a_day(blog: Blog, desk: Page):
    asked = asks(blog, "Saul", "Will you send it?")
    desk.goto(DESK)
    stands_on(desk, asked)
    desk.keyboard.press("w")
    suggestion = desk.locator(f"#case-{asked.id} .suggestion")
    desk.keyboard.type("Yes, ")
    expect(suggestion).to_be_hidden()
    desk.keyboard.type("I'll put it in the post.")
    expect(suggestion).to_be_visible()
    suggestion.get_by_role("button", name="Give it a day?").click()
    promise = desk.locator(f"#case-{asked.id}").get_by_label("What you promise")
    expect(promise).to_be_focused()
    expect(suggestion).to_be_hidden()
    assert violations(desk) == []
    promise.fill("put it in the post")
    desk.locator(f"#case-{asked.id}").get_by_label("By the end of").fill("2020-01-01")
    # The browser refuses a day that has passed by itself; sent all the same, the desk does.
    desk.locator(f"#case-{asked.id} form.answer").evaluate("form => { form.noValidate = true; form.requestSubmit(); }")
    expect(desk.get_by_text("This day has passed.").first).to_be_visible()
    expect(desk.get_by_label("Your answer to Saul")).to_have_value("Yes, I'll put it in the post.")
    assert violations(desk) == []
    desk.get_by_label("By the end of").fill("2999-01-01")
    desk.get_by_role("button", name="Answer", exact=True).click()
    expect(desk.locator(".done")).to_contain_text("Answered Saul’s reply.")
    desk.goto(DESK)
    promised = desk.locator(".promised", has_text="put it in the post")
    promised.get_by_role("button", name="Kept elsewhere").click()
    expect(desk.locator(".done")).to_contain_text("Noted: you kept “put it in the post”.")


def test_without_script_everything_is_a_plain_form(blog: Blog, devices, signed_in):
    tea, ulf, vera = (asks(blog, name, f"Is {name} here?") for name in ("Tea", "Ulf", "Valentina"))
    page = devices(storage_state=signed_in, java_script_enabled=False).opens(DESK)
    told = page.locator(".done")

    def case(comment: Comment):
        return page.locator(f"#case-{comment.id}")

    case(tea).locator("summary", has_text="Close …").click()
    case(tea).get_by_role("button", name="too late now").click()
    expect(told).to_contain_text("Closed Tea’s reply: too late now.")
    told.get_by_role("button", name="Undo").click()
    expect(told).to_contain_text("Tea’s reply waits for you again.")

    case(ulf).locator("summary", has_text="Put aside …").click()
    case(ulf).get_by_role("button", name="in 3 days").click()
    expect(told).to_contain_text("Put Ulf’s reply aside until")
    page.locator("summary", has_text=re.compile(r"^\d+ put aside$")).click()
    page.locator("li", has_text="Is Ulf here?").get_by_role("button", name="Look at it now").click()
    expect(case(ulf)).to_have_count(1)

    letter = "We are all here, and the kettle is on since seven."
    for comment, name in ((tea, "Tea"), (vera, "Valentina")):
        case(comment).locator("summary", has_text="Answer").first.click()
        page.get_by_label(f"Your answer to {name}").fill(letter)
        case(comment).get_by_role("button", name="Answer", exact=True).click()
    expect(page.get_by_text("You sent these words to Tea. Make them Valentina’s.").first).to_be_visible()
    expect(page.get_by_label("Your answer to Valentina")).to_have_value(letter)
    assert comments.children(blog.house.db, vera.id) == []
    page.get_by_role("button", name="Send it as it is").click()
    expect(told).to_contain_text("Answered Valentina’s reply.")
    assert len(comments.children(blog.house.db, vera.id)) == 1


def test_under_the_essay_a_form_letter_is_told_once_as_well(blog: Blog, devices, signed_in):
    letter = "I read this twice, and I am glad that you wrote it down."
    blog.house.author.answers(asks(blog, "Wim", "A word under the essay."), letter)
    held = blog.house.reader("Xaver").says("Another word under the essay?", on=QUIET)
    page = devices(storage_state=signed_in).opens(QUIET)
    case = page.locator(f"#case-{held.id}")
    case.locator("summary", has_text="Publish and answer").click()
    case.get_by_label("Your answer to Xaver").fill(letter)
    case.get_by_role("button", name="Publish and answer").click()
    expect(page.locator(".desk-inline .problem")).to_have_text("You sent these words to Wim. Make them Xaver’s.")
    assert comments.children(blog.house.db, held.id) == []
    case.get_by_role("button", name="Publish and answer").click()
    expect(page.locator(".desk-inline .done")).to_contain_text("Published Xaver’s reply with your answer.")

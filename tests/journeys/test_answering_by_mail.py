"""A reader asks under an essay, the author answers from a mail program, and both stand where it was asked."""

import contextlib
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from comments_service import ids
from comments_service.collecting import Collector
from comments_service.notifying import author_letters
from comments_service.store import comments, people
from tests.support import dovecot, writing_in
from tests.support.blog import Blog

pytestmark = pytest.mark.xdist_group("browser")

ESSAY = "/the-spare-chair/"
QUESTION = (
    "How do you keep track of whom you met? I have tried three apps and a shoe box, and none of them lasted longer than"
    " a month.\n\nAnd what do you do when a name is gone?"
)


@pytest.fixture
def ana_has_an_address(blog: Blog) -> Iterator[None]:
    """The author's account has an address meanwhile; afterwards it gets the letters that it got before."""
    db, account = blog.house.db, blog.house.author.account
    address, kinds = people.emails(db, [account.id]).get(account.id, ""), author_letters.of_account(db, account)
    people.move(db, account.id, writing_in.ADDRESS)
    yield
    people.move(db, account.id, address)
    author_letters.choose(db, account, kinds)


@pytest.mark.usefixtures("ana_has_an_address")
def test_the_author_answers_from_a_mail_program_and_the_answer_stands_in_the_page(blog: Blog, devices):
    name = f"Ben {ids.new_id()[-6:]}"
    page = devices().opens(ESSAY)
    page.get_by_label("Your words").fill(QUESTION)
    page.get_by_label("Your name").fill(name)
    page.get_by_label("I’d like an answer").check()
    page.get_by_role("button", name="Send reply").click()
    expect(page.locator("article.held").last).to_contain_text("Only you see this here")
    found = blog.house.db.value("SELECT id FROM comments WHERE name = :name", name=name)
    question = comments.find(blog.house.db, str(found))
    assert question is not None

    plain = blog.house.settings
    with dovecot.standing() as server:
        blog.house.settings = plain.with_(
            imap_url=server.url, mail_from="answers@example.org", mail_authserv=writing_in.AUTHSERV
        )
        try:
            to = writing_in.reply_address(blog.house, question)
            server.delivers(writing_in.sample("thunderbird-interleaved", to))
            with contextlib.closing(Collector(blog.house.settings, blog.house.keys)) as collector:
                collector.round(blog.house.db)
        finally:
            blog.house.settings = plain
        assert server.unread == 0

    # The answer published what it answers, and the reader finds both in the page that everybody reads.
    blog.comes_to_say(name, "Hello Ben!", on=ESSAY)
    page.goto(ESSAY)
    asked = page.locator(f"#comment-{question.id}")
    expect(asked).to_contain_text("And what do you do when a name is gone?")
    answer = page.locator("article.by-author").filter(has_text="Hello Ben!")
    expect(answer.locator("blockquote").last).to_contain_text("And what do you do when a name is gone?")
    expect(answer).to_contain_text("A name that is gone I ask for.")
    expect(answer).not_to_contain_text("token=")
    assert blog.house.db.value("SELECT state FROM conversations WHERE id = :id", id=question.conversation) == "answered"

"""Every kind of page that a reader or the author comes to, and the way there."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from playwright.sync_api import Page, expect

from comments_service import ids, proofs, webhooks
from comments_service.identity import authors
from comments_service.moderation import banning
from comments_service.store import announcements, attempts, correspondents, outbox, reports, rules, subscriptions
from comments_service.store import webhooks as store
from comments_service.store.reports import Report
from tests.support import asking, corresponding, proving, ruling, telling
from tests.support.blog import Blog
from tests.support.processes import eventually

LIVELY = "/the-kitchen-table/"
QUIET = "/the-long-way-home/"
FULL = "/the-quay/"
_FORM = f"/comments/reply?page={QUIET}"


@dataclass(frozen=True)
class Place:
    """A page; `go` leads there. `author`: it takes an author signed in; `script`: a script brings it about."""

    name: str
    go: Callable[[Page, Blog], object]
    author: bool = False
    script: bool = False

    def __str__(self) -> str:
        return self.name


def _sent(page: Page, _blog: Blog) -> None:
    page.goto(_FORM)
    _send(page, _new_words(), "Ben")
    expect(page.get_by_role("heading", level=1, name="Your reply")).to_be_visible()


def _taken_for_spam(page: Page, _blog: Blog) -> None:
    page.goto(_FORM)
    page.locator("input[name=topic]").evaluate("field => field.value = 'x'")
    _send(page, _new_words(), "Ben")
    expect(page.get_by_role("button", name="This is no advertising")).to_be_visible()


def _spam(page: Page, blog: Blog) -> None:
    """With at least one in it, so that the picture of the days is there."""
    blog.house.reader("Lamp shop").says(_new_words(), on=QUIET, trap="x")
    page.goto("/desk/moderation?state=spam")
    expect(page.get_by_text("The same in numbers")).to_be_visible()


def _refused(page: Page, _blog: Blog) -> None:
    page.goto(_FORM)
    _send(page, " ", "Ana Ferreira")
    expect(page.get_by_role("alert")).to_be_visible()


def _sent_in_place(page: Page, _blog: Blog) -> None:
    page.goto(LIVELY)
    page.get_by_role("link", name="Reply to Ben", exact=True).click()
    _send(page, _new_words(), "Ben")
    expect(page.locator("article.held")).to_be_visible()


def _refused_in_place(page: Page, _blog: Blog) -> None:
    page.goto(LIVELY)
    page.get_by_role("link", name="Reply to Ben", exact=True).click()
    _send(page, " ", "Ana Ferreira")
    expect(page.locator(".field-error")).to_have_count(2)


def _send(page: Page, words: str, name: str, button: str = "Send reply") -> None:
    page.get_by_label("Your words").fill(words)
    page.get_by_label("Your name").fill(name)
    page.get_by_role("button", name=button).click()


def _new_words() -> str:
    """The same words twice would be taken for one reply sent twice."""
    return f"A few words, and {ids.new_id()}."


def _preview(page: Page, _blog: Blog) -> None:
    page.goto(_FORM)
    _send(page, "*How* will it look?", "Ben", "Preview")
    expect(page.get_by_role("heading", name="This is how it will look")).to_be_visible()


def _your_data(page: Page, blog: Blog) -> None:
    _sent(page, blog)
    page.goto("/identity/data")
    expect(page.get_by_role("heading", name="What you wrote")).to_be_visible()


def _withdrawn(page: Page, blog: Blog) -> None:
    _sent(page, blog)
    page.get_by_role("button", name="Withdraw this reply").click()
    expect(page.get_by_role("heading", name="Withdrawn")).to_be_visible()


def _answering(page: Page, _blog: Blog) -> None:
    page.goto(LIVELY)
    page.goto(page.get_by_role("link", name="Reply to Ben", exact=True).get_attribute("href") or "")


def _one_comment(page: Page, _blog: Blog) -> None:
    page.goto("/desk/moderation")
    page.locator("[data-case] a.when").first.click()


def _report(page: Page, _blog: Blog) -> None:
    page.goto(LIVELY)
    page.goto(page.locator("a.report").first.get_attribute("href") or "")


def _reported(page: Page, blog: Blog) -> None:
    _report(page, blog)
    if page.get_by_role("button", name="Report it").count():
        page.get_by_label("Something else").check()
        page.get_by_role("button", name="Report it").click()
    expect(page.get_by_role("status")).to_be_visible()


def _what_was_reported(page: Page, blog: Blog) -> None:
    house = blog.house
    comment = house.db.value("SELECT id FROM comments WHERE state = 'published' ORDER BY id LIMIT 1")
    reports.add(house.db, Report(ids.new_id(), comment, "spam", "It sells something.", "", "by e-mail", "", ids.now()))
    page.goto("/desk/moderation?state=reported")
    expect(page.get_by_role("button", name="Leave it").first).to_be_visible()


def _rules(page: Page, blog: Blog, address: str) -> None:
    found = rules.every(blog.house.db) or [ruling.laid_down(blog.house, name="Casinos", words=("casino*",), on=False)]
    page.goto(address.format(found[0].id))


def _rule_refused(page: Page, _blog: Blog) -> None:
    page.goto("/desk/rules/new")
    page.get_by_label("What you call it").fill("Casinos")
    page.get_by_label("It says one of these").fill("*")
    page.get_by_role("button", name="Keep it, and try it").click()
    expect(page.get_by_role("alert")).to_be_visible()


def _banning(page: Page, blog: Blog) -> None:
    _one_comment(page, blog)
    page.get_by_role("link", name="Ban …").click()


def _bans(page: Page, blog: Blog) -> None:
    """With one that was lifted: the blog is that of other tests, too."""
    house = blog.house
    if not house.count("bans"):
        comment = house.reader("Dora").says(_new_words(), on=LIVELY)
        made = banning.ban(house.db, house.keys, comment.id, banning.Wish(), house.author.account)
        banning.lift(house.db, made.id, house.author.account)
    page.goto("/desk/bans")


def _editing(page: Page, blog: Blog) -> None:
    _one_comment(page, blog)
    page.goto(page.locator('a[data-key="e"]').first.get_attribute("href") or "")


def _the_writer(page: Page, blog: Blog) -> None:
    _one_comment(page, blog)
    page.goto(page.locator("a[data-drawer]").first.get_attribute("href") or "")


def _the_drawer(page: Page, _blog: Blog) -> None:
    page.goto("/desk/moderation")
    page.locator("a[data-drawer]").first.click()
    expect(page.locator("dialog.drawer h1")).to_be_focused()


def _replies(page: Page, _blog: Blog) -> None:
    page.goto("/desk/replies")
    page.get_by_label("Title").last.fill("Thanks")
    page.get_by_label("Words").last.fill("Thank you, {name}.")
    page.get_by_role("button", name="Save this reply").click()
    expect(page.locator("ol.saved > li").first).to_be_visible()


def _a_person(page: Page, _blog: Blog) -> None:
    page.goto("/desk/people")
    page.locator('a[href^="/desk/people/"]').first.click()


def _another_address(page: Page, blog: Blog) -> None:
    house = blog.house
    asked = authors.ask_to_move(house.db, house.author.account, "ana@example.org")
    page.goto(f"/desk/address?token={proofs.token(house.keys, asked.id)}")
    expect(page.get_by_role("button", name="Use this address")).to_be_visible()


def _letters(page: Page, blog: Blog) -> None:
    """One that lies here, one that was given up, and one about a new essay, to be said yes or no to."""
    house = blog.house
    asking.for_a_code(house)
    eventually(lambda: house.letters, "a letter lies here")
    with house.db.transaction():
        outbox.put(house.db, "letter.code", "gone", lane=outbox.BULK)
        (last,) = outbox.undone(house.db, outbox.BULK, limit=1)
        outbox.give_up(house.db, last.job, "The mail server refused the letter (554 5.7.1).")
        reader = correspondents.welcome(house.db, "reader@example.net", "en")
        correspondents.confirm(house.db, reader.id, now=ids.now())
        subscriptions.add(house.db, reader.id, "essays")
        announcements.offer(house.db, LIVELY, now=ids.now())
    page.goto("/desk/letters")
    expect(page.get_by_role("button", name=re.compile(r"Write to \d+ reader"))).to_be_visible()
    expect(page.get_by_role("button", name="Try again").first).to_be_visible()


def _webhooks(page: Page, blog: Blog) -> None:
    """With one that is told of nothing that happens in tests."""
    house = blog.house
    if not store.every(house.db):
        made = webhooks.register(house.db, house.settings, f"{house.settings.url}/told", ["essay.changed"])
        webhooks.switch(house.db, made.id, on=False)
    page.goto("/desk/webhooks")
    expect(page.get_by_role("button", name="Switch it on")).to_be_visible()


def _told(blog: Blog) -> str:
    """A letter to the author about a reply that waits for a look."""
    words = _new_words()
    with telling.with_address(blog.house):
        blog.house.reader("Gil").says(words, on=QUIET)
        return telling.to_the_owner(blog.house, words)


def _by_letter(page: Page, blog: Blog) -> None:
    page.goto(f"{telling.link(_told(blog))}?for=answer")
    expect(page.get_by_label("Your answer to Gil")).to_be_visible()


def _used_letter(page: Page, blog: Blog) -> None:
    page.goto(telling.link(_told(blog)))
    page.get_by_role("button", name="Reject").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()


def _under_the_essay(page: Page, _blog: Blog) -> None:
    page.goto(LIVELY)
    expect(page.get_by_text("You are signed in as Ana Ferreira")).to_be_visible()


def _asks(page: Page, address: str) -> None:
    page.goto("/identity/email")
    page.get_by_label("Your e-mail address").fill(address)
    page.get_by_role("button", name="Send me a letter").click()


def _asked(page: Page, _blog: Blog) -> None:
    _asks(page, f"{ids.new_id()}@example.org")
    expect(page.get_by_label("The six digits")).to_be_visible()


def _linked(page: Page, blog: Blog) -> None:
    _asked(page, blog)
    page.goto(proving.link(blog.house))


def _proven(page: Page, blog: Blog) -> None:
    """With a guest from before, and two proofs."""
    _sent(page, blog)
    for _ in range(2):
        _asked(page, blog)
        page.get_by_label("The six digits").fill(proving.code(blog.house))
        page.get_by_role("button", name="This is me").click()
        page.get_by_label("Name").last.fill(f"Ben {ids.new_id()[-6:]}")
        page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_role("status")).to_be_visible()


def _proven_form(page: Page, blog: Blog) -> None:
    _proven(page, blog)
    page.goto(_FORM)


def _found(page: Page, _blog: Blog) -> None:
    page.goto("/search/?q=ferry")
    expect(page.get_by_role("link", name="The ferry that waited")).to_be_visible()


def _letters_to_one(page: Page, blog: Blog, *, yes: bool) -> None:
    """With a wish for one reply, and for new essays."""
    attempts.forget(blog.house.db, before=ids.now(seconds=1))  # so many are asked from one network in an hour
    page.goto(_FORM)
    page.get_by_text("Tell me when I’m answered").click()
    address = f"{ids.new_id()}@example.org"
    page.get_by_label("E-mail").fill(address)
    page.get_by_label("and of new essays").check()
    _send(page, _new_words(), "Ben")
    expect(page.get_by_role("heading", level=1, name="Your reply")).to_be_visible()
    eventually(lambda: corresponding.asked(blog.house, address), "the address is asked")
    page.goto(corresponding.link(blog.house, address))
    if yes:
        page.get_by_role("button", name="Yes, write to me").click()
        expect(page.get_by_role("status")).to_contain_text("Letters come to you from now on")


def _to(address: str) -> Callable[[Page, Blog], object]:
    return lambda page, _: page.goto(address)


PLACES = (
    Place("home", _to("/")),
    Place("essay", _to(LIVELY)),
    Place("essay without a reply", _to("/a-blank-page/")),
    Place("essay that is closed", _to("/the-locked-gate/")),
    Place("earlier edition", _to(f"{LIVELY}editions/1/")),
    Place("essay with figures, code and videos", _to(FULL)),
    Place("archive", _to("/archive/")),
    Place("authors", _to("/authors/")),
    Place("author", _to("/authors/ben-ito/")),
    Place("search", _to("/search/")),
    Place("what was found", _found, script=True),
    Place("tags", _to("/tags/")),
    Place("tag", _to("/tags/guests/")),
    Place("about", _to("/about/")),
    Place("how readers are answered", _to("/how-i-answer/")),
    Place("conversations", _to("/conversations/")),
    Place("no such page", _to("/nowhere/")),
    Place("reply", _answering),
    Place("reply that needs another look", _refused),
    Place("preview", _preview),
    Place("one’s own reply", _sent),
    Place("report a reply", _report),
    Place("reported", _reported),
    Place("reply taken for spam", _taken_for_spam),
    Place("withdrawn reply", _withdrawn),
    Place("reply just sent in its place", _sent_in_place, script=True),
    Place("mistakes told in their place", _refused_in_place, script=True),
    Place("problem", _to("/comments/reply?page=/nowhere/")),
    Place("who you are", _to("/identity/")),
    Place("what is kept about nobody known", _to("/identity/data")),
    Place("what is kept about you", _your_data),
    Place("privacy", _to("/privacy/")),
    Place("which Mastodon server", _to("/identity/mastodon/login")),
    Place("which website, asked once more", _to("/identity/website/login?site=me")),
    Place("a sign-in that came to nothing", _to("/identity/mastodon/callback?state=none")),
    Place("prove an address", _to("/identity/email")),
    Place("an address that needs another look", lambda page, _: _asks(page, "ben@example")),
    Place("a letter was sent", _asked),
    Place("a letter’s link", _linked),
    Place("who you are, proven", _proven),
    Place("reply of somebody who proved it", _proven_form),
    Place("shall letters come", partial(_letters_to_one, yes=False)),
    Place("letters to one", partial(_letters_to_one, yes=True)),
    Place("sign-in", _to("/desk/sign-in")),
    Place("sign-in by a link", lambda page, blog: page.goto(blog.new_desk_link())),
    Place("a reply, by letter", _by_letter),
    Place("a reply decided by letter", _used_letter),
    Place("no more letters", lambda page, blog: page.goto(telling.stop(_told(blog)))),
    Place("desk", _to("/desk/"), author=True),
    Place("moderation", _to("/desk/moderation"), author=True),
    Place("what was published", _to("/desk/moderation?state=published"), author=True),
    Place("what is searched", _to("/desk/moderation?state=all&q=words&name=a&only=question&select=all"), author=True),
    Place("what cannot be searched", _to("/desk/moderation?q=%25&network=home"), author=True),
    Place("what was reported", _what_was_reported, author=True),
    Place("spam", _spam, author=True),
    Place("one comment at the desk", _one_comment, author=True),
    Place("rules", lambda page, blog: _rules(page, blog, "/desk/rules"), author=True),
    Place("a new rule", _to("/desk/rules/new"), author=True),
    Place("a rule that needs another look", _rule_refused, author=True),
    Place("a rule", lambda page, blog: _rules(page, blog, "/desk/rules/{}"), author=True),
    Place("a dry run", lambda page, blog: _rules(page, blog, "/desk/rules/{}/try"), author=True),
    Place("bans", _bans, author=True),
    Place("banning somebody", _banning, author=True),
    Place("editing somebody’s words", _editing, author=True),
    Place("who wrote a comment", _the_writer, author=True),
    Place("the writer’s drawer", _the_drawer, author=True, script=True),
    Place("saved replies", _replies, author=True),
    Place("the log", _to("/desk/log"), author=True),
    Place("essays at the desk", _to("/desk/essays"), author=True),
    Place("conversation at the desk", _to(f"/desk/essays?page={LIVELY}"), author=True),
    Place("people", _to("/desk/people"), author=True),
    Place("a person", _a_person, author=True),
    Place("measure", _to("/desk/measure"), author=True),
    Place("what is behind a figure", _to("/desk/measure/comments"), author=True),
    Place("the past week", _to("/desk/digest"), author=True),
    Place("away", _to("/desk/away"), author=True),
    Place("letters", _letters, author=True),
    Place("which letters you get", _to("/desk/your-letters?saved"), author=True),
    Place("signing in", _to("/desk/sessions"), author=True),
    Place("another address", _another_address, author=True),
    Place("accounts", _to("/desk/accounts"), author=True),
    Place("webhooks", _webhooks, author=True),
    Place("essay for the author", _under_the_essay, author=True, script=True),
)

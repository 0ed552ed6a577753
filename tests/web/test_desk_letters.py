"""Letters at the desk: what lies on this machine is read there, what did not go says why, to those who may know."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from comments_service import delivering, ids, proofs, receiving
from comments_service.models import Role
from comments_service.store import outbox
from tests.support import asking, desk, post, vnu, writing_in
from tests.support.actors import House, furnish
from tests.support.browserless import Visitor
from tests.support.desk import page

LETTERS = "/desk/letters"


@pytest.fixture
def post_house(tmp_path: Path) -> Iterator[House]:
    """A house whose letters go by a mail server, which is not open."""
    office = post.PostOffice()
    with furnish(tmp_path, smtp_url=office.url, mail_from="ana@example.org") as made:
        yield made


def stuck(house: House, *addresses: str, says: str = "451 4.7.1 Later") -> None:
    """Letters to these addresses to which the mail server says something else than yes."""
    for address in addresses:
        asking.for_a_code(house, address)
    with post.open_office(port=int(house.settings.smtp_url.rpartition(":")[2]), at_rcpt=lambda: says):
        house.work()


def test_who_tries_the_blog_finds_the_code_and_a_link_to_follow(house: House, ana: Visitor) -> None:
    challenge = asking.for_a_code(house)
    assert "No letter lies here yet." in page(ana, LETTERS)
    house.work()
    told = page(ana, LETTERS)
    assert proofs.code(house.keys, challenge.id) in told
    assert f'<a href="{house.settings.url}/identity/email/{proofs.token(house.keys, challenge.id)}">' in told
    assert "Your code · Rapport" in told
    assert "ben@example.net" in told


def test_the_newest_letter_stands_first(house: House, ana: Visitor) -> None:
    for address in ("amy@example.net", "ben@example.net"):
        asking.for_a_code(house, address)
        house.work()
    assert re.findall(r"<bdi>(\w+)@example", page(ana, LETTERS)) == ["ben", "amy"]


def test_letters_that_may_sign_others_in_are_read_by_the_owner_alone(house: House) -> None:
    link = asking.for_a_link(house)
    house.work()
    author = desk.signed_in(house, "Rui Lima", Role.AUTHOR)
    told = page(author, LETTERS)
    assert proofs.sign_in_secret(house.keys, link) not in told
    assert "Only the owner reads them" in told


def test_a_moderator_sees_no_letter_and_no_way_there(house: House, mo: Visitor) -> None:
    assert mo.gets(LETTERS).status_code == 403
    assert LETTERS not in page(mo, "/desk/")


def test_no_word_of_a_letter_becomes_markup(tmp_path: Path) -> None:
    with furnish(tmp_path, title="<script>alert(1)</script> https://evil.example/x") as house:
        asking.for_a_code(house)
        house.work()
        told = Visitor(house).signs_in().gets(LETTERS).get_data(as_text=True)
    assert "<script>alert" not in told
    assert 'href="https://evil' not in told


def test_a_letter_that_is_tried_again_says_why_and_when_and_to_whom_but_never_what(post_house: House) -> None:
    ana = Visitor(post_house).signs_in()
    assert LETTERS not in page(ana, "/desk/")
    assert "Every letter has been handed over." in page(ana, LETTERS)
    stuck(post_house, "ben@example.net")
    assert LETTERS in page(ana, "/desk/")
    told = page(ana, LETTERS)
    assert "A code for a reader, to <bdi>ben@example.net</bdi>" in told
    assert "The mail server asks to come again later (451 4.7.1)." in told
    assert re.search(r"After 1 try, and once more today, \d\d:\d\d\.", told)
    (job,) = [one.job for one in outbox.undone(post_house.db, outbox.LETTERS, limit=2)]
    assert proofs.code(post_house.keys, job.subject) not in told
    assert job.subject not in told


def test_a_letter_that_was_given_up_says_why_also_when_nobody_knows_whose_it_was(post_house: House) -> None:
    stuck(post_house, "ben@example.net", says="550 5.1.1 ben@example.net is nobody")
    post_house.db.execute("DELETE FROM challenges")
    told = page(Visitor(post_house).signs_in(), LETTERS)
    assert "<span>A code for a reader</span>" in told
    assert "The mail server refused this address (550 5.1.1)." in told
    assert "Given up after 1 try." in told
    assert "ben@" not in told


def test_with_a_mail_server_nothing_is_read_here_though_it_lies_here(post_house: House) -> None:
    challenge = asking.for_a_code(post_house)
    without = post_house.settings.with_(smtp_url="")
    assert delivering.deliver_once(post_house.db, without, post_house.keys)
    assert len(post_house.letters) == 1
    assert proofs.code(post_house.keys, challenge.id) not in page(Visitor(post_house).signs_in(), LETTERS)


def test_a_public_blog_without_a_mail_server_is_told_that_it_sends_none(tmp_path: Path) -> None:
    with furnish(tmp_path, url="http://blog.example.org", clock_file=None) as house:
        asking.for_a_code(house)
        house.work()
        ana = Visitor(house).signs_in()
        assert LETTERS in page(ana, "/desk/")
        told = page(ana, LETTERS)
    assert "this blog sends no letters" in told
    assert "No mail server is set (smtp_url), so no letter leaves this blog." in told
    assert house.letters == []


def test_what_became_of_letters_that_came_in_is_told_without_a_word_of_them(tmp_path: Path) -> None:
    with furnish(tmp_path, smtp_url="smtp://127.0.0.1:1", **writing_in.RECEIVES) as house:
        ana = Visitor(house).signs_in()
        assert LETTERS in page(ana, "/desk/")
        assert "None has come yet." in page(ana, LETTERS)
        question = house.reader("Ben").says("How do you keep track?")
        to = writing_in.reply_address(house, question)
        for raw in (writing_in.letter(to, "Three lines."), writing_in.letter("nobody@example.org", "Buy pills.")):
            receiving.receive(house.db, house.settings, house.keys, raw)
        told = page(ana, LETTERS)
        mo = desk.signed_in(house, "Mo Lind", Role.MODERATOR)
        assert mo.gets(LETTERS).status_code == 403
        file = tmp_path / "letters.html"
        file.write_text(ana.gets(LETTERS).get_data(as_text=True), "utf-8")
    assert f'One became an answer. <a href="/desk/comments/{question.id}">The reply</a>' in told
    assert "One came to no address that was given to anybody here." in told
    assert told.index("came to no address") < told.index("became an answer"), "the newest stands first"
    assert "Three lines" not in told
    assert "pills" not in told
    assert vnu.check([file]) == []


def test_a_blog_that_reads_no_letters_says_nothing_of_those_that_come_in(house: House, ana: Visitor) -> None:
    assert "What came in" not in page(ana, LETTERS)


def test_the_page_is_valid_html_however_many_letters_there_are(post_house: House, tmp_path: Path) -> None:
    stuck(post_house, "ben@example.net", "cleo@example.net")
    stuck(post_house, "dan@example.net", says="550 Never")
    without = post_house.settings.with_(smtp_url="")
    asking.for_a_code(post_house)
    asking.for_a_link(post_house)
    while delivering.deliver_once(post_house.db, without, post_house.keys):
        pass
    files = []
    for number, settings in enumerate((post_house.settings, without, without.with_(url="http://blog.example.org"))):
        post_house.settings = settings.with_(clock_file=None)
        files.append(tmp_path / f"{number}.html")
        files[-1].write_text(Visitor(post_house).signs_in().gets(LETTERS).get_data(as_text=True), "utf-8")
    assert vnu.check(files) == []


def test_a_queue_is_in_trouble_while_something_in_it_did_not_go(either_house: House) -> None:
    asking.for_a_code(either_house)
    (job,) = outbox.due(either_house.db, now=ids.now(), limit=1, lane=outbox.LETTERS)
    assert not outbox.troubled(either_house.db, outbox.LETTERS)
    outbox.failed(either_house.db, job, "Later.")
    assert outbox.troubled(either_house.db, outbox.LETTERS)
    assert not outbox.troubled(either_house.db, "")
    outbox.give_up(either_house.db, job, "Never.")
    assert outbox.troubled(either_house.db, outbox.LETTERS)

"""Letters to authors: what each account is told of replies, once and in time, as far as it may see and wishes to."""

import re
from pathlib import Path

import pytest

from comments_service import ids, migrations, worker
from comments_service.database import opened
from comments_service.models import Role, Verb
from comments_service.notifying import alerts, author_letters, noticing
from comments_service.store import author_news, outbox
from tests.support import post, telling
from tests.support.actors import House, furnish
from tests.support.ruling import reported_by
from tests.support.telling import ANA, EVE, addressed, at, due, joined, written


def sent(house: House) -> list[tuple[str, str]]:
    """To whom letters went, and their subjects, in the order in which they were written."""
    house.work()
    return [(one.to, one.subject.removesuffix(" · Rapport")) for one in reversed(house.letters)]


@pytest.fixture
def ana(house: House) -> House:
    """A house whose owner has an address."""
    addressed(house)
    return house


def test_a_reply_that_waits_for_a_look_is_told_at_once_with_all_that_is_needed(ana: House) -> None:
    gil = ana.reader("Gil", trusted=True)
    first = gil.says("I tried it for a year.")
    gil.says("And it rained.", to=first)
    words = "Would *this* work in winter?\n\nSee [my notes](https://example.net/x)."
    comment = ana.reader("Ben").says(words, to=first, wants_answer="yes")
    ana.work_pages()
    (letter,) = written(ana)
    assert (letter.to, letter.subject) == (ANA, "Ben on “Essay a” · Rapport")
    for part in (letter.text, letter.html):
        for said in (
            "Would this work in winter?", "See my notes.", "It links to example.net.", "first reply",
            "They would like an answer.", "These are Ben’s first words here.", "I tried it for a year.",
            "And it rained.",
            f"{ana.settings.url}/desk/comments/{comment.id}",
        ):  # fmt: skip
            assert said in part, said
        for verb in ("answer", "approve", "reject", "spam"):
            assert re.search(rf"/desk/by-letter/[0-9a-z]{{26}}-[0-9a-f]{{32}}\?for={verb}\b", part)
    assert "example.net/x" not in letter.html
    assert "203.0" not in letter.text


def test_letters_about_one_conversation_belong_together_and_others_do_not(ana: House) -> None:
    ben, first = ana.reader("Ben"), ana.author.says("Who tried it?")
    ben.says("Once.", to=first)
    ben.says("Twice.", to=first)
    ana.reader("Gil").says("Else.", to=first)
    ana.work_pages()
    found = written(ana)
    threads = [letter.headers["References"] for letter in found]
    assert threads[0] == threads[1] != threads[2]
    assert [letter.subject for letter in found][:2] == ["Ben on “Essay a” · Rapport"] * 2
    assert len({letter.id for letter in found}) == 3


def test_what_was_decided_meanwhile_is_not_told(ana: House) -> None:
    ben = ana.reader()
    for word in ("approve", "withdraw"):
        comment = ben.says(f"Hello, {word}.", on="/b/") if word == "withdraw" else ana.reader("Eve").says("Hello.")
        ana.work_pages()
        assert len(due(ana)) == 1
        _ = ana.author.publishes(comment) if word == "approve" else ben.withdraws(comment)
        assert written(ana) == []
        ana.work()
    assert ana.letters == []


def test_every_published_reply_is_told_to_who_asked_for_it_and_not_to_who_published_it(ana: House) -> None:
    gil = ana.reader("Gil", trusted=True)
    ana.work()
    account = ana.author.account
    gil.says("First.")
    ana.work()
    assert ana.letters == []
    author_letters.choose(ana.db, account, frozenset({author_letters.PUBLISHED}))
    gil.says("Second.")
    comment = ana.reader("Ben").says("Held.")
    ana.author.publishes(comment)
    ana.author.answers(comment, "Thank you, Ben.")
    ana.work()
    texts = [one.text for one in ana.letters]
    assert [("Second." in text, "Held." in text, "Thank you" in text) for text in texts] == [(True, False, False)]
    assert "for=remove" in texts[0]


def test_a_reply_that_readers_reported_and_hid_is_told_again_with_what_they_said(tmp_path: Path) -> None:
    with furnish(tmp_path, report_hides=1, hold_first=False) as house:
        addressed(house)
        comment = house.reader("Ben").says("Buy my lamps.")
        house.work()
        assert house.letters == []
        reported_by(house, comment, 1)
        house.work()
        (letter,) = house.letters
        assert "reported: it insults, threatens or shames somebody" in letter.text
        assert "for=approve" in letter.text


def test_a_storm_of_replies_makes_few_letters_and_one_list(ana: House) -> None:
    at(ana, 12, 10)
    said = [ana.reader(f"Reader {number}").says(f"Hello, {number}.") for number in range(noticing.BY_THEMSELVES + 4)]
    ana.work()
    assert len(ana.letters) == noticing.BY_THEMSELVES
    ana.author.decides(said[-1], Verb.SPAM)
    at(ana, 13, 1)
    ana.work()
    (list_,) = [one for one in ana.letters if "more replies wait" in one.subject]
    assert list_.subject == "3 more replies wait at the desk · Rapport"
    assert [f"Hello, {number}." in list_.text for number in (7, 8, 10, 11)] == [False, True, True, False]
    ana.reader("Later").says("A new hour.")
    ana.work()
    assert len(ana.letters) == noticing.BY_THEMSELVES + 2


def test_hostile_names_and_words_are_words_and_end_no_header(ana: House) -> None:
    hostile = "Ben <b>&\u2028Bcc: eve"
    ana.reader(hostile).says('<script>alert(1)</script> "x"')
    ana.work_pages()
    (letter,) = written(ana)
    assert "\n" not in letter.subject
    assert "<script" not in letter.html
    assert "<b>&" not in letter.html
    assert "alert(1)" in letter.text


# ── to whom ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_only_who_may_see_a_reply_is_told_of_it(ana: House) -> None:
    joined(ana, "Mo", Role.MODERATOR, "mo@example.org")
    joined(ana, "Eve", Role.AUTHOR, EVE)
    ana.reader("Ben").says("Between us.", private=True)
    assert [to for to, _ in sent(ana)] == [ANA, EVE]
    ana.reader("Gil").says("Hello.")
    sent(ana)
    (to_mo,) = [one for one in ana.letters if one.to == "mo@example.org"]
    assert "for=approve" in to_mo.text
    assert "for=answer" not in to_mo.text
    (to_eve,) = [one for one in ana.letters if one.to == EVE and "Gil" in one.subject]
    assert "for=answer" not in to_eve.text, "Eve is a reader of this essay"


def test_what_an_account_stopped_meanwhile_is_not_sent_any_more(house: House) -> None:
    telling.everything(house)
    house.work_pages()
    kinds = {one.subject for one in written(house)}
    assert len(kinds) == 5
    author_letters.choose(house.db, house.author.account, frozenset())
    assert written(house) == []


def test_a_list_for_authors_does_not_go_to_whoever_became_a_moderator(house: House) -> None:
    telling.everything(house)
    house.work_pages()
    lists = re.compile(r"for an answer|promise|week")
    assert len([one for one in written(house) if lists.search(one.subject)]) == 3
    house.db.execute("UPDATE people SET role = 'moderator' WHERE id = :id", id=house.author.account.id)
    assert [bool(lists.search(one.subject)) for one in written(house)] == [False, False]


def test_nobody_without_an_address_or_a_role_gets_a_letter(house: House) -> None:
    house.reader().says("Hello.")
    house.work_pages()
    assert house.count("news") == 0
    addressed(house)
    house.reader().says("Hello again.")
    house.work_pages()
    house.db.execute("UPDATE people SET role = NULL WHERE id = :id", id=house.author.account.id)
    assert written(house) == []
    assert house.db.value("SELECT remark FROM news").startswith("The account gets no such letters")


def test_what_somebody_wishes_not_to_get_they_do_not(ana: House) -> None:
    author_letters.choose(ana.db, ana.author.account, frozenset())
    ana.reader().says("Hello?")
    at(ana, 9, days=7)
    worker.tidy(ana.db, ana.settings)
    assert sent(ana) == []


# ── once ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_fact_heard_twice_or_by_two_workers_is_told_once(either_house: House) -> None:
    house = either_house
    addressed(house)
    comment = house.reader().says("Hello.")
    jobs = outbox.due(house.db, now=ids.now(), limit=10)
    for _ in range(2):
        noticing.tell_authors(house.db, house.settings, jobs)
    with opened(house.settings) as other:
        noticing.tell_authors(other, house.settings, jobs)
    assert [job.subject for job in due(house)] == [comment.id]


def test_a_letter_written_twice_says_the_same_under_the_same_id(ana: House) -> None:
    ana.reader().says("Hello.")
    ana.work_pages()
    first, again = written(ana), written(ana)
    assert first == again
    assert ana.count("letter_links") == 1


def test_a_database_of_before_sends_nothing_of_what_ever_was(either_house: House) -> None:
    house = either_house
    house.reader().says("Hello.")
    house.work_pages()
    addressed(house)
    migrations.migrate(house.db)
    house.work_pages()
    assert due(house) == []


# ── every kind, and a real mail server ──────────────────────────────────────────────────────────────────────────────


def test_each_kind_is_written_on_either_engine(either_house: House) -> None:
    house = either_house
    telling.everything(house)
    found = written(house)
    assert len(found) == 5
    late = house.settings.with_(alerts="json://127.0.0.1:1/", answer_within=72)
    house.shift_clock(days=3)
    for _ in range(2):
        alerts.fall_due(house.db, late)
    jobs = outbox.due(house.db, now=ids.now(), limit=100, lane=outbox.ALERTS)
    assert len(jobs) > 2
    message = alerts.message(house.db, late, jobs)
    assert message is not None
    assert "wait for an answer, longer than promised" in message.title
    author_news.settle(house.db, [str(job.data["news"]) for job in jobs], at=ids.now())
    assert house.db.value("SELECT count(*) FROM news WHERE kind = 'alert' AND told_at IS NULL") == 0
    outbox.give_up(house.db, jobs[0], "It did not answer.")
    assert author_news.given_up(house.db, since=ids.now(days=-1), besides=outbox.ALERTS) == []
    assert len(author_news.given_up(house.db, since=ids.now(days=-1), besides="")) == 1


def test_a_letter_about_a_reply_leaves_by_smtp_with_no_address_but_its_own(tmp_path: Path) -> None:
    with post.open_office() as office, furnish(tmp_path, smtp_url=office.url, mail_from="blog@example.org") as house:
        addressed(house)
        house.reader("Ben").says("Hello.", email="ben@example.net")
        house.work()
        (letter,) = office.messages
        assert (letter["To"], office.envelopes[0][1]) == (ANA, [ANA])
        assert letter["In-Reply-To"] == letter["References"]
        assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert letter["Auto-Submitted"] == "auto-generated"
        assert b"ben@example.net" not in office.letters[0]

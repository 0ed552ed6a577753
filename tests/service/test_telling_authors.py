"""Letters to authors: what each account is told of replies, of who waits, promises and the week; once, and in time."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path

import pytest

from comments_service import ids, migrations, notifying, worker
from comments_service.database import opened
from comments_service.identity import authors
from comments_service.mail import Letter
from comments_service.models import Job, Person, Role, Undertaking, Verb
from comments_service.notifying import alerts, mornings, noticing, wishes
from comments_service.store import author_news, outbox, people
from tests.support import post, telling
from tests.support.actors import Author, House, furnish
from tests.support.ruling import reported_by

ANA, EVE = "ana@example.org", "eve@example.org"


def with_address(house: House, account: Person | None = None, address: str = ANA) -> None:
    people.move(house.db, (account or house.author.account).id, address)


def joined(house: House, name: str, role: Role, address: str) -> Author:
    account = authors.add(house.db, name, role)
    with_address(house, account, address)
    return Author(house, account)


def heard(house: House) -> None:
    """The worker acts upon the pages' queue; no letter is written yet."""
    while worker.work_once(house.db, house.settings):
        pass


def due(house: House) -> list[Job]:
    return outbox.due(house.db, now=ids.now(), limit=100, lane=outbox.LETTERS)


def written(house: House) -> list[Letter]:
    """The letters that are due now, written and not sent."""
    found = [notifying.letter(house.db, house.settings, house.keys, job) for job in due(house)]
    return [one for one in found if one]


def sent(house: House) -> list[tuple[str, str]]:
    """To whom letters went, and their subjects, in the order in which they were written."""
    house.work()
    return [(one.to, one.subject.removesuffix(" · Rapport")) for one in reversed(house.letters)]


def at(house: House, hour: int, minute: int = 0, *, days: int = 0) -> None:
    """Let it be that hour of the blog's day, so many days on."""
    local = ids.moment().astimezone(house.settings.zone)
    day = date.fromordinal(local.date().toordinal() + days)
    wanted = datetime.combine(day, time(hour, minute), house.settings.zone)
    house.shift_clock(seconds=(wanted - ids.moment()).total_seconds())


@pytest.fixture
def ana(house: House) -> House:
    """A house whose owner has an address."""
    with_address(house)
    return house


# ── a reply ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_reply_that_waits_for_a_look_is_told_at_once_with_all_that_is_needed(ana: House) -> None:
    gil = ana.reader("Gil", trusted=True)
    first = gil.says("I tried it for a year.")
    gil.says("And it rained.", to=first)
    words = "Would *this* work in winter?\n\nSee [my notes](https://example.net/x)."
    comment = ana.reader("Ben").says(words, to=first, wants_answer="yes")
    heard(ana)
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
    heard(ana)
    found = written(ana)
    threads = [letter.headers["References"] for letter in found]
    assert threads[0] == threads[1] != threads[2]
    assert [letter.subject for letter in found][:2] == ["Ben on “Essay a” · Rapport"] * 2
    assert len({letter.id for letter in found}) == 3


def test_a_fact_heard_twice_or_by_two_workers_is_told_once(either_house: House) -> None:
    house = either_house
    with_address(house)
    comment = house.reader().says("Hello.")
    jobs = outbox.due(house.db, now=ids.now(), limit=10)
    for _ in range(2):
        noticing.tell_authors(house.db, house.settings, jobs)
    with opened(house.settings) as other:
        noticing.tell_authors(other, house.settings, jobs)
    assert [job.subject for job in due(house)] == [comment.id]


def test_a_letter_written_twice_says_the_same_under_the_same_id(ana: House) -> None:
    ana.reader().says("Hello.")
    heard(ana)
    first, again = written(ana), written(ana)
    assert first == again
    assert ana.count("letter_links") == 1


def test_what_was_decided_meanwhile_is_not_told(ana: House) -> None:
    ben = ana.reader()
    for word in ("approve", "withdraw"):
        comment = ben.says(f"Hello, {word}.", on="/b/") if word == "withdraw" else ana.reader("Eve").says("Hello.")
        heard(ana)
        assert len(due(ana)) == 1
        _ = ana.author.publishes(comment) if word == "approve" else ben.withdraws(comment)
        assert written(ana) == []
        ana.work()
    assert ana.letters == []


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


def test_every_published_reply_is_told_to_who_asked_for_it_and_not_to_who_published_it(ana: House) -> None:
    gil = ana.reader("Gil", trusted=True)
    ana.work()
    account = ana.author.account
    gil.says("First.")
    ana.work()
    assert ana.letters == []
    wishes.choose(ana.db, account, frozenset({wishes.PUBLISHED}))
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
        with_address(house)
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


def test_what_an_account_stopped_meanwhile_is_not_sent_any_more(house: House) -> None:
    telling.everything(house)
    heard(house)
    kinds = {one.subject for one in written(house)}
    assert len(kinds) == 5
    wishes.choose(house.db, house.author.account, frozenset())
    assert written(house) == []


def test_a_list_for_authors_does_not_go_to_whoever_became_a_moderator(house: House) -> None:
    telling.everything(house)
    heard(house)
    house.db.execute("UPDATE people SET role = 'moderator' WHERE id = :id", id=house.author.account.id)
    assert not re.search(r"for an answer|promise|week", " ".join(one.subject for one in written(house)))


def test_nobody_without_an_address_or_a_role_gets_a_letter(house: House) -> None:
    house.reader().says("Hello.")
    heard(house)
    assert house.count("news") == 0
    with_address(house)
    house.reader().says("Hello again.")
    heard(house)
    house.db.execute("UPDATE people SET role = NULL WHERE id = :id", id=house.author.account.id)
    assert written(house) == []
    assert house.db.value("SELECT remark FROM news").startswith("The account gets no such letters")


def test_what_somebody_wishes_not_to_get_they_do_not(ana: House) -> None:
    wishes.choose(ana.db, ana.author.account, frozenset())
    ana.reader().says("Hello?")
    at(ana, 9, days=7)
    worker.tidy(ana.db, ana.settings)
    assert sent(ana) == []


def test_hostile_names_and_words_are_words_and_end_no_header(ana: House) -> None:
    hostile = "Ben <b>&\u2028Bcc: eve"
    ana.reader(hostile).says('<script>alert(1)</script> "x"')
    heard(ana)
    (letter,) = written(ana)
    assert "\n" not in letter.subject
    assert "<script" not in letter.html
    assert "<b>&" not in letter.html
    assert "alert(1)" in letter.text


# ── the mornings ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def lisbon(tmp_path: Path) -> Iterator[House]:
    """A house that promised an answer within three days, in a zone with summer time."""
    with furnish(tmp_path, timezone="Europe/Lisbon", answer_within=72) as house:
        with_address(house)
        wishes.choose(house.db, house.author.account, frozenset({wishes.WAITS, wishes.PROMISES, wishes.DIGEST}))
        yield house


def morning(house: House) -> list[str]:
    """The subjects of the letters that two workers send at this moment, tidying twice each."""
    before = len(house.letters)
    for _ in range(2):
        worker.tidy(house.db, house.settings)
        with opened(house.settings) as other:
            mornings.fall_due(other, house.settings)
    house.work()
    new = house.letters[: len(house.letters) - before]
    return sorted(one.subject.removesuffix(" · Rapport") for one in new)


def next_monday(house: House) -> None:
    local = ids.moment().astimezone(house.settings.zone)
    at(house, 7, 30, days=7 - local.weekday())


def test_who_waits_is_told_at_eight_on_days_when_somebody_does_and_only_once(lisbon: House) -> None:
    next_monday(lisbon)
    assert morning(lisbon) == []
    at(lisbon, 8, 1, days=1)
    assert morning(lisbon) == [], "nobody waits"
    ben = lisbon.reader("Ben", trusted=True)
    comment = ben.says("How do you begin?", wants_answer="yes")
    at(lisbon, 7, 59, days=1)
    assert morning(lisbon) == []
    at(lisbon, 8, 0)
    assert morning(lisbon) == ["2 readers wait for an answer"]
    text = lisbon.letters[0].text
    assert "How do you begin?" in text
    assert "since yesterday" in text
    assert f"/desk/comments/{comment.id}" in text
    at(lisbon, 9, 0)
    assert morning(lisbon) == []
    at(lisbon, 14, 0, days=4)
    assert morning(lisbon) == ["2 readers wait for an answer"], "a server that was down sends late that day"
    assert "late" in lisbon.letters[0].text


def test_an_hour_that_comes_twice_and_one_that_never_comes_change_nothing(tmp_path: Path) -> None:
    # In 2027 clocks go back on 31 October and forward on 28 March, both at one at night in Lisbon.
    with furnish(tmp_path, timezone="Europe/Lisbon") as house:
        with_address(house)
        wishes.choose(house.db, house.author.account, frozenset({wishes.WAITS}))
        house.reader("Ben", trusted=True)
        for day in ("2027-03-27", "2027-03-28", "2027-10-30", "2027-10-31"):
            eight = datetime.combine(date.fromisoformat(day), time(7, 59), house.settings.zone)
            house.shift_clock(seconds=(eight - ids.moment()).total_seconds())
            assert morning(house) == [], day
            house.shift_clock(minutes=1)
            assert morning(house) == ["1 reader waits for an answer"], day


def test_an_author_is_told_of_their_own_essays_alone(lisbon: House) -> None:
    joined(lisbon, "Eve", Role.AUTHOR, EVE)
    lisbon.reader("Ben", trusted=True)
    at(lisbon, 9, days=1)
    worker.tidy(lisbon.db, lisbon.settings)
    lisbon.work()
    assert [one.to for one in lisbon.letters if "waits for an answer" in one.subject] == [ANA]


def test_a_promise_is_told_the_day_before_and_not_once_it_is_kept(lisbon: House) -> None:
    next_monday(lisbon)
    ben = lisbon.reader("Ben", trusted=True)
    comment = ben.says("Do you have the list?", wants_answer="yes")
    day = date.fromordinal(ids.moment().astimezone(lisbon.settings.zone).date().toordinal() + 3)
    lisbon.author.answers(comment, "I shall send it.", Undertaking(promise="Send the list", due=day.isoformat()))
    at(lisbon, 8, 5, days=1)
    assert "A promise falls due" not in morning(lisbon)
    at(lisbon, 8, 5, days=1)
    assert "A promise falls due" in morning(lisbon)
    (letter,) = [one for one in lisbon.letters if "promise" in one.subject]
    assert "Send the list" in letter.text
    assert "Ben, on “Essay a”" in letter.text
    assert "by tomorrow" in letter.text
    at(lisbon, 8, 5, days=1)
    assert "A promise falls due" not in morning(lisbon), "it was told yesterday"


def test_a_promise_kept_before_the_letter_is_written_is_not_told(lisbon: House) -> None:
    comment = lisbon.reader("Ben", trusted=True).says("The list?", wants_answer="yes")
    day = date.fromordinal(ids.moment().astimezone(lisbon.settings.zone).date().toordinal() + 2)
    lisbon.author.answers(comment, "I shall.", Undertaking(promise="Send it", due=day.isoformat()))
    at(lisbon, 8, 5, days=1)
    worker.tidy(lisbon.db, lisbon.settings)
    lisbon.db.execute("UPDATE promises SET kept_at = :now", now=ids.now())
    lisbon.work()
    assert [one for one in lisbon.letters if "promise" in one.subject] == []


def test_the_week_is_told_on_monday_and_a_week_in_which_nothing_happened_is_not(lisbon: House) -> None:
    next_monday(lisbon)
    at(lisbon, 8, 1)
    assert morning(lisbon) == []
    comment = lisbon.reader("Ben", trusted=True).says("How do you begin?", wants_answer="yes")
    lisbon.author.answers(comment, "With a letter.")
    next_monday(lisbon)
    assert morning(lisbon) == []
    at(lisbon, 8, 0)
    (found,) = [one for one in morning(lisbon) if one.startswith("The week of ")]
    letter = next(one for one in lisbon.letters if one.subject.startswith(found))
    assert "Here you interacted with 1 person in the past week." in letter.text
    assert "New:\n- Ben" in letter.text
    at(lisbon, 12, 0, days=1)
    assert [one for one in morning(lisbon) if one.startswith("The week of ")] == []


def test_a_server_that_was_down_on_monday_tells_of_the_week_when_it_is_back(lisbon: House) -> None:
    lisbon.reader("Ben", trusted=True)
    next_monday(lisbon)
    at(lisbon, 11, 0, days=1)
    assert [one for one in morning(lisbon) if one.startswith("The week of ")]


def test_every_list_says_how_it_is_stopped_with_one_press(lisbon: House) -> None:
    lisbon.reader("Ben", trusted=True)
    at(lisbon, 9, days=1)
    worker.tidy(lisbon.db, lisbon.settings)
    for letter in written(lisbon):
        assert letter.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert letter.headers["List-Unsubscribe"].strip("<>") in letter.text


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


# ── a real mail server ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_letter_about_a_reply_leaves_by_smtp_with_no_address_but_its_own(tmp_path: Path) -> None:
    with post.open_office() as office, furnish(tmp_path, smtp_url=office.url, mail_from="blog@example.org") as house:
        with_address(house)
        house.reader("Ben").says("Hello.", email="ben@example.net")
        house.work()
        (letter,) = office.messages
        assert (letter["To"], office.envelopes[0][1]) == (ANA, [ANA])
        assert letter["In-Reply-To"] == letter["References"]
        assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert letter["Auto-Submitted"] == "auto-generated"
        assert b"ben@example.net" not in office.letters[0]


def test_a_database_of_before_sends_nothing_of_what_ever_was(either_house: House) -> None:
    house = either_house
    house.reader().says("Hello.")
    heard(house)
    with_address(house)
    migrations.migrate(house.db)
    heard(house)
    assert due(house) == []

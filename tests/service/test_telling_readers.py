"""Letters to readers: each hears of what they wished for, once, and of nothing that is not true any more."""

from dataclasses import replace

import pytest

from comments_service import ids, mail, moderation, notifying
from comments_service.engagement import forgetting, keep_promise, still_waiting, unkeep_promise
from comments_service.mail import Letter
from comments_service.models import Undertaking, Verb
from comments_service.moderation import banning
from comments_service.notifying import choosing
from comments_service.store import news, outbox, promises, subjects, subscriptions
from tests.support import corresponding
from tests.support.actors import House, furnish
from tests.support.corresponding import BEN, asks, at, post, says_yes, subjects_of


def test_who_wished_to_hear_of_the_author_hears_that_she_answered_and_of_nobody_else(either_house: House) -> None:
    house = either_house
    said = asks(house)
    house.author.publishes(said)
    post(house, minutes=6)
    house.author.publishes(house.reader("Cleo").says("Me too.", to=said))
    assert post(house, minutes=6) == []
    answer = house.author.answers(said, "You *may*, at https://example.org.\n\n<script>")
    (letter,) = post(house, minutes=6)
    assert letter.to == BEN
    assert letter.subject == "Ana Ferreira answered you on “Essay a” · Rapport"
    assert "You had written: “May I ask?”" in letter.text
    assert "> You may, at https://example.org." in letter.text
    assert f"{house.settings.url}/a/#comment-{answer.id}" in letter.text.split()
    for part in (letter.text, letter.html):
        assert "You get this because you wished to hear when Ana Ferreira answers your reply on “Essay a”." in part
    assert "You may, at https://example.org." in letter.html
    assert 'href="https://example.org' not in letter.html
    assert "&lt;script&gt;" in letter.html
    assert post(house, minutes=60) == []


@pytest.mark.parametrize(
    ("notify", "heard"),
    [
        ("none", []),
        ("author", []),
        ("replies", ["Cleo replied to you on “Essay a”"]),
        ("thread", ["Cleo and Dan wrote in your conversation on “Essay a”"]),
    ],
)
def test_each_hears_as_much_as_they_wished(house: House, notify: str, heard: list[str]) -> None:
    ben, cleo, dan = (house.reader(name, trusted=True) for name in ("Ben", "Cleo", "Dan"))
    said = ben.says("May I ask?", email=BEN, notify=notify)
    post(house)
    if notify != "none":
        says_yes(house, BEN)
    other = cleo.says("Me too.", to=said)
    dan.says("And I.", to=other)
    ben.says("Good.", to=other, email="another@example.net")
    assert subjects_of(post(house, minutes=6)) == heard


def test_two_wishes_tell_once_and_the_stronger_says_why(either_house: House) -> None:
    house = either_house
    ben = house.reader("Ben", trusted=True)
    said = asks(house, "thread", reader=ben)
    again = asks(house, "replies", reader=ben, to=said)
    house.author.answers(again, "Both are answered.")
    (letter,) = post(house, minutes=6)
    assert letter.subject.startswith("Ana Ferreira answered you on “Essay a” · ")
    house.reader("Cleo", trusted=True).says("And I say so too.", to=again)
    assert subjects_of(post(house, minutes=6)) == ["Cleo replied to you on “Essay a”"]
    wish = next(one for one in subscriptions.of_correspondent(house.db, at(house, BEN).id) if one.kind == "replies")
    house.reader("Dan", trusted=True).says("So do I.", to=again)
    house.work_pages()
    choosing.stop(house.db, at(house, BEN), wish.id)
    assert subjects_of(post(house, minutes=6)) == ["Dan wrote in your conversation on “Essay a”"]


def test_an_answer_reaches_also_whom_it_ticks_elsewhere_and_whom_it_calls_by_name(either_house: House) -> None:
    house = either_house
    ben, cleo, dan = (house.reader(name, trusted=True) for name in ("Ben", "Cleo", "Dan"))
    said = ben.says("Ben asks.", email=BEN, notify="thread")
    elsewhere = cleo.says("Cleo asks.", on="/b/", email="cleo@example.net", notify="thread")
    beside = dan.says("Dan asks.", to=said, email="dan@example.net", notify="replies")
    for address in (BEN, "cleo@example.net", "dan@example.net"):
        says_yes(house, address)
    post(house, minutes=6)
    house.author.answers(said, "This is for all of you, @Dan too.", Undertaking(also=(elsewhere.id,)))
    found = {letter.to: letter for letter in post(house, minutes=6)}
    assert found.keys() == {BEN, "cleo@example.net", "dan@example.net"}
    assert {one.partition(",")[0] for one in subjects_of([*found.values()])} == {
        "Ana Ferreira answered you on “Essay a”"
    }
    assert "You had written: “Cleo asks.”" in found["cleo@example.net"].text
    assert beside.id not in found[BEN].text


def test_a_private_answer_reaches_its_reader_whole_and_nobody_else(either_house: House) -> None:
    house = either_house
    public = house.reader("Cleo", trusted=True).says("In public.", email="cleo@example.net", notify="thread")
    says_yes(house, "cleo@example.net")
    said = house.reader("Ben").says("For you alone.", to=public, private=True, email=BEN, notify="author")
    says_yes(house, BEN)
    house.author.answers(said, "@Cleo need not know. " + "Many words. " * 300)
    (letter,) = post(house, minutes=6)
    assert letter.to == BEN
    assert letter.subject == "Ana Ferreira answered you on “Essay a” · Rapport"
    assert letter.text.count("words.") == letter.html.count("words.") == 300
    assert f"{house.settings.url}/comments/{said.id}/" in letter.text.split()


def test_a_reply_that_was_held_tells_its_writer_that_it_stands_or_does_not(either_house: House) -> None:
    house = either_house
    approved, rejected = asks(house), house.reader("Eva").says("No.", email="eva@example.net", notify="thread")
    says_yes(house, "eva@example.net")
    unasked = house.reader("Fay").says("Unasked.", email="fay@example.net", new_essays=True)
    says_yes(house, "fay@example.net")
    for comment in (approved, unasked):
        house.author.publishes(comment)
    house.author.decides(rejected, Verb.REJECT)
    found = {letter.to: letter for letter in post(house, minutes=6)}
    assert found.keys() == {BEN, "eva@example.net"}
    assert found[BEN].subject.startswith("Your reply on “Essay a” stands in the page · ")
    assert found["eva@example.net"].subject.startswith("About your reply on “Essay a” · ")
    assert "read your reply and left it off the page" in found["eva@example.net"].text
    # What stands at once, and what is taken for spam, is told to nobody.
    house.reader("Gil", trusted=True).says("At once.", email=BEN, notify="author")
    spam = asks(house, reader=house.reader("Hal"))
    house.author.decides(spam, Verb.SPAM)
    assert post(house, minutes=6) == []


def test_still_waiting_is_heard_and_a_kept_promise_is_told(either_house: House) -> None:
    house = either_house
    said = asks(house, reader=house.reader("Ben", trusted=True))
    due = ids.now(days=3)[:10]
    house.author.answers(said, "Soon.", Undertaking(promise="Send the list", due=due))
    assert subjects_of(post(house, minutes=6)) == ["Ana Ferreira answered you on “Essay a”"]
    still_waiting(house.db, said, house.settings, proven=True)
    (letter,) = post(house, minutes=6)
    assert letter.subject.startswith("You are not forgotten on “Essay a”")
    assert "You said that you are still waiting." in letter.text
    (promise,) = promises.open_ones(house.db, limit=2)
    keep_promise(house.db, promise.id, house.author.account)
    house.work_pages()
    unkeep_promise(house.db, promise.id, house.author.account)
    assert post(house, minutes=6) == []
    keep_promise(house.db, promise.id, house.author.account)
    (letter,) = post(house, minutes=6)
    assert letter.subject.startswith("Ana Ferreira kept a promise to you")
    assert "Send the list" not in letter.text + letter.html


def test_letters_of_one_thread_stand_together_and_one_click_stops_them(house: House) -> None:
    said = asks(house, reader=house.reader("Ben", trusted=True))
    headers = []
    for words in ("First answer.", "Second answer."):
        house.author.answers(said, words)
        (letter,) = post(house, minutes=6)
        headers.append(letter.headers)
        written = mail.letters.compose(house.settings, letter).decode()
        assert f"Message-ID: <{letter.id}@localhost>" in written
    assert headers[0] == headers[1]
    (wish,) = subscriptions.of_correspondent(house.db, at(house, BEN).id)
    assert headers[0] == {
        "List-Unsubscribe": f"<{house.settings.url}{corresponding.link(house, BEN, wish.id)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Id": "<replies.localhost>",
        "Content-Language": "en",
        "In-Reply-To": f"<thread-{said.root}@localhost>",
        "References": f"<thread-{said.root}@localhost>",
    }


def test_hostile_names_and_titles_are_words_in_every_part(house: House) -> None:
    said = asks(house, "replies", reader=house.reader("Ben", trusted=True))
    hostile = '<b>"Cleo"</b> & Co'
    house.reader(hostile, trusted=True).says("![x](https://e.example/p.png) <b>bold</b>", to=said)
    (letter,) = post(house, minutes=6)
    mail.letters.compose(house.settings, letter)
    assert letter.subject.startswith(f"{hostile} replied to you on “Essay a” · ")
    assert hostile in letter.text
    assert "<b>" not in letter.html
    assert "<img" not in letter.html


def test_where_no_letter_can_be_sent_nothing_is_promised_and_nothing_kept(tmp_path) -> None:
    with furnish(tmp_path, url="https://blog.example") as house:
        said = house.reader("Ben").says("May I ask?", email=BEN, notify="author")
        house.author.answers(said, "Yes.")
        assert post(house, minutes=6) == []
        assert house.count("correspondents") == house.count("news") == 0


# ── what became untrue ──────────────────────────────────────────────────────────────────────────────────────────────


def test_an_approval_taken_back_within_minutes_tells_nothing_and_once_it_stands_again_it_is_told(
    either_house: House,
) -> None:
    house = either_house
    said = asks(house, "replies")
    house.author.publishes(said)
    post(house, minutes=6)
    reply = house.reader("Cleo").says("A slip.", to=said)
    house.author.publishes(reply)
    house.work_pages()
    moderation.undo(house.db, reply.id, house.author.account)
    assert post(house, minutes=6) == []
    (dropped,) = [one for one in news.about(house.db, [reply.id])[reply.id] if one.dropped_at]
    assert dropped.remark == "it does not stand"
    house.author.publishes(reply)
    assert subjects_of(post(house, minutes=6)) == ["Cleo replied to you on “Essay a”"]
    moderation.undo(house.db, reply.id, house.author.account)
    house.author.publishes(reply)
    assert post(house, minutes=6) == [], "told once, it is told"


def test_a_rejection_taken_back_is_not_told(house: House) -> None:
    said = asks(house)
    house.author.decides(said, Verb.REJECT)
    house.work_pages()
    moderation.undo(house.db, said.id, house.author.account)
    assert post(house, minutes=6) == []
    house.author.publishes(said)
    assert subjects_of(post(house, minutes=6)) == ["Your reply on “Essay a” stands in the page"]


def test_whoever_withdraws_is_erased_or_stops_is_not_written_to(either_house: House) -> None:
    house = either_house
    ben, cleo = (house.reader(name, trusted=True) for name in ("Ben", "Cleo"))
    said = asks(house, reader=ben)
    hers = cleo.says("I ask.", email="cleo@example.net", notify="thread")
    says_yes(house, "cleo@example.net")
    for comment in (said, hers):
        house.author.answers(comment, "Yes.")
    house.work_pages()
    assert len(outbox.due(house.db, now=ids.now(minutes=6), limit=9, lane=outbox.LETTERS)) == 2
    ben.withdraws(said)
    choosing.stop_all(house.db, at(house, "cleo@example.net"))
    assert post(house, minutes=6) == []
    more = asks(house, reader=ben)
    house.author.answers(more, "Yes again.")
    house.work_pages()
    forgetting.erase(house.db, subjects.of_person(house.db, house.now_of(more).person or ""))
    assert post(house, minutes=6) == []


def test_whoever_is_kept_away_is_not_written_to_but_one_whose_replies_are_only_held_is(house: House) -> None:
    said = asks(house, reader=house.reader("Ben", trusted=True))
    for action, lasts, letters in (("refuse", "day", 0), ("hold", "week", 1)):
        made = banning.ban(
            house.db, house.keys, said.id, banning.Wish(action=action, lasts=lasts), house.author.account
        )
        house.author.answers(said, f"An answer to someone banned, {action}.")
        assert len(post(house, minutes=6)) == letters
        banning.lift(house.db, made.id, house.author.account)


def test_a_letter_that_is_tried_again_says_the_same_but_for_what_is_gone(house: House) -> None:
    said = asks(house, "thread", reader=house.reader("Ben", trusted=True))
    cleo = house.reader("Cleo", trusted=True)
    first, second = (cleo.says(words, to=said) for words in ("The first.", "The second."))
    house.work_pages()
    house.shift_clock(minutes=6)
    (job,) = outbox.due(house.db, now=ids.now(), limit=2, lane=outbox.LETTERS)

    def written(attempts: int = 1) -> Letter | None:
        return notifying.letter(house.db, house.settings, house.keys, replace(job, attempts=attempts))

    before = written(attempts=0)
    assert before
    cleo.says("The third, later.", to=said)
    house.work_pages()
    assert written() == before
    cleo.withdraws(second)
    after = written()
    assert after
    assert "The first." in after.text
    assert "The second." not in after.text
    assert after.id == before.id == job.id
    cleo.withdraws(first)
    assert written() is None

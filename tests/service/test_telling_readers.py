"""Letters to readers: each hears of what they wished for, once, when it is true, and after they said yes."""

from dataclasses import replace

import pytest

from comments_service import ids, mail, moderation, notifying, worker
from comments_service.engagement import forgetting, keep_promise, still_waiting, unkeep_promise
from comments_service.mail import Letter
from comments_service.models import Comment, Undertaking, Verb
from comments_service.moderation import acts, banning
from comments_service.notifying import asking, choosing, hearing
from comments_service.store import claims, correspondents, news, outbox, promises, subjects, subscriptions, wishes
from tests.support import corresponding, proving
from tests.support.actors import House, Reader, furnish
from tests.support.corresponding import at, post, says_yes
from tests.support.counting import sizes_of_transactions

BEN = "ben@example.net"


def asks(
    house: House,
    notify: str = "author",
    *,
    reader: Reader | None = None,
    to: Comment | None = None,
    new_essays: bool = False,
) -> Comment:
    """A reply of Ben's, with the wish that it is sent with; he has said yes to letters."""
    ben = reader or house.reader("Ben")
    said = ben.says("May I ask?", to=to, email=BEN, notify=notify, new_essays=new_essays)
    says_yes(house, BEN)
    return said


def subjects_of(letters: list[Letter]) -> list[str]:
    return [letter.subject.removesuffix(" · Rapport") for letter in letters]


# ── what is told ────────────────────────────────────────────────────────────────────────────────────────────────────


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


def test_several_within_five_minutes_make_one_letter_and_what_comes_later_another(house: House) -> None:
    said = asks(house, "thread", reader=house.reader("Ben", trusted=True))
    others = [house.reader(name, trusted=True) for name in ("Cleo", "Dan", "Eva", "Fay")]
    for other in others[:3]:
        other.says(f"{other.name} says something.", to=said)
        corresponding.hear(house)
        house.shift_clock(minutes=1)
    assert post(house) == []
    (letter,) = post(house, minutes=3)
    assert letter.subject == "Cleo and 2 others wrote in your conversation on “Essay a” · Rapport"
    others[3].says("Late.", to=said)
    assert subjects_of(post(house, minutes=6)) == ["Fay wrote in your conversation on “Essay a”"]


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
    corresponding.hear(house)
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
    corresponding.hear(house)
    unkeep_promise(house.db, promise.id, house.author.account)
    assert post(house, minutes=6) == []
    keep_promise(house.db, promise.id, house.author.account)
    (letter,) = post(house, minutes=6)
    assert letter.subject.startswith("Ana Ferreira kept a promise to you")
    assert "Send the list" not in letter.text + letter.html


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
    corresponding.hear(house)
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
    corresponding.hear(house)
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
    corresponding.hear(house)
    ben.withdraws(said)
    choosing.stop_all(house.db, at(house, "cleo@example.net"))
    assert post(house, minutes=6) == []
    more = asks(house, reader=ben)
    house.author.answers(more, "Yes again.")
    corresponding.hear(house)
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
    corresponding.hear(house)
    house.shift_clock(minutes=6)
    (job,) = outbox.due(house.db, now=ids.now(), limit=2, lane=outbox.LETTERS)

    def written(attempts: int = 1) -> Letter | None:
        return notifying.letter(house.db, house.settings, house.keys, replace(job, attempts=attempts))

    before = written(attempts=0)
    assert before
    cleo.says("The third, later.", to=said)
    corresponding.hear(house)
    assert written() == before
    cleo.withdraws(second)
    after = written()
    assert after
    assert "The first." in after.text
    assert "The second." not in after.text
    assert after.id == before.id == job.id
    cleo.withdraws(first)
    assert written() is None


# ── saying yes ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_address_that_nobody_proved_is_asked_once_and_told_after_its_yes(either_house: House) -> None:
    house = either_house
    ben = house.reader("Ben", trusted=True)
    said = ben.says("Hostile words for a stranger", email=BEN, notify="author", name="Buy Pills")
    ben.says("And more.", email=BEN, notify="thread", new_essays=True)
    (letter,) = post(house)
    assert letter.to == BEN
    assert letter.subject == "Shall letters come to you? · Rapport"
    for part in (letter.text, letter.html):
        assert "when Ana Ferreira answers your reply on “Essay a”" in part
        assert "of everything in your conversation on “Essay a”" in part
        assert "of every new essay" in part
        assert "Hostile" not in part
        assert "Pills" not in part
    house.author.answers(said, "Meanwhile.")
    ben.says("And more still.", email=BEN.title(), notify="author")
    assert post(house, minutes=6) == []
    choosing.confirm(house.db, house.settings, at(house, BEN))
    assert subjects_of(post(house, minutes=6)) == ["Ana Ferreira answered you on “Essay a”"]
    ben.says("A word more.", email=BEN, notify="author", on="/b/")
    assert post(house) == [], "one yes is for all"


def test_no_more_addresses_are_asked_than_may_be_and_no_reply_is_refused_for_it(house: House) -> None:
    eve = house.reader("Eve", trusted=True)
    for number in range(9):
        eve.says(f"Reply {number}.", email=f"victim{number}@example.net", notify="thread", new_essays=True)
        house.shift_clock(minutes=1)
    asked = [letter.to for letter in post(house)]
    assert len(asked) == 6
    unasked = at(house, "victim8@example.net")
    assert unasked.asked_at is None
    # One and the same address is asked twice a day at the most, wherever that comes from.
    for number in range(5):
        other = house.reader(f"Other {number}", trusted=True)
        said = other.says("I too.", email="victim0@example.net", notify="author")
        corresponding.hear(house)
        house.shift_clock(minutes=2)
        asking.ask_again(house.db, house.settings, house.keys, wishes.spoken(house.db, [said.id])[said.id])
    assert [letter.to for letter in post(house)] == ["victim0@example.net"]
    house.shift_clock(minutes=61)
    said = eve.says("Later.", email="victim8@example.net", notify="thread")
    assert [letter.to for letter in post(house)] == ["victim8@example.net"]


def test_whoever_types_an_address_does_not_learn_what_its_owner_said(house: House) -> None:
    known, fresh, no = "known@example.net", "fresh@example.net", "no@example.net"
    for address in (known, no):
        house.reader(f"Of {address[:2]}", trusted=True).says("Mine.", email=address, notify="author")
        says_yes(house, address)
    choosing.stop_all(house.db, at(house, no))
    house.shift_clock(days=8)
    answers: dict[str, list[bool]] = {}
    for address in (known, fresh, no):
        said = house.reader("Eve", trusted=True).says("I type it.", email=address, notify="thread")
        corresponding.hear(house)
        for _ in range(3):
            house.shift_clock(minutes=2)
            spoken = wishes.spoken(house.db, [said.id])[said.id]
            answers.setdefault(address, []).append(asking.ask_again(house.db, house.settings, house.keys, spoken))
        assert at(house, address).asked_at
    assert answers[known] == answers[fresh] == answers[no] == [True, False, False]
    assert {letter.to for letter in post(house)} == {fresh}


def test_one_mailbox_is_asked_twice_a_day_however_its_address_is_written(house: House) -> None:
    ways = ["ben@example.net", "b.en@example.net", "BEN+1@example.net", "ben+2@example.net", "b.e.n+x@EXAMPLE.net"]
    for number, address in enumerate(ways):
        house.reader(f"Eve {number}", trusted=True).says("I too.", email=address, notify="thread")
    assert len(post(house)) == 2


def test_a_proven_address_needs_no_question_and_its_wish_ends_an_earlier_no(house: House) -> None:
    ben = house.reader("Ben")
    said = ben.says("As a guest.", email=BEN, notify="author")
    post(house)
    choosing.stop_all(house.db, at(house, BEN))
    house.reader("Eve", trusted=True).says("I type Ben's address.", email=BEN, notify="thread")
    assert post(house) == []
    assert at(house, BEN).stopped_at
    house.shift_clock(minutes=1)
    corresponding.proves(house, ben, BEN)
    ben.says("Proven.", notify="author", name="Ben")
    assert post(house) == []
    assert at(house, BEN).reachable
    assert house.now_of(said).identity == ""


def test_a_bounced_address_is_neither_asked_nor_written_to_until_it_is_proven(house: House) -> None:
    ben = house.reader("Ben")
    said = asks(house, reader=ben)
    correspondents.bounced(house.db, at(house, BEN).id, "550 5.1.1", now=ids.now())
    house.author.answers(said, "Lost.")
    ben.says("Once more.", email=BEN, notify="author")
    assert post(house, minutes=6) == []
    corresponding.proves(house, ben, BEN)
    house.author.answers(said, "Found.")
    assert "> Found." in post(house, minutes=6)[0].text


def test_where_no_letter_can_be_sent_nothing_is_promised_and_nothing_kept(tmp_path) -> None:
    with furnish(tmp_path, url="https://blog.example") as house:
        said = house.reader("Ben").says("May I ask?", email=BEN, notify="author")
        house.author.answers(said, "Yes.")
        assert post(house, minutes=6) == []
        assert house.count("correspondents") == house.count("news") == 0


# ── how often, and which headers ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("rhythm", ["day", "week"])
def test_a_digest_holds_what_came_since_the_last_and_comes_in_the_morning(either_house: House, rhythm) -> None:
    house = either_house
    said = asks(house, "thread", reader=house.reader("Ben", trusted=True))
    choosing.keep_rhythm(house.db, house.settings, at(house, BEN), rhythm)
    for name in ("Cleo", "Dan"):
        house.reader(name, trusted=True).says(f"{name} says so.", to=said)
        assert post(house, minutes=10) == []
    house.author.answers(said, "And I.")
    assert notifying.announce(house.db, house.settings, "/b/") == 0
    corresponding.hear(house)
    ((due,),) = [tuple(row.values()) for row in house.db.rows("SELECT run_at FROM jobs WHERE fact = 'letter.news'")]
    assert due[11:19] == "08:00:00"
    assert rhythm == "day" or ids.as_moment(due).weekday() == 0
    (letter,) = post(house, minutes=(ids.as_moment(due) - ids.moment()).total_seconds() / 60 + 1)
    assert letter.subject == "Ana Ferreira answered you on “Essay a”, and 2 more · Rapport"
    choosing.keep_rhythm(house.db, house.settings, at(house, BEN), "now")
    house.author.answers(said, "At once.")
    assert len(post(house, minutes=6)) == 1


def test_who_changes_how_often_hears_of_what_waits_then(house: House) -> None:
    said = asks(house, reader=house.reader("Ben", trusted=True))
    choosing.keep_rhythm(house.db, house.settings, at(house, BEN), "week")
    house.author.answers(said, "Wait for it.")
    assert post(house, minutes=6) == []
    choosing.keep_rhythm(house.db, house.settings, at(house, BEN), "now")
    assert len(post(house, minutes=6)) == 1


def test_what_a_worker_gathered_and_gave_back_is_not_lost_when_its_reader_chooses_anew(either_house: House) -> None:
    house = either_house
    said = asks(house, reader=house.reader("Ben", trusted=True))
    house.author.answers(said, "Wait for it.")
    corresponding.hear(house)
    house.shift_clock(minutes=6)
    (claim,) = claims.take(house.db, outbox.LETTERS, now=ids.now(), until=ids.now(seconds=60), limit=1)
    assert notifying.letter(house.db, house.settings, house.keys, claim.job)
    claims.release(house.db, [claim])
    choosing.keep_rhythm(house.db, house.settings, at(house, BEN), "day")
    choosing.keep_rhythm(house.db, house.settings, at(house, BEN), "now")
    assert len(post(house, minutes=6)) == 1


def test_where_many_follow_a_thread_nobody_waits_until_all_of_it_is_told(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers = [house.reader(name, trusted=True) for name in ("Ben", "Cleo", "Dan", "Eve", "Finn")]
    first = readers[0].says("Hello?", email="reader0@example.net", notify="thread")
    for n, one in enumerate(readers[1:], 1):
        one.says(f"I am {n}.", to=first, email=f"reader{n}@example.net", notify="thread")
    monkeypatch.setattr(hearing, "_PORTION", 5)
    written = sizes_of_transactions(house, monkeypatch, "news")
    corresponding.hear(house)
    assert sum(written) == 20, "four readers hear of each of five replies"
    assert max(written) <= 5


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


# ── new essays ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_an_owner_stopped_nobody_begins_again_who_only_types_the_address(either_house: House) -> None:
    house = either_house

    def hears() -> bool:
        wished = subscriptions.of_correspondent(house.db, at(house, BEN).id)
        return any(one.kind == "essays" for one in wished)

    house.reader("Ben", trusted=True).says("Hello.", email=BEN, new_essays=True)
    says_yes(house, BEN)
    choosing.essays(house.db, house.settings, at(house, BEN), wanted=False)
    house.reader("Eve").says("Hello, too.", email=BEN, new_essays=True)
    corresponding.hear(house)
    assert not hears()
    ben = house.reader("Ben")
    corresponding.proves(house, ben, BEN)
    ben.says("Hello again.", email=BEN, new_essays=True)
    corresponding.hear(house)
    assert hears()


def test_a_new_essay_is_told_once_to_all_who_wish_behind_what_one_waits_for(either_house: House) -> None:
    house = either_house
    readers = {}
    for number in range(4):
        address = f"reader{number}@example.net"
        readers[address] = house.reader(f"Reader {number}", trusted=True)
        readers[address].says("Hello.", email=address, new_essays=True)
        corresponding.hear(house)
        if number:
            correspondents.confirm(house.db, at(house, address).id, now=ids.now())
    post(house)
    choosing.keep_rhythm(house.db, house.settings, at(house, "reader3@example.net"), "day")
    assert notifying.announce(house.db, house.settings, "/b/") == 4
    assert notifying.announce(house.db, house.settings, "/b/") == 0
    lanes = house.db.rows(
        "SELECT lane, count(*) AS number FROM jobs WHERE fact = 'letter.news' GROUP BY lane ORDER BY lane"
    )
    assert lanes == [{"lane": "bulk", "number": 3}]
    choosing.essays(house.db, house.settings, at(house, "reader2@example.net"), wanted=False)
    (letter,) = post(house)
    assert (letter.to, letter.subject) == ("reader1@example.net", "New: “Essay b” · Rapport")
    assert letter.headers["List-Id"] == "<essays.localhost>"
    assert "You get this because you wished to hear of every new essay." in letter.text
    choosing.confirm(house.db, house.settings, at(house, "reader0@example.net"))
    assert [letter.to for letter in post(house, minutes=6)] == ["reader0@example.net"]
    assert [letter.to for letter in post(house, minutes=60 * 24)] == ["reader3@example.net"]
    with pytest.raises(LookupError):
        notifying.announce(house.db, house.settings, "/nowhere/")


def test_what_waits_without_a_letter_gets_one(either_house: House) -> None:
    house = either_house
    said = asks(house, reader=house.reader("Ben", trusted=True))
    house.author.answers(said, "Lost on the way?")
    corresponding.hear(house)
    house.db.execute("DELETE FROM jobs WHERE fact = 'letter.news'")
    assert notifying.catch_up(house.db, house.settings) == 0
    house.shift_clock(minutes=61)
    assert notifying.catch_up(house.db, house.settings) == 1
    assert notifying.catch_up(house.db, house.settings) == 0
    assert len(post(house, minutes=6)) == 1


def test_a_wish_heard_of_again_brings_back_nothing_that_was_ended(either_house: House) -> None:
    house = either_house
    said = asks(house, new_essays=True)
    for wish in subscriptions.of_correspondent(house.db, at(house, BEN).id):
        choosing.stop(house.db, at(house, BEN), wish.id)
    house.author.publishes(said)
    corresponding.hear(house)
    assert subscriptions.of_correspondent(house.db, at(house, BEN).id) == []
    assert post(house, minutes=6) == []


def test_to_prove_a_reply_says_yes_for_it_and_an_edit_asks_nobody_again(house: House) -> None:
    ben = house.reader("Ben", trusted=True)
    said = ben.says("As a guest.", email=BEN, notify="author")
    assert len(post(house)) == 1
    house.shift_clock(days=9)
    worker.tidy(house.db, house.settings)
    assert house.count("correspondents") == 0
    acts.edit(house.db, said.id, "As a guest, edited.", house.author.account, seen=said.changed)
    assert post(house) == []
    proving.signs_in(ben, claims=proving.address(house, BEN), comment=said.id)
    house.author.answers(said, "At last.")
    assert subjects_of(post(house, minutes=6)) == ["Ana Ferreira answered you on “Essay a”"]

"""The morning: who waits, in which order, with all their words and what stands beside them; and for whom it is."""

import re
from datetime import UTC, datetime, timedelta

from comments_service import engagement, publishing
from comments_service.models import Role, State, Verb
from tests.support import actors
from tests.support.actors import House
from tests.support.browserless import Visitor
from tests.support.desk import account, answers, decides, does, notice, page, signed_in


def day(days: int) -> str:
    """A day from today on, as forms give it, by the clock of the machine."""
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()


def listed(home: str) -> list[str]:
    """Who is listed among those who wait, in order."""
    return re.findall(r'<h3 id="case-\w+-title">.*?<bdi class="p-name">([^<]+)<', home)


def test_an_empty_morning_is_a_pleasure(ana: Visitor) -> None:
    home = page(ana, "/desk/")
    assert "<h1>Nobody is waiting.</h1>" in home
    assert "Enjoy the quiet." in home
    assert "Still in time" not in home
    assert "Nobody waits for a look." in page(ana, "/desk/moderation")


def test_what_can_still_be_kept_comes_first_then_the_longest_wait(house: House, ana: Visitor) -> None:
    for name, hours in (("Late first", 10), ("Late second", 70), ("Soon", 24), ("Later", 1)):
        house.reader(name, trusted=True).says(f"How is {name}?", on="/a/", wants_answer="yes")
        house.shift_clock(hours=hours)
    # What trusted them was a word of theirs on the other essay, which waits as well.
    house.db.execute("UPDATE conversations SET due_at = '' WHERE page = '/b/'")
    home = page(ana, "/desk/")
    assert listed(home) == ["Soon", "Later", "Late first", "Late second"]
    assert home.index("Still in time") < home.index("How is Later?") < home.index("Late, still worth it")
    assert "4 readers are waiting, the first since" in home
    assert "until" in home
    assert "1 day late" in home


def test_all_of_their_open_words_stand_there_in_full(house: House, ana: Visitor) -> None:
    ben = house.reader("Ben")
    long = "I have met *forty* people. " * 30
    first = ben.says(long)
    house.author.publishes(first)
    house.shift_clock(minutes=30)
    last = ben.says("And how many of them would you write to?", to=first)
    home = page(ana, "/desk/")
    assert home.count("I have met <em>forty</em> people.") == 30
    assert "And how many of them would you write to?" in home
    assert listed(home) == ["Ben"]
    assert f'id="case-{last.id}"' in home
    answers(ana, last, "To two of them.")
    assert listed(page(ana, "/desk/")) == []


def test_what_is_held_or_private_is_marked_and_answering_publishes_only_what_is_not(house: House, ana: Visitor) -> None:
    held = house.reader("Ben").says("Why?")
    private = house.reader("Grace").says("Between us.", private=True, wants_answer="no")
    home = page(ana, "/desk/")
    assert "not published yet" in home
    assert "Answering publishes Ben’s reply as well." in home
    assert "for you only" in home
    assert "Only Grace will see it." in home
    assert "just saying" in home
    assert "asks a question" in home
    answers(ana, held, "Because.")
    answers(ana, private, "Thank you for telling me.")
    assert house.now_of(held).state is State.PUBLISHED
    assert not house.now_of(private).standing
    assert "Between us" not in house.fragment()


def test_beside_them_stands_the_thread_and_what_was_said_before(house: House, ana: Visitor) -> None:
    ben = house.reader("Ben")
    earlier = ben.says("How do you begin a letter?", on="/b/")
    house.author.answers(earlier, "With their name, and then the truth.")
    thread = house.reader("Cleo").says("I count the letters.")
    house.author.publishes(thread)
    house.author.answers(thread, "I keep them.")
    ben.says("@Ana Ferreira, where do you keep them?", to=thread)
    home = page(ana, "/desk/")
    case = home[home.index("<article") : home.index("</article>")]
    assert "I count the letters." in case
    assert "I keep them." in case
    assert "Between you, before" in case
    assert "How do you begin a letter?" in case
    assert "With their name, and then the truth." in case
    assert ">today, " in case[case.index("Between you, before") :]


def test_a_long_list_says_how_many_more_wait(house: House, ana: Visitor) -> None:
    for number in range(12):
        house.reader(f"Reader {number}").says(f"Question {number}?")
    home = page(ana, "/desk/")
    assert len(listed(home)) == 10
    assert '<a href="/desk/?more=yes">2 more</a>' in home
    home = page(ana, "/desk/?more=yes")
    assert len(listed(home)) == 12
    assert home.count('name="next" value="/desk/?more=yes#case-') > 12


def test_what_is_put_aside_is_told_in_a_line_and_comes_back_on_its_day(house: House, ana: Visitor) -> None:
    question = house.reader("Ben").says("Why?")
    told = notice(ana, does(ana, question, "snooze", until=day(3), next="/desk/"))
    assert "Put Ben’s reply aside until" in told
    home = page(ana, "/desk/")
    assert listed(home) == []
    assert "1 put aside" in home
    assert "Nobody is waiting." in home
    house.shift_clock(days=4)
    assert listed(page(ana, "/desk/")) == ["Ben"]


def test_probably_thanks_stand_quietly_and_can_wait_after_all(house: House, ana: Visitor) -> None:
    ben = house.reader("Ben")
    question = ben.says("Why?")
    answer = house.author.answers(question, "Because of the bread.")
    thanks = ben.says("Thank you so much!", to=answer)
    home = page(ana, "/desk/")
    assert listed(home) == []
    assert "Probably only thanks" in home
    assert "Thank you so much!" in home
    assert "waits for your answer now" in notice(ana, does(ana, thanks, "promote", next="/desk/"))
    home = page(ana, "/desk/")
    assert listed(home) == ["Ben"]
    assert "Probably only thanks" not in home


def test_what_was_said_to_another_reader_can_be_made_ones_own(house: House, ana: Visitor) -> None:
    ben = house.reader("Ben").says("Why?")
    house.author.answers(ben, "Because of the bread.")
    aside = house.reader("Cleo").says("Ben, come and see ours.", to=ben)
    house.author.publishes(aside)
    assert listed(page(ana, "/desk/")) == []
    assert "It asks nothing of you." in page(ana, f"/desk/comments/{aside.id}")
    does(ana, aside, "promote")
    assert listed(page(ana, "/desk/")) == ["Cleo"]


def test_promises_stand_there_overdue_first(house: House, ana: Visitor) -> None:
    for name, what, due in (("Ben", "send the book", 1), ("Cleo", "read the draft", 5), ("Dan", "call again", 30)):
        answers(ana, house.reader(name).says("Will you?"), f"I shall {what}.", promise=what, due=day(due))
    house.shift_clock(days=3)
    home = page(ana, "/desk/")
    assert home.index("Overdue") < home.index("send the book") < home.index("In the coming days")
    assert (
        home.index("In the coming days")
        < home.index("read the draft")
        < home.index("1 later")
        < home.index("call again")
    )
    assert "was due" in home
    assert "Nobody is waiting." in home
    assert "What you promised stands below." in home


def test_a_short_list_of_what_waits_for_a_look_leads_to_moderation(house: House, ana: Visitor, mo: Visitor) -> None:
    first = house.reader("Ben").says("The first.")
    house.shift_clock(days=1)
    house.reader("Cleo").says("The second.")
    assert "2 replies wait for a look, the oldest since yesterday" in page(ana, "/desk/")
    looks = page(mo, "/desk/")
    assert "<h1>2 replies wait for a look, the oldest since yesterday</h1>" in looks
    assert f'href="/desk/moderation#case-{first.id}"' in looks


def test_lately_decided_things_are_undone_from_the_morning(house: House, ana: Visitor) -> None:
    held = house.reader("Ben").says("Hello.")
    decides(ana, held, "reject")
    assert "rejected <bdi>Ben</bdi>’s reply" in page(ana, "/desk/")
    response = decides(ana, held, "undo", next="/desk/")
    assert "Ben’s reply waits for a look again" in notice(ana, response)
    assert house.now_of(held).state is State.HELD
    assert "taken back" in page(ana, "/desk/")


def test_an_act_leads_to_the_next_who_waits(house: House, ana: Visitor) -> None:
    first, second = (house.reader(name).says("Why?") for name in ("Ben", "Cleo"))
    home = page(ana, "/desk/")
    leads = re.findall(rf'comments/{first.id}/heart">\s*<input type="hidden" name="next" value="([^"]+)"', home)
    assert leads == [f"/desk/#case-{second.id}"]
    response = does(ana, first, "close", reason="stale", next=leads[0])
    assert response.headers["Location"] == f"/desk/?closed={first.id}#case-{second.id}"


# ── whose morning ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_author_sees_first_what_is_theirs_and_then_everybodys(house: House) -> None:
    shared = actors.page("/c/", facts={"authors": ["Ana Ferreira", "Bo Lind"], "tags": [], "image": None})
    publishing.register(house.db, [actors.page("/a/"), actors.page("/b/"), shared])
    bo = signed_in(house, "Bo Lind", Role.AUTHOR)
    theirs = house.reader("Ben").says("Who of you two?", on="/c/")
    anas = house.reader("Cleo").says("And you, Ana?")
    answers(Visitor(house).signs_in(), house.reader("Dan").says("Will you?"), "Yes.", promise="Ana’s own", due=day(2))
    home = page(bo, "/desk/")
    assert listed(home) == ["Ben"]
    assert "Ana’s own" not in home
    assert 'href="/desk/?whose=everybody"' in home
    everybodys = page(bo, "/desk/?whose=everybody")
    assert listed(everybodys) == ["Ben", "Cleo"]
    assert f"comments/{theirs.id}/answer" in everybodys
    for act in ("answer", "close", "snooze", "heart"):
        assert f"comments/{anas.id}/{act}" not in everybodys
    assert "Ana’s own" in everybodys
    assert "Kept elsewhere" not in everybodys
    assert answers(bo, anas, "I am not Ana.").status_code == 403
    assert does(bo, anas, "close", reason="stale").status_code == 403
    assert "Published Ben’s reply with your answer." in notice(bo, answers(bo, theirs, "Both of us."))


def test_a_moderator_s_desk_holds_no_private_word_no_promise_and_no_one_who_waits(house: House, mo: Visitor) -> None:
    grace = house.reader("Grace").says("Between us.", private=True)
    ben = house.reader("Ben").says("Will you?")
    owner = Visitor(house).signs_in()
    answers(owner, ben, "I shall.", promise="a secret promise", due=day(2))
    cleo = house.reader("Cleo").says("And me?")
    account(house, "Mo Lind", Role.MODERATOR).decides(cleo, Verb.APPROVE)
    engagement.close(house.db, cleo.id, "declined", house.author.account)
    addresses = ["/desk/", "/desk/?whose=everybody", f"/desk/comments/{ben.id}", f"/desk/comments/{cleo.id}"]
    addresses += [f"/desk/?closed={cleo.id}", f"/desk/?aside={cleo.id}", f"/desk/?heart={grace.id}"]
    for address in addresses:
        home = page(mo, address)
        assert "Between us" not in home, address
        assert "Grace" not in home, address
        assert "secret promise" not in home, address
        assert "rather not" not in home, address
        assert "Still in time" not in home, address


def test_a_moderator_closes_nothing_and_promises_nothing(house: House, mo: Visitor, ana: Visitor) -> None:
    ben = house.reader("Ben").says("Will you?")
    answers(ana, ben, "I shall.", promise="a book", due=day(2))
    promise = house.db.value("SELECT id FROM promises")
    before = house.count("events")
    for act in ("close", "reopen", "snooze", "heart", "promote"):
        assert does(mo, ben, act, reason="stale", until=day(1)).status_code == 403, act
    for act in ("kept", "unkept", "move"):
        assert mo.client.post(f"/desk/promises/{promise}/{act}", data={"due": day(9)}).status_code == 403, act
    assert house.count("events") == before

"""At the door: the field for programs, the signed moment, a flood, and what a writer is told of all that."""

import re

import pytest

from comments_service import ids, moderation
from comments_service.models import State, Verb
from comments_service.moderation import spam
from comments_service.posting import haste
from comments_service.store import comments
from tests.support.actors import House
from tests.support.browserless import JSON, Visitor


def state_of(house: House, text: str) -> State:
    return State(house.db.value("SELECT state FROM comments WHERE text = :text", text=text))


# ── the field that no person sees ───────────────────────────────────────────────────────────────────────────────────


def test_the_field_for_programs_is_unseen_unnamed_and_passed_over(house: House) -> None:
    form = Visitor(house).gets("/comments/reply?page=/a/").text
    field = re.search(r'<div class="form-aside" aria-hidden="true">.*?</div>', form, re.DOTALL)
    assert field
    for words in ("Leave this empty", 'name="topic"', 'tabindex="-1"', 'autocomplete="off"', 'value=""'):
        assert words in field[0]


def test_whoever_fills_it_in_is_kept_and_told_and_may_object(house: House) -> None:
    visitor = Visitor(house)
    sent = visitor.says("Buy my lamps.", topic="lamps")
    assert sent.status_code == 303
    page = visitor.follows(sent).text
    assert "A field that no person sees was filled in, which is what programs do." in page
    assert "can find it for 30 days and let it stand" in page
    assert "This is no advertising" in page
    assert state_of(house, "Buy my lamps.") is State.SPAM
    id_ = house.db.value("SELECT id FROM comments")
    objected = visitor.client.post(f"/comments/{id_}/no-spam")
    assert objected.status_code == 303
    page = visitor.follows(objected).text
    assert "You said that this is no advertising, and Ana Ferreira sees that beside it." in page
    assert "This is no advertising</button>" not in page
    visitor.client.post(f"/comments/{id_}/no-spam")
    found = comments.find(house.db, id_)
    assert found is not None
    assert found.signals.splitlines() == [
        "Its writer says that this is no spam.",
        "The field that no person sees was filled in.",
    ]
    desk = Visitor(house, "192.0.2.1").signs_in().gets("/desk/moderation?state=spam").text
    assert "1 writer says that theirs is no spam." in desk
    assert "Its writer says that this is no spam." in desk


def test_why_a_reply_once_waited_is_no_reason_once_it_is_marked_by_hand(house: House) -> None:
    visitor = Visitor(house)
    own = visitor.says("Hello there.").headers["Location"]
    assert "It is your first reply here" in visitor.gets(own).text
    said = comments.find(house.db, house.db.value("SELECT id FROM comments"))
    assert said is not None
    house.author.decides(said, Verb.SPAM)
    page = visitor.gets(own).text
    assert "it was taken for advertising" in page
    assert "It is your first reply here" not in page


def test_a_program_that_fills_it_in_is_treated_likewise(house: House) -> None:
    answer = Visitor(house).says_json("Buy my lamps.", topic="x")
    assert (answer.status_code, answer.get_json()["state"]) == (201, "spam")
    assert Visitor(house, "192.0.2.9").says_json("No lamps here.", topic="").get_json()["state"] == "held"


def test_nobody_else_can_object_and_to_what_is_no_spam_nobody(house: House) -> None:
    visitor = Visitor(house)
    visitor.says("Buy my lamps.", topic="lamps")
    id_ = house.db.value("SELECT id FROM comments")
    assert Visitor(house, "192.0.2.9").client.post(f"/comments/{id_}/no-spam", headers=JSON).status_code == 403
    other = house.reader("Amy").says("Hello.")
    visitor.client.set_cookie("rapport_device", "none")
    assert Visitor(house).client.post(f"/comments/{other.id}/no-spam", headers=JSON).status_code == 403
    own = Visitor(house, "192.0.2.8")
    own.says("Hello again.")
    held = house.db.value("SELECT id FROM comments WHERE text = 'Hello again.'")
    assert own.client.post(f"/comments/{held}/no-spam", headers=JSON).status_code == 409


def test_what_was_deleted_after_its_time_says_so(house: House) -> None:
    visitor = Visitor(house)
    visitor.says("Buy my lamps.", topic="lamps")
    id_ = house.db.value("SELECT id FROM comments")
    house.shift_clock(days=31)
    spam.expire(house.db)
    gone = visitor.gets(f"/comments/{id_}/")
    assert gone.status_code == 410
    assert "It was kept for 30 days, and then deleted." in gone.text


def test_a_rejected_reply_tells_its_writer_the_truth_kindly(house: House) -> None:
    visitor = Visitor(house)
    sent = visitor.says("Not this.")
    id_ = house.db.value("SELECT id FROM comments")
    desk = Visitor(house, "192.0.2.1").signs_in()
    desk.client.post(f"/desk/comments/{id_}/decide", data={"verb": "reject"})
    page = visitor.follows(sent).text
    assert "Ana Ferreira read it, and left it off the page." in page


# ── how long it took ────────────────────────────────────────────────────────────────────────────────────────────────


def began(visitor: Visitor) -> str:
    answer = visitor.gets("/comments/began")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    return str(answer.get_json()["began"])


@pytest.fixture
def open_house(house: House) -> House:
    """A house in which strangers' words stand at once."""
    house.settings = house.settings.with_(hold_first=False)
    return house


def test_what_is_sent_within_a_moment_is_held_and_after_it_is_not(open_house: House) -> None:
    visitor = Visitor(open_house)
    at_once = visitor.says_json("At once.", began=began(visitor))
    assert at_once.get_json()["state"] == "held"
    moment = began(visitor)
    open_house.shift_clock(seconds=haste.HASTE_SECONDS + 1)
    assert Visitor(open_house, "192.0.2.9").says_json("Typed.", began=moment).get_json()["state"] == "published"
    assert Visitor(open_house, "192.0.2.8").says_json("Sent again.", began=moment).get_json()["state"] == "published"


@pytest.mark.parametrize(
    "moment", ["", "x", "1764258389000.0", "9" * 13 + "." + "0" * 32, "\u0663" * 13 + ".x", "." * 99]
)
def test_no_moment_or_one_that_was_not_signed_here_says_nothing(open_house: House, moment: str) -> None:
    assert Visitor(open_house).says_json("Hello.", began=moment).get_json()["state"] == "published"


def test_a_moment_of_another_day_says_nothing(house: House) -> None:
    moment = haste.begun(house.keys)
    assert haste.seconds(house.keys, moment) is not None
    house.shift_clock(days=1, seconds=5)
    assert haste.seconds(house.keys, moment) is None
    house.shift_clock(days=-2)
    assert haste.seconds(house.keys, moment) is None, "of tomorrow"


def test_whoever_is_trusted_may_be_quick(house: House) -> None:
    visitor = Visitor(house)
    sent = visitor.says_json("First.")
    moderation.decide(house.db, sent.get_json()["id"], Verb.APPROVE, house.author.account)
    assert visitor.says_json("Second.", began=began(visitor)).get_json()["state"] == "published"


# ── a flood ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_others_are_heard_while_one_network_sends_a_thousand(open_house: House) -> None:
    flood = Visitor(open_house, "198.51.100.66")
    answers: list[int] = []
    for number in range(1000):
        flood.client.delete_cookie("rapport_device")
        flood.client.environ_base["REMOTE_ADDR"] = f"198.51.100.{number % 250}"
        answers.append(flood.says_json(f"Flood {ids.new_id()}").status_code)
        if number % 100 == 50:
            other = Visitor(open_house, f"203.0.{number // 100}.7")
            answer = other.says_json(f"I am somebody, number {number}.")
            assert (answer.status_code, answer.get_json()["state"]) == (201, "published")
    assert answers.count(201) == 6
    assert answers.count(429) == 994


def test_others_are_heard_while_a_wave_comes_from_everywhere(open_house: House) -> None:
    wave = Visitor(open_house)
    states = []
    for number in range(120):
        wave.client.delete_cookie("rapport_device")
        wave.client.environ_base["REMOTE_ADDR"] = f"10.{number}.{number}.7"
        states.append(
            wave.says_json(f"Our garden sheds are the very finest sheds of all {number}.").get_json()["state"]
        )
    assert states.count("published") == 1
    assert states[3:] == ["spam"] * 117
    answer = Visitor(open_house, "203.0.113.7").says_json("I only wanted to say thank you.")
    assert (answer.status_code, answer.get_json()["state"]) == (201, "held")


# ── the desk ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_desk_says_how_much_there_was_and_what_the_filter_knows(house: House) -> None:
    visitor = Visitor(house, "192.0.2.1").signs_in()
    empty = visitor.gets("/desk/moderation?state=spam").text
    assert "The filter has learned from 0 spam and 0 wanted replies; it begins to judge at 10 of each." in empty
    assert "<svg" not in empty
    house.reader("Shop").says("Lamps.", trap="x")
    page = visitor.gets("/desk/moderation?state=spam").text
    assert "In 30 days 1 reply went here at once, 0 were marked by hand, and 0 were rescued." in page
    assert "What lies here is deleted 30 days after it came or was marked." in page
    assert page.count("<svg") == 1
    assert "filled the trap" in page
    assert "<svg" not in visitor.gets("/desk/moderation").text

"""Moderation: the queue, decisions and their undoing, and where they lead."""

import html
import re

import pytest

from comments_service.models import State, Verb
from tests.support.actors import House
from tests.support.browserless import Visitor
from tests.support.desk import decides, notice, page


def verbs(listed: str) -> list[str]:
    """What can be decided about the cases of a list, each by itself."""
    return re.findall(r'name="verb" value="(\w+)"', listed.partition('id="bulk"')[0])


def test_a_held_reply_lies_there_with_all_that_is_needed_to_decide(house: House, ana: Visitor) -> None:
    ben = house.reader("Ben")
    above = ben.says("I met *forty* people.")
    house.author.publishes(above)
    cleo = house.reader("Cleo")
    cleo.says("I was here before.", on="/b/")
    cleo.says(
        "Did they **answer**?", to=above, email="cleo@example.org", website="https://cleo.example", wants_answer="yes"
    )
    queue = page(ana, "/desk/moderation")
    assert "Did they <strong>answer</strong>?" in queue
    assert "I met <em>forty</em> people." in queue
    assert "I was here before." in queue
    assert "first reply" in queue
    assert "would like an answer" in queue
    assert "Essay a" in queue
    assert re.search(r"cleo@example\.org <span[^>]*>only you see this", queue)
    assert 'href="https://cleo.example" rel="nofollow ugc noopener"' in queue


def test_words_that_their_writer_changed_since_are_not_published_unread(house: House, ana: Visitor) -> None:
    ben, cleo = house.reader("Ben"), house.reader("Cleo")
    changed, other = ben.says("As read."), cleo.says("Hello.")
    queue = page(ana, "/desk/moderation")
    seen = re.findall(r'name="seen" value="([0-9a-z]{26} [^"]*)" form="bulk"', queue)
    ben.edits(changed, "Something else.")
    late = decides(ana, changed, "approve", seen="")
    assert late.status_code == 409
    assert "Its writer changed these words since you read them." in html.unescape(late.text)
    assert "Something else." in late.text
    many = {"id": [changed.id, other.id], "seen": seen, "verb": "approve", "next": "/desk/moderation"}
    assert "left=1" in ana.client.post("/desk/moderation/decide", data=many).headers["Location"]
    assert (house.now_of(changed).state, house.now_of(other).state) == (State.HELD, State.PUBLISHED)
    (read,) = re.findall(r'name="seen" value="([^" ]*)"', page(ana, "/desk/moderation").partition('id="bulk"')[0])[:1]
    assert decides(ana, changed, "approve", seen=read).status_code == 303
    assert house.now_of(changed).state is State.PUBLISHED


def test_the_longest_waiting_reply_comes_first_and_a_decision_leads_to_the_next(house: House, ana: Visitor) -> None:
    first, second, third = (house.reader(name).says(f"I am {name}.") for name in ("Ben", "Cleo", "Dan"))
    queue = page(ana, "/desk/moderation")
    assert queue.index("I am Ben.") < queue.index("I am Cleo.") < queue.index("I am Dan.")
    leads = re.findall(r'name="next" value="([^"]+)"', queue)
    assert leads[0] == f"/desk/moderation#case-{second.id}"
    response = decides(ana, first, "approve", next=leads[0])
    assert response.headers["Location"] == f"/desk/moderation?done={first.id}#case-{second.id}"
    assert third.id in page(ana, "/desk/moderation")


@pytest.mark.parametrize(
    ("verb", "state", "told"),
    [
        ("approve", State.PUBLISHED, "Published Ben’s reply."),
        ("reject", State.REJECTED, "Rejected Ben’s reply."),
        ("spam", State.SPAM, "Marked Ben’s reply as spam."),
    ],
)
def test_a_decision_says_what_it_did_and_offers_to_undo_it(
    house: House,
    ana: Visitor,
    verb: str,
    state: State,
    told: str,
) -> None:
    held = house.reader("Ben").says("Hello.")
    response = decides(ana, held, verb)
    assert response.status_code == 303
    assert house.now_of(held).state is state
    words_ = notice(ana, response)
    assert told in words_
    assert "Undo" in words_
    assert "waits for a look again" in notice(ana, decides(ana, held, "undo"))
    assert house.now_of(held).state is State.HELD


def test_the_lists_by_state_hold_what_they_say_with_the_moves_that_are_possible(house: House, ana: Visitor) -> None:
    moves = {
        State.PUBLISHED: {"remove", "spam", "undo"},
        State.REJECTED: {"approve", "spam", "undo"},
        State.SPAM: {"approve", "undo"},
        State.REMOVED: {"approve", "spam", "undo"},
    }
    for state, verb in (
        (State.PUBLISHED, "approve"),
        (State.REJECTED, "reject"),
        (State.SPAM, "spam"),
        (State.REMOVED, "approve"),
    ):
        comment = house.reader(f"Reader {state}").says(f"I am {state}.")
        decides(ana, comment, verb)
        if state is State.REMOVED:
            decides(ana, comment, "remove")
    for state, possible in moves.items():
        listed = page(ana, f"/desk/moderation?state={state}")
        assert f"I am {state}." in listed
        assert set(verbs(listed)) == possible
    assert "Nobody waits for a look" in page(ana, "/desk/moderation?state=nonsense")


def test_the_authors_own_words_are_no_spam(house: House, ana: Visitor) -> None:
    house.author.says("My own words.")
    assert verbs(page(ana, "/desk/moderation?state=published")) == ["remove"]


def test_long_lists_go_on_with_older_ones(house: House, ana: Visitor) -> None:
    for number in range(52):
        house.author.says(f"Word number {number}.")
    newest = page(ana, "/desk/moderation?state=published")
    older = re.search(r'href="([^"]+)">Older ones', newest)
    assert older
    rest = page(ana, older[1])
    assert "Word number 51." in newest
    assert "Word number 0." not in newest
    assert "Word number 0." in rest
    assert "Older ones" not in rest


def test_a_decision_that_came_too_late_says_how_things_stand(house: House, ana: Visitor) -> None:
    held = house.reader("Ben").says("Hello.")
    house.author.decides(held, Verb.SPAM)
    response = decides(ana, held, "reject")
    assert response.status_code == 409
    assert "This reply is marked as spam, so it can't be rejected now." in html.unescape(
        response.get_data(as_text=True)
    )


def test_a_withdrawn_reply_leaves_nothing_at_the_desk(house: House, ana: Visitor) -> None:
    ben = house.reader("Benedikta")
    said = ben.says("My secret words.", email="ben@example.org")
    house.author.publishes(said)
    ben.withdraws(said)
    for address in (
        "/desk/",
        "/desk/moderation",
        "/desk/moderation?state=published",
        f"/desk/comments/{said.id}",
        "/desk/essays?page=/a/",
    ):
        told = page(ana, address)
        assert "Benedikta" not in told
        assert "secret" not in told
        assert "ben@example.org" not in told
    assert decides(ana, said, "approve").status_code == 409


@pytest.mark.parametrize("verb", ["", "explode"])
def test_an_unknown_verb_is_a_sentence(house: House, ana: Visitor, verb: str) -> None:
    response = decides(ana, house.reader().says("Hello."), verb)
    assert response.status_code == 400
    assert "approve, reject, spam, remove or undo" in response.get_data(as_text=True)


def test_a_comment_that_never_was_is_not_found(ana: Visitor) -> None:
    assert ana.gets("/desk/comments/nothing").status_code == 404
    assert ana.client.post("/desk/comments/nothing/decide", data={"verb": "approve"}).status_code == 404
    assert ana.client.post("/desk/comments/nothing/answer", data={"text": "Hello."}).status_code == 404


@pytest.mark.parametrize("next_", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_a_decision_leads_to_no_other_site(house: House, ana: Visitor, next_: str) -> None:
    location = decides(ana, house.reader().says("Hello."), "approve", next=next_).headers["Location"]
    assert location.startswith("/?done=")

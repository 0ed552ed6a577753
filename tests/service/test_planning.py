"""Planning: who is told of what and why, whatever was wished for; and when, in the blog's own mornings."""

from datetime import UTC, datetime
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments_service.models import State
from comments_service.notifying import planning
from comments_service.store.wishes import Spoken, Wish

PEOPLE = ("ana", "ben", "cleo")
PLACES = ("1-root", "2-reply", "3-reply")


def spoken(**changes: object) -> Spoken:
    """A reader's reply that stands."""
    facts: dict[str, object] = {
        "id": "9-new", "page": "/a/", "parent": "2-reply", "root": "1-root", "conversation": "c", "person": "cleo",
        "one": "cleo", "author": None, "state": State.PUBLISHED, "identity": "", "email": "cleo@example.org",
        "notify": "none", "new_essays": "", "network": "", "created": "2026-01-02T03:04:05.678Z",
        "published_at": "2026-01-02T03:04:05.678Z", "private_at": None,
    }  # fmt: skip
    return Spoken(**facts | changes)  # type: ignore[arg-type]


def wish(kind: str, about: str, *, of: str = "ben", comment: str = "") -> Wish:
    """What somebody wishes to hear of; each has one address."""
    return Wish(
        subscription=f"{kind} {about} {of}", correspondent=of, kind=kind, about=about, comment=comment or about,  # type: ignore[arg-type]
        address=f"{of}@example.net", person=of, one=of, created="",
    )  # fmt: skip


wishes = st.lists(
    st.builds(
        wish,
        st.sampled_from(["author", "replies", "thread"]),
        st.sampled_from(PLACES),
        of=st.sampled_from(PEOPLE),
        comment=st.sampled_from(PLACES),
    ),
    max_size=8,
)
said = st.builds(
    spoken,
    parent=st.sampled_from([*PLACES, None]),
    one=st.sampled_from(PEOPLE),
    email=st.sampled_from(["", *(f"{one}@example.net" for one in PEOPLE)]),
    author=st.sampled_from([None, "ana"]),
    state=st.sampled_from(list(State)),
    private_at=st.sampled_from([None, "2026-01-02T03:04:05.678Z"]),
)
answers = st.frozensets(st.sampled_from(PLACES))


@given(said, answers, wishes)
def test_whatever_was_wished_for_nobody_hears_of_their_own_nor_of_what_is_not_there(said, answered, wished):
    told = planning.reasons(said, answered, wished)
    assert told == {} or said.state is State.PUBLISHED
    for correspondent, reason in told.items():
        because = next(one for one in wished if one.subscription == reason.subscription)
        assert because.correspondent == correspondent
        assert said.one != because.one
        assert said.address != because.address
        if said.private_at:
            assert reason.kind == planning.ANSWER
        if reason.kind == planning.ANSWER:
            assert said.by_author
            assert answered
        if because.kind == "author":
            assert reason.kind == planning.ANSWER, "who wished for the author alone hears of nobody else"


@given(said, answers, wishes)
def test_one_hears_for_the_strongest_reason_in_whatever_order_it_was_wished_for(said, answered, wished):
    found = {who: reason.kind for who, reason in planning.reasons(said, answered, wished).items()}
    assert {who: one.kind for who, one in planning.reasons(said, answered, wished[::-1]).items()} == found
    for one in wished:
        alone = planning.reasons(said, answered, [one]).get(one.correspondent)
        if alone:
            assert planning.OF_A_COMMENT.index(found[one.correspondent]) <= planning.OF_A_COMMENT.index(alone.kind)


def test_each_of_three_wishes_has_its_reason_and_the_answer_is_told_first():
    three = [wish("author", "2-reply"), wish("replies", "2-reply"), wish("thread", "1-root", comment="2-reply")]
    answer, reply = spoken(author="ana", one="ana"), spoken()
    for order in permutations(three):
        assert planning.reasons(answer, {"2-reply"}, order)["ben"].kind == planning.ANSWER
        assert planning.reasons(reply, (), order)["ben"].kind == planning.REPLY
    assert planning.reasons(spoken(parent="3-reply"), (), three)["ben"].kind == planning.THREAD
    # An answer to somebody else is a word in the thread, and no more.
    assert planning.reasons(answer, {"3-reply"}, [wish("author", "2-reply")]) == {}
    assert planning.reasons(answer, {"3-reply"}, three[2:])["ben"].kind == planning.THREAD
    # Said in another thread, it answers whoever asked with the reply that it answers, whatever they follow.
    elsewhere = spoken(author="ana", one="ana", root="7", parent="8")
    assert planning.reasons(elsewhere, {"2-reply"}, three[2:])["ben"].kind == planning.ANSWER


@pytest.mark.parametrize(
    ("rhythm", "now", "due"),
    [
        ("now", "2026-11-27T10:00:00+00:00", "2026-11-27T10:05:00+00:00"),
        ("day", "2026-11-27T06:59:59+00:00", "2026-11-27T07:00:00+00:00"),
        ("day", "2026-11-27T07:00:00+00:00", "2026-11-28T07:00:00+00:00"),
        ("week", "2026-11-27T12:00:00+00:00", "2026-11-30T07:00:00+00:00"),
        ("week", "2026-11-30T06:00:00+00:00", "2026-11-30T07:00:00+00:00"),
        ("week", "2026-11-30T07:00:00+00:00", "2026-12-07T07:00:00+00:00"),
        # Eight in the morning is eight in the morning, also on the day on which clocks change.
        ("day", "2026-10-24T10:00:00+00:00", "2026-10-25T07:00:00+00:00"),
        ("day", "2026-10-23T10:00:00+00:00", "2026-10-24T06:00:00+00:00"),
        ("day", "2026-03-28T10:00:00+00:00", "2026-03-29T06:00:00+00:00"),
    ],
)
def test_letters_go_in_minutes_or_at_eight_in_the_morning_where_the_blog_is(rhythm, now, due):
    found = planning.due(rhythm, datetime.fromisoformat(now), ZoneInfo("Europe/Berlin"))
    assert found.astimezone(UTC) == datetime.fromisoformat(due)

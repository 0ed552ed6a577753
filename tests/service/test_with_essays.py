"""An essay that answers readers tells them where they asked, once, and says in its head whom it answers."""

import pytest

from comments_service import publishing
from comments_service.answering import with_essays
from comments_service.errors import Problem
from comments_service.ids import now
from comments_service.models import Comment, Page, State
from comments_service.store import comments, conversations, pages
from tests.support.actors import House, page


def published(house: House, *asked: Comment, **facts: object) -> Page:
    """The essay `/c/`, which answers these replies, as a build tells of it."""
    told = {"authors": ["Ana Ferreira"], "in_reply_to": [one.id for one in asked]} | facts
    essay = page("/c/", title="On [waiting]", facts=told)
    publishing.register(house.db, [page("/a/"), page("/b/"), essay])
    return essay


def told(house: House) -> tuple[str, ...]:
    essay = pages.find(house.db, "/c/")
    assert essay is not None
    return with_essays.tell(house.db, house.settings, house.keys, essay)


def head(house: House) -> str:
    render = publishing._renderer(house.db, house.settings)  # noqa: SLF001 -- what a splice would write
    return render("answering /c/") or ""


def answers(house: House, asked: Comment) -> list[Comment]:
    return [one for one in comments.children(house.db, asked.id) if one.by_author]


def test_whom_an_essay_answers_is_told_where_they_asked_and_waits_no_more(either_house: House) -> None:
    house = either_house
    ben, ida = house.reader("Ben"), house.reader("Ida")
    first, second = ben.says("Why wait?"), ida.says("And how long?", on="/b/")
    published(house, first, second)
    assert told(house) == ("Ben", "Ida")
    (answer,) = answers(house, first)
    assert answer.standing
    assert "I have answered this with an essay." in answer.html
    assert f'<a href="{house.settings.url}/c/" rel="nofollow ugc noopener">On [waiting]</a>' in answer.html
    assert house.now_of(second).state is State.PUBLISHED, "an answer publishes what was held"
    assert conversations.readers_waiting(house.db, now=now())["waiting"] == 0


def test_nobody_is_told_twice_and_who_is_added_later_is_told_then(house: House) -> None:
    ben, ida = house.reader("Ben", trusted=True), house.reader("Ida", trusted=True)
    first, second = ben.says("Why wait?"), ida.says("And how long?")
    published(house, first)
    assert told(house) == ("Ben",)
    assert told(house) == ()
    published(house, first, second, reply_note="This one is for you.")
    assert told(house) == ("Ida",)
    assert len(answers(house, first)) == len(answers(house, second)) == 1
    assert "This one is for you." in answers(house, second)[0].html


def test_who_withdrew_is_left_in_peace(house: House) -> None:
    ben = house.reader("Ben", trusted=True)
    ben.withdraws(gone := ben.says("Never mind."))
    published(house, gone)
    assert told(house) == ()
    assert "Ben" not in head(house)


def test_what_cannot_be_told_is_said_and_tried_again(house: House) -> None:
    ben = house.reader("Ben", trusted=True)
    asked = ben.says("Why wait?")
    published(house, asked, reply_note="x" * 10_001)
    with pytest.raises(Problem, match="characters"):
        told(house)
    assert answers(house, asked) == []
    published(house, asked)
    assert told(house) == ("Ben",)


def test_the_essays_head_names_whom_it_answers_until_they_withdraw(house: House) -> None:
    ben, ida = house.reader("Ben & <b>", trusted=True), house.reader("Ida", trusted=True)
    first, second = ben.says("Why wait?"), ida.says("And how long?", on="/b/")
    published(house, first, second)
    assert f'<a class="u-in-reply-to" href="/a/#comment-{first.id}"><bdi>Ben &amp; &lt;b&gt;</bdi>' in head(house)
    assert " and <a" in head(house)
    ida.withdraws(second)
    assert "Ida" not in head(house)
    ben.withdraws(first)
    assert head(house) == ""


def test_who_wrote_for_the_author_alone_is_answered_there_and_not_named(house: House) -> None:
    asked = house.reader("Ben", trusted=True).says("Between us?", private=True)
    published(house, asked)
    assert told(house) == ("Ben",)
    assert answers(house, asked)[0].private_at is not None
    assert head(house) == ""

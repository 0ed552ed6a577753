"""Replying: what is accepted, what is refused with a sentence, what is left of a withdrawn reply."""

import json

import pytest

from comments_service import ids, posting, publishing, rendering
from comments_service.errors import Problem
from comments_service.models import NewReply, Speaker, State
from comments_service.store import comments, events
from tests.support.actors import House, furnish, page

# Columns of a comment that tell of the place and of what was decided, and nothing of the writer.
OF_THE_PLACE = {
    "id", "page", "parent", "root", "conversation", "state", "html_version", "edition", "created", "edit_until",
    "published_at", "private_at", "withdrawn_at",
}  # fmt: skip


def refusal(house: House, **fields: object) -> Problem:
    new = NewReply(**{"page": "/a/", "text": "Hello there.", "name": "Ben"} | fields)  # type: ignore[arg-type]
    before = house.count("comments"), house.count("events"), house.count("jobs"), house.count("people")
    with pytest.raises(Problem) as caught:
        posting.accept(house.db, house.settings, house.keys, Speaker(network="n"), new)
    assert (house.count("comments"), house.count("events"), house.count("jobs"), house.count("people")) == before
    return caught.value


def test_an_edit_is_judged_as_the_reply_stands_when_it_is_kept(either_house: House) -> None:
    house = either_house
    looked_up = house.reader("Ben").says("Is it open?")
    house.author.publishes(looked_up)
    links = " ".join(f"https://{name}.example" for name in ("a", "b", "c"))
    edited = posting.edit(house.db, house.keys, looked_up, links, seen=looked_up.changed)
    assert edited.state is State.HELD
    house.work()
    assert "a.example" not in house.fragment()


def test_a_strangers_first_reply_is_held_and_says_why(either_house: House) -> None:
    comment = either_house.reader().says("What do you do?")
    assert comment.state is State.HELD
    assert "first reply" in comment.reasons
    assert "What do you do?" not in either_house.fragment()


def test_after_one_approval_the_device_is_trusted_and_nothing_else_is(either_house: House) -> None:
    ben = either_house.reader("Ben")
    either_house.author.publishes(ben.says("First.", email="ben@example.org"))
    assert ben.says("Second.").state is State.PUBLISHED
    # The same name and the same typed address from another device prove nothing.
    other = either_house.reader("Ben")
    assert other.says("Third.", email="ben@example.org").state is State.HELD


def test_without_holding_a_reply_stands_at_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    with furnish(tmp_path_factory.mktemp("open"), hold_first=False) as house:
        assert house.reader().says("Hello.").state is State.PUBLISHED


def test_a_reply_its_event_and_its_fact_are_kept_together(either_house: House) -> None:
    comment = either_house.reader().says("What do you *do* with 2,000 contacts?", wants_answer="yes")
    (event,) = events.of_conversation(either_house.db, comment.conversation)
    assert (event["seq"], event["type"], event["comment"]) == (1, "comment", comment.id)
    assert event["data"]["question"] is True
    assert event["data"]["asked"] is True
    assert event["data"]["within"] == 72 * 3600
    assert either_house.db.value("SELECT fact FROM jobs WHERE subject = :id", id=comment.id) == "comment.held"


def test_events_hold_features_and_never_a_word(either_house: House) -> None:
    comment = either_house.reader("Zebulon").says("Xylophones!", email="zeb@example.org", website="https://zeb.example")
    told = json.dumps(events.of_conversation(either_house.db, comment.conversation))
    assert not any(word in told for word in ("Xylophones", "Zebulon", "zeb@", "zeb.example"))


def test_an_answer_belongs_to_the_conversation_of_whom_it_answers(house: House) -> None:
    question = house.reader().says("How?")
    answer = house.author.answers(question, "Like this.")
    assert answer.conversation == question.conversation
    assert [event["type"] for event in events.of_conversation(house.db, question.conversation)] == [
        "comment",
        "approve",
        "comment",
    ]


def test_the_same_reply_sent_twice_is_kept_once(either_house: House) -> None:
    ben = either_house.reader()
    first = ben.says("Twice.")
    assert ben.says("Twice.").id == first.id
    assert either_house.count("comments") == 1
    either_house.shift_clock(minutes=11)
    assert ben.says("Twice.").id != first.id


def test_two_people_may_say_the_same(house: House) -> None:
    assert house.reader("Ben").says("Yes.").id != house.reader("Ben").says("Yes.").id


@pytest.mark.parametrize(
    ("fields", "status", "field", "word"),
    [
        ({"text": ""}, 422, "text", "no words"),
        ({"text": " \n\u200b\t"}, 422, "text", "no words"),
        ({"text": "x" * 10_001}, 422, "text", "10,000"),
        ({"text": "\ud800"}, 422, "text", "no text"),
        ({"text": "> "}, 422, "text", "seen"),
        ({"name": ""}, 422, "name", "name"),
        ({"name": "\u200b"}, 422, "name", "name"),
        ({"name": "n" * 81}, 422, "name", "shorter"),
        ({"name": "Ana Ferreira"}, 422, "name", "Ana Ferreira writes here"),
        ({"name": "ANA  ferreira"}, 422, "name", "Ana Ferreira writes here"),
        ({"name": "\u0410na Fеrreira"}, 422, "name", "Ana Ferreira writes here"),
        ({"email": "nobody"}, 422, "email", "e-mail"),
        ({"email": "a@b.org\nBcc: c@d.org"}, 422, "email", "e-mail"),
        ({"website": "javascript:alert(1)"}, 422, "website", "address"),
        ({"page": "/nowhere/"}, 404, None, "essay"),
        ({"parent": "nonsense"}, 422, "parent", "choose it once more"),
        ({"parent": "0" * 26}, 422, "parent", "choose it once more"),
    ],
    ids=lambda value: None if isinstance(value, dict) else str(value),
)
def test_bad_input_is_refused_with_a_sentence_and_stores_nothing(
    house: House,
    fields: dict[str, str],
    status: int,
    field: str | None,
    word: str,
) -> None:
    problem = refusal(house, **fields)
    assert problem.status == status
    assert word in (problem.fields[field] if field else problem.message)


def test_all_wrong_fields_are_told_at_once(house: House) -> None:
    assert set(refusal(house, text="", name="", email="x", website="ftp://x").fields) == {
        "text",
        "name",
        "email",
        "website",
    }


def test_a_reply_to_another_essays_comment_is_refused(house: House) -> None:
    elsewhere = house.author.says("Here.", on="/b/")
    assert "another essay" in refusal(house, parent=elsewhere.id).fields["parent"]


def test_nobody_answers_what_was_withdrawn_or_is_not_seen(house: House) -> None:
    ben = house.reader()
    held = ben.says("Held.")
    assert refusal(house, parent=held.id).status == 422
    ben.withdraws(held)
    assert refusal(house, parent=held.id).status == 409


def test_a_closed_conversation_takes_no_new_threads_but_lets_a_thread_finish(house: House) -> None:
    ben, cleo = house.reader("Ben", trusted=True), house.reader("Cleo", trusted=True)
    thread = ben.says("I was in time.")
    house.author.answers(thread, "You were.")
    publishing.register(house.db, [page("/a/", conversation="closed"), page("/b/")])
    assert ben.says("And I go on.", to=thread).state is State.PUBLISHED
    for late in (lambda: ben.says("A new thread."), lambda: cleo.says("I come late.", to=thread)):
        with pytest.raises(Problem) as caught:
            late()
        assert (caught.value.code, caught.value.status) == ("closed", 403)
    assert house.author.says("An author may.").state is State.PUBLISHED
    house.shift_clock(days=31)
    publishing.close_due(house.db)
    with pytest.raises(Problem):
        ben.says("Too late.", to=thread)


def test_closing_by_age_happens_by_a_stored_tick(house: House) -> None:
    publishing.register(house.db, [page("/a/", closes_at=ids.now(days=1)), page("/b/")])
    assert publishing.close_due(house.db) == []
    house.shift_clock(days=2)
    assert publishing.close_due(house.db) == ["/a/"]
    assert "no new threads" in house.fragment("/a/")
    assert publishing.close_due(house.db) == []


def test_a_reply_records_the_edition_it_was_written_about(house: House) -> None:
    publishing.register(house.db, [page("/a/", edition=2), page("/b/")])
    ben = house.reader()
    assert ben.says("About the present one.").edition == 2
    assert ben.says("From a tab opened before.", edition=1).edition == 1
    assert ben.says("From the future.", edition=9).edition == 2


def test_a_reply_is_edited_within_its_quarter_of_an_hour(either_house: House) -> None:
    ben = either_house.reader(trusted=True)
    comment = ben.says("Teh first.")
    edited = ben.edits(comment, "The first.")
    assert (edited.text, edited.html) == ("The first.", "<p>The first.</p>")
    assert edited.edited
    assert edited.created == comment.created
    either_house.shift_clock(minutes=16)
    with pytest.raises(Problem) as caught:
        ben.edits(comment, "Too late.")
    assert caught.value.status == 410


def test_two_edits_at_once_do_not_overwrite_each_other(house: House) -> None:
    comment = house.reader().says("One.")
    posting.edit(house.db, house.keys, comment, "Two.", seen=comment.changed)
    with pytest.raises(Problem) as caught:
        posting.edit(house.db, house.keys, comment, "Three.", seen=comment.changed)
    assert caught.value.status == 409
    assert house.now_of(comment).text == "Two."


def test_an_edit_cannot_carry_links_past_the_author(house: House) -> None:
    ben = house.reader(trusted=True)
    comment = ben.says("Harmless.")
    edited = ben.edits(comment, "https://a.example https://b.example https://c.example")
    assert edited.state is State.HELD


def test_an_empty_edit_keeps_what_stood(house: House) -> None:
    ben = house.reader()
    comment = ben.says("Words.")
    with pytest.raises(Problem):
        ben.edits(comment, "  ")
    assert house.now_of(comment).text == "Words."


def test_a_withdrawn_comment_leaves_nothing_of_its_writer(either_house: House) -> None:
    ben = either_house.reader("Benedikt")
    comment = ben.says("My words.", email="ben@example.org", website="https://ben.example", wants_answer="yes")
    answer = either_house.author.answers(comment, "My answer.")
    ben.withdraws(comment)
    left = either_house.db.row("SELECT * FROM comments WHERE id = :id", id=comment.id) or {}
    assert {name for name, value in left.items() if value not in {"", None}} <= OF_THE_PLACE
    for table in ("comments", "people", "devices", "events", "jobs", "decisions", "rendered"):
        told = repr([row for row in either_house.db.rows(f"SELECT * FROM {table}") if row.get("id") != answer.id])
        assert not any(word in told for word in ("Benedikt", "My words", "ben@example", "ben.example")), table
    fragment = either_house.fragment()
    assert "withdrawn" in fragment
    assert "My answer." in fragment


def test_withdrawing_is_possible_at_any_time_and_once(house: House) -> None:
    ben = house.reader()
    comment = ben.says("Regretted.")
    house.shift_clock(days=400)
    assert ben.withdraws(comment).state is State.WITHDRAWN
    with pytest.raises(Problem) as caught:
        ben.withdraws(comment)
    assert caught.value.status == 410


def test_a_withdrawn_leaf_leaves_no_place(house: House) -> None:
    ben = house.reader(trusted=True)
    comment = ben.says("Gone soon.")
    ben.withdraws(comment)
    assert comment.id not in house.fragment()


def test_only_the_device_or_the_private_link_owns_a_reply(house: House) -> None:
    ben, cleo = house.reader("Ben"), house.reader("Cleo")
    comment = ben.says("Mine.")
    cleo.says("Hers.")
    assert posting.owned(house.db, ben.speaker, comment.id, "") is not None
    assert posting.owned(house.db, Speaker(), comment.id, ben.key) is not None
    for speaker, key in (
        (cleo.speaker, ""),
        (cleo.speaker, cleo.key),
        (Speaker(), ""),
        (Speaker(), "ключ"),
        (Speaker(), comment.key),
    ):
        assert posting.owned(house.db, speaker, comment.id, key) is None


def test_a_private_word_is_never_published_and_neither_is_its_answer(either_house: House) -> None:
    ben = either_house.reader("Ben", trusted=True)
    comment = ben.says("Between us: I was fired.", private=True)
    answer = either_house.author.answers(comment, "I am sorry to hear it.")
    assert answer.private_at
    either_house.work()
    assert "fired" not in either_house.fragment()
    assert "sorry" not in either_house.fragment()
    assert comments.find_public(either_house.db, comment.id) is None
    assert comments.standing_counts(either_house.db, ["/a/"]) == {}
    again = ben.says("Thank you.", to=answer)
    assert again.private_at


def test_floods_from_one_network_are_slowed_and_others_are_not(tmp_path_factory: pytest.TempPathFactory) -> None:
    with furnish(tmp_path_factory.mktemp("flood")) as house:
        ben, cleo = house.reader("Ben"), house.reader("Cleo")
        for number in range(6):
            ben.says(f"Number {number}.")
        with pytest.raises(Problem) as caught:
            ben.says("One too many.")
        assert (caught.value.status, caught.value.retry_after) == (429, 60)
        assert cleo.says("I am somebody else.").id


def test_a_preview_shows_what_posting_would_give_and_keeps_nothing(house: House) -> None:
    new = NewReply(page="/a/", text="*Hello*", name="Ben")
    shown = posting.preview(house.db, house.settings, house.keys, Speaker(), new)
    assert shown.html == rendering.to_html("*Hello*")
    assert [house.count(table) for table in ("comments", "events", "jobs", "devices")] == [0, 0, 0, 0]


def test_authors_speak_under_their_own_name_whatever_is_typed(house: House) -> None:
    speaker = Speaker(account=house.author.account)
    new = NewReply(page="/a/", text="Hello.", name="Somebody Else", email="x@example.org", website="https://x.example")
    comment = posting.accept(house.db, house.settings, house.keys, speaker, new).comment
    assert (comment.name, comment.email, comment.website, comment.by_author) == ("Ana Ferreira", "", "", True)

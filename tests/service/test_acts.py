"""What is done to one comment besides deciding: each act is logged, seen where it should be, and can be taken back."""

import json

import pytest

from comments_service import moderation, posting, worker
from comments_service.engagement import doctor, forgetting
from comments_service.errors import Problem
from comments_service.ledger import figures
from comments_service.models import Comment, Role, Verb
from comments_service.moderation import acts, replies, undoing
from comments_service.store import acts as log
from comments_service.store import comment_notes, conversations, events, pages, saved_replies, subjects
from tests.support import desk
from tests.support.actors import House, Reader


@pytest.fixture
def talk(either_house: House) -> tuple[House, Reader, Comment]:
    """A thread that Ben began."""
    ben = either_house.reader("Ben", trusted=True)
    return either_house, ben, ben.says("Call me at 555-0100. Will you?")


def refused(caught: pytest.ExceptionInfo[Problem]) -> tuple[int, str]:
    return caught.value.status, caught.value.message


# ── editing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_edit_shows_its_mark_moves_no_figure_and_can_be_taken_back(talk: tuple[House, Reader, Comment]) -> None:
    house, _, said = talk
    before = events.recomputed(house.db, said.conversation)
    act = acts.edit(house.db, said.id, "Call me. Will **you**?", house.author.account, seen="")
    assert "Call me. Will <strong>you</strong>?" in house.fragment()
    assert "edited by the author</time>" in house.fragment()
    assert "555" not in house.fragment()
    assert events.of_conversation(house.db, said.conversation)[-1]["type"] == "redact"
    assert events.recomputed(house.db, said.conversation) == before
    assert doctor.examine(house.db).differing == {}
    undoing.undo(house.db, act.id, house.author.account)
    now = house.now_of(said)
    assert (now.text, now.html, now.redacted_at, now.redacted_as) == (said.text, said.html, None, None)
    assert "edited" not in house.fragment()
    assert [line.verb for line in log.latest(house.db)] == ["undo", "edit"]


def test_a_moderators_edit_says_so_and_the_writers_own_is_told_apart(house: House) -> None:
    ben = house.reader("Ben", trusted=True)
    by_moderator, by_ben = ben.says("Damn this."), ben.says("Helo.")
    acts.edit(house.db, by_moderator.id, "Bless this.", desk.account(house, "Mo", Role.MODERATOR).account, seen="")
    ben.edits(by_ben, "Hello.")
    html = house.fragment()
    assert html.count("edited by a moderator") == 1
    assert html.count('<span class="edited">edited</span>') == 1


def test_nobody_else_takes_back_what_an_author_did_to_their_own_words(house: House) -> None:
    own = house.author.says("The lamp costs 5, or ask me at 555-0100.")
    act = acts.edit(house.db, own.id, "The lamp costs 5.", house.author.account, seen="")
    mo = desk.account(house, "Mo", Role.MODERATOR).account
    with pytest.raises(Problem) as caught:
        undoing.undo(house.db, act.id, mo)
    assert caught.value.status == 403
    assert house.now_of(own).text == "The lamp costs 5."
    undoing.undo(house.db, act.id, house.author.account)
    assert "555" in house.now_of(own).text


def test_neither_the_writer_nor_an_author_overwrites_what_the_other_has_not_seen(
    talk: tuple[House, Reader, Comment],
) -> None:
    house, ben, said = talk
    acts.edit(house.db, said.id, "By Ana.", house.author.account, seen="")
    with pytest.raises(Problem) as caught:
        posting.edit(house.db, house.keys, house.now_of(said), "By Ben.", seen="")
    assert caught.value.status == 409
    assert house.now_of(said).text == "By Ana."
    read = house.now_of(said).changed
    ben.edits(said, "By Ben, who saw it.")
    assert house.now_of(said).state.value == "held", "what takes the place of an author's edit waits for a look"
    with pytest.raises(Problem) as caught:
        acts.edit(house.db, said.id, "By Ana again.", house.author.account, seen=read)
    assert caught.value.status == 409
    (edit,) = [act for act in log.latest(house.db) if act.verb == "edit"]
    with pytest.raises(Problem) as caught:
        undoing.undo(house.db, edit.id, house.author.account)
    assert caught.value.status == 409
    assert house.now_of(said).text == "By Ben, who saw it."


@pytest.mark.parametrize("words", ["", " \n ", "\u200b", "> ", "x" * 10_001])
def test_no_edit_leaves_nothing_to_be_read(house: House, words: str) -> None:
    said = house.reader(trusted=True).says("Hello.")
    with pytest.raises(Problem) as caught:
        acts.edit(house.db, said.id, words, house.author.account, seen="")
    assert (caught.value.status, set(caught.value.fields)) == (422, {"text"})
    assert (house.now_of(said).text, house.count("acts")) == ("Hello.", 0)


def test_another_authors_words_are_nobodys_to_edit(house: House) -> None:
    said = house.author.says("My own words.")
    zoe = desk.account(house, "Zoe", Role.AUTHOR).account
    with pytest.raises(Problem) as caught:
        acts.edit(house.db, said.id, "Hers.", zoe, seen="")
    assert caught.value.status == 403
    acts.edit(house.db, said.id, "My own, better words.", house.author.account, seen="")
    assert "edited by" not in house.fragment()
    assert ">edited</time>" in house.fragment()


def test_what_does_not_stand_is_not_edited(house: House) -> None:
    said = house.reader().says("Buy this.")
    house.author.decides(said, Verb.SPAM)
    with pytest.raises(Problem) as caught:
        acts.edit(house.db, said.id, "Do not buy this.", house.author.account, seen="")
    assert caught.value.status == 409


def test_the_earlier_words_go_with_a_withdrawal_and_cannot_be_put_back(talk: tuple[House, Reader, Comment]) -> None:
    house, ben, said = talk
    act = acts.edit(house.db, said.id, "Call me.", house.author.account, seen="")
    acts.note(house.db, said.id, "He called 555-0100.", house.author.account)
    ben.withdraws(said)
    house.work()
    assert "555-0100" not in json.dumps(
        house.db.rows("SELECT * FROM acts") + house.db.rows("SELECT * FROM comment_notes")
    )
    with pytest.raises(Problem) as caught:
        undoing.undo(house.db, act.id, house.author.account)
    assert refused(caught) == (409, "The earlier words are gone, so this can’t be taken back.")


def test_an_erasure_takes_earlier_words_notes_and_acts_about_the_person(talk: tuple[House, Reader, Comment]) -> None:
    house, _, said = talk
    account = house.author.account
    acts.edit(house.db, said.id, "Call me.", account, seen="")
    acts.note(house.db, said.id, "He called 555-0100.", account)
    log.add(house.db, "trust", "person", str(said.person), by=account.id, before={"name": "Ben"})
    forgetting.erase(house.db, subjects.of_person(house.db, str(said.person)))
    left = json.dumps([house.db.rows(f"SELECT * FROM {table}") for table in ("acts", "comment_notes", "comments")])
    for secret in ("555-0100", str(said.person), "Ben"):
        assert secret not in left
    assert {act.verb for act in log.latest(house.db)} == {"edit", "note", "trust"}


def test_earlier_words_are_kept_thirty_days_and_no_longer(talk: tuple[House, Reader, Comment]) -> None:
    house, _, said = talk
    act = acts.edit(house.db, said.id, "Call me.", house.author.account, seen="")
    house.shift_clock(days=29, hours=23)
    worker.tidy(house.db, house.settings)
    assert undoing.undoable(house.db, acts.logged(house.db, act.id))
    assert "555" in json.dumps(house.db.rows("SELECT before FROM acts"))
    house.shift_clock(hours=2)
    worker.tidy(house.db, house.settings)
    assert "555" not in json.dumps(house.db.rows("SELECT before FROM acts"))
    with pytest.raises(Problem) as caught:
        undoing.undo(house.db, act.id, house.author.account)
    assert refused(caught) == (410, "This is older than 30 days, so it can’t be taken back any more.")


def test_a_decision_is_taken_back_for_thirty_days(house: House) -> None:
    said = house.reader().says("Hello.")
    house.author.decides(said, Verb.REJECT)
    house.shift_clock(days=31)
    assert not moderation.case(house.db, said.id).undoable
    with pytest.raises(Problem) as caught:
        house.author.decides(said, Verb.UNDO)
    assert refused(caught) == (410, "This was decided more than 30 days ago, so it can't be taken back any more.")


# ── threads ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_moved_thread_stands_elsewhere_whole_and_counts_where_it_began(talk: tuple[House, Reader, Comment]) -> None:
    house, ben, said = talk
    answer = house.author.answers(said, "I will.")
    inner = ben.says("When?", to=answer)
    whisper = ben.says("Between us: soon?", to=said, private=True)
    other = ben.says("Another thread.")
    house.work()
    line = conversations.marks(house.db, "/a/")
    act = acts.move(house.db, inner.id, "/b/", house.author.account)
    assert act.subject == said.id, "the whole thread goes, from its first comment"
    house.work()
    assert {house.now_of(one).page for one in (said, answer, inner, whisper)} == {"/b/"}
    assert house.now_of(other).page == "/a/"
    assert "I will." in house.fragment("/b/")
    assert "answered after" in house.fragment("/b/")
    assert "I will." not in house.fragment("/a/")
    assert [name in house.fragment("/a/") for name in ("1 response", "When?")] == [True, False]
    assert conversations.marks(house.db, "/a/") == line
    later = ben.says("And now?", to=house.now_of(answer), on="/b/")
    found = conversations.find(house.db, said.conversation)
    assert found is not None
    assert {one.essay for one in found.told.reach_outs} == {"/a/"}
    assert figures.essay(
        [one for each in conversations.every(house.db) for one in each.told.reach_outs], "/a/", 2**40
    ) == figures.essay_line(conversations.marks(house.db, "/a/"), 2**40)
    undoing.undo(house.db, act.id, house.author.account)
    assert {house.now_of(one).page for one in (said, answer, inner, whisper, later)} == {"/a/"}
    assert house.db.value("SELECT count(*) FROM conversations WHERE essay IS NOT NULL") == 0
    assert doctor.examine(house.db).differing == {}


def test_a_thread_moves_only_where_somebody_could_go_on(either_house: House) -> None:
    house = either_house
    said = house.author.says("A thread.")
    for path, status, words in (
        ("/nowhere/", 422, "no such essay"),
        ("/a/", 422, "already"),
        ("/b/", 409, "closed"),
    ):
        house.db.execute("UPDATE pages SET conversation = 'closed', closed_at = '2026-01-01' WHERE path = '/b/'")
        with pytest.raises(Problem) as caught:
            acts.move(house.db, said.id, path, house.author.account)
        assert caught.value.status == status
        assert words in caught.value.message
    assert (house.now_of(said).page, house.count("acts")) == ("/a/", 0)


def test_a_move_is_taken_back_only_from_where_it_led_to_an_essay_that_is_there(either_house: House) -> None:
    house = either_house
    said, account = house.author.says("A thread."), house.author.account
    first = acts.move(house.db, said.id, "/b/", account)
    second = acts.move(house.db, said.id, "/a/", account)
    with pytest.raises(Problem, match="Take that back first"):
        undoing.undo(house.db, first.id, account)
    undoing.undo(house.db, second.id, account)
    pages.retire_others(house.db, ["/b/"], now="2026-12-01T00:00:00.000Z")
    with pytest.raises(Problem, match="no longer on this site"):
        undoing.undo(house.db, first.id, account)
    assert house.now_of(said).page == "/b/"


def test_in_a_locked_thread_only_who_answers_here_may_write(talk: tuple[House, Reader, Comment]) -> None:
    house, ben, said = talk
    answer = house.author.answers(said, "I will.")
    act = acts.mark(house.db, answer.id, "lock", house.author.account)
    for parent in (said, answer):
        with pytest.raises(Problem) as caught:
            ben.says("But.", to=parent)
        assert (caught.value.status, caught.value.code) == (403, "locked")
    html = house.fragment()
    assert html.count("This thread is locked") == 1
    assert 'class="reply-link"' not in html
    assert ben.says("A thread of its own.").standing
    assert house.author.answers(said, "One last word.").standing
    with pytest.raises(Problem, match="locked already"):
        acts.mark(house.db, said.id, "lock", house.author.account)
    undoing.undo(house.db, act.id, house.author.account)
    assert ben.says("Thank you.", to=answer).standing


def test_a_pinned_thread_stands_first_with_a_mark(either_house: House) -> None:
    house = either_house
    said = [house.author.says(f"Thread {number}.") for number in range(3)]
    acts.mark(house.db, said[2].id, "pin", house.author.account)
    act = acts.mark(house.db, said[1].id, "pin", house.author.account)
    html = house.fragment()
    order = sorted(said, key=lambda one: html.index(f"comment-{one.id}"))
    assert [one.text for one in order] == ["Thread 2.", "Thread 1.", "Thread 0."]
    assert html.count('<span class="pinned">pinned</span>') == 2
    undoing.undo(house.db, act.id, house.author.account)
    html = house.fragment()
    assert html.index(said[2].id) < html.index(said[0].id) < html.index(said[1].id)


def test_what_is_on_no_page_is_neither_pinned_nor_locked(house: House) -> None:
    whisper = house.reader().says("Between us.", private=True)
    held = house.reader().says("Not looked at yet.")
    for said, verb in ((whisper, "lock"), (whisper, "pin"), (held, "pin")):
        with pytest.raises(Problem) as caught:
            acts.mark(house.db, said.id, verb, house.author.account)
        assert caught.value.status == 409


# ── notes, saved replies, and taking back ───────────────────────────────────────────────────────────────────────────


def test_a_note_stands_at_its_comment_and_what_is_removed_comes_back(talk: tuple[House, Reader, Comment]) -> None:
    house, _, said = talk
    account = house.author.account
    act = acts.note(house.db, said.id, "Met in Porto.", account)
    (kept,) = comment_notes.at_comments(house.db, [said.id])[said.id]
    assert (kept.text, kept.writer) == ("Met in Porto.", "Ana Ferreira")
    assert "Porto" not in house.fragment()
    removed = acts.remove_note(house.db, said.id, kept.id, account)
    with pytest.raises(Problem, match="Take that back first"):
        undoing.undo(house.db, act.id, account)
    undoing.undo(house.db, removed.id, account)
    assert comment_notes.at_comments(house.db, [said.id])[said.id] == [kept]
    undoing.undo(house.db, act.id, account)
    assert comment_notes.at_comments(house.db, [said.id]) == {}


def test_who_wants_no_history_has_no_notes_nor_what_is_left_of_removed_ones(
    talk: tuple[House, Reader, Comment],
) -> None:
    house, _, said = talk
    account = house.author.account
    acts.note(house.db, said.id, "First secret.", account)
    (kept,) = comment_notes.at_comments(house.db, [said.id])[said.id]
    acts.remove_note(house.db, said.id, kept.id, account)
    acts.note(house.db, said.id, "Second secret.", account)
    forgetting.object_to_history(house.db, [str(said.person)])
    left = json.dumps(house.db.rows("SELECT * FROM acts") + house.db.rows("SELECT * FROM comment_notes"))
    assert "secret" not in left
    with pytest.raises(Problem) as caught:
        acts.note(house.db, said.id, "Third secret.", account)
    assert caught.value.status == 410


def test_saved_replies_keep_their_order_and_are_filled_in_once(either_house: House) -> None:
    house, account = either_house, either_house.author.account
    for title in ("Thanks", "Later", "Sources"):
        replies.add(house.db, title, "Dear {name}, on {essay}: {name}!", account)
    first, second, third = saved_replies.every(house.db)
    replies.shift(house.db, third.id, up=True)
    replies.shift(house.db, first.id, up=False)
    assert [one.title for one in saved_replies.every(house.db)] == ["Sources", "Thanks", "Later"]
    assert replies.filled_in(first.text, name="{essay}", essay="A") == "Dear {essay}, on A: {essay}!"
    change = replies.change(house.db, second.id, "Later", "Soon.", account)
    gone = replies.delete(house.db, second.id, account)
    with pytest.raises(Problem):
        undoing.undo(house.db, change.id, account)
    undoing.undo(house.db, gone.id, account)
    undoing.undo(house.db, change.id, account)
    found = saved_replies.find(house.db, second.id)
    assert found is not None
    assert found.text == second.text


def test_nothing_is_taken_back_twice(house: House) -> None:
    act = acts.mark(house.db, house.author.says("A thread.").id, "lock", house.author.account)
    undoing.undo(house.db, act.id, house.author.account)
    with pytest.raises(Problem, match="taken back already"):
        undoing.undo(house.db, act.id, house.author.account)

"""The rules of daily life (4.14): rules in force at receipt, strangers, who is owed, what readers may say."""

import pytest

from comments_service.ledger import figures
from comments_service.ledger.cases import read
from comments_service.ledger.figures import Sample
from comments_service.ledger.questions import view
from comments_service.ledger.queue import desk, waiting
from tests.service.ledger.site import READERS, Site

LATER = 200
HELD = {"held": True, "stranger": True}


def seen(site, hour):
    """Everything as it stands at an hour after the start."""
    start = 1772409600
    case = {"config": site.config, "people": site.people, "events": site.events}
    return view(read(case), start + int(hour * 3600), Sample())


def not_looked_at(site, hour):
    found = seen(site, hour)
    return figures.not_looked_at(found.reach_outs, found.now, Sample())


# ── rules in force at receipt ───────────────────────────────────────────────────────────────────────────────────────


def test_each_reach_out_keeps_the_time_that_was_promised_when_it_was_received():
    site = Site().says("ben", "c1").at(1).does("rules", answer_within_h=24).says("cleo", "c2")
    due = {found["first"]: found["due_at"] for found in site.ask("reach_outs", 2)}
    assert due == {"c1": "2026-03-05T00:00:00Z", "c2": "2026-03-03T01:00:00Z"}


def test_while_nothing_is_promised_the_private_clock_runs_with_72_hours():
    site = Site().does("rules", answer_within_h=None).says("ben", "c1")
    assert site.ask("reach_outs", 1)[0]["due_at"] == "2026-03-05T00:00:00Z"


def test_the_answers_of_an_author_who_leaves_stand_and_what_she_says_then_is_a_readers():
    site = Site().says("ben", "c1").at(1).answers("c1", "a1")
    site.at(2).does("rules", essays={"net": {"authors": ["eve"]}}).at(3).says("ana", "c2", "May I still ask?")
    assert site.verdicts(LATER) == {"c1": "on_time", "c2": "unanswered"}


def test_a_host_who_comes_later_answers_from_then_on():
    site = Site().says("ben", "c1").at(1).answers("c1", "e1", person="eve").at(2).does("rules", hosts=["eve"])
    assert site.state("c1", 2) == "needs_answer"
    assert site.at(3).answers("c1", "e2", person="eve").state("c1", 3) == "answered"


# ── strangers ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_strangers_held_reply_waits_at_the_desk_and_enters_no_figure():
    site = Site().says("ben", "c1", **HELD)
    assert site.ask("queue", 1) == ["c1"]
    assert site.counts(1) == site.counts(LATER) == (0, 0, 0, 0, 0)


def test_strangers_whom_nobody_looked_at_in_time_have_a_public_count_of_their_own():
    site = Site().says("ben", "c1", **HELD).says("cleo", "c2", **HELD).says("dan", "c3", **HELD)
    site.at(10).removes("c2").at(100).removes("c3")
    assert not_looked_at(site, 72) == 0
    assert not_looked_at(site, LATER) == 2


def test_publishing_a_strangers_reply_restores_its_clock_from_receipt():
    site = Site().says("ben", "c1", **HELD).at(100).does("approve", "c1")
    assert site.verdicts(99) == {"c1": "uncounted"}
    assert site.verdicts(LATER) == {"c1": "unanswered"}
    assert not_looked_at(site, LATER) == 0


def test_an_answer_to_a_held_reply_publishes_it():
    site = Site().says("ben", "c1", **HELD).at(10).answers("c1", "a1")
    assert site.verdicts(LATER) == {"c1": "on_time"}


def test_a_held_reply_closed_in_silence_and_published_late_is_not_on_time():
    site = Site().says("ben", "c1", **HELD).at(10).closes("c1", "answered_elsewhere", channel="mail")
    assert site.at(100).does("approve", "c1").verdicts(LATER) == {"c1": "late"}


def test_a_held_reply_excused_in_silence_and_published_late_is_not_excused():
    site = Site().says("ben", "c1", **HELD).at(2)
    site.says("dan", "d1", "It is on page two.", to="c1").at(3).closes("c1", "answered_by_reader", endorses="d1")
    assert site.at(100).does("approve", "c1").verdicts(LATER)["c1"] == "unanswered"


def test_a_strangers_reply_rescued_from_the_filter_is_still_to_be_published():
    site = Site().says("ben", "c1", auto_spam=True, stranger=True).at(1).does("unspam", "c1")
    assert site.verdicts(LATER) == {"c1": "uncounted"}
    assert site.at(2).does("approve", "c1").verdicts(LATER) == {"c1": "unanswered"}


def test_a_reply_once_published_counts_also_when_it_is_held_again():
    site = Site().says("ben", "c1", **HELD).at(1).does("approve", "c1").at(2).does("unapprove", "c1")
    assert site.verdicts(LATER) == {"c1": "unanswered"}


def test_a_proven_readers_held_reply_counts_from_receipt():
    assert Site().says("ben", "c1", held=True).verdicts(LATER) == {"c1": "unanswered"}


def test_a_strangers_reply_that_nobody_looked_at_is_not_hidden_by_a_later_one():
    site = Site().says("ben", "c1", **HELD).at(100).says("ben", "c2", to="c1")
    assert not_looked_at(site, 300) == 1
    assert site.verdicts(300) == {"c1": "uncounted", "c2": "unanswered"}


def test_after_an_answer_only_a_proven_address_can_say_still_waiting():
    for proven, verdicts in ((True, {"c1": "on_time", "c1+": "unanswered"}), (False, {"c1": "on_time"})):
        site = Site().says("ben", "c1").at(1).answers("c1", "a1").at(2).does("still_waiting", "c1", proven=proven)
        assert site.verdicts(LATER) == verdicts


def test_an_unproven_reader_can_object_to_a_closing():
    site = Site().says("ben", "c1").at(1).closes("c1", "declined").at(2).does("still_waiting", "c1", proven=False)
    assert site.state("c1", 3) == "needs_answer"


# ── who is owed ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_just_saying_is_excused_by_a_heart_in_time_and_anything_else_is_not():
    site = Site().says("ben", "c1", "So did I.", asks=False).says("cleo", "c2", "So did I, too.").says("dan", "c3")
    site.at(1).closes("c1", "acknowledged").closes("c2", "acknowledged").closes("c3", "acknowledged")
    assert site.verdicts(LATER) == {"c1": "excused", "c2": "unanswered", "c3": "unanswered"}


def test_just_saying_with_a_heart_too_late_is_not_excused():
    site = Site().says("ben", "c1", "So did I.", asks=False).at(73).closes("c1", "acknowledged")
    assert site.verdicts(LATER) == {"c1": "unanswered"}


def test_just_saying_asks_no_question():
    assert Site().says("ben", "c1", "Who knew?", asks=False).ask("state", 1, comment="c1")["question"] is False


def test_an_essay_that_answers_questions_owes_remarks_nothing():
    site = Site(net={"answers": "questions"}).says("ben", "c1", "So it is.").says("cleo", "c2", "Is it?")
    site.says("dan", "c3", "I would like an answer.", asks=True)
    assert site.verdicts(LATER) == {"c2": "unanswered", "c3": "unanswered"}
    assert site.state("c1", 1) == "not_owed"


def test_an_essay_that_promises_nobody_an_answer_owes_none_and_the_author_may_make_one_her_own():
    site = Site(net={"answers": "none"}).says("ben", "c1")
    assert site.verdicts(LATER) == {}
    site.at(1).does("promote", "c1")
    assert site.ask("queue", 2) == ["c1"]
    assert site.verdicts(LATER) == {"c1": "uncounted"}


def test_what_an_essay_promises_is_kept_at_receipt():
    site = Site().says("ben", "c1").at(1).does("rules", essays={"net": {"authors": ["ana"], "answers": "none"}})
    assert site.at(2).says("cleo", "c2").verdicts(LATER) == {"c1": "unanswered"}


@pytest.mark.parametrize("text", ["👍", "🙏 🙏", "…"])
def test_a_reply_to_an_answer_without_a_letter_opens_nothing(text):
    site = Site().says("ben", "c1").at(1).answers("c1", "a1").at(2).says("ben", "c2", text, to="a1")
    assert site.verdicts(LATER) == {"c1": "on_time"}


def test_a_picture_out_of_the_blue_opens_a_reach_out_like_any_compliment():
    assert Site().says("ben", "c1", "👍").verdicts(LATER) == {"c1": "unanswered"}


def test_a_ticked_box_opens_a_turn_whatever_the_words():
    site = Site().says("ben", "c1").at(1).answers("c1", "a1").at(2).says("ben", "c2", "Thanks!", to="a1", asks=True)
    assert site.verdicts(LATER) == {"c1": "on_time", "c2": "unanswered"}


def test_thats_it_in_time_is_excused_and_later_changes_no_verdict():
    for hour, verdict in ((10, "excused"), (72, "excused"), (73, "unanswered")):
        site = Site().says("ben", "c1").at(hour).does("thats_it", "c1")
        assert site.verdicts(LATER) == {"c1": verdict}
        found = site.ask("state", LATER, comment="c1")
        assert (found["state"], found["reason"]) == ("answered", "thats_it")


def test_a_reader_who_said_thats_it_may_still_be_waiting_once():
    site = Site().says("ben", "c1").at(1).does("thats_it", "c1").at(2).does("still_waiting", "c1")
    assert site.state("c1", 3) == "needs_answer"


# ── the desk, notices, private words ────────────────────────────────────────────────────────────────────────────────


def test_the_desk_opens_with_what_can_still_be_kept_and_then_the_longest_wait():
    site = Site().says("ben", "b1").at(1).says("cleo", "c1").at(100).says("dan", "d1", "So it is.").at(90 + 11)
    site.says("eve", "e1").does("snooze", "e1", until="2026-03-10T00:00:00Z").at(102).says("fay", "f1")
    found = seen(site, 110)
    lines = [line for one in found.conversations.values() if (line := waiting(one, answered_before=False))]
    order = desk(lines, found.now)
    assert [line.comment for line in order.still_in_time] == ["d1", "f1"]
    assert [line.comment for line in order.late] == ["b1", "c1"]
    later = desk(lines, found.now + 10 * 86400)
    assert [line.comment for line in later.late] == ["b1", "c1", "d1", "e1", "f1"]


def test_what_is_put_aside_comes_back_when_they_write_again():
    site = Site().says("ben", "c1").at(1).does("snooze", "c1", until="2026-04-01T00:00:00Z").at(2)
    (before,) = seen(site, 3).conversations.values()
    (after,) = seen(site.says("ben", "c2", "Hello?", to="c1"), 3).conversations.values()
    assert (before.snoozed_until > 0, after.snoozed_until) == (True, 0)


def test_a_notice_of_more_than_thirty_days_is_refused_and_moves_no_clock():
    month = {"start": "2026-03-02T00:00:00Z"}
    assert Site().does("away", **month, end="2026-04-01T00:00:01Z").refused(1) == [("away", None)]
    allowed = Site().does("away", **month, end="2026-04-01T00:00:00Z").says("ben", "c1")
    assert allowed.ask("reach_outs", 1)[0]["due_at"] == "2026-04-04T00:00:00Z"


def test_a_private_word_counts_in_the_totals_and_stands_on_no_page():
    site = Site().says("ben", "c1", private=True).at(1).answers("c1", "a1", private=True)
    assert site.counts(LATER) == (1, 0, 0, 0, 0)
    assert site.ask("essay", LATER, essay="net")["of"] == 0
    assert site.ask("badge", LATER, comment="c1") is None


def test_nobody_is_endorsed_whose_words_are_not_public():
    for facts in (HELD, {"private": True}, {"auto_spam": True}):
        site = Site().says("ben", "c1").at(1).says("cleo", "c2", "It is on page two.", to="c1", **facts)
        site.at(2).closes("c1", "answered_by_reader", endorses="c2")
        assert site.refused(3) == [("close", "name another reader's comment in this thread")]


def test_an_answer_makes_a_held_reply_public_and_a_withdrawn_one_stays_gone():
    site = Site().says("ben", "c1").at(1).says("cleo", "c2", "It is on page two.", to="c1", held=True)
    site.at(2).answers("c2", "a1", mentions=[]).at(3).closes("c1", "answered_by_reader", endorses="c2")
    assert site.refused(3) == []
    site = Site().says("ben", "c1").at(1).says("cleo", "c2", "It is on page two.", to="c1").at(2).withdraws("c2")
    site.does("unremove", "c2").at(3).closes("c1", "answered_by_reader", endorses="c2")
    assert site.refused(3)[-1] == ("close", "name another reader's comment in this thread")


def test_joining_two_identities_joins_their_pages_and_no_figure():
    site = Site(sample=(2, 2)).says("ben", "c1").at(1).says("cleo", "c2")
    before = site.ask("site", LATER)
    site.at(2).does("identity_join", person="cleo", into="ben")
    assert site.ask("person", LATER, person="ben")["conversations"] == 2
    assert site.ask("person", LATER, person="cleo") is None
    assert site.ask("site", LATER) == before
    site.at(3).does("identity_join", person="cleo", into="ben", undo=True)
    assert site.ask("person", LATER, person="ben")["conversations"] == 1


def test_one_answer_reaches_five_more_and_no_sixth():
    for more, answered in ((5, 6), (6, 1)):
        site = Site()
        people = [*READERS, "hal"]
        for person in people[: more + 1]:
            site.says(person, f"{person}1")
        site.at(1).answers("ben1", "a1", also_answers=[f"{person}1" for person in people[1 : more + 1]])
        assert list(site.verdicts(LATER).values()).count("on_time") == answered

"""How figures cannot be gamed: the five holes of the definition, what random histories found since, and their kin."""

import pytest

from tests.service.ledger.site import Site

DUE = 72
LATER = 200


def test_promoting_a_real_comment_is_refused_and_leaves_it_in_the_figure():
    site = Site().says("ben", "c1").at(1).does("promote", "c1")
    assert site.verdicts(LATER) == {"c1": "unanswered"}
    assert site.refused(LATER) == [("promote", None)]


@pytest.mark.parametrize("takes_away", [{"type_": "spam"}, {"type_": "remove", "by": "author"}, {"type_": "unapprove"}])
def test_taking_ones_own_late_answer_away_does_not_melt_two_misses_into_one(takes_away):
    site = Site().says("gil", "g1").at(80).answers("g1", "a1").at(90).says("gil", "g2", to="a1")
    site.at(170).does(comment="a1", **takes_away)
    assert site.verdicts(LATER) == {"g1": "unanswered", "g2": "unanswered"}


def test_confirming_filtered_spam_late_does_not_make_it_count():
    site = Site().says("ben", "c1", auto_spam=True).at(100).does("spam", "c1")
    assert site.verdicts(LATER) == {}
    assert site.ask("site", LATER)["spam_or_abuse"] == 1


def test_a_close_refused_while_an_answer_stood_stays_refused_when_the_answer_goes():
    site = Site().says("ben", "c1").at(1).answers("c1", "a1").at(2).closes("c1", "answered_elsewhere", channel="mail")
    site.at(3).removes("a1")
    assert site.refused(4) == [("close", "nothing is waiting here")]
    assert site.state("c1", 4) == "needs_answer"
    assert site.verdicts(LATER) == {"c1": "unanswered"}


def test_thanks_said_to_an_answer_that_was_removed_later_is_no_debt():
    site = Site().says("ben", "c1").at(1).answers("c1", "a1").at(2).says("ben", "c2", "Thank you, Ana!", to="a1")
    site.at(3).removes("a1")
    assert site.verdicts(LATER) == {"c1": "unanswered"}


def test_an_excuse_that_an_answer_took_the_place_of_does_not_come_back_when_the_answer_goes():
    site = Site().says("ben", "c0").at(1).answers("c0", "a0").at(2).says("ben", "c1", "I will try it.", to="a0")
    site.at(3).closes("c1", "thanks_only").at(4).answers("c1", "a1")
    assert site.verdicts(LATER)["c1"] == "on_time"
    site.at(100).removes("a1")
    assert site.verdicts(LATER)["c1"] == "unanswered"


def test_nor_does_it_come_back_when_the_answer_is_restored_late():
    site = Site().says("ben", "c0").at(1).answers("c0", "a0").at(2).says("ben", "c1", "I will try it.", to="a0")
    site.at(3).closes("c1", "thanks_only").at(4).answers("c1", "a1").at(100).removes("a1").at(101).does(
        "unremove", "a1"
    )
    assert site.verdicts(LATER)["c1"] == "late"


def test_nor_when_the_answer_is_emptied_by_an_edit_after_the_due_time():
    site = Site().says("ben", "c0").at(1).answers("c0", "a0").at(2).says("ben", "c1", "I will try it.", to="a0")
    site.at(3).closes("c1", "thanks_only").at(73.9).answers("c1", "a1").at(74.1).does("edit", "a1", text="👍")
    assert site.verdicts(LATER)["c1"] == "unanswered"


def test_an_answer_withdrawn_before_the_due_time_gives_the_excuse_back():
    site = Site().says("ben", "c0").at(1).answers("c0", "a0").at(2).says("ben", "c1", "I will try it.", to="a0")
    site.at(3).closes("c1", "thanks_only").at(4).answers("c1", "a1").at(5).removes("a1")
    assert site.verdicts(LATER)["c1"] == "excused"


def test_an_answer_after_a_fair_excuse_does_not_make_the_author_late():
    site = Site().says("ben", "c0").at(1).answers("c0", "a0").at(2).says("ben", "c1", "I will try it.", to="a0")
    site.at(3).closes("c1", "thanks_only").at(100).answers("c1", "a1", "How did it go?")
    assert site.verdicts(LATER)["c1"] == "excused"
    assert site.state("c1", LATER) == "answered"


@pytest.mark.parametrize(("gone", "back"), [("spam", "unspam"), ("remove", "unremove"), ("unapprove", "approve")])
def test_an_answer_restored_after_the_due_time_is_late(gone, back):
    site = Site().says("ben", "c1").at(1).answers("c1", "a1")
    site.at(2).does(gone, "a1", by="author").at(100).does(back, "a1")
    assert site.verdicts(LATER) == {"c1": "late"}


def test_an_answer_restored_in_time_has_stood_since_it_was_given():
    site = Site().says("ben", "c1").at(1).answers("c1", "a1").at(2).removes("a1").at(3).does("unremove", "a1")
    assert site.ask("reach_outs", LATER)[0]["wait_s"] == 3600


@pytest.mark.parametrize(("gone", "back"), [("spam", "unspam"), ("remove", "unremove")])
def test_a_question_cleared_in_time_and_brought_back_late_adds_nothing_on_time(gone, back):
    site = Site().says("ben", "c1").at(1).answers("c1", "a1").at(2).does(gone, "c1", by="author", reason="abuse")
    assert site.verdicts(LATER) == {}
    site.at(100).does(back, "c1")
    assert site.verdicts(LATER) == {"c1": "late"}


def test_a_cleared_first_question_brought_back_late_does_not_move_the_clock_of_the_second():
    site = Site().says("ben", "c1").at(10).says("ben", "c2", to="c1").at(20).does("spam", "c1")
    due = site.ask("reach_outs", LATER)[0]["due_at"]
    site.at(100).does("unspam", "c1")
    assert [found["due_at"] for found in site.ask("reach_outs", LATER)] == [due]


def test_a_rescued_comment_opens_its_own_reach_out_rather_than_age_another():
    site = Site().says("ben", "c1", auto_spam=True).at(100).says("ben", "c2", to="c1").at(110).does("unspam", "c1")
    assert site.verdicts(LATER) == {"c1": "unanswered", "c2": "unanswered"}


def test_what_the_filter_took_and_the_author_answers_is_rescued_by_the_answer():
    site = Site().says("ben", "c1", auto_spam=True).at(5).answers("c1", "a1")
    assert site.verdicts(LATER) == {"c1": "on_time"}
    assert site.ask("site", LATER)["spam_or_abuse"] == 0


def test_an_answer_given_before_the_rescue_does_not_answer_what_it_could_not_see():
    site = Site().says("ben", "c1").at(1).says("ben", "c2", to="c1", auto_spam=True).at(2).answers("c1", "a1")
    site.at(100).does("unspam", "c2")
    assert site.verdicts(LATER) == {"c1": "on_time", "c2": "unanswered"}


def test_a_second_answer_keeps_a_reach_out_answered_when_the_first_goes():
    site = Site().says("ben", "c1").at(1).answers("c1", "a1").at(5).answers("c1", "a2").at(100).removes("a1")
    assert site.verdicts(LATER) == {"c1": "on_time"}
    assert site.ask("badge", LATER, comment="c1") == {"by": "ana", "after_s": 5 * 3600}


def test_a_form_letter_stays_one_when_the_first_copy_is_removed():
    words = "Thank you for reading my blog, please follow me on every channel there is!"
    site = Site().says("ben", "b1").says("cleo", "c1").at(1).answers("b1", "a1", words).at(2).answers("c1", "a2", words)
    site.at(3).removes("a1")
    assert site.verdicts(LATER) == {"b1": "unanswered", "c1": "unanswered"}


def test_a_form_letter_made_personal_within_a_quarter_of_an_hour_answers_from_then_on():
    words = "Thank you for reading my blog, please follow me on every channel there is!"
    site = Site().says("ben", "b1").says("cleo", "c1").at(1).answers("b1", "a1", words).at(2).answers("c1", "a2", words)
    site.at(2.25).does("edit", "a2", text="What you say of the coffee is new to me, and I shall try it.")
    assert site.verdicts(LATER) == {"b1": "on_time", "c1": "on_time"}
    assert site.ask("badge", LATER, comment="c1")["after_s"] == 8100


def test_an_answer_emptied_by_an_edit_answers_nobody():
    site = Site().says("ben", "c1").at(1).answers("c1", "a1").at(1.1).does("edit", "a1", text="👍")
    assert site.verdicts(LATER) == {"c1": "unanswered"}


def test_editing_an_answer_does_not_answer_what_was_asked_after_it():
    site = Site().says("ben", "c1").at(1).answers("c1", "a1").at(1.1).says("ben", "c2", "And then?", to="a1")
    site.at(1.2).does("edit", "a1", text="Slowly. And then you wait.")
    assert site.state("c1", 2) == "needs_answer"


def test_the_same_words_after_thirty_days_are_no_form_letter_and_a_second_earlier_they_are():
    words = "Thank you for reading my blog, please follow me on every channel there is!"
    for hours, verdict in ((30 * 24, "unanswered"), (30 * 24 + 0.001, "on_time")):
        site = Site().says("ben", "b1").answers("b1", "a1", words).at(700).says("cleo", "c1")
        site.at(hours).answers("c1", "a2", words)
        assert site.verdicts(900)["c1"] == verdict


def test_a_promoted_thanks_swallows_no_later_question():
    site = Site().says("ben", "c1").at(1).answers("c1", "a1").at(2).says("ben", "c2", "Thanks!", to="a1")
    site.at(3).does("promote", "c2").at(4).says("ben", "c3", "But why?", to="a1")
    assert site.verdicts(LATER) == {"c1": "on_time", "c2": "uncounted", "c3": "unanswered"}


def test_shortening_or_lengthening_the_promise_moves_no_verdict_of_yesterday():
    site = Site().says("ben", "c1").at(1).does("rules", answer_within_h=1000).says("cleo", "c2")
    assert site.verdicts(80) == {"c1": "unanswered", "c2": "pending"}


def test_spam_exactly_at_the_due_time_clears_and_a_second_later_counts():
    for hour, verdicts in ((DUE, {}), (DUE + 1 / 3600, {"c1": "unanswered"})):
        assert Site().says("ben", "c1").at(hour).does("spam", "c1").verdicts(LATER) == verdicts


def test_a_question_that_the_author_removes_is_counted_and_waits_no_more():
    site = Site().says("ben", "c1").at(1).removes("c1")
    assert site.ask("queue", 2) == []
    assert site.verdicts(LATER) == {"c1": "unanswered"}
    site.at(300).does("unremove", "c1")
    assert site.ask("queue", 301) == ["c1"]

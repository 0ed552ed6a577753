"""Edge cases that the worked cases leave out: ends, undoing, people who come back, boundaries to the second."""

from tests.service.ledger.site import Site

LATER = 200
SECOND = 1 / 3600


def test_a_comment_whose_parent_was_purged_stands_at_the_top():
    site = Site().does("comment", id="c1", person="ben", text="How?", reply_to="purged", essay="net")
    assert site.verdicts(LATER) == {"c1": "unanswered"}


def test_of_two_answers_in_one_second_the_first_in_the_history_is_the_answer():
    site = Site(hosts=["eve"]).says("ben", "c1").at(1).answers("c1", "e1", person="eve").answers("c1", "a1")
    assert site.ask("badge", 2, comment="c1")["by"] == "eve"


def test_closing_what_a_blocked_reader_left_open_counts_as_a_miss():
    site = Site().says("ben", "c1").at(1).closes("c1", "declined")
    found = site.ask("state", 2, comment="c1")
    assert (found["state"], found["reason"]) == ("closed_no_reply", "declined")
    assert site.verdicts(LATER) == {"c1": "unanswered"}


def test_the_reach_outs_of_one_essay_stay_in_the_totals_of_all():
    site = Site(gone={}).says("ben", "c1", essay="gone").says("cleo", "c2")
    assert site.counts(LATER) == (0, 0, 2, 0, 0)
    assert site.ask("essay", LATER, essay="net")["of"] == 1


def test_a_closing_taken_back_runs_on_the_first_clock():
    site = Site().says("ben", "c1").at(1).closes("c1", "declined").at(5).does("reopen", "c1")
    found = site.ask("state", 6, comment="c1")
    assert (found["state"], found["open_age_s"]) == ("needs_answer", 6 * 3600)


def test_a_reader_who_writes_after_a_closing_opens_a_new_reach_out():
    site = Site().says("ben", "c1").at(1).closes("c1", "declined").at(100).says("ben", "c2", "Really?", to="c1")
    assert site.state("c1", 101) == "needs_answer"
    assert site.verdicts(LATER) == {"c1": "unanswered", "c2": "unanswered"}


def test_a_reach_out_closed_before_the_reader_wrote_again_is_not_answered_by_the_next_answer():
    site = Site().says("ben", "c1").at(1).closes("c1", "declined").at(2).says("ben", "c2", "Really?", to="c1")
    assert site.at(3).answers("c2", "a1").verdicts(LATER) == {"c1": "unanswered", "c2": "on_time"}


def test_saying_the_same_to_the_same_person_twice_is_no_form_letter():
    words = "It stands on the second page, next to the picture of the café."
    site = Site().says("ben", "c1").at(1).answers("c1", "a1", words).at(2).says("ben", "c2", "Where was it?", to="a1")
    assert site.at(3).answers("c2", "a2", words).verdicts(LATER) == {"c1": "on_time", "c2": "on_time"}


def test_a_closing_that_the_reader_disputed_can_only_be_a_plain_no():
    site = Site().says("ben", "c1").at(1).closes("c1", "answered_elsewhere", channel="mail")
    site.at(2).does("still_waiting", "c1").at(3).closes("c1", "answered_elsewhere", channel="mail")
    assert site.refused(4) == [("close", "they said that they are still waiting")]
    assert site.at(5).closes("c1", "declined").state("c1", 6) == "closed_no_reply"
    assert site.verdicts(LATER) == {"c1": "unanswered"}


def test_still_waiting_twice_is_refused_and_changes_nothing():
    site = Site().says("ben", "c1").at(1).answers("c1", "a1").at(2).does("still_waiting", "c1")
    site.at(3).answers("c1", "a2").at(4).does("still_waiting", "c1")
    assert site.refused(5) == [("still_waiting", None)]
    assert site.state("c1", 5) == "answered"


def test_a_reader_can_object_to_an_answer_elsewhere_also_after_writing_again_or_a_late_answer():
    for meanwhile, verdict in (
        ({"says": ("ben", "c2", "No mail!", "c1")}, "unanswered"),
        ({"answers": ("c1", "a1")}, "late"),
    ):
        site = Site().says("ben", "c1").at(1).closes("c1", "answered_elsewhere", channel="mail")
        for does, what in meanwhile.items():
            getattr(site.at(100), does)(*what)
        assert site.verdicts(101)["c1"] == "on_time"
        assert site.at(102).does("still_waiting", "c1").verdicts(LATER)["c1"] == verdict


def test_still_waiting_after_an_answer_adds_nothing_while_something_is_open():
    site = Site().says("ben", "c1").at(1).answers("c1", "a1").at(2).says("ben", "c2", "And then?", to="a1")
    site.at(3).does("still_waiting", "c1")
    assert site.verdicts(LATER) == {"c1": "on_time", "c2": "unanswered"}


def test_a_private_reply_does_not_answer_in_public_and_a_public_one_answers_in_private():
    private = {"private": True}
    assert Site().says("ben", "c1").at(1).answers("c1", "a1", **private).verdicts(LATER) == {"c1": "unanswered"}
    assert Site().says("ben", "c1", **private).at(1).answers("c1", "a1").verdicts(LATER) == {"c1": "on_time"}


def test_what_was_filtered_and_unconfirmed_has_spoken_only_when_both_are_lifted():
    site = Site().says("ben", "c1", auto_spam=True, needs_verification=True).at(1).does("unspam", "c1")
    assert site.verdicts(LATER) == {}
    assert site.at(2).does("verify", "c1").ask("reach_outs", 3)[0]["opened_at"] == "2026-03-02T02:00:00Z"


def test_an_authors_mention_on_her_own_blog_is_no_answer():
    site = Site().says("ben", "c1").at(1).answers("c1", "a1", kind="mention").at(2).does("spam", "a1")
    assert site.verdicts(LATER) == {"c1": "unanswered"}


def test_a_withdrawn_reply_cannot_be_brought_back_by_the_author():
    site = Site().says("ben", "c1").at(1).withdraws("c1").at(2).does("unremove", "c1")
    assert site.refused(3) == [("unremove", None)]
    assert site.state("c1", 3) == "not_owed"


def test_withdrawing_the_first_of_two_messages_leaves_the_clock_of_the_second():
    site = Site().says("ben", "c1").at(10).says("ben", "c2", "Anyone?", to="c1").at(20).withdraws("c1")
    found = site.ask("reach_outs", 30)
    assert [(one["first"], one["opened_at"]) for one in found] == [("c2", "2026-03-02T10:00:00Z")]


def test_an_edit_in_the_last_second_of_a_quarter_of_an_hour_is_seen_and_later_ones_are_not():
    for hour, question in ((0.25, True), (0.25 + SECOND, False)):
        site = Site().says("ben", "c1", "So it is.").at(hour).does("edit", "c1", text="Is it so?")
        assert site.ask("state", 1, comment="c1")["question"] is question


def test_thanks_edited_into_a_question_opens_a_turn_from_its_receipt():
    site = Site().says("ben", "c1").at(1).answers("c1", "a1").at(2).says("ben", "c2", "Thanks!", to="a1")
    site.at(2.2).does("edit", "c2", text="Thanks! And how long does it take?")
    found = site.ask("state", 3, comment="c2")
    assert (found["state"], found["opened_at"]) == ("needs_answer", "2026-03-02T02:00:00Z")


def test_a_question_edited_into_thanks_keeps_its_clock_and_can_be_closed():
    site = Site().says("ben", "c1").at(1).answers("c1", "a1").at(2).says("ben", "c2", "Why?", to="a1")
    site.at(2.2).does("edit", "c2", text="Thanks!")
    assert site.state("c2", 3) == "needs_answer"
    assert site.at(4).closes("c2", "thanks_only").verdicts(LATER)["c2"] == "excused"


def test_times_are_whole_seconds():
    site = Site()
    site.events.append(
        {
            "type": "comment",
            "at": "2026-03-02T00:00:00.999Z",
            "id": "c1",
            "person": "ben",
            "text": "How?",
            "essay": "net",
        }
    )
    site.events.append(
        {
            "type": "comment",
            "at": "2026-03-05T01:00:00.001+01:00",
            "id": "a1",
            "person": "ana",
            "text": "Slowly.",
            "reply_to": "c1",
        }
    )
    assert site.ask("reach_outs", LATER)[0]["wait_s"] == 72 * 3600
    assert site.verdicts(LATER) == {"c1": "on_time"}


def test_the_same_words_after_ten_minutes_are_a_second_message():
    for hour, many in ((1 / 6, 1), (1 / 6 + SECOND, 2)):
        site = Site().says("ben", "c1").at(hour).says("ben", "c2")
        assert len(site.verdicts(LATER)) == many


def test_what_is_done_to_a_double_is_done_to_its_original():
    site = Site().says("ben", "c1").at(0.1).says("ben", "c2").at(1).answers("c2", "a1")
    assert site.verdicts(LATER) == {"c1": "on_time"}


def test_words_withdrawn_and_said_again_are_said_anew():
    site = Site().says("ben", "c1").at(0.05).withdraws("c1").at(0.1).says("ben", "c2")
    assert site.verdicts(LATER) == {"c2": "unanswered"}


def test_a_message_confirmed_after_others_joins_what_is_open():
    site = Site().says("ben", "c1", needs_verification=True).at(1).says("ben", "c2", "Hello?", to="c1")
    site.at(2).does("verify", "c1")
    assert [found["first"] for found in site.ask("reach_outs", 3)] == ["c2"]


def test_an_older_blogs_answers_are_remembered_and_answer_nothing_of_today():
    site = Site().at(5).says("ben", "i1", imported=True).answers("i1", "i2", imported=True)
    site.at(6).says("ben", "c1", "And today?", to="i2")
    assert site.verdicts(LATER) == {"c1": "unanswered"}
    found = site.ask("person", LATER, person="ben")
    assert (found["exchanges"], found["last_from_me"]) == (0, "2026-03-02T05:00:00Z")


def test_somebody_forgotten_who_comes_back_is_new():
    site = Site().says("ben", "c1").at(1).answers("c1", "a1").at(100).does("erase", person="ben")
    site.at(101).says("ben", "c2", "Hello again?", to="a1")
    assert site.verdicts(LATER) == {"c1": "on_time", "c2": "unanswered"}
    assert site.ask("person", LATER, person="ben")["first_seen"] == "2026-03-06T05:00:00Z"


def test_a_forgotten_verdict_counts_for_nobody_and_has_no_wait():
    site = Site(sample=(3, 1))
    for number, person in enumerate(["ben", "cleo", "dan"]):
        site.at(number).says(person, f"{person}1")
    site.at(10).answers("ben1", "a1").at(100).does("erase", person="ben")
    found = site.ask("site", LATER)
    assert (found["n"], found["people"], found["within_percent"]) == (3, 2, 33)
    assert found["median_wait_s"] is None


def test_removing_the_answer_to_somebody_forgotten_changes_no_tally():
    site = Site().says("ben", "c1").at(1).answers("c1", "a1").at(100).does("erase", person="ben").at(101).removes("a1")
    assert site.verdicts(LATER) == {"c1": "on_time"}
    assert site.refused(LATER) == []


# ── promises ────────────────────────────────────────────────────────────────────────────────────────────────────────


def promised(site, hour):
    return site.ask("promises", hour)["status"]


def with_promise(due=48):
    until = f"2026-03-{2 + due // 24:02}T{due % 24:02}:00:00Z"
    return Site().says("ben", "c1").at(1).answers("c1", "a1", promise={"id": "p", "due": until})


def test_a_promise_into_the_past_is_refused_and_the_answer_stands():
    site = Site().says("ben", "c1").at(1).answers("c1", "a1", promise={"id": "p", "due": "2026-03-02T01:00:00Z"})
    assert site.refused(2) == [("comment", None)]
    assert site.state("c1", 2) == "answered"


def test_a_promise_is_kept_in_its_last_second_and_late_one_later():
    for hour, status in ((48, "kept"), (48 + SECOND, "kept_late")):
        assert promised(with_promise().at(hour).answers("c1", "a2", fulfils="p"), LATER) == {"p": status}


def test_removing_the_answer_that_kept_a_promise_unkeeps_it():
    site = with_promise().at(10).answers("c1", "a2", fulfils="p").at(20).removes("a2")
    assert (promised(site, 21), promised(site, LATER)) == ({"p": "open"}, {"p": "broken"})
    assert site.state("c1", 21) == "promised"


def test_a_promise_kept_by_a_picture_is_not_kept():
    site = with_promise().at(10).answers("c1", "a2", "👍", fulfils="p")
    assert promised(site, LATER) == {"p": "broken"}


def test_a_promise_kept_in_words_that_were_edited_away_is_kept_when_there_are_words_again():
    site = with_promise().at(47.9).answers("c1", "a2", fulfils="p").at(48).does("edit", "a2", text="👍")
    assert promised(site, LATER) == {"p": "broken"}
    assert promised(site.at(48.1).does("edit", "a2", text="Here it is."), LATER) == {"p": "kept_late"}


def test_the_recording_that_a_promise_was_kept_can_be_taken_back():
    site = with_promise().at(10).does("promise_kept", promise="p", channel="in_person")
    assert promised(site, 11) == {"p": "kept"}
    site.at(12).does("promise_undo", promise="p").at(13).does("promise_undo", promise="p")
    assert promised(site, LATER) == {"p": "broken"}
    assert site.refused(14) == [("promise_undo", None)]


def test_a_promise_is_moved_once_after_the_reader_was_told():
    site = with_promise().at(10).does("promise_extend", promise="p", due="2026-03-06T00:00:00Z", told="a1")
    assert site.refused(11) == [("promise_extend", None)]
    site.at(12).answers("c1", "a2", "I need two more days.")
    for due in ("2026-03-06T00:00:00Z", "2026-03-20T00:00:00Z"):
        site.at(13).does("promise_extend", promise="p", due=due, told="a2")
    assert len(site.refused(14)) == 2
    assert site.ask("state", 14, comment="c1")["due_at"] == "2026-03-06T00:00:00Z"


def test_a_settled_promise_is_not_moved_released_or_kept_again():
    site = with_promise().at(5).answers("c1", "a2").at(10).does("promise_release", promise="p")
    site.does("promise_release", promise="p").does("promise_kept", promise="p", channel="mail")
    site.does("promise_extend", promise="p", due="2026-03-20T00:00:00Z", told="a2")
    assert len(site.refused(11)) == 3
    assert promised(site, LATER) == {"p": "released"}


def test_a_promise_stays_when_the_answer_that_made_it_is_removed():
    assert promised(with_promise().at(100).removes("a1"), LATER) == {"p": "broken"}


def test_a_forgotten_readers_settled_promise_stays_a_number_and_an_open_one_goes():
    site = with_promise().at(100).does("erase", person="ben")
    assert site.ask("promises", LATER)["figure"]["broken"] == 1
    assert promised(with_promise(due=120).at(100).does("erase", person="ben"), LATER) == {}

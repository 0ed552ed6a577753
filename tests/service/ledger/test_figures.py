"""The public figures: samples, windows, rounding, weeks."""

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from comments_service.ledger import Promise, ReachOut, figures, moments, promises
from comments_service.ledger.figures import Sample
from comments_service.ledger.moments import DAY, HOUR
from comments_service.ledger.records import Mark

NOW = moments.seconds("2026-11-22T00:00:00Z")
SAMPLE = Sample()


def reach_out(number=0, *, due=NOW - DAY, wait=HOUR, **facts):
    """One that was answered after `wait` seconds, or never if it is None."""
    opened = due - 3 * DAY
    done = None if wait is None else opened + wait
    facts = {"comment": f"c{number}", "person": f"p{number}", "essay": "net", "seq": number} | facts
    return ReachOut(opened_at=opened, due_at=due, done_at=done, **facts)


def many(number, **facts):
    return [reach_out(each, **facts) for each in range(number)]


def test_a_percentage_is_rounded_down_and_never_100_unless_all():
    found = figures.site([*many(299), reach_out(299, wait=None)], NOW, SAMPLE)
    assert (found.within_percent, found.ever_percent) == (99, 99)
    assert figures.site(many(10), NOW, SAMPLE).within_percent == 100


def test_the_edges_of_the_window_are_outside():
    inside = [NOW - 1, NOW - SAMPLE.window + 1]
    outside = [NOW, NOW + DAY, NOW - SAMPLE.window]
    found = figures.site([reach_out(due=due) for due in inside + outside], NOW, SAMPLE)
    assert (found.n, found.pending) == (2, 2)


def test_ten_verdicts_of_four_people_show_no_percentage():
    few = [replace(found, person=f"p{number % 4}") for number, found in enumerate(many(10))]
    assert figures.site(few, NOW, SAMPLE).within_percent is None
    five = [replace(found, person=f"p{number % 5}") for number, found in enumerate(many(10))]
    assert figures.site(five, NOW, SAMPLE).within_percent == 100


def test_the_last_ten_of_a_year_stand_in_only_if_they_suffice():
    old = many(12, due=NOW - 100 * DAY)
    assert figures.site(old, NOW, SAMPLE).basis == "last_10"
    assert figures.site([replace(found, person="ben") for found in old], NOW, SAMPLE).basis == "counts_only"
    assert figures.site(many(12, due=NOW - 365 * DAY), NOW, SAMPLE).basis == "counts_only"


def test_of_the_last_ten_the_newest_count():
    old = [
        reach_out(number, due=NOW - (100 + number) * DAY, wait=HOUR if number < 10 else None) for number in range(20)
    ]
    assert figures.site(old, NOW, SAMPLE).within_percent == 100


def test_if_half_were_never_answered_there_is_no_median():
    found = figures.site([*many(5), *many(5, wait=None)], NOW, Sample(people=1))
    assert found.median_wait is None
    assert figures.site([*many(6), *many(4, wait=None)], NOW, Sample(people=1)).median_wait == HOUR


def test_the_ninetieth_percentile_of_ten_is_the_ninth():
    waits = [reach_out(number, wait=(number + 1) * HOUR) for number in range(10)]
    assert figures.site(waits, NOW, SAMPLE).p90_wait == 9 * HOUR


def test_the_median_of_an_even_number_is_the_mean_of_the_middle_two_in_whole_seconds():
    waits = [reach_out(number, wait=number) for number in range(10)]
    assert figures.site(waits, NOW, SAMPLE).median_wait == 4


def test_an_essays_line_tells_what_came_in_time_and_leaves_out_what_was_excused():
    late = reach_out(1, wait=4 * DAY)
    found = [
        reach_out(0),
        late,
        reach_out(2, wait=None),
        reach_out(3, wait=None, excused=True),
        reach_out(4, essay="x"),
    ]
    line = figures.essay(found, "net", NOW)
    assert (line.answered, line.of, line.within, line.not_answered) == (2, 3, 1, 1)


def test_what_is_closed_in_time_counts_as_waiting_until_its_verdict():
    declined = reach_out(wait=None, due=NOW + DAY, reason="declined")
    excused = reach_out(wait=None, due=NOW + DAY, reason="thanks_only", excused=True)
    line = figures.essay([declined, excused], "net", NOW)
    assert (line.of, line.waiting_in_time) == (1, 1)


def test_marks_of_the_window_are_counted_all_or_those_made_by_hand():
    marks = [
        Mark(NOW, by_hand=True),
        Mark(NOW - SAMPLE.window + 1, by_hand=False),
        Mark(NOW - SAMPLE.window, by_hand=True),
    ]
    assert figures.marked(marks, NOW, SAMPLE) == 2
    assert figures.marked(marks, NOW, SAMPLE, by_hand=True) == 1


def test_weeks_are_the_authors_and_hold_the_verdicts_that_fell_in_them():
    zone = ZoneInfo("America/New_York")
    sunday = moments.seconds("2026-11-16T04:59:59Z")
    found = [reach_out(0, due=sunday), reach_out(1, due=sunday + 1, wait=None), reach_out(2, due=NOW + DAY)]
    weeks = figures.by_week([*found, reach_out(3, due=sunday - 1, wait=None, excused=True)], NOW, zone)
    assert [(week.on_time, week.unanswered, week.excused) for week in weeks] == [(1, 0, 1), (0, 1, 0)]
    assert weeks[1].week.start == sunday + 1


@pytest.mark.parametrize(("day", "hours"), [("2026-03-08", 167), ("2026-11-01", 169), ("2026-11-22", 168)])
def test_a_local_week_has_the_hours_that_its_clocks_make(day, hours):
    week = moments.week_of(date.fromisoformat(day), ZoneInfo("America/New_York"))
    assert week.end - week.start == hours * HOUR


def test_a_promise_falls_due_in_the_last_second_of_a_local_day():
    due = moments.end_of_day(date(2026, 11, 10), ZoneInfo("America/New_York"))
    assert moments.text(due) == "2026-11-11T04:59:59Z"


def test_a_promise_enters_the_window_when_it_is_kept_or_due_whichever_comes_first():
    def promise(due, kept=None):
        return Promise(id=f"p{due}", comment="a1", by="ana", person="ben", made_at=0, due=due, kept_at=kept)

    start = NOW - SAMPLE.window
    found = [
        promise(start, start + DAY),
        promise(start + DAY, start),
        promise(start + 1),
        promise(NOW),
        promise(NOW - 1),
    ]
    figure = promises.figure(found, NOW, SAMPLE)
    assert (figure.n, figure.broken, figure.kept_percent) == (2, 2, None)


@pytest.mark.parametrize("text", ["I'll look it up.", "Let me check", "We should have a COFFEE.", "I’ll pass it on"])
def test_the_composer_suggests_a_promise_where_one_is_heard(text):
    assert promises.sounds_like_one(text)


def test_the_composer_suggests_none_elsewhere():
    assert not promises.sounds_like_one("Ill at ease, I passed on.")

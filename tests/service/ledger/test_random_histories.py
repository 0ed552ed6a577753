"""What no history can break, however hostile its readers and however inventive its author."""

from collections import Counter

from hypothesis import given

from comments_service.ledger import cases, moments
from comments_service.ledger.figures import Sample
from comments_service.ledger.moments import DAY
from comments_service.ledger.records import verdict
from comments_service.ledger.replay import replay
from tests.service.ledger.histories import case, long_or_short, scripts

SAMPLE = Sample(verdicts=1, people=1)
# From better to worse; only an answer may lift "unanswered" to "late".
WORSE = {
    "on_time": {"on_time", "late", "unanswered"},
    "excused": {"excused", "late", "unanswered"},
    "late": {"late", "unanswered"},
    "unanswered": {"unanswered", "late"},
}


def fallen(history, events, by):
    """The reach-outs whose verdict has fallen by a moment, after so many events."""
    told = [
        replay(
            [event for event in filed if event.seq < events], root=root, person=person, now=by, notices=history.notices
        )
        for (root, person), filed in history.filed.items()
    ]
    found = [reach_out for conversation in told for reach_out in conversation.reach_outs]
    return [reach_out for reach_out in found if reach_out.standing == "counted" and reach_out.due_at < by]


@long_or_short
@given(scripts())
def test_nothing_the_author_does_after_the_due_time_helps_any_figure(script):
    history = cases.read(case(script.events))
    for place, event in enumerate(script.events):
        if not script.by_author[place]:
            continue
        at = moments.seconds(event["at"])
        before, after = (fallen(history, end, at) for end in (place, place + 1))
        verdicts = {reach_out.first: verdict(reach_out, at) for reach_out in after}
        for reach_out in before:
            assert verdicts[reach_out.first] in WORSE[verdict(reach_out, at)], event
        for now in (at, at + 87 * DAY, at + 89 * DAY):
            (on_time, excused, n), (on_time_then, excused_then, n_then) = counts(before, now), counts(after, now)
            assert on_time_then <= on_time, event
            assert excused_then <= excused, event
            assert n_then >= n, event


def counts(reach_outs, now):
    """On time, excused, and all that are not excused, of the window that ends now."""
    window = [reach_out for reach_out in reach_outs if now - SAMPLE.window < reach_out.due_at < now]
    found = Counter(verdict(reach_out, now) for reach_out in window)
    return found["on_time"], found["excused"], found.total() - found["excused"]

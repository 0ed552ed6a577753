"""What no history can break, however hostile its readers and however inventive its author."""

import json
from collections import Counter
from dataclasses import replace

from hypothesis import given

from comments_service.ledger import Event, figures, moments, promises, queue, refusal, replay, state, verdict
from comments_service.ledger.cases import read
from comments_service.ledger.figures import Sample
from comments_service.ledger.moments import DAY
from comments_service.ledger.questions import view
from tests.service.ledger.histories import STRANGERS, case, examples, scripts

SAMPLE = Sample(verdicts=1, people=1)
# What may become of a fallen verdict by the author's doing: an answer may lift "unanswered", and no higher than "late".
WORSE = {
    "on_time": {"on_time", "late", "unanswered"},
    "excused": {"excused", "late", "unanswered"},
    "late": {"late", "unanswered"},
    "unanswered": {"unanswered", "late"},
}


def tell(history, filed, key, now):
    root, person = key
    return replay(filed, root=root, person=person, now=now, notices=history.notices)


def fallen(history, events, by):
    """The reach-outs whose verdict has fallen by a moment, after so many events."""
    conversations = [
        tell(history, [one for one in filed if one.seq < events], key, by) for key, filed in history.filed.items()
    ]
    found = [reach_out for conversation in conversations for reach_out in conversation.reach_outs]
    return [reach_out for reach_out in found if reach_out.standing == "counted" and reach_out.due_at < by]


def counts(reach_outs, now):
    """On time, excused, and all that are not excused, of the window that ends now."""
    window = [reach_out for reach_out in reach_outs if now - SAMPLE.window < reach_out.due_at < now]
    found = Counter(verdict(reach_out, now) for reach_out in window)
    return found["on_time"], found["excused"], found.total() - found["excused"]


def end(script):
    return moments.seconds(script.time()) + 100 * DAY


@examples(300)
@given(scripts())
def test_nothing_the_author_does_after_the_due_time_helps_any_figure(script):
    history = read(case(script.events))
    for place, event in enumerate(script.events):
        if not script.by_author[place]:
            continue
        at = moments.seconds(event["at"])
        before, after = (fallen(history, events, at) for events in (place, place + 1))
        verdicts = {reach_out.first: verdict(reach_out, at) for reach_out in after}
        for reach_out in before:
            assert verdicts[reach_out.first] in WORSE[verdict(reach_out, at)], event
        for now in (at, at + 87 * DAY, at + 89 * DAY):
            (on_time, excused, n), (on_time_then, excused_then, n_then) = counts(before, now), counts(after, now)
            assert on_time_then <= on_time, event
            assert excused_then <= excused, event
            assert n_then >= n, event


@examples(100)
@given(scripts())
def test_nothing_the_author_does_after_a_promises_date_makes_it_kept(script):
    history = read(case(script.events))
    for place, event in enumerate(script.events):
        at = moments.seconds(event["at"])
        for key, filed in history.filed.items() if script.by_author[place] else ():
            before, after = (
                tell(history, [one for one in filed if one.seq < events], key, at) for events in (place, place + 1)
            )
            status = {promise.id: promise.status(at) for promise in after.promises}
            for promise in before.promises:
                if promise.due < at and promise.status(at) != "kept":
                    assert status[promise.id] in {"kept_late", "broken", "released"}


@examples(100)
@given(scripts(strangers_stay_held=True))
def test_strangers_who_were_never_published_change_no_percentage(script):
    theirs = set(script.comments_of(*STRANGERS))
    without = [
        {name: value for name, value in event.items() if name != "endorses" or value not in theirs}
        for event in script.events
        if not {event.get("comment"), event.get("id")} & theirs
    ]
    for now in (end(script) - 99 * DAY, end(script) - 50 * DAY, end(script)):
        one, other = (view(read(case(events)), now, SAMPLE) for events in (script.events, without))
        assert figures.site(one.reach_outs, now, SAMPLE) == figures.site(other.reach_outs, now, SAMPLE)
        assert figures.essay(one.reach_outs, "net", now) == figures.essay(other.reach_outs, "net", now)


@examples(100)
@given(scripts())
def test_a_conversation_is_told_again_from_its_stored_events_alone(script):
    history, now = read(case(script.events)), end(script)
    for key, filed in history.filed.items():
        rows = [
            {"at": moments.text(event.at), "type": event.type, "seq": event.seq, "comment": event.comment}
            | {"person": event.person, "data": json.loads(json.dumps(event.data()))}
            for event in filed
        ]
        assert list(map(Event.of, rows)) == filed
        assert tell(history, map(Event.of, rows), key, now) == tell(history, filed, key, now)


@examples(100)
@given(scripts())
def test_what_is_refused_is_refused_with_a_reason_and_changes_nothing(script):
    history, now = read(case(script.events)), end(script)
    for key, filed in history.filed.items():
        for place, event in enumerate(filed):
            why = refusal(filed[:place], event, notices=history.notices)
            after = tell(history, filed[: place + 1], key, now)
            assert (why is not None) == any(rejection.seq == event.seq for rejection in after.rejected)
            if why and event.type != "comment":
                assert replace(after, rejected=()) == replace(tell(history, filed[:place], key, now), rejected=())


@examples(100)
@given(scripts())
def test_time_alone_moves_no_verdict_that_has_fallen(script):
    history, now = read(case(script.events)), end(script)
    for reach_out in view(history, now, SAMPLE).reach_outs:
        if reach_out.due_at < now:
            assert verdict(reach_out, now) == verdict(reach_out, now + 300 * DAY) != "pending"


@examples(100)
@given(scripts())
def test_whoever_needs_an_answer_is_in_the_queue_and_nobody_else(script):
    history, now = read(case(script.events)), end(script)
    for conversation in view(history, now, SAMPLE).conversations.values():
        line = queue.waiting(conversation, answered_before=False)
        assert (line is not None) == (state(conversation, now).state == "needs_answer")


@examples(100)
@given(scripts())
def test_every_figure_adds_up(script):
    history, now = read(case(script.events)), end(script)
    everything = view(history, now, SAMPLE)
    site = figures.site(everything.reach_outs, now, SAMPLE)
    assert site.n == site.on_time + site.late + site.unanswered
    assert site.people <= site.n
    assert 0 <= (site.within_percent or 0) <= (site.ever_percent or 0) <= 100
    line = figures.essay(everything.reach_outs, "net", now)
    assert line.of == line.answered + line.waiting_in_time + line.not_answered
    assert line.within <= line.answered
    made = [promise for conversation in everything.conversations.values() for promise in conversation.promises]
    kept = promises.figure(made, now, SAMPLE)
    assert kept.n == kept.kept + kept.kept_late + kept.broken

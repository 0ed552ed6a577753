"""The private side: people, the queue, the Monday digest."""

from datetime import date
from zoneinfo import ZoneInfo

from comments_service.ledger import Conversation, Promise, ReachOut, moments, people, queue
from comments_service.ledger.cases import read
from comments_service.ledger.digest import digest
from comments_service.ledger.figures import Sample
from comments_service.ledger.moments import DAY
from comments_service.ledger.questions import view
from tests.service.ledger.site import Site

NOW = moments.seconds("2026-11-22T00:00:00Z")


def conversation(root, *, said, heard=(), person="ben", promises=()):
    """A conversation in which every message was answered at the time that stands beside it, if one does."""
    answered = [*heard, *[None] * (len(said) - len(heard))]
    found = [
        ReachOut(comment=f"{root}{at}", person=person, essay="net", opened_at=at, due_at=at + 3 * DAY, done_at=done,
                 open=done is None, by="ana" if done else "")
        for at, done in zip(said, answered, strict=True)
    ]  # fmt: skip
    return Conversation(
        root=root, person=person, said=tuple(said), heard=tuple(heard), reach_outs=tuple(found), promises=promises
    )


def quiet(*conversations, now=NOW):
    found = people.person(conversations, now)
    assert found is not None
    return found.quiet


def test_silence_after_two_exchanges_is_a_lapse_only_after_sixty_days():
    exchange = conversation("c", said=(NOW - 100 * DAY, NOW - 61 * DAY), heard=(NOW - 99 * DAY, NOW - 60 * DAY))
    assert quiet(exchange) is None
    assert quiet(exchange, now=NOW + 1) is None
    assert quiet(
        conversation("c", said=(NOW - 70 * DAY, NOW - 61 * DAY), heard=(NOW - 69 * DAY, NOW - 60 * DAY - 1))
    ) == ("lapsed")


def test_somebody_who_writes_every_forty_days_has_not_lapsed_after_a_hundred():
    times = [NOW - days * DAY for days in (180, 140, 100)]
    exchange = conversation("c", said=times, heard=[at + DAY for at in times])
    assert quiet(exchange) is None
    assert quiet(exchange, now=NOW + 25 * DAY) == "lapsed"


def test_one_exchange_never_lapses():
    assert quiet(conversation("c", said=(NOW - 900 * DAY,), heard=(NOW - 899 * DAY,))) is None


def test_a_broken_promise_is_my_silence_and_a_kept_one_is_not():
    def promise(kept):
        return Promise(id="p", comment="a", by="ana", person="ben", made_at=0, due=NOW - DAY, kept_at=kept)

    facts = {"said": (NOW - 9 * DAY,), "heard": (NOW - 8 * DAY,)}
    assert quiet(conversation("c", **facts, promises=(promise(None),))) == "me"
    assert quiet(conversation("c", **facts, promises=(promise(NOW - 1),))) is None


def test_a_person_of_whom_nothing_is_left_has_no_page():
    site = Site().says("ben", "c1").at(1).withdraws("c1").says("cleo", "c2", auto_spam=True)
    site.says("dan", "c3", "", kind="reaction").says("eve", "c4", needs_verification=True)
    assert [site.ask("person", 5, person=name) for name in ("ben", "cleo", "dan", "eve", "nobody")] == [None] * 5


def test_who_was_answered_elsewhere_is_not_never_answered():
    site = Site().says("ben", "c1").at(80).closes("c1", "answered_elsewhere", channel="mail")
    site.says("ben", "c2", essay="net")
    found = site.ask("person", 300, person="ben")
    assert (found["never_answered"], found["exchanges"], found["quiet"]) == (False, 1, "me")


def test_a_conversation_with_two_open_reach_outs_is_one_line_with_the_oldest():
    site = (
        Site()
        .says("ben", "c1")
        .at(80)
        .answers("c1", "a1")
        .at(90)
        .says("ben", "c2", "So?", to="a1")
        .at(95)
        .removes("a1")
    )
    assert site.ask("queue", 96) == ["c1"]


def test_the_queue_never_asks_who_somebody_is():
    fields = set(queue.Waiting.__dataclass_fields__)
    assert fields == {
        "comment", "person", "opened_at", "due_at", "asks", "answered_before", "snoozed_until", "seq"
    }  # fmt: skip


# ── the digest ──────────────────────────────────────────────────────────────────────────────────────────────────────


def monday(site, day="2026-03-04"):
    week = moments.week_of(date.fromisoformat(day), ZoneInfo("UTC"))
    case = {"config": site.config, "people": site.people, "events": site.events}
    return digest(view(read(case), week.end - 1, Sample()).people(), week)


def test_a_week_in_which_nothing_happened_is_silent():
    site = Site().says("ben", "c1").at(1).answers("c1", "a1")
    assert not monday(site).silent
    assert monday(site, "2026-03-11").silent


def test_the_digest_ends_with_the_question_that_has_waited_longest():
    site = Site().says("ben", "c1", "So it is.").at(1).says("cleo", "c2", "Is it?").at(2).says("dan", "d1", "Why?")
    found = monday(site)
    assert [line.comment for line in found.waiting] == ["c1", "c2", "d1"]
    assert found.oldest_question is not None
    assert found.oldest_question.comment == "c2"


def test_the_digest_says_to_whom_a_promise_was_broken():
    site = Site().says("ben", "c1").at(1).answers("c1", "a1", promise={"id": "p", "due": "2026-03-04T23:59:59Z"})
    assert [(promise.person, promise.by) for promise in monday(site).broken] == [("ben", "ana")]


def test_side_talk_is_no_reaching_out():
    site = Site().says("ben", "c1").at(1).says("cleo", "c2", "I do.", to="c1")
    assert (monday(site).reached_out, monday(site).new) == ({"ben"}, {"ben"})


def test_a_form_letter_is_no_interaction():
    words = "Thank you for reading my blog, please follow me on every channel there is!"
    site = Site().says("ben", "b1").says("cleo", "c1").at(1).answers("b1", "a1", words).at(2).answers("c1", "a2", words)
    assert monday(site).interacted == {"ben"}


def test_the_digest_names_at_most_three_whom_one_has_not_spoken_to_for_a_while():
    site = Site()
    for number, person in enumerate(["ben", "cleo", "dan", "eve"]):
        for turn in range(2):
            site.at(number * 10 + turn * 2).says(person, f"{person}{turn}")
            site.at(number * 10 + turn * 2 + 1).answers(f"{person}{turn}", f"a{person}{turn}")
    assert monday(site, "2026-06-03").lapsed == ("eve", "dan", "cleo")


def test_people_whom_the_author_has_joined_are_one_in_the_digest():
    site = Site().says("ben", "c1").at(1).says("cleo", "c2").at(2).does("identity_join", person="cleo", into="ben")
    assert monday(site).reached_out == {"ben"}

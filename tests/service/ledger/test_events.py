"""What is stored of an event, and what one conversation alone can say."""

from dataclasses import replace

import pytest

from comments_service.ledger import (
    Away,
    Event,
    LedgerError,
    Placed,
    Receipt,
    addressed,
    addressee,
    features,
    reached,
    refusal,
    replay,
    state,
)

BEN = Placed("c1", "c1", "ben", "reader")
CLEO = Placed("c2", "c1", "cleo", "reader")
ANA = Placed("a1", "c1", "ana", "author")
BOT = Placed("k1", "c1", "ack", "bot")


def said(comment, at=0, text="How?", **facts):
    receipt = Receipt(essay="/net/", **facts)
    return Event(
        at=at, type="comment", comment=comment, person="ben", features=features(text, key=b"k"), receipt=receipt
    )


def row(event, **changes):
    columns = {
        "at": "2026-03-02T10:00:00.123Z",
        "type": event.type,
        "seq": 1,
        "comment": event.comment,
        "person": "ben",
    }
    return columns | {"data": event.data()} | changes


def test_what_is_stored_of_a_comment_holds_no_word_of_it():
    event = said("c1", text="Confidential: my sister is ill")
    assert "sister" not in str(row(event))
    assert event.data()["essay"] == "/net/"


def test_a_default_is_not_stored():
    assert Event(at=0, type="close", comment="c1", reason="declined").data() == {"reason": "declined"}


def test_what_was_promised_at_receipt_is_stored_even_where_it_is_the_usual():
    assert said("c1").data()["within"] == 72 * 3600


def test_further_facts_beside_an_events_own_are_left_alone():
    event = said("c1")
    stored = row(event, data=event.data() | {"edition": 2})
    assert Event.of(stored).features == event.features
    assert Event.of(stored).at == 1772445600


@pytest.mark.parametrize("missing", ["question", "words"])
def test_a_comment_without_its_features_is_refused(missing):
    data = {name: value for name, value in said("c1").data().items() if name != missing}
    with pytest.raises(LedgerError):
        Event.of(row(said("c1"), data=data))


def test_one_conversation_is_told_from_its_own_events():
    answer = Event(
        at=3600, type="comment", comment="a1", person="ana", features=features("Slowly.", key=b"k"),
        receipt=Receipt(role="author", to=("c1",)),
    )  # fmt: skip
    told = replay([said("c1"), answer], root="c1", person="ben", now=7200)
    assert (state(told, 7200).state, told.reach_outs[0].by, told.reach_outs[0].wait) == ("answered", "ana", 3600)


def test_what_comes_after_now_is_not_known_yet():
    away = Away(announced=10, start=0, end=20 * 86400)
    assert replay([said("c1", at=100)], root="c1", person="ben", now=99).reach_outs == ()
    assert (
        replay([said("c1", at=5)], root="c1", person="ben", now=9, notices=[away]).reach_outs[0].due_at == 5 + 72 * 3600
    )


def test_the_clock_of_a_conversation_does_not_go_back():
    with pytest.raises(LedgerError, match="clock goes back"):
        replay([said("c1", at=100), said("c2", at=99)], root="c1", person="ben", now=200)


def test_an_unknown_event_is_refused():
    with pytest.raises(LedgerError, match="no event"):
        replay([Event(at=0, type="dance")], root="c1", person="ben", now=1)


def test_whether_an_event_would_be_refused_can_be_asked_before_it_is_written():
    close = Event(at=10, type="close", comment="c1", reason="thanks_only")
    assert refusal([said("c1")], close) == "nobody has answered them yet"
    assert refusal([said("c1")], Event(at=10, type="close", comment="c1", reason="declined")) is None
    assert (
        refusal([said("c1")], Event(at=10, type="close", comment="c1", reason="boredom")) == "there is no such reason"
    )


@pytest.mark.parametrize(
    "event",
    [
        said("c1", at=10),
        Event(at=10, type="comment", comment="c2"),
        *(Event(at=10, type=type_, comment="c9") for type_ in ("edit", "verify", "approve", "unapprove", "spam")),
        *(Event(at=10, type=type_, comment="c9") for type_ in ("unspam", "unremove", "promote", "reopen", "thats_it")),
        *(Event(at=10, type="remove", comment="c9", by=by) for by in ("reader", "author")),
        *(Event(at=10, type=type_, promise="p9") for type_ in ("promise_kept", "promise_extend", "promise_release")),
        Event(at=10, type="still_waiting", comment="c9"),
    ],
    ids=lambda event: f"{event.type} {event.by}",
)
def test_what_a_conversation_does_not_know_is_refused(event):
    assert refusal([said("c1")], event)


def test_marking_what_its_writer_has_withdrawn_is_refused():
    gone = [said("c1"), Event(at=5, type="remove", comment="c1", by="reader")]
    assert refusal(gone, Event(at=10, type="spam", comment="c1")) == "its writer has withdrawn it"
    assert refusal(gone, Event(at=10, type="remove", comment="c1", by="author")) == "its writer has withdrawn it"


def test_a_bots_word_and_a_promise_made_twice_change_nothing():
    bot = said("k1", at=5, role="bot")
    assert replay([said("c1"), bot], root="c1", person="ben", now=9).heard == ()
    makes = [replace(said(f"a{number}", at=5, text="Soon.", role="author"), promise="p", due=99) for number in (1, 2)]
    assert refusal([said("c1"), makes[0]], makes[1]) == "it was promised before"
    keeps = said("a3", at=7, text="Here.", role="author", fulfils="p9")
    assert refusal([said("c1")], keeps) == "there is no such promise in this conversation"


def test_a_notice_that_ends_before_it_starts_is_refused():
    assert Away(announced=0, start=9, end=9).refusal() == "it ends before it starts"


@pytest.mark.parametrize("type_", ["heart", "note", "redact"])
def test_a_heart_a_note_and_a_moderators_edit_touch_no_clock(type_):
    events = [said("c1"), Event(at=10, type=type_, comment="c1")]
    told = [replay(events[:many], root="c1", person="ben", now=20) for many in (1, 2)]
    assert told[0] == told[1]


# ── whose word it is for ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("above", "to_the_author"),
    [([], True), ([ANA, CLEO], True), ([CLEO, ANA], False), ([BEN, BOT], True), ([BOT, BEN, CLEO], False)],
)
def test_one_walks_up_past_oneself_and_bots_to_see_who_is_addressed(above, to_the_author):
    assert addressed("ben", above) is to_the_author


def test_the_nearest_reader_above_is_answered():
    assert addressee([ANA, BOT, CLEO, BEN]) == CLEO
    assert addressee([ANA, BOT]) is None


def test_an_answer_is_filed_with_everybody_it_reaches_once():
    dan = Placed("d1", "d1", "dan", "reader")
    found = reached([ANA, CLEO, BEN], [("c1", "ben"), ("c1", "cleo")], [dan, CLEO, ANA])
    assert found == {("c1", "cleo"): ("c2",), ("d1", "dan"): ("d1",), ("c1", "ben"): ()}

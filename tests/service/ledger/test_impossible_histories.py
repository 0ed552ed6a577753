"""Histories that cannot have happened, and questions that have no answer, are refused with a reason."""

import contextlib
import copy
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments_service.ledger import LedgerError, answers
from tests.service.ledger.histories import examples
from tests.service.ledger.site import Site

CASES = json.loads((Path(__file__).parents[2] / "data" / "engagement.json").read_text("utf-8"))["cases"]


def asked():
    return Site().says("ben", "c1")


IMPOSSIBLE = {
    "a2, which was not said yet": lambda: asked().says("cleo", "c2", to="a2").answers("c1", "a2"),
    "answers itself in a circle": lambda: Site().says("ben", "c1", to="c1"),
    "c1 answers itself in a circle": lambda: Site().says("ben", "c1", to="c2").says("cleo", "c2", to="c1"),
    "the year 9999 is none of ours": lambda: Site().does(
        "away", start="9999-01-01T00:00:00Z", end="9999-12-31T00:00:00Z"
    ),
    "the clock goes back": lambda: asked().at(-1).says("cleo", "c2"),
    "c1 was received before": lambda: asked().at(1).says("cleo", "c1", "Me too?"),
    "nobody knows zoe": lambda: asked().says("cleo", "c2", mentions=["zoe"]),
    "nobody knows hal": lambda: asked().does("erase", person="hal"),
    "there was no comment c9 yet": lambda: asked().closes("c9", "declined"),
    "'dance' is no type of event": lambda: asked().does("dance", "c1"),
    "c2 is on no such essay": lambda: asked().says("cleo", "c2", essay="elsewhere"),
    "c1 is on no such essay": lambda: (
        Site(must={}).says("ben", "c0").does("comment", id="c1", person="ben", text="?", essay="must", reply_to="c0")
    ),
    "essay is missing": lambda: Site().does("comment", id="c1", person="ben", text="How?"),
    "c1 has no text": lambda: Site().does("comment", id="c1", person="ben", essay="net"),
    "'telegram' is none of reply": lambda: Site().says("ben", "c1", kind="telegram"),
    "held is neither true nor false": lambda: Site().says("ben", "c1", held="yes"),
    "p was never promised": lambda: asked().does("promise_kept", promise="p"),
    "p is promised to nobody": lambda: Site().says("ana", "a1", promise={"id": "p", "due": "2026-04-01T00:00:00Z"}),
    "p was promised to somebody else": lambda: (
        asked()
        .says("cleo", "c2")
        .answers("c1", "a1", promise={"id": "p", "due": "2026-04-01T00:00:00Z"})
        .answers("c2", "a2", fulfils="p")
    ),
    "close is for a reader's comment, and a1 is none": lambda: asked().answers("c1", "a1").closes("a1", "declined"),
    "there was no comment c7 yet": lambda: asked().answers("c1", "a1", also_answers=["c7"]),
    "answer_within_h is no number of hours": lambda: asked().does("rules", answer_within_h=0),
    "the clock goes back to": lambda: Site().at(50).says("ben", "i1", imported=True).at(1).says("cleo", "c1"),
    "ben is joined in a circle": lambda: (
        asked()
        .says("cleo", "c2")
        .does("identity_join", person="ben", into="cleo")
        .does("identity_join", person="cleo", into="ben")
    ),
}


@pytest.mark.parametrize(("why", "history"), IMPOSSIBLE.items(), ids=IMPOSSIBLE)
def test_an_impossible_history_is_refused_with_its_reason(why, history):
    with pytest.raises(LedgerError, match=why) as refusal:
        history().ask("queue", 500)
    assert isinstance(refusal.value, ValueError)


@pytest.mark.parametrize(
    "check",
    [
        {"ask": "mood", "now": "2026-03-03T00:00:00Z"},
        {"ask": "site", "now": "yesterday"},
        {"ask": "site", "now": "2026-03-03T00:00:00"},
        {"ask": "site"},
        {"ask": "state", "now": "2026-03-03T00:00:00Z"},
        {"ask": "state", "now": "2026-03-03T00:00:00Z", "comment": "c9"},
        {"week_of": "this one"},
        {},
    ],
)
def test_a_question_that_makes_no_sense_is_refused(check):
    with pytest.raises(LedgerError):
        asked().answered([check])


def test_an_unknown_time_zone_is_refused():
    site = asked()
    site.config["tz"] = "Mars/Olympus"
    with pytest.raises(LedgerError, match="no time zone"):
        site.answered([])


JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.floats(allow_nan=False), st.text(max_size=3),
    st.lists(st.integers(), max_size=2), st.dictionaries(st.text(max_size=2), st.integers(), max_size=2),
    st.sampled_from(["c1", "ana", "ben", "net", "close", "comment", "2026-11-03T09:00:00Z", "9999-12-31T23:59:59Z"]),
)  # fmt: skip


@st.composite
def mangled(draw):
    """A worked case in which up to three values were replaced by junk."""
    case = copy.deepcopy(draw(st.sampled_from(CASES)))
    for _ in range(draw(st.integers(1, 3))):
        at = case
        keys = [draw(st.sampled_from(["events", "checks", "config", "people", "events"]))]
        while isinstance(at, dict | list) and at:
            keys = list(at) if isinstance(at, dict) else list(range(len(at)))
            key = draw(st.sampled_from(keys))
            if not isinstance(at[key], dict | list) or draw(st.integers(0, 9)) == 0:
                at[key] = draw(JUNK)
                break
            at = at[key]
    return case


@examples(100)
@given(mangled())
def test_whatever_is_wrong_with_a_case_it_is_answered_or_refused_with_a_reason(case):
    with contextlib.suppress(LedgerError):
        assert isinstance(answers(case), list)

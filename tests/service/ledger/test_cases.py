"""The worked cases: 20 histories with 117 exact answers."""

import json
from pathlib import Path

import pytest

from comments_service.ledger import answers

CASES = json.loads((Path(__file__).parents[2] / "data" / "engagement.json").read_text("utf-8"))["cases"]


def asked(case):
    """The case as it is asked, without the answers."""
    checks = [{name: value for name, value in check.items() if name != "expect"} for check in case["checks"]]
    return case | {"checks": checks}


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_every_answer_of_a_case_is_exact(case):
    assert answers(asked(case)) == [check["expect"] for check in case["checks"]]


def test_there_are_117_answers_in_20_cases():
    assert (len(CASES), sum(len(case["checks"]) for case in CASES)) == (20, 117)

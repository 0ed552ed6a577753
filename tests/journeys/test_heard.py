"""Heard, not only seen: what Chromium's accessibility tree says of a conversation is a golden file."""

import difflib
from pathlib import Path

import pytest

from tests.support import heard, places

GOLDEN = Path(__file__).parents[1] / "golden" / "conversation.txt"
HOW_TO_RENEW = f"If this is meant, delete tests/golden/{GOLDEN.name}, run this test, and look at what it wrote."


def test_a_conversation_is_heard_as_it_was_agreed(devices):
    told = heard.transcript(devices().opens(places.LIVELY), "conversation")
    assert 'article "Ana Ferreira, author, answering Ben, after 5 hours"' in told
    if not GOLDEN.exists():
        GOLDEN.write_text(told, "utf-8")
        pytest.fail(f"{GOLDEN.name} was missing and is written anew; look at it, and run this test again.")
    agreed = GOLDEN.read_text("utf-8")
    lines = agreed.splitlines(keepends=True), told.splitlines(keepends=True)
    difference = "".join(difflib.unified_diff(*lines, "agreed", "heard now"))
    assert told == agreed, f"the conversation sounds different:\n{difference}\n{HOW_TO_RENEW}"

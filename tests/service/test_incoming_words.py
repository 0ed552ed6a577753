"""What somebody typed is found in their letter, whatever program sent it: samples of many, each with its answer."""

from pathlib import Path

import pytest

from comments_service import incoming
from comments_service.incoming import without_pictures

SAMPLES = sorted((Path(__file__).parents[1] / "data" / "mail").glob("*.eml"))
ANSWERED = (
    "How do you keep track of whom you met? I have tried three apps and a shoe box, and none of them lasted longer than"
    " a month.\n\nAnd what do you do when a name is gone?"
)


def typed(raw: bytes) -> str:
    content = incoming.content(incoming.read(raw).message)
    return without_pictures(incoming.cut(content.text, ANSWERED))[0].strip("\n")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_the_words_and_nothing_else_are_taken_from_the_letter_of(sample: Path) -> None:
    raw = sample.read_bytes().replace(b"\r\n", b"\n")
    expected = sample.with_suffix(".md").read_text("utf-8").rstrip("\n")
    assert typed(raw) == expected
    assert typed(raw.replace(b"\n", b"\r\n")) == expected

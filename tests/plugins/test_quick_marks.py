"""Reading Markdown quickly changes nothing of what comes out."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown import Markdown

import pelicanconf

_QUICK = "plugins.quick_marks"
_PIECES = [
    "*", "**", "_", "__", "`", "``", "[", "]", "(", ")", "![", "<", ">", "&", "&amp;", "\\", '"', "'", "--", "---",
    "...", "[^1]", "[^1]: note", "https://example.org/", "<b>", "a@b.example", "  \n", "\n", "\n\n", "> ", "- ", "# ",
    "word",
    "two words", "'80s", "|", "\n    code", "*[abc]: letters", "abc",
]  # fmt: skip


def read(text: str, *, quick: bool) -> str:
    made: dict[str, Any] = dict(pelicanconf.MARKDOWN)
    extensions = [name for name in made["extensions"] if quick or name != _QUICK]
    return Markdown(**{**made, "extensions": extensions}).convert(text)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=30).map("".join))
def test_any_text_reads_the_same(text: str) -> None:
    assert read(text, quick=True) == read(text, quick=False)


@pytest.mark.parametrize("text", ["It's *so*.", '"Quoted" -- and... [on](https://a.example)', "![a](/b.png)"])
def test_marks_are_found(text: str) -> None:
    assert read(text, quick=True) == read(text, quick=False) != f"<p>{text}</p>"

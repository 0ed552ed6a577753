"""Words with wildcards are found as anybody would look for them, and in time that grows with the text alone."""

import fnmatch
import re
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments_service.screening import wildcards

LETTERS = st.text("ab", min_size=0, max_size=8)
GLOBS = st.text("ab*?", min_size=1, max_size=6)


def stands_for(glob: str, word: str) -> bool:
    """Whether a glob stands for the whole of a word, tried in every way."""
    if not glob:
        return not word
    if glob[0] == "*":
        return stands_for(glob[1:], word) or (word != "" and stands_for(glob, word[1:]))
    return word != "" and glob[0] in {"?", word[0]} and stands_for(glob[1:], word[1:])


def says(pattern: str, text: str) -> bool:
    return wildcards.pattern(pattern).found_in(wildcards.words_of(text))


@given(GLOBS, LETTERS)
def test_a_glob_stands_for_what_trying_every_way_finds(glob: str, word: str) -> None:
    assert wildcards.glob(glob).matches(word) is stands_for(glob, word)
    assert stands_for(glob, word) is fnmatch.fnmatchcase(word, glob)


@given(
    st.lists(GLOBS, min_size=1, max_size=3).filter(lambda globs: any(re.search("[ab]", one) for one in globs)),
    st.lists(LETTERS.filter(bool), max_size=8),
)
def test_a_pattern_is_found_where_its_words_follow_each_other(globs: list[str], words: list[str]) -> None:
    runs = (words[at : at + len(globs)] for at in range(len(words) - len(globs) + 1))
    expected = any(all(map(stands_for, globs, run)) for run in runs)
    assert says(" ".join(globs), ", ".join(words)) is expected


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert wildcards.fold(wildcards.fold(text)) == wildcards.fold(text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("casino", "Come to the CASINO!"),
        ("casino", "online-casino"),
        ("casino", "https://casino.example/now"),
        ("casino", "ca\u200bs\u00ed\u00f1o"),
        ("casino", "ca\u115fsi\u3164no"),
        ("the casino", "the\u3164casino\u2800now"),
        ("CÁSINO", "casino"),
        ("casino", "\uff43\uff41\uff53\uff49\uff4e\uff4f"),
        ("cas*", "Casinos"),
        ("*sino", "a casino"),
        ("v?agra", "viagra, v1agra"),
        ("buy cheap", "Buy\ncheap chips"),
        ("buy * chips", "buy cheap chips"),
        ("bit.ly", "at bit.ly/abc"),
        ("stra\u00dfe", "STRASSE"),
        ("*\u8d4c\u573a*", "\u6765\u8d4c\u573a\u5427"),
    ],
)
def test_case_accents_and_what_nobody_sees_make_no_difference(pattern: str, text: str) -> None:
    assert says(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [("casino", "casinos"), ("cas", "casino"), ("v?agra", "vagra"), ("buy chips", "buy cheap chips"), ("a*b", "a b")],
)
def test_only_whole_words_count(pattern: str, text: str) -> None:
    assert not says(pattern, text)


@pytest.mark.parametrize("typed", ["*", "? *", "!", "", "\u200b", "x" * 61, "a b c d e f g"])
def test_what_would_match_anything_or_is_too_long_is_refused_in_a_sentence(typed: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        wildcards.pattern(typed)


def steps(act: Callable[[], object]) -> int:
    """How many lines of Python run, in all that an act calls."""
    counted = 0

    def count(_frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal counted
        counted += event == "line"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        act()
    finally:
        sys.settrace(before)
    return counted


CATASTROPHES = ["*a" * 29 + "b", "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", "a?" * 29 + "b", "*a?a?" * 11 + "b", "a* " * 5 + "b"]


@pytest.mark.parametrize("typed", CATASTROPHES)
@pytest.mark.parametrize("text", ["a" * 10_000, "a " * 5_000, "ab" * 5_000, ("a" * 60 + " ") * 164])
def test_no_pattern_is_a_catastrophe(typed: str, text: str) -> None:
    """Twice the text takes twice the steps at most, and never more than a few at each letter."""
    pattern = wildcards.pattern(typed)
    half, whole = wildcards.words_of(text[: len(text) // 2]), wildcards.words_of(text)
    few = steps(lambda: pattern.found_in(half))
    assert steps(lambda: pattern.found_in(whole)) <= 2 * few + 1000
    assert few <= 100 * len(half)


def test_the_expressions_hold_nothing_that_could_be_tried_in_two_ways() -> None:
    for typed in CATASTROPHES:
        for glob in wildcards.pattern(typed).words:
            for piece in glob.pieces:
                told = piece if isinstance(piece, str) else piece.pattern
                assert not set(told) & set("*+{}|()")

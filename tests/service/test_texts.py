"""What a stranger's text may contain."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comments_service import texts

unhurried = settings(deadline=None)  # how long an example takes is no promise
# Characters that do something: lines, controls, directions, joiners, marks, fillers, and letters that compose.
SPECIAL = (
    "ae \t\n\r\x00\x0b\x1b\x7f\x85\xa0\xad\u0301\u0323\u0344\u0345\u034f\u1160\u200b\u200d\u200f\u2028\u202e\u2066"
    "\u2069\u3164가\u1100\u1161\ufeff\ufdd0\uffff\U0001d15e\U0010ffff"
)
ANYTHING = st.text(max_size=60) | st.text(st.sampled_from(SPECIAL), max_size=60)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("e\u0301", "é"),
        ("tab\there", "tab\there"),
        ("a\x00b\x1bc\x7fd\x9fe", "abcde"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("\u2066a\u2069\u202a\u202c", "a"),
        ("\ufdd0a\uffff\U0001fffe", "a"),
        ("שלום\u200f!", "שלום\u200f!"),
        ("नमस्\u200dते 👩\u200d💻", "नमस्\u200dते 👩\u200d💻"),
    ],
)
def test_a_text_keeps_its_words_and_loses_what_plays_tricks(typed, kept):
    assert texts.clean(typed) == kept


@pytest.mark.parametrize(
    "typed", ["", " \n\t", "\u200b\u200d\ufeff", "\u202e\u2066", "\u3164\u2800\u115f", "\u0301\u0301", "\x00\xad"]
)
def test_what_nobody_can_see_is_no_text(typed):
    assert texts.clean(typed) == ""
    assert texts.is_blank(typed)


@pytest.mark.parametrize("typed", ["\ud800", "half \udc00 of it", "\udc00\ud800"])
def test_half_a_character_is_refused_with_a_sentence_and_can_be_mended(typed):
    with pytest.raises(ValueError, match="paste it once more"):
        texts.clean(typed)
    assert "\ufffd" in texts.mend(typed)


def test_a_tower_of_marks_is_cut_to_what_a_script_needs():
    tower = texts.clean("Z" + "\u0335\u0316\u0301" * 40 + "algo")
    assert tower.endswith("algo")
    assert sum(unicodedata.combining(letter) > 0 for letter in tower) == texts.MOST_MARKS
    vietnamese = "Nguyễn Thị Ánh, שָׁלוֹם, สวัสดีค่ะ"
    assert texts.clean(vietnamese) == vietnamese


@unhurried
@given(ANYTHING)
def test_cleaning_twice_changes_nothing_more(text):
    once = texts.mend(text)
    assert texts.mend(once) == once


@unhurried
@given(ANYTHING)
def test_a_mended_text_is_composed_and_can_be_stored(text):
    mended = texts.mend(text)
    assert unicodedata.is_normalized("NFC", mended)
    mended.encode("utf-8")
    assert not any(unicodedata.category(letter) in {"Cc", "Cs"} and letter not in "\t\n" for letter in mended)


def test_what_is_taken_as_it_is_needs_no_mending():
    """The quick way for most texts must agree with the careful one."""
    plain = [chr(code) for code in range(0x2100) if texts._PLAIN.fullmatch(chr(code))]  # noqa: SLF001 -- the short cut
    assert len(plain) > 600
    for letter in plain:
        assert unicodedata.is_normalized("NFC", letter)
        assert not texts._FORBIDDEN.search(letter)  # noqa: SLF001
        assert unicodedata.category(letter) not in {"Mn", "Me"}

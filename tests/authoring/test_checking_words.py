"""`make check` on the words: headings, what is left undone, promises, spelling, and what is shared."""

import importlib.util
from pathlib import Path

import pytest

from authoring.checking import sharing, spelling
from comments_service import ids
from comments_service.settings import Settings
from tests.authoring.conftest import essay
from tests.authoring.proofs import found, page

NOW = "2026-06-15T12:00"

CODESPELL = pytest.mark.skipif(
    importlib.util.find_spec("codespell_lib") is None,
    reason="codespell is not there; .venv/bin/python -m pip install codespell gets it",
)


@pytest.fixture
def in_june(tmp_path: Path) -> None:
    """It is the middle of June 2026."""
    at = ids.as_moment(f"{NOW}:00.000Z")
    (tmp_path / "clock").write_text(str((at - ids.moment()).total_seconds()))
    ids.use_clock(tmp_path / "clock")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("## Two\n\n### Three\n\n## Two again\n\nSetext\n---\n", None),
        ("# One", "7: “One” would be a second title; a heading in the text begins with ##."),
        ("Words.\n\nOne\n===\n", "9: “One” would be a second title; a heading in the text begins with ##."),
        ("### Three", "7: “Three” skips a level: after what stands above, a heading begins with ##."),
        ("## Two\n\n#### Four ####", "9: “Four” skips a level: after what stands above, a heading begins with ###."),
        ("##\n\nWords.", "7: A heading without words."),
        ("    # A comment in code\n\n```\n# Another\n```\n", None),
        ("A line\nof words\n\n---\n\nand a rule", None),
    ],
)
def test_headings_go_down_one_level_at_a_time(here: Settings, content: Path, words: str, told: str | None) -> None:
    essay(content, "one", words)
    assert found(here, content, "heading") == ([f"essays/one.md:{told}"] if told else [])


def test_what_is_left_for_later_is_told_wherever_it_stands(here: Settings, content: Path) -> None:
    words = "TODO: a beginning.\n\n<!-- FIXME the middle -->\n\nThe end is TBD.\n\n`TODO`, todo and TODOS are none.\n"
    essay(content, "one", words, Summary="TODO")
    assert [line.split(": ", 1) for line in found(here, content, "todo")] == [
        ["essays/one.md:6", "“TODO” still stands here."],
        ["essays/one.md:8", "“TODO” still stands here."],
        ["essays/one.md:10", "“FIXME” still stands here."],
        ["essays/one.md:12", "“TBD” still stands here."],
    ]


@pytest.mark.usefixtures("in_june")
@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("I'll write about it by 3 May 2026.", "3 May 2026"),
        ("I’ll write about it by May 3rd, 2026, and not later.", "3 May 2026"),
        ("By 2026-05-03 we will know.", "3 May 2026"),
        ("We promise a list until the 3rd of May 2026.", "3 May 2026"),
        ("I will be\nback in May 2026.", "31 May 2026"),
        ("The second part will appear on 3 May.", "3 May 2026"),
        ("I plan to finish by the end of 2025.", "31 December 2025"),
        ("We’re going to open on June 14.", "14 June 2026"),
        ("I'll write about it by 15 June 2026.", None),
        ("I'll write about it by 1 January.", None),
        ("I'll write about it in May 2027.", None),
        ("I'll write about it. On 3 May 2026 it rained.", None),
        ("She came on 3 May 2026.", None),
        ("> I'll write about it by 3 May 2026.", None),
        ("`I'll write about it by 3 May 2026.`", None),
        ("I'll be there by 30 February 2026.", None),
        ("I'll be back on Sept. 1, 2025.", "1 September 2025"),
        ("I'll see the Mayor 3 times.", None),
        ("I may, we will say, have 2026 reasons.", None),
    ],
)
def test_a_promise_whose_day_has_passed_is_told(here: Settings, content: Path, words: str, day: str | None) -> None:
    essay(content, "one", f"Words.\n\n{words}", Date="2026-01-02 08:00")
    told = found(here, content, "promise")
    line = 9 + words.count("\n")
    sentence = f"Something is promised here for {day}, which has passed. Say what became of it."
    assert told == ([f"essays/one.md:{line}: {sentence}"] if day else [])


@pytest.mark.usefixtures("in_june")
def test_a_day_without_a_year_is_the_first_after_the_words_were_written(here: Settings, content: Path) -> None:
    words = "I'll write about it by 3 March."
    essay(content, "one", words, Date="2025-05-01")
    essay(content, "two", words, Date="2025-05-01", Modified="2026-04-01")
    assert [line.split(", which")[0] for line in found(here, content, "promise")] == [
        "essays/one.md:7: Something is promised here for 3 March 2026"
    ]


@pytest.mark.usefixtures("in_june")
def test_an_earlier_edition_may_promise_what_it_promised(here: Settings, content: Path) -> None:
    front = "Title: One\nDate: 2025-01-02\nEdition: 1\nEdition_of: one\nStatus: hidden\n\n"
    page(content, "editions/one-1.md", f"{front}I'll write about it by 3 May 2025.\n")
    assert found(here, content, "promise") == []


# ── spelling ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_codespell_prints_is_understood() -> None:
    said = "3: teh ==> the\n12: ths ==> the, this\n7: wan ==> want, | a reason\nanything else\n"
    assert list(spelling.understood(said)) == [(2, "teh", "the"), (11, "ths", "the, this"), (6, "wan", "want")]


@CODESPELL
def test_a_misspelling_is_told_where_it_stands(here: Settings, content: Path) -> None:
    essay(content, "one", "We recieve it.\n\nAnd `recieve`, and [it](/one/#recieve).", Summary="Teh summary.")
    essay(content, "two", "All is well.\n\nBut for teh end.")
    assert found(here, content, "spelling") == [
        "essays/one.md:6: “Teh” is perhaps “The”; if it is right, put it into content/words.txt.",
        "essays/one.md:8: “recieve” is perhaps “receive”; if it is right, put it into content/words.txt.",
        "essays/two.md:9: “teh” is perhaps “the”; if it is right, put it into content/words.txt.",
    ]


@CODESPELL
def test_the_blogs_own_words_are_right(here: Settings, content: Path) -> None:
    essay(content, "one", "We recieve it.")
    page(content, "words.txt", "recieve\n")
    assert found(here, content, "spelling") == []


def test_another_language_is_not_spelt_in_english(here: Settings, content: Path) -> None:
    for slug in ("one", "two"):
        essay(content, slug, "Teh recieve.", Lang="pt-BR")
    assert found(here, content, "spelling") == []


@pytest.mark.skipif(importlib.util.find_spec("codespell_lib") is not None, reason="codespell is there")
def test_without_codespell_that_is_said_and_not_passed_over(here: Settings, content: Path) -> None:
    page(content, "check.toml", '[check]\nspelling = "fail"\n')
    from authoring import checking

    (finding,) = checking.check(here, content).failures
    assert "The spelling was not looked at" in str(finding)


# ── what is shared ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_essay_is_shared_by_its_message_else_by_what_describes_it(here: Settings, content: Path) -> None:
    assert sharing.message({"share": "A", "description": "B"}.get) == ("share", "A")  # type: ignore[arg-type]
    essay(content, "one", Share=" ", Description="", Summary="Tom & *Jerry*")
    essay(content, "two", Share="")
    assert found(here, content, "share") == [
        "essays/two.md:6: There is nothing to share this essay by: give it a line “Share: …”."
    ]


@pytest.mark.parametrize(
    ("words", "channel", "counted"),
    [
        ("x" * 256, None, 280),
        ("x" * 257, "X", 281),
        ("“" * 256, None, 280),
        ("漢" * 128, None, 280),
        ("漢" * 129, "X", 282),
    ],
)
def test_a_message_has_to_fit_every_channel_whole(
    here: Settings, content: Path, words: str, channel: str | None, counted: int
) -> None:
    essay(content, "one", Share=words)
    essay(content, "two", Share="Short.")
    sentence = f"Share is too long to share: {channel} takes 280 characters, and with the link these are {counted}."
    assert found(here, content, "share") == ([f"essays/one.md:6: {sentence}"] if channel else [])
    assert sharing.length(sharing.CHANNELS[0], words, "https://example.org/one/") == counted


def test_a_long_address_counts_where_it_is_not_shortened(here: Settings, content: Path) -> None:
    essay(content, "two", Share="Short.")
    essay(content, "one", Share="x" * 200)
    far = here.with_(url=f"https://{'a' * 60}.{'b' * 40}.example.org")
    (said,) = found(far, content, "share")
    assert "Bluesky takes 300 characters" in said


def test_previews_have_something_to_show_and_room_for_it(here: Settings, content: Path) -> None:
    essay(content, "one")
    essay(content, "two", Description="x" * 161)
    page(content, "pages/who.md", "Title: Who\nSlug: who\n\nWords.\n")
    assert found(here, content, "description") == [
        "essays/one.md:1: Nothing describes this in searches and previews: give it a line “Description: …”.",
        "essays/two.md:6: Description has 161 characters; searches and previews cut it after 160.",
        "pages/who.md:1: Nothing describes this in searches and previews: give it a line “Description: …”.",
    ]

"""What Markdown in an essay becomes: nothing that our policy forbids, and notes where they are called."""

import re
from pathlib import Path

import pytest

from tests.plugins.building import build


def essay(folder: Path, text: str) -> str:
    """The body of a published essay of this text."""
    page = build(folder, {"essays/a.md": f"Title: A\nDate: 2026-01-01\nSlug: a\n\n{text}\n"}) / "a/index.html"
    found = re.search(r'<div class="prose e-content"[^>]*>(.*?)</article>', page.read_text("utf-8"), re.DOTALL)
    assert found
    return found[1]


def test_a_column_keeps_its_alignment_without_a_style(tmp_path: Path) -> None:
    html = essay(tmp_path, "| a | b |\n|---|--:|\n| 1 | 2 |")
    assert "style=" not in html
    assert "align=" not in html
    assert '<td class="align-right">2</td>' in html


def test_a_note_stands_where_it_is_called(tmp_path: Path) -> None:
    html = essay(tmp_path, "Seven.[^1] Then more.\n\n[^1]: One has *shut* its doors.")
    note = r'<small class="note" role="note">.*<em>shut</em>.*</small>'
    assert re.search(rf"Seven\.<sup[^>]*>1</sup>{note} Then more\.", html, re.DOTALL)
    assert "footnote" not in html


def test_a_note_in_a_feed_is_kept_apart_from_its_sentence(tmp_path: Path) -> None:
    build(tmp_path, {"essays/a.md": "Title: A\nDate: 2026-01-01\nSlug: a\n\nSeven.[^1] More.\n\n[^1]: A note.\n"})
    text = re.sub(r"&lt;.*?&gt;", "", (tmp_path / "site/feed.atom").read_text("utf-8"))
    assert "Seven.1 (1 A note.)  More." in text


@pytest.mark.parametrize(
    "text",
    ["One.[^1]\n\n[^1]: First paragraph.\n\n    Second paragraph.", "One.[^1] Two.[^1]\n\n[^1]: Called twice."],
)
def test_a_note_that_cannot_stand_in_a_margin_stays_at_the_foot(tmp_path: Path, text: str) -> None:
    html = essay(tmp_path, text)
    assert '<div class="footnote">' in html
    assert 'class="note"' not in html


def test_notes_at_the_foot_keep_the_number_by_which_they_are_called(tmp_path: Path) -> None:
    html = essay(tmp_path, "One.[^1] Two.[^2]\n\n[^1]: Short.\n[^2]: Long.\n\n    Longer.")
    assert '<li id="fn:2" value="2">' in html
    assert re.search(r'href="#fn:2">2</a>', html)


def test_no_heading_takes_an_id_that_the_page_needs(tmp_path: Path) -> None:
    assert '<h2 id="on-conversation">Conversation</h2>' in essay(tmp_path, "## Conversation")


@pytest.mark.parametrize(
    ("text", "attributed"),
    [
        ("> Words.\n>\n> — Montaigne, *Essays*", ["— Montaigne, <em>Essays</em>"]),
        ("> Words.\n>\n> – Montaigne", ["– Montaigne"]),
        ("> Words.\n>\n> -- Montaigne", ["&ndash; Montaigne"]),
        ("> — Words that begin so.", []),
        ("> Words.\n>\n> More words.", []),
        ("Words.\n\n— Not in a quotation.", []),
    ],
)
def test_the_last_line_of_a_quotation_names_whose_it_is(tmp_path: Path, text: str, attributed: list[str]) -> None:
    assert re.findall(r'<p class="attribution">(.*?)</p>', essay(tmp_path, text)) == attributed


@pytest.mark.parametrize(
    ("words", "said"), [(1, "1 minute"), (230, "1 minute"), (231, "2 minutes"), (1150, "5 minutes")]
)
def test_the_time_to_read_counts_230_words_in_a_minute(tmp_path: Path, words: int, said: str) -> None:
    text = " ".join(["*word*"] * words)
    page = build(tmp_path, {"essays/a.md": f"Title: A\nDate: 2026-01-01\nSlug: a\n\n{text}\n"}) / "a/index.html"
    assert f'<span class="minutes">{said} to read</span>' in page.read_text("utf-8")


def test_a_title_is_text_and_not_markup(tmp_path: Path) -> None:
    title = 'A "<script>alert(1)</script>" & more'
    site = build(tmp_path, {"essays/a.md": f"Title: {title}\nDate: 2026-01-01\nSlug: a\n\nText.\n"})
    for name in ("index.html", "a/index.html", "archive/index.html", "404.html"):
        page = (site / name).read_text("utf-8")
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page

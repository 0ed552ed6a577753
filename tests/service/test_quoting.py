"""Quoting: a reply as the text of a letter, with nothing lost but its looks."""

from hypothesis import given
from hypothesis import strategies as st

from comments_service import quoting, rendering


def test_paragraphs_lists_quotes_and_code_stay_apart_and_links_are_written_out():
    words = "One *two*\nthree [four](https://example.org/x).\n\n- a\n- b\n\n> said\n\n1. c\n\n```\nd  e\n```\n\nhttps://f.example"
    found = quoting.quoted(rendering.to_html(words), 1000)
    assert found == quoting.Quoted(
        (
            "One two\nthree four (https://example.org/x).",
            "• a\n• b",
            "> said",
            "1. c",
            "d  e",
            "https://f.example",
        ),
        cut=False,
    )
    assert quoting.as_lines(found.paragraphs[:2]) == "> One two\n> three four (https://example.org/x).\n>\n> • a\n> • b"


def test_what_goes_on_is_cut_between_words_and_says_so():
    found = quoting.quoted("<p>One two three.</p><p>Four five, six seven.</p>", 24)
    assert found == quoting.Quoted(("One two three.", "Four five…"), cut=True)
    assert quoting.quoted("<p>" + "x" * 99 + "</p>", 10) == quoting.Quoted(("x" * 10 + "…",), cut=True)


@given(st.text(st.characters(codec="utf-8"), max_size=300), st.integers(1, 400))
def test_any_text_becomes_text_without_markup_of_its_own(text, longest):
    html = rendering.to_html(text)
    found = quoting.quoted(html, longest)
    assert sum(len(paragraph) for paragraph in found.paragraphs) <= longest + 1
    whole = quoting.quoted(html, 100_000)
    assert not whole.cut
    said = "".join("".join(whole.paragraphs).split())
    for word in rendering.plain(html).split():
        assert word in said

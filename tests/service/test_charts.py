"""Charts: plain SVG that adds up, says what it shows, and leaves its look to the style sheet."""

from itertools import pairwise
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from comments_service.charts import Column, columns

SVG = "{http://www.w3.org/2000/svg}"
KINDS = ("full", "half", "hollow")

numbers = st.tuples(*(st.integers(0, 10_000) for _ in KINDS))


def drawn(shown: list[Column], title: str = "A title", described: str = "What it shows.") -> ET.Element:
    svg = columns("one", title, described, shown)
    return ET.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" '))  # noqa: S314 -- our own


def bars(svg: ET.Element) -> list[tuple[str, float, float, float]]:
    return [
        (bar.attrib["class"], float(bar.attrib["x"]), float(bar.attrib["y"]), float(bar.attrib["height"]))
        for bar in svg.iter(f"{SVG}rect")
    ]


@given(st.lists(numbers, max_size=30))
def test_columns_are_as_high_as_their_numbers_and_stand_on_the_base(rows):
    shown = [Column(str(place), tuple(zip(KINDS, row, strict=True))) for place, row in enumerate(rows)]
    svg = drawn(shown)
    found = bars(svg)
    highest = max((column.total for column in shown), default=0)
    assert len(found) == sum(number > 0 for row in rows for number in row)
    for place, column in enumerate(shown):
        inside = [bar for bar in found if place * 12 <= bar[1] < (place + 1) * 12]
        height = sum(bar[3] for bar in inside)
        assert abs(height - (100 * column.total / highest if highest else 0)) < 0.02
        assert [kind for kind, *_ in inside] == [kind for kind, number in column.parts if number]
        edges = [(bar[2] + bar[3], bar[2]) for bar in inside]
        assert all(abs(above[0] - below[1]) < 0.001 for below, above in pairwise(edges)), "no gap"
    assert all(0 <= bar[2] <= 100 and bar[3] >= 0 for bar in found)


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=50))
def test_words_stay_words(words):
    svg = drawn([], words, words)
    assert (svg.findtext(f"{SVG}title") or "") == words
    assert (svg.findtext(f"{SVG}desc") or "") == words


def test_it_names_itself_and_brings_no_look_along():
    svg = columns("one", "A title", "What it shows.", [Column("a", (("full", 3),))])
    assert 'role="img" aria-labelledby="one-title one-desc"' in svg
    assert "style" not in svg
    assert "fill" not in svg

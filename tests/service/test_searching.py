"""What a search compares: the same words, however they are written; nothing that a query could mean otherwise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments_service import searching


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ça va, Zoë?", "ca va zoe"),
        ("ÅNGSTRÖM", "angstrom"),
        ("Łódź, Ærø, þing", "lodz aero thing"),
        ("STRASSE Straße", "strasse strasse"),
        ("İstanbul ISTANBUL", "istanbul istanbul"),
        ("don't_stop-me 42", "don t stop me 42"),
        ("Ｆｕｌｌ ﬁne", "full fine"),
        ("in\u00advis\u200bible", "invisible"),
        ("Ελλάδα ΕΛΛΑΔΑ", "ελλαδα ελλαδα"),
        ("كِتَاب كتاب", "كتاب كتاب"),
        ("東京都", "東 京 都"),
        ("100% \\ ' ; -- _", "100"),
        ("", ""),
    ],
)
def test_words_are_compared_without_case_accents_and_signs(text: str, words: str) -> None:
    assert searching.normal(text) == words


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("tea  Tea TÉA", ("tea",)),
        ('"good tea" cup', ("good tea", "cup")),
        ('"never closed', ("never closed",)),
        ("don't", ("don t",)),
        ("https://spam.example/now", ("https spam example now",)),
        ('% _ \\ \' ""', ()),
        (" ", ()),
    ],
)
def test_a_query_is_its_words_and_its_quotations(query: str, terms: tuple[str, ...]) -> None:
    assert searching.terms(query) == terms


@given(st.text(max_size=300))
def test_whatever_is_typed_nothing_is_left_that_means_something_to_a_database(text: str) -> None:
    normal = searching.normal(text)
    assert not set(normal) & set("%_\\'\"/")
    assert normal == searching.normal(normal)
    assert len(searching.terms(text)) <= searching.MOST_TERMS


@given(st.text(min_size=1, max_size=60))
def test_every_text_is_found_by_itself(text: str) -> None:
    assert all(f" {term}" in searching.kept("Ben", text) for term in searching.terms(text.replace('"', " ")))


def test_no_term_reaches_from_a_name_into_the_words() -> None:
    assert " ben hello" not in searching.kept("Ben", "Hello.")

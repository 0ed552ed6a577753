"""Readers' words are harmless: to a parser, in every page that prints their names, and in a real browser."""

import re

from comments_service.rendering import to_html
from tests.bench.soak import printed, seen
from tests.data import attacks


def test_two_thousand_attacks_leave_nothing_behind():
    for text in attacks.some(2_000):
        html = to_html(text)
        assert attacks.findings(html) == [], text
        assert not re.search("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", html), text


def test_two_thousand_attacks_meet_every_vector_disguise_and_context():
    per_vector = len(attacks.DISGUISES) * len(attacks.CONTEXTS)
    numbers = [number * attacks.STRIDE % attacks.COUNT for number in range(2_000)]
    assert {number // per_vector for number in numbers} == set(range(len(attacks.VECTORS)))
    assert {number % len(attacks.CONTEXTS) for number in numbers} == set(range(len(attacks.CONTEXTS)))
    assert {number // len(attacks.CONTEXTS) % len(attacks.DISGUISES) for number in numbers} == set(
        range(len(attacks.DISGUISES))
    )
    assert attacks.COUNT > 85_000


def test_the_attacks_can_be_seen():
    """What the checker says of the same texts when nobody cleans them."""
    found = sum(attacks.findings(text) != [] for text in attacks.some(500))
    assert found > 150
    assert attacks.findings("<p>x</p></div>") == ["it left its place in the page"]
    assert attacks.findings('<p class="x">x</p>') == ["an attribute class"]
    assert attacks.findings('<a href="https://x.org">x</a>') == ["a link with rel None"]


def test_in_a_real_browser_no_attack_runs_asks_or_opens_anything():
    assert seen.happened(to_html(text) for text in attacks.some(60)) == []


def test_a_browser_that_is_watched_gives_away_whatever_is_planted():
    found = seen.happened(["<p>x</p>", *seen.PLANTED])
    assert [html for html in seen.PLANTED if not any(repr(html) in what for what in found)] == []
    assert not any("'<p>x</p>'" in what for what in found)


def test_names_titles_and_notes_that_mean_harm_stay_words_on_every_page(tmp_path):
    values = attacks.VECTORS[:: len(attacks.VECTORS) // 8]
    meant = printed.shapes(tmp_path / "meant", len(values))
    assert len(meant) > 20
    assert printed.harm(tmp_path / "found", values, meant) == []


def test_a_page_that_believed_what_it_prints_would_be_found_out(tmp_path):
    meant = printed.shapes(tmp_path / "meant", 2, words="Like this.")
    planted = printed.shapes(tmp_path / "found", 2, ["<i>x</i>"] * 2, words=f"Like {printed.mark(1)}.")
    assert planted["published"]["i"] > meant["published"]["i"]
    assert planted["/desk/comments/<id>"]["i"] > meant["/desk/comments/<id>"]["i"]
    leads = printed.shape("<a href='java&#10;script:x'>x</a>")
    assert leads["a that leads to javascript:"] == 1

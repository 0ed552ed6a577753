"""What is held for the author to look at, and why."""

import pytest

from comments_service.models import State
from comments_service.rendering import to_html
from comments_service.screening import FIRST_REPLY, MANY_LINKS, Screened, Verdict, links, verdict

ADDRESS = "https://example.org/a "


def test_the_first_reply_of_a_stranger_is_held_and_says_so():
    assert verdict(Screened(to_html("Hello."))) == Verdict(State.HELD, (FIRST_REPLY,))


def test_whoever_was_approved_once_is_not_held_again():
    assert verdict(Screened(to_html("Hello."), trusted=True)) == Verdict(State.PUBLISHED)


def test_a_site_may_trust_strangers():
    assert verdict(Screened(to_html("Hello."), hold_first=False)) == Verdict(State.PUBLISHED)


@pytest.mark.parametrize("hold_first", [True, False])
def test_more_than_two_links_are_looked_at_even_by_a_trusted_hand(hold_first):
    assert verdict(Screened(to_html(ADDRESS * 2), trusted=True, hold_first=hold_first)).state is State.PUBLISHED
    held = verdict(Screened(to_html(ADDRESS * 3), trusted=True, hold_first=hold_first))
    assert held == Verdict(State.HELD, (MANY_LINKS,))


def test_every_reason_is_told_as_a_sentence():
    reasons = verdict(Screened(to_html(ADDRESS * 3))).reasons
    assert reasons == (FIRST_REPLY, MANY_LINKS)
    assert all(reason.endswith(".") and "author" in reason for reason in reasons)


def test_an_author_is_never_held():
    assert verdict(Screened(to_html(ADDRESS * 9), by_author=True)) == Verdict(State.PUBLISHED)


@pytest.mark.parametrize(
    ("typed", "count"),
    [
        ("none", 0),
        ("[words](https://x.org) and https://y.org", 2),
        ("`https://x.org` <a href=/x>", 0),
        ("![picture](https://x.org/p.png) [write](mailto:a@b.org)", 2),
        ("[x](javascript:alert(1)) example.org", 0),
    ],
)
def test_links_are_counted_as_a_reader_meets_them(typed, count):
    assert links(to_html(typed)) == count

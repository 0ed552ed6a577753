"""What readers are told of how they are answered: at a comment, at an essay, at the form, and on a page of its own."""

import re
from pathlib import Path

import pytest

from comments_service import engagement, ids, publishing
from comments_service.engagement import figures
from comments_service.models import Verb
from comments_service.publishing import files
from comments_service.store import away, pages, snapshots
from tests.support.actors import House, page
from tests.support.site import live, pass_time


def test_who_was_answered_is_told_at_their_comment_and_by_the_answer(house: House) -> None:
    asked = house.reader("Ben", trusted=True).says("How?")
    house.reader("Eve", trusted=True).says("Why?")
    house.shift_clock(hours=5)
    answer = house.author.answers(asked, "With a list.")
    html = house.fragment()
    assert (
        f'<a class="answered-after" href="#comment-{answer.id}"><bdi>Ana Ferreira</bdi> answered after 5 hours</a>'
    ) in html
    assert html.count("answered-after") == 1
    assert 'aria-label="Ana Ferreira, author, answering Ben, after 5 hours"' in html
    house.author.decides(answer, Verb.REMOVE)
    assert "answered-after" not in house.fragment()


@pytest.mark.parametrize(("shown", "badge", "line"), [("all", 1, True), ("marks", 1, False), ("none", 0, False)])
def test_the_setting_says_what_of_it_is_shown(house: House, tmp_path: Path, shown: str, badge: int, line: bool) -> None:  # noqa: FBT001
    house.settings = house.settings.with_(figures=shown, answer_within=72)
    asked = house.reader("Ben", trusted=True).says("How?")
    house.author.answers(asked, "With a list.")
    house.work()
    pass_time(house, 80)
    site = live(house, tmp_path)
    html = files.read(site / "a/index.html")
    assert html.count('class="answered-after"') == badge
    assert ("The one comment that called for an answer got one." in html) is line
    assert ("I answer within 3 days; so far 1 of 2 times." in html) is line
    assert ("<dl" in files.read(site / "how-i-answer/index.html")) is line


def test_the_essay_s_line_counts_and_follows_the_clock(house: House) -> None:
    house.settings = house.settings.with_(answer_within=72)
    said = [house.reader(name, trusted=True).says("How do you do it?") for name in ("Ben", "Eve", "Kim")]
    house.author.answers(said[0], "With a list.")
    house.work()
    assert "1 of 3 comments that called for an answer got one; 2 are within 3 days." in house.fragment()
    pass_time(house, 73)
    assert "1 of 3 comments that called for an answer got one." in house.fragment()
    house.author.answers(said[1], "With the same list, only shorter.")
    house.author.answers(said[2], "Not at all these days, I am afraid.")
    house.work()
    assert "All 3 comments that called for an answer got one." in house.fragment()


def test_lists_of_essays_say_how_many_the_author_answered(house: House, tmp_path: Path) -> None:
    site = live(house, tmp_path)
    asked = house.reader("Ben").says("How do you do it?")
    assert "the author answered" not in files.read(site / "index.html")
    house.author.answers(asked, "With a list.")
    house.work()
    assert '<span class="count-answered">the author answered 1</span>' in files.read(site / "index.html")


def test_an_essay_nobody_asked_anything_says_nothing_of_answers(house: House) -> None:
    house.author.says("Here.")
    house.work()
    assert "answered-line" not in house.fragment()


@pytest.mark.parametrize(
    ("answers", "within", "said"),
    [
        ("everyone", None, "Ana Ferreira reads every reply."),
        ("everyone", 168, "I answer within a week."),
        ("questions", 72, "Here I answer questions within 3 days."),
        ("questions", None, "Ana Ferreira reads every reply, and answers questions here."),
        ("none", 72, "Under this essay Ana Ferreira reads every reply and promises no answer."),
    ],
)
def test_the_form_says_what_the_essay_promises(house: House, answers: str, within: int | None, said: str) -> None:
    house.settings = house.settings.with_(answer_within=within)
    before = pages.find(house.db, "/a/")
    publishing.register(house.db, [page("/a/", facts={"answers": answers}), page("/b/")])
    html = house.fragment()
    assert f'<p class="form-line">{said} <a href="/how-i-answer/">How I answer</a></p>' in html
    assert before
    changed = pages.find(house.db, "/a/")
    assert changed
    assert (changed.version > before.version) is (answers != "everyone")


def test_an_away_notice_stands_at_every_form_until_it_ends(house: House) -> None:
    house.settings = house.settings.with_(answer_within=72)
    starts, ends = ids.now(days=2)[:10], ids.now(days=5)[:10]
    away.add(
        house.db,
        away.Notice(
            ids.new_id(),
            house.author.account.id,
            ids.now(),
            f"{starts}T00:00:00.000Z",
            f"{ends}T00:00:00.000Z",
            None,
        ),
    )
    figures.take_site(house.db, house.settings)
    assert re.search(r"Ana Ferreira will be away from \d+ \w+ \d{4} to \d+ \w+ \d{4}\.", house.fragment("/b/"))
    pass_time(house, 49)
    assert re.search(r"Ana Ferreira is away until \d+ \w+ \d{4}; the promise runs from then\.", house.fragment("/b/"))
    pass_time(house, 100)
    assert "is away" not in house.fragment("/b/")


def test_the_whole_account_stands_on_its_page_good_or_bad(house: House, tmp_path: Path) -> None:
    house.settings = house.settings.with_(rate_limit=False, answer_within=72, figures_note="I was ill in May.")
    people = [house.reader(f"Reader {number}", trusted=True) for number in range(5)]
    asked = [reader.says(f"How {number}?") for reader in people for number in range(2)]
    asked += [house.reader(f"New {number}").says("May I?") for number in range(3)]
    for one in asked[:7]:
        house.author.answers(one, f"So, for {one.id}.")
    house.author.decides(house.reader("Spammer").says("Buy this."), Verb.SPAM)
    pass_time(house, 100)
    html = files.read(live(house, tmp_path) / "how-i-answer/index.html")
    told = snapshots.find(house.db, figures.SITE)
    assert told
    site = told.data["site"]
    for name, value in {
        "Answered within 3 days": f"{site['within_percent']} %",
        "Got no answer": str(site["unanswered"]),
        "First replies not looked at within 3 days": str(told.data["not_looked_at"]),
        "Marked as spam or abuse": "1",
    }.items():
        assert f"<dt>{name}</dt><dd><strong>{value}</strong>" in html
    assert f"{site['on_time']} of {site['n']}, from {site['people']} people" in html
    assert "1 of them by hand" in html
    assert "I was ill in May." in html
    assert "As of <time" in html
    assert f"lately {site['on_time']} of {site['n']} times." in house.fragment()


def test_where_the_sample_is_small_only_counts_are_shown_and_why(house: House, tmp_path: Path) -> None:
    house.author.answers(house.reader("Ben", trusted=True).says("How?"), "So.")
    pass_time(house, 80)
    html = files.read(live(house, tmp_path) / "how-i-answer/index.html")
    assert "A percentage would take ten of them" in html
    assert "%" not in html


def test_before_the_first_count_nothing_is_claimed(house: House, tmp_path: Path) -> None:
    html = files.read(live(house, tmp_path) / "how-i-answer/index.html")
    assert "Nothing has been counted yet" in html
    assert "<dl" not in html


def test_the_author_s_heart_is_seen_and_heard(house: House) -> None:
    kind = house.reader("Ben", trusted=True).says("Thank you for this.")
    engagement.heart(house.db, kind.id, house.author.account)
    html = house.fragment()
    assert '<span aria-hidden="true">♥</span><span class="visually-hidden">A heart from</span> <bdi>Ana' in html
    engagement.heart(house.db, kind.id, house.author.account)
    assert "heart" not in house.fragment()

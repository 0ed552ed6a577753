"""The desk's pages: under the essay, their markup, their words."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from comments_service import days, wording
from comments_service.ledger import promises
from comments_service.settings import ROOT
from comments_service.store import comments
from tests.support import vnu
from tests.support.actors import House
from tests.support.browserless import Visitor
from tests.support.desk import decides, notice, page


def test_the_panel_under_an_essay_holds_what_waits_there_and_nothing_else(house: House, ana: Visitor) -> None:
    house.reader("Ben").says("Waiting here.")
    house.reader("Cleo").says("Waiting there.", on="/b/")
    panel = page(ana, "/desk/inline?page=/a/")
    assert "You are signed in as <bdi>Ana Ferreira</bdi> (author)." in panel
    assert "Waiting here." in panel
    assert "Waiting there." not in panel
    assert "<template>" in panel
    assert ana.gets("/desk/inline?page=/nowhere/").status_code == 404


def test_without_script_an_essays_conversation_has_the_same_tools(house: House, ana: Visitor) -> None:
    stands = house.reader("Ben").says("I stand.")
    house.author.publishes(stands)
    house.reader("Cleo").says("I wait.", to=stands)
    assert 'href="/desk/essays?page=/a/"' in page(ana, "/desk/essays")
    conversation = page(ana, "/desk/essays?page=/a/")
    assert "I stand." in conversation
    assert "I wait." in conversation
    assert f'action="/desk/comments/{stands.id}/decide"' in conversation
    response = decides(ana, stands, "remove", next="/desk/essays?page=/a/")
    assert response.headers["Location"] == f"/desk/essays?page=%2Fa%2F&done={stands.id}"
    assert "Removed Ben’s reply." in notice(ana, response)


def test_under_the_essay_the_author_replies_as_the_author(house: House, ana: Visitor) -> None:
    ana.says("Mine.", name="")
    assert [comment.by_author for comment in comments.of_page(house.db, "/a/")] == [True]


def test_no_readers_word_becomes_markup(house: House, ana: Visitor) -> None:
    hostile = "<script>alert(1)</script>"
    ben = house.reader(f"Ben {hostile}")
    said = ben.says(f"Hello {hostile}", website="https://example.org/?a=%22%3E")
    house.author.publishes(said)
    ben.says("Once more.", to=said)
    for address in (
        "/desk/",
        "/desk/moderation?state=published",
        f"/desk/comments/{said.id}?done={said.id}",
        "/desk/inline?page=/a/",
    ):
        assert "<script>alert" not in ana.gets(address).get_data(as_text=True)


def test_the_desks_pages_are_valid_html(house: House, ana: Visitor, tmp_path: Path) -> None:
    ben = house.reader("Ben")
    said = ben.says(
        "Hello > you\n\n> a quote\n\n- a list",
        email="ben@example.org",
        website="https://ben.example",
        wants_answer="yes",
    )
    house.author.answers(said, "Yes?")
    ben.says("https://a.example https://b.example https://c.example", to=said)
    house.reader("Grace").says("Between us.", private=True)
    addresses = (
        "/desk/",
        "/desk/moderation",
        "/desk/moderation?state=published",
        f"/desk/comments/{said.id}?done={said.id}",
        "/desk/essays",
        "/desk/essays?page=/a/",
        "/desk/sessions",
        "/desk/accounts",
        "/desk/sign-in",
    )
    files = []
    for number, address in enumerate(addresses):
        files.append(tmp_path / f"{number}.html")
        files[-1].write_text(ana.gets(address).get_data(as_text=True), "utf-8")
    files.append(tmp_path / "inline.html")
    panel = ana.gets("/desk/inline?page=/a/").get_data(as_text=True)
    files[-1].write_text(
        f"<!doctype html><html lang=en><title>An essay</title><h1>Essay</h1><h2>Replies</h2>{panel}</html>", "utf-8"
    )
    assert vnu.check(files) == []


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("2026-11-20T08:00:00.000Z", "since 08:00"),
        ("2026-11-19T23:59:00.000Z", "since yesterday"),
        ("2026-11-17T08:00:00.000Z", "since Tuesday"),
        ("2026-11-14T08:00:00.000Z", "since Saturday"),
        ("2026-11-13T08:00:00.000Z", "since 13 November 2026"),
    ],
)
def test_how_long_somebody_waits_is_said_as_a_person_would(at: str, said: str) -> None:
    assert wording.since(at, "2026-11-20T12:00:00.000Z", ZoneInfo("UTC")) == said


def test_days_are_those_of_the_authors_time_zone() -> None:
    said = wording.since("2026-11-19T23:30:00.000Z", "2026-11-20T12:00:00.000Z", ZoneInfo("Europe/Berlin"))
    assert said == "since 00:30"


@pytest.mark.parametrize(
    ("due", "said"),
    [
        ("2026-11-20T18:00:00.000Z", "until today 18:00"),
        ("2026-11-21T14:00:00.000Z", "until tomorrow 14:00"),
        ("2026-11-23T09:30:00.000Z", "until Monday 09:30"),
        ("2026-11-27T09:30:00.000Z", "until 27 November 2026"),
        ("2026-11-20T11:59:30.000Z", "just late"),
        ("2026-11-20T07:00:00.000Z", "5 hours late"),
        ("2026-11-18T07:00:00.000Z", "2 days late"),
    ],
)
def test_until_when_somebody_can_be_answered_is_said_as_a_person_would(due: str, said: str) -> None:
    assert days.until(due, "2026-11-20T12:00:00.000Z", ZoneInfo("UTC")) == said


@pytest.mark.parametrize(
    ("due", "said"),
    [
        ("2026-11-20T23:59:59.000Z", "by today"),
        ("2026-11-24T23:59:59.000Z", "by Tuesday"),
        ("2026-12-24T23:59:59.000Z", "by 24 December 2026"),
        ("2026-11-19T23:59:59.000Z", "was due yesterday"),
        ("2026-11-17T23:59:59.000Z", "was due on Tuesday"),
        ("2026-11-01T23:59:59.000Z", "was due on 1 November 2026"),
    ],
)
def test_the_day_of_a_promise_is_said_as_a_person_would(due: str, said: str) -> None:
    assert days.promised(due, "2026-11-20T12:00:00.000Z", ZoneInfo("UTC")) == said


@pytest.mark.parametrize(
    ("today", "offered"),
    [
        ("2026-11-20", {"2026-11-21": "tomorrow", "2026-11-23": "in 3 days"}),
        ("2026-11-18", {"2026-11-19": "tomorrow", "2026-11-21": "in 3 days", "2026-11-23": "next week"}),
        ("2026-11-22", {"2026-11-23": "tomorrow", "2026-11-25": "in 3 days"}),
    ],
)
def test_no_day_is_offered_twice(today: str, offered: dict[str, str]) -> None:
    assert dict(days.to_choose(f"{today}T12:00:00.000Z", ZoneInfo("UTC"))) == offered


def test_the_page_suggests_a_promise_on_the_same_words_as_the_ledger() -> None:
    script = (ROOT / "theme" / "static" / "js" / "desk.js").read_text("utf-8")
    assert f"const PROMISE = /{promises._SOUNDS.pattern}/i;" in script  # noqa: SLF001 -- the very pattern

"""The public figures for programs: as they were taken last, and never counted on reading."""

from comments_service import ids
from comments_service.engagement import figures
from comments_service.store import away
from tests.support.actors import House
from tests.support.browserless import Visitor


def test_before_the_first_count_all_is_null(visitor: Visitor) -> None:
    told = visitor.gets("/responsiveness").get_json()
    assert (told["figures"], told["as_of"], told["replies"]) == ("all", None, None)


def test_the_figures_are_those_of_the_snapshot_until_it_is_taken_again(house: House) -> None:
    house.settings = house.settings.with_(answer_within=72, figures_note="I was ill in May.")
    visitor = Visitor(house)
    house.author.answers(house.reader("Ben", trusted=True).says("How?"), "So.")
    figures.take_site(house.db, house.settings)
    first = visitor.gets("/responsiveness")
    told = first.get_json()
    assert (told["answers_within_hours"], told["note"]) == (72, "I was ill in May.")
    assert (told["replies"]["n"], told["replies"]["still_in_time"], told["promises"]["n"]) == (0, 2, 0)
    house.shift_clock(hours=73)
    again = visitor.gets("/responsiveness", If_None_Match=first.headers["ETag"])
    assert (again.status_code, first.headers["Cache-Control"]) == (304, "no-cache")
    figures.take_site(house.db, house.settings)
    counted = visitor.gets("/responsiveness").get_json()["replies"]
    assert (counted["n"], counted["in_time"], counted["within_percent"]) == (2, 1, None)


def test_what_the_author_does_not_show_is_not_told_to_programs_either(house: House) -> None:
    figures.take_site(house.db, house.settings)
    for shown in ("marks", "none"):
        house.settings = house.settings.with_(figures=shown)
        told = Visitor(house).gets("/responsiveness").get_json()
        assert told["figures"] == shown
        assert told["replies"] is told["promises"] is told["not_looked_at"] is None


def test_an_away_notice_is_told_without_who_announced_it(house: House) -> None:
    notice = away.Notice(ids.new_id(), house.author.account.id, ids.now(), ids.now(), ids.now(days=3), None)
    away.add(house.db, notice)
    figures.take_site(house.db, house.settings)
    response = Visitor(house).gets("/responsiveness")
    assert response.get_json()["away"] == {"from": notice.starts_at, "until": notice.ends_at}
    assert notice.announced_by not in response.get_data(as_text=True)

"""Away notices: made ahead, at most thirty days, moving the clocks of those alone who could read them."""

from datetime import date, timedelta

import pytest

from comments_service import ids
from comments_service.engagement import away, doctor, figures
from comments_service.errors import Problem
from comments_service.ledger import moments
from comments_service.models import Comment
from comments_service.settings import Settings
from comments_service.store import away as notices
from comments_service.store import conversations, snapshots
from tests.support.actors import House

HOURS_72 = 72 * 3600


def today(house: House) -> date:
    return ids.moment().astimezone(house.settings.zone).date()


def announced(house: House, first: int, last: int) -> notices.Notice:
    """The author is away from so many days from now until so many."""
    days = [(today(house) + timedelta(days=number)).isoformat() for number in (first, last)]
    return away.announce(house.db, house.settings, house.author.account, *days)


def due(house: House, comment: Comment) -> int:
    found = conversations.find(house.db, house.now_of(comment).conversation)
    assert found is not None
    return found.told.reach_outs[-1].due_at


def kept_as_told(house: House) -> bool:
    """Whether the recomputation finds nothing: no clock that was running has moved."""
    return doctor.examine(house.db).differing == {}


def test_who_writes_while_the_author_is_away_is_due_after_the_return(either_house: House) -> None:
    house = either_house
    before = house.reader("Ben", trusted=True).says("Before it was announced?")
    notice = announced(house, 0, 4)
    house.shift_clock(seconds=2)
    during = house.reader("Cleo", trusted=True).says("While you are away?")
    assert due(house, before) == moments.seconds(before.created) + HOURS_72
    assert due(house, during) == moments.seconds(notice.ends_at) + HOURS_72
    assert kept_as_told(house)


def test_a_notice_taken_back_holds_for_who_could_read_it_and_for_nobody_later(either_house: House) -> None:
    house = either_house
    notice = announced(house, 0, 4)
    house.shift_clock(seconds=2)
    during = house.reader("Cleo", trusted=True).says("While you are away?")
    away.cancel(house.db, house.settings, notice.id)
    house.shift_clock(seconds=2)
    after = house.reader("Dan", trusted=True).says("Are you back?")
    assert due(house, during) == moments.seconds(notice.ends_at) + HOURS_72
    assert due(house, after) == moments.seconds(after.created) + HOURS_72
    assert kept_as_told(house)
    for id_, status in ((notice.id, 409), ("0" * 26, 404)):
        with pytest.raises(Problem) as refused:
            away.cancel(house.db, house.settings, id_)
        assert refused.value.status == status


def test_what_arrives_in_the_second_of_a_change_keeps_the_clock_it_was_told(house: House) -> None:
    before = house.reader("Ben", trusted=True)
    after = house.reader("Cleo", trusted=True)
    # The second has just begun, so that all three fall into it.
    house.shift_clock(seconds=1 - ids.moment().microsecond / 1_000_000)
    said = before.says("Before it was announced?")
    notice = announced(house, 0, 1)
    said_after = after.says("In the same second?")
    assert due(house, said) == moments.seconds(said.created) + HOURS_72
    assert kept_as_told(house)
    house.shift_clock(seconds=3 - ids.moment().microsecond / 1_000_000)
    said = before.says("And while you are away?")
    away.cancel(house.db, house.settings, notice.id)
    assert due(house, said) == moments.seconds(notice.ends_at) + HOURS_72
    assert due(house, said_after) != due(house, said)
    assert kept_as_told(house)


def test_pages_show_a_notice_as_soon_as_it_stands_and_no_longer(either_house: House) -> None:
    house = either_house
    figures.take_site(house.db, house.settings)
    house.work()
    version = house.db.value("SELECT version FROM pages WHERE path = '/a/'")

    def shown() -> object:
        taken = snapshots.find(house.db, figures.SITE)
        return taken and taken.data["away"]

    assert shown() is None
    notice = announced(house, 2, 3)
    assert shown() == {"starts_at": notice.starts_at, "ends_at": notice.ends_at, "begun": False}
    assert house.db.value("SELECT version FROM pages WHERE path = '/a/'") > version
    away.cancel(house.db, house.settings, notice.id)
    assert shown() is None


@pytest.mark.parametrize(
    ("first", "last", "field", "why"),
    [
        (-1, 3, "first_day", "has passed"),
        (4, 3, "last_day", "before the first day"),
        (0, 30, "last_day", "`answers: none`"),
        (400, 401, "first_day", "more than a year"),
    ],
)
def test_days_that_cannot_be_are_refused_with_a_sentence(
    house: House, first: int, last: int, field: str, why: str
) -> None:
    with pytest.raises(Problem) as refused:
        announced(house, first, last)
    assert why in refused.value.fields[field]
    assert house.count("away") == 0


@pytest.mark.parametrize("typed", ["", "soon", "2026-02-30", "99999-01-01"])
def test_what_is_no_day_is_refused_in_both_fields(house: House, typed: str) -> None:
    with pytest.raises(Problem) as refused:
        away.announce(house.db, house.settings, house.author.account, typed, typed)
    assert set(refused.value.fields) == {"first_day", "last_day"}


def test_thirty_days_are_thirty_days_also_where_the_clock_is_set_back(house: House) -> None:
    here: Settings = house.settings.with_(timezone="Europe/Lisbon")
    file = house.settings.data / "clock"
    file.write_text(str((ids.as_moment("2026-10-10T12:00:00.000Z") - ids.moment()).total_seconds()))
    ids.use_clock(file)
    notice = away.announce(house.db, here, house.author.account, "2026-10-10", "2026-11-08")
    house.settings = here
    inside = house.reader("Ben", trusted=True).says("Hello?")
    house.shift_clock(seconds=2)
    inside = house.reader("Cleo", trusted=True).says("Hello?")
    assert due(house, inside) == moments.seconds(notice.ends_at) + HOURS_72
    assert away.last_day(notice, here) == date(2026, 11, 8)


@pytest.mark.parametrize(("first", "last"), [(0, 2), (3, 5), (6, 7), (1, 9), (4, 4)])
def test_two_notices_never_make_a_longer_one(house: House, first: int, last: int) -> None:
    announced(house, 3, 5)
    with pytest.raises(Problem, match="Take that back first"):
        announced(house, first, last)
    announced(house, 8, 9)

"""What every request does is as quick with a hundred thousand comments as with ten: it reads by index alone."""

from collections.abc import Callable

import pytest

from comments_service.models import Comment
from comments_service.web import context
from tests.support.actors import House
from tests.support.browserless import Visitor


def plans(house: House, act: Callable[[], object]) -> dict[str, list[str]]:
    """How SQLite carries out each statement that `act` runs on the house's connection."""
    said: list[str] = []
    connection = house.db._engine._connection  # type: ignore[attr-defined] # noqa: SLF001 -- only the driver can tell
    connection.set_trace_callback(said.append)
    try:
        act()
    finally:
        connection.set_trace_callback(None)
    # An INSERT reads nothing; the scans in its plan stand there for foreign keys that are never broken.
    words = ("SELECT", "UPDATE", "DELETE")
    statements = dict.fromkeys(one for one in said if one.lstrip().startswith(words))
    return {
        one: [str(row[3]) for row in connection.execute(f"EXPLAIN QUERY PLAN {one}").fetchall()] for one in statements
    }


def scans(found: dict[str, list[str]]) -> list[str]:
    """The steps that read a table from end to end."""
    lines = [line for plan in found.values() for line in plan]
    return [line for line in lines if line.startswith("SCAN") and " USING " not in line]


@pytest.fixture
def busy_house(house: House) -> House:
    house.settings = house.settings.with_(rate_limit=False)
    ben = house.reader("Ben", trusted=True)
    for number in range(5):
        house.author.answers(ben.says(f"Number {number}."), "Yes.")
        house.reader(f"Reader {number}").says("Held.")
    return house


def test_accepting_a_reply_reads_by_index_alone(busy_house: House) -> None:
    reader = busy_house.reader("Zoe")
    found = plans(busy_house, lambda: reader.says("Is it quick?", email="zoe@example.org"))
    assert len(found) >= 3
    assert scans(found) == []
    again = plans(busy_house, lambda: reader.says("Is it quick again?"))
    assert scans(again) == []


def test_deciding_answering_and_withdrawing_read_by_index_alone(busy_house: House) -> None:
    reader = busy_house.reader("Zoe")
    comment: Comment = reader.says("Is it quick?")
    for act in (
        lambda: busy_house.author.answers(comment, "It is."),
        lambda: reader.edits(comment, "Was it quick?"),
        lambda: reader.withdraws(comment),
    ):
        found = plans(busy_house, act)
        assert found
        assert scans(found) == []


def test_reading_an_unchanged_conversation_is_one_statement(busy_house: House) -> None:
    visitor = Visitor(busy_house)
    visitor.gets("/comments/thread?page=/a/", Accept_Encoding="gzip")
    said: list[str] = []
    with visitor.client.application.app_context():
        connection = context.db()._engine._connection  # type: ignore[attr-defined] # noqa: SLF001
    connection.set_trace_callback(said.append)
    visitor.gets("/comments/thread?page=/a/", Accept_Encoding="gzip")
    connection.set_trace_callback(None)
    assert len(said) == 1

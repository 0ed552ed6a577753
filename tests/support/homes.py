"""A house that one leaves for a restore and comes back to."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from comments_service.engagement import doctor
from tests.support.actors import House

Home = Callable[[], AbstractContextManager[House]]


def texts(house: House) -> dict[str, str]:
    """What every comment says, in the order in which they came."""
    return {row["text"]: row["state"] for row in house.db.rows("SELECT text, state FROM comments ORDER BY id")}


def sound(house: House) -> bool:
    """Whether all that is kept is what the events say."""
    return doctor.examine(house.db).differing == {}

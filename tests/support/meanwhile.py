"""Two acts at the same moment, each on a connection of its own."""

import dataclasses
from collections.abc import Callable
from threading import Thread

from comments_service.database import opened
from tests.support.actors import House


def meanwhile(house: House, first: Callable[[], object], second: Callable[[House], object]) -> list[object]:
    """Let `second` begin, on a connection of its own, before the transaction of `first` has ended; what went wrong."""
    wrong: list[object] = []

    def goes() -> None:
        with opened(house.settings) as db:
            try:
                second(dataclasses.replace(house, db=db))
            except Exception as error:  # noqa: BLE001 -- it is what the test asks for
                wrong.append(error)

    with house.db.transaction():
        first()
        thread = Thread(target=goes)
        thread.start()
        thread.join(0.5)
    thread.join(10)
    assert not thread.is_alive()
    return wrong

"""When an answer is due: the clock is the reader's, and only an away notice that they could read moves it."""

from collections.abc import Iterable
from dataclasses import dataclass

from comments_service.ledger.moments import DAY

AWAY_AT_MOST = 30 * DAY


@dataclass(frozen=True, slots=True)
class Away:
    """A public notice, made at `announced`: the author is away from `start` until `end`, which is outside.

    `cancelled` is when it was taken back: who wrote before could read it, and keeps what it said; who writes later
    cannot.
    """

    announced: int
    start: int
    end: int
    cancelled: int | None = None

    def refusal(self) -> str | None:
        """Why a notice moves no clock, if it does not: it may not be empty nor longer than 30 days."""
        if self.end <= self.start:
            return "it ends before it starts"
        if self.end - self.start > AWAY_AT_MOST:
            return "it is longer than 30 days: say at the essays that nobody is promised an answer"
        return None

    def covers(self, opened_at: int) -> bool:
        """Whether somebody who wrote then could read it, and wrote while the author was away."""
        if self.cancelled is not None and opened_at >= self.cancelled:
            return False
        return self.announced <= opened_at and self.start <= opened_at < self.end and self.refusal() is None


def due_at(opened_at: int, within: int, notices: Iterable[Away]) -> int:
    """The last second in which an answer is in time: X after receipt, or X after the end of a notice that covers it."""
    return max([opened_at, *(notice.end for notice in notices if notice.covers(opened_at))]) + within

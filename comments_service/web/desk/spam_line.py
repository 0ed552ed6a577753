"""What is told above the spam: how much came, what the filter has learned, and until when all is kept."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from markupsafe import Markup

from comments_service import charts, ids, wording
from comments_service.moderation.spam import KEPT_DAYS
from comments_service.screening.bayes import ENOUGH, Totals
from comments_service.store import lessons, spam
from comments_service.store.spam import Day
from comments_service.web import context


@dataclass(frozen=True, slots=True)
class SpamLine:
    """The record of `desk/spam_line.html`: sentences, a picture of the days, and the same in numbers, newest first.

    `chart` and `days` are empty when there was no spam in that time.
    """

    sentences: tuple[str, ...]
    chart: Markup
    days: tuple[Day, ...]


def spam_line() -> SpamLine:
    """What is to be told now."""
    db, now = context.db(), ids.moment()
    # The days of the picture, in UTC as they are counted, the oldest first.
    shown = [ids.as_text(now - timedelta(days=ago))[:10] for ago in range(KEPT_DAYS - 1, -1, -1)]
    counted = {day.day: day for day in spam.days(db, since=shown[0])}
    days = [counted.get(day, Day(day)) for day in shown]
    some = any(day.caught or day.marked or day.rescued or day.expired for day in days)
    sentences = (*_in_words(days), filter_says(lessons.totals(db)), *_contested(spam.contested(db)))
    return SpamLine(sentences, _chart(days) if some else Markup(), tuple(reversed(days)) if some else ())


def filter_says(totals: Totals) -> str:
    """How much the filter has learned, and whether it judges yet: "… from 4 spam and 7 wanted replies"."""
    learned = f"The filter has learned from {totals.spam:,} spam and {totals.wanted:,} wanted replies"
    return f"{learned}." if totals.enough else f"{learned}; it begins to judge at {ENOUGH} of each."


def _in_words(days: Sequence[Day]) -> Iterator[str]:
    caught, marked = sum(day.caught for day in days), sum(day.marked for day in days)
    rescued, expired = sum(day.rescued for day in days), sum(day.expired for day in days)
    if caught or marked or rescued:
        replies = wording.count(caught, "reply", "replies")
        yield (
            f"In {KEPT_DAYS} days {replies} went here at once, {marked:,} were marked by hand,"
            f" and {rescued:,} were rescued."
        )
    gone = f", as {wording.count(expired, 'was', 'were')} of late" if expired else ""
    yield f"What lies here is deleted {KEPT_DAYS} days after it came or was marked{gone}."


def _contested(number: int) -> Iterator[str]:
    if number:
        yield f"{wording.count(number, 'writer says', 'writers say')} that theirs is no spam."


def _chart(days: Sequence[Day]) -> Markup:
    shown = [charts.Column(day.day, (("caught", day.caught), ("late", day.marked))) for day in days]
    most = max(column.total for column in shown)
    described = f"{KEPT_DAYS} days up to {days[-1].day}; at most {most:,} on one day."
    # The function escapes what it is given, and makes the rest itself.
    return Markup(charts.columns("spam-days", "Spam by day", described, shown))  # noqa: S704

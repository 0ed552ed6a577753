"""Rules about the words: headings in their order, marks of what is not done yet, promises whose day has passed."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from authoring import fields
from authoring.checking import markup
from authoring.checking.reading import Around, Text
from comments_service import wording

_UNDONE = re.compile(r"\b(?:TODO|FIXME|TBD)\b")

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?"
    r"|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_DAYS = (
    re.compile(r"\b(?P<year>\d{4})-(?P<number>\d\d)-(?P<day>\d\d)\b"),
    re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? (?P<year>\d{{4}}))?\b"),
    re.compile(rf"\b{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (?P<year>\d{{4}}))?"),
    re.compile(rf"\b(?:by|before|until|in|of) {_MONTH} (?P<year>\d{{4}})\b"),
    re.compile(r"\b(?:by|before|until|in) (?:the end of )?(?P<year>\d{4})\b"),
)
_PROMISE = re.compile(
    r"\b(?:i|we)(?:['’]ll| will| shall| promise|['’]m going to| am going to|['’]re going to| are going to)\b"
    r"|\b(?:i|we) (?:plan|intend|mean) to\b"
    r"|\bwill (?:appear|follow|come out|be (?:here|ready|published|out|online))\b",
    re.IGNORECASE,
)
_SENTENCE_ENDS = re.compile(r"[.!?…][”\"’')]*\s|\n\s*\n")
_QUOTED = re.compile(r"^[ ]{0,3}>.*$", re.MULTILINE)


def headings_out_of_order(_: Around, text: Text) -> Iterator[tuple[int, str]]:
    """The title is the first level; below it headings go down one level at a time."""
    before = 1
    for heading in markup.headings(text.body):
        line = text.line_at(heading.at)
        if not heading.words:
            yield line, "A heading without words."
        elif heading.level == 1:
            yield line, f"“{heading.words}” would be a second title; a heading in the text begins with ##."
        elif heading.level > before + 1:
            wanted = "#" * (before + 1)
            yield line, f"“{heading.words}” skips a level: after what stands above, a heading begins with {wanted}."
        before = max(heading.level, 2) if heading.level == 1 else heading.level


def undone(_: Around, text: Text) -> Iterator[tuple[int, str]]:
    """A mark that the author left for later: in the text, in front matter, in a comment that readers could find."""
    for found in _UNDONE.finditer(text.open):
        yield text.line_at(found.start()), f"“{found[0]}” still stands here."


def broken_promises(around: Around, text: Text) -> Iterator[tuple[int, str]]:
    """A sentence that says what will be by a day which has passed. Quotations and earlier editions are history."""
    if text.kind == fields.EDITION:
        return
    words = _QUOTED.sub(markup.blank, text.prose)
    told = set()
    for start, day in _days(words, _written(around, text)):
        sentence = _sentence(words, start)
        if day < around.today and sentence not in told and _PROMISE.search(words[slice(*sentence)]):
            told.add(sentence)
            yield (
                text.line_at(start),
                f"Something is promised here for {wording.of_day(day)}, which has passed. Say what became of it.",
            )


def _days(words: str, written: date) -> Iterator[tuple[int, date]]:
    """The days that a text names, and where. One without a year is the first of its kind after the text was written."""
    seen: set[int] = set()
    for pattern in _DAYS:
        for found in pattern.finditer(words):
            day = None if seen & set(range(*found.span())) else _day(found.groupdict(), written)
            if day:
                seen.update(range(*found.span()))
                yield found.start(), day


def _day(said: dict[str, str | None], written: date) -> date | None:
    name = (said.get("month") or "")[:3].lower()
    month = _MONTHS.index(name) + 1 if name else int(said.get("number") or 12)
    year = int(said.get("year") or written.year)
    try:
        if not said.get("day"):
            return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        day = date(year, month, int(said["day"] or 1))
        return day if said.get("year") or day >= written else day.replace(year=year + 1)
    except ValueError:
        return None


def _written(around: Around, text: Text) -> date:
    """The day on which the words were last true: of revision, of publication, or today."""
    for key in ("modified", "date"):
        try:
            return fields.moment(text.value(key), around.settings.zone).astimezone(around.settings.zone).date()
        except ValueError:
            continue
    return around.today


def _sentence(words: str, place: int) -> tuple[int, int]:
    """Where the sentence around a place begins and ends."""
    before = [found.end() for found in _SENTENCE_ENDS.finditer(words, 0, place)]
    after = _SENTENCE_ENDS.search(words, place)
    return before[-1] if before else 0, after.start() if after else len(words)

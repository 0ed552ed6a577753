"""The data as a page shows it and as two files to take along: JSON for programs, HTML to be read, both from one record.

The JSON is one object: `rapport` (the number of this form), `title` and `url` of the blog, `made` (when), `not_told`
(sentences on what can't be told to be theirs), then one list for each part of `holding.parts` under its name. `why`
says of each part why it is held. Each record is a flat object; times are UTC, `2026-01-02T03:04:05.678Z`.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from comments_service import holding, ids, templating, wording
from comments_service.database import Database
from comments_service.holding import Part, Record, saying
from comments_service.settings import Settings
from comments_service.store.subjects import Subject

# Raised whenever a reader of the former form would misunderstand the new one.
FORM = 1
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


@dataclass(frozen=True, slots=True)
class Shown:
    """A part on a page: `rows` pairs the fields of each record, in words, with what is held there.

    `more` says that there are more records than are shown; the files hold all of them.
    """

    name: str
    title: str
    why: str
    records: Iterator[tuple[tuple[str, str], ...]]
    more: bool


def lines(db: Database, settings: Settings, subject: Subject) -> Iterator[str]:
    """The JSON document, a record a line, read from the database while it is sent."""
    found = holding.parts(db, settings, subject)
    head = {
        "rapport": FORM,
        "title": settings.title,
        "url": settings.url,
        "made": ids.now(),
        "why": {part.name: f"{part.title}. {part.why}" for part in found},
        "not_told": saying.NOT_TOLD,
    }
    yield json.dumps(head, ensure_ascii=False)[:-1]
    for part in found:
        yield f', "{part.name}": ['
        comma = ""
        for record in part.records():
            yield comma + json.dumps(record, ensure_ascii=False)
            comma = ","
        yield "]"
    yield "}"


def html(db: Database, settings: Settings, subject: Subject) -> Iterator[str]:
    """The document to be read, piece by piece: it needs no other file, and opening it asks nobody for anything."""
    return templating.stream(
        "readers/data-file.html",
        site=settings,
        parts=(_shown(part, settings, part.records()) for part in holding.parts(db, settings, subject)),
        made=wording.date_and_time(ids.now(), settings.zone),
        not_told=saying.NOT_TOLD,
    )


def shown(db: Database, settings: Settings, subject: Subject, *, most: int) -> list[Shown]:
    """The same for a page, with at most so many records of each part; parts that hold nothing are left out."""
    found = []
    for part in holding.parts(db, settings, subject):
        records = list(islice(part.records(), most + 1))
        if records:
            found.append(_shown(part, settings, records[:most], more=len(records) > most))
    return found


def _shown(part: Part, settings: Settings, records: Iterable[Record], *, more: bool = False) -> Shown:
    return Shown(part.name, part.title, part.why, (_pairs(one, settings) for one in records), more)


def _pairs(record: Mapping[str, object], settings: Settings) -> tuple[tuple[str, str], ...]:
    """What a record holds, field by field, in words; empty fields are left out."""
    pairs = ((name.replace("_", " ").capitalize(), _in_words(value, settings)) for name, value in record.items())
    return tuple((name, value) for name, value in pairs if value)


def _in_words(value: object, settings: Settings) -> str:
    if value is None or isinstance(value, bool):
        return {None: "", True: "yes", False: "no"}[value]
    text = str(value)
    return wording.date_and_time(text, settings.zone) if _TIME.fullmatch(text) else text

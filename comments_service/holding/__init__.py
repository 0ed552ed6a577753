"""Holding: everything that is held about somebody, part by part, for them to read, to take along, and to correct."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from comments_service.database import Database, Row
from comments_service.holding import saying
from comments_service.providers import EMAIL
from comments_service.settings import Settings
from comments_service.store import holdings, identities
from comments_service.store.subjects import Subject

Record = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of what is held: `name` in the JSON, `title` and `why` for people; its records are read when asked for.

    A record is flat: field to text, number or yes and no, times as `2026-01-02T03:04:05.678Z`. Fields of one part are
    the same in every record. What holds nothing is empty, or null.
    """

    name: str
    title: str
    why: str
    records: Callable[[], Iterator[Record]]


def parts(db: Database, settings: Settings, subject: Subject) -> tuple[Part, ...]:
    """All that is held about somebody, oldest first within each part. Nothing of anybody else is in it.

    Secrets are not told: not even their owner could do anything with the digest of one. What can't be found to be
    theirs is said in `saying.NOT_TOLD`.
    """
    known_as = {identity: found for identity in subject.identities if (found := identities.find(db, identity))}

    def part(name: str, records: Callable[[], Iterator[Record]]) -> Part:
        return Part(name, *saying.PARTS[name], records)

    def each(
        rows: Callable[[Database, Subject], Iterator[Row] | list[Row]], told: Callable[[Row], Record]
    ) -> Callable[[], Iterator[Record]]:
        return lambda: (told(row) for row in rows(db, subject))

    return (
        part("replies", lambda: (saying.reply(one, settings, known_as) for one in holdings.own(db, subject))),
        part(
            "replies_with_your_address",
            lambda: (saying.sent(one, settings) for one in holdings.sent_with_their_address(db, subject)),
        ),
        part("decisions", each(holdings.decided, saying.decision)),
        part("acts", each(holdings.done, saying.act)),
        part("lessons", each(holdings.lessons, saying.lesson)),
        part("conversations", each(holdings.conversations, saying.conversation)),
        part("events", each(holdings.events, lambda row: saying.event(row, subject))),
        part("answers", each(holdings.answers, saying.answer)),
        part("promises", each(holdings.promises, saying.promise)),
        part("notes", each(holdings.notes, saying.note)),
        part("comment_notes", each(holdings.comment_notes, saying.comment_note)),
        part("joins", each(holdings.joins, lambda row: saying.join(row, subject))),
        part("hearts", each(holdings.hearts, saying.heart)),
        part("sayings", each(holdings.sayings, saying.saying)),
        part("likes", each(holdings.likes, lambda row: {"what": row["subject"], "at": row["at"]})),
        part("reports", each(holdings.reports, saying.report)),
        part("reported", each(holdings.reported, saying.reported)),
        part("bans", each(holdings.bans, saying.ban)),
        part("proved", lambda: (saying.proved(one, by_hash=one.provider == EMAIL) for one in known_as.values())),
        part("pictures", each(holdings.pictures, lambda row: saying.picture(row, settings))),
        part("names", each(holdings.names, lambda row: {"person": row["person"], "kept_as": row["shape"]})),
        part("appearances", each(holdings.people, dict)),
        part("devices", each(holdings.devices, lambda row: saying.device(row, subject))),
        part("letters", each(holdings.letters, dict)),
        part("correspondence", each(holdings.correspondents, dict)),
        part("wishes", each(holdings.subscriptions, dict)),
        part("news", each(holdings.news, dict)),
        part("under_way", lambda: _under_way(db, subject)),
    )


def _under_way(db: Database, subject: Subject) -> Iterator[Record]:
    begun = holdings.under_way(db, subject)
    if begun is not None:
        typed = saying.in_one_line(json.loads(begun["fields"]))
        yield {"what": "proving who you are", "begun": begun["created"], "ends": begun["expires"],
               "for": begun["purpose"], "reply": begun["comment"], "typed": typed, "told": begun["said"]}  # fmt: skip
    for row in holdings.sign_ins(db, subject):
        yield {"what": f"signing in with {row['provider']}", "begun": row["created"], "ends": row["expires"],
               "for": "", "reply": "", "typed": "", "told": ""}  # fmt: skip

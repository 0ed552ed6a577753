"""Collecting: the mailbox is read every half a minute by a thread of its own, and what is meant for us is taken in.

Letters without one of our addresses are left as they are; those that were taken are marked as read. None is deleted.
"""

import contextlib
import logging
from collections.abc import Callable
from urllib.parse import urlsplit

from comments_service import ids, keys, lanes, receiving
from comments_service.database import Database
from comments_service.keys import Keys
from comments_service.lanes import STEADY
from comments_service.mail import imap, signatures
from comments_service.mail.imap import Away, Mailbox
from comments_service.settings import Settings
from comments_service.store import inbox, outbox
from comments_service.unavailable import Unavailable

_log = logging.getLogger("rapport.inbox")
_POLL_SECONDS = 30.0
_LONGEST_PAUSE_SECONDS = 600.0
# A mailbox that was never read, or was renumbered, is read this far back.
_DAYS_BACK = 14
_AT_ONCE = 50
# So long a DNS that does not answer is asked again before a letter counts as unproven, and a server for a letter.
_PATIENCE_SECONDS = 3600
_LEFT, _UNKNOWN_YET = "left", "unknown yet"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")  # RFC 3501, date-month


class Collector:
    """Keeps the mailbox open between rounds, and waits the longer the more often it could not be reached."""

    def __init__(self, settings: Settings, secrets: Keys) -> None:
        self._settings = settings
        self._secrets = secrets
        self._mailbox: Mailbox | None = None
        self._problem = ""
        self._failures = 0
        self._not_before = 0.0
        self._waits: dict[int, float] = {}  # a letter's number -> since when it could not be taken

    def round(self, db: Database) -> bool:
        """Take in what has come; whether there may be more at once. Trouble is logged once, until it is another."""
        if ids.moment().timestamp() < self._not_before:
            return False
        try:
            with imap.told_apart():
                self._mailbox = self._mailbox or imap.connect(self._settings)
                self._mailbox.look()
                more = self._read(db, self._mailbox)
        except Away as away:
            self.close()
            if str(away) != self._problem:
                _log.warning("letters can't be collected: %s", away)
            pause = min(_POLL_SECONDS * 2**self._failures, _LONGEST_PAUSE_SECONDS)
            self._not_before = ids.moment().timestamp() + pause
            self._problem, self._failures = str(away), min(self._failures + 1, 10)
            return False
        self._problem, self._failures, self._not_before = "", 0, 0.0
        with STEADY, db.transaction():
            outbox.beat(db, outbox.MAILBOX, now=ids.now())
        return more

    def _read(self, db: Database, mailbox: Mailbox) -> bool:
        name = name_of(self._settings)
        with STEADY:
            validity, until = inbox.read_until(db, name)
        uids = mailbox.since(until if validity == mailbox.validity else 0, day=_day(_DAYS_BACK))
        for uid in uids[:_AT_ONCE]:
            try:
                with imap.told_apart():
                    outcome = self._taken(db, mailbox, uid)
            except Away:
                if self._waits_for(uid):
                    raise
                outcome = _LEFT  # the server can't hand it out, and others come after it
            if outcome == _UNKNOWN_YET:
                return False
            with STEADY:
                inbox.has_read(db, name, mailbox.validity, uid)
            if outcome not in {_LEFT, receiving.TROUBLE}:
                with contextlib.suppress(Away):  # a mailbox that can only be read
                    mailbox.mark_read(uid)
        return len(uids) > _AT_ONCE

    def _taken(self, db: Database, mailbox: Mailbox, uid: int) -> str:
        """What became of a letter; `_LEFT` if it is none of ours, `_UNKNOWN_YET` while the DNS does not answer."""
        found = mailbox.head(uid)
        if found is None or not receiving.concerns_us(found.head):
            return _LEFT
        whole = found.size <= imap.LARGEST
        raw = mailbox.letter(uid) if whole else found.head
        return _LEFT if raw is None else self._received(db, uid, raw, whole=whole)

    def _waits_for(self, uid: int) -> bool:
        """Whether a letter is worth another try; it is for an hour."""
        now = ids.moment().timestamp()
        return now - self._waits.setdefault(uid, now) < _PATIENCE_SECONDS

    def _received(self, db: Database, uid: int, raw: bytes, *, whole: bool) -> str:
        """What became of a letter, or `_UNKNOWN_YET`."""
        try:
            with STEADY:
                arrived = receiving.look(db, self._secrets, raw, whole=whole)
            try:
                proven = receiving.proven(self._settings, arrived)
            except signatures.Unanswered:
                if self._waits_for(uid):
                    return _UNKNOWN_YET
                proven = False
            with STEADY:
                return receiving.settle(db, self._settings, self._secrets, arrived, proven=proven)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 -- one bad letter does not keep the others; it stays unread
            lanes.log_unforeseen(_log, "a letter", error)
            with STEADY:
                inbox.note(db, ids.keyed(self._secrets.proofs, ids.digest(raw.decode("latin-1"))), receiving.TROUBLE)
            return receiving.TROUBLE

    def close(self) -> None:
        """Leave the mailbox."""
        if self._mailbox:
            self._mailbox.close()
        self._mailbox = None


def name_of(settings: Settings) -> str:
    """The mailbox of the settings by a digest: the same as long as server, user and folder are."""
    parts = urlsplit(settings.imap_url)
    return ids.digest(f"{parts.hostname} {parts.port} {parts.username} {parts.path}")[:32]


def _day(back: int) -> str:
    """A day as IMAP writes it, so many days ago; `strftime` would follow the server's language."""
    day = ids.as_moment(ids.now(days=-back))
    return f"{day.day}-{_MONTHS[day.month - 1]}-{day.year}"


def run(settings: Settings, stops_within: Callable[[float], bool]) -> None:
    """Collect until it is time to stop; the letter in hand is finished first. Without a mailbox nothing is done."""
    if not (settings.imap_url and settings.reads_letters):
        return
    collectors: list[Collector] = []

    def begin(db: Database) -> Callable[[], bool]:
        collectors.append(Collector(settings, keys.load(settings.data)))
        return lambda: collectors[-1].round(db)

    lanes.work(settings, stops_within, begin, poll=_POLL_SECONDS, log=_log)
    for collector in collectors:
        collector.close()

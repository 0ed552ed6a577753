"""What else the desk's templates are given, all words already chosen: what was decided, by whom, and from where."""

from dataclasses import dataclass

from markupsafe import Markup

from comments_service import ids
from comments_service.identity import entries
from comments_service.models import Session
from comments_service.settings import Settings
from comments_service.store.passkeys import Passkey
from comments_service.store.sign_ins import SignIn
from comments_service.web.desk import words


@dataclass(frozen=True, slots=True)
class Undo:
    """What takes something back: a plain form to `address` with one field, and the words of its button."""

    address: str
    name: str
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of the log; `address` is where the desk shows what it was about, `old` that nothing takes it back."""

    by: str
    words: Markup
    address: str
    iso: str
    when: str
    taken_back: bool
    undo: Undo | None
    old: bool


@dataclass(frozen=True, slots=True)
class Door:
    """A session in words."""

    id: str
    device: str
    since: str
    seen: str
    this: bool


@dataclass(frozen=True, slots=True)
class Key:
    """A passkey in words; `used` is empty when it never was."""

    id: str
    name: str
    added: str
    used: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the log of sign-ins in words."""

    words: str
    device: str
    iso: str
    when: str


def log_line(
    settings: Settings,
    *,
    by: str,
    words_: Markup,
    address: str,
    at: str,
    taken_back: bool,
    undo: Undo | None,
    old: bool,
) -> LogLine:
    """One line of the log, made at the moment `at`."""
    return LogLine(by, words_, address, at, words.when(at, ids.now(), settings.zone), taken_back, undo, old)


def session(settings: Settings, found: Session, this: str | None) -> Door:
    """One open session in words; `this` is the id of the one that asks."""
    now = ids.now()
    return Door(
        id=found.id,
        device=found.device or "An unknown device",
        since=words.when(found.created, now, settings.zone),
        seen="now" if found.id == this else words.when(found.seen, now, settings.zone),
        this=found.id == this,
    )


def passkey(settings: Settings, found: Passkey) -> Key:
    """One passkey in words."""
    now, zone = ids.now(), settings.zone
    used = words.when(found.used_at, now, zone) if found.used_at else ""
    return Key(found.id, found.name, words.when(found.created, now, zone), used)


def sign_in(settings: Settings, line: SignIn) -> Entry:
    """One line of the log of sign-ins in words."""
    return Entry(entries.told(line), line.device, line.at, words.when(line.at, ids.now(), settings.zone))

"""Chance and time: the only module that draws random numbers or reads the clock."""

import base64
import hashlib
import hmac
import secrets
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

# Crockford's base 32 in lower case: sorts as the numbers do, and holds no letter that is easily misread.
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_FROM_RFC_4648 = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", _ALPHABET.encode())
_ID_LENGTH = 26

_clock_file: Path | None = None
_last = 0
_one_at_a_time = threading.Lock()


def use_clock(file: Path | None) -> None:
    """Shift `now()` by the seconds that `file` holds, or by nothing (tests only; settings refuse it elsewhere)."""
    global _clock_file  # noqa: PLW0603 -- one process has one clock
    _clock_file = file


def _seconds() -> float:
    if _clock_file is None:
        return time.time()
    try:
        return time.time() + float(_clock_file.read_text().strip() or 0)
    except FileNotFoundError:
        return time.time()


def moment() -> datetime:
    """The present, in UTC."""
    return datetime.fromtimestamp(_seconds(), UTC)


def as_text(at: datetime) -> str:
    """A time as the database keeps it, `2026-01-02T03:04:05.678Z`: UTC, of one width, so that it sorts as text."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def as_moment(text: str) -> datetime:
    """The time that `as_text` wrote."""
    return datetime.fromisoformat(text)


def now(**shift: float) -> str:
    """The present as text; `now(minutes=15)` is a quarter of an hour ahead, `now(days=-1)` was yesterday."""
    return as_text(moment() + timedelta(**shift))


_SET_BACK_MILLISECONDS = 60_000


def new_id() -> str:
    """A new identifier: 26 letters and digits, 128 bits; the first 48 are milliseconds, so that ids sort by age.

    Within a millisecond those of one process follow each other as well, and while a clock that was set back by a moment
    catches up: a decision and its undo must not change places.
    """
    global _last  # noqa: PLW0603 -- one process has one last id
    now = int(_seconds() * 1000)
    with _one_at_a_time:
        same = now <= _last >> 80 < now + _SET_BACK_MILLISECONDS
        number = _last + 1 + secrets.randbits(40) if same else now << 80 | secrets.randbits(79)
        _last = number
    return base64.b32encode(number.to_bytes(16)).translate(_FROM_RFC_4648)[:_ID_LENGTH].decode()


def made_at(id_: str) -> datetime:
    """When an identifier was made, to the millisecond."""
    number = 0
    for letter in id_[:10]:
        number = number * 32 + _ALPHABET.index(letter)
    return datetime.fromtimestamp((number >> 2) / 1000, UTC)


def first_id(at: str) -> str:
    """The least id that could have been made at a moment (text as from `now`): what is older has a smaller one."""
    number = int(as_moment(at).timestamp() * 1000) << 80
    return base64.b32encode(number.to_bytes(16)).translate(_FROM_RFC_4648)[:_ID_LENGTH].decode()


def is_id(text: str) -> bool:
    """Whether `text` has the shape of an identifier."""
    return len(text) == _ID_LENGTH and all(letter in _ALPHABET for letter in text)


def new_secret() -> str:
    """A new bearer secret: 256 bits, safe in an address and in a cookie."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is stored of a bearer secret: its SHA-256 in hexadecimal. With 256 bits of its own it needs no salt."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def keyed(key: bytes, text: str) -> str:
    """A keyed fingerprint (HMAC-SHA256, 128 bits, hexadecimal) of something that must be compared but not kept."""
    return hmac.new(key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:32]


def short_keyed(key: bytes, text: str) -> str:
    """The same with 80 bits, in the 16 letters and digits of which identifiers are made, where room is scarce."""
    mark = hmac.new(key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()[:10]
    return base64.b32encode(mark).translate(_FROM_RFC_4648).decode()


def same(one: str, other: str) -> bool:
    """Compare two secrets without telling by the time it takes how much of them agrees."""
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass"))

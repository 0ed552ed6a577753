"""The head of a letter: its headers as text, whatever stands in them."""

from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message

from comments_service import names

# What a letter has once (RFC 5322, 3.6; RFC 2045): with two of them, programs differ about which one counts.
_ONCE = ("from", "sender", "to", "message-id", "date", "content-type", "content-transfer-encoding", "mime-version")
# Where an address may stand that a letter came to, besides To: mail servers note it in one of these.
_TO = ("to", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-forwarded-to", "cc")
_LONGEST_ID = 250
_LONGEST_HEAD = 200_000


class Unreadable(Exception):
    """Bytes in which no letter can be found."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as it was parsed. `sender` is the one address in From, empty if there is none or several."""

    message: Message
    sender: str

    def values(self, *names_: str) -> list[str]:
        """What the headers of these names say, from the top, each on one line; bytes that are no ASCII become ?."""
        return [value for name in names_ for value in _values(self.message, name)]

    def value(self, name: str) -> str:
        """What the first header of this name says; empty if there is none."""
        return next(iter(self.values(name)), "")

    @property
    def addressed(self) -> list[str]:
        """The header lines in which the address may stand that it came to."""
        return self.values(*_TO)

    @property
    def id(self) -> str:
        """Its Message-ID with its angle brackets (RFC 5322, 3.6.4); empty if it has none of a usual form."""
        found = self.value("message-id")
        usual = found.startswith("<") and found.endswith(">") and found.isprintable() and " " not in found
        return found if usual and len(found) <= _LONGEST_ID else ""

    @property
    def answers(self) -> list[str]:
        """The Message-IDs of what it answers, without their angle brackets, the nearest first."""
        words = [word for value in self.values("in-reply-to", "references") for word in reversed(value.split())]
        return [word[1:-1] for word in words if word.startswith("<") and word.endswith(">")]

    @property
    def well_formed(self) -> bool:
        """Whether it has one of each header that must not stand there twice, and one sender."""
        return bool(self.sender) and all(len(self.message.get_all(name, [])) <= 1 for name in _ONCE)


def head_of(raw: bytes) -> bytes:
    """The head of a letter, with the empty line that ends it. Raises Unreadable where it is longer than any."""
    ends = [
        raw.find(end, 0, _LONGEST_HEAD) + len(end)
        for end in (b"\r\n\r\n", b"\n\n")
        if raw.find(end, 0, _LONGEST_HEAD) >= 0
    ]
    if not ends and len(raw) > _LONGEST_HEAD:
        raise Unreadable
    return raw[: min(ends, default=len(raw))]


def read(raw: bytes) -> Letter:
    """Parse a letter, or its head alone; what is broken in it is left as it is. Raises Unreadable."""
    from email import message_from_bytes

    head_of(raw)
    try:
        message = message_from_bytes(raw)
        sender = _one_address(_values(message, "from"))
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise Unreadable from error
    return Letter(message, sender)


def _values(message: Message, name: str) -> list[str]:
    found: Iterable[object] = message.get_all(name, [])
    return [" ".join(str(value).encode("ascii", "replace").decode().split()) for value in found]


def _one_address(lines: list[str]) -> str:
    from email.utils import getaddresses

    found = getaddresses(lines)
    if len(found) != 1:
        return ""
    try:
        return names.email(found[0][1])
    except ValueError:
        return ""

"""Return addresses: what a letter is answered to, and where it comes back to, signed and stored nowhere.

A mark stands behind a `+` in the blog's own address (`answers+r…@example.org`): a letter for its kind, the id of what
it is about, and 80 bits of HMAC, all in letters and digits of identifiers, so that it bears to be written in capitals.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from comments_service import ids
from comments_service.keys import Keys
from comments_service.settings import Settings

_REPLY, _BOUNCE = "r", "b"
_MARKED = re.compile(r"[^\s<>@+]{1,64}\+([rb])([0-9a-z]{26})([0-9a-z]{16})@[^\s<>@]{1,253}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands in an address that looks like one of ours; whether it is says `account_of` or `letter_of`."""

    kind: str
    subject: str
    proof: str


def reply_address(settings: Settings, keys: Keys, account: str, comment: str) -> str:
    """Where an account (its id) answers a comment (its id) by letter; empty where no letter is read."""
    if not settings.reads_letters:
        return ""
    return _marked(settings, _REPLY, comment, _of_reply(keys, account, comment))


def bounce_address(settings: Settings, keys: Keys, letter: str) -> str:
    """Where a letter (its id) comes back to if it can't be delivered: the envelope's sender (RFC 5321, 4.1.1.2).

    The plain sender where no letter is read, or the id is none of those that `ids` makes.
    """
    if not settings.reads_letters or not ids.is_id(letter):
        return settings.sender
    return _marked(settings, _BOUNCE, letter, _of_bounce(keys, letter))


def marks(addresses: Iterable[str]) -> Iterator[Mark]:
    """What looks like a mark of ours in addresses, or in whole header lines, in their order."""
    for address in addresses:
        for kind, subject, proof in _MARKED.findall(address):
            yield Mark(kind.lower(), subject.lower(), proof.lower())


def account_of(keys: Keys, mark: Mark, accounts: Iterable[str]) -> str | None:
    """Which of these accounts (ids) was given a reply address for `mark.subject`, a comment; None for a forged one."""
    if mark.kind != _REPLY:
        return None
    return next((one for one in accounts if ids.same(mark.proof, _of_reply(keys, one, mark.subject))), None)


def letter_of(keys: Keys, mark: Mark) -> str | None:
    """The id of the letter that comes back to this address; None for a forged one."""
    genuine = mark.kind == _BOUNCE and ids.same(mark.proof, _of_bounce(keys, mark.subject))
    return mark.subject if genuine else None


def _of_reply(keys: Keys, account: str, comment: str) -> str:
    return ids.short_keyed(keys.proofs, f"reply by letter {account} {comment}")


def _of_bounce(keys: Keys, letter: str) -> str:
    return ids.short_keyed(keys.proofs, f"letter that comes back {letter}")


def _marked(settings: Settings, kind: str, subject: str, proof: str) -> str:
    local_part, _, domain = settings.answers_go_to.partition("@")
    return f"{local_part}+{kind}{subject}{proof}@{domain}"

"""Letters that tell that another could not be delivered (RFC 3464), also as servers write them that never read it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from comments_service.incoming.letters import Letter, Unreadable, read

# RFC 3463: the class, what it is about, and more exactly.
_STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")
# A reply of an SMTP server as it is quoted in a text: three figures, perhaps with the numbers above.
_REPLY = re.compile(r"\b([45])\d\d[ -](?=#?[45]\.\d{1,3}\.\d{1,3}|\S)")
_LONGEST = 50_000
# What is read of a report, which stands above the letter that it returns: whoever ever got a letter can send one, and
# each of its lines is held against each part that it stands in.
_MOST_BYTES, _MOST_PARTS = 100_000, 40
# RFC 3463: nobody has that address. Any other refusal may be about us, or about what somebody wrote to provoke it.
_NOBODY = re.compile(r"5\.1\.(?:1|2|3|6|10)")


@dataclass(frozen=True, slots=True)
class Bounce:
    """`permanent`: this letter will never arrive there. `status` is RFC 3463's number, or its class alone (`5`)."""

    permanent: bool
    status: str

    @property
    def nobody(self) -> bool:
        """Whether nobody has that address."""
        return self.permanent and _NOBODY.fullmatch(self.status) is not None


def bounce(raw: bytes) -> Bounce | None:
    """What a letter says that came to a bounce address; None if it says of no failure (delivered, on vacation).

    Raises Unreadable.
    """
    beginning = raw[:_MOST_BYTES]
    if beginning.lower().count(b"boundary") > _MOST_PARTS:
        raise Unreadable
    try:
        return _told(read(beginning))
    except RecursionError as error:
        raise Unreadable from error


def _told(letter: Letter) -> Bounce | None:
    reported = list(_reported(letter.message))
    failures = [(action, status) for action, status in reported if action in {"failed", "delayed", ""}]
    if reported:
        return next((_said(action, status) for action, status in failures), None)
    text = "\n".join(_texts(letter.message))[:_LONGEST]
    status = next((match[0] for match in _STATUS.finditer(text) if match[1] != "2"), "")
    reply = next((match[1] for match in _REPLY.finditer(text)), "")
    found = status or reply
    return Bounce(found.startswith("5"), found) if found else None


def _said(action: str, status: str) -> Bounce:
    return Bounce(action != "delayed" and status.startswith("5"), status or ("4" if action == "delayed" else ""))


def _reported(message: Message) -> Iterator[tuple[str, str]]:
    """What a delivery report says of each recipient: the action, and its status."""
    for part in message.walk():
        if part.get_content_type() not in {"message/delivery-status", "message/global-delivery-status"}:
            continue
        blocks = part.get_payload()
        for block in blocks if isinstance(blocks, list) else []:
            if isinstance(block, Message) and (block.get("Action") or block.get("Status")):
                status = _STATUS.search(str(block.get("Status", "")))
                yield str(block.get("Action", "")).strip().lower(), status[0] if status else ""


def _texts(message: Message) -> Iterator[str]:
    """The texts of the report itself, without the letter that it returns."""
    for part in message.walk():
        if part.get_content_type() in {"message/rfc822", "text/rfc822-headers"}:
            return
        if part.get_content_maintype() == "text":
            payload = part.get_payload(decode=True)
            yield payload.decode("latin-1") if isinstance(payload, bytes) else ""

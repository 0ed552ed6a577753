"""A letter, and the bytes it becomes (RFC 5322, MIME): nothing in it can end a header line and begin another."""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from comments_service import ids, names, texts
from comments_service.settings import Settings

_LONGEST_LINE = 200
_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,63}")
_PRINTABLE = re.compile(r"[\x20-\x7e]{1,900}")
_LONGEST_WORD = 75  # RFC 2047 (2), of an encoded word
# What a letter may say of itself besides what every letter says.
_MORE = frozenset(
    {
        "Auto-Submitted",
        "Content-Language",
        "In-Reply-To",
        "List-Id",
        "List-Unsubscribe",
        "List-Unsubscribe-Post",
        "References",
        "Reply-To",
    }
)
# What begins an encoded word (RFC 2047), which mail programs read as other characters than were written.
_ENCODED_WORD = "=?"


def line(text: str) -> str:
    """A text as a header can carry it: one line of at most 200 characters, without what could be decoded into more."""
    one = " ".join(texts.mend(text).split()).replace(_ENCODED_WORD, "= ?")
    return one if len(one) <= _LONGEST_LINE else one[: _LONGEST_LINE - 1].rstrip() + "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What is sent to one address. The same `id` gives the same Message-ID, however often it is sent.

    `text` says everything that `html` says. `headers` are a few more, by their name, in ASCII. `envelope` is where it
    comes back to if it can't be delivered; empty, that is the blog's own address. Raises ValueError for an id, address,
    subject or header that could be read as anything else.
    """

    id: str
    to: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict)
    envelope: str = ""

    def __post_init__(self) -> None:
        """Refuse what is not safe to be written down."""
        if not _ID.fullmatch(self.id):
            raise ValueError("The id of a letter is made of letters, digits and hyphens.")
        if not self.to or names.email(self.to) != self.to:
            raise ValueError("A letter goes to one address, as `names.email` writes it.")
        envelope = f"{self.envelope}.example" if self.envelope.endswith("@localhost") else self.envelope
        if envelope and names.email(envelope) != envelope:
            raise ValueError("A letter comes back to one address, as `names.email` writes it.")
        if not self.subject or line(self.subject) != self.subject:
            raise ValueError("The subject of a letter is one line, as `line` makes it.")
        for name, value in self.headers.items():
            if name not in _MORE or not _PRINTABLE.fullmatch(value) or _ENCODED_WORD in value:
                raise ValueError(f"A letter can't carry this header: {line(name)}.")


def sender(settings: Settings) -> str:
    """The address that letters come from. Raises ValueError with a sentence for the operator if there is none."""
    given = settings.sender
    if not given:
        raise ValueError("No address is set that letters could come from (mail_from).")
    # On this machine alone `localhost` is a domain.
    here = settings.local and given.endswith("@localhost")
    try:
        checked = names.email(f"{given}.example" if here else given)
    except ValueError:
        raise ValueError("The address that letters should come from (mail_from) is no e-mail address.") from None
    return given if here else checked


def host(settings: Settings) -> str:
    """The blog's host as mail knows it: in ASCII, an IPv6 address in brackets."""
    name = urlsplit(settings.url).hostname or "localhost"
    if ":" in name:
        return f"[IPv6:{name}]"
    return name if name.isascii() else name.encode("idna").decode("ascii")


def compose(settings: Settings, letter: Letter) -> bytes:
    """The letter as it is sent: text first, then HTML, both in UTF-8, every line in 7 bits.

    It is put together here, since the library takes longer for it than a mail server nearby does to take it; what may
    stand in a header was checked or encoded before, and what is in the parts is encoded by the library.
    """
    from email.utils import format_datetime

    # In no quoted-printable part a `=` is followed by anything but digits or the end of a line (RFC 2045, 6.7).
    boundary = f"=_{letter.id}"
    headers = {
        "From": f"{_phrase(line(settings.title))} <{sender(settings)}>",
        "To": letter.to,
        "Subject": _unstructured(letter.subject),
        "Date": format_datetime(ids.moment()),
        "Message-ID": f"<{letter.id}@{host(settings)}>",
        "Auto-Submitted": "auto-generated",
        **{name: "\n ".join(value.split()) for name, value in letter.headers.items()},
        "MIME-Version": "1.0",
        "Content-Type": f'multipart/alternative; boundary="{boundary}"',
    }
    parts = [_head(headers), *(_part(*part) for part in (("plain", letter.text), ("html", letter.html)))]
    return f"\n--{boundary}\n".join(parts).replace("\n", "\r\n").encode("ascii") + f"\r\n--{boundary}--\r\n".encode()


def _head(headers: Mapping[str, str]) -> str:
    return "".join(f"{name}: {value}\n" for name, value in headers.items())


def _part(subtype: str, text: str) -> str:
    from binascii import b2a_qp

    head = {"Content-Type": f'text/{subtype}; charset="utf-8"', "Content-Transfer-Encoding": "quoted-printable"}
    words = b2a_qp(text.replace("\r\n", "\n").encode("utf-8", "replace")).decode("ascii")
    return f"{_head(head)}\n{words}"


def _phrase(name: str) -> str:
    """A display name: quoted, or encoded where it is not ASCII."""
    if name.isascii():
        escaped = re.sub(r'(["\\])', r"\\\1", name)
        return f'"{escaped}"'
    return _encoded(name, "From")


def _unstructured(text: str) -> str:
    return text if text.isascii() else _encoded(text, "Subject")


@functools.lru_cache(maxsize=64)  # a newsletter says the same in each of its letters
def _encoded(text: str, name: str) -> str:
    from email.header import Header

    return Header(text, "utf-8", maxlinelen=_LONGEST_WORD, header_name=name).encode()

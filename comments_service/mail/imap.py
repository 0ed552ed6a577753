"""IMAP (RFC 3501): a mailbox that is read and never emptied; every answer of its server is bounded."""

import contextlib
import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from comments_service import outward
from comments_service.mail import troubles
from comments_service.settings import Settings

TIMEOUT_SECONDS = 20.0
_FAREWELL_SECONDS = 1.0
# What a server may send at once, whatever it says: a letter of the size that is read, and its head.
LARGEST = 10_000_000
_HEAD_BYTES = 200_000
_PORTS = {"imap": 143, "imaps": 993}
_NUMBER = re.compile(rb"\d{1,10}")


class Away(Exception):
    """The mailbox can't be read now, in a sentence for the operator without an address or a password."""


@dataclass(frozen=True, slots=True)
class Found:
    """A letter as the mailbox holds it: its number, its size in bytes, and its head."""

    uid: int
    size: int
    head: bytes


class _Bounded:
    """Lets no literal be longer than a letter may be."""

    def read(self, size: int) -> bytes:
        """Read a literal of the server's, unless it is longer than what is ever read."""
        if size > LARGEST + _HEAD_BYTES:
            raise imaplib.IMAP4.abort("a literal of this size was not asked for")
        return super().read(size)  # type: ignore[misc, no-any-return]


class _Plain(_Bounded, imaplib.IMAP4):
    pass


class _Encrypted(_Bounded, imaplib.IMAP4_SSL):
    pass


class Mailbox:
    """An open mailbox; `validity` is its UIDVALIDITY (RFC 3501, 2.3.1.1): numbers of another one mean nothing here."""

    def __init__(self, client: imaplib.IMAP4, name: str) -> None:
        self._client = client
        self._name = name
        self.validity = 0

    def look(self) -> int:
        """Have the server say what there is now; returns how many letters there are."""
        data = self._insist(self._client.select(_quoted(self._name)), "The mail server has no such mailbox (imap_url).")
        _, validity = self._client.response("UIDVALIDITY")
        found = _NUMBER.search(validity[0] or b"") if validity else None
        self.validity = int(found[0]) if found else 0
        number = data[0] if data else b""
        return int(number) if isinstance(number, bytes) and number.isdigit() else 0

    def since(self, uid: int, *, day: str) -> list[int]:
        """The numbers of the letters after `uid`, the oldest first; with 0 those that came since a day (RFC 3501)."""
        wanted = ("UID", f"{uid + 1}:*") if uid else ("SINCE", day)
        data = self._insist(
            self._client.uid("SEARCH", *wanted), "The mail server does not let this mailbox be searched."
        )
        words = b" ".join(one for one in data if isinstance(one, bytes)).split()
        # `n:*` always finds the last letter, also where n is beyond it.
        return sorted({int(word) for word in words if _NUMBER.fullmatch(word) and int(word) > uid})

    def head(self, uid: int) -> Found | None:
        """The size and the head of a letter, which stays unread; None if it is gone."""
        what = f"(RFC822.SIZE BODY.PEEK[HEADER]<0.{_HEAD_BYTES}>)"
        data = self._insist(self._client.uid("FETCH", str(uid), what), "The mail server does not hand out a letter.")
        literal, said = _literal(data)
        size = re.search(rb"RFC822\.SIZE (\d{1,15})", said)
        return None if literal is None else Found(uid, int(size[1]) if size else 0, literal)

    def letter(self, uid: int) -> bytes | None:
        """A whole letter, which stays unread; None if it is gone."""
        data = self._insist(
            self._client.uid("FETCH", str(uid), "(BODY.PEEK[])"), "The mail server hands out no letter."
        )
        return _literal(data)[0]

    def mark_read(self, uid: int) -> None:
        """Flag a letter as read. It is never deleted."""
        self._insist(
            self._client.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)"), "A letter can't be marked as read."
        )

    def close(self) -> None:
        """Leave, without waiting for a server that has gone."""
        with contextlib.suppress(OSError, imaplib.IMAP4.error):
            self._client.socket().settimeout(_FAREWELL_SECONDS)
            self._client.logout()
        with contextlib.suppress(OSError):  # where it could not say farewell
            self._client.shutdown()

    @staticmethod
    def _insist(answer: tuple[str, Sequence[object]], sentence: str) -> Sequence[object]:
        status, data = answer
        if status != "OK":
            raise Away(sentence)
        return data


def _literal(data: Sequence[object]) -> tuple[bytes | None, bytes]:
    """The literal in the answer to a FETCH, and what else was said; servers put the two in any order."""
    literal = next((one[1] for one in data if isinstance(one, tuple) and isinstance(one[1], bytes)), None)
    said = b" ".join(one[0] if isinstance(one, tuple) else one for one in data if isinstance(one, bytes | tuple))
    return literal, said


def _quoted(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def reach(settings: Settings) -> int:
    """Go as far as one can without reading a letter; returns how many the mailbox holds. Raises Away."""
    with told_apart(), contextlib.closing(connect(settings)) as mailbox:
        return mailbox.look()


def connect(settings: Settings, *, timeout: float = TIMEOUT_SECONDS) -> Mailbox:
    """A connection that is signed in, encrypted unless the server is on this machine; to be used in `told_apart`.

    `timeout` is in seconds, for each answer of the server.
    """
    parts = urlsplit(settings.imap_url)
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    context = ssl.create_default_context()
    client: imaplib.IMAP4
    if parts.scheme == "imaps":
        client = _Encrypted(host, port, ssl_context=context, timeout=timeout)
    else:
        client = _Plain(host, port, timeout=timeout)
    mailbox = Mailbox(client, unquote(parts.path.strip("/")) or "INBOX")
    try:
        if parts.scheme == "imap" and host not in outward.LOOPBACK:
            _encrypt(client, context)
        _sign_in(client, unquote(parts.username or ""), unquote(parts.password or ""))
    except BaseException:
        mailbox.close()
        raise
    return mailbox


def _encrypt(client: imaplib.IMAP4, context: ssl.SSLContext) -> None:
    if "STARTTLS" not in client.capabilities:
        raise Away("The mail server offers no encryption (STARTTLS), so no password was sent to it.")
    try:
        client.starttls(context)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error:
        raise Away("The mail server refused encryption (STARTTLS), so no password was sent to it.") from None


def _sign_in(client: imaplib.IMAP4, user: str, password: str) -> None:
    try:
        client.login(_quoted(user), password)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error:
        raise Away("The mail server did not accept the user and the password of imap_url.") from None


@contextmanager
def told_apart() -> Iterator[None]:
    """Say of everything that can go wrong with the mail server what it was. Raises Away."""
    try:
        yield
    except imaplib.IMAP4.error as error:
        raise Away("The mail server said something that can’t be understood, or hung up.") from error
    except OSError as error:
        raise Away(troubles.in_words(error)) from error

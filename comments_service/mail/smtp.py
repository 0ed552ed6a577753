"""SMTP: one letter handed over in one connection, encrypted unless the server is on this machine; what can go wrong."""

import contextlib
import ipaddress
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from comments_service import texts
from comments_service.mail.letters import host
from comments_service.settings import Settings

if TYPE_CHECKING:
    import smtplib

    Reply = tuple[int, bytes | str]

_PORTS = {"smtp": 587, "smtps": 465}
# The first digit of a reply code (RFC 5321, 4.2.1).
_DONE, _LATER, _NEVER = 2, 4, 5
# What a server says more exactly in RFC 3463's numbers; the words after them may hold an address.
_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b")
_LONGEST_ANSWER = 300


class NotSent(Exception):
    """A letter that was not handed over, in a sentence that holds neither an address nor a word of it.

    `answer` is what the server said, if it said anything: for whoever knows the address already, and never to be kept.
    """

    def __init__(self, sentence: str, answer: str = "") -> None:
        super().__init__(sentence)
        self.answer = answer


class Delayed(NotSent):
    """It may go another time, or once the operator has mended something."""


class Refused(NotSent):
    """The server will never take it."""


@dataclass(frozen=True, slots=True)
class _Server:
    host: str
    port: int
    encrypted: bool
    user: str
    password: str = field(repr=False)

    @property
    def here(self) -> bool:
        """Whether it is on this machine, so that nobody listens on the way."""
        with contextlib.suppress(ValueError):
            return ipaddress.ip_address(self.host).is_loopback
        return self.host == "localhost"


def hand_over(settings: Settings, sender: str, to: str, letter: bytes, *, timeout: float) -> str:
    """Give a composed letter to the mail server of the settings; returns its answer. Raises Delayed or Refused.

    `timeout` is in seconds, for reaching the server and for each of its answers.
    """
    with _ready(settings, timeout) as client:
        _insist(client.mail(sender), "The mail server refused mail_from, the address of this blog", Delayed)
        _insist(client.rcpt(to), "The mail server refused this address", Refused)
        answer = _insist(_told(client, letter), "The mail server refused the letter", Refused)
        # It is theirs now. Whatever becomes of the farewell changes nothing, so nobody waits for it.
        with contextlib.suppress(OSError):
            client.putcmd("quit")
        return answer


def reach(settings: Settings, *, timeout: float) -> None:
    """Go as far with the mail server of the settings as one can without a letter. Raises Delayed."""
    with _ready(settings, timeout) as client, contextlib.suppress(OSError):
        client.putcmd("quit")


@contextmanager
def _ready(settings: Settings, timeout: float) -> "Iterator[smtplib.SMTP]":
    """A connection on which a letter may follow: encrypted unless the server is here, and signed in."""
    server = _server(settings.smtp_url)
    with _told_apart(), contextlib.closing(_connected(server, host(settings), timeout)) as client:
        if not server.encrypted and not server.here:
            _encrypt(client)
        client.ehlo_or_helo_if_needed()
        if server.user:
            _sign_in(client, server)
        yield client


def _server(url: str) -> _Server:
    parts = urlsplit(url)
    return _Server(
        host=parts.hostname or "",
        port=parts.port or _PORTS[parts.scheme],
        encrypted=parts.scheme == "smtps",
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def _connected(server: _Server, name: str, timeout: float) -> "smtplib.SMTP":
    import smtplib
    import ssl

    if server.encrypted:
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(server.host, server.port, local_hostname=name, timeout=timeout, context=context)
    return smtplib.SMTP(server.host, server.port, local_hostname=name, timeout=timeout)


def _encrypt(client: "smtplib.SMTP") -> None:
    import smtplib
    import ssl

    sentence = "The mail server refused encryption (STARTTLS), so nothing was sent to it"
    try:
        client.starttls(context=ssl.create_default_context())
    except smtplib.SMTPNotSupportedError:
        raise Delayed("The mail server offers no encryption (STARTTLS), so nothing was sent to it.") from None
    except smtplib.SMTPResponseException as error:
        raise _problem((error.smtp_code, error.smtp_error), sentence, Delayed) from None


def _sign_in(client: "smtplib.SMTP", server: _Server) -> None:
    import smtplib

    sentence = "The mail server did not accept the user and the password of smtp_url"
    try:
        client.login(server.user, server.password)
    except smtplib.SMTPResponseException as error:
        raise _problem((error.smtp_code, error.smtp_error), sentence, Delayed) from None
    except smtplib.SMTPServerDisconnected:
        raise
    except smtplib.SMTPException:
        raise Delayed("The mail server offers no way to sign in that is known here.") from None


def _told(client: "smtplib.SMTP", letter: bytes) -> "Reply":
    """What the server says to the letter itself, be it before or after having read it."""
    import smtplib

    try:
        return client.data(letter)
    except smtplib.SMTPDataError as error:
        return error.smtp_code, error.smtp_error


def _insist(reply: "Reply", sentence: str, permanent: type[NotSent]) -> str:
    """The words of a reply that says yes. Raises `permanent` for one that says never, and otherwise Delayed."""
    if reply[0] // 100 != _DONE:
        raise _problem(reply, sentence, permanent)
    return _in_words(reply)


def _problem(reply: "Reply", sentence: str, permanent: type[NotSent]) -> NotSent:
    code, answer = reply[0], _in_words(reply)
    exactly = _ENHANCED.match(answer.partition(" ")[2])
    numbers = f"{code} {exactly[0]}" if exactly else f"{code}"
    if code // 100 == _NEVER:
        return permanent(f"{sentence} ({numbers}).", answer)
    if code // 100 == _LATER:
        return Delayed(f"The mail server asks to come again later ({numbers}).", answer)
    return Delayed("The mail server said something that can’t be understood.", answer)


def _in_words(reply: "Reply") -> str:
    code, given = reply
    text = given.decode("utf-8", "replace") if isinstance(given, bytes) else given
    return " ".join(f"{code} {texts.mend(text)}".split())[:_LONGEST_ANSWER]


@contextmanager
def _told_apart() -> Iterator[None]:
    """Say of everything else that can go wrong what it was."""
    import smtplib
    import ssl

    try:
        yield
    except NotSent:
        raise
    except smtplib.SMTPResponseException as error:
        reply = (error.smtp_code, error.smtp_error)
        raise _problem(reply, "The mail server serves nobody here", Delayed) from None
    except ssl.SSLCertVerificationError as error:
        raise Delayed("The mail server’s certificate could not be verified, so nothing was sent to it.") from error
    except ssl.SSLError as error:
        raise Delayed("The mail server and this blog found no encryption in common.") from error
    except socket.gaierror as error:
        raise Delayed("The name of the mail server could not be found.") from error
    except ConnectionRefusedError as error:
        raise Delayed("The mail server could not be reached.") from error
    except OSError as error:  # those of smtplib as well, which wraps what it met while reading
        if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
            raise Delayed("The mail server did not answer in time.") from error
        raise Delayed("The connection to the mail server broke off.") from error

"""SMTP: letters handed over one after the other, encrypted unless the server is on this machine; what can go wrong."""

import contextlib
import ipaddress
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from comments_service import texts
from comments_service.mail import troubles
from comments_service.mail.letters import host
from comments_service.settings import Settings

if TYPE_CHECKING:
    import smtplib

    Reply = tuple[int, bytes | str]

_PORTS = {"smtp": 587, "smtps": 465}
# The first digit of a reply code (RFC 5321, 4.2.1).
_DONE, _GO_ON, _LATER, _NEVER = 2, 3, 4, 5
_CLOSING = 421
# What a server says more exactly in RFC 3463's numbers; the words after them may hold an address.
_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b")
_LONGEST_ANSWER = 300


# How many letters go in one connection, and how long one is kept for the next of them. Servers count on both sides of
# this: some hang up after a hundred, and all after five minutes of silence (RFC 5321, 4.5.3.2).
_LETTERS = 100
_IDLE_SECONDS = 20.0
# The answer to the letter itself may take this many times as long as any other. Whoever hangs up too early gets a
# letter twice to its reader, wherefore RFC 5321 (4.5.3.2.6) asks for patience here.
_PATIENCE = 8
# Numbers of RFC 3463 that say that there is no such address; the other 5.1.x are about the sender, or vague.
_NOBODY = re.compile(r"5\d\d 5\.1\.(?:1|2|3|6|10)")


class NotSent(Exception):
    """A letter that was not handed over, in a sentence that holds neither an address nor a word of it.

    `answer` is what the server said, if it said anything: for whoever knows the address already, and never to be kept.
    `numbers` are those of that answer, such as `550 5.1.1`.
    """

    def __init__(self, sentence: str, answer: str = "", numbers: str = "") -> None:
        super().__init__(sentence)
        self.answer = answer
        self.numbers = numbers


class Delayed(NotSent):
    """It may go another time, or once the operator has mended something."""


class Away(Delayed):
    """The server could not be used at all: no other letter would have fared better."""


class Unsure(Delayed):
    """The server was given the whole letter, and never said whether it took it."""


class Refused(NotSent):
    """The server will never take it."""


class Nobody(Refused):
    """The server says that there is no such address."""


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


class Line:
    """A connection to the mail server of the settings: opened for the first letter, kept for those that follow.

    `timeout` is in seconds, for reaching the server and for each of its answers. Used by one thread.
    """

    def __init__(self, settings: Settings, *, timeout: float) -> None:
        self._settings = settings
        self._timeout = timeout
        self._client: smtplib.SMTP | None = None
        self._letters = 0
        self._used = 0.0
        # Whether a letter was begun on it that the server did not take, and that it has to forget.
        self._begun = False

    def hand_over(self, sender: str, to: str, letter: bytes) -> str:
        """Give a composed letter to the server; returns its answer. Raises Delayed or Refused.

        A connection that was kept and turns out to be closed is opened anew, as long as the server has nothing of the
        letter but its envelope.
        """
        self.rest()
        if self._letters >= _LETTERS:
            self.close()
        if self._client:
            with contextlib.suppress(_Stale):
                return self._given(self._client, sender, to, letter, kept=True)
        return self._given(self.open(), sender, to, letter, kept=False)

    def open(self) -> "smtplib.SMTP":
        """The connection, opened if it is not. Raises Away."""
        if self._client is None:
            self._letters, self._begun = 0, False
            self._client = _opened(self._settings, self._timeout)
            self._used = time.monotonic()
        return self._client

    def _given(self, client: "smtplib.SMTP", sender: str, to: str, letter: bytes, *, kept: bool) -> str:
        self._letters += 1
        try:
            with _told_apart():
                with _stale(kept=kept):
                    self._envelope(client, sender, to)
                answer = _insist(self._told(client, letter), "The mail server refused the letter", Refused)
            self._used = time.monotonic()
        except _Stale:
            self._drop()
            raise
        except Delayed as error:
            # Without a number nobody knows where the conversation stands.
            if not error.numbers or error.numbers.startswith(str(_CLOSING)):
                self._drop()
            raise
        self._begun = False
        return answer

    def _envelope(self, client: "smtplib.SMTP", sender: str, to: str) -> None:
        if self._begun:
            _heard(client.rset())
        self._begun = True
        replies = self._replies(client, (f"MAIL FROM:<{sender}>", _DONE), (f"RCPT TO:<{to}>", _DONE), ("DATA", _GO_ON))
        _insist(replies[0], "The mail server refused mail_from, the address of this blog", Delayed)
        try:
            _insist(replies[1], "The mail server refused this address", Refused)
        except Refused as error:
            if _NOBODY.fullmatch(error.numbers):
                raise Nobody(str(error), error.answer, error.numbers) from None
            raise
        if replies[2][0] // 100 != _GO_ON:
            raise _problem(replies[2], "The mail server refused the letter", Refused)

    def _replies(self, client: "smtplib.SMTP", *steps: tuple[str, int]) -> list["Reply"]:
        """What the server says to these commands, up to the first that it says no to; with each the digit of a yes.

        They are sent together where it offers that (PIPELINING, RFC 2920), so that a far server is waited for once.
        """
        together = client.has_extn("pipelining")
        if together:
            client.send("".join(f"{command}\r\n" for command, _ in steps))
        replies: list[Reply] = []
        for command, yes in steps:
            if not together:
                client.putcmd(command)
            replies.append(_heard(client.getreply()))
            if replies[-1][0] // 100 != yes:
                if together:
                    self._hear_out(client, len(steps) - len(replies))
                break
        return replies

    def _hear_out(self, client: "smtplib.SMTP", number: int) -> None:
        """Hear what a server that said no says to so many commands that it was sent already.

        If it would take the letter all the same, we hang up: of a letter that did not end there is nothing to deliver.
        """
        try:
            if _GO_ON in [_heard(client.getreply())[0] // 100 for _ in range(number)]:
                self._drop()
        except OSError:
            self._drop()

    def _told(self, client: "smtplib.SMTP", letter: bytes) -> "Reply":
        """What the server says to the letter itself, which ends with a dot alone on its line (RFC 5321, 4.5.2)."""
        end = b"" if letter.endswith(b"\r\n") else b"\r\n"
        try:
            if client.sock:
                client.sock.settimeout(self._timeout * _PATIENCE)
            client.send(re.sub(rb"(?m)^\.", b"..", letter) + end + b".\r\n")
            reply = client.getreply()
            if client.sock:
                client.sock.settimeout(self._timeout)
        except OSError as error:
            how = "did not answer in time" if troubles.is_late(error) else "hung up"
            raise Unsure(f"The mail server {how} after it was given the letter, so it may have taken it.") from error
        if reply[0] // 100 not in {_DONE, _LATER, _NEVER}:
            raise Unsure("The mail server said something to the letter that can’t be understood.", _in_words(reply))
        return reply

    def rest(self) -> None:
        """Take leave of the server if nothing was said for a while."""
        if self._client and time.monotonic() - self._used > _IDLE_SECONDS:
            self.close()

    def close(self) -> None:
        """Take leave of the server. Whatever becomes of the farewell changes nothing, so nobody waits for it."""
        if self._client:
            with contextlib.suppress(OSError):
                self._client.putcmd("quit")
        self._drop()

    def _drop(self) -> None:
        if self._client:
            self._client.close()
        self._client = None


class _Stale(Exception):
    """A connection that was kept has ended since."""


def _heard(reply: "Reply") -> "Reply":
    """A reply; one by which the server says that it closes the connection (421) ends it here, too."""
    if reply[0] == _CLOSING:
        raise _Closing(*reply)
    return reply


class _Closing(OSError):
    """The server closes the connection, and says so."""

    def __init__(self, code: int, words: "bytes | str") -> None:
        super().__init__(code)
        self.reply = code, words


@contextmanager
def _stale(*, kept: bool) -> Iterator[None]:
    """On a connection that was kept, an end of it says nothing about the letter; a server that is slow does."""
    try:
        yield
    except OSError as error:
        if kept and not troubles.is_late(error):
            raise _Stale from error
        raise


def reach(settings: Settings, *, timeout: float) -> None:
    """Go as far with the mail server of the settings as one can without a letter. Raises Away."""
    line = Line(settings, timeout=timeout)
    line.open()
    line.close()


def _opened(settings: Settings, timeout: float) -> "smtplib.SMTP":
    """A connection on which letters may follow: encrypted unless the server is here, and signed in. Raises Away."""
    server = _server(settings.smtp_url)
    client: smtplib.SMTP | None = None
    try:
        with _told_apart():
            client = _connected(server, host(settings), timeout)
            if not server.encrypted and not server.here:
                _encrypt(client)
            client.ehlo_or_helo_if_needed()
            if server.user:
                _sign_in(client, server)
            if client.sock:
                # All that is said at once is sent at once: nothing more would come that the rest could wait for.
                client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return client
    except NotSent as error:
        if client:
            client.close()
        raise Away(str(error), error.answer, error.numbers) from error.__cause__


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
        return permanent(f"{sentence} ({numbers}).", answer, numbers)
    if code // 100 == _LATER:
        return Delayed(f"The mail server asks to come again later ({numbers}).", answer, numbers)
    return Delayed("The mail server said something that can’t be understood.", answer)


def _in_words(reply: "Reply") -> str:
    code, given = reply
    text = given.decode("utf-8", "replace") if isinstance(given, bytes) else given
    return " ".join(f"{code} {texts.mend(text)}".split())[:_LONGEST_ANSWER]


@contextmanager
def _told_apart() -> Iterator[None]:
    """Say of everything else that can go wrong what it was."""
    import smtplib

    try:
        yield
    except _Closing as error:
        raise _problem(error.reply, "", Delayed) from None
    except smtplib.SMTPResponseException as error:
        reply = (error.smtp_code, error.smtp_error)
        raise _problem(reply, "The mail server serves nobody here", Delayed) from None
    except OSError as error:  # those of smtplib as well
        raise Delayed(troubles.in_words(error)) from error

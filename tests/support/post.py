"""A post office: a real mail server on this machine, which takes letters, or fails in whatever way it is told to."""

import asyncio
import contextlib
import io
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.support.processes import free_port

# A name that is none of this machine's, so that what holds for far servers holds; tests let it lead here.
FAR = "mail.example.org"
YES, HANGS_UP, SAYS_NOTHING = "250 Taken", "hangs up", "says nothing"

Says = Callable[[], str]


@dataclass
class PostOffice:
    """A mail server at `port`. `at_rcpt` and `at_data` say what it answers; `letters` is what it took, as bytes.

    `read` is what it read, whether it took it or not; `envelopes` says of each that it took from whom and to whom, and
    whether the line was encrypted. `users` may sign in, with their passwords; those who did stand in `signed_in`.
    """

    port: int = field(default_factory=free_port)
    at_rcpt: Says = lambda: YES
    at_data: Says = lambda: YES
    users: dict[str, str] = field(default_factory=dict)
    read: list[bytes] = field(default_factory=list)
    letters: list[bytes] = field(default_factory=list)
    envelopes: list[tuple[str, list[str], bool]] = field(default_factory=list)
    signed_in: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Its address on this machine."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def messages(self) -> list[EmailMessage]:
        """The letters it took, as a mail program reads them."""
        return [message_from_bytes(letter, policy=policy.default) for letter in self.letters]

    async def handle_RCPT(  # noqa: N802 -- the library's names
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = self.at_rcpt()
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.read.append(cast("bytes", envelope.original_content))
        # Whatever it waits for, another letter may arrive meanwhile.
        answer = await server.loop.run_in_executor(None, self.at_data)
        if answer == HANGS_UP:
            cast("asyncio.Transport", server.transport).abort()
        if answer.startswith("250"):
            self.letters.append(cast("bytes", envelope.original_content))
            encrypted = server.transport is not None and server.transport.get_extra_info("ssl_object") is not None
            self.envelopes.append((envelope.mail_from or "", list(envelope.rcpt_tos), encrypted))
        return answer

    def authenticate(self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: Any) -> AuthResult:
        """Let those in who know their password."""
        assert isinstance(data, LoginPassword)
        user, password = data.login.decode(), data.password.decode()
        if self.users.get(user) != password:
            return AuthResult(success=False, handled=False)
        self.signed_in.append(user)
        return AuthResult(success=True)


@contextmanager
def open_office(certificate: Path | None = None, *, at_once: bool = False, **facts: Any) -> Iterator[PostOffice]:
    """A post office until the block ends. With a certificate it offers STARTTLS, or speaks TLS `at_once`."""
    office = PostOffice(**facts)
    context = None
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
    controller = Controller(
        office,
        hostname="127.0.0.1",
        port=office.port,
        ssl_context=context if at_once else None,
        tls_context=None if at_once else context,
        authenticator=office.authenticate if office.users else None,
        auth_require_tls=not office.users,  # without TLS it then offers no way to sign in
    )
    controller.start()
    try:
        yield office
    finally:
        controller.stop()


@contextmanager
def dumb_office() -> Iterator[PostOffice]:
    """A post office where somebody takes up the receiver and never says a word, until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield PostOffice(port=listening.getsockname()[1])


@contextmanager
def odd_office(greeting: bytes) -> Iterator[PostOffice]:
    """A post office that greets whoever calls with these bytes, and hangs up."""

    def greet() -> None:
        with listening:
            caller, _ = listening.accept()
            with caller, contextlib.suppress(OSError):  # whoever called may hang up first
                caller.sendall(greeting)
                caller.shutdown(socket.SHUT_WR)
                while caller.recv(1000):
                    pass

    listening = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=greet, daemon=True)
    office = PostOffice(port=listening.getsockname()[1])
    thread.start()
    yield office
    thread.join()


@dataclass
class ScriptedOffice(PostOffice):
    """A post office that speaks by a script, at each step of each letter; `heard` are the steps that it came to.

    The steps are `greeting`, the verbs of SMTP, and `letter` for what was said between DATA and the dot. If it offers
    PIPELINING, its answers to an envelope go out together, as RFC 2920 (3.2) allows: whoever waits for each, waits on.
    """

    script: Mapping[str, str | Says] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)

    def serve(self, caller: socket.socket) -> None:
        """Speak with whoever called until one of the two hangs up."""
        with caller, caller.makefile("rwb") as talk, contextlib.suppress(OSError):
            step = "greeting"
            while self._answers(step, talk):
                line = talk.readline()
                if not line:
                    return
                step = line.split()[0].decode().upper()
                if step == "DATA" and self._answers(step, talk):
                    read = [talk.readline()]
                    while read[-1] not in {b".\r\n", b""}:
                        read.append(talk.readline())
                    if not read[-1]:
                        return  # it hung up in the middle
                    self.letters.append(b"".join(read[:-1]))
                    step = "letter"
                elif step == "DATA":
                    return

    def _answers(self, step: str, talk: io.BufferedRWPair) -> bool:
        """Say what the script says at a step; False if that was the end."""
        self.heard.append(step)
        said = self.script.get(step, "")
        says = said if isinstance(said, str) else said()
        if says == SAYS_NOTHING:
            talk.read()
        if says in {SAYS_NOTHING, HANGS_UP}:
            return False
        talk.write(f"{says or _USUAL.get(step, YES)}\r\n".encode())
        if step not in {"MAIL", "RCPT"} or "PIPELINING" not in str(self.script.get("EHLO")):
            talk.flush()
        return step != "QUIT" and not says.startswith("421") and not (step == "DATA" and says and says[0] != "3")


_USUAL = {"greeting": "220 Here", "DATA": "354 Go on", "QUIT": "221 Bye"}


@contextmanager
def scripted_office(script: Mapping[str, str | Says]) -> Iterator[ScriptedOffice]:
    """A post office that says what the script says at a step, and the usual at every other, until the block ends."""

    def receive() -> None:
        with contextlib.suppress(OSError):  # closed
            while True:
                office.serve(listening.accept()[0])

    with socket.create_server(("127.0.0.1", 0)) as listening:
        office = ScriptedOffice(port=listening.getsockname()[1], script=script)
        thread = threading.Thread(target=receive, daemon=True)
        thread.start()
        yield office
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(10)


def certify(path: Path, name: str = FAR) -> Path:
    """Write a certificate of its own authority for a host, with its key, into one PEM file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    whose = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(whose)
        .issuer_name(whose)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path

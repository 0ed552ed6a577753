"""Letters that authors write to the blog, as mail programs send them, vouched for or not, and what becomes of them."""

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from comments_service import receiving, return_addresses
from comments_service.models import Comment, Person
from comments_service.notifying import author_letters
from comments_service.store import comments, inbox, people
from tests.support.actors import House

SAMPLES = Path(__file__).parents[1] / "data" / "mail"
ADDRESS = "ana@example.org"
AUTHSERV = "mx.example.org"
RECEIVES: dict[str, Any] = {"mail_piped": True, "mail_from": "answers@example.org", "mail_authserv": AUTHSERV}
PASSES = f"Authentication-Results: {AUTHSERV}; dkim=pass (2048-bit key) header.d=example.org header.i=@example.org\n"
QUESTION = "How do you keep track of whom you met?\n\nAnd what do you do when a name is gone?"
_PLACE = b"answers+r00000000000000000000000000aaaaaaaaaaaaaaaa@example.org"


def reply_address(house: House, comment: Comment, account: Person | None = None) -> str:
    """Where an account (the owner, unless said) answers a comment by letter; it has its address, and no letters."""
    account = account or house.author.account
    if account.id not in people.emails(house.db, [account.id]):
        people.move(house.db, account.id, ADDRESS)
    author_letters.choose(house.db, account, frozenset())
    return return_addresses.reply_address(house.settings, house.keys, account.id, comment.id)


def letter(
    to: str,
    text: str = "Three lines, on the same evening.",
    *,
    sender: str = f"Ana Ferreira <{ADDRESS}>",
    id_: str = "<one@example.org>",
    above: str = PASSES,
    more: str = "",
) -> bytes:
    """A plain letter; `above` is what the mail server here wrote above it, `more` are further headers."""
    return (
        f"{above}Received: from far.example.net by {AUTHSERV}; Fri, 27 Nov 2026 19:31:08 +0100\n{more}"
        f"From: {sender}\nTo: Rapport <{to}>\nSubject: Re: Ben asks\nDate: Fri, 27 Nov 2026 19:31:07 +0100\n"
        f"Message-ID: {id_}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
    ).encode()


def sample(name: str, to: str, *, above: str = PASSES) -> bytes:
    """One of the samples of mail programs, sent to this address."""
    return above.encode() + (SAMPLES / f"{name}.eml").read_bytes().replace(_PLACE, to.encode())


def expected(name: str) -> str:
    """What was typed in a sample."""
    return (SAMPLES / f"{name}.md").read_text("utf-8").rstrip("\n")


# ── what becomes of them ────────────────────────────────────────────────────────────────────────────────────────────


def asked(house: House, **more: Any) -> Comment:
    """What somebody asks, for an author to answer by letter."""
    return house.reader("Ben Okri").says(QUESTION, wants_answer="yes", **more)


def receive(house: House, raw: bytes, **more: str) -> str:
    """Take a letter in; returns what became of it."""
    return receiving.receive(house.db, house.settings, house.keys, raw, **more)  # type: ignore[arg-type]


def answers(house: House, comment: Comment) -> list[Comment]:
    """The replies to a comment."""
    return [one for one in comments.of_root(house.db, comment.root) if one.parent == comment.id]


def noted(house: House) -> list[str]:
    """What is noted of the letters that came in, the newest first."""
    return [one.outcome for one in inbox.newest(house.db, limit=100)]


def letters(house: House) -> list[str]:
    """The texts of the letters that went out."""
    house.work()
    return [one.text for one in house.letters]


def returned(house: House) -> str:
    """The text of the only letter that went out, in one line."""
    (text,) = letters(house)
    return " ".join(text.split())


# ── DKIM ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@cache
def _key() -> tuple[bytes, str]:
    """A private key as PEM, and its public half as a DNS record holds it."""
    import base64

    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private, f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"


def signed(
    raw: bytes,
    domain: str = "example.org",
    *,
    length: bool = False,
    headers: Sequence[bytes] = (b"from", b"to", b"subject", b"date", b"message-id"),
) -> bytes:
    """A letter with a real signature of this domain above it."""
    import dkim

    crlf = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    above = dkim.sign(crlf, b"s1", domain.encode(), _key()[0], include_headers=list(headers), length=length)
    return bytes(above) + crlf


@dataclass
class Names:
    """A DNS server: TXT records by name; `silent` says that it answers nobody, `asked` what it was asked for."""

    records: dict[str, str]
    asked: list[str]
    silent: bool = False

    def shows(self, domain: str) -> None:
        """Publish the key with which a domain signs."""
        self.records[f"s1._domainkey.{domain}."] = _key()[1]


@contextmanager
def names(monkeypatch: pytest.MonkeyPatch) -> Iterator[Names]:
    """A real DNS server on this machine, which everybody here asks until the block ends."""
    import dns.message
    import dns.rcode
    import dns.resolver
    import dns.rrset

    server = Names({}, [])
    listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listening.bind(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            wire, caller = listening.recvfrom(4096)
            if not wire:
                return
            query = dns.message.from_wire(wire)
            name = query.question[0].name.to_text().lower()
            server.asked.append(name)
            if server.silent:
                continue
            answer = dns.message.make_response(query)
            if record := server.records.get(name):
                chunks = " ".join(f'"{record[n : n + 200]}"' for n in range(0, len(record), 200))
                answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", chunks))
            else:
                answer.set_rcode(dns.rcode.NXDOMAIN)
            listening.sendto(answer.to_wire(), caller)

    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers = ["127.0.0.1"]
    resolver.port = listening.getsockname()[1]
    monkeypatch.setattr(dns.resolver, "default_resolver", resolver)
    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", listening.getsockname())
        thread.join()
        listening.close()

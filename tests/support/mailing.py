"""A plain letter, the settings by which it leaves, and how a mail program reads what became of it."""

from email import message_from_bytes, policy
from typing import Any

import pytest

from comments_service.mail import Letter
from comments_service.settings import Settings
from tests.support.post import PostOffice

SETTINGS = Settings(title="Café “Ana”", url="https://blog.example.org", mail_from="ana@example.org")
LOCAL = SETTINGS.with_(url="http://localhost:8000")
# The envelope goes step by step, or in one go, as the server offers.
PIPELINING = "250-here\r\n250 PIPELINING"
EACH_WAY = pytest.mark.parametrize("offers", ["250 here", PIPELINING], ids=["step by step", "together"])


def letter(**changes: Any) -> Letter:
    """A letter to Ben, changed in these respects."""
    facts = {"id": "0" * 26, "to": "ben@example.net", "subject": "Your code", "text": "Ünder\n.\nit.\n", "html": "<p>Ü"}
    return Letter(**facts | changes)


def read(written: bytes) -> Any:
    """A letter as a mail program reads it."""
    return message_from_bytes(written, policy=policy.default)


def text(message: Any) -> str:
    """The text part with the line ends of a text, which are others on the way (RFC 5322, 2.1)."""
    return str(message.get_body(("plain",)).get_content()).replace("\r\n", "\n")


def server(office: PostOffice) -> Settings:
    """Settings of a blog on this machine whose letters this office takes."""
    return LOCAL.with_(smtp_url=office.url)

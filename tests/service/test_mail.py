"""Mail: how a letter is handed to real servers, good and bad ones, and what is made of their answers."""

import re
import socket
import threading
from typing import Any

import pytest

from comments_service import mail
from comments_service.mail import Delayed, NotSent, Refused
from tests.support import post
from tests.support.mailing import EACH_WAY, SETTINGS, letter, server, text
from tests.support.post import open_office


def test_a_letter_arrives_as_it_was_composed() -> None:
    with open_office() as office:
        answer = mail.send(server(office), letter())
    assert answer == "250 Taken"
    assert office.envelopes == [("ana@example.org", ["ben@example.net"], False)]
    (message,) = office.messages
    assert message["Message-ID"] == f"<{'0' * 26}@localhost>"
    assert text(message) == "Ünder\n.\nit.\n"


def test_a_letter_comes_back_to_its_envelope_and_says_nothing_of_it() -> None:
    with open_office() as office:
        mail.send(server(office), letter(envelope="bounce-1@example.org"))
    assert office.envelopes[0][0] == "bounce-1@example.org"
    assert b"bounce" not in office.letters[0]
    with pytest.raises(ValueError, match=r"one address|check your e-mail address"):
        letter(envelope="bounce@example.org, eve@example.com")


# ── what the server says ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_wrong_password_may_be_mended_and_is_not_told() -> None:
    with open_office(users={"ana": "right"}) as office, pytest.raises(Delayed) as caught:
        mail.send(server(office).with_(smtp_url=office.url.replace("//", "//ana:wrong@")), letter())
    assert str(caught.value).startswith("The mail server did not accept the user and the password of smtp_url (535")
    assert "wrong" not in str(caught.value)


def test_a_server_without_sign_in_is_told_of() -> None:
    with open_office() as office, pytest.raises(Delayed, match="no way to sign in"):
        mail.send(server(office).with_(smtp_url=office.url.replace("//", "//ana:secret@")), letter())


@pytest.mark.parametrize("where", ["at_rcpt", "at_data"])
@pytest.mark.parametrize(
    ("says", "kind", "numbers"),
    [
        ("550 5.7.1 <ben@example.net> wants nothing", Refused, "(550 5.7.1)"),
        ("554 ben@example.net sends spam", Refused, "(554)"),
        ("451 4.7.1 Greylisted, ben@example.net", Delayed, "(451 4.7.1)"),
        ("421 Too busy for ben@example.net", Delayed, "(421)"),
    ],
)
def test_what_the_server_will_never_take_is_told_from_what_may_pass(
    where: str, says: str, kind: type[NotSent], numbers: str
) -> None:
    facts: Any = {where: lambda: says}
    with open_office(**facts) as office, pytest.raises(NotSent) as caught:
        mail.send(server(office), letter())
    assert type(caught.value) is kind
    assert numbers in str(caught.value)
    assert "ben" not in str(caught.value)
    assert caught.value.answer == says
    assert office.letters == []


@pytest.mark.parametrize(
    ("says", "nobody"),
    [
        ("550 5.1.1 <ben@example.net> is nobody here", True),
        ("550 5.1.2 No such host", True),
        ("556 5.1.10 Null MX", True),
        ("550 <ben@example.net> is nobody here", False),
        ("550 5.1.0 Address rejected", False),
        ("553 5.1.8 Your sender's domain is unknown", False),
        ("450 4.1.1 Not yet", False),
    ],
)
def test_an_address_is_nobodys_only_where_the_server_says_so_in_numbers(says: str, nobody: object) -> None:
    with open_office(at_rcpt=lambda: says) as office, pytest.raises(NotSent) as caught:
        mail.send(server(office), letter())
    assert isinstance(caught.value, mail.Nobody) is nobody
    assert caught.value.numbers == " ".join(re.findall(r"^\d+|\b\d\.\d+\.\d+", says))


# ── what goes wrong at each step ────────────────────────────────────────────────────────────────────────────────────

LATER, NEVER = "451 4.3.0 Later, ben@example.net", "554 5.7.1 Never, ben@example.net"
STEPS = ("greeting", "EHLO", "MAIL", "RCPT", "DATA", "letter")


def at_step(step: str, says: str, offers: str) -> type[NotSent]:
    """What is said of a letter to whose server this happens; its sentence holds nothing that the server said."""
    script = {"EHLO": offers, step: says} | ({"HELO": says} if step == "EHLO" else {})
    with post.scripted_office(script) as office:
        line = mail.way_out(server(office), timeout=0.2)
        with pytest.raises(NotSent) as caught:
            mail.send(server(office), letter(), line)
        line.close()
    assert "ben" not in str(caught.value)
    return type(caught.value)


@EACH_WAY
@pytest.mark.parametrize("step", STEPS)
def test_a_server_that_says_later_may_be_asked_again(step: str, offers: str) -> None:
    expected = mail.Away if step in {"greeting", "EHLO"} else Delayed
    assert at_step(step, LATER, offers) is expected


@EACH_WAY
@pytest.mark.parametrize("step", STEPS)
def test_only_the_letter_and_its_address_can_be_refused_for_ever(step: str, offers: str) -> None:
    """What the server has against the blog can be mended there."""
    expected = {"RCPT": Refused, "DATA": Refused, "letter": Refused, "MAIL": Delayed}.get(step, mail.Away)
    assert at_step(step, NEVER, offers) is expected


@EACH_WAY
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("says", [post.HANGS_UP, post.SAYS_NOTHING, "nonsense"])
def test_only_after_the_whole_letter_nobody_knows_whether_it_was_taken(step: str, says: str, offers: str) -> None:
    expected = {"greeting": mail.Away, "EHLO": mail.Away, "letter": mail.Unsure}.get(step, Delayed)
    assert at_step(step, says, offers) is expected


@pytest.mark.parametrize("says", ["454 4.7.0 Not now", "535 5.7.8 No", post.HANGS_UP, "nonsense"])
def test_a_server_that_does_not_let_us_in_is_away_for_every_letter(says: str) -> None:
    with post.scripted_office({"EHLO": "250-here\r\n250 AUTH PLAIN", "AUTH": says}) as office:
        with pytest.raises(mail.Away) as caught:
            mail.send(server(office).with_(smtp_url=office.url.replace("//", "//ana:secret@")), letter())
        assert "secret" not in str(caught.value)
        assert "MAIL" not in office.heard


# ── whatever sits at the port ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("greeting", "sentence"),
    [
        (b"554 5.3.2 We are closed\r\n", r"serves nobody here \(554 5.3.2\)"),
        (b"421 4.3.2 Back soon\r\n", r"come again later \(421 4.3.2\)"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "can’t be understood"),
        (b"", "broke off"),
        (b"220" + b"x" * 20000, "serves nobody here|broke off"),
    ],
)
def test_whatever_greets_us_it_is_told_in_a_sentence(greeting: bytes, sentence: str) -> None:
    with post.odd_office(greeting) as office, pytest.raises(Delayed, match=sentence):
        mail.send(server(office), letter())


def test_a_server_that_never_says_a_word_is_given_up_in_time() -> None:
    with post.dumb_office() as office, pytest.raises(Delayed, match="did not answer in time"):
        mail.send(server(office), letter(), mail.way_out(server(office), timeout=0.05))


def test_a_server_that_ponders_for_ever_is_given_up_in_time() -> None:
    told = threading.Event()
    with open_office(at_data=lambda: str(told.wait() and post.YES)) as office:
        with pytest.raises(Delayed, match="did not answer in time"):
            mail.send(server(office), letter(), mail.way_out(server(office), timeout=0.05))
        told.set()


def test_nobody_at_the_door_and_nobody_of_that_name_may_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = post.PostOffice()
    with pytest.raises(Delayed, match="could not be reached"):
        mail.send(server(nobody), letter())

    def unknown(*_: Any, **__: Any) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(Delayed, match="could not be found"):
        mail.send(SETTINGS.with_(smtp_url=f"smtp://{post.FAR}:{nobody.port}"), letter())

"""Mail: what a letter becomes, and how it is handed to real mail servers, good and bad ones."""

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments_service import ids, mail
from comments_service.mail import Delayed, Letter, NotSent, Refused, folder, smtp
from comments_service.mail.letters import compose
from comments_service.settings import Settings
from tests.support import post
from tests.support.post import open_office
from tests.support.processes import eventually

SETTINGS = Settings(title="Café “Ana”", url="https://blog.example.org", mail_from="ana@example.org")
LOCAL = SETTINGS.with_(url="http://localhost:8000")
HEADERS = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"}


def letter(**changes: Any) -> Letter:
    facts = {"id": "0" * 26, "to": "ben@example.net", "subject": "Your code", "text": "Ünder\n.\nit.\n", "html": "<p>Ü"}
    return Letter(**facts | changes)


def read(written: bytes) -> Any:
    return message_from_bytes(written, policy=policy.default)


def text(message: Any) -> str:
    """The text part with the line ends of a text, which are others on the way (RFC 5322, 2.1)."""
    return str(message.get_body(("plain",)).get_content()).replace("\r\n", "\n")


def server(office: post.PostOffice, **changes: str) -> Settings:
    return LOCAL.with_(smtp_url=office.url, **changes)


# ── what it becomes ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_letter_has_both_parts_text_first_and_says_who_sends_it_and_that_no_hand_did() -> None:
    message = read(compose(SETTINGS, letter()))
    assert set(message.keys()) == HEADERS
    assert message["From"].addresses[0].display_name == "Café “Ana”"
    assert message["From"].addresses[0].addr_spec == "ana@example.org"
    assert message["To"] == "ben@example.net"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert [part.get_content_charset() for part in message.iter_parts()] == ["utf-8", "utf-8"]
    assert text(message) == "Ünder\n.\nit.\n"
    assert abs((ids.moment() - message["Date"].datetime).total_seconds()) < 60


def test_the_same_letter_has_the_same_message_id_at_the_blogs_own_host() -> None:
    first, again = (read(compose(SETTINGS, letter()))["Message-ID"] for _ in range(2))
    assert first == again == f"<{'0' * 26}@blog.example.org>"
    far = SETTINGS.with_(url="https://bücher.example")
    assert read(compose(far, letter()))["Message-ID"] == f"<{'0' * 26}@xn--bcher-kva.example>"
    assert "@[IPv6:::1]>" in compose(SETTINGS.with_(url="http://[::1]:8000"), letter()).decode()


def test_every_byte_of_a_letter_is_ascii_and_no_line_is_too_long() -> None:
    long = letter(
        text="ü" * 5000 + "\n", html="x" * 5000, subject=mail.line("Ü" * 300), to=f"{'b' * 64}@{'n' * 60}.example"
    )
    for line in compose(SETTINGS.with_(title="Ü" * 300), long).split(b"\r\n"):
        assert line.isascii()
        assert b"\n" not in line
        assert b"\r" not in line
        assert len(line) <= 998
    assert text(read(compose(SETTINGS, long))) == "ü" * 5000 + "\n"


@given(st.text(), st.text())
def test_no_title_and_no_subject_becomes_another_header(title: str, subject: str) -> None:
    settings = SETTINGS.with_(title=title)
    written = compose(settings, letter(subject=mail.line(f"x{subject}")))
    message = read(written)
    assert len(message.keys()) == len(HEADERS)
    assert set(message.keys()) == HEADERS
    assert message["Subject"] == mail.line(f"x{subject}")
    assert len(message["From"].addresses) == 1
    assert message["From"].addresses[0].addr_spec == "ana@example.org"
    assert message["To"] == "ben@example.net"


@pytest.mark.parametrize(
    "hostile",
    [
        "Hello\r\nBcc: eve@example.com",
        "Hello\nBcc: eve@example.com",
        "=?UTF-8?Q?x=0ABcc:eve@example.com?=",
        "=?utf-8?B?eApCY2M6ZXZlQGV4YW1wbGUuY29t?=",
        '"Ana" <eve@example.com>, ',
        "a\u2028Bcc: eve@example.com",
        "a\x00b\x85c",
    ],
)
def test_nothing_that_is_named_adds_a_header_or_an_addressee(hostile: str) -> None:
    written = compose(SETTINGS.with_(title=hostile), letter(subject=mail.line(hostile)))
    message = read(written)
    assert set(message.keys()) == HEADERS
    assert [one.addr_spec for one in message["From"].addresses] == ["ana@example.org"]
    assert "\n" not in message["Subject"]
    head = written.partition(b"\r\n\r\n")[0].lower()
    assert b"\nbcc" not in head
    assert b"=?utf-8?q?x=0abcc" not in head
    with pytest.raises(ValueError, match="one line"):
        letter(subject=f"{hostile}\n=?")


@pytest.mark.parametrize(
    "to",
    ["", "ben", "ben@example.net, eve@example.com", "ben@example.net\r\nRCPT TO:<eve@example.com>", "B <b@example.net>",
     "=?utf-8?q?ben?=@example.net", "ben@example.net\n", "<ben@example.net>"],
)  # fmt: skip
def test_a_letter_goes_to_one_plain_address_or_to_none(to: str) -> None:
    with pytest.raises(ValueError, match=r"one address|check your e-mail address"):
        letter(to=to)


@pytest.mark.parametrize(
    "headers",
    [{"Bcc": "eve@example.com"}, {"References": "<a@b>\r\nBcc: eve@example.com"}, {"References": "<ä@b>"},
     {"Reply-To": "=?utf-8?q?x?= <a@b>"}, {"In-Reply-To": ""}],
)  # fmt: skip
def test_a_header_that_could_be_read_otherwise_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="can't carry"):
        letter(headers=headers)


@pytest.mark.parametrize("id_", ["", "../etc/passwd", "a b", ".hidden", "a" * 65, "a\n"])
def test_the_id_of_a_letter_is_the_name_of_no_other_file(id_: str) -> None:
    with pytest.raises(ValueError, match="id of a letter"):
        letter(id=id_)


def test_long_ids_and_addresses_in_headers_come_out_as_they_went_in() -> None:
    references = " ".join(f"<{'a' * 80}{number}@blog.example.org>" for number in range(5))
    unsubscribe = f"<https://blog.example.org/subscriptions/{'t' * 100}>"
    headers = {"References": references, "List-Unsubscribe": unsubscribe}
    written = compose(SETTINGS, letter(headers=headers))
    assert f"List-Unsubscribe: {unsubscribe}\r\n".encode() in written
    assert read(written)["References"] == references


# ── how it leaves ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_letter_arrives_as_it_was_composed() -> None:
    with open_office() as office:
        answer = mail.send(server(office), letter())
    assert answer == "250 Taken"
    assert office.envelopes == [("ana@example.org", ["ben@example.net"], False)]
    (message,) = office.messages
    assert message["Message-ID"] == f"<{'0' * 26}@localhost>"
    assert text(message) == "Ünder\n.\nit.\n"


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A far server's certificate, which this machine trusts."""
    path = post.certify(tmp_path / "certificate.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return path


@pytest.fixture
def _far(monkeypatch: pytest.MonkeyPatch) -> None:
    """The far server's name leads to this machine."""
    look_up = socket.getaddrinfo

    def near(host: str, *rest: Any, **more: Any) -> Any:
        return look_up("127.0.0.1" if host == post.FAR else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", near)


def far(office: post.PostOffice, scheme: str = "smtp", who: str = "") -> Settings:
    return SETTINGS.with_(smtp_url=f"{scheme}://{who}{post.FAR}:{office.port}")


@pytest.mark.usefixtures("_far")
def test_a_far_server_gets_the_letter_and_the_password_over_tls(certificate: Path) -> None:
    with open_office(certificate, users={"ana@example.org": "p@ss:w/rd"}) as office:
        mail.send(far(office, who="ana%40example.org:p%40ss%3Aw%2Frd@"), letter())
    assert office.signed_in == ["ana@example.org"]
    assert office.envelopes == [("ana@example.org", ["ben@example.net"], True)]


@pytest.mark.usefixtures("_far")
def test_a_server_may_speak_tls_from_the_first_word(certificate: Path) -> None:
    with open_office(certificate, at_once=True) as office:
        mail.send(far(office, "smtps"), letter())
    assert office.envelopes[0][2] is True


@pytest.mark.usefixtures("_far")
def test_a_far_server_without_starttls_gets_nothing() -> None:
    with open_office(users={"ana": "secret"}) as office, pytest.raises(Delayed, match="offers no encryption"):
        mail.send(far(office, who="ana:secret@"), letter())
    assert (office.letters, office.signed_in) == ([], [])


@pytest.mark.usefixtures("_far")
@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_certificate_that_nobody_vouches_for_ends_it(tmp_path: Path, scheme: str) -> None:
    own = post.certify(tmp_path / "own.pem")
    with (
        open_office(own, at_once=scheme == "smtps") as office,
        pytest.raises(Delayed, match="certificate could not be verified"),
    ):
        mail.send(far(office, scheme), letter())
    assert office.letters == []


@pytest.mark.usefixtures("_far")
def test_another_hosts_certificate_ends_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    others = post.certify(tmp_path / "others.pem", "other.example.org")
    monkeypatch.setenv("SSL_CERT_FILE", str(others))
    with open_office(others) as office, pytest.raises(Delayed, match="certificate could not be verified"):
        mail.send(far(office), letter())
    assert office.letters == []


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


def test_a_letter_comes_back_to_its_envelope_and_says_nothing_of_it() -> None:
    with open_office() as office:
        mail.send(server(office), letter(envelope="bounce-1@example.org"))
    assert office.envelopes[0][0] == "bounce-1@example.org"
    assert b"bounce" not in office.letters[0]
    with pytest.raises(ValueError, match=r"one address|check your e-mail address"):
        letter(envelope="bounce@example.org, eve@example.com")


# ── what goes wrong at each step ────────────────────────────────────────────────────────────────────────────────────

LATER, NEVER = "451 4.3.0 Later, ben@example.net", "554 5.7.1 Never, ben@example.net"
STEPS = ("greeting", "EHLO", "MAIL", "RCPT", "DATA", "letter")
# The envelope goes step by step, or in one go, as the server offers.
PIPELINING = "250-here\r\n250 PIPELINING"
EACH_WAY = pytest.mark.parametrize("offers", ["250 here", PIPELINING], ids=["step by step", "together"])
ODD = "200 000 What?\r\nnonsense"


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


@pytest.mark.usefixtures("_far")
@pytest.mark.parametrize("says", ["454 TLS not available", "501 No", post.HANGS_UP, "nonsense"])
def test_a_far_server_that_refuses_to_encrypt_gets_nothing(says: str) -> None:
    with post.scripted_office({"EHLO": "250-here\r\n250 STARTTLS", "STARTTLS": says}) as office:
        with pytest.raises(mail.Away):
            mail.send(far(office), letter())
        assert "MAIL" not in office.heard


@pytest.mark.parametrize("says", ["454 4.7.0 Not now", "535 5.7.8 No", post.HANGS_UP, "nonsense"])
def test_a_server_that_does_not_let_us_in_is_away_for_every_letter(says: str) -> None:
    with post.scripted_office({"EHLO": "250-here\r\n250 AUTH PLAIN", "AUTH": says}) as office:
        with pytest.raises(mail.Away) as caught:
            mail.send(server(office).with_(smtp_url=office.url.replace("//", "//ana:secret@")), letter())
        assert "secret" not in str(caught.value)
        assert "MAIL" not in office.heard


# ── several letters in one connection ───────────────────────────────────────────────────────────────────────────────


@contextmanager
def kept_line(office: post.PostOffice) -> Iterator[Callable[[], str]]:
    """One line to this office, and what sends a letter by it."""
    settings = server(office)
    line = mail.way_out(settings)
    yield lambda: mail.send(settings, letter(), line)
    line.close()


def test_several_letters_go_in_one_connection_which_ends_with_a_word() -> None:
    with post.scripted_office({}) as office:
        with kept_line(office) as send:
            assert [send() for _ in range(3)] == ["250 Taken"] * 3
        eventually(lambda: office.heard[-1] == "QUIT", "it takes leave")
    assert office.heard == ["greeting", "EHLO", *["MAIL", "RCPT", "DATA", "letter"] * 3, "QUIT"]


def test_after_a_letter_that_was_not_taken_the_server_forgets_it_first() -> None:
    answers = iter(["550 5.1.1 Nobody", "250 Fine"])
    with post.scripted_office({"RCPT": lambda: next(answers)}) as office, kept_line(office) as send:
        with pytest.raises(mail.Nobody):
            send()
        send()
    assert office.heard[:9] == ["greeting", "EHLO", "MAIL", "RCPT", "RSET", "MAIL", "RCPT", "DATA", "letter"]


def test_a_server_that_takes_commands_together_gets_the_envelope_in_one_go() -> None:
    with post.scripted_office({"EHLO": PIPELINING}) as office, kept_line(office) as send:
        assert [send() for _ in range(3)] == ["250 Taken"] * 3
    assert office.heard[:14] == ["greeting", "EHLO", *["MAIL", "RCPT", "DATA", "letter"] * 3]


@pytest.mark.parametrize(("step", "error"), [("MAIL", Delayed), ("RCPT", mail.Nobody)])
@pytest.mark.parametrize("to_the_rest", ["250 Fine", "503 Not now", "421 4.7.0 Too many errors", post.HANGS_UP])
def test_what_a_server_says_after_its_no_changes_nothing_and_it_gets_no_letter(
    step: str, error: type[NotSent], to_the_rest: str
) -> None:
    """Not even an empty one, where it would take one all the same; and the next letter goes."""
    says = iter(["550 5.1.1 No", ""])
    after = iter(["" if to_the_rest == "250 Fine" else to_the_rest, ""])
    script: dict[str, str | post.Says] = {
        "EHLO": PIPELINING,
        step: lambda: next(says),
        "DATA": lambda: next(after),
    }
    with post.scripted_office(script) as office, kept_line(office) as send:
        with pytest.raises(NotSent) as caught:
            send()
        assert type(caught.value) is error
        assert send() == "250 Taken"
    assert len(office.letters) == 1


@EACH_WAY
@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("says", [post.HANGS_UP, "421 4.4.2 Too long silent"])
def test_a_connection_that_ended_meanwhile_is_opened_anew_and_the_letter_goes_once(
    step: str, says: str, offers: str
) -> None:
    answers = iter(["", says, ""])
    script: dict[str, str | post.Says] = {"EHLO": offers, step: lambda: next(answers)}
    with post.scripted_office(script) as office, kept_line(office) as send:
        assert [send(), send()] == ["250 Taken"] * 2
    assert office.heard.count("greeting") == 2
    assert office.heard.count("letter") == 2


def test_one_connection_carries_so_many_letters_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "_LETTERS", 3)
    with post.scripted_office({}) as office, kept_line(office) as send:
        for _ in range(4):
            send()
    assert office.heard.count("greeting") == 2
    assert office.heard.index("QUIT") == 2 + 3 * 4


def test_a_line_that_nobody_needed_for_a_while_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    with post.scripted_office({}) as office:
        settings = server(office)
        line = mail.way_out(settings)
        mail.send(settings, letter(), line)
        line.rest()
        assert "QUIT" not in office.heard
        later = time.monotonic() + 21
        monkeypatch.setattr(time, "monotonic", lambda: later)
        line.rest()
        monkeypatch.undo()
        eventually(lambda: office.heard[-1] == "QUIT", "it takes leave")


def test_a_server_that_never_says_a_word_is_given_up_in_time() -> None:
    with post.dumb_office() as office, pytest.raises(Delayed, match="did not answer in time"):
        mail.send(server(office), letter(), mail.way_out(server(office), timeout=0.05))


def test_a_server_that_ponders_for_ever_is_given_up_in_time() -> None:
    told = threading.Event()
    with open_office(at_data=lambda: str(told.wait() and post.YES)) as office:
        with pytest.raises(Delayed, match="did not answer in time"):
            mail.send(server(office), letter(), mail.way_out(server(office), timeout=0.05))
        told.set()


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


def test_nobody_at_the_door_and_nobody_of_that_name_may_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = post.PostOffice()
    with pytest.raises(Delayed, match="could not be reached"):
        mail.send(server(nobody), letter())

    def unknown(*_: Any, **__: Any) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(Delayed, match="could not be found"):
        mail.send(far(nobody), letter())


# ── where there is no mail server ───────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Settings]:
    return LOCAL.with_(data=tmp_path, mail_from="")  # type: ignore[return-value]


def test_on_this_machine_a_letter_lies_in_a_folder_that_only_its_owner_reads(here: Settings) -> None:
    told = mail.send(here, letter(subject=mail.line("Für dich: „x“")))
    path = here.data / "letters" / f"{'0' * 26}.eml"
    assert str(path) in told
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    (lying,) = folder.lying(here, limit=10)
    assert (lying.to, lying.subject, lying.text) == ("ben@example.net", "Für dich: „x“", "Ünder\n.\nit.\n")


def test_a_letter_written_twice_lies_there_once_and_what_is_no_letter_is_passed_over(here: Settings) -> None:
    for id_ in ("a" * 26, "b" * 26, "a" * 26):
        mail.send(here, letter(id=id_))
    for name, what in (
        ("c.eml", b""),
        ("d.eml", b"\xff\x00 nonsense"),
        ("e.eml", b"Date: never\n\nx"),
        (".f.eml", b"x"),
    ):
        (here.data / "letters" / name).write_bytes(what)
    assert [one.id for one in folder.lying(here, limit=10)] == ["b" * 26, "a" * 26]
    assert [one.id for one in folder.lying(here, limit=1)] == ["b" * 26]


def test_letters_in_the_folder_are_forgotten_in_time(here: Settings) -> None:
    mail.send(here, letter())
    folder.forget(here, before=ids.now(minutes=-1))
    assert len(folder.lying(here, limit=10)) == 1
    folder.forget(here, before=ids.now(minutes=1))
    assert list((here.data / "letters").iterdir()) == []


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (SETTINGS, "No mail server is set"),
        (SETTINGS.with_(mail_from="", smtp_url="smtp://127.0.0.1"), "No address is set"),
        (SETTINGS.with_(mail_from="Ana", smtp_url="smtp://127.0.0.1"), "no e-mail address"),
        (SETTINGS.with_(mail_from="ana@localhost", smtp_url="smtp://127.0.0.1"), "no e-mail address"),
    ],
)
def test_what_is_not_set_is_told_and_may_be_mended(settings: Settings, sentence: str) -> None:
    with pytest.raises(Delayed, match=sentence):
        mail.send(settings, letter())


TEMPLATES = Path(mail.__file__).parents[1] / "templates" / "mail"


@pytest.mark.parametrize("template", sorted(path.name for path in TEMPLATES.iterdir()))
def test_after_a_greeting_a_sentence_begins(template: str) -> None:
    said = re.sub(r"\{%.*?%\}", "", (TEMPLATES / template).read_text("utf-8"))
    assert re.findall(r"^Hello.*,\s+([a-z].*)", said, re.MULTILINE) == []

"""What a letter becomes: bytes that every mail server takes, whose headers nobody else can write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments_service import ids, mail
from comments_service.mail.letters import compose
from tests.support.mailing import SETTINGS, letter, read, text

HEADERS = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"}


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

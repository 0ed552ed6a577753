"""Mail servers far away: nothing leaves for them but over TLS, by a certificate that holds."""

import socket
from pathlib import Path
from typing import Any

import pytest

from comments_service import mail
from comments_service.mail import Delayed
from comments_service.settings import Settings
from tests.support import post
from tests.support.mailing import SETTINGS, letter
from tests.support.post import open_office


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


@pytest.mark.usefixtures("_far")
@pytest.mark.parametrize("says", ["454 TLS not available", "501 No", post.HANGS_UP, "nonsense"])
def test_a_far_server_that_refuses_to_encrypt_gets_nothing(says: str) -> None:
    with post.scripted_office({"EHLO": "250-here\r\n250 STARTTLS", "STARTTLS": says}) as office:
        with pytest.raises(mail.Away):
            mail.send(far(office), letter())
        assert "MAIL" not in office.heard

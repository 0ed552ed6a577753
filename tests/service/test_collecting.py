"""The mailbox, read from a real server: what is meant for us is taken in, everything else is left as it lies."""

import contextlib
import logging
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from comments_service import ids
from comments_service.collecting import Collector
from comments_service.examining import State, outside
from comments_service.mail import imap, signatures
from comments_service.mail.imap import Away
from comments_service.models import Comment
from comments_service.settings import ROOT, Settings
from comments_service.store import comments, inbox, outbox
from tests.support import dovecot, post, writing_in
from tests.support.actors import House, furnish
from tests.support.dovecot import Dovecot
from tests.support.processes import eventually
from tests.support.writing_in import AUTHSERV, RECEIVES, letter, noted, reply_address, signed


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dovecot]:
    """A real IMAP server, which also speaks TLS."""
    with dovecot.standing(post.certify(tmp_path_factory.mktemp("tls") / "server.pem")) as standing:
        yield standing


@pytest.fixture
def box(server: Dovecot) -> Dovecot:
    """Its mailbox, empty."""
    for place in ("new", "cur"):
        for path in (server.folder / "mail" / place).iterdir():
            path.unlink()
    server.renumbers()
    return server


@pytest.fixture
def house(tmp_path: Path, box: Dovecot) -> Iterator[House]:
    """A house that reads this mailbox."""
    with furnish(tmp_path, imap_url=box.url, mail_from="answers@example.org", mail_authserv=AUTHSERV) as made:
        yield made


@contextmanager
def collecting(house: House) -> Iterator[Collector]:
    """What reads the mailbox, as the worker's thread has it."""
    with contextlib.closing(Collector(house.settings, house.keys)) as made:
        yield made


def asked(house: House, name: str = "Ben Okri") -> Comment:
    return house.reader(name).says("How do you keep track?")


def answers(house: House, comment: Comment) -> list[str]:
    return [one.text for one in comments.of_root(house.db, comment.root) if one.parent == comment.id]


def test_an_answer_is_taken_from_the_mailbox_and_stays_there_as_read(house: House, box: Dovecot) -> None:
    question = asked(house)
    with collecting(house) as collector:
        box.delivers(writing_in.sample("gmail-web", reply_address(house, question)))
        assert not collector.round(house.db)
        assert answers(house, question) == [writing_in.expected("gmail-web")]
        assert (box.kept, box.unread) == (1, 0)
        collector.round(house.db)
    with collecting(house) as another:
        another.round(house.db)
    assert noted(house) == ["taken"]


def test_letters_to_others_are_left_as_they_lie_and_leave_no_note(house: House, box: Dovecot) -> None:
    box.delivers(letter("ana@example.org", "Private."))
    box.delivers(letter("answers@example.org"))
    with collecting(house) as collector:
        collector.round(house.db)
    assert (box.kept, box.unread) == (2, 2)
    assert noted(house) == []


def test_a_mailbox_that_was_renumbered_is_read_again_and_nothing_is_taken_twice(house: House, box: Dovecot) -> None:
    first, second = asked(house), asked(house, "Cleo")
    with collecting(house) as collector:
        box.delivers(letter(reply_address(house, first)))
        collector.round(house.db)
    box.delivers(letter(reply_address(house, second), id_="<two@example.org>"))
    box.renumbers()
    with collecting(house) as collector:
        collector.round(house.db)
    assert len(answers(house, first)) == len(answers(house, second)) == 1
    assert sorted(noted(house)) == ["taken", "taken"]


def test_what_lay_there_long_before_is_not_read(house: House, box: Dovecot) -> None:
    box.delivers(letter(reply_address(house, asked(house))))
    (path,) = (box.folder / "mail" / "new").iterdir()
    os.utime(path, (1e9, 1e9))
    with collecting(house) as collector:
        collector.round(house.db)
    assert noted(house) == []


def test_a_letter_that_is_too_large_is_known_by_its_head(house: House, box: Dovecot) -> None:
    box.delivers(letter(reply_address(house, asked(house)), "x" * imap.LARGEST))
    with collecting(house) as collector:
        collector.round(house.db)
    house.work()
    assert noted(house) == ["too_large"]
    assert len(house.letters) == 1


def test_a_letter_that_we_stumble_over_keeps_no_other_and_stays_unread(
    house: House, box: Dovecot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = asked(house), asked(house, "Cleo")
    box.delivers(letter(reply_address(house, first), "Stumble."))
    box.delivers(letter(reply_address(house, second), id_="<two@example.org>"))
    settle = inbox.settle

    def stumbles(*given: Any, comment: str, **more: Any) -> None:
        if comment == first.id:
            raise ZeroDivisionError
        settle(*given, comment=comment, **more)

    monkeypatch.setattr(inbox, "settle", stumbles)
    with collecting(house) as collector:
        collector.round(house.db)
    assert sorted(noted(house)) == ["taken", "trouble"]
    assert (box.kept, box.unread) == (2, 1)
    assert "Stumble" not in caplog.text
    assert len(answers(house, second)) == 1


def test_while_the_dns_is_silent_a_letter_waits_and_an_hour_later_it_is_unproven(
    house: House, box: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.settings = house.settings.with_(mail_authserv="")
    monkeypatch.setattr(signatures, "_TIMEOUT_SECONDS", 0.1)
    box.delivers(signed(letter(reply_address(house, asked(house)), above="")))
    with writing_in.names(monkeypatch) as dns, collecting(house) as collector:
        dns.silent = True
        collector.round(house.db)
        assert (noted(house), box.unread) == ([], 1)
        house.shift_clock(minutes=61)
        collector.round(house.db)
    assert (noted(house), box.unread) == (["unproven"], 0)


def test_a_server_that_went_away_is_told_of_once_and_read_on_when_it_is_back(
    house: House, box: Dovecot, caplog: pytest.LogCaptureFixture
) -> None:
    question = asked(house)
    with collecting(house) as collector:
        collector.round(house.db)
        box.goes()
        try:
            with caplog.at_level(logging.WARNING, logger="rapport.inbox"):
                for _ in range(4):
                    assert not collector.round(house.db)
                    house.shift_clock(minutes=11)
            told = [record.getMessage() for record in caplog.records]
            assert told[-1] == "letters can't be collected: The mail server could not be reached."
            assert len(told) == len(set(told))
        finally:
            box.comes()
        box.delivers(letter(reply_address(house, question)))
        collector.round(house.db)
    assert len(answers(house, question)) == 1
    assert outbox.last_beat(house.db, outbox.MAILBOX) is not None


def test_the_worker_reads_the_mailbox(house: House, box: Dovecot) -> None:
    """The thread in a real worker, which is stopped afterwards; the rest of this file has what it does."""
    question = asked(house)
    box.delivers(letter(reply_address(house, question)))
    clean = {name: value for name, value in os.environ.items() if not name.startswith("RAPPORT_")}
    mine = {
        "RAPPORT_DATA": str(house.settings.data),
        "RAPPORT_OUTPUT": str(house.settings.output),
        "RAPPORT_IMAP_URL": box.url,
        "RAPPORT_MAIL_FROM": "answers@example.org",
        "RAPPORT_MAIL_AUTHSERV": AUTHSERV,
    }
    worker = subprocess.Popen([sys.executable, "-m", "comments_service", "worker"], env=clean | mine, cwd=ROOT)
    try:
        eventually(lambda: answers(house, question), "the answer is there")
    finally:
        worker.terminate()
        assert worker.wait(30) == 0


def test_a_letter_that_the_server_cannot_hand_out_is_left_after_an_hour_and_keeps_no_other_for_ever(
    house: House, box: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = asked(house)
    box.delivers(letter("answers@example.org"))
    box.delivers(letter(reply_address(house, question)))
    head = imap.Mailbox.head

    def cannot(self: imap.Mailbox, uid: int) -> imap.Found | None:
        if uid == 1:
            raise Away("The mail server hands out no letter.")
        return head(self, uid)

    monkeypatch.setattr(imap.Mailbox, "head", cannot)
    with collecting(house) as collector:
        collector.round(house.db)
        assert answers(house, question) == []
        house.shift_clock(minutes=61)
        collector.round(house.db)
    assert len(answers(house, question)) == 1


# ── servers that are odd ────────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def odd(*lines: str) -> Iterator[Settings]:
    """A server that says these lines, one for each that it hears; nothing more, and it stays on the line."""

    def speak() -> None:
        caller, _ = listening.accept()
        with caller, contextlib.suppress(OSError):
            heard = caller.makefile("rb")
            for line in lines:
                tag = heard.readline().split(b" ")[0].decode() if line is not lines[0] else ""
                caller.sendall(line.replace("TAG", tag).encode())
            while heard.readline():
                pass

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=speak, daemon=True)
        thread.start()
        yield Settings(imap_url=f"imap://ana:secret@127.0.0.1:{listening.getsockname()[1]}")
        thread.join(30)


IN = (
    "* OK ready\r\n",
    "* CAPABILITY IMAP4rev1\r\nTAG OK done\r\n",
    "TAG OK done\r\n",
    "* 1 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\nTAG OK done\r\n",
)
FOUND = "* SEARCH 1\r\nTAG OK done\r\n"


NOT_UNDERSTOOD = "The mail server said something that can’t be understood, or hung up."
ODD = {
    "another protocol": (("220 this is SMTP\r\n",), NOT_UNDERSTOOD),
    "goodbye": (("* BYE too many\r\n",), NOT_UNDERSTOOD),
    "no entry": ((*IN[:2], "TAG NO no\r\n"), "The mail server did not accept the user and the password of imap_url."),
    "no mailbox": ((*IN[:3], "TAG NO none\r\n"), "The mail server has no such mailbox (imap_url)."),
    "no end": ((*IN, FOUND, "* 1 FETCH (BODY[HEADER]<0> {999999999999}\r\n"), NOT_UNDERSTOOD),
    "too much": ((*IN, FOUND, "* 1 FETCH (BODY[HEADER]<0> {12000000}\r\n"), NOT_UNDERSTOOD),
    "less than nothing": ((*IN, FOUND, "* 1 FETCH (BODY[HEADER]<0> {-1}\r\nTAG OK done\r\n"), "[None]"),
    "no numbers": ((*IN, "* SEARCH x 99999999999999999999 -1\r\nTAG OK done\r\n"), "[]"),
    "too long a line": ((*IN, f"* SEARCH {'1 ' * 600_000}\r\nTAG OK done\r\n"), NOT_UNDERSTOOD),
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_server_is_left_in_peace_without_a_word_of_its_own(name: str) -> None:
    lines, expected = ODD[name]
    with odd(*lines) as settings:
        assert what_comes_of(settings) == expected


def what_comes_of(settings: Settings) -> str:
    try:
        with imap.told_apart(), contextlib.closing(imap.connect(settings, timeout=5)) as mailbox:
            mailbox.look()
            return str([mailbox.head(uid) for uid in mailbox.since(0, day="1-Jan-2026")])
    except Away as away:
        return str(away)


def test_a_server_that_says_nothing_is_waited_for_and_left() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        settings = Settings(imap_url=f"imap://ana:secret@127.0.0.1:{listening.getsockname()[1]}")
        with pytest.raises(Away, match="did not answer in time"), imap.told_apart():
            imap.connect(settings, timeout=0.1)


# ── encryption ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_server_whose_certificate_nobody_vouches_for_gets_no_password(box: Dovecot) -> None:
    settings = Settings(imap_url=f"imaps://answers%40example.org:a%2Fb%20c@127.0.0.1:{box.tls_port}")
    with pytest.raises(Away, match="certificate could not be verified"):
        imap.reach(settings)


def test_a_known_server_is_read_over_tls(box: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(_certificate(box)))
    for scheme, port in (("imaps", box.tls_port), ("imap", box.port)):
        far(monkeypatch)
        settings = Settings(imap_url=f"{scheme}://answers%40example.org:a%2Fb%20c@{post.FAR}:{port}")
        assert imap.reach(settings) == 0


def test_a_far_server_without_encryption_gets_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    far(monkeypatch)
    with odd("* OK ready\r\n", "* CAPABILITY IMAP4rev1\r\nTAG OK done\r\n") as settings:
        away = settings.with_(imap_url=settings.imap_url.replace("127.0.0.1", post.FAR))
        with pytest.raises(Away, match="offers no encryption"):
            imap.reach(away)


def far(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a far name lead to this machine."""
    look_up = socket.getaddrinfo

    def near(host: str, *rest: Any, **more: Any) -> Any:
        return look_up("127.0.0.1" if host == post.FAR else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", near)


def _certificate(box: Dovecot) -> Path:
    line = next(line for line in (box.folder / "dovecot.conf").read_text().splitlines() if line.startswith("ssl_cert"))
    return Path(line.partition("<")[2])


# ── the doctor ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_doctor_says_whether_the_mailbox_can_be_read_and_when_it_was(house: House, box: Dovecot) -> None:
    def found(settings: Settings) -> tuple[State, str]:
        (one,) = outside.inbox(house.db, settings)
        return one.state, one.said

    assert found(house.settings.with_(imap_url="")) == (
        State.OK,
        "No letters are read here, so nobody answers by mail.",
    )
    state, said = found(house.settings)
    assert state is State.LOOK
    assert said == "The mailbox can be read, and 0 letters lie there; it was last read never."
    box.delivers(letter("ana@example.org"))
    with collecting(house) as collector:
        collector.round(house.db)
    state, said = found(house.settings)
    assert state is State.OK
    assert "1 letter lies there; it was last read" in said
    house.shift_clock(minutes=21)
    assert found(house.settings)[0] is State.LOOK
    nowhere = house.settings.with_(imap_url="imap://ana:secret@127.0.0.1:1")
    assert found(nowhere) == (State.BROKEN, "The mail server could not be reached.")
    piped = house.settings.with_(imap_url="", **RECEIVES)
    assert found(piped)[1] == "Letters come in through `rapport receive`; none has come yet."
    inbox.note(house.db, ids.new_id(), "unknown")
    assert "the last one came" in found(piped)[1]

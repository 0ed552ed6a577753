"""Several letters in one connection: opened once, opened anew where it ended, and given up in time."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from comments_service import mail
from comments_service.mail import Delayed, NotSent, smtp
from tests.support import post
from tests.support.mailing import EACH_WAY, PIPELINING, letter, server
from tests.support.processes import eventually


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
        mail.send(settings, letter(), line)
        assert office.heard.count("greeting") == 1
        assert "QUIT" not in office.heard
        later = time.monotonic() + 21
        monkeypatch.setattr(time, "monotonic", lambda: later)
        line.rest()
        monkeypatch.undo()
        eventually(lambda: office.heard[-1] == "QUIT", "it takes leave")

"""Where there is no mail server: letters lie in a folder on this machine, or wait and say what is not set."""

from pathlib import Path

import pytest

from comments_service import ids, mail
from comments_service.mail import Delayed, folder
from comments_service.settings import Settings
from tests.support.mailing import LOCAL, SETTINGS, letter


@pytest.fixture
def here(tmp_path: Path) -> Settings:
    """A blog on this machine, of which no address is set."""
    return LOCAL.with_(data=tmp_path, mail_from="")


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

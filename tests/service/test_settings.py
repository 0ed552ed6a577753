"""Settings: every one has a default that works, and what cannot be used is refused with a sentence that names it."""

from pathlib import Path

import pytest

from comments_service.settings import SettingsError, load, names


def test_nothing_has_to_be_set(tmp_path: Path) -> None:
    settings = load({}, tmp_path / "rapport.toml")
    assert (settings.url, settings.port, settings.database) == ("http://localhost:8000", 8000, "")


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "rapport.toml"
    file.write_text('title = "From the file"\nport = 9000\nanswer_within = 24\nhold_first = false\n')
    settings = load({"RAPPORT_TITLE": "From outside"}, file)
    assert (settings.title, settings.port, settings.answer_within, settings.hold_first) == (
        "From outside",
        9000,
        24,
        False,
    )


def test_port_alone_moves_the_address_with_it(tmp_path: Path) -> None:
    assert load({"PORT": "9001"}, tmp_path / "none").url == "http://localhost:9001"
    assert load({"PORT": "9001", "RAPPORT_URL": "https://example.org/"}, tmp_path / "none").url == "https://example.org"


@pytest.mark.parametrize(
    ("environment", "word"),
    [
        ({"RAPPORT_TITEL": "x"}, "RAPPORT_TITEL is no setting"),
        ({"RAPPORT_WAITING": "x"}, "RAPPORT_WAITING is no setting"),
        ({"RAPPORT_HOLD_FIRST": "perhaps"}, "`on` or `off`"),
        ({"RAPPORT_ANSWER_WITHIN": "soon"}, "a whole number"),
        ({"RAPPORT_ANSWER_WITHIN": "-1"}, "not negative"),
        ({"RAPPORT_URL": "example.org"}, "an address such as"),
        ({"RAPPORT_URL": "https://example.org/blog"}, "without a path"),
        ({"RAPPORT_DATABASE": "mysql://x"}, "postgresql://"),
        ({"RAPPORT_SYNCHRONOUS": "off"}, "`full` or `normal`"),
        ({"RAPPORT_LOG": "loud"}, "debug"),
        ({"RAPPORT_TIMEZONE": "Mars/Olympus"}, "IANA"),
        ({"PORT": "0"}, "1 to 65535"),
        ({"RAPPORT_CLOCK_FILE": "/x", "RAPPORT_URL": "https://example.org"}, "for tests on this machine"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_sentence(tmp_path: Path, environment: dict[str, str], word: str) -> None:
    with pytest.raises(SettingsError, match=word.replace("(", r"\(")):
        load(environment, tmp_path / "none")


@pytest.mark.parametrize(
    ("text", "word"), [("titel = 1", "titel"), ("title = ", "cannot be read"), ("title = 'a\xff'", "cannot")]
)
def test_a_file_that_cannot_be_used_is_refused_with_a_sentence(tmp_path: Path, text: str, word: str) -> None:
    file = tmp_path / "rapport.toml"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(SettingsError, match=word):
        load({}, file)


def test_names_of_coming_features_are_accepted_and_told(tmp_path: Path) -> None:
    settings = load({"RAPPORT_SMTP_URL": "smtp://x", "RAPPORT_OIDC_HOME_CLIENT_SECRET": "s"}, tmp_path / "none")
    assert settings.waiting == ("RAPPORT_OIDC_HOME_CLIENT_SECRET", "RAPPORT_SMTP_URL")


def test_every_setting_has_a_sentence() -> None:
    assert all(field.metadata["help"].endswith(".") for field in names().values())

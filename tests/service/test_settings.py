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


MAILBOX = "imaps://ana%40example.org:p%2Fw@mail.example.org/INBOX"


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"IMAP_URL": "mail.example.org"}, "imap_url"),
        ({"IMAP_URL": "imap://mail.example.org"}, "imap_url"),
        ({"IMAP_URL": "pop3://ana@mail.example.org"}, "imap_url"),
        ({"IMAP_URL": "imaps://ana:secret@mail.example.org/?x"}, "imap_url"),
        ({"IMAP_URL": MAILBOX, "REPLY_ADDRESS": "no address"}, "reply_address"),
        ({"IMAP_URL": MAILBOX, "REPLY_ADDRESS": f"{'a' * 21}@example.org"}, "at most 20"),
        ({"MAIL_PIPED": "on", "MAIL_FROM": f"{'a' * 21}@example.org"}, "at most 20"),
    ],
)
def test_a_way_in_for_letters_that_cannot_work_is_refused_without_its_password(
    tmp_path: Path, given: dict[str, str], word: str
) -> None:
    with pytest.raises(SettingsError, match=word) as refused:
        load({f"RAPPORT_{name}": value for name, value in given.items()}, tmp_path / "none")
    assert "secret" not in str(refused.value)


def test_letters_are_read_where_a_way_in_and_an_address_are_set(tmp_path: Path) -> None:
    def reads(**given: str) -> bool:
        return load({f"RAPPORT_{name}": value for name, value in given.items()}, tmp_path / "none").reads_letters

    assert reads(IMAP_URL=MAILBOX, MAIL_FROM="blog@example.org")
    assert reads(MAIL_PIPED="on", REPLY_ADDRESS="answers@example.org")
    assert not reads(MAIL_FROM="blog@example.org")
    assert not reads(IMAP_URL=MAILBOX, URL="https://example.org")


KEYS = {"RAPPORT_GITHUB_CLIENT_ID": "blog", "RAPPORT_GITHUB_CLIENT_SECRET": "from the environment"}


def test_the_keys_of_services_come_from_both_files_and_the_environment_which_wins(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    file = tmp_path / "rapport.toml"
    file.write_text(f'data = "{tmp_path}/data"\n[github]\nclient_id = "blog"\nclient_secret = "from the file"\n')
    (tmp_path / "data" / "private.toml").write_text(
        'smtp_url = "smtp://mail.example.org"\n[github]\nclient_secret = "from the private file"\n'
        '[oidc.work]\nissuer = "https://id.example.org"\nclient_id = "b"\nclient_secret = "c"\ntitle = "The office"\n'
    )
    found = load({}, file)
    assert found.smtp_url == "smtp://mail.example.org"
    assert [(one.name, one.client_secret) for one in found.services] == [
        ("github", "from the private file"),
        ("oidc-work", "c"),
    ]
    assert load(KEYS, file).services[0].client_secret == "from the environment"


def test_any_openid_provider_has_a_name_of_ones_own(tmp_path: Path) -> None:
    given = {"ISSUER": "http://127.0.0.1:9000/o", "CLIENT_ID": "a", "CLIENT_SECRET": "b"}
    found = load({f"RAPPORT_OIDC_OUR_CLUB_{key}": value for key, value in given.items()}, tmp_path / "none")
    assert [(one.name, one.issuer) for one in found.services] == [("oidc-our_club", "http://127.0.0.1:9000/o")]


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"RAPPORT_GITHUB_CLIENT_ID": "blog"}, "client_secret missing"),
        ({"RAPPORT_OIDC_WORK_CLIENT_ID": "a", "RAPPORT_OIDC_WORK_CLIENT_SECRET": "b"}, "issuer missing"),
        (KEYS | {"RAPPORT_GITHUB_BASE_URL": "http://github.example.org"}, "https://"),
        ({"RAPPORT_MYSPACE_CLIENT_ID": "a"}, "RAPPORT_MYSPACE_CLIENT_ID"),
        ({"RAPPORT_SMTP_URL": "mail.example.org"}, "smtp://"),
        ({"RAPPORT_SMTP_URL": "smtp://"}, "smtp://"),
        ({"RAPPORT_ALERTS": "json://127.0.0.1/s3cret telegram"}, "The setting alerts is “…”"),
        ({"RAPPORT_QUIET_HOURS": "22-25"}, "22-7"),
        ({"RAPPORT_QUIET_HOURS": "7-7"}, "two different hours"),
        ({"RAPPORT_QUIET_HOURS": "night"}, "22-7"),
        ({"RAPPORT_SMTP_URL": "smtp://mail.example.org:many"}, "smtp://"),
        ({"RAPPORT_SMTP_URL": "smtp://ana:p/word@mail.example.org"}, "%2F for a slash"),
        ({"RAPPORT_SMTP_URL": "smtp://ana:p%C3%A4ss@mail.example.org"}, "in ASCII"),
    ],
)
def test_keys_that_cannot_work_are_refused_in_a_sentence(tmp_path: Path, given: dict[str, str], word: str) -> None:
    with pytest.raises(SettingsError, match=word):
        load(given, tmp_path / "none")


@pytest.mark.parametrize(
    "table", ['[github]\nclientid = "a"', "[github]\nclient_id = 1", "github = 1", "oidc = 1", '[myspace]\na = "b"']
)
def test_a_table_that_is_no_services_is_refused(tmp_path: Path, table: str) -> None:
    file = tmp_path / "rapport.toml"
    file.write_text(table)
    with pytest.raises(SettingsError, match=r"rapport\.toml sets"):
        load({}, file)


@pytest.mark.parametrize(
    ("given", "sends"),
    [
        ({}, True),
        ({"RAPPORT_URL": "https://example.org"}, False),
        ({"RAPPORT_URL": "https://example.org", "RAPPORT_SMTP_URL": "smtp://m"}, False),
        (
            {"RAPPORT_URL": "https://example.org", "RAPPORT_SMTP_URL": "smtp://m", "RAPPORT_MAIL_FROM": "a@b.example"},
            True,
        ),
    ],
)
def test_letters_are_promised_only_where_they_can_leave(tmp_path: Path, given: dict[str, str], *, sends: bool) -> None:
    assert load(given, tmp_path / "none").sends_letters is sends


def test_every_setting_has_a_sentence() -> None:
    assert all(field.metadata["help"].endswith(".") for field in names().values())

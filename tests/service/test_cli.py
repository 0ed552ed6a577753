"""The `rapport` command: moderation and accounts from the shell, as a person types it."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from comments_service import ids
from comments_service.identity import authors, entries
from comments_service.identity.entries import Knock
from comments_service.models import State
from comments_service.settings import ROOT
from comments_service.store import announcements, correspondents, outbox, passkeys, subscriptions
from comments_service.store.passkeys import Passkey
from tests.support import asking, post, site, writing_in
from tests.support.actors import House, furnish
from tests.support.chat import open_chat

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def rapport(house: House) -> Run:
    """Run the command in the house."""
    environment = {
        "PATH": "/usr/bin:/bin",
        "RAPPORT_DATA": str(house.settings.data),
        "RAPPORT_OUTPUT": str(house.settings.output),
    }

    def run(*words: str, given: str = "", **settings: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "comments_service", *words]
        return subprocess.run(
            command, input=given, capture_output=True, text=True, cwd=ROOT, env=environment | settings, check=False
        )

    return run


def test_a_letter_is_handed_over_by_a_mail_server_and_what_became_of_it_is_told(rapport: Run, house: House) -> None:
    receives = {"RAPPORT_MAIL_PIPED": "on", "RAPPORT_MAIL_FROM": "answers@example.org"}
    receives["RAPPORT_MAIL_AUTHSERV"] = writing_in.AUTHSERV
    house.settings = house.settings.with_(**writing_in.RECEIVES)
    question = house.reader("Ben").says("How do you keep track?")
    to = writing_in.reply_address(house, question)
    assert rapport("inbox", **receives).stdout == "No letter has come in.\n"
    raw = writing_in.letter(to).decode()
    handed = rapport("receive", to, given=raw, **receives)
    assert (handed.returncode, handed.stdout) == (0, "became an answer\n")
    again = rapport("receive", to, given=raw, **receives)
    assert (again.returncode, again.stdout) == (0, "came a second time\n")
    assert rapport("receive", given="noise", **receives).returncode == 0
    lines = rapport("inbox", **receives).stdout.splitlines()
    assert [line[26:] for line in lines[:2]] == [
        "came to no address that was given to anybody here",
        f"became an answer · {question.id}",
    ]
    assert lines[2] == "2 letters in the last 30 days."


@pytest.mark.parametrize(
    "broken", [{"RAPPORT_DATABASE": "postgresql://127.0.0.1:1/none"}, {"RAPPORT_IMAP_URL": "nonsense"}]
)
def test_a_letter_that_cannot_be_taken_now_stays_with_the_mail_server(rapport: Run, broken: dict[str, str]) -> None:
    handed = rapport("receive", given=writing_in.letter("x@example.org").decode(), **broken)
    assert handed.returncode == 75
    assert "Three lines" not in handed.stderr


def test_the_queue_is_read_and_worked_from_the_shell(rapport: Run, house: House) -> None:
    one, two = house.reader("Ben").says("First\nline."), house.reader("Cleo").says("Buy this.")
    told = rapport("queue").stdout
    assert f"{one.id}  Ben on Essay a · waits" in told
    assert "    First\n    line." in told
    listed = json.loads(rapport("queue", "--json").stdout)
    assert [(item["id"], item["text"], item["since"]) for item in listed] == [
        (one.id, "First\nline.", one.created),
        (two.id, "Buy this.", two.created),
    ]
    assert rapport("approve", one.id).stdout == f"{one.id}  published\n"
    assert rapport("spam", two.id).stdout == f"{two.id}  spam\n"
    assert json.loads(rapport("queue", "--json").stdout) == []
    assert rapport("undo", two.id).stdout == f"{two.id}  held\n"
    assert rapport("reject", two.id).stdout == f"{two.id}  rejected\n"
    assert rapport("remove", one.id).stdout == f"{one.id}  removed\n"


def test_several_at_once_and_what_does_not_fit_is_said_and_the_rest_is_done(rapport: Run, house: House) -> None:
    comment = house.reader().says("Fine.")
    done = rapport("approve", "0" * 26, comment.id)
    assert done.returncode == 1
    assert "There is no such reply here." in done.stderr
    assert house.now_of(comment).state is State.PUBLISHED


def test_an_answer_from_the_shell_publishes_what_it_answers(rapport: Run, house: House) -> None:
    comment = house.reader().says("Hello?")
    done = rapport("answer", comment.id, "Hello", "*Ben*.")
    assert f"{comment.id}  published with your answer" in done.stdout
    assert "<em>Ben</em>" in house.fragment()
    more = house.reader().says("And me?")
    assert rapport("answer", more.id, "-", given="From a pipe.\n").returncode == 0
    assert "From a pipe." in house.fragment()


def test_the_filter_tells_what_it_knows_and_learns_anew_from_the_shell(rapport: Run, house: House) -> None:
    house.author.publishes(house.reader("Ben").says("Hello there."))
    told = rapport("filter").stdout
    assert "Learned from 0 spam and 1 wanted replies: " in told
    assert "It begins to judge at 10 of each." in told
    assert rapport("filter", "retrain").stdout == "Learned from 1 reply: 0 spam, 1 wanted.\n"


def test_accounts_are_made_and_their_sessions_ended_from_the_shell(rapport: Run) -> None:
    assert "token=" in rapport("author", "link").stdout
    assert "token=" in rapport("author", "add", "Rui", "--role", "moderator").stdout
    assert "Rui · moderator · 0 sessions" in rapport("author", "list").stdout
    assert rapport("author", "sign-out", "rui").stdout == "Ended 0 sessions.\n"
    refused = rapport("author", "add", "RUI")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "already an account" in refused.stderr
    assert "no account named Nobody" in rapport("author", "link", "Nobody").stderr


def test_sign_ins_are_shown_in_the_shell_newest_first(rapport: Run, house: House) -> None:
    rapport("author", "add", "Rui", "--role", "moderator")
    rui, knock = authors.find(house.db, "Rui"), Knock(device="Firefox on Linux")
    with house.db.transaction():
        entries.note(house.db, house.author.account.id, "passkey", "signed_in", knock)
        entries.note(house.db, rui.id, "letter", "asked", knock)
        entries.note(house.db, "", "printed link", "gone", knock)
    told = [line.partition(" · ")[2] for line in rapport("author", "log").stdout.splitlines()]
    assert told == [
        "Somebody · Refused by printed link: it was used already, or is too old · Firefox on Linux",
        "Rui · A sign-in letter was asked for · Firefox on Linux",
        "Ana Ferreira · Signed in by passkey · Firefox on Linux",
    ]
    assert "Rui" in rapport("author", "log", "rui").stdout
    assert "Ana" not in rapport("author", "log", "rui").stdout


def test_passkeys_are_removed_from_the_shell_when_asked(rapport: Run, house: House) -> None:
    made = Passkey(ids.new_id(), house.author.account.id, "c", "k", "h", 0, "My phone", ids.now(), None)
    passkeys.add(house.db, made)
    assert rapport("author", "sign-out").stdout == "Ended 0 sessions.\n"
    assert house.count("passkeys") == 1
    assert rapport("author", "sign-out", "--passkeys").stdout == "Ended 0 sessions.\nRemoved 1 passkey.\n"
    assert house.count("passkeys") == 0


def test_an_address_for_letters_is_looked_at_in_the_shell(rapport: Run, house: House) -> None:
    refused = rapport("author", "add", "Rui", "--email", "rui@example.org\nBcc: all@example.org")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "should look like name@example.org" in refused.stderr
    rapport("author", "add", "Rui", "--email", "Rui@Example.org")
    assert house.db.value("SELECT email FROM people WHERE name = 'Rui'") == "Rui@example.org"


def test_a_moderator_cannot_answer_in_the_authors_name(rapport: Run, house: House) -> None:
    rapport("author", "add", "Rui", "--role", "moderator")
    comment = house.reader().says("Hello?")
    rapport("answer", comment.id, "I am no author.", "--as", "Rui")
    assert "by-author" not in house.fragment()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [(["queue"], "RAPPORT_TITEL is no setting"), (["aprove"], "No such command"), (["approve"], "Missing argument")],
)
def test_what_a_person_can_mend_is_told_without_a_trace(rapport: Run, words: list[str], sentence: str) -> None:
    done = rapport(*words, **({"RAPPORT_TITEL": "x"} if words == ["queue"] else {}))
    assert done.returncode != 0
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_bake_brings_the_published_site_up_to_date(rapport: Run, house: House) -> None:
    house.author.says("Baked.")
    assert rapport("bake").returncode == 0
    assert rapport("migrate").stdout == "The database is up to date.\n"


def test_the_digest_is_printed_for_a_week_and_a_quiet_one_says_nothing(rapport: Run, house: House) -> None:
    assert (rapport("digest").returncode, rapport("digest").stdout) == (0, "")
    house.reader("Ben").says("Will you answer?\nSoon?")
    house.shift_clock(days=7)
    clock = {"RAPPORT_CLOCK_FILE": str(house.settings.data / "clock")}
    told = rapport("digest", **clock).stdout
    assert "Here you interacted with nobody in the past week. 1 person wrote; you have not answered them." in told
    assert re.search(r"^Waiting: Ben \(since \d+ \w+ \d+(, late)?\)\.$", told, re.MULTILINE)
    assert told.endswith("    Will you answer?\n    Soon?\n")
    assert rapport("digest", "--week", house.author.account.created[:10], **clock).stdout
    refused = rapport("digest", "--week", "soon", **clock)
    assert refused.returncode == 1
    assert "Please give a day of the week that you mean" in refused.stderr


def test_letters_that_have_not_left_are_listed_with_their_reason(rapport: Run, house: House) -> None:
    assert rapport("letters", "list").stdout == "No letter waits.\n"
    asking.for_a_code(house, "ben@example.net")
    asking.for_a_code(house, "cleo@example.net")
    (job, _) = outbox.due(house.db, now=ids.now(), limit=2, lane=outbox.LETTERS)
    outbox.give_up(house.db, job, "The mail server refused this address (550 5.1.1).")
    told = rapport("letters", "list").stdout
    assert re.search(r"letter\.code  cleo@example\.net · waits\n", told)
    assert re.search(r"letter\.code  ben@example\.net · given up\n    The mail server refused this address", told)


def test_a_letter_that_was_given_up_is_tried_again_by_its_id_or_with_all_others(rapport: Run, house: House) -> None:
    for name in ("amy", "ben"):
        asking.for_a_code(house, f"{name}@example.net")
    for job in outbox.due(house.db, now=ids.now(), limit=2, lane=outbox.LETTERS):
        outbox.give_up(house.db, job, "The mail server refused the letter (554).")
    one = re.findall(r"rapport letters retry (\w+)", rapport("letters", "list").stdout)[0]
    assert rapport("letters", "retry", one).stdout == "1 letter is tried again.\n"
    assert rapport("letters", "retry", one).returncode == 2
    assert rapport("letters", "retry").stdout == "1 letter is tried again.\n"
    assert outbox.given_up(house.db) == 0
    house.work()
    assert {letter.to for letter in house.letters} == {"amy@example.net", "ben@example.net"}


def test_an_essay_is_announced_from_the_shell_once_and_after_the_letter_was_shown(rapport: Run, house: House) -> None:
    reader = correspondents.welcome(house.db, "amy@example.net", "en")
    correspondents.confirm(house.db, reader.id, now=ids.now())
    subscriptions.add(house.db, reader.id, "essays")
    announcements.offer(house.db, "/a/", now=ids.now())
    told = rapport("letters", "announce", "a", "--yes").stdout
    assert "Subject: New: “Essay a” · " in told
    assert told.endswith("Letters go to 1 reader.\n")
    again = rapport("letters", "announce", "/a/", "--yes")
    assert again.returncode == 1
    assert "nobody gets a second letter about it" in again.stderr
    house.work()
    assert [letter.to for letter in house.letters] == ["amy@example.net"]


def test_where_nobody_wishes_to_hear_of_essays_nothing_is_asked_or_decided(rapport: Run, house: House) -> None:
    announcements.offer(house.db, "/a/", now=ids.now())
    for arguments in ([], ["--yes"]):
        assert "nothing is decided" in rapport("letters", "announce", "/a/", *arguments).stdout
    found = announcements.find(house.db, "/a/")
    assert found is not None
    assert found.sent == ""


def test_a_blog_that_sends_no_letters_says_so_instead_of_showing_one(rapport: Run, house: House) -> None:
    announcements.offer(house.db, "/a/", now=ids.now())
    mute = {"RAPPORT_URL": "https://blog.example.org", "RAPPORT_SMTP_URL": "", "RAPPORT_MAIL_FROM": ""}
    for arguments in ([], ["--yes"]):
        refused = rapport("letters", "announce", "/a/", *arguments, **mute)
        assert refused.returncode == 1
        assert "This blog sends no letters" in refused.stderr
        assert "Traceback" not in refused.stderr
    assert "this stays so" in rapport("letters", "announce", "/a/", "--no", **mute).stdout


def test_a_test_letter_says_what_the_mail_server_answered(rapport: Run) -> None:
    with post.open_office() as office:
        mine = {"RAPPORT_SMTP_URL": office.url, "RAPPORT_MAIL_FROM": "ana@example.org"}
        done = rapport("letters", "test", "ben@example.net", **mine)
        assert (done.returncode, done.stdout) == (0, "Handed over. The mail server said: 250 Taken\n")
        office.at_rcpt = lambda: "550 5.7.1 No relaying for ben@example.net"
        refused = rapport("letters", "test", "ben@example.net", **mine)
        assert refused.returncode == 1
        assert refused.stderr == (
            "Not sent. The mail server refused this address (550 5.7.1)."
            " It said: 550 5.7.1 No relaying for ben@example.net\n"
        )
        misspelt = rapport("letters", "test", "ben", **mine)
        assert misspelt.returncode == 2
        assert "it should look like name@example.org" in misspelt.stderr
    assert [to for _, to, _ in office.envelopes] == [["ben@example.net"]]
    away = rapport("letters", "test", "ben@example.net", **mine)
    assert (away.returncode, away.stderr) == (1, "Not sent. The mail server could not be reached.\n")


def test_without_a_mail_server_a_test_letter_says_where_it_lies(rapport: Run, house: House) -> None:
    told = rapport("letters", "test", "ben@example.net").stdout
    (letter,) = house.letters
    assert told == f"It lies in {house.settings.data}/letters/{letter.id}.eml.\n"


def test_the_doctor_compares_what_is_kept_with_the_events_and_mends_it(rapport: Run, house: House) -> None:
    for name in ("Ben", "Cleo"):
        house.reader(name).says("Hello?")
    assert "2 conversations: what is kept equals their events.\n" in rapport("doctor").stdout
    house.db.execute("UPDATE conversations SET state = 'answered', asks = ''")
    found = rapport("doctor")
    assert found.returncode == 1
    assert found.stdout.count("  differs in state, asks\n") == 2
    assert "2 conversations: 2 differ.\n" in found.stdout
    assert "→ rapport doctor --mend\n" in found.stdout
    mended = rapport("doctor", "--mend")
    assert "2 conversations mended from the events." in mended.stderr
    assert "2 conversations: what is kept equals their events.\n" in mended.stdout


def test_the_doctor_says_all_in_json_and_by_its_exit_code(rapport: Run, house: House, tmp_path: Path) -> None:
    broken = rapport("doctor", "--json")
    assert broken.returncode == 1
    assert json.loads(broken.stdout)["well"] is False
    site.live(house, tmp_path)
    well = rapport("doctor", "--json")
    assert well.returncode == 0
    told = json.loads(well.stdout)
    assert told["well"] is True
    assert {one["what"] for one in told["findings"]} == {
        "settings", "letters", "alerts", "secrets", "room", "backups", "database", "schema", "worker", "inbox", "jobs",
        "ledger",
        "site",
    }  # fmt: skip
    assert all(one.keys() == {"what", "state", "said", "do"} for one in told["findings"])


def test_chat_services_are_tried_from_the_shell_and_their_addresses_not_shown(rapport: Run) -> None:
    assert "No chat service is set" in rapport("alerts", "test").stderr
    with open_chat() as chat:
        told = rapport("alerts", "test", RAPPORT_ALERTS=chat.address)
        assert (told.returncode, told.stdout) == (0, "Told json://…\n")
        assert chat.titles == ["Rapport: a trial"]
        chat.takes = False
        refused = rapport("alerts", "test", RAPPORT_ALERTS=chat.address)
    assert refused.returncode == 1
    assert "did not take it" in refused.stderr
    assert chat.address not in refused.stdout + refused.stderr


def test_a_backup_is_made_and_put_back_from_the_shell(tmp_path: Path) -> None:
    with furnish(tmp_path) as house:
        ben = house.reader("Ben", trusted=True)
        gone = ben.says("I take this back.")
        environment = {
            "PATH": "/usr/bin:/bin",
            "RAPPORT_DATA": str(house.settings.data),
            "RAPPORT_OUTPUT": str(house.settings.output),
        }

        def rapport(*words: str) -> "subprocess.CompletedProcess[str]":
            command = [sys.executable, "-m", "comments_service", *words]
            return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, check=False)

        made = rapport("backup", "--keep", "3")
        assert made.returncode == 0, made.stderr
        assert made.stderr.splitlines() == ["Copying, 100 % …", "Packing …", "Verifying …"]
        backup = made.stdout.strip()
        assert Path(backup).parent == house.settings.data / "backups"
        ben.withdraws(gone)
        busy = rapport("restore", backup)
        assert (busy.returncode, busy.stdout) == (5, "")
        assert "Stop it first (`systemctl stop blog`)" in busy.stderr
    done = rapport("restore", backup)
    assert done.returncode == 0, done.stderr
    restored, held, files, back = done.stdout.splitlines()
    assert re.fullmatch(r"Restored as of .*: 2 replies, 2 people\.", restored)
    assert held.startswith("Held on to since then: 1 reply withdrawn")
    assert files == "0 files of the site changed."
    assert back.startswith(f"To go back: rapport restore {house.settings.data}/backups/20")
    assert rapport(*back.removeprefix("To go back: rapport ").split()).returncode == 0
    for damage, code in (("comments.db", 6), ("backup.json", 6)):
        (Path(backup) / damage).write_text("{")
        refused = rapport("restore", backup)
        assert refused.returncode == code
        assert "Traceback" not in refused.stderr
    (house.settings.data / "comments.db").unlink()
    assert rapport("backup").returncode == 1
    assert rapport("backup", "--to", "/proc/nowhere").returncode == 4

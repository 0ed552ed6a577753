"""The doctor looks at the whole house: each thing that can be wrong is found, said, and answered with what to do."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from comments_service import backups, examining, ids, keys
from comments_service.examining import Finding, State
from comments_service.store import outbox
from tests.support import post, site
from tests.support.actors import House, furnish
from tests.support.processes import eventually, serving

LOOK, BROKEN, OK = State.LOOK, State.BROKEN, State.OK


@contextmanager
def unwatched(_what: str, _length: int) -> Iterator[Callable[[int], None]]:
    yield lambda _: None


def examined(house: House, **environment: str) -> list[Finding]:
    told = {
        "RAPPORT_DATA": str(house.settings.data),
        "RAPPORT_OUTPUT": str(house.settings.output),
        "RAPPORT_DATABASE": house.settings.database,
    }
    return list(examining.house(unwatched, told | environment, house.settings.data / "none.toml"))


def of(found: list[Finding], what: str) -> list[Finding]:
    return [one for one in found if one.what == what]


def wrong(found: list[Finding]) -> list[Finding]:
    return [one for one in found if one.state is not OK]


@pytest.fixture
def well(either_house: House, tmp_path: Path) -> House:
    """A house in which nothing is wrong."""
    house = either_house
    site.live(house, tmp_path)
    house.author.publishes(house.reader("Ben").says("Hello?"))
    house.work()
    outbox.beat(house.db, "worker", now=ids.now())
    if not house.settings.database:
        (house.settings.data / "comments.db").chmod(0o600)
        backups.make(house.settings, house.settings.data / "backups", lambda _: None)
    return house


def test_a_house_that_is_well_is_told_so_thing_by_thing(well: House) -> None:
    found = examined(well)
    assert [one for one in wrong(found) if one.what != "backups"] == []
    assert wrong(found) == [] or well.settings.database
    for what in (
        "settings",
        "letters",
        "alerts",
        "secrets",
        "room",
        "backups",
        "database",
        "schema",
        "worker",
        "jobs",
        "ledger",
    ):
        assert of(found, what), what
    assert "each says what the database does" in of(found, "site")[0].said


def test_nothing_is_changed_by_looking(well: House) -> None:
    def all_of_it() -> dict[Path, bytes]:
        # What SQLite keeps beside a file that is open is its own.
        kept = [path for path in well.settings.data.parent.rglob("*") if not path.name.endswith(("-shm", "-wal"))]
        return {path: path.read_bytes() for path in kept if path.is_file()}

    rows = {table: well.count(table) for table in ("comments", "jobs", "rendered", "events", "snapshots")}
    before = all_of_it()
    well.db.execute("DELETE FROM rendered")  # so that a page would have to be made anew
    examined(well)
    assert well.count("rendered") == 0
    if not well.settings.database:
        assert {path: now for path, now in all_of_it().items() if before.get(path) != now} == {}
    assert {table: well.count(table) for table in rows} == rows | {"rendered": 0}


PROXY = {"RAPPORT_TRUSTED_PROXIES": "1"}
SETTINGS = {
    "a public blog without TLS": ({"RAPPORT_URL": "http://blog.example"} | PROXY, LOOK, "without TLS", "https://"),
    "a proxy that nobody trusts": ({"RAPPORT_URL": "https://blog.example"}, LOOK, "none is trusted", "trusted_proxies"),
    "a proxy that can be gone round": (
        {"RAPPORT_URL": "https://blog.example", "RAPPORT_BIND": "0.0.0.0"} | PROXY,  # noqa: S104
        LOOK,
        "may claim any address",
        "127.0.0.1",
    ),
    "no brakes": ({"RAPPORT_RATE_LIMIT": "off"}, LOOK, "Floods are not slowed", "load tests"),
    "a name that is none": ({"RAPPORT_FLOOD": "x"}, BROKEN, "RAPPORT_FLOOD is no setting", "does not start"),
    "a value that is none": ({"RAPPORT_PROCESSES": "0"}, BROKEN, "at least 1", "does not start"),
    "half a sign-in": ({"RAPPORT_GITHUB_CLIENT_ID": "x"}, BROKEN, "client_secret missing", "does not start"),
}


@pytest.mark.parametrize(("environment", "state", "said", "do"), SETTINGS.values(), ids=SETTINGS.keys())
def test_settings_that_do_not_work_are_found_and_the_rest_is_looked_at(
    house: House, environment: dict[str, str], state: State, said: str, do: str
) -> None:
    found = examined(house, **environment)
    (one,) = of(wrong(found), "settings")
    assert one.state is state
    assert said in one.said
    assert do in one.do
    assert of(found, "ledger"), "the database was looked at as well"


def test_a_file_of_settings_that_can_not_be_read_still_says_where_things_are(house: House) -> None:
    file = house.settings.data / "rapport.toml"
    file.write_text(f'data = "{house.settings.data}"\ntitel = "A slip"\n', "utf-8")
    found = list(examining.house(unwatched, {}, file))
    assert "titel" in found[0].said
    assert of(found, "ledger")
    file.write_text('title = "no end\n', "utf-8")
    (broken, *_) = examining.house(unwatched, {"RAPPORT_DATA": str(house.settings.data)}, file)
    assert "TOML" in broken.said


@pytest.mark.skipif(sys.platform == "win32", reason="modes are those of POSIX")
def test_what_others_on_the_machine_can_read_is_found(house: House) -> None:
    data = house.settings.data
    (data / keys.FILE).chmod(0o644)
    (data / "private.toml").write_text("", "utf-8")
    (data / "private.toml").chmod(0o640)
    data.chmod(0o750)
    said = [f"{one.said} {one.do}" for one in of(wrong(examined(house)), "secrets")]
    for file in (keys.FILE, "private.toml", "comments.db"):
        assert any(f"{file} can be read by others" in one and f"chmod 600 {data / file}" in one for one in said), file
    assert any("is open to others" in one for one in said)


def test_secrets_that_are_gone_or_damaged_are_found(house: House) -> None:
    (house.settings.data / keys.FILE).write_text('{"api": "x"}', "utf-8")
    assert "lacks something" in of(wrong(examined(house)), "secrets")[0].said
    (house.settings.data / keys.FILE).unlink()
    assert "the next start makes new ones" in of(wrong(examined(house)), "secrets")[0].said
    assert not (house.settings.data / keys.FILE).exists()


@pytest.mark.parametrize(("free", "state"), [(10**12, OK), (400_000_000, LOOK), (10_000_000, BROKEN)])
def test_a_disk_that_fills_up_is_found_before_it_is_full(
    house: House, monkeypatch: pytest.MonkeyPatch, free: int, state: State
) -> None:
    class Usage:
        def __init__(self) -> None:
            self.free = free

    monkeypatch.setattr(shutil, "disk_usage", lambda _place: Usage())
    assert {one.state for one in of(examined(house), "room")} == {state}


def test_a_missing_database_is_told_and_none_is_made(tmp_path: Path) -> None:
    environment = {"RAPPORT_DATA": str(tmp_path / "data"), "RAPPORT_OUTPUT": str(tmp_path / "output")}
    found = list(examining.house(unwatched, environment, tmp_path / "none.toml"))
    assert "There is no database at" in of(found, "database")[0].said
    assert list(tmp_path.iterdir()) == []


def test_a_postgresql_that_is_away_is_told_without_its_password(house: House) -> None:
    found = examined(house, RAPPORT_DATABASE="postgresql://rapport:hush@127.0.0.1:1/none")
    (one,) = of(found, "database")
    assert one.state is BROKEN
    assert "can't be reached" in one.said
    assert "hush" not in one.said


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give a file away")
def test_somebody_elses_database_is_not_opened(house: House) -> None:
    """SQLite would leave files beside it that its owner could not write."""
    os.chown(house.settings.data / "comments.db", 65534, 65534)
    (one,) = of(examined(house), "database")
    assert "belongs to somebody else" in one.said
    assert "sudo -u nobody" in one.do


def test_a_damaged_file_is_found(tmp_path: Path) -> None:
    with furnish(tmp_path) as house:
        for number in range(60):
            house.reader(f"Reader {number}").says(f"Number {number}. {'x' * 500}")
    file = house.settings.data / "comments.db"
    with file.open("r+b") as opened:
        for page in range(3, 200):
            opened.seek(page * 4096)
            opened.write(b"\xff" * 4096)
    (*_, last) = found = of(examined(house), "database")
    assert {one.state for one in found} == {BROKEN}
    assert "backup" in last.do or "could not be looked at" in last.said


def test_a_reference_to_nothing_is_found(house: House) -> None:
    house.reader().says("Hello?")
    house.db.execute("PRAGMA foreign_keys = OFF")
    house.db.execute("DELETE FROM people WHERE role IS NULL OR role = 'reader'")
    assert any("refers to nothing" in one.said for one in of(examined(house), "database"))


def test_what_postgresql_can_not_vouch_for_is_found(well: House) -> None:
    if not well.settings.database:
        pytest.skip("SQLite reads every reference itself")
    well.db.execute("ALTER TABLE jobs ADD CONSTRAINT short CHECK (length(fact) < 100) NOT VALID")
    (one,) = of(examined(well), "database")
    assert one.state is BROKEN
    assert "The constraint short was never checked" in one.said


def test_steps_that_are_not_taken_yet_and_those_of_tomorrow_are_found(either_house: House) -> None:
    db = either_house.db
    last = db.value("SELECT max(number) FROM migrations")
    db.insert("migrations", {"number": last + 1, "name": "of_tomorrow", "applied_at": ids.now()})
    assert "newer version" in of(examined(either_house), "schema")[0].said
    db.execute("DELETE FROM migrations WHERE number >= :last", last=last)
    (one,) = of(examined(either_house), "schema")
    assert one.state is LOOK
    assert "1 step is to be taken yet" in one.said


def test_a_worker_that_is_silent_and_a_clock_that_was_set_back_are_found(well: House) -> None:
    outbox.beat(well.db, "worker", now=ids.now(hours=-5))
    (one,) = of(examined(well), "worker")
    assert one.state is BROKEN
    assert "5 hours ago" in one.said
    outbox.beat(well.db, "worker", now=ids.now(hours=5))
    (one,) = of(examined(well), "worker")
    assert one.state is LOOK
    assert "set back" in one.said


def test_work_that_waits_long_or_was_given_up_is_found(well: House) -> None:
    outbox.put(well.db, "comment.published", "x", page="/a/", run_at=ids.now(hours=-1))
    for lane in ("", outbox.LETTERS):
        outbox.put(well.db, "x", "x", lane=lane)
        outbox.give_up(well.db, outbox.due(well.db, now=ids.now(), limit=9, lane=lane)[-1], "no")
    said = " ".join(one.said for one in of(wrong(examined(well)), "jobs"))
    assert "1 letter was given up" in said
    assert "1 job was given up" in said
    assert "Something waits to be done since" in said


def test_a_ledger_that_is_kept_otherwise_is_found(well: House) -> None:
    well.db.execute("UPDATE conversations SET state = 'answered'")
    assert [one.state for one in of(examined(well), "ledger")] == [BROKEN, BROKEN]


def test_pages_that_say_something_else_are_found(well: House) -> None:
    page = well.settings.output / "a" / "index.html"
    page.write_text(page.read_text("utf-8").replace("Hello?", "Goodbye!"), "utf-8")
    (one,) = of(examined(well), "site")
    assert one.state is BROKEN
    assert "1 of " in one.said
    assert one.do == "rapport bake"
    well.author.publishes(well.reader("Cleo").says("And I?"))
    (one,) = of(examined(well), "site")
    assert one.state is LOOK, "the worker has not come to it yet"


def test_old_backups_and_none_are_found(house: House) -> None:
    folder = house.settings.data / "backups"
    assert "There is none" in of(examined(house), "backups")[0].said
    made = backups.make(house.settings, folder, lambda _: None)
    assert of(examined(house), "backups")[0].state is OK
    about = made / "backup.json"
    about.write_text(about.read_text("utf-8").replace(f'"made": "{ids.now()[:10]}', '"made": "2020-01-01'), "utf-8")
    assert "years ago" in of(examined(house), "backups")[0].said
    about.write_text("{", "utf-8")
    assert of(examined(house), "backups")[0].state is BROKEN


def test_letters_that_were_given_up_or_are_tried_for_a_day_are_worth_a_look_in_both_lanes(well: House) -> None:
    for lane in outbox.BY_POST:
        outbox.put(well.db, "letter.code", "x", lane=lane)
        outbox.put(well.db, "letter.code", "y", lane=lane)
        outbox.give_up(well.db, outbox.due(well.db, now=ids.now(), limit=9, lane=lane)[0], "no")
    well.db.execute("UPDATE jobs SET attempts = 20, created = :old WHERE gave_up_at IS NULL", old=ids.now(days=-2))
    said = " ".join(one.said for one in of(wrong(examined(well)), "jobs"))
    assert "2 letters were given up." in said
    assert "2 letters have been tried for more than a day." in said


def test_a_mail_server_is_reached_and_gets_no_letter(house: House) -> None:
    with post.open_office() as office:
        (one,) = of(examined(house, RAPPORT_SMTP_URL=office.url, RAPPORT_MAIL_FROM="ana@example.org"), "letters")
        assert one.state is OK
        assert office.letters == []
    (one,) = of(examined(house, RAPPORT_SMTP_URL=office.url, RAPPORT_MAIL_FROM="ana@example.org"), "letters")
    assert (one.state, one.said) == (BROKEN, "The mail server could not be reached.")
    (one,) = of(examined(house, RAPPORT_URL="https://blog.example"), "letters")
    assert one.state is LOOK
    assert "No mail server is set" in one.said


def test_the_addresses_of_chat_services_are_looked_at_and_never_shown(house: House) -> None:
    (one,) = of(examined(house), "alerts")
    assert (one.state, "by letter alone" in one.said) == (OK, True)
    (one,) = of(examined(house, RAPPORT_ALERTS="json://127.0.0.1/s3cret ntfys://ntfy.sh/s3cret"), "alerts")
    assert one.state is OK
    assert "json://…, ntfys://…" in one.said
    (bad,) = of(examined(house, RAPPORT_ALERTS="json://127.0.0.1/s3cret nonsense://s3cret"), "alerts")
    assert (bad.state, "nonsense://…" in bad.said) == (BROKEN, True)
    assert "s3cret" not in one.said + bad.said + bad.do


def test_it_looks_beside_a_service_that_runs(house: House, tmp_path: Path) -> None:
    site.live(house, tmp_path)
    # At the address that the pages name already: the worker would write another one into them while they are looked at.
    with serving(house.settings.data, house.settings.output, RAPPORT_URL=house.settings.url):
        eventually(lambda: outbox.last_beat(house.db, "worker"), "the worker gives a sign of life")
        found = examined(house)
    assert [one for one in found if one.state is BROKEN] == []
    assert of(found, "worker")[0].state is OK

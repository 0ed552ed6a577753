"""A restore: what was lost is back, what was taken back is not, and the database is whole whatever happens."""

import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from comments_service import ids, in_use, keys, migrations
from comments_service.backups import Failed, folders
from comments_service.database import connect, opened, read_only
from comments_service.errors import Problem
from comments_service.identity import authors
from comments_service.models import Role, State
from comments_service.settings import ROOT, Settings
from comments_service.store import sessions
from tests.support import copies
from tests.support.actors import Reader, furnish
from tests.support.homes import Home, sound, texts
from tests.support.processes import serving

# ── back and forth ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_was_lost_is_back(home: Home) -> None:
    with home() as house:
        comment = house.reader().says("Words that must not be lost.")
        backup = copies.made(house.settings)
        for table in ("events", "answers", "jobs", "comments", "conversations"):
            house.db.execute(f"DELETE FROM {table}")
    done = copies.restored(house.settings, backup)
    assert done.about.rows["comments"] == 1
    with home() as house:
        assert texts(house) == {"Words that must not be lost.": "held"}
        assert house.author.publishes(house.now_of(comment)).state is State.PUBLISHED
        assert sound(house)


def test_a_restore_can_be_taken_back(home: Home) -> None:
    with home() as house:
        house.reader().says("Before.")
        backup = copies.made(house.settings)
        cleo = house.reader("Cleo")
        cleo.says("After.")
        link = authors.new_link(house.db, house.settings, house.author.account)
    there = copies.restored(house.settings, backup)
    with home() as house:
        assert list(texts(house)) == ["Before."]
    assert there.before is not None
    back = copies.restored(house.settings, there.before)
    assert back.unknown_until == ""
    with home() as house:
        assert list(texts(house)) == ["Before.", "After."]
        # Those whom the time between did not know were not forgotten, nor signed out.
        assert Reader(house, "Cleo", cleo.address, cleo.device).speaker.person is not None
        secret = ids.digest(link.split("token=")[1])
        found = sessions.find_link(house.db, secret)
        assert found is not None
        assert (found.account, found.opens(now=ids.now())) == (house.author.account, True)
        assert sound(house)


def test_a_time_that_a_restore_left_behind_is_named(sqlite_home: Home) -> None:
    with sqlite_home() as house:
        early = copies.made(house.settings)
        house.reader().says("Meanwhile.")
        middle = copies.made(house.settings)
        house.reader().says("Later.")
    copies.restored(house.settings, early)
    assert copies.restored(house.settings, middle).unknown_until > folders.read_about(middle).made


def test_every_page_is_baked(sqlite_home: Home) -> None:
    with sqlite_home() as house:
        house.author.publishes(house.reader().says("In the page."))
        backup = copies.made(house.settings)
        before = house.fragment()
        house.author.publishes(house.reader().says("Later in the page."))
        later = house.db.value("SELECT version FROM pages WHERE path = '/a/'")
    copies.restored(house.settings, backup)
    with sqlite_home() as house:
        assert house.fragment() == before
        # No page of the former present is ever taken for one of the restored.
        assert house.db.value("SELECT version FROM pages WHERE path = '/a/'") > later


# ── what is refused ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_damaged_backup_changes_nothing(home: Home) -> None:
    with home() as house:
        backup = copies.made(house.settings)
        house.reader().says("Here.")
    (backup / "secrets.json").write_text("{}")
    with pytest.raises(Failed, match="damaged"):
        copies.restored(house.settings, backup)
    with home() as house:
        assert list(texts(house)) == ["Here."]
        assert folders.kept(backup.parent) == [backup]


def test_it_is_refused_while_the_service_runs_or_a_command_is_at_work(sqlite_home: Home) -> None:
    with sqlite_home() as house:
        backup = copies.made(house.settings)
        with pytest.raises(Problem, match="Stop it first"):
            copies.restored(house.settings, backup)
    with serving(house.settings.data, house.settings.output), pytest.raises(Problem, match="Stop it first"):
        copies.restored(house.settings, backup)
    copies.restored(house.settings, backup)


def test_nobody_comes_in_while_it_is_under_way(sqlite_home: Home) -> None:
    with sqlite_home() as house:
        pass
    refused = pytest.raises(Problem, match="A restore is under way")
    with in_use.alone(house.settings), refused, opened(house.settings):
        pass


def test_a_backup_of_a_newer_version_is_refused(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    with home() as house:
        backup = copies.made(house.settings)
    monkeypatch.setattr(migrations, "STEPS", migrations.STEPS[:-1])
    with pytest.raises(Failed, match="newer version"):
        copies.restored(house.settings, backup)


def _of_before(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A backup as the version before the last step made it."""
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "STEPS", migrations.STEPS[:-1])
        with closing(connect(settings)) as db:
            migrations.migrate(db)
            authors.add(db, "Ana Ferreira", Role.OWNER)
        return copies.made(settings)


def test_a_backup_of_an_older_version_is_brought_up_to_date(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    with home() as house:
        settings = house.settings
        database = house.db
        if settings.database:
            for row in database.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
                database.execute(f"DROP TABLE {row['tablename']} CASCADE")
    if not settings.database:
        (settings.data / "comments.db").unlink()
    backup = _of_before(settings, monkeypatch)
    with opened(settings) as db:
        migrations.migrate(db)
    done = copies.restored(settings, backup)
    assert done.migrated == [migrations.STEPS[-1].__name__]
    with opened(settings) as db:
        assert migrations.pending(db) == []


# ── a present that is lost ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("loss", ["missing", "corrupt", "empty"])
def test_without_a_present_it_says_what_that_means_and_wants_a_word(sqlite_home: Home, loss: str) -> None:
    with sqlite_home() as house:
        house.reader().says("Kept.")
        secrets = (house.settings.data / keys.FILE).read_bytes()
        backup = copies.made(house.settings)
    file = house.settings.data / "comments.db"
    file.unlink()
    (house.settings.data / keys.FILE).unlink()
    if loss != "missing":
        file.write_bytes(b"no database at all " * 1000 if loss == "corrupt" else b"")
    with pytest.raises(Failed, match="would come back with it") as refused:
        copies.restored(house.settings, backup)
    assert refused.value.code == "needs_consent"
    assert file.exists() == (loss != "missing")
    done = copies.restored(house.settings, backup, without_replay=True)
    assert (done.before, done.replayed, done.secrets) == (None, None, True)
    assert (house.settings.data / keys.FILE).read_bytes() == secrets
    assert (house.settings.data / keys.FILE).stat().st_mode & 0o777 == 0o600
    if loss == "corrupt":
        assert done.aside is not None
        assert (done.aside / "comments.db").read_bytes().startswith(b"no database")
    with sqlite_home() as house:
        assert list(texts(house)) == ["Kept."]


def test_a_present_with_a_fault_still_tells_what_was_taken_back(sqlite_home: Home) -> None:
    with sqlite_home() as house:
        ben = house.reader("Ben")
        gone = ben.says("I take this back.")
        backup = copies.made(house.settings)
        ben.withdraws(gone)
        house.db.execute("PRAGMA foreign_keys = OFF")
        house.db.execute("INSERT INTO devices (secret, person, created) VALUES ('x', 'nobody', 'now')")
    done = copies.restored(house.settings, backup)
    assert (done.before, done.replayed is not None) == (None, True)
    assert done.aside is not None
    with closing(read_only(done.aside / "comments.db")) as db:
        assert db.value("SELECT count(*) FROM devices WHERE secret = 'x'") == 1
    with sqlite_home() as house:
        assert house.now_of(gone).text == ""


def test_in_a_new_house_nobody_is_taken_for_forgotten(home: Home, tmp_path: Path) -> None:
    """As after the loss of a machine: the service has started once before somebody thought of the backup."""
    with furnish(tmp_path / "old", database=_another(home)) as old:
        old.reader().says("From the old machine.")
        secrets = (old.settings.data / keys.FILE).read_bytes()
        backup = copies.made(old.settings)
    with home() as house:
        pass
    with pytest.raises(Failed, match="of another blog"):
        copies.restored(house.settings, backup)
    done = copies.restored(house.settings, backup, without_replay=True)
    assert done.before is not None
    assert (house.settings.data / keys.FILE).read_bytes() == secrets
    with home() as house:
        assert list(texts(house)) == ["From the old machine."]


def _another(home: Home) -> str:
    with home() as house:
        if not house.settings.database:
            return ""
        name = f"another_{ids.new_id()}"
        house.db.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
        before, _, after = house.settings.database.partition("@/")
        return f"{before}@/{name}?{after.partition('?')[2]}"


def test_secrets_that_were_made_anew_stay(sqlite_home: Home) -> None:
    """Somebody had a reason, such as a leak."""
    with sqlite_home() as house:
        backup = copies.made(house.settings)
    (house.settings.data / keys.FILE).unlink()
    new = keys.load(house.settings.data)
    assert copies.restored(house.settings, backup).secrets is False
    assert keys.load(house.settings.data) == new


# ── killed in the middle ────────────────────────────────────────────────────────────────────────────────────────────

_KILLED = """
import os, signal, sys
from pathlib import Path
from comments_service import backups, settings
from comments_service.backups import folders
moments = [0]
def tick(*_):
    moments[0] -= 1
    if not moments[0]:
        os.kill(os.getpid(), signal.SIGKILL)
def ticking(work):
    return lambda *given, **more: (tick(), work(*given, **more), tick())[1]
folders.settle, folders.write_private = ticking(folders.settle), ticking(folders.write_private)
Path.replace, Path.rename = ticking(Path.replace), ticking(Path.rename)
here = settings.load()
def tell(stage):
    if stage.startswith(("Replaying", "Putting")):  # until then nothing is touched
        moments[0] = int(sys.argv[2])
    tick()
backups.restore(here, Path(sys.argv[1]), here.data / "backups", tell, without_replay=False)
"""


def _restore_killed_at(settings: Settings, backup: Path, moment: int) -> bool:
    environment = {
        "PATH": os.environ["PATH"],
        "RAPPORT_DATA": str(settings.data),
        "RAPPORT_OUTPUT": str(settings.output),
        "RAPPORT_DATABASE": settings.database,
    }
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, str(backup), str(moment)], env=environment, cwd=ROOT, check=False
    )
    assert done.returncode in {0, -signal.SIGKILL}
    return done.returncode != 0


def test_killed_at_any_moment_one_of_the_two_is_whole(home: Home) -> None:
    with home() as house:
        ben = house.reader("Ben")
        gone = ben.says("Taken back.")
        house.reader("Cleo").says("Before.")
        backup = copies.made(house.settings)
        ben.withdraws(gone)
        house.reader("Dora").says("After.")
    moment, seen = 1, set()  # every other moment is as good as all, and takes half the time
    while _restore_killed_at(house.settings, backup, moment):
        with home() as house:
            said = tuple(texts(house))
            assert said in {("", "Before.", "After."), ("", "Before.")}
            assert sound(house)
            seen.add(said)
        if said == ("", "Before."):
            copies.restored(house.settings, folders.kept(backup.parent)[-1])
        moment += 2
    assert len(seen) == 2
    assert copies.restored(house.settings, backup).replayed is not None

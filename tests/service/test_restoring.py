"""A restore: what was lost is back, what was taken back is not, and the database is whole whatever happens."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from pathlib import Path

import pytest

from comments_service import ids, in_use, keys, migrations, webhooks, worker
from comments_service.backups import Failed, folders
from comments_service.database import connect, opened, read_only
from comments_service.engagement import doctor, forgetting
from comments_service.errors import Problem
from comments_service.identity import authors
from comments_service.models import Role, Session, State, Verb
from comments_service.moderation import acts, banning, reporting, spam
from comments_service.settings import ROOT, Settings
from comments_service.store import bans, lessons, replies, reports, sessions, subjects
from comments_service.store import webhooks as deliveries
from tests.support import copies, ruling
from tests.support.actors import House, Reader, furnish, page
from tests.support.processes import serving
from tests.support.receiver import receiving

Home = Callable[[], AbstractContextManager[House]]


@pytest.fixture(params=["sqlite", "postgresql"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Home:
    """A house that one may leave and come back to, on each engine in turn."""
    database = request.getfixturevalue("postgres_server").new_database() if request.param == "postgresql" else ""
    return lambda: furnish(tmp_path, database=database)


@pytest.fixture
def sqlite_home(tmp_path: Path) -> Home:
    return lambda: furnish(tmp_path)


def texts(house: House) -> dict[str, str]:
    """What every comment says, in the order in which they came."""
    return {row["text"]: row["state"] for row in house.db.rows("SELECT text, state FROM comments ORDER BY id")}


def sound(house: House) -> bool:
    return doctor.examine(house.db).differing == {}


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


# ── what must not come back ─────────────────────────────────────────────────────────────────────────────────────────


def test_what_was_withdrawn_since_stays_withdrawn(home: Home) -> None:
    with home() as house:
        ben, cleo = house.reader("Ben", trusted=True), house.reader("Cleo", trusted=True)
        gone, stays = ben.says("I take this back."), cleo.says("I stand by this.", email="cleo@example.org")
        house.author.answers(gone, "An answer.")
        backup = copies.made(house.settings)
        ben.withdraws(gone)
    done = copies.restored(house.settings, backup)
    assert done.replayed is not None
    assert done.replayed.withdrawn == 1
    with home() as house:
        again = house.now_of(gone)
        assert (again.state, again.text, again.html, again.name, again.person) == (State.WITHDRAWN, "", "", "", None)
        assert house.now_of(stays).email == "cleo@example.org"
        assert "I take this back" not in house.fragment()
        assert "An answer" in house.fragment()
        assert sound(house)


def test_spam_whose_time_was_over_since_stays_deleted_and_learned(sqlite_home: Home) -> None:
    with sqlite_home() as house:
        said = house.author.publishes(house.reader("Shop").says("Golden lamps, half price."))
        backup = copies.made(house.settings)
        house.author.decides(said, Verb.SPAM)
        house.shift_clock(days=spam.KEPT_DAYS + 1)
        assert spam.expire(house.db) == 1
    copies.restored(house.settings, backup)
    with sqlite_home() as house:
        again = house.now_of(said)
        assert (again.state, again.text, again.name) == (State.WITHDRAWN, "", "")
        assert again.expired_at
        learned = lessons.totals(house.db)
        assert (learned.spam, learned.wanted) == (1, 0)
        assert sound(house)


def test_who_was_forgotten_since_stays_forgotten(home: Home) -> None:
    with home() as house:
        ben, cleo = house.reader("Ben", trusted=True), house.reader("Cleo", trusted=True)
        said = ben.says("Who am I?")
        person = ben.speaker.person
        cleo.says("I stay.")
        backup = copies.made(house.settings)
        forgetting.erase(house.db, subjects.of_person(house.db, person.id if person else ""))
    done = copies.restored(house.settings, backup)
    assert done.replayed is not None
    assert done.replayed.forgotten == 1
    with home() as house:
        assert house.now_of(said).text == ""
        assert house.db.value("SELECT count(*) FROM people WHERE role IS NULL") == 1
        assert Reader(house, "Ben", ben.address, ben.device).speaker.person is None
        assert Reader(house, "Cleo", cleo.address, cleo.device).speaker.person is not None
        assert sound(house)


def test_an_objection_since_holds(home: Home) -> None:
    with home() as house:
        ben = house.reader("Ben")
        ben.says("Keep no history of me.")
        backup = copies.made(house.settings)
        person = ben.speaker.person
        assert person is not None
        forgetting.object_to_history(house.db, [person.id])
    copies.restored(house.settings, backup)
    with home() as house:
        assert house.db.value("SELECT count(*) FROM people WHERE history_refused_at IS NOT NULL") == 1


@pytest.mark.parametrize("published", [True, False])
@pytest.mark.parametrize("verb", [Verb.REMOVE, Verb.SPAM, Verb.REJECT])
def test_what_was_taken_down_since_stays_down(sqlite_home: Home, verb: Verb, *, published: bool) -> None:
    with sqlite_home() as house:
        comment = house.reader().says("Unkind words.")
        if published:
            house.author.publishes(comment)
        backup = copies.made(house.settings)
        if published and verb is Verb.REJECT:
            house.author.decides(comment, Verb.UNDO)
        if not published and verb is Verb.REMOVE:
            house.author.publishes(comment)
        house.author.decides(comment, verb)
        house.reader("Rui")
    done = copies.restored(house.settings, backup)
    assert done.replayed is not None
    assert done.replayed.taken_down == 1
    with sqlite_home() as house:
        assert house.now_of(comment).state not in {State.HELD, State.PUBLISHED}
        assert "Unkind" not in house.fragment()
        assert sound(house)


def test_what_waits_for_a_look_again_is_not_on_the_page(sqlite_home: Home) -> None:
    with sqlite_home() as house:
        comment = house.reader().says("Approved by mistake.")
        house.author.publishes(comment)
        backup = copies.made(house.settings)
        house.author.decides(comment, Verb.UNDO)
    copies.restored(house.settings, backup)
    with sqlite_home() as house:
        assert house.now_of(comment).state is State.HELD
        assert sound(house)


def test_words_stand_as_their_writer_last_edited_them(home: Home) -> None:
    with home() as house:
        ben = house.reader("Ben", trusted=True)
        comment = ben.says("Call me at 555 1234.")
        backup = copies.made(house.settings)
        ben.edits(comment, "Call me.")
    copies.restored(house.settings, backup)
    with home() as house:
        assert house.now_of(comment).text == "Call me."
        assert "555" not in house.fragment()


def test_a_sign_out_holds_and_a_link_that_was_used_stays_used(home: Home) -> None:
    with home() as house:
        account = house.author.account
        links = [authors.new_link(house.db, house.settings, account).split("token=")[1] for _ in range(2)]
        open_, ended = (ids.new_secret() for _ in range(2))
        for secret in (open_, ended):
            session = Session(ids.new_id(), account.id, ids.now(), ids.now(), ids.now(days=30), "Firefox")
            sessions.add(house.db, session, ids.digest(secret))
        ben = house.reader("Ben")
        ben.says("From my device.")
        backup = copies.made(house.settings)
        holder = sessions.holder(house.db, ids.digest(ended), now=ids.now())
        assert holder is not None
        sessions.end(house.db, holder[1], account.id, now=ids.now())
        sessions.use_link(house.db, ids.digest(links[0]), now=ids.now())
        house.db.execute("DELETE FROM devices")
        house.db.execute("UPDATE people SET email = 'new@example.org' WHERE id = :id", id=account.id)
    done = copies.restored(house.settings, backup)
    assert done.replayed is not None
    assert (done.replayed.signed_out, done.replayed.links_spent) == (2, 1)
    with home() as house:
        now = ids.now()
        assert sessions.holder(house.db, ids.digest(ended), now=now) is None
        assert sessions.holder(house.db, ids.digest(open_), now=now) is not None
        found = [sessions.find_link(house.db, ids.digest(link)) for link in links]
        assert [one is not None and one.opens(now=now) for one in found] == [False, True]
        assert Reader(house, "Ben", ben.address, ben.device).speaker.person is None
        assert house.db.value("SELECT email FROM people WHERE id = :id", id=account.id) == "new@example.org"


def test_work_that_was_done_since_is_not_done_twice(sqlite_home: Home) -> None:
    with sqlite_home() as house:
        house.author.publishes(house.reader().says("Told once."))
        assert house.count("jobs")
        backup = copies.made(house.settings)
        house.work()
    copies.restored(house.settings, backup)
    with sqlite_home() as house:
        assert house.count("jobs") == 0


def test_a_feeds_address_that_was_taken_anew_and_a_webhook_that_is_told_no_more_stay_so(home: Home) -> None:
    with home() as house, receiving() as told:
        ben = house.reader("Ben")
        ben.says("Hello.")
        person = ben.speaker.selves
        off, gone = (webhooks.register(house.db, house.settings, f"{told.url}{n}", ["comment.held"]) for n in range(2))
        while worker.work_once(house.db, house.settings):
            pass
        backup = copies.made(house.settings)
        house.work()
        replies.renew(house.db, person)
        webhooks.switch(house.db, off.id, on=False)
        webhooks.remove(house.db, gone.id)
        assert len(told.heard) == 2
    copies.restored(house.settings, backup)
    with home() as house, receiving() as again:
        assert replies.numbers(house.db) == dict.fromkeys(person, 1)
        (kept,) = deliveries.every(house.db)
        assert (kept.id, kept.off_at is None) == (off.id, False)
        house.db.execute("UPDATE webhooks SET url = :url", url=again.url)
        house.work()
        assert again.heard == [], "what was told is not told again"


def test_an_essay_that_came_since_keeps_its_page(sqlite_home: Home, tmp_path: Path) -> None:
    with sqlite_home() as house:
        backup = copies.made(house.settings)
    with furnish(tmp_path, essays=(page("/a/"), page("/b/"), page("/new/"))) as house:
        pass
    copies.restored(house.settings, backup)
    with opened(house.settings) as db:
        assert db.value("SELECT 1 FROM pages WHERE path = '/new/' AND gone_at IS NULL") == 1


def test_words_that_an_author_edited_since_stay_edited(home: Home) -> None:
    with home() as house:
        said = house.author.publishes(house.reader("Ben").says("Call me at 555-0100."))
        backup = copies.made(house.settings)
        acts.edit(house.db, said.id, "Call me.", house.author.account, seen="")
    copies.restored(house.settings, backup)
    with home() as house:
        now = house.now_of(said)
        assert (now.text, now.redacted_as) == ("Call me.", "author")
        assert "edited by the author" in house.fragment()
        assert "555" not in house.fragment()


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


def test_bans_distrust_and_what_was_looked_at_since_hold_after_a_restore(home: Home) -> None:
    with home() as house:
        by = house.author.account
        ben, cleo, dora = (house.reader(name, trusted=True) for name in ("Ben", "Cleo", "Dora"))
        rude, spam, fine = ben.says("Am I rude?"), cleo.says("Buy this."), dora.says("Hello.")
        ruling.reported_by(house, rude, 2)
        lifted = banning.ban(house.db, house.keys, fine.id, banning.Wish(), by)
        backup = copies.made(house.settings)
        reporting.settle(house.db, rude.id, by)
        banning.lift(house.db, lifted.id, by)
        banned = banning.ban(house.db, house.keys, spam.id, banning.Wish(lasts="ever"), by)
        banning.trust(house.db, rude.id, by, trusted=False)
    done = copies.restored(house.settings, backup)
    assert done.replayed is not None
    assert done.replayed.banned == 1
    with home() as house:
        assert reports.open_of(house.db, rude.id) == []
        assert [one.id for one in bans.every(house.db, now=ids.now())] == [banned.id]
        assert not banning.is_trusted(house.db, rude)
        assert banning.is_trusted(house.db, fine)
        assert sound(house)

"""A backup: beside the traffic, whole, verified before it counts, and never more of them than were asked for."""

import shutil
import subprocess
import threading
from collections import namedtuple
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from comments_service import backups, database, posting
from comments_service.backups import Failed, folders, making
from comments_service.database import connect, read_only
from comments_service.models import NewReply
from tests.support import copies
from tests.support.actors import House, furnish


def comments_in(backup: Path) -> int:
    """By what was counted when it was verified."""
    return backups.verify(backup).rows["comments"]


def test_what_was_acknowledged_before_a_backup_began_is_in_it_while_others_write(either_house: House) -> None:
    house = either_house
    settings = house.settings.with_(rate_limit=False)
    acknowledged: list[str] = []
    begun, stop = threading.Event(), threading.Event()

    def write(number: int) -> None:
        speaker = house.reader(f"Writer {number}").speaker
        with closing(connect(settings)) as db:
            for turn in range(2000):
                new = NewReply(page="/a/", text=f"Reply {turn} of writer {number}.", name="Ben")
                acknowledged.append(posting.accept(db, settings, house.keys, speaker, new).comment.id)
                if len(acknowledged) > 20:
                    begun.set()
                if stop.is_set():
                    return

    writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in writers:
        thread.start()
    assert begun.wait(30)
    before = list(acknowledged)
    backup = copies.made(settings)
    stop.set()
    for thread in writers:
        thread.join()
    assert len(before) <= comments_in(backup) <= len(acknowledged)
    assert house.count("comments") == len(acknowledged)
    if not settings.database:
        with closing(read_only(backup / "comments.db")) as db:
            assert set(before) <= {row["id"] for row in db.rows("SELECT id FROM comments")}


def test_a_copy_is_of_one_moment_though_somebody_writes_between_its_pages(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_STEP_PAGES", 5)
    house.reader().says("Before.")

    def interrupt(stage: str) -> None:
        if stage.startswith("Copying"):
            house.reader().says(f"Said at: {stage}")

    backup = backups.make(house.settings, copies.folder(house.settings), interrupt)
    assert comments_in(backup) == 1
    assert house.count("comments") > 5


def test_only_its_owner_may_read_it_and_nothing_else_lies_beside(either_house: House) -> None:
    backup = copies.made(either_house.settings)
    assert {path.name: path.stat().st_mode & 0o777 for path in backup.iterdir()} == dict.fromkeys(
        (making.FILES[either_house.db.engine], "secrets.json", "backup.json"), 0o600
    )
    assert backup.stat().st_mode & 0o777 == backup.parent.stat().st_mode & 0o777 == 0o700
    assert {path.name for path in backup.parent.iterdir()} == {".lock", backup.name}


def test_what_was_withdrawn_before_is_not_in_its_bytes(house: House) -> None:
    ben = house.reader("Ben")
    words = "Something that I should not have said."
    ben.withdraws(ben.says(words))
    backup = copies.made(house.settings)
    assert words.encode() not in (backup / "comments.db").read_bytes()


def _flipped(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(bytes(content))


DAMAGES = {
    "another byte": lambda path, data: _flipped(path / data),
    "shorter": lambda path, data: (path / data).write_bytes((path / data).read_bytes()[:-100]),
    "gone": lambda path, data: (path / data).unlink(),
    "other secrets": lambda path, _: (path / "secrets.json").write_text("{}"),
    "no account of itself": lambda path, _: (path / "backup.json").unlink(),
    "half an account": lambda path, _: (path / "backup.json").write_text("{"),
    "another number of rows": lambda path, _: (path / "backup.json").write_text(
        (path / "backup.json").read_text().replace('"people": 1', '"people": 2')
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_backup_is_found(either_house: House, damage: str) -> None:
    backup = copies.made(either_house.settings)
    backups.verify(backup)
    DAMAGES[damage](backup, making.FILES[either_house.db.engine])
    with pytest.raises(Failed) as refused:
        backups.verify(backup)
    assert refused.value.code == "damaged"


def test_damage_that_was_there_when_it_was_written_is_found_as_well(either_house: House) -> None:
    """The digest of a broken file would fit."""
    name = making.FILES[either_house.db.engine]
    for number in range(200):
        either_house.db.insert("attempts", {"id": f"{number:03}", "what": "x" * 200, "who": "y", "at": "z"})
    backup = copies.made(either_house.settings)
    content = (backup / name).read_bytes()
    (backup / name).write_bytes(content[: len(content) * 2 // 3])
    about = folders.read_about(backup)
    digest = making._digest(backup / name)  # noqa: SLF001 -- what somebody would have written who noticed nothing
    (backup / "backup.json").write_text((backup / "backup.json").read_text().replace(about.files[name], digest))
    with pytest.raises(Failed, match=r"damaged|can't be read"):
        backups.verify(backup)


def test_a_database_with_a_fault_is_not_called_a_backup_and_the_older_ones_stay(house: House) -> None:
    first = copies.made(house.settings)
    house.db.execute("PRAGMA foreign_keys = OFF")
    house.db.execute("INSERT INTO devices (secret, person, created) VALUES ('x', 'nobody', 'now')")
    with pytest.raises(Failed, match="refers to nothing"):
        copies.made(house.settings, keep=1)
    assert folders.kept(first.parent) == [first]


def test_the_newest_are_kept(house: House) -> None:
    made = [copies.made(house.settings, keep=2) for _ in range(4)]
    (copies.folder(house.settings) / "my own notes").mkdir()
    made.append(copies.made(house.settings, keep=2))
    assert folders.kept(made[0].parent) == made[-2:]
    assert (copies.folder(house.settings) / "my own notes").exists()


def test_two_are_not_made_at_once(house: House) -> None:
    with folders.locked(copies.folder(house.settings)), pytest.raises(Failed) as refused:
        copies.made(house.settings)
    assert refused.value.code == "busy"


def test_what_a_killed_one_left_is_removed(house: House) -> None:
    left = copies.folder(house.settings) / ".being-made-2026-01-01T000000.000Z"
    left.mkdir(parents=True)
    (left / "comments.db").write_text("half")
    copies.made(house.settings)
    assert not left.exists()


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")  # noqa: PYI024 -- as the standard library has it
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(100, 99, 1))


def test_no_room_is_told_before_anything_is_written(house: House, full_disk: None) -> None:
    with pytest.raises(Failed, match="no room") as refused:
        copies.made(house.settings)
    assert refused.value.code == "no_room"
    assert [path.name for path in copies.folder(house.settings).iterdir()] == [".lock"]


def test_a_server_that_is_away_is_told_without_its_password(house: House, tmp_path: Path) -> None:
    away = house.settings.with_(database=f"postgresql://blog:hush@/blog?host={tmp_path}")
    with pytest.raises(Failed, match="can't be reached") as refused:
        copies.made(away)
    assert "hush" not in str(refused.value)


def test_a_password_for_postgresql_stands_on_no_command_line(
    postgres_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgres_database.replace("rapport@", "rapport:hush@")
    ran: list[list[str]] = []
    run = subprocess.run

    def noted(command: list[str], **more: Any) -> Any:
        ran.append(command)
        return run(command, **more)

    with furnish(tmp_path, database=url) as house:
        monkeypatch.setattr(subprocess, "run", noted)
        copies.made(house.settings)
    assert ran
    assert "hush" not in str(ran)


def test_a_place_that_takes_no_files_is_told(house: House, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Failed) as refused:
        backups.make(house.settings, tmp_path / "file" / "backups", lambda _: None)
    assert refused.value.code == "not_writable"


def test_it_says_how_far_it_is(house: House) -> None:
    said: list[str] = []
    backups.make(house.settings, copies.folder(house.settings), said.append)
    assert said == ["Copying, 100 %", "Packing", "Verifying"]

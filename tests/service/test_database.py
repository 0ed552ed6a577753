"""The ground: one SQL text on two engines, transactions that are whole, secrets that are only the owner's."""

import multiprocessing
import threading
from pathlib import Path

import pytest

from comments_service import ids, keys, migrations
from comments_service.database import Database, connect, opened
from comments_service.settings import load
from comments_service.store import outbox
from tests.support import beside, postgres
from tests.support.actors import House
from tests.support.processes import eventually


def test_parameters_are_named_and_lists_are_spread(either_house: House) -> None:
    db = either_house.db
    assert db.value("SELECT :a || ':b' || :b", a="1", b="2") == "1:b2"
    assert db.value("SELECT count(*) FROM pages WHERE path IN (:paths)", paths=["/a/", "/b/", "/c/"]) == 2
    assert db.value("SELECT count(*) FROM pages WHERE path IN (:paths)", paths=[]) == 0
    assert db.value("SELECT count(*) FROM pages WHERE title LIKE '%a' AND path = :path", path="/a/") == 1
    assert (
        db.value("SELECT path FROM pages WHERE closes_at IS NOT DISTINCT FROM :nothing ORDER BY path", nothing=None)
        == "/a/"
    )


def test_a_transaction_is_whole_and_an_inner_one_is_part_of_it(either_house: House) -> None:
    db = either_house.db

    def half_way() -> None:
        with db.transaction():
            with db.transaction():
                outbox.put(db, "comment.held", "x", page="/a/")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half_way()
    assert either_house.count("jobs") == 0
    with db.transaction():
        outbox.put(db, "comment.held", "x", page="/a/")
    assert either_house.count("jobs") == 1


def test_migrating_again_changes_nothing(either_house: House) -> None:
    assert migrations.migrate(either_house.db) == []
    assert migrations.pending(either_house.db) == []


def test_several_processes_may_start_together(either_house: House, tmp_path: Path) -> None:
    fresh = either_house.settings.with_(data=tmp_path / "fresh")
    if either_house.settings.database:
        for table in reversed(
            [
                row["relname"]
                for row in either_house.db.rows(
                    "SELECT relname FROM pg_stat_user_tables ORDER BY relname",
                )
            ]
        ):
            either_house.db.execute(f"DROP TABLE {table} CASCADE")
    context = multiprocessing.get_context("spawn")
    results: multiprocessing.Queue[list[str]] = context.Queue()
    processes = [context.Process(target=beside.migrate, args=(fresh, results)) for _ in range(3)]
    for process in processes:
        process.start()
    taken = [len(results.get(timeout=60)) for _ in processes]
    for process in processes:
        process.join()
    # Each step is taken once, by whoever comes first to it.
    assert sum(taken) == len(migrations.STEPS)


def test_whoever_starts_while_another_makes_the_first_table_waits(postgres_server: postgres.Server) -> None:
    here = load({"RAPPORT_DATABASE": postgres_server.new_database()}, Path("none"))
    taken: list[str] = []

    def migrate() -> None:
        with opened(here) as db:
            taken.extend(migrations.migrate(db))

    def is_waiting() -> bool:
        sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        return bool(bystander.value(sql))

    with opened(here) as first, opened(here) as bystander:
        other = threading.Thread(target=migrate)
        with first.transaction():
            migrations._one_at_a_time(first)  # noqa: SLF001
            first.execute("CREATE TABLE migrations (number INTEGER PRIMARY KEY, name TEXT, applied_at TEXT)")
            other.start()
            eventually(is_waiting, "the other waits")
        other.join()
    assert len(taken) == len(migrations.STEPS)


def test_writers_queue_and_none_is_turned_away(either_house: House) -> None:
    """Eight at once, each on a connection of its own, as the threads of the server are."""
    failures: list[BaseException] = []

    def write() -> None:
        try:
            with opened(either_house.settings) as db:
                for _ in range(20):
                    with db.transaction():
                        outbox.put(db, "comment.held", "x", page="/a/")
        except BaseException as error:  # noqa: BLE001 -- whatever it is, the test wants to see it
            failures.append(error)

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert either_house.count("jobs") == 160


def test_an_acknowledged_write_is_durable(house: House) -> None:
    assert house.db.value("PRAGMA journal_mode") == "wal"
    assert house.db.value("PRAGMA synchronous") == 2
    assert house.db.value("PRAGMA foreign_keys") == 1


def test_ids_sort_by_age_and_do_not_repeat(house: House) -> None:
    first = ids.new_id()
    house.shift_clock(seconds=1)
    assert first < ids.new_id()
    many = [ids.new_id() for _ in range(10_000)]
    assert len(set(many)) == 10_000
    assert many == sorted(many)
    assert ids.is_id(first)
    assert not ids.is_id(first[:-1] + "l")


def test_secrets_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    first = keys.load(tmp_path / "data")
    assert keys.load(tmp_path / "data") == first
    assert (tmp_path / "data" / keys.FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == [keys.FILE]


def test_a_postgresql_server_that_restarted_is_reached_again(postgres_server: object, tmp_path: Path) -> None:
    address = postgres_server.new_database()  # type: ignore[attr-defined]
    db: Database = connect(load({"RAPPORT_DATABASE": address, "RAPPORT_DATA": str(tmp_path)}, tmp_path / "none"))
    pid = db.value("SELECT pg_backend_pid()")
    with opened(load({"RAPPORT_DATABASE": address, "RAPPORT_DATA": str(tmp_path)}, tmp_path / "none")) as other:
        other.value("SELECT pg_terminate_backend(:pid)", pid=pid)
    with pytest.raises(Exception, match=r"terminat|closed"):
        db.value("SELECT 1")
    assert db.value("SELECT 1") == 1
    db.close()

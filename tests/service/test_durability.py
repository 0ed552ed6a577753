"""What goes wrong beneath: a clear sentence, words kept by whoever typed them, nothing lost, nothing doubled."""

import fcntl
import json
import multiprocessing
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from comments_service import ids, posting
from comments_service.database import Database, connect, opened
from comments_service.models import NewReply, Verb
from comments_service.store import outbox
from comments_service.unavailable import TransactionLost, Unavailable
from comments_service.web import context
from tests.bench.soak import slow
from tests.support import beside, postgres, site
from tests.support.actors import House, furnish
from tests.support.browserless import JSON, Visitor
from tests.support.processes import eventually, serving

WORDS = "A long thought that must not be lost."
# Of everything that one accepted reply writes, each once: itself, the ledger, the outbox.
WRITTEN = ("comments", "events", "conversations", "jobs", "people", "devices")


def kept(house: House) -> dict[str, int]:
    return {table: house.count(table) for table in WRITTEN}


def of_the_app(visitor: Visitor) -> Database:
    """The connection on which the application answers this thread."""
    return context.db_of(visitor.house.settings)


def full(db: Database) -> Callable[[], object]:
    """As on a disk without room: SQLite says the same of a file that may not grow. Returns what makes room again."""
    db.execute(f"PRAGMA max_page_count = {db.value('PRAGMA page_count')}")
    return lambda: db.execute("PRAGMA max_page_count = 1000000")


def read_only(db: Database) -> Callable[[], object]:
    """As on a disk that became read-only, or a PostgreSQL that only follows another one."""
    if db.engine == "postgresql":
        db.execute("SET default_transaction_read_only = on")
        return lambda: db.execute("SET default_transaction_read_only = off")
    db.execute("PRAGMA query_only = ON")
    return lambda: db.execute("PRAGMA query_only = OFF")


@dataclass(frozen=True)
class Trouble:
    """What befalls a house, from when on, and what a reader is told."""

    house: House
    begin: Callable[[Database], Callable[[], object]]
    sentence: str
    seconds: str


TROUBLES = {
    "a full disk": ("", full, "no room left", "300"),
    "a read-only disk": ("", read_only, "Nothing can be kept here", "300"),
    "a read-only PostgreSQL": ("postgresql", read_only, "Nothing can be kept here", "300"),
}


@pytest.fixture(params=TROUBLES.values(), ids=list(TROUBLES))
def trouble(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Trouble]:
    engine, begin, sentence, seconds = request.param
    database = request.getfixturevalue("postgres_database") if engine else ""
    with furnish(tmp_path, database=database) as house:
        yield Trouble(house, begin, sentence, seconds)


@pytest.fixture
def postgres_house(postgres_database: str, tmp_path: Path) -> Iterator[House]:
    with furnish(tmp_path, database=postgres_database) as house:
        yield house


def test_a_reply_that_can_not_be_kept_comes_back_in_the_form_with_a_sentence(trouble: Trouble) -> None:
    house, visitor = trouble.house, Visitor(trouble.house)
    visitor.gets("/comments/thread?page=/a/")
    before, over = kept(house), trouble.begin(of_the_app(visitor))
    # On a page that is not quite full a short one may still fit.
    answer = visitor.says(WORDS + " x" * 4000)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == trouble.seconds
    assert trouble.sentence in answer.text
    assert WORDS in answer.text
    assert 'id="reply-form"' in answer.text
    assert "Set-Cookie" not in answer.headers
    told = visitor.says_json(WORDS + " x" * 4000)
    assert told.status_code == 503
    assert trouble.sentence in told.get_json()["error"]["message"]
    assert kept(house) == before
    over()
    assert visitor.says(WORDS).status_code == 303
    assert kept(house) == {table: number + 1 for table, number in before.items()}


def test_reading_goes_on_where_nothing_can_be_written(trouble: Trouble) -> None:
    trouble.house.author.publishes(trouble.house.reader().says("Hello there."))
    visitor = Visitor(trouble.house)
    over = trouble.begin(of_the_app(visitor))
    for what in ("thread?page=/a/", "counts?page=/a/", "feed.atom", "reply?page=/a/"):
        assert visitor.gets(f"/comments/{what}").status_code == 200, what
    over()


def test_a_disk_that_is_full_in_the_middle_loses_no_fact_and_no_event(house: House) -> None:
    """Room for one page more each time: wherever it ends, comment, event and fact are kept together or not at all."""
    reader = house.reader()
    for room in range(12):
        house.db.execute(f"PRAGMA max_page_count = {int(house.db.value('PRAGMA page_count')) + room % 4}")
        try:
            reader.says(f"Number {room}. {'x' * 6000}")
            house.author.publishes(reader.says(f"And {room}. {'x' * 3000}"))
        except Unavailable:
            pass
        assert house.count("comments") == house.count("conversations")
    house.db.execute("PRAGMA max_page_count = 1000000")
    held = house.db.value("SELECT count(*) FROM comments WHERE state = 'held'")
    facts = house.db.rows("SELECT fact, count(*) AS number FROM jobs GROUP BY fact ORDER BY fact")
    told = {row["fact"]: row["number"] for row in facts}
    assert told.get("comment.held", 0) == house.count("comments")
    assert told.get("comment.published", 0) == house.count("comments") - held
    house.work()
    assert house.count("jobs") == 0


# ── a lock that somebody else holds ─────────────────────────────────────────────────────────────────────────────────


@contextmanager
def locked(house: House) -> Iterator[Callable[[], object]]:
    """Another program, such as the shell of SQLite, holds the write lock until it is told to let go."""
    ours, theirs = multiprocessing.Pipe()
    holder = multiprocessing.get_context("spawn").Process(
        target=beside.hold, args=(str(house.settings.data / "comments.db"), theirs)
    )
    holder.start()
    assert ours.recv() == "held"

    def let_go() -> None:
        ours.send("go")
        assert ours.recv() == "let go"

    yield let_go
    holder.join()


def test_a_reply_waits_for_a_lock_that_another_program_holds_for_a_while(house: House) -> None:
    sent: list[int] = []
    with locked(house) as let_go:
        writer = threading.Thread(target=lambda: sent.append(Visitor(house).says(WORDS).status_code))
        writer.start()
        with (house.settings.data / "comments.db.gate").open() as gate:
            eventually(lambda: _taken(gate), "the reply waits for its turn")
        assert sent == []
        let_go()
        writer.join()
    assert sent == [303]
    assert house.count("comments") == house.count("events") == 1


def _taken(gate) -> bool:
    try:
        fcntl.flock(gate, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    fcntl.flock(gate, fcntl.LOCK_UN)
    return False


def test_a_lock_that_is_held_too_long_is_told_and_the_words_come_back(house: House) -> None:
    visitor = Visitor(house)
    of_the_app(visitor).execute("PRAGMA busy_timeout = 50")
    with locked(house) as let_go:
        answer = visitor.says(WORDS)
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "5"
        assert "busy right now" in answer.text
        assert WORDS in answer.text
        assert visitor.gets("/comments/thread?page=/a/").status_code == 200
        let_go()
    assert house.count("comments") == 0
    assert visitor.says(WORDS).status_code == 303


# ── a clock that jumps ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("jump", [{"seconds": -30}, {"hours": -5}, {"days": 3}])
def test_a_clock_that_jumps_loses_nothing_and_stops_nobody(either_house: House, jump: dict[str, float]) -> None:
    from comments_service import worker

    house = either_house
    reader = house.reader("Ben", trusted=True)
    first = reader.says("Before.", on="/b/")
    house.shift_clock(**jump)
    second = reader.says("After.", on="/b/")
    assert first.id != second.id
    worker.tidy(house.db, house.settings)
    house.work()
    assert house.count("jobs") == 0, "what was written before the jump is acted upon"
    assert house.fragment("/b/").count("<p>Before.</p>") == house.fragment("/b/").count("<p>After.</p>") == 1
    decided = house.author.decides(second, Verb.REMOVE)
    assert decided.state.value == "removed"
    house.shift_clock(**{unit: -number for unit, number in jump.items()})
    third = reader.says("And later.", on="/b/")
    worker.tidy(house.db, house.settings)
    house.work()
    assert "<p>And later.</p>" in house.fragment("/b/")
    assert len({first.id, second.id, third.id}) == 3


def test_ids_keep_their_order_while_a_clock_that_was_set_back_catches_up(house: House) -> None:
    house.shift_clock(seconds=20)
    before = ids.new_id()
    house.shift_clock(seconds=-15)
    assert before < ids.new_id()


# ── several, and some that go ───────────────────────────────────────────────────────────────────────────────────────

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a service is told to stop as on Linux")


@linux
def test_two_services_on_one_file_keep_each_reply_once(house: House, tmp_path) -> None:
    site.live(house, tmp_path)
    free = {"RAPPORT_RATE_LIMIT": "off", "RAPPORT_HOLD_FIRST": "off"}
    data, output = house.settings.data, house.settings.output
    with serving(data, output, **free) as one, serving(data, output, **free) as other:
        writers = [
            threading.Thread(target=lambda url=url, name=name: [slow.say(url, f"{name}, {n}.") for n in range(10)])
            for name, url in (("one", one.url), ("other", other.url), ("also one", one.url))
        ]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        assert house.count("comments") == house.count("events") == 30
        eventually(lambda: house.count("jobs") == 0, "every fact is acted upon")
        page = (output / "a" / "index.html").read_text("utf-8")
        assert page.count('class="comment h-entry') == 30


@linux
def test_a_postgresql_that_is_restarted_costs_no_reply_that_was_acknowledged(
    postgres_server: postgres.Server, postgres_house: House
) -> None:
    house = postgres_house
    acknowledged: list[str] = []
    refused: list[tuple[int, str, str]] = []
    options = {"RAPPORT_DATABASE": house.settings.database, "RAPPORT_RATE_LIMIT": "off", "RAPPORT_HOLD_FIRST": "off"}
    with serving(house.settings.data, house.settings.output, **options) as service:
        over = threading.Event()

        def write(name: str) -> None:
            number = 0
            while not over.is_set():
                number += 1
                text = f"{name}, {number}."
                try:
                    slow.say(service.url, text)
                    acknowledged.append(text)
                except urllib.error.HTTPError as error:
                    refused.append((error.code, json.load(error)["error"]["code"], error.headers["Retry-After"]))

        writers = [threading.Thread(target=write, args=(name,)) for name in ("Ben", "Cleo", "Dan")]
        for writer in writers:
            writer.start()
        eventually(lambda: len(acknowledged) > 20, "replies are accepted")
        postgres_server.stop()
        try:
            eventually(lambda: len(refused) > 3, "replies are refused while it is away")
            for path in ("/comments/thread?page=/a/", "/healthz", "/comments/counts?page=/a/"):
                request = urllib.request.Request(f"{service.url}{path}", headers=JSON)
                with pytest.raises(urllib.error.HTTPError) as told:
                    urllib.request.urlopen(request, timeout=30)
                assert told.value.code == 503
                assert json.load(told.value)["error"]["code"] in {"away", "full"}
        finally:
            postgres_server.start()
        before = len(acknowledged)
        eventually(lambda: len(acknowledged) > before + 10, "replies are accepted again")
        over.set()
        for writer in writers:
            writer.join()
        assert {code for code, _, _ in refused} == {503}
        assert all(seconds for _, _, seconds in refused)
        with opened(house.settings) as db:
            texts = [row["text"] for row in db.rows("SELECT text FROM comments")]
            assert len(texts) == len(set(texts)), "nothing is doubled"
            assert set(acknowledged) <= set(texts), "nothing is lost"
            assert db.value("SELECT count(*) FROM events") == len(texts)
            eventually(lambda: db.value("SELECT count(*) FROM jobs") == 0, "the worker went on")


def test_what_follows_a_lost_connection_is_not_written_outside_its_transaction(postgres_house: House) -> None:
    db = connect(postgres_house.settings)

    def loses_it() -> None:
        with db.transaction():
            outbox.put(db, "comment.held", "x", page="/a/")
            pid = db.value("SELECT pg_backend_pid()")
            postgres_house.db.value("SELECT pg_terminate_backend(:pid)", pid=pid)
            with pytest.raises(Unavailable):
                db.value("SELECT 1")
            outbox.put(db, "comment.held", "y", page="/a/")

    with pytest.raises(TransactionLost):
        loses_it()
    assert postgres_house.count("jobs") == 0
    with db.transaction():
        outbox.put(db, "comment.held", "z", page="/a/")
    assert postgres_house.count("jobs") == 1
    db.close()


def test_the_same_reply_sent_once_more_after_a_fault_is_kept_once(house: House) -> None:
    """Whoever got no answer sends again; if it was kept after all, it is the first one that they get."""
    reader = house.reader("Ben", trusted=True)
    new = NewReply("/a/", WORDS, name="Ben")
    first, again = (posting.accept(house.db, house.settings, house.keys, reader.speaker, new) for _ in range(2))
    assert first.comment.id == again.comment.id
    assert again.repeated

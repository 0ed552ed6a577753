"""A chosen picture: fetched once, shown from here on every page, and gone everywhere when it is taken back."""

import dataclasses
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from comments_service import fetching, ids, logs
from comments_service.errors import Problem
from comments_service.identity import pictures, readers
from comments_service.models import Identity
from comments_service.pictures import MOST_BYTES
from comments_service.settings import ROOT
from comments_service.store import identities, outbox
from comments_service.store import pictures as copies
from tests.service.test_pictures import as_file, halves, redrawn
from tests.support.actors import House, Reader
from tests.support.elsewhere import Answer, Elsewhere, elsewhere
from tests.support.processes import PATIENCE_SECONDS, eventually
from tests.support.proving import GITHUB, signed_in
from tests.support.site import built, live

PICTURE = as_file(halves(), "PNG")


@pytest.fixture
def there() -> Iterator[Elsewhere]:
    """Where the provider keeps its pictures."""
    with elsewhere() as site:
        site.answers["/ben.png"] = Answer(PICTURE)
        yield site


def ben(house: House, there: Elsewhere, path: str = "/ben.png") -> Reader:
    """A reader whose provider has a picture of him at this path, or, if it is whole, at this address."""
    url = path if "//" in path else there.url + path
    return signed_in(house, claims=dataclasses.replace(GITHUB, picture_url=url))


def mine(reader: Reader) -> Identity:
    identity = reader.speaker.known_by
    assert identity
    found = identities.find(reader.house.db, identity.id)
    assert found
    return found


def chooses(reader: Reader) -> None:
    pictures.choose(reader.house.db, reader.speaker, mine(reader).id)


def fetch(house: House) -> None:
    """Let the worker fetch what is due."""
    while fetching.fetch_once(house.db, house.settings):
        pass


def problem(reader: Reader) -> str:
    wish = copies.wish(reader.house.db, mine(reader).id)
    assert wish
    assert not wish.fetched
    return wish.problem


def pages(house: House, site: Path) -> dict[str, str]:
    site = site.resolve()
    return {str(path.relative_to(site)): path.read_text("utf-8") for path in sorted(site.rglob("*.html"))}


def test_a_chosen_picture_stands_at_everything_that_was_said_and_a_full_build_gives_the_same_bytes(
    either_house: House, there: Elsewhere, tmp_path: Path
) -> None:
    house = either_house
    reader = ben(house, there)
    said = [reader.says("First."), reader.says("Second.", on="/b/")]
    for comment in said:
        house.author.publishes(comment)
    house.work()
    site = live(house, tmp_path)
    disc = house.fragment()
    assert "<img" not in disc
    chooses(reader)
    fetch(house)
    house.work()
    image = f'<img class="u-photo" src="/identity/pictures/{mine(reader).picture}" alt=""'
    shown = pages(house, site)
    assert {name for name, text in shown.items() if image in text} == {
        "a/index.html", "b/index.html", "index.html", "conversations/index.html"
    }  # fmt: skip
    assert there.asked == ["/ben.png"]
    assert not any(there.url in text for text in shown.values())
    assert shown == pages(house, built(house, tmp_path / "again"))
    later = reader.says("Third.")
    assert later.picture == mine(reader).picture
    copy = copies.data(house.db, later.picture)
    assert copy
    redrawn(copy)

    pictures.unchoose(house.db, reader.speaker, mine(reader).id)
    house.work()
    assert not any("<img" in text for text in pages(house, site).values())
    assert pages(house, site) == pages(house, built(house, tmp_path / "without"))
    assert house.count("pictures") == 0
    assert copies.data(house.db, later.picture) is None
    assert {house.now_of(comment).picture for comment in [*said, later]} == {""}
    assert there.asked == ["/ben.png"]


def test_without_choosing_nothing_is_fetched_and_nothing_is_shown(house: House, there: Elsewhere) -> None:
    reader = ben(house, there)
    house.author.publishes(reader.says("Hello."))
    fetch(house)
    house.work()
    assert there.asked == []
    assert "<img" not in house.fragment()
    assert there.url not in house.fragment()


def test_a_fact_heard_twice_and_a_button_pressed_twice_fetch_once(house: House, there: Elsewhere) -> None:
    reader = ben(house, there)
    chooses(reader)
    chooses(reader)
    (job,) = outbox.due(house.db, now=ids.now(), limit=50, lane=outbox.PICTURES)
    outbox.put(house.db, job.fact, job.subject, lane=outbox.PICTURES)
    fetch(house)
    assert there.asked == ["/ben.png"]
    assert outbox.due(house.db, now=ids.now(), limit=50, lane=outbox.PICTURES) == []


def test_choosing_once_more_renews_the_copy_and_the_former_one_stands_until_then(
    house: House, there: Elsewhere
) -> None:
    reader = ben(house, there)
    chooses(reader)
    fetch(house)
    former = mine(reader).picture
    chooses(reader)
    assert mine(reader).picture == former
    fetch(house)
    assert mine(reader).picture not in {"", former}
    assert copies.data(house.db, former) is None
    assert house.count("pictures") == 1


def test_a_picture_taken_back_while_it_is_on_its_way_never_comes(house: House, there: Elsewhere) -> None:
    reader = ben(house, there)
    chooses(reader)
    pictures.unchoose(house.db, reader.speaker, mine(reader).id)
    fetch(house)
    assert there.asked == []
    assert mine(reader).picture == ""
    assert house.count("pictures") == 0


def test_a_redirect_is_followed_where_a_picture_may_be(house: House, there: Elsewhere) -> None:
    there.answers["/moved"] = Answer(status=302, headers={"Location": "/ben.png"})
    reader = ben(house, there, "/moved")
    chooses(reader)
    fetch(house)
    assert there.asked == ["/moved", "/ben.png"]
    assert mine(reader).picture


@pytest.mark.parametrize(
    "address", ["https://169.254.169.254/latest/meta-data/", "https://10.0.0.1/", "http://example.org/", "file:///etc"]
)
def test_a_redirect_to_what_is_private_is_refused(house: House, there: Elsewhere, address: str) -> None:
    there.answers["/moved"] = Answer(status=302, headers={"Location": address})
    reader = ben(house, there, "/moved")
    chooses(reader)
    fetch(house)
    assert problem(reader) == "it is at an address that this site does not ask"
    assert mine(reader).picture == ""


def test_a_public_blog_does_not_ask_this_machine(house: House, there: Elsewhere) -> None:
    house.settings = house.settings.with_(url="https://blog.example")
    reader = ben(house, there)
    chooses(reader)
    fetch(house)
    assert problem(reader) == "it is at an address that this site does not ask"
    assert there.asked == []


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Answer(status=404), "it can't be had any more (404)"),
        (Answer(status=301, headers={"Location": "/moved"}), "it can't be had any more (301)"),
        (Answer(b"<svg/>"), "it is no PNG, JPEG, GIF or WebP that can be read to its end"),
        (Answer(PICTURE[:200]), "it is no PNG, JPEG, GIF or WebP that can be read to its end"),
    ],
)
def test_what_can_t_be_shown_is_asked_for_once_and_the_reader_is_told_why(
    house: House, there: Elsewhere, answer: Answer, why: str
) -> None:
    there.answers["/moved"] = answer
    reader = ben(house, there, "/moved")
    chooses(reader)
    fetch(house)
    assert problem(reader) == why
    asked = len(there.asked)
    house.shift_clock(hours=2)
    fetch(house)
    assert len(there.asked) == asked
    # Another try may go better, and then nothing is left of the first.
    there.answers["/moved"] = Answer(PICTURE)
    chooses(reader)
    fetch(house)
    assert mine(reader).picture
    assert house.count("pictures") == 1


@pytest.mark.parametrize("answer", [Answer(status=503), Answer(bytes(MOST_BYTES + 1))])
def test_a_server_in_trouble_is_asked_again_and_not_for_ever(house: House, there: Elsewhere, answer: Answer) -> None:
    there.answers["/ben.png"] = answer
    reader = ben(house, there)
    chooses(reader)
    for _ in range(8):
        fetch(house)
        house.shift_clock(hours=2)
    assert len(there.asked) == 5
    assert problem(reader) == "the server that has it was asked 5 times, and sent none of at most 2 MB"
    assert outbox.given_up(house.db) == 0


def test_a_server_that_recovers_is_believed(house: House, there: Elsewhere) -> None:
    there.answers["/ben.png"] = Answer(status=503)
    reader = ben(house, there)
    chooses(reader)
    fetch(house)
    there.answers["/ben.png"] = Answer(PICTURE)
    house.shift_clock(hours=2)
    fetch(house)
    assert mine(reader).picture


def test_only_oneself_chooses_one_s_picture(house: House, there: Elsewhere) -> None:
    reader = ben(house, there)
    eve = signed_in(house, "Eve", claims=dataclasses.replace(GITHUB, subject="43", label="github.com/eve"))
    for act in (pictures.choose, pictures.unchoose):
        for speaker, status in ((eve.speaker, 404), (house.reader().speaker, 403)):
            with pytest.raises(Problem) as refused:
                act(house.db, speaker, mine(reader).id)
            assert refused.value.status == status
    with pytest.raises(Problem, match=r"no picture of you at github\.com/eve"):
        chooses(eve)


def test_a_joined_identity_shows_its_own_picture(house: House, there: Elsewhere) -> None:
    reader = ben(house, there)
    other = signed_in(house, claims=dataclasses.replace(GITHUB, subject="43"))
    identities.join(house.db, mine(other).person, mine(reader).person, at=ids.now())
    pictures.choose(house.db, other.speaker, mine(reader).id)
    fetch(house)
    assert mine(reader).picture
    assert mine(other).picture == ""


def test_a_withdrawn_reply_keeps_no_picture_and_gets_none(house: House, there: Elsewhere) -> None:
    reader = ben(house, there)
    gone = reader.says("Hello.")
    reader.withdraws(gone)
    chooses(reader)
    fetch(house)
    assert house.now_of(gone).picture == ""


def test_signing_in_again_asks_for_no_picture(house: House, there: Elsewhere) -> None:
    reader = ben(house, there)
    chooses(reader)
    fetch(house)
    shown = mine(reader).picture
    again = ben(house, there, "/another.png")
    fetch(house)
    assert mine(again).picture == shown
    assert there.asked == ["/ben.png"]
    assert readers.vouched_name(mine(again))


def test_the_log_tells_of_no_picture(
    house: House, there: Elsewhere, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    try:
        logs.to_stderr("debug")
        chooses(ben(house, there))
        fetch(house)
        assert there.asked
        logging.getLogger("rapport.worker").info("a line that is there")
    finally:
        root.handlers[:] = before
        root.setLevel(level)
    logged = capsys.readouterr().err
    assert "a line that is there" in logged
    assert "ben.png" not in logged
    assert there.url not in logged
    assert "127.0.0.1" not in logged


def test_a_worker_in_a_process_of_its_own_fetches_and_stops_when_told(house: House, there: Elsewhere) -> None:
    reader = ben(house, there)
    house.author.publishes(reader.says("Hello."))
    chooses(reader)
    clean = {name: value for name, value in os.environ.items() if not name.startswith("RAPPORT_")}
    here = {"RAPPORT_DATA": str(house.settings.data), "RAPPORT_OUTPUT": str(house.settings.output)}
    process = subprocess.Popen([sys.executable, "-m", "comments_service", "worker"], env=clean | here, cwd=ROOT)
    try:
        eventually(lambda: mine(reader).picture, "the picture is shown")
        eventually(lambda: house.count("jobs") == 0, "the pages are brought up to date")
        assert f"/identity/pictures/{mine(reader).picture}" in house.fragment()
        process.terminate()
        assert process.wait(PATIENCE_SECONDS) == 0
    finally:
        if process.poll() is None:
            process.kill()
            process.wait(PATIENCE_SECONDS)

"""`make publish` says what changed for readers and who waits, and leaves the old site when something is wrong."""

import os
import re
import subprocess
from pathlib import Path

from authoring import children
from comments_service import answering, ids
from comments_service.models import Comment, Undertaking
from comments_service.settings import ROOT
from tests.authoring.conftest import essay, published
from tests.support.actors import House


def publish(
    house: House, content: Path, *, url: str = "https://ana.example", answer_first: bool = False
) -> "subprocess.CompletedProcess[str]":
    settings = house.settings.with_(url=url, answer_first=answer_first)
    environment = os.environ | children.environment(settings)
    command = children.command("authoring", "publish", "--content", content)
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_publishing_tells_what_changed_and_who_waits(built_house: House, content: Path) -> None:
    first = publish(built_house, content)
    assert (first.returncode, first.stderr) == (0, "")
    assert "The essays read as before." in first.stdout
    assert "Nobody waits for a look." in first.stdout

    built_house.author.answers(built_house.reader("Ben").says("Hello?", on="/one/"), "Hello.")
    built_house.reader("Cleo").says("I wait.", on="/one/")
    built_house.shift_clock(hours=-50)
    built_house.reader("Dora").says("I have waited for longer.", on="/one/")
    (content / "essays" / "two.md").unlink()
    essay(content, "one", "Second words.")
    essay(content, "three")
    lines = publish(built_house, content).stdout.splitlines()
    assert any(line.startswith("Building the site … 2 essays, ") for line in lines)
    assert "New: “Essay three”." in lines
    assert "Changed: “Essay one”." in lines
    assert "Gone: /two/." in lines
    assert "1 conversation with 2 responses." in lines
    assert "2 replies wait for your look; the longest, for 2 days, is Dora’s on “Essay one”." in lines
    assert "https://ana.example/three/" in (built_house.settings.output / "feed.atom").read_text()


def test_a_publication_that_fails_says_so_and_leaves_the_old_site(built_house: House, content: Path) -> None:
    essay(content, "one", "Second words.", Date="never")
    done = publish(built_house, content)
    assert done.returncode == 1
    assert done.stderr.startswith("Nothing was published.")
    assert re.search(r"essays/one\.md:\d+: .*never", done.stdout)
    assert "Building" not in done.stdout
    assert "First words." in published(built_house.settings, "/one/")


def test_a_site_without_an_address_of_its_own_is_published_with_a_word_about_it(
    built_house: House, content: Path
) -> None:
    assert "make start ADDRESS=" in publish(built_house, content, url="http://localhost:8000").stdout


def test_publishing_ends_with_who_waits_for_an_answer(built_house: House, content: Path) -> None:
    assert publish(built_house, content).stdout.splitlines()[-1] == "Nobody waits for an answer."
    ben, cleo = built_house.reader("Ben"), built_house.reader("Cleo")
    ben.says("Will you?", on="/one/")
    last = publish(built_house, content).stdout.splitlines()[-1]
    assert re.fullmatch(r"1 reader waits, since (\d\d:\d\d|yesterday)\.", last)
    built_house.shift_clock(days=-40)
    promises(built_house, built_house.reader("Dora").says("And for me?", on="/two/"))
    cleo.says("And me?", on="/one/")
    ben.says("And this?", on="/two/")
    last = publish(built_house, content).stdout.splitlines()[-1]
    assert re.fullmatch(r"2 readers wait, the oldest since \d+ \w+ \d+; 1 promise is overdue\.", last)


def promises(house: House, asked: Comment) -> None:
    """The author promises something for tomorrow."""
    undertaking = Undertaking(promise="a list", due=ids.now(days=1)[:10])
    answering.answer_to(
        house.db, house.settings, house.keys, house.author.account, asked.id, "I will see.", undertaking
    )


def test_answering_first_refuses_before_anything_is_built_until_nobody_waits_too_long(
    built_house: House, content: Path
) -> None:
    built_house.reader("Ben").says("Will you?", on="/one/")
    essay(content, "one", "Second words.")
    assert publish(built_house, content, answer_first=True).returncode == 0, "there is time still"
    built_house.shift_clock(hours=-80)
    asked = built_house.reader("Cleo").says("And me?", on="/one/")
    essay(content, "one", "Third words.")
    refused = publish(built_house, content, answer_first=True)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == (
        "Not published: 1 reader waits longer than promised. Answer first, at https://ana.example/desk/,"
        " or publish all the same: RAPPORT_ANSWER_FIRST=off make publish\n"
    )
    assert "Second words." in published(built_house.settings, "/one/")
    promises(built_house, asked)
    refused = publish(built_house, content, answer_first=True)
    assert refused.stderr.startswith("Not published: 1 promise is overdue. ")
    assert publish(built_house, content).returncode == 0
    assert "Third words." in published(built_house.settings, "/one/")

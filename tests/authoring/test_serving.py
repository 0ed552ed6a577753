"""`make serve`: two lines, a site that follows the author's hand, and an end that leaves nobody behind."""

import json
import os
import shutil
import signal
import socket
import urllib.request
from pathlib import Path

import pytest

from comments_service.settings import ROOT
from tests.authoring.conftest import Start, essay
from tests.support.actors import House
from tests.support.processes import eventually, free_port


def fetch(address: str) -> str:
    with urllib.request.urlopen(address, timeout=20) as answer:
        return str(answer.read().decode())


def fetched(address: str) -> str:
    """The same, or nothing while nobody answers."""
    try:
        return fetch(address)
    except OSError:
        return ""


def test_it_prints_its_two_lines_and_serves_home_and_an_essay_with_its_conversation(
    built_house: House, content: Path, start: Start
) -> None:
    built_house.author.answers(built_house.reader("Ben").says("Is anybody there?", on="/one/"), "Somebody is.")
    blog = start("serve", "--content", content)
    ready, desk = blog.line("Ready: "), blog.line("Desk: ")
    assert ready == f"Ready: {blog.url}"
    assert desk.startswith(f"Desk: {blog.url}/desk/sign-in?token=")
    assert blog.line("Building the site … 2 essays, ").endswith(" s")
    assert "Essay one" in fetch(f"{blog.url}/")
    page = fetch(f"{blog.url}/one/")
    assert "Is anybody there?" in page
    assert 'class="comment h-entry h-cite by-author"' in page
    assert blog.stop() == 0
    assert (
        sum(line.startswith("Ready: ") for line in blog.said)
        == sum(line.startswith("Desk: ") for line in blog.said)
        == 1
    )


def test_what_the_author_changes_is_built_anew_and_a_mistake_leaves_the_old_site(content: Path, start: Start) -> None:
    blog = start("serve", "--content", content)
    blog.line("Ready: ")
    essay(content, "one", "Second words.")
    blog.line("content/essays/one.md changed. Building the site … 2 essays, ")
    assert "Second words." in fetch(f"{blog.url}/one/")
    essay(content, "two", "Third words.", Date="never")
    assert blog.line("Could not process essays/two.md", complained=True).endswith("'never' is not a valid date")
    assert "First words." in fetch(f"{blog.url}/two/")
    essay(content, "two", "Fourth words.")
    eventually(lambda: "Fourth words." in fetch(f"{blog.url}/two/"), "the mended essay is shown")
    assert blog.stop() == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_is_quiet_and_leaves_nobody_behind(content: Path, start: Start, number: int) -> None:
    blog = start("serve", "--content", content)
    blog.line("Ready: ")
    assert blog.stop(number) == 0
    eventually(blog.has_left_nobody, "every process ends")
    assert "Traceback" not in "".join(blog.complained)


def test_ctrl_c_reaches_everybody_and_nobody_complains(content: Path, start: Start) -> None:
    blog = start("serve", "--content", content)
    blog.line("Ready: ")
    os.killpg(blog.process.pid, signal.SIGINT)
    assert blog.process.wait(20) == 0
    eventually(blog.has_left_nobody, "every process ends")
    assert "Traceback" not in "".join(blog.complained)


def test_a_stop_during_the_first_build_leaves_nobody_behind(content: Path, start: Start, tmp_path: Path) -> None:
    blog = start("serve", "--content", content)
    eventually((tmp_path / ".output").exists, "the build begins")
    assert blog.stop() == 0
    eventually(blog.has_left_nobody, "every process ends")
    assert "Traceback" not in "".join(blog.complained)
    assert not any(line.startswith("Ready: ") for line in blog.said)


def test_a_port_in_use_is_told_at_once(content: Path, start: Start) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        blog = start("serve", "--content", content, PORT=port)
        assert "PORT=8080" in blog.line(f"Port {port} is in use", complained=True)
        assert blog.process.wait(20) == 1
    assert blog.said == []


def test_a_first_build_that_fails_ends_with_what_to_mend(content: Path, start: Start) -> None:
    essay(content, "one", Date="never")
    blog = start("serve", "--content", content)
    assert blog.process.wait(20) == 1
    assert blog.line("'never' is not a valid date", complained=True)
    assert blog.line("There is no site to serve yet.", complained=True)
    assert "Traceback" not in "".join(blog.complained)


def test_a_service_that_ends_by_itself_is_told(built_house: House, content: Path, start: Start) -> None:
    nowhere = f"postgresql://rapport@127.0.0.1:{free_port()}/rapport"
    blog = start("serve", "--content", content, RAPPORT_DATABASE=nowhere)
    assert blog.line("The service ended by itself", complained=True)
    assert blog.process.wait(20) == 1
    eventually(blog.has_left_nobody, "every process ends")


def test_an_address_in_the_file_is_for_readers_and_not_for_this_machine(tmp_path: Path, start: Start) -> None:
    blog = start("serve", root=a_blog(tmp_path, 'url = "https://ana.example"\n'))
    assert blog.line("Ready: ") == f"Ready: {blog.url}"


def test_a_changed_setting_reaches_the_pages_and_the_service(tmp_path: Path, start: Start) -> None:
    root = a_blog(tmp_path, 'title = "Before"\n')
    blog = start("serve", root=root)
    blog.line("Ready: ")
    (root / "rapport.toml").write_text('title = "After"\nanswer_within = "soon"\n')
    blog.line("The setting answer_within is “soon”", complained=True)
    assert "<title>Before" in fetch(f"{blog.url}/")
    (root / "rapport.toml").write_text('title = "After"\nanswer_within = 36\n')
    eventually(lambda: "<title>After" in fetched(f"{blog.url}/"), "the pages have the new title")
    form = f"{blog.url}/comments/reply?page=/one/"
    eventually(lambda: "within 36 hours" in fetched(form), "the service makes the new promise")
    assert json.loads(fetch(f"{blog.url}/healthz"))["ok"] is True
    assert blog.stop() == 0
    assert sum(line.startswith("Ready: ") for line in blog.said) == 1


def a_blog(tmp_path: Path, settings: str) -> Path:
    """A copy of everything that serving needs, with a small content and settings of its own."""
    root = tmp_path / "blog"
    for name in ("authoring", "comments_service", "plugins", "theme"):
        shutil.copytree(ROOT / name, root / name)
    for name in ("pelicanconf.py", "previewconf.py", "publishconf.py"):
        shutil.copy(ROOT / name, root)
    essay(root / "content", "one")
    (root / "rapport.toml").write_text(settings)
    return root

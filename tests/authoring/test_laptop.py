"""Writing on a laptop while readers reply on a server: both sides for real, over a real sshd."""

import os
import shutil
import signal
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

import pytest

from authoring import building
from authoring.errors import Refusal
from authoring.remote import content, place, sending
from comments_service import settings as settings_
from comments_service.settings import Settings
from tests.authoring.conftest import essay, furnished
from tests.support import engine, sshd
from tests.support.processes import eventually, serving


@dataclass(frozen=True)
class Machine:
    """A folder that holds the engine, and what it is told."""

    folder: Path
    told: dict[str, str]

    @property
    def content(self) -> Path:
        return self.folder / "content"

    def runs(self, *words: str, **more: str) -> "subprocess.CompletedProcess[str]":
        """A command, to its end."""
        with self.begins(*words, **more) as process:
            said, complained = process.communicate(timeout=120)
        return subprocess.CompletedProcess(words, process.returncode, said, complained)

    def begins(self, *words: str, **more: str) -> "subprocess.Popen[str]":
        clean = {name: value for name, value in os.environ.items() if not name.startswith("RAPPORT_")}
        return subprocess.Popen(
            [sys.executable, "-m", "authoring", *words], cwd=self.folder, env=clean | self.told | more, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip


@dataclass(frozen=True)
class Both:
    """A server with its blog, and a laptop that knows where it is."""

    server: Machine
    laptop: Machine
    settings: Settings

    def shows(self, path: str) -> str:
        return (self.settings.output / path.strip("/") / "index.html").read_text("utf-8")

    def content(self) -> dict[str, str]:
        return held(self.server.content)


def held(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.rglob("*.md")}


def machine(folder: Path, *, slugs: tuple[str, ...], **told: str) -> Machine:
    engine.copy(folder)
    for part in ("essays", "editions", "pages"):
        shutil.rmtree(folder / "content" / part)
    for slug in slugs:
        essay(folder / "content", slug)
    return Machine(folder, told)


@pytest.fixture
def both(machines: Both) -> Both:
    """Both hold the same content, and the laptop knows it."""
    shutil.rmtree(machines.laptop.content)
    shutil.copytree(machines.server.content, machines.laptop.content)
    here = machines.settings.with_(data=machines.laptop.folder / "data", server=machines.laptop.told["RAPPORT_SERVER"])
    sending._remember(here, seen=content.fingerprint(machines.laptop.content))  # noqa: SLF001 -- as after a publication
    return machines


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    folder = tmp_path_factory.mktemp("both")
    with sshd.standing(folder / "sshd") as ssh:
        server = machine(folder / "server", slugs=("one",))
        engine.set_up(server.folder)
        (server.folder / "rapport.toml").write_text(
            'url = "https://ana.example"\nhold_first = false\nrate_limit = false\n'
        )
        address = f"ssh://{sshd.HOST}{server.folder}"
        path = f"{ssh.path}{os.pathsep}{os.environ['PATH']}"
        laptop = machine(folder / "laptop", slugs=("one",), RAPPORT_SERVER=address, PATH=path)
        here = settings_.load({}, server.folder / "rapport.toml")
        here = here.with_(data=server.folder / "data", output=server.folder / "output")
        building.build(here, content=server.content)
        yield Both(server, laptop, here)


@contextmanager
def replies_arriving(both: Both, on: str) -> Iterator[list[str]]:
    """Readers who write over HTTP, one after the other, until the block ends; what was acknowledged."""
    said: list[str] = []
    done = Event()
    told = {"RAPPORT_HOLD_FIRST": "off", "RAPPORT_RATE_LIMIT": "off", "RAPPORT_LOG": "warning"}
    with serving(both.settings.data, both.settings.output, **told) as service:

        def write() -> None:
            while not done.is_set():
                words = f"Said while it was published, number {len(said)}."
                body = urllib.parse.urlencode({"page": on, "name": "Ben", "text": words}).encode()
                with urllib.request.urlopen(f"{service.url}/comments/", body, timeout=30) as answer:
                    assert answer.status == 200
                said.append(words)

        writer = Thread(target=write)
        writer.start()
        try:
            yield said
        finally:
            done.set()
            writer.join(60)
        eventually(lambda: all(words in both.shows(on) for words in said), "every reply is on its page")


def test_the_server_publishes_what_the_laptop_sends_and_no_reply_that_arrives_meanwhile_is_missing(both: Both) -> None:
    (both.laptop.folder / "data" / "sent.json").unlink()
    essay(both.laptop.content, "two", "Written on the laptop.")
    (both.laptop.content / ".DS_Store").write_text("the laptop's own")
    with replies_arriving(both, "/one/") as said:
        eventually(lambda: len(said) > 1, "they write")
        done = both.laptop.runs("publish")
        # What lies on the server is neither what this laptop saw, nor in a commit.
        assert done.returncode == 1
        assert "The server holds words that were never here: what lies there was " in done.stderr
        pulled = both.laptop.runs("pull")
        assert "Those of the server lie in .from-server/" in pulled.stdout, pulled.stderr
        before = len(said)
        done = both.laptop.runs("publish")
        assert done.returncode == 0, done.stdout + done.stderr
        assert len(said) > before, "they wrote meanwhile"
    assert "Proofing the essays … " in done.stdout
    assert "On the-server:\nProofing the essays … " in done.stdout, "the server's own words"
    assert "Written on the laptop." in both.shows("/two/")
    assert both.content() == held(both.laptop.content)
    assert not list(both.server.folder.rglob(".DS_Store")), "only words go there"
    there = {path.name for path in both.laptop.folder.rglob("*") if path.is_file()}
    assert "secrets.json" not in there
    assert (both.settings.data / "secrets.json").read_text() not in done.stdout + pulled.stdout
    assert (both.server.folder / ".received").stat().st_mode & 0o077 == 0, "drafts are nobody else's"


def test_what_another_laptop_sent_is_not_silently_overwritten_and_can_be_fetched(both: Both, tmp_path: Path) -> None:
    other = machine(tmp_path / "other", slugs=("one",), **both.laptop.told)
    essay(other.content, "three", "Written on the other one.")
    assert "The server holds words that were never here: what lies there was" in other.runs("publish").stderr
    assert "lie in .from-server/" in other.runs("pull").stdout
    assert held(other.folder / ".from-server") == both.content()
    essay(both.laptop.content, "four", "Written on the laptop.")
    with both.laptop.begins("publish") as first, other.begins("publish") as second:
        said = [process.communicate(timeout=120) for process in (first, second)]
    # One waited for the other, and then found words that it had never seen.
    assert sorted((first.returncode, second.returncode)) == [0, 1], said
    late, early = (other, both.laptop) if second.returncode else (both.laptop, other)
    assert "what lies there was sent from " in said[0][1] + said[1][1]
    assert both.content() == held(early.content)
    late.runs("pull")
    shutil.copytree(late.folder / ".from-server", late.content, dirs_exist_ok=True)
    assert late.runs("publish").returncode == 0
    assert "Written on the other one." in both.shows("/three/")
    assert "Written on the laptop." in both.shows("/four/")
    (early.content / ".DS_Store").write_text("this machine's own")
    assert early.runs("pull").stdout.startswith("content/ holds now what the server holds")
    assert held(early.content) == held(late.content)
    assert (early.content / ".DS_Store").exists(), "what does not travel stays"


def test_a_mistake_is_found_before_anything_is_sent(both: Both) -> None:
    words, page = both.content(), both.shows("/one/")
    wrong = essay(both.laptop.content, "four", "See [nothing](/nowhere/).")
    done = both.laptop.runs("publish")
    wrong.unlink()
    assert done.returncode == 1
    assert "Nothing was published." in done.stderr
    assert "On the-server" not in done.stdout
    assert (both.content(), both.shows("/one/")) == (words, page)


@pytest.mark.parametrize("how", ["the server refuses", "the laptop goes away"])
def test_until_the_new_version_stands_site_and_content_are_those_of_before(both: Both, how: str) -> None:
    words, page, build = both.content(), both.shows("/one/"), both.settings.output.resolve()
    essay(both.laptop.content, "one", f"Changed, but {how}.")
    if how == "the server refuses":
        (both.server.folder / "publishconf.py").rename(both.server.folder / "aside.py")
        done = both.laptop.runs("publish")
        (both.server.folder / "aside.py").rename(both.server.folder / "publishconf.py")
        assert done.returncode == 1
        assert "The server did not publish it; site and content there are as they were." in done.stderr
    else:
        with both.laptop.begins("publish") as process:
            assert process.stdout
            assert any(line.startswith("On the-server") for line in process.stdout)
            os.killpg(process.pid, signal.SIGKILL)
    assert (both.content(), both.shows("/one/"), both.settings.output.resolve()) == (words, page, build)
    again = both.laptop.runs("publish")
    assert again.returncode == 0, again.stderr
    assert f"Changed, but {how}." in both.shows("/one/")
    assert both.content() == held(both.laptop.content)


def test_an_essay_begun_on_the_laptop_opens_with_the_reply_that_it_answers(both: Both) -> None:
    with furnished(both.settings) as house:
        asked = house.reader("Cleo").says("What about *rain*?", on="/one/")
    done = both.laptop.runs("new", "--from", f"https://ana.example/one/#comment-{asked.id}")
    assert done.returncode == 0, done.stderr
    draft = (both.laptop.folder / done.stdout.strip()).read_text()
    assert "Title: An answer to Cleo" in draft
    assert "> What about \\*rain\\*?" in draft
    (both.laptop.folder / done.stdout.strip()).unlink()
    nobody = both.laptop.runs("new", "--from", "nobody")
    assert nobody.stderr.strip().endswith("Copy its address from the page or from the desk.")


@pytest.mark.parametrize(
    ("server", "destination"),
    [
        ("ssh://host/srv/blog", ("host", "", "/srv/blog")),
        ("ssh://ana@example.org:2222/srv/blog/", ("ana@example.org", "2222", "/srv/blog")),
        ("ana@example.org:/srv/blog", None),
        ("ssh://-oProxyCommand=x/srv/blog", None),
        ("ssh://host/srv/blog;reboot", None),
        ("ssh://host/srv/my blog", None),
        ("ssh://host", None),
    ],
)
def test_nothing_but_an_address_is_taken_for_one(
    here: Settings, server: str, destination: tuple[str, str, str] | None
) -> None:
    here = here.with_(server=server)
    if destination:
        found = place.of(here)
        assert (found.destination, found.port, found.folder) == destination
    else:
        with pytest.raises(Refusal, match="it takes ssh://user@host/srv/blog"):
            place.of(here)


@pytest.mark.parametrize(
    ("server", "sentence"),
    [
        (f"ssh://{sshd.HOST}/nowhere", "Rapport has to stand in /nowhere there"),
        ("ssh://localhost:1/srv/blog", "can’t be reached by ssh, as it says above"),
    ],
)
def test_a_server_that_does_not_answer_is_said_in_a_sentence(both: Both, server: str, sentence: str) -> None:
    done = both.laptop.runs("pull", RAPPORT_SERVER=server)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr

"""Serving: a stop loses nothing that was acknowledged, and what dies is started again."""

import json
import os
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from comments_service.settings import ROOT
from tests.support.actors import House
from tests.support.processes import Service, eventually, family, serving

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc to see every process")


def say(service: Service, text: str) -> dict[str, object]:
    body = json.dumps({"page": "/a/", "text": text, "name": "Ben"}).encode()
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    with urllib.request.urlopen(
        urllib.request.Request(f"{service.url}/comments/", body, headers), timeout=20
    ) as response:
        return json.load(response)  # type: ignore[no-any-return]


def test_a_stop_under_load_loses_no_acknowledged_reply_and_no_job(either_house: House) -> None:
    acknowledged: list[str] = []
    enough = threading.Event()

    def writer(name: int, service: Service) -> None:
        for number in range(1000):
            try:
                acknowledged.append(str(say(service, f"Reply {number} of writer {name}.")["id"]))
            except OSError:
                return
            if len(acknowledged) >= 40:
                enough.set()

    settings = either_house.settings
    options = {"RAPPORT_RATE_LIMIT": "off", "RAPPORT_HOLD_FIRST": "off", "RAPPORT_DATABASE": settings.database}
    with serving(settings.data, settings.output, **options) as service:
        writers = [threading.Thread(target=writer, args=(name, service)) for name in range(6)]
        for thread in writers:
            thread.start()
        assert enough.wait(30)
        everybody = family(service.process.pid)
        assert service.stop() == 0
        for thread in writers:
            thread.join()
    assert not any(Path(f"/proc/{pid}").exists() for pid in everybody)
    kept = {row["id"] for row in either_house.db.rows("SELECT id FROM comments")}
    assert set(acknowledged) <= kept
    assert len(acknowledged) == len(set(acknowledged))
    assert either_house.count("events") == len(kept)
    # What was not yet done is still to be done: rows, not memory.
    either_house.work()
    assert either_house.count("jobs") == 0
    assert either_house.fragment().count('class="comment h-entry') == len(kept)


def test_a_worker_that_dies_is_started_again_and_goes_on(house: House) -> None:
    with serving(house.settings.data, house.settings.output, RAPPORT_HOLD_FIRST="off") as service:
        say(service, "First.")
        eventually(lambda: house.count("jobs") == 0, "the worker acts upon the first reply")
        server, worker = family(service.process.pid)[1], family(service.process.pid)[-1]
        assert worker != server
        os.kill(worker, signal.SIGKILL)
        say(service, "Second.")
        eventually(lambda: house.count("jobs") == 0, "a new worker acts upon the second reply")


def test_when_the_first_process_is_killed_nobody_is_left_behind(house: House) -> None:
    with serving(house.settings.data, house.settings.output) as service:
        everybody = family(service.process.pid)
        assert len(everybody) >= 4
        service.process.kill()
        service.process.wait()
        eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in everybody[1:]), "all processes end")


def healthy(url: str) -> bool:
    """Whether all is well, as the service says: until its worker lives, it says 503."""
    try:
        with urllib.request.urlopen(f"{url}/healthz") as health:
            return json.load(health)["ok"] is True
    except urllib.error.HTTPError:
        return False


def test_what_is_printed_is_the_desk_and_that_it_is_ready(house: House) -> None:
    with serving(house.settings.data, house.settings.output) as service:
        desk = service.line("Desk: ")
        assert desk.startswith(f"Desk: {service.url}/desk/sign-in?token=")
        with urllib.request.urlopen(desk.removeprefix("Desk: ")) as page:
            assert "Ana Ferreira" in page.read().decode()
        eventually(lambda: healthy(service.url), "the worker has begun, too")
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(service.url, timeout=2)
    secret = desk.split("token=")[1]
    # The link was printed for the person at the terminal; logs are kept and passed on, and hold no secret.
    assert not any(secret in line for line in service.lines if line != desk)


def test_a_port_that_somebody_has_is_told_in_a_sentence(house: House) -> None:
    with serving(house.settings.data, house.settings.output) as service:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("RAPPORT_")}
        second = subprocess.run(
            [sys.executable, "-m", "comments_service", "serve"],
            env=environment | {"PORT": service.url.rpartition(":")[2], "RAPPORT_DATA": str(house.settings.data)},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert second.returncode == 1
    assert "or choose another one, such as PORT=" in second.stderr
    assert "Traceback" not in second.stderr

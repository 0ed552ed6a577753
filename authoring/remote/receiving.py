"""The server's side: it takes what a laptop sends, publishes from it, and only then lets it be its own `content/`.

Both sides speak lines of JSON over the laptop's ssh until the laptop says `go`; what follows is what the author reads.
"""

import json
import os
import shutil
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from threading import Thread
from typing import Any, TextIO

from authoring import building, new, publication
from authoring.errors import Refusal
from authoring.remote import content as content_
from authoring.upgrading import git
from comments_service import ids, wording
from comments_service.publishing import files
from comments_service.settings import ROOT, Settings

PROTOCOL = 1
# Beside `content/`, so that what was received takes its place by a rename.
FOLDER = ".received"
# Readers see the new version, and something is left to mend.
LIVE_WITH_TROUBLES = 3
_INCOMING, _BEFORE, _RECEIPT, _PENDING = "incoming", "before", "receipt.json", "pending.json"
_LONGEST_LINE = 10_000


def receives(content: Path = building.CONTENT) -> bool:
    """Whether this machine is the server: something was sent to it before."""
    return (content.parent / FOLDER).is_dir()


@dataclass(slots=True)
class Arrival:
    """Content that arrived; with the site that was built from it, it takes the place of `home` in the same moment."""

    settings: Settings
    home: Path
    print: str
    by: str
    live: bool = False

    @property
    def folder(self) -> Path:
        """Where it waits, with what says how far it came."""
        return self.home.parent / FOLDER

    @contextmanager
    def swapping(self, stage: Path) -> Iterator[None]:
        """Let it take its place if `stage` went live in the block, whatever else happens in it.

        A power cut in between is mended by `settle`: what was to happen is written down before.
        """
        told = {"stage": stage.name, "fingerprint": self.print, "by": self.by, "at": ids.now()}
        files.write(self.folder / _PENDING, json.dumps(told))
        try:
            yield
        finally:
            self.live = settle(self.settings, self.home)


def settle(settings: Settings, home: Path) -> bool:
    """Finish what was interrupted between the site's swap and the content's; returns whether anything was.

    Whoever calls this is the only one to publish or to receive.
    """
    folder = home.parent / FOLDER
    try:
        pending = json.loads(files.read(folder / _PENDING))
    except FileNotFoundError:
        return False
    live = settings.output.is_symlink() and settings.output.resolve().name == pending["stage"]
    if live:
        incoming, before = folder / _INCOMING, folder / _BEFORE
        if incoming.exists():
            if home.exists():
                shutil.rmtree(before, ignore_errors=True)
                home.rename(before)
            incoming.rename(home)
        files.write(folder / _RECEIPT, json.dumps({name: pending[name] for name in ("fingerprint", "by", "at")}))
    (folder / _PENDING).unlink()
    return live


def receive(settings: Settings, home: Path, heard: TextIO = sys.stdin) -> None:
    """Do what a laptop asks for in its first line: take content, show what is here, or tell a reader's reply."""
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    asked = _heard(heard)
    if asked.get("protocol") != PROTOCOL:
        _say(refused="The engines here and on the server are of different ages: make upgrade on the older one.")
        return
    try:
        match asked.get("wants"):
            case "reply":
                _say(reply=_reply(settings, str(asked.get("id", ""))))
            case "content":
                with _alone(home):
                    _settled(settings, home)
                    _say(fingerprint=content_.fingerprint(home))
            case "publish":
                _publish(settings, home, asked, heard)
            case _:
                _say(refused="This server does not know what it is asked for: make upgrade there.")
    except _Answered as answer:
        _say(refused=str(answer))


class _Answered(Exception):
    """A refusal that the laptop tells, before anything is shown on its terminal."""


def _heard(heard: TextIO) -> dict[str, Any]:
    try:
        asked = json.loads(heard.readline(_LONGEST_LINE))
    except ValueError:
        return {}
    return asked if isinstance(asked, dict) else {}


def _reply(settings: Settings, id_: str) -> dict[str, str]:
    try:
        return new.asked_here(settings, id_).as_told()
    except Refusal as refusal:
        raise _Answered(refusal) from None


def _say(**told: object) -> None:
    print(json.dumps({"rapport": PROTOCOL} | told), flush=True)


@contextmanager
def _alone(home: Path) -> Iterator[Path]:
    """The folder for what arrives, for one laptop at a time; who has to wait is told so."""
    folder = home.parent / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    with (folder / "lock").open("a") as handle:
        try:
            flock(handle, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            _say(waiting=True)
            flock(handle, LOCK_EX)
        yield folder


def _settled(settings: Settings, home: Path) -> None:
    with building.alone(settings):
        settle(settings, home)


def _publish(settings: Settings, home: Path, asked: Mapping[str, Any], heard: TextIO) -> None:
    arrival = Arrival(settings, home, str(asked["fingerprint"]), str(asked.get("by", ""))[:60])
    with _alone(home) as folder:
        _settled(settings, home)
        _refuse_what_is_newer(settings, home, {arrival.print, *map(str, asked.get("known", ()))})
        if not asked.get("answer_first", True):
            settings = settings.with_(answer_first=False)
        incoming = folder / _INCOMING
        incoming.mkdir(exist_ok=True)
        _say(ready=True)
        if heard.readline(_LONGEST_LINE).strip() != "go":
            raise Refusal("The laptop went away before everything was here. Nothing has changed.")
        if content_.fingerprint(incoming) != arrival.print:
            raise Refusal("What arrived is not what was sent: something changed meanwhile. Nothing has changed here.")
        _stop_with(heard, arrival)
        try:
            publication.publish(settings, incoming, arrival)
        except Refusal as trouble:
            if not arrival.live:
                raise
            print(trouble, file=sys.stderr)
            sys.exit(LIVE_WITH_TROUBLES)


def _refuse_what_is_newer(settings: Settings, home: Path, known: set[str]) -> None:
    """Refuse to take the place of words that the laptop never saw, unless a commit keeps them."""
    here = content_.fingerprint(home)
    if here in known or (not (home.parent / FOLDER / _RECEIPT).exists() and _is_committed(home)):
        return
    try:
        receipt = json.loads(files.read(home.parent / FOLDER / _RECEIPT))
    except FileNotFoundError:
        receipt = {}
    whose = "was written there"
    if receipt.get("fingerprint") == here:
        when = wording.date_and_time(receipt["at"], settings.zone)
        whose = f"was sent from {receipt['by'] or 'another machine'} on {when}"
    raise _Answered(
        f"The server holds words that were never here: what lies there {whose}. Nothing was sent.\n"
        "To see them: make pull. Then publish again."
    )


def _is_committed(home: Path) -> bool:
    """Whether git holds every word of a folder, so that none can be lost."""
    try:
        return not git.run(home.parent, "status", "--porcelain", "--ignored", "--untracked-files=all", "--", home.name)
    except (Refusal, FileNotFoundError):
        return False


def _stop_with(heard: TextIO, arrival: Arrival) -> None:
    """When the laptop goes away before readers see the new version, stop as if asked to; after that, go on."""

    def listen() -> None:
        # Not through `heard`, whose lock this thread would hold while the program ends.
        while os.read(heard.fileno(), _LONGEST_LINE):
            pass
        if not arrival.live:
            os.kill(os.getpid(), signal.SIGTERM)

    Thread(target=listen, daemon=True).start()


def settle_here(settings: Settings, home: Path) -> None:
    """What `settle` does, before a publication on the server itself; elsewhere nothing."""
    if home.parent == ROOT and receives(home):
        _settled(settings, home)

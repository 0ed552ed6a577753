"""The laptop's side: proof, send the content, let the server publish it before the author's eyes; or fetch it."""

import json
import os
import platform
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from authoring import new, publication, steps
from authoring.errors import Refusal
from authoring.remote import content as content_
from authoring.remote import place as place_
from authoring.remote.place import Line
from authoring.remote.receiving import FOLDER, LIVE_WITH_TROUBLES, PROTOCOL
from authoring.steps import Clock, Step, Tell
from comments_service.publishing import files
from comments_service.settings import Settings

# What the server's content was when this machine saw it last, and what was being sent when nobody knows how it ended.
_MEMORY = "sent.json"
FETCHED = ".from-server"
_UNLIKE_A_NAME = re.compile(r"[^\w .-]")
_OFF = {"off", "no", "false", "0"}


@dataclass(slots=True)
class _Sending:
    settings: Settings
    content: Path
    line: Line
    print: str = ""
    clock: Clock = field(default_factory=Clock)


def publish(settings: Settings, content: Path) -> None:
    """Proof here, send, and let the server publish; its words are printed as they come.

    Raises Refusal with what to do: until the server has put the new version in place, site and content there are those
    of before.
    """
    place = place_.of(settings)
    proofing = publication.Publication(settings, content, content)
    for _ in steps.walk((Step("check", "Proofing the essays", publication.proof),), proofing, proofing.clock):
        print("\n".join(proofing.said), end="\n" if proofing.said else "")
    with place_.line(place, "receive") as line:
        run = _Sending(settings, content, line)
        for _ in steps.walk((Step("send", f"Sending them to {place}", _send),), run, run.clock):
            pass
        _let_publish(run)


def _send(run: _Sending, tell: Tell) -> str:
    run.print = content_.fingerprint(run.content)
    memory = _remembered(run.settings)
    asked: dict[str, object] = {
        "wants": "publish",
        "fingerprint": run.print,
        "known": list(memory.values()),
        "by": _name(),
    }
    asked["answer_first"] = os.environ.get("RAPPORT_ANSWER_FIRST", "").strip().lower() not in _OFF
    answer = _ask(run.line, asked)
    while answer.get("waiting"):
        tell("waiting for another publication")
        answer = _hear(run.line)
    to = f":{run.line.place.folder}/{FOLDER}/incoming/"
    run.line.copy(f"{run.content}/", to, *content_.RSYNC, f"--copy-dest=../../{run.content.name}")
    _remember(run.settings, seen=memory.get("seen", ""), sending=run.print)
    return "everything is there"


def _let_publish(run: _Sending) -> None:
    print(f"On {run.line.place}:", flush=True)
    run.line.say("go")
    while said := run.line.hearing.read1(4096):  # type: ignore[attr-defined]
        sys.stdout.buffer.write(said)
        sys.stdout.buffer.flush()
    code = run.line.process.wait()
    if code in {0, LIVE_WITH_TROUBLES}:
        _remember(run.settings, seen=run.print)
    if code == 1:
        raise Refusal("The server did not publish it; site and content there are as they were. What to mend is above.")
    if code == LIVE_WITH_TROUBLES:
        raise Refusal("It is published. What is left to mend is above; make publish does the rest once more.")
    if code:
        raise Refusal(
            f"The line to {run.line.place} broke before it said how this ended: readers see the old version or the new"
            " one, with the content that belongs to it. make publish once more leads to the new one."
        )


def pull(settings: Settings, content: Path) -> str:
    """Fetch the server's content; returns what became of it, in sentences.

    It takes the place of `content` only if everything here was sent before; otherwise it lies beside.
    """
    place, here = place_.of(settings), content_.fingerprint(content)
    fetched = content.parent / FETCHED
    shutil.rmtree(fetched, ignore_errors=True)
    with place_.line(place, "receive") as line:
        there = _ask(line, {"wants": "content"})
        while there.get("waiting"):
            there = _hear(line)
        line.copy(f":{place.folder}/{content.name}/", f"{fetched}/", *content_.RSYNC)
    found = content_.fingerprint(fetched)
    if found != there["fingerprint"]:
        shutil.rmtree(fetched, ignore_errors=True)
        raise Refusal(f"The content on {place} changed while it was fetched. Nothing has changed here; try again.")
    sent = here in _remembered(settings).values()
    _remember(settings, seen=found)
    if found == here:
        shutil.rmtree(fetched)
        return f"Here and on {place} the same words stand."
    if sent:
        subprocess.run(["rsync", *content_.RSYNC_HERE, f"{fetched}/", f"{content}/"], check=True)
        shutil.rmtree(fetched)
        return f"{content.name}/ holds now what the server holds; everything that stood here had been sent before."
    return (
        f"Words were changed here and on {place} since both were the same. Those of the server lie in {fetched.name}/;"
        f" to compare: git diff --no-index {fetched.name} {content.name}\n"
        f"Take what you need into {content.name}/. The next make publish lets {content.name}/ take the server's place."
    )


def reply(settings: Settings, id_: str) -> new.Asked:
    """A reader's reply, as the server tells it. Raises Refusal when there is none."""
    with place_.line(place_.of(settings), "receive") as line:
        return new.Asked(**_ask(line, {"wants": "reply", "id": id_})["reply"])


def _ask(line: Line, asked: dict[str, object]) -> dict[str, Any]:
    line.say(json.dumps({"protocol": PROTOCOL} | asked))
    return _hear(line)


def _hear(line: Line) -> dict[str, Any]:
    """The next answer; what a shell says when it starts is passed over. Raises Refusal with the server's own."""
    for said in line.hearing:
        if said.startswith(b'{"rapport"'):
            answer: dict[str, Any] = json.loads(said)
            if "refused" in answer:
                raise Refusal(answer["refused"])
            return answer
    raise line.lost()


def _name() -> str:
    """This machine's name, by which another one's owner knows where something came from."""
    return _UNLIKE_A_NAME.sub("", platform.node())[:60]


def _remembered(settings: Settings) -> dict[str, str]:
    try:
        known = json.loads(files.read(settings.data / _MEMORY))
    except FileNotFoundError:
        return {}
    # Of another server nothing is known.
    return {key: known[key] for key in ("seen", "sending") if known.get(key) and known["server"] == settings.server}


def _remember(settings: Settings, **prints: str) -> None:
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    files.write(settings.data / _MEMORY, json.dumps({"server": settings.server} | prints))

"""Set-up: makes `.venv/` hold exactly the pinned packages, with nothing but Python's standard library to start from.

`python3 -m tools.bootstrap` prepares what serving the blog needs, with `dev` what testing needs too. The quick way is
uv; where it cannot be had, venv and pip do the same from the same list. uv too installs from the exported list and not
from uv.lock, because the addresses in uv.lock lead past the mirrors of those who must use one.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tools import uv
from tools.fetching import BEAT, PYPI, Refused, Unavailable, package_index, say

OLDEST = (3, 11)
NEWEST = (3, 14)  # the newest that every pinned package has a wheel for

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
LOG = TOOLS / "setup.log"
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
STAMP = VENV / "rapport-setup.json"
LISTS = {"run": ROOT / "tools" / "requirements.txt", "dev": ROOT / "tools" / "requirements-dev.txt"}

# Variables of other environments that would lead an installer away from ours, or ask for hashes of the project itself.
MISLEADING = {
    *("VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONHOME", "PYTHONPATH"),
    *("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE_HASHES"),
    *("UV_SYSTEM_PYTHON", "UV_REQUIRE_HASHES"),
}


def finish(task: Callable[[], None]) -> int:
    """Do a task of set-up and give its exit code; whatever goes wrong leaves as a sentence that says what to do."""
    try:
        task()
    except Refused as refusal:
        print(f"Set-up stopped: {refusal}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"Set-up stopped: {error}. Make room or give access there, then run the command again.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Set-up stopped half way. Run the command again and it begins anew, quicker this time.", file=sys.stderr)
        return 130
    return 0


def set_up(wanted: str) -> None:
    """Make `.venv/` ready for `run` or `dev`; does nothing, quickly, when it already is."""
    if is_ready(wanted):
        return
    go_on_with_a_new_enough_python("tools.bootstrap")
    with alone():
        if is_ready(wanted):
            return
        started = time.monotonic()
        python = base_python()
        found = stamp_found()
        if is_ours(found):
            wanted = "dev" if found["for"] == "dev" else wanted
            STAMP.unlink()
        else:
            remove_venv()
        try:
            install_with_uv(wanted, python)
        except Unavailable as reason:
            say(f"the quick way is closed here ({reason}); going on with pip, which takes a few minutes")
            install_with_pip(wanted, python)
        STAMP.write_text(json.dumps(stamp(wanted)))
        say(f"done in {time.monotonic() - started:.0f} s")


def is_ready(wanted: str) -> bool:
    """Whether `.venv/` is finished and holds what is wanted, as pinned."""
    return VENV_PYTHON.exists() and stamp_found() in (stamp(wanted), stamp("dev"))


def is_ours(found: dict[str, str]) -> bool:
    """Whether `.venv/` was once finished, in this place and with this Python, so that it may be changed in place."""
    return VENV_PYTHON.exists() and found.items() >= place().items()


def stamp(wanted: str) -> dict[str, str]:
    """What a finished `.venv/` says of itself: for what, from which packages, where."""
    pinned = hashlib.sha256()
    for path in (ROOT / "pyproject.toml", *LISTS.values()):
        pinned.update(path.read_bytes())
    return {"for": wanted, "packages": pinned.hexdigest(), **place()}


def place() -> dict[str, str]:
    """An environment works in the place it was made for, and with the very Python it was made from."""
    return {"root": str(ROOT), "python": os.path.realpath(VENV_PYTHON)}


def stamp_found() -> dict[str, str]:
    """The stamp of the last set-up that came to its end; it is removed before anything is changed. Empty: none."""
    try:
        found: dict[str, str] = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return found


def remove_venv() -> None:
    """Clear the place of an environment that is half made, broken, moved or not ours."""
    if VENV.is_symlink():
        VENV.unlink()
    elif VENV.exists():
        say("making .venv anew")
        shutil.rmtree(VENV)


def newer_python(version: tuple[int, ...]) -> str | None:
    """The Python to go on with when this one's version is too old; None when it will do."""
    if version >= OLDEST:
        return None
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found:
            return found
    this = ".".join(str(part) for part in version)
    raise Refused(
        f"this is Python {this}, and Rapport needs {OLDEST[0]}.{OLDEST[1]} or newer. Install one (Debian 12 and later: "
        "apt install python3; macOS: brew install python), or name the one you have: make serve PYTHON=/path/to/python3"
    )


def go_on_with_a_new_enough_python(module: str) -> None:
    """Start this module again with a newer Python from the PATH when this one is too old."""
    newer = newer_python(tuple(sys.version_info[:3]))
    if newer:
        os.execv(newer, [newer, "-m", module, *sys.argv[1:]])  # noqa: S606 (found on the PATH, as make found this one)


def base_python() -> str:
    """The Python to make `.venv/` from: outside any environment, for that may be the very one to be remade."""
    return sys.executable if sys.prefix == sys.base_prefix else os.path.realpath(sys.executable)


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """One set-up at a time. The installers inherit the lock: it holds on while one of them still writes."""
    TOOLS.mkdir(exist_ok=True)
    with (TOOLS / "lock").open("w") as lock:
        os.set_inheritable(lock.fileno(), True)  # noqa: FBT003 (it takes no name)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another set-up to finish…")
            fcntl.flock(lock, fcntl.LOCK_EX)
        LOG.write_text("")
        yield


def install_with_uv(wanted: str, python: str) -> None:
    """Bring `.venv/` to exactly the pinned packages; Unavailable when uv cannot be had or does not manage."""
    program = uv.binary(TOOLS)
    if not VENV.exists():
        run(program, "venv", "--no-project", "--no-python-downloads", "--python", python, VENV)
    say(f"2/3 installing {packages_in(LISTS[wanted])} packages…")
    run(program, "pip", "sync", "--python", VENV_PYTHON, "--require-hashes", LISTS[wanted])
    say("3/3 installing Rapport itself…")
    run(program, "pip", "install", "--python", VENV_PYTHON, "--no-deps", "--no-build-isolation", "--editable", ROOT)


def install_with_pip(wanted: str, python: str) -> None:
    """The same without uv, always from an empty `.venv/`; refuses with what to do when that fails too."""
    remove_venv()
    say("1/3 making .venv…")
    try:
        run(python, "-m", "venv", VENV)
    except Unavailable as reason:
        raise Refused(
            f"this Python cannot make environments ({reason}). Install its venv module (Debian: apt install "
            "python3-venv), or let this machine reach the package index, then run the command again."
        ) from None
    pip = (VENV_PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--no-deps")
    try:
        say(f"2/3 installing {packages_in(LISTS[wanted])} packages…")
        run(*pip, "--require-hashes", "--requirement", LISTS[wanted])
        say("3/3 installing Rapport itself…")
        run(*pip, "--no-build-isolation", "--editable", ROOT)
    except Unavailable as reason:
        raise Refused(
            f"the packages could not be installed ({reason}). Check the network, or name a package index that can be "
            f"reached from here in PIP_INDEX_URL, then run the command again. The whole story is in {LOG}."
        ) from None


def packages_in(requirements: Path) -> int:
    """How many packages a list pins."""
    return len(re.findall(r"^[\w.-]+==", requirements.read_text(), re.MULTILINE))


def run(*command: str | Path) -> None:
    """Run an installer in the project, its words going to the log; Unavailable, with what it said, when it fails."""
    with LOG.open("a") as log:
        print("$", *command, file=log, flush=True)
        try:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                close_fds=False,  # the lock stays with it
            )
        except OSError as error:
            raise Unavailable(str(error)) from error
        with process:
            for waited in itertools.count(BEAT, BEAT):
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(BEAT)
                    break
                say(f"    still at it after {waited} s")
    if process.returncode:
        words = LOG.read_text(errors="replace").strip().splitlines()
        reason = next((line for line in reversed(words) if "error" in line.lower()), words[-1])
        raise Unavailable(f"{Path(command[0]).name}: {reason.strip()}")


def environment() -> dict[str, str]:
    """The environment of an installer: ours, told the same package index in the languages of both."""
    ours = {name: value for name, value in os.environ.items() if name not in MISLEADING}
    index = package_index()
    if index != PYPI:
        ours["UV_DEFAULT_INDEX"] = index
        ours.setdefault("PIP_INDEX_URL", index)
    return ours


if __name__ == "__main__":
    sys.exit(finish(lambda: set_up("dev" if "dev" in sys.argv[1:] else "run")))

"""What is measured: this service, an empty Flask view on the same server, Isso under gunicorn; all real processes."""

import os
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from comments_service.settings import ROOT

ISSO = "isso==0.14.0"
_ISSO_ENVIRONMENT = ROOT / ".tools" / "isso"
_PATIENCE_SECONDS = 60  # on a machine that has much else to do


@dataclass(frozen=True)
class Server:
    """A server that answers at `url`; `pid` is its first process, `started` the seconds until its first answer."""

    url: str
    pid: int
    started: float


def free_port() -> int:
    """A port of this machine that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: list[str], port: int, path: str, environment: dict[str, str], log: Path) -> Iterator[Server]:
    """Run a server until the block ends; it has answered at `path` once when the block begins."""
    url = f"http://127.0.0.1:{port}"
    with log.open("wb") as output:
        begun = monotonic()
        process = subprocess.Popen(
            command,
            env=os.environ | environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
            cwd=ROOT,
        )
        try:
            yield Server(url, process.pid, _answers(f"{url}{path}", process, begun, log))
        finally:
            process.terminate()
            process.wait(30)


def _answers(address: str, process: "subprocess.Popen[bytes]", begun: float, log: Path) -> float:
    while monotonic() - begun < _PATIENCE_SECONDS:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=5) as response:
                response.read()
            return monotonic() - begun
        except OSError:
            sleep(0.005)
    message = f"No answer at {address}. Its log says:\n{log.read_text()[-2000:]}"
    raise SystemExit(message)


def rapport(folder: Path, port: int, **changes: str) -> "tuple[list[str], dict[str, str]]":
    """The command and the environment of this service, open to all and unhurried by limits, durable as ever."""
    environment = {
        "PORT": str(port),
        "RAPPORT_URL": f"http://127.0.0.1:{port}",
        "RAPPORT_DATA": str(folder / "data"),
        "RAPPORT_OUTPUT": str(folder / "output"),
        "RAPPORT_HOLD_FIRST": "off",
        "RAPPORT_RATE_LIMIT": "off",
        "RAPPORT_LOG": "warning",
    }
    return [sys.executable, "-m", "comments_service", "serve"], environment | changes


def empty_view(port: int) -> list[str]:
    """A Flask view that does nothing, on the server and with the numbers that we use."""
    return [
        sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "8",
        "--worker-class", "gthread", "--preload", "--reuse-port", "tests.bench.empty:app",
    ]  # fmt: skip


def isso(folder: Path, port: int) -> "tuple[list[str], dict[str, str]]":
    """Isso as its documents advise, with two workers, guard and moderation off."""
    if not (_ISSO_ENVIRONMENT / "bin" / "gunicorn").exists():
        print(f"Installing {ISSO} for comparison …", flush=True)
        shutil.rmtree(_ISSO_ENVIRONMENT, ignore_errors=True)
        uv = ROOT / ".tools" / "uv"
        maker = [str(uv), "venv", "-q", "--python", sys.executable] if uv.is_file() else [sys.executable, "-m", "venv"]
        subprocess.run([*maker, str(_ISSO_ENVIRONMENT)], check=True)
        python = _ISSO_ENVIRONMENT / "bin" / "python"
        installer = (
            [str(uv), "pip", "install", "-q", "--python", str(python)]
            if uv.is_file()
            else [str(python), "-m", "pip", "install", "-q"]
        )
        subprocess.run([*installer, ISSO, "gunicorn"], check=True)
    configuration = folder / "isso.cfg"
    configuration.write_text(
        f"[general]\ndbpath = {folder}/isso.db\nhost = http://127.0.0.1:{port}/\nlog-file = {folder}/isso.log\n"
        "[moderation]\nenabled = false\n[guard]\nenabled = false\n[server]\n",
    )
    command = [str(_ISSO_ENVIRONMENT / "bin" / "gunicorn"), "--bind", f"127.0.0.1:{port}", "--workers", "2", "isso.run"]
    return command, {"ISSO_SETTINGS": str(configuration)}

"""A real sshd on a free port of this machine, with keys that are thrown away, and an ssh that knows it by a name."""

import getpass
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support import programs
from tests.support.processes import eventually, free_port

HOST = "the-server"
_SERVER = """
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host
AuthorizedKeysFile {folder}/client.pub
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
"""
_CLIENT = """
Host {name}
    HostName 127.0.0.1
    Port {port}
    User {user}
    IdentityFile {folder}/client
    IdentitiesOnly yes
    UserKnownHostsFile {folder}/known
    LogLevel ERROR
"""


@dataclass(frozen=True)
class Sshd:
    """Where it answers, and a folder to be first in PATH, whose `ssh` finds it as `HOST`."""

    port: int
    path: Path


@contextmanager
def standing(folder: Path) -> Iterator[Sshd]:
    """Run it until the block ends, as whoever runs the tests; skips, in CI fails, where there is none."""
    sshd = shutil.which("sshd") or shutil.which("sshd", path="/usr/sbin:/usr/local/sbin")
    if sshd is None:
        leave = pytest.fail if os.environ.get("CI") else pytest.skip
        leave("sshd is not installed: `apt-get install openssh-server` (or your system's package) makes this run")
    programs.insist_on("rsync")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # as Debian's unit does: root's sshd insists on it
    folder.mkdir()
    port = free_port()
    for name in ("host", "client"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
    (folder / "known").write_text(f"[127.0.0.1]:{port} {(folder / 'host.pub').read_text()}")
    (folder / "sshd").write_text(_SERVER.format(port=port, folder=folder))
    (folder / "ssh").write_text(_CLIENT.format(name=HOST, port=port, folder=folder, user=getpass.getuser()))
    path = folder / "bin"
    path.mkdir()
    (path / "ssh").write_text(f'#!/bin/sh\nexec {shutil.which("ssh")} -F {folder / "ssh"} "$@"\n')
    (path / "ssh").chmod(0o755)
    log = (folder / "log").open("wb")
    process = subprocess.Popen([sshd, "-D", "-e", "-f", folder / "sshd"], stdout=log, stderr=log)
    try:
        eventually(lambda: b"listening" in (folder / "log").read_bytes() or process.poll() is not None, "sshd starts")
        assert process.poll() is None, (folder / "log").read_text()
        yield Sshd(port, path)
    finally:
        process.terminate()
        process.wait(30)
        log.close()

"""A real IMAP server, Dovecot, on a free port of this machine, with one mailbox into which letters are delivered."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

from tests.support.processes import eventually, free_port

USER, PASSWORD = "answers@example.org", "a/b c"
_MISSING = "Dovecot 2.3 is not installed: `apt-get install dovecot-imapd` (or your system's package) makes this run"
_CONFIGURATION = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
log_path = {folder}/log
ssl = {ssl}
{certificate}
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
mail_location = maildir:{folder}/mail
first_valid_uid = 1
mailbox_list_index = no
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


@dataclass
class Dovecot:
    """A mail server; `mail` is its mailbox as a Maildir, `tls_port` speaks TLS from the first word, if not 0."""

    folder: Path
    port: int
    tls_port: int
    owner: tuple[int, int]
    start: list[str]
    numbers: "count[int]" = field(default_factory=lambda: count(1))
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """Its mailbox as a setting names it."""
        return f"imap://answers%40example.org:a%2Fb%20c@127.0.0.1:{self.port}/INBOX"

    def delivers(self, letter: bytes) -> None:
        """Put a letter into the mailbox, as a delivery agent does: whole, by renaming it."""
        name = f"{next(self.numbers):010}.test"
        there = self.folder / "mail" / "tmp" / name
        there.write_bytes(letter)
        os.chown(there, *self.owner)
        there.rename(self.folder / "mail" / "new" / name)

    @property
    def unread(self) -> int:
        """How many letters nobody has read."""
        return len(self._letters()) - sum("S" in path.name.partition(":2,")[2] for path in self._letters())

    @property
    def kept(self) -> int:
        """How many letters lie there."""
        return len(self._letters())

    def renumbers(self) -> None:
        """Lose the numbers of the letters, as after a repair of the server: UIDVALIDITY changes."""
        for path in (self.folder / "mail").glob("dovecot*"):
            path.unlink()

    def goes(self) -> None:
        """Stop."""
        if self.process:
            self.process.terminate()
            self.process.wait(30)
            with contextlib.suppress(ProcessLookupError):  # those who serve somebody would go on for a while
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process = None

    def comes(self) -> None:
        """Start."""
        log = self.folder / "log"
        before = log.stat().st_size if log.exists() else 0
        self.process = subprocess.Popen(self.start, start_new_session=True)
        eventually(lambda: log.exists() and b"starting up" in log.read_bytes()[before:], "Dovecot starts")

    def _letters(self) -> list[Path]:
        return [path for place in ("new", "cur") for path in (self.folder / "mail" / place).iterdir()]


@contextmanager
def standing(certificate: Path | None = None) -> Iterator[Dovecot]:
    """Run it until the block ends, with a certificate also with TLS; skips, in CI fails, where there is none."""
    program = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")
    version = (
        subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout if program else ""
    )
    if program is None or not version.startswith("2.3."):
        (pytest.fail if os.environ.get("CI") else pytest.skip)(_MISSING)
    # It refuses to read mail as root: its package brought users.
    whose = pwd.getpwnam("dovecot") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    # Sockets lie in it, whose names are short.
    folder = Path(tempfile.mkdtemp(prefix="rapport-imap-", dir="/tmp"))
    try:
        dovecot = _furnished(folder, program, whose, certificate)
        dovecot.comes()
        try:
            yield dovecot
        finally:
            dovecot.goes()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _furnished(folder: Path, program: str, whose: pwd.struct_passwd, certificate: Path | None) -> Dovecot:
    folder.chmod(0o755)
    for name in ("run", "home", "mail/tmp", "mail/new", "mail/cur"):
        (folder / name).mkdir(parents=True)
    for path in (folder / "home", folder / "mail", *(folder / "mail").iterdir()):
        os.chown(path, whose.pw_uid, whose.pw_gid)
    (folder / "users").write_text(f"{USER}:{PASSWORD}\n")
    (folder / "users").chmod(0o644)
    port, tls_port = free_port(), free_port() if certificate else 0
    (folder / "dovecot.conf").write_text(
        _CONFIGURATION.format(
            folder=folder,
            ssl="yes" if certificate else "no",
            certificate=f"ssl_cert = <{certificate}\nssl_key = <{certificate}" if certificate else "",
            user=whose.pw_name,
            group=_group(whose),
            uid=whose.pw_uid,
            gid=whose.pw_gid,
            port=port,
            tls_port=tls_port,
        )
    )
    start = [program, "-F", "-c", str(folder / "dovecot.conf")]
    return Dovecot(folder, port, tls_port, (whose.pw_uid, whose.pw_gid), start)


def _group(whose: pwd.struct_passwd) -> str:
    import grp

    return grp.getgrgid(whose.pw_gid).gr_name

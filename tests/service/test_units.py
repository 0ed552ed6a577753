"""The shipped systemd units, looked over by systemd itself; their programs are those that set-up makes."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from comments_service.settings import ROOT

UNITS = sorted(path for suffix in ("service", "timer") for path in (ROOT / "deploy").glob(f"*.{suffix}"))


def test_systemd_finds_nothing_wrong_with_them(tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        leave = pytest.fail if os.environ.get("CI") else pytest.skip
        leave("systemd-analyze is not installed: `apt-get install systemd` (on Linux) makes this test run")
    blog = tmp_path / "srv"
    for program in ("rapport", "python"):
        path = blog / ".venv" / "bin" / program
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
    copies = []
    for unit in UNITS:
        text = unit.read_text("utf-8")
        assert "/srv/blog" in text or unit.suffix == ".timer"
        copies.append(tmp_path / unit.name.replace("rapport", "blog"))
        copies[-1].write_text(text.replace("/srv/blog", str(blog)), "utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--recursive-errors=no", *copies], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_every_service_may_write_into_its_own_folder_only() -> None:
    services = [path.read_text("utf-8") for path in UNITS if path.suffix == ".service"]
    assert len(services) == 3
    for text in services:
        for line in ("User=blog", "ProtectSystem=strict", "ReadWritePaths=/srv/blog", "NoNewPrivileges=yes"):
            assert line in text.splitlines()

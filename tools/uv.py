"""The installer: uv, in one pinned release."""

from __future__ import annotations

import io
import platform
import sys
import zipfile
from pathlib import Path

from tools.fetching import Unavailable, address_in_index, download, say

VERSION = "0.13.9"
# (sys.platform, machine) → the wheel's tags and its sha256. On Linux the one linked with musl, which runs everywhere.
WHEELS = {
    ("linux", "x86_64"): (
        "musllinux_1_1_x86_64",
        "2c45530751517d6c3bbc69a19473f6effe47cce047bede01ffd8af7ea7b36b25",
    ),
    ("linux", "aarch64"): (
        "manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64",
        "5435c5ce14a56431208ca0996416d310f1598e8c2c8ba707688985a16bb82dbe",
    ),
    ("darwin", "x86_64"): (
        "macosx_10_12_x86_64",
        "c16ed11e013557536b3e60065f1b912f6407bd6518e041b961e23ef9e6b4fbf5",
    ),
    ("darwin", "arm64"): (
        "macosx_11_0_arm64",
        "66c512266d633bef48384a1f53003f41f2a8e7b36fe6e7fbfd3e0fd52d96fa63",
    ),
}


def binary(folder: Path) -> Path:
    """The program in this folder, fetched when it is not there; Unavailable when it cannot be had for this machine."""
    program = folder / f"uv-{VERSION}"
    if program.exists():
        return program
    machine = (sys.platform, platform.machine())
    if machine not in WHEELS:
        raise Unavailable("there is no uv for {} on {}".format(*machine))
    tags, sha256 = WHEELS[machine]
    say(f"1/3 fetching uv {VERSION}, the installer (about 19 MB)…")
    wheel = download(address_in_index("uv", f"uv-{VERSION}-py3-none-{tags}.whl"), sha256)
    half = program.with_suffix(".part")
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        half.write_bytes(archive.read(f"uv-{VERSION}.data/scripts/uv"))
    half.chmod(0o755)
    half.replace(program)
    return program

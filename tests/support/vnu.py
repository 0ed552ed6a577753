"""The Nu HTML checker (vnu), the W3C's own, over finished pages.

`python -m tests.support.vnu` fetches it into `.tools/` in one pinned release from the npm registry (PyPI's copies are
from 2022 and Debian has none); `make test` does so before the tests, which open no connection beyond this machine.
"""

import io
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tools.bootstrap import TOOLS, alone, finish
from tools.fetching import Unavailable, download, say

VERSION = "26.9.27"
SHA256 = "5970d3ffca91a627cf0965e5d91bb2e4242307c29292998de0b419d6a901b2b7"
JAR = TOOLS / f"vnu-{VERSION}.jar"
# For a program that ends after a second: compiled lightly, tidied by one thread. Its rules need a deep stack.
_QUICK = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss4m")


def check(paths: list[Path]) -> list[str]:
    """The errors in these HTML files, as `"file:…":line.column: error: …`; skips, in CI fails, without the checker."""
    if not shutil.which("java"):
        _do_without("needs Java 17 or newer (Debian: apt install default-jre-headless)")
    if not JAR.exists():
        _do_without("is not fetched yet (python -m tests.support.vnu, which `make test` does, with a network)")
    command = ["java", *_QUICK, "-jar", str(JAR), "--errors-only", "--format", "gnu", "--stdout", *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = done.stdout.splitlines()
    if done.returncode and not found:
        raise RuntimeError(f"vnu could not check: {done.stderr}")
    return found


def _do_without(reason: str) -> None:
    leave = pytest.fail if os.environ.get("CI") else pytest.skip
    leave(f"the HTML checker {reason}")


def fetch() -> None:
    """Put the checker into `.tools/` when it is missing; where it cannot be had, the tests that need it say so."""
    if JAR.exists() or not shutil.which("java"):
        return
    with alone():
        if JAR.exists():
            return
        named = (os.environ.get(name) for name in ("npm_config_registry", "NPM_CONFIG_REGISTRY"))
        registry = next(filter(None, named), "https://registry.npmjs.org").rstrip("/")
        say(f"fetching the HTML checker vnu {VERSION} (30 MB)…")
        try:
            package = download(f"{registry}/vnu-jar/-/vnu-jar-{VERSION}.tgz", SHA256)
        except Unavailable as reason:
            say(f"going on without the HTML checker ({reason})")
            return
        half = JAR.with_suffix(".part")
        with tarfile.open(fileobj=io.BytesIO(package)) as archive:
            jar = archive.extractfile("package/build/dist/vnu.jar")
            half.write_bytes(jar.read() if jar else b"")
        half.replace(JAR)


if __name__ == "__main__":
    sys.exit(finish(fetch))

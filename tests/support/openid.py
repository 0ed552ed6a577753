"""The real OpenID provider in a process of its own, on this machine."""

import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from comments_service.settings import ROOT
from tests.support.processes import PATIENCE_SECONDS, eventually

CLIENT, SECRET = "a-blog", "known to the two of them"
USER, PASSWORD = "ben", "correct horse"


def issuer(port: int) -> str:
    """What the provider on a port calls itself."""
    return f"http://127.0.0.1:{port}/o"


@contextmanager
def running(folder: Path, port: int, redirect_uri: str) -> Iterator[str]:
    """Run the provider until the block ends; it answers when the block begins. Gives its origin."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.openid_provider", str(port), redirect_uri],
        env=os.environ | {"PROVIDER_DATABASE": str(folder / "provider.db")},
        cwd=ROOT,
    )

    def answers() -> bool:
        assert process.poll() is None, "the provider ended"
        try:
            with urllib.request.urlopen(f"{issuer(port)}/.well-known/openid-configuration") as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    try:
        eventually(answers, "the provider answers")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)

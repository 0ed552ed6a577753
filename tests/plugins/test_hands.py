"""Processes that share work end with the one that began them, however that ends."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from comments_service.settings import ROOT
from tests.support.processes import PATIENCE_SECONDS

_SHARES = """
import signal
from plugins import hands
from tests.plugins.test_hands import begun
hands.os.cpu_count = lambda: 2
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have begun all of this in its background
try:
    hands.shared(begun, [{seconds}] * 200, copies={copies})
except KeyboardInterrupt:
    print("stopped")
"""


def begun(seconds: float) -> None:
    """Work that says by whom it was begun."""
    print(os.getpid(), flush=True)
    time.sleep(seconds)


def kill(process: "subprocess.Popen[str]") -> None:
    process.kill()


def interrupt(process: "subprocess.Popen[str]") -> None:
    os.killpg(process.pid, signal.SIGINT)


@pytest.mark.parametrize("copies", [True, False])
@pytest.mark.parametrize(("end", "seconds"), [(kill, 3600), (interrupt, 0.03)])
def test_nobody_is_left_and_nobody_complains_of_being_interrupted(
    *, copies: bool, end: Callable[["subprocess.Popen[str]"], None], seconds: float
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _SHARES.format(seconds=seconds, copies=copies)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    ) as process:  # fmt: skip
        assert process.stdout
        try:
            begun_by: set[str] = set()
            while len(begun_by) < 2:
                begun_by.add(process.stdout.readline())
            end(process)
            # It is read to its end when the last of them has gone.
            said, complained = process.communicate(timeout=PATIENCE_SECONDS)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    assert end is kill or (said.endswith("stopped\n"), complained) == (True, "")

"""Programs of the system that some tests need."""

import os
import shutil

import pytest


def insist_on(program: str) -> None:
    """Skip the test where a program is missing; in CI that is a failure."""
    if not shutil.which(program):
        leave = pytest.fail if os.environ.get("CI") else pytest.skip
        leave(f"{program} is not installed: your system's package of that name makes this test run")

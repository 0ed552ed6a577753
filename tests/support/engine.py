"""A copy of the engine in a folder of its own, as an author or an operator has it."""

import shutil
import sys
from pathlib import Path

from comments_service.settings import ROOT

PARTS = ("authoring", "comments_service", "plugins", "theme", "tools", "content", "Makefile", "README.md",
         "CHANGELOG.md", "pelicanconf.py", "previewconf.py", "publishconf.py", "pyproject.toml", "uv.lock",
         ".gitignore")  # fmt: skip


def copy(folder: Path) -> Path:
    """Copy it, without an environment."""
    folder.mkdir()
    for name in PARTS:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name)  # with what Python has compiled, which is valid for the copy too
        else:
            shutil.copy(source, folder / name)
    return folder


def set_up(folder: Path) -> None:
    """Let it use the environment in which the tests run, as if it had been set up."""
    (folder / ".venv").symlink_to(sys.prefix)

"""Files for their owner's eyes alone, written aside and put in place: whole or not at all, also when power fails."""

import os
import threading
from collections.abc import Callable
from pathlib import Path


def write(path: Path, content: bytes, put_in_place: Callable[[Path], object] | None = None) -> None:
    """Write a file (mode 600) that replaces the one there, or is put in its place by a function of what lies aside.

    Its folder is made when there is none. What `put_in_place` raises is raised here, and nothing is left aside.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Named without `ids.new_id`, whose lock nobody may hold while another thread makes a process (`lanes.STEADY`).
    aside = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if put_in_place:
            put_in_place(aside)
        else:
            aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)

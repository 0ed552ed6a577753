"""The secrets of this installation: made on first start, kept in a file that only its owner may read, never printed."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from comments_service import ids

FILE = "secrets.json"


@dataclass(frozen=True, slots=True)
class Keys:
    """`fingerprints` keys the ledger's prints of words, `networks` those of networks; `api` opens the API."""

    fingerprints: bytes
    networks: bytes
    api: str


def load(data: Path) -> Keys:
    """Read the secrets of the folder `data`, making them (mode 600) when there are none yet.

    Several processes may start at once: the file is written aside and linked into place, so that one wins whole.
    """
    path = data / FILE
    if not path.exists():
        _make(path)
    table = json.loads(path.read_text("utf-8"))
    return Keys(
        fingerprints=table["fingerprints"].encode(),
        networks=table["networks"].encode(),
        api=table["api"],
    )


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{ids.new_id()}")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump({name: ids.new_secret() for name in ("fingerprints", "networks", "api")}, file)
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(aside)
    except FileExistsError:
        pass
    finally:
        aside.unlink()

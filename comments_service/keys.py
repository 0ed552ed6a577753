"""The secrets of this installation: made on first start, kept in a file that only its owner may read, never printed."""

import contextlib
import fcntl
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from comments_service import ids, private_files

FILE = "secrets.json"


@dataclass(frozen=True, slots=True)
class Keys:
    """`fingerprints` keys the ledger's prints of words, `networks` those of networks; `api` opens the API.

    `proofs` makes the codes and links of letters, and keys the prints of proven addresses.
    """

    fingerprints: bytes
    networks: bytes
    proofs: bytes
    api: str


_NAMES = tuple(Keys.__slots__)


def load(data: Path) -> Keys:
    """Read the secrets of the folder `data`, making them (mode 600) when there are none yet.

    Several processes may start at once: the file is written aside and linked into place, so that one wins whole.
    """
    path = data / FILE
    if not path.exists():
        with contextlib.suppress(FileExistsError):
            private_files.write(path, _as_json(_completed({})), path.hardlink_to)
    table = json.loads(path.read_text("utf-8"))
    if not set(_NAMES) <= set(table):
        table = _with_what_is_new(path)
    return Keys(
        fingerprints=table["fingerprints"].encode(),
        networks=table["networks"].encode(),
        proofs=table["proofs"].encode(),
        api=table["api"],
    )


def whole(data: Path) -> bool:
    """Whether the secrets of a folder can be read, and none is missing; nothing is made."""
    try:
        return set(_NAMES) <= set(json.loads((data / FILE).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return False


def _completed(table: Mapping[str, str]) -> dict[str, str]:
    return {name: ids.new_secret() for name in _NAMES} | dict(table)


def _as_json(table: Mapping[str, str]) -> bytes:
    return json.dumps(table).encode()


def _with_what_is_new(path: Path) -> dict[str, str]:
    """Add the secrets that an older version of this file lacks; one process at a time, the others take what it made."""
    with path.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        table: dict[str, str] = json.loads(path.read_text("utf-8"))
        if not set(_NAMES) <= set(table):
            table = _completed(table)
            private_files.write(path, _as_json(table))
    return table

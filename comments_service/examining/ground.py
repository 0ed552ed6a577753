"""The ground a house stands on: what was chosen, what is secret, and whether there is room."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from comments_service import keys
from comments_service.examining.finding import Finding, State, or_ok
from comments_service.settings import PRIVATE_FILE, Settings

_MEGABYTE = 1_000_000
# Below the first nothing can be written soon; below the second a copy of the database may not fit.
_LEAST, _LITTLE = 50 * _MEGABYTE, 500 * _MEGABYTE
_OF_OTHERS = 0o077


def choices(settings: Settings) -> Iterator[Finding]:
    """Settings that work one by one and not together."""
    return or_ok(
        _choices(settings), "settings", f"They can be read, and fit each other; readers come to {settings.url}."
    )


def _choices(settings: Settings) -> Iterator[Finding]:
    def odd(said: str, do: str) -> Finding:
        return Finding("settings", State.LOOK, said, do)

    if not settings.rate_limit:
        yield odd("Floods are not slowed (rate_limit).", "Switch it on; off is for load tests.")
    if settings.synchronous != "full" and not settings.database:
        yield odd("A power cut may lose the last replies (synchronous).", "Set it to `full` unless that was weighed.")
    if settings.local:
        return
    if not settings.secure:
        yield odd(
            f"Readers come without TLS, to {settings.url}: cookies and words can be read on the way.",
            "Get a certificate, and let url begin with https:// (docs/operating.md).",
        )
    inside = settings.bind in {"127.0.0.1", "::1", "localhost"}
    if inside and not settings.trusted_proxies:
        yield odd(
            "A web server stands in front, and none is trusted: every reader seems to come from this machine.",
            "Set trusted_proxies to 1, so that floods are slowed by network.",
        )
    if not inside and settings.trusted_proxies:
        yield odd(
            f"The service listens on {settings.bind} and believes what a proxy says: whoever reaches port"
            f" {settings.port} past the proxy may claim any address.",
            "Set bind to 127.0.0.1, or close that port to everybody but the proxy.",
        )


def secrets(settings: Settings) -> Iterator[Finding]:
    """What only the owner of the blog may read."""
    found = _open_to_others(settings)
    return or_ok(found, "secrets", f"What is secret in {settings.data} is closed to others.")


def _open_to_others(settings: Settings) -> Iterator[Finding]:
    folder = settings.data
    if not folder.exists():
        yield Finding("secrets", State.LOOK, f"There is no folder {folder} yet.", "The first `rapport serve` makes it.")
        return
    closed = not folder.stat().st_mode & _OF_OTHERS
    for name in (keys.FILE, PRIVATE_FILE, "comments.db"):
        file = folder / name
        if file.exists() and file.stat().st_mode & _OF_OTHERS and (name != "comments.db" or not closed):
            yield Finding(
                "secrets", State.BROKEN, f"{file} can be read by others on this machine.", f"chmod 600 {file}"
            )
    if not closed:
        yield Finding("secrets", State.LOOK, f"{folder} is open to others.", f"chmod 700 {folder}")
    if not (folder / keys.FILE).exists():
        yield Finding(
            "secrets",
            State.LOOK,
            f"There is no {folder / keys.FILE}; the next start makes new ones.",
            "Letters and programs that hold old ones open nothing then. A backup has them, if that was no wish.",
        )
    elif not keys.whole(folder):
        yield Finding(
            "secrets",
            State.BROKEN,
            f"{folder / keys.FILE} can't be read, or lacks something.",
            "Run this as the user who owns the blog; if it is damaged, put the one of the newest backup there.",
        )


def room(settings: Settings) -> Iterator[Finding]:
    """Whether what has to be written can be."""
    places = {
        "database": settings.data,
        "site": (settings.output.parent if settings.output.is_symlink() else settings.output),
        "backups": settings.data / "backups",
    }
    for what, place in places.items():
        there = _nearest(place)
        free = shutil.disk_usage(there).free
        size = f"{free / 1000 / _MEGABYTE:,.1f} GB are free for the {what}"
        if not os.access(there, os.W_OK):
            yield Finding(
                "room", State.BROKEN, f"{there} can't be written to.",
                "Run this as the user who owns the blog; if it is the disk that is read-only, see why.",
            )  # fmt: skip
        elif free < _LEAST:
            yield Finding("room", State.BROKEN, f"Only {size}.", "Make room; replies are refused when there is none.")
        elif free < max(_LITTLE, 2 * _weight(settings)):
            yield Finding("room", State.LOOK, f"Only {size}.", "Make room before a backup needs it.")
        else:
            yield Finding("room", State.OK, f"{size}.")


def _nearest(place: Path) -> Path:
    """A place, or what is there of the way to it."""
    return next(path for path in (place, *place.absolute().parents) if path.exists())


def _weight(settings: Settings) -> int:
    file = settings.data / "comments.db"
    return file.stat().st_size if not settings.database and file.exists() else 0

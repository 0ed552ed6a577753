"""Examining the whole house: what was looked at, how it is, and what to do; nothing is changed by it."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

from comments_service import settings as settings_
from comments_service.database import Database, looking
from comments_service.examining import ground, keeping, outside
from comments_service.examining.finding import Finding, State, Watch
from comments_service.settings import Settings, SettingsError

__all__ = ["Finding", "State", "Watch", "house"]

_log = logging.getLogger("rapport.doctor")
Check = Callable[[], Iterator[Finding]]


def house(watch: Watch, environ: Mapping[str, str] | None = None, file: Path | None = None) -> Iterator[Finding]:
    """Look at everything, one finding after the other; also where the service could not even start.

    `watch` hears how far what takes long has come.
    """
    try:
        settings = settings_.load(environ, file)
    except SettingsError as error:
        yield Finding("settings", State.BROKEN, str(error), "Mend that; the service does not start with it.")
        settings = settings_.places(environ, file)
    else:
        yield from _told("settings", lambda: ground.choices(settings))
        yield from _told("letters", lambda: outside.letters(settings))
        yield from _told("alerts", lambda: outside.alerts(settings))
    yield from _told("secrets", lambda: ground.secrets(settings))
    yield from _told("room", lambda: ground.room(settings))
    yield from _told("backups", lambda: outside.backups(settings))
    yield from _database(settings, watch)


def _database(settings: Settings, watch: Watch) -> Iterator[Finding]:
    """What is only known with the database open."""
    if missing := keeping.nothing_to_open(settings):
        yield missing
        return
    try:
        db = looking(settings)
    except Exception as error:  # noqa: BLE001 -- each driver has errors of its own
        yield keeping.out_of_reach(settings, error)
        return
    with closing(db):
        checks: tuple[tuple[str, Callable[[Database], Iterator[Finding]]], ...] = (
            ("database", lambda db: keeping.soundness(db, watch)),
            ("schema", keeping.schema),
            ("worker", keeping.worker),
            ("inbox", lambda db: outside.inbox(db, settings)),
            ("jobs", keeping.jobs),
            ("webhooks", keeping.told),
            ("ledger", lambda db: keeping.ledger(db, watch)),
            ("site", lambda db: outside.site(db, settings, watch)),
        )
        for what, check in checks:
            found = list(_told(what, lambda check=check: check(db)))  # type: ignore[misc]
            yield from found
            if any(one.ends for one in found):
                return


def _told(what: str, check: Check) -> Iterator[Finding]:
    """The findings of a check; one that can't be made is a finding too, and the others are made all the same."""
    try:
        yield from check()
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is said
        _log.debug("could not look at %s", what, exc_info=True)
        sentence = f"This could not be looked at: {type(error).__name__}: {error}".splitlines()[0]
        yield Finding(what, State.BROKEN, f"{sentence[:300]}.", "What is broken above may be why.")

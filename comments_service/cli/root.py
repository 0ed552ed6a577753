"""What every command stands on: `rapport` itself, the house that it works in, and in whose name."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import click

from comments_service import ids, migrations
from comments_service import settings as settings_
from comments_service.database import Database, opened
from comments_service.identity import authors
from comments_service.models import Person
from comments_service.settings import Settings


@dataclass(frozen=True, slots=True)
class House:
    """What a command works with."""

    settings: Settings
    db: Database


@contextmanager
def house() -> Iterator[House]:
    """The settings and the migrated database, for one command."""
    settings = settings_.load()
    ids.use_clock(settings.clock_file)
    with opened(settings) as db:
        migrations.migrate(db)
        yield House(settings, db)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def rapport() -> None:
    """A blog that answers back: the comments service and its desk, from the shell."""


def account_of(here: House, name: str | None) -> Person:
    """The account with this name, or the owner's."""
    owner = authors.ensure_owner(here.db, here.settings)
    return authors.find(here.db, name) if name else owner

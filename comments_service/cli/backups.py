"""Backups: made beside the traffic, and put back."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from comments_service import backups, ids, in_use, wording
from comments_service import settings as settings_
from comments_service.backups import Replayed, Restored
from comments_service.cli.root import rapport
from comments_service.errors import Problem
from comments_service.settings import Settings

_FOLDER = click.Path(file_okay=False, path_type=Path)
# By what scripts can tell why.
_EXIT_CODES = {"no_room": 3, "not_writable": 4, "busy": 5, "damaged": 6, "needs_consent": 7}


@rapport.command()
@click.option("--to", "folder", type=_FOLDER, help="Where backups are kept; `backups/` in the data folder if left out.")
@click.option("--keep", default=10, show_default=True, type=click.IntRange(min=1), help="So many of the newest stay.")
def backup(folder: Path | None, keep: int) -> None:
    """Copy the database and the secrets, beside the traffic; verify the copy, then remove the oldest ones."""
    settings = _settings()
    with _exit_codes(), in_use.shared(settings):
        made = backups.make(settings, _folder(settings, folder), _tell, keep=keep)
    click.echo(made)


@rapport.command()
@click.argument("path", metavar="BACKUP", type=_FOLDER)
@click.option("--without-replay", is_flag=True, help="Also if what happened since can't be known: then it comes back.")
def restore(path: Path, *, without_replay: bool) -> None:
    """Put BACKUP, a folder that `rapport backup` made, in the place of the database, and bake every page.

    What readers withdrew since, who was forgotten, and what was taken down stays so, and whoever was signed out. A
    backup of how things are is made first.
    """
    settings = _settings()
    with _exit_codes():
        done = backups.restore(settings, path, _folder(settings, None), _tell, without_replay=without_replay)
    for line in _lines(settings, done):
        click.echo(line)


def _lines(settings: Settings, done: Restored) -> Iterator[str]:
    rows, count = done.about.rows, wording.count
    at = wording.date_and_time(done.about.made, settings.zone)
    yield (
        f"Restored as of {at}: {count(rows.get('comments', 0), 'reply', 'replies')},"
        f" {count(rows.get('people', 0), 'person', 'people')}."
    )
    if done.migrated:
        yield f"Brought up to date: {', '.join(done.migrated)}."
    if done.replayed:
        yield f"Held on to since then: {_held(done.replayed)}."
    else:
        yield "Nothing of what happened since was replayed: what was withdrawn, forgotten or taken down is back."
    if done.unknown_until:
        until = wording.date_and_time(done.unknown_until, settings.zone)
        yield f"Look at what was withdrawn between {at} and {until}: the restore of then left that time behind."
    if done.secrets:
        yield "The secrets are those of the backup."
    yield f"{count(done.files, 'file', 'files')} of the site changed."
    if done.before:
        yield f"To go back: rapport restore {done.before}"
    if done.aside:
        yield f"The database that could not be read lies in {done.aside}."


def _held(done: Replayed) -> str:
    reply, replies = "reply", "replies"
    told = (
        (done.withdrawn, f"{wording.count(done.withdrawn, reply, replies)} withdrawn"),
        (done.forgotten, f"{wording.count(done.forgotten, 'person', 'people')} forgotten"),
        (done.objections, wording.count(done.objections, "objection", "objections")),
        (done.taken_down, f"{wording.count(done.taken_down, reply, replies)} taken down"),
        (done.reworded, f"{wording.count(done.reworded, reply, replies)} edited"),
        (done.signed_out, f"{wording.count(done.signed_out, 'device', 'devices')} signed out"),
        (done.links_spent, f"{wording.count(done.links_spent, 'link', 'links')} used"),
    )
    return ", ".join(words for number, words in told if number) or "nothing, for nothing was taken back"


def _settings() -> Settings:
    settings = settings_.load()
    ids.use_clock(settings.clock_file)
    return settings


def _folder(settings: Settings, given: Path | None) -> Path:
    return (given or settings.data / "backups").absolute()


def _tell(stage: str) -> None:
    click.echo(f"{stage} …", err=True)


@contextmanager
def _exit_codes() -> Iterator[None]:
    try:
        yield
    except backups.Failed as failed:
        click.echo(f"rapport: {failed}", err=True)
        sys.exit(_EXIT_CODES.get(failed.code, 1))
    except Problem as problem:
        click.echo(f"rapport: {problem}", err=True)
        sys.exit(_EXIT_CODES["busy"])

"""The service itself: run, brought up to date, baked into the site, taken out and in."""

import sys
from pathlib import Path

import click

from comments_service import ids, keys, migrations, publishing, wording, worker
from comments_service import settings as settings_
from comments_service.cli.root import house, rapport
from comments_service.database import opened
from comments_service.identity import authors
from comments_service.logs import to_stderr
from comments_service.store import pages


@rapport.command()
@click.option("--site/--no-site", default=True, help="Also say where the desk is (a one-time link for the owner).")
def serve(*, site: bool) -> None:
    """Serve the site and its comments, with the worker beside."""
    from comments_service import serving

    settings = settings_.load()
    to_stderr(settings.log)
    with house() as here:
        owner = authors.ensure_owner(here.db, settings)
        if site:
            click.echo(f"Desk: {authors.new_link(here.db, settings, owner)}")
    sys.stdout.flush()
    sys.exit(serving.serve(settings, lambda: click.echo(f"Ready: {settings.url}")))


@rapport.command("worker")
def run_worker() -> None:
    """Act upon what happened: bring pages up to date. `serve` starts one; run it alone on a server of its own."""
    settings = settings_.load()
    to_stderr(settings.log)
    ids.use_clock(settings.clock_file)
    worker.run(settings)


@rapport.command()
def migrate() -> None:
    """Bring the database up to date."""
    settings = settings_.load()
    with opened(settings) as db:
        taken = migrations.migrate(db)
    click.echo(f"Migrated: {', '.join(taken)}." if taken else "The database is up to date.")


@rapport.command()
def bake() -> None:
    """Bring every conversation of the published site up to date."""
    changed: set[Path] = set()
    with house() as here:
        publishing.tell_again(here.db, here.settings)
        with click.progressbar([page.path for page in pages.every(here.db)], label="Baking") as paths:
            for path in paths:
                changed.update(publishing.refresh(here.db, here.settings, [path]))
    click.echo(f"{wording.count(len(changed), 'file', 'files')} changed.")


@rapport.command()
@click.option("--since", default="", help="Only what changed since this time (2026-01-02T03:04:05.678Z).")
def export(since: str) -> None:
    """Print the pages and all published comments as JSON: what is needed to build the site elsewhere."""
    from comments_service import exporting

    with house() as here:
        for line in exporting.lines(here.db, here.settings, since=since):
            click.echo(line)


@rapport.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_(file: Path) -> None:
    """Take over the replies of another house from FILE, which `rapport export` made there. Twice does no harm.

    Their writers' private links and devices stay behind. To move a whole house, take its database and secrets along.
    """
    from comments_service import importing
    from comments_service.importing import rapport as own_export

    source = own_export.read(file)
    with house() as here:
        authors.ensure_owner(here.db, here.settings)
        with click.progressbar(length=len(source.replies), label="Importing") as bar:
            kept = importing.keep(here.db, source, bar.update)
        publishing.refresh(here.db, here.settings, kept.pages)
    told = {outcome.value: kept.outcomes[outcome] for outcome in importing.Outcome}
    click.echo(", ".join(f"{number} {word}" for word, number in told.items()) + ".")


@rapport.group()
def api() -> None:
    """The way in for programs."""


@api.command("token")
def api_token() -> None:
    """Print the token that opens /api/v1/ to a program: it may read everything and decide in the owner's name."""
    click.echo(keys.load(settings_.load().data).api)

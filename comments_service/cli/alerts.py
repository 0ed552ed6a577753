"""Alerts: whether the author's chat can be told anything."""

import sys

import click

from comments_service import chat
from comments_service import settings as settings_
from comments_service.cli.root import rapport
from comments_service.notifying import alerts as alerts_


@rapport.group()
def alerts() -> None:
    """Alerts in the author's chat: whether they arrive."""


@alerts.command("test")
def alerts_test() -> None:
    """Tell each chat service of the settings something now; exit code 1 if one of them did not take it."""
    settings = settings_.load()
    services = alerts_.services(settings)
    if not services:
        click.echo("No chat service is set (alerts); docs/operating.md shows how.", err=True)
        sys.exit(1)
    failed = 0
    for service in services:
        try:
            chat.send(settings, service.address, f"{settings.title}: a trial", "Alerts of your blog arrive here.")
        except chat.NotTold as error:
            failed += 1
            click.echo(f"Not told. {error} Mend the address in data/private.toml (docs/operating.md).", err=True)
        else:
            click.echo(f"Told {chat.name(service.address)}://…")
    sys.exit(1 if failed else 0)

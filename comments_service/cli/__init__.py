"""The `rapport` command: the service, accounts, letters, backups, and moderation from the shell."""

import sys

import click

from comments_service.cli import (
    accounts,
    alerts,
    backups,
    conversations,
    examining,
    filtering,
    inbox,
    letters,
    moderating,
    service,
    webhooks,
)
from comments_service.cli.root import rapport
from comments_service.errors import Problem
from comments_service.settings import SettingsError
from comments_service.unavailable import Unavailable

__all__ = [
    "accounts",
    "alerts",
    "backups",
    "conversations",
    "examining",
    "filtering",
    "inbox",
    "letters",
    "main",
    "moderating",
    "rapport",
    "service",
    "webhooks",
]


def main() -> None:
    """Run a command; what a person can mend is told in a sentence, without a trace."""
    try:
        rapport(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.exceptions.Abort:
        sys.exit(130)
    except (Problem, SettingsError) as error:
        click.echo(f"rapport: {error}", err=True)
        sys.exit(1)
    except Unavailable as error:
        click.echo(f"rapport: The database can't be used: {error}. `rapport doctor` says more.", err=True)
        sys.exit(1)

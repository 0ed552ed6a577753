"""Letters: those that have not left the house, and whether they can."""

import sys

import click

from comments_service import mail, notifying
from comments_service import settings as settings_
from comments_service.cli.root import house, rapport
from comments_service.store import outbox


@rapport.group()
def letters() -> None:
    """Letters: those that have not left the house, and whether they can."""


@letters.command("list")
def letters_list() -> None:
    """Show the letters that wait, are tried again, or were given up, newest first, and why."""
    with house() as here:
        undone = outbox.undone(here.db, outbox.LETTERS, limit=1000)
        addresses = notifying.addressees(here.db, [one.job for one in undone])
    for one in undone:
        state = "given up" if one.gave_up_at else f"tried {one.job.attempts}×" if one.job.attempts else "waits"
        click.echo(f"{one.created}  {one.job.fact}  {addresses.get(one.job.id, 'to somebody')} · {state}")
        if one.error:
            click.echo(f"    {one.error}")
    if not undone:
        click.echo("No letter waits.")


@letters.command("test")
@click.argument("address")
def letters_test(address: str) -> None:
    """Send a letter to ADDRESS now, and say what the mail server answered; exit code 1 if it did not take it."""
    settings = settings_.load()
    try:
        answer = mail.send(settings, notifying.trial(settings, address))
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    except mail.NotSent as error:
        click.echo(f"Not sent. {error}" + (f" It said: {error.answer}" if error.answer else ""), err=True)
        sys.exit(1)
    click.echo(f"Handed over. The mail server said: {answer}" if settings.smtp_url else answer)

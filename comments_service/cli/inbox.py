"""Letters that come in: handed over by a mail server, and what became of them."""

import sys

import click

from comments_service import keys
from comments_service.cli.root import house, rapport
from comments_service.wording import count

# What a mail server understands (sysexits.h): keep the letter and come again.
_COME_AGAIN = 75


@rapport.command()
def inbox() -> None:
    """Show what became of the letters that came in, newest first; nothing else is kept of them."""
    from comments_service import receiving
    from comments_service.store import inbox as notes

    with house() as here:
        found = notes.newest(here.db, limit=1000)
    for one in found:
        click.echo(f"{one.at}  {receiving.in_words(one.outcome)}{f' · {one.comment}' if one.comment else ''}")
    click.echo(f"{count(len(found), 'letter', 'letters')} in the last 30 days." if found else "No letter has come in.")


@rapport.command()
@click.argument("address", required=False, default="")
def receive(address: str) -> None:
    """Take in a letter from standard input, as a mail server hands it over; ADDRESS is where it was sent to.

    Exit code 0 says that it was taken or noted, 75 that it should be handed over again later.
    """
    try:
        outcome = _received(address)
    except Exception as error:  # noqa: BLE001 -- whatever it is, the mail server keeps the letter
        click.echo(
            f"rapport: The letter could not be taken now ({type(error).__name__}); hand it over again.", err=True
        )
        sys.exit(_COME_AGAIN)
    click.echo(outcome)


def _received(address: str) -> str:
    from comments_service import receiving
    from comments_service.mail.imap import LARGEST

    raw = sys.stdin.buffer.read(LARGEST + 1)
    while sys.stdin.buffer.read(1_000_000):
        pass  # the mail server wants to be heard to the end
    with house() as here:
        secrets = keys.load(here.settings.data)
        return receiving.in_words(receiving.receive(here.db, here.settings, secrets, raw, to=address))

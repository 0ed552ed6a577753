"""Accounts: who may answer and moderate, their ways in, and who came in by them."""

import click

from comments_service import ids, wording
from comments_service.cli.root import account_of, house, rapport
from comments_service.identity import addresses, authors, entries
from comments_service.models import Role
from comments_service.store import passkeys, people, sessions, sign_ins


@rapport.group()
def author() -> None:
    """Accounts: who may answer and moderate."""


@author.command("list")
def author_list() -> None:
    """Show all accounts."""
    with house() as here:
        authors.ensure_owner(here.db, here.settings)
        for account in people.accounts(here.db):
            open_sessions = len(sessions.open_of(here.db, account.id, now=ids.now()))
            click.echo(f"{account.name} · {account.role} · {wording.count(open_sessions, 'session', 'sessions')}")


@author.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in Role]), default=Role.AUTHOR.value, show_default=True)
@click.option("--email", default="", help="Their address; never shown.")
def author_add(name: str, role: str, email: str) -> None:
    """Give somebody an account, and print their first sign-in link."""
    with house() as here:
        authors.ensure_owner(here.db, here.settings)
        account = authors.add(here.db, name, Role(role), email=addresses.cleaned(email) if email else "")
        click.echo(authors.new_link(here.db, here.settings, account))


@author.command("link")
@click.argument("name", required=False)
def author_link(name: str | None) -> None:
    """Print a one-time sign-in link, for the owner or for the account NAME."""
    with house() as here:
        click.echo(authors.new_link(here.db, here.settings, account_of(here, name)))


@author.command("sign-out")
@click.argument("name", required=False)
@click.option("--passkeys", "with_passkeys", is_flag=True, help="Also remove its passkeys.")
def author_sign_out(name: str | None, *, with_passkeys: bool) -> None:
    """End every session of the owner, or of the account NAME, and its unused links."""
    with house() as here, here.db.transaction():
        account = account_of(here, name)
        ended = sessions.end_all(here.db, account.id, now=ids.now())
        click.echo(f"Ended {wording.count(ended, 'session', 'sessions')}.")
        if with_passkeys:
            click.echo(f"Removed {wording.count(passkeys.remove_all(here.db, account.id), 'passkey', 'passkeys')}.")


@author.command("log")
@click.argument("name", required=False)
def author_log(name: str | None) -> None:
    """Show the latest sign-ins of everybody, or of the account NAME, refused ones too, newest first."""
    with house() as here:
        account = account_of(here, name).id if name else None
        names = {one.id: one.name for one in people.accounts(here.db)}
        for line in sign_ins.latest(here.db, limit=50, person=account):
            at = wording.date_and_time(line.at, here.settings.zone)
            click.echo(f"{at} · {names.get(line.person, 'Somebody')} · {entries.told(line)} · {line.device}")

"""Webhooks from the shell: programs that are told what happens here."""

import sys

import click

from comments_service import ids, keys, outbound, wording
from comments_service import webhooks as webhooks_
from comments_service.cli.root import house, rapport
from comments_service.store import webhooks as store
from comments_service.store.webhooks import Delivery, Webhook
from comments_service.webhooks.telling import TEST


@rapport.group()
def webhooks() -> None:
    """Webhooks: programs that are told what happens here."""


@webhooks.command("list")
def webhooks_list() -> None:
    """Show them, what each is told of, and how that goes."""
    with house() as here:
        found = [(one, store.log(here.db, one.id, limit=1000)) for one in store.every(here.db)]
    for one, log in found:
        click.echo(f"{one.id}  {one.url} · {_state(one)}")
        click.echo(f"    {', '.join(one.facts)}")
        taken = sum(sent.delivered for sent in log)
        lately = f"    {wording.count(len(log), 'message', 'messages')} in {webhooks_.LOG_DAYS} days, {taken} taken"
        click.echo(lately + (f"; the last: {log[0].outcome}" if log and log[0].outcome else ""))
    if not found:
        click.echo("Nothing is told to any program.")


def _state(one: Webhook) -> str:
    if one.off_at:
        return f"off since {one.off_at} ({one.off_why})"
    return f"failing since {one.failing_since}" if one.failing_since else "on"


@webhooks.command("add")
@click.argument("url")
@click.option("--fact", "facts", multiple=True, help="What it is told of; may be given several times. Without it, all.")
def webhooks_add(url: str, facts: tuple[str, ...]) -> None:
    """Let the program at URL be told, and print the secret by which it knows our messages. It is shown only now."""
    if unknown := sorted(set(facts) - set(webhooks_.FACTS)):
        raise click.BadParameter(f"{', '.join(unknown)} can’t be told; choose of {', '.join(webhooks_.FACTS)}.")
    with house() as here:
        made = webhooks_.register(here.db, here.settings, url, facts or tuple(webhooks_.FACTS))
        secret = webhooks_.secret(keys.load(here.settings.data), made.id)
    click.echo(f"{made.id}  {made.url}")
    click.echo(secret)


@webhooks.command("test")
@click.argument("id")
def webhooks_test(id: str) -> None:  # noqa: A002 -- the shell's word, here and below
    """Send it a message now, and say what it answered; exit code 1 if it did not take it."""
    with house() as here:
        found, now = webhooks_.known(here.db, id), ids.now()
        trial = Delivery(ids.new_id(), found.id, TEST, "", now, now, 0, None, "", None)
        body, headers = webhooks_.message(here.db, here.settings, keys.load(here.settings.data), trial, now=now)
        try:
            outcome: int | Exception = outbound.tell(here.settings, found.url, body, headers=headers)
        except (outbound.Refused, outbound.Unreachable) as error:
            outcome = error
    if isinstance(outcome, int) and outcome in webhooks_.TAKEN:
        click.echo(f"It took it ({outcome}).")
        return
    click.echo(f"It did not take it: {webhooks_.said(outcome)}.", err=True)
    sys.exit(1)


@webhooks.command("off")
@click.argument("id")
def webhooks_off(id: str) -> None:  # noqa: A002
    """Tell it nothing any more; what waits is dropped."""
    with house() as here:
        webhooks_.switch(here.db, id, on=False)
    click.echo("Off.")


@webhooks.command("on")
@click.argument("id")
def webhooks_on(id: str) -> None:  # noqa: A002
    """Tell it what happens from now on."""
    with house() as here:
        webhooks_.switch(here.db, id, on=True)
    click.echo("On.")


@webhooks.command("remove")
@click.argument("id")
def webhooks_remove(id: str) -> None:  # noqa: A002
    """Forget it, with its secret and what it was sent."""
    with house() as here:
        webhooks_.remove(here.db, id)
    click.echo("Removed.")

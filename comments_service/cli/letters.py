"""Letters: those that have not left the house, and whether they can."""

import sys

import click

from comments_service import announcing, mail, notifying, wording
from comments_service import settings as settings_
from comments_service.cli.root import house, rapport
from comments_service.errors import Problem
from comments_service.store import outbox, pages, subscriptions


@rapport.group()
def letters() -> None:
    """Letters: those that have not left the house, and whether they can."""


@letters.command("list")
def letters_list() -> None:
    """Show the letters that wait, are tried again, or were given up, newest first, and why."""
    with house() as here:
        undone = outbox.undone(here.db, outbox.BY_POST, limit=1000)
        addresses = notifying.addressees(here.db, [one.job for one in undone])
    for one in undone:
        state = "given up" if one.gave_up_at else f"tried {one.job.attempts}×" if one.job.attempts else "waits"
        click.echo(f"{one.created}  {one.job.fact}  {addresses.get(one.job.id, 'to somebody')} · {state}")
        if one.error:
            click.echo(f"    {one.error}")
        if one.gave_up_at:
            click.echo(f"    To try it again: rapport letters retry {one.job.id}")
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


@letters.command("retry")
@click.argument("id_", metavar="[ID]", default="")
def letters_retry(id_: str) -> None:
    """Try again what was given up: the letter with this ID, or all of them."""
    with house() as here:
        number = notifying.try_again(here.db, id_)
    if id_ and not number:
        raise click.BadParameter("No letter with this id was given up.")
    click.echo(f"{wording.count(number, 'letter is', 'letters are')} tried again.")


@letters.command("announce")
@click.argument("page")
@click.option("--yes", "said", flag_value="y", help="Send it without asking.")
@click.option("--no", "said", flag_value="n", help="Say that it is never sent.")
def letters_announce(page: str, said: str | None) -> None:
    """Write to whoever wishes to hear of new essays about the one at PAGE (/slug/), once; shows the letter first."""
    path = f"/{page.strip('/')}/"
    with house() as here:
        essay = pages.find(here.db, path)
        if essay is None:
            raise click.BadParameter(f"No essay is published at {path}.")
        hearing = subscriptions.counts(here.db).get("essays", 0)
        readers = wording.count(hearing, "reader", "readers")
        if here.settings.sends_letters:
            letter = announcing.letter(here.db, here.settings, essay)
            click.echo(f"Subject: {letter.subject}\n\n{letter.text}\n")
            click.echo(f"As a mail program shows it: {announcing.preview(here.db, here.settings, essay)}")
            if not hearing and said != "n":
                click.echo("Nobody wishes to hear of new essays yet. Nothing was sent, and nothing is decided.")
                return
        elif said != "n":
            said = "y"  # no letter to look at, and nothing to ask: it is refused below, with the reason
        said = said or click.prompt(
            f"Write to {readers}? (y: yes, n: never, q: not now)",
            type=click.Choice(["y", "n", "q"]),
            default="q",
            show_choices=False,
        )
        if said == "q":
            click.echo("Nothing was sent, and nothing is decided.")
            return
        try:
            announcing.decide(here.db, here.settings, path, send=said == "y", by=None)
        except Problem as problem:
            raise click.ClickException(problem.message) from None
    click.echo(f"Letters go to {readers}." if said == "y" else "Nobody is written to about it, and this stays so.")

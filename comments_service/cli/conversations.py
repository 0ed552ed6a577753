"""The conversations and whoever leads them: the week, a reader's rights."""

import click

from comments_service import wording
from comments_service.cli.root import House, house, rapport
from comments_service.engagement import forgetting
from comments_service.errors import not_found
from comments_service.store import subjects


@rapport.command()
@click.option("--week", default="", metavar="DAY", help="The week that holds this day (2026-11-16), not the last one.")
def digest(week: str) -> None:
    """Print the past week in people: with whom you interacted, who waits, what was promised; nothing if quiet."""
    from comments_service.engagement import digesting

    with house() as here:
        told = digesting.letter(here.db, here.settings, digesting.week_of(here.settings, week))
        if not told.silent:
            click.echo(digesting.text(here.settings, told))


@rapport.group()
def person() -> None:
    """A reader's rights. ID is the last part of the address of their page at the desk."""


@person.command("erase")
@click.argument("id_", metavar="ID")
@click.confirmation_option(prompt="Everything they wrote is emptied for good. Erase it?")
def person_erase(id_: str) -> None:
    """Forget a reader altogether, also as whom else they proved to be: their words, what is known, themselves."""
    with house() as here:
        emptied = forgetting.erase(here.db, _reader(here, id_))
    click.echo(f"Forgotten. {wording.count(emptied, 'reply was', 'replies were')} emptied; answers keep their place.")


@person.command("object")
@click.argument("id_", metavar="ID")
def person_object(id_: str) -> None:
    """Keep no history of a reader, also as whom else they proved to be: their replies stay, notes about them go."""
    with house() as here:
        new = forgetting.object_to_history(here.db, _reader(here, id_).people)
    click.echo("No history of them is kept any more." if new else "No history of them was kept.")


def _reader(here: House, id_: str) -> subjects.Subject:
    try:
        return subjects.of_person(here.db, id_)
    except LookupError:
        raise not_found("reader") from None

"""The doctor: the whole house looked at, and the ledger mended from its events."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from comments_service import examining, wording
from comments_service.cli.root import house, rapport
from comments_service.examining import State

_WIDTH = max(len(state.value) for state in State)


@rapport.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--mend", is_flag=True, help="Write anew what differs in the ledger, from its events.")
def doctor(*, as_json: bool, mend: bool) -> None:
    """Look at the whole house and say of each thing whether it is well, and what to do; exit code 1 if not.

    Settings, secrets, room, backups, letters, the database, the worker, every conversation, every page. Nothing is
    changed, and it works beside the service as well as where that does not start.
    """
    if mend:
        _mend()
    found = []
    for one in examining.house(_watch):
        found.append(one)
        if not as_json:
            click.echo(f"{one.state.value:<{_WIDTH}}  {one.what:<9} {one.said}")
            if one.do:
                click.echo(f"{'':<{_WIDTH}}  {'':<9} → {one.do}")
    well = not any(one.state is State.BROKEN for one in found)
    if as_json:
        click.echo(json.dumps({"well": well, "findings": [one.as_data() for one in found]}, indent=1))
    if not well:
        sys.exit(1)


def _mend() -> None:
    from comments_service.engagement import doctor as ledger

    with house() as here:
        differing = ledger.examine(here.db).differing
        for id_ in differing:
            ledger.mend(here.db, id_)
    click.echo(f"{wording.count(len(differing), 'conversation', 'conversations')} mended from the events.", err=True)


@contextmanager
def _watch(what: str, length: int) -> Iterator[Callable[[int], None]]:
    """Show how far it is, on standard error and only to a person."""
    if not sys.stderr.isatty():
        yield lambda _: None
    elif not length:
        click.echo(f"{what} …", err=True)
        yield lambda _: None
    else:
        with click.progressbar(length=length, label=what, file=sys.stderr) as bar:
            yield bar.update

"""The filter from the shell: what it knows, and learning anew."""

import sys

import click

from comments_service import ids, wording
from comments_service.cli.root import house, rapport
from comments_service.moderation import spam as spam_
from comments_service.screening.bayes import ENOUGH
from comments_service.store import decisions, lessons, spam


@rapport.group("filter", invoke_without_command=True)
@click.pass_context
def filter_(context: click.Context) -> None:
    """Tell what the filter has learned; `rapport filter retrain` lets it learn anew."""
    if context.invoked_subcommand:
        return
    with house() as here:
        learned = lessons.totals(here.db)
        days = spam.days(here.db, since=ids.now(days=-spam_.KEPT_DAYS))
        tokens = lessons.size(here.db)
    click.echo(f"Learned from {learned.spam:,} spam and {learned.wanted:,} wanted replies: {tokens:,} words and signs.")
    click.echo("It judges." if learned.enough else f"It begins to judge at {ENOUGH} of each.")
    told = {name: sum(getattr(day, name) for day in days) for name in ("caught", "marked", "rescued", "expired")}
    click.echo(
        f"In {spam_.KEPT_DAYS} days: {told['caught']:,} went to spam at once, {told['marked']:,} marked by hand,"
        f" {told['rescued']:,} rescued, {told['expired']:,} deleted after their time."
    )


@filter_.command()
def retrain() -> None:
    """Learn anew from all decisions that stand. What was learned from spam that is deleted stays."""
    with house() as here:
        number = len(decisions.comments(here.db))
        with click.progressbar(length=number, label="Learning", file=sys.stderr) as bar:
            spam_.retrain(here.db, bar.update)
        learned = lessons.totals(here.db)
    replies = wording.count(learned.spam + learned.wanted, "reply", "replies")
    click.echo(f"Learned from {replies}: {learned.spam:,} spam, {learned.wanted:,} wanted.")

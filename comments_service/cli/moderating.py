"""Moderation from the shell: the queue, the decisions, an answer."""

import json
import sys

import click

from comments_service import ids, keys, moderation, wording
from comments_service.cli.root import account_of, house, rapport
from comments_service.errors import Problem
from comments_service.models import Comment, Verb
from comments_service.publishing import structured
from comments_service.settings import Settings


@rapport.command()
@click.option("--json", "as_json", is_flag=True, help="A list of comments for programs.")
def queue(*, as_json: bool) -> None:
    """Show the replies that wait for a look, the longest waiting first."""
    with house() as here:
        waiting = moderation.queue(here.db, limit=1000)
        if as_json:
            lines = [_queued(here.settings, item.comment) for item in waiting]
            click.echo(json.dumps(lines, ensure_ascii=False, indent=2))
            return
        if not waiting:
            click.echo("Nobody waits for a look.")
        for item in waiting:
            since = wording.duration(wording.between(item.comment.created, ids.now()))
            private = " · for you only" if item.comment.private_at else ""
            click.echo(f"{item.comment.id}  {item.comment.name} on {item.page_title} · waits {since}{private}")
            click.echo("".join(f"    {line}\n" for line in item.comment.text.splitlines()))


def _queued(settings: Settings, comment: Comment) -> dict[str, object]:
    return structured.comment_data(settings, comment) | {
        "text": comment.text,
        "since": comment.created,
        "private": comment.private_at is not None,
    }


def _deciding(verb: Verb, help_: str) -> None:
    @rapport.command(verb.value, help=help_)
    @click.argument("id_", metavar="ID...", nargs=-1, required=True)
    @click.option("--as", "name", help="The account that decides; the owner if left out.")
    def command(id_: tuple[str, ...], name: str | None) -> None:
        with house() as here:
            by = account_of(here, name)
            failed = False
            for one in id_:
                try:
                    comment = moderation.decide(here.db, one, verb, by)
                    click.echo(f"{one}  {comment.state}")
                except Problem as problem:
                    failed = True
                    click.echo(f"{one}  {problem.message}", err=True)
            if failed:
                sys.exit(1)


_deciding(Verb.APPROVE, "Let held replies stand in the page; their writers are trusted from now on.")
_deciding(Verb.REJECT, "Keep held replies off the page.")
_deciding(Verb.SPAM, "Mark replies as spam.")
_deciding(Verb.REMOVE, "Take published replies off the page.")
_deciding(Verb.UNDO, "Take the last decision about each reply back.")


@rapport.command()
@click.argument("id_", metavar="ID")
@click.argument("text", nargs=-1, required=True)
@click.option("--as", "name", help="The account that answers; the owner if left out.")
def answer(id_: str, text: tuple[str, ...], name: str | None) -> None:
    """Answer a reply; a held one is published with it. TEXT is Markdown; `-` reads it from standard input."""
    from comments_service import answering

    words = sys.stdin.read() if text == ("-",) else " ".join(text)
    with house() as here:
        secrets = keys.load(here.settings.data)
        given = answering.answer_to(here.db, here.settings, secrets, account_of(here, name), id_, words)
        click.echo(f"{given.accepted.comment.id}  {given.accepted.comment.state}")
        if given.published_parent:
            click.echo(f"{id_}  published with your answer")

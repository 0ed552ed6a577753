"""The `rapport` command: the service, and moderation from the shell."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from comments_service import ids, keys, mail, migrations, moderation, notifying, publishing, wording, worker
from comments_service import settings as settings_
from comments_service.database import Database, opened
from comments_service.engagement import forgetting
from comments_service.errors import Problem, not_found
from comments_service.identity import addresses, authors, entries
from comments_service.logs import to_stderr
from comments_service.models import Comment, Person, Role, Verb
from comments_service.publishing import structured
from comments_service.settings import Settings, SettingsError
from comments_service.store import outbox, pages, passkeys, people, sessions, sign_ins, subjects


@dataclass(frozen=True, slots=True)
class House:
    """What a command works with."""

    settings: Settings
    db: Database


@contextmanager
def house() -> Iterator[House]:
    """The settings and the migrated database, for one command."""
    settings = settings_.load()
    ids.use_clock(settings.clock_file)
    with opened(settings) as db:
        migrations.migrate(db)
        yield House(settings, db)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def rapport() -> None:
    """A blog that answers back: the comments service and its desk, from the shell."""


@rapport.command()
@click.option("--site/--no-site", default=True, help="Also say where the desk is (a one-time link for the owner).")
def serve(*, site: bool) -> None:
    """Serve the site and its comments, with the worker beside."""
    from comments_service import serving

    settings = settings_.load()
    to_stderr(settings.log)
    for name in settings.waiting:
        click.echo(f"{name} is set; this version does not use it yet.", err=True)
    with house() as here:
        owner = authors.ensure_owner(here.db, settings)
        if site:
            click.echo(f"Desk: {authors.new_link(here.db, settings, owner)}")
    sys.stdout.flush()
    sys.exit(serving.serve(settings, lambda: click.echo(f"Ready: {settings.url}")))


@rapport.command("worker")
def run_worker() -> None:
    """Act upon what happened: bring pages up to date. `serve` starts one; run it alone on a server of its own."""
    settings = settings_.load()
    to_stderr(settings.log)
    ids.use_clock(settings.clock_file)
    worker.run(settings)


@rapport.command()
def migrate() -> None:
    """Bring the database up to date."""
    settings = settings_.load()
    with opened(settings) as db:
        taken = migrations.migrate(db)
    click.echo(f"Migrated: {', '.join(taken)}." if taken else "The database is up to date.")


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
        click.echo(authors.new_link(here.db, here.settings, _account(here, name)))


@author.command("sign-out")
@click.argument("name", required=False)
@click.option("--passkeys", "with_passkeys", is_flag=True, help="Also remove its passkeys.")
def author_sign_out(name: str | None, *, with_passkeys: bool) -> None:
    """End every session of the owner, or of the account NAME, and its unused links."""
    with house() as here, here.db.transaction():
        account = _account(here, name)
        ended = sessions.end_all(here.db, account.id, now=ids.now())
        click.echo(f"Ended {wording.count(ended, 'session', 'sessions')}.")
        if with_passkeys:
            click.echo(f"Removed {wording.count(passkeys.remove_all(here.db, account.id), 'passkey', 'passkeys')}.")


@author.command("log")
@click.argument("name", required=False)
def author_log(name: str | None) -> None:
    """Show the latest sign-ins of everybody, or of the account NAME, refused ones too, newest first."""
    with house() as here:
        account = _account(here, name).id if name else None
        names = {one.id: one.name for one in people.accounts(here.db)}
        for line in sign_ins.latest(here.db, limit=50, person=account):
            at = wording.date_and_time(line.at, here.settings.zone)
            click.echo(f"{at} · {names.get(line.person, 'Somebody')} · {entries.told(line)} · {line.device}")


def _account(here: House, name: str | None) -> Person:
    owner = authors.ensure_owner(here.db, here.settings)
    return authors.find(here.db, name) if name else owner


# ── moderation ──────────────────────────────────────────────────────────────────────────────────────────────────────


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
            by = _account(here, name)
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
        given = answering.answer_to(here.db, here.settings, secrets, _account(here, name), id_, words)
        click.echo(f"{given.accepted.comment.id}  {given.accepted.comment.state}")
        if given.published_parent:
            click.echo(f"{id_}  published with your answer")


# ── the conversations ───────────────────────────────────────────────────────────────────────────────────────────────


@rapport.command()
@click.option("--week", default="", metavar="DAY", help="The week that holds this day (2026-11-16), not the last one.")
def digest(week: str) -> None:
    """Print the past week in people: with whom you interacted, who waits, what was promised; nothing if quiet."""
    from comments_service.engagement import digesting

    with house() as here:
        told = digesting.letter(here.db, here.settings, digesting.week_of(here.settings, week))
        if not told.silent:
            click.echo(digesting.text(here.settings, told))


@rapport.command()
@click.option("--mend", is_flag=True, help="Write anew what differs, from the events.")
def doctor(*, mend: bool) -> None:
    """Tell every conversation again from its events and compare with what is kept; exit code 1 if something differs."""
    from comments_service.engagement import doctor as doctor_
    from comments_service.store import conversations

    with house() as here:
        with click.progressbar(length=conversations.number(here.db), label="Telling again", file=sys.stderr) as bar:
            examined = doctor_.examine(here.db, bar.update)
        number = wording.count(examined.conversations, "conversation", "conversations")
        if not examined.differing:
            click.echo(f"{number}: what is kept equals their events.")
            return
        for id_, wrong in examined.differing.items():
            click.echo(f"{id_}  differs in {', '.join(wrong)}")
            if mend:
                doctor_.mend(here.db, id_)
        differing = wording.count(len(examined.differing), "differs", "differ")
        rest = ", and now equal their events." if mend else ". `rapport doctor --mend` mends it."
        click.echo(f"{number}: {differing}{rest}")
        if not mend:
            sys.exit(1)


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


# ── letters ───────────────────────────────────────────────────────────────────────────────────────────────────────────


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


# ── the site ────────────────────────────────────────────────────────────────────────────────────────────────────────


@rapport.command()
def bake() -> None:
    """Bring every conversation of the published site up to date."""
    with house() as here, click.progressbar([page.path for page in pages.every(here.db)], label="Baking") as paths:
        changed: set[Path] = set()
        for path in paths:
            changed.update(publishing.refresh(here.db, here.settings, [path]))
    click.echo(f"{wording.count(len(changed), 'file', 'files')} changed.")


# ── the machine's side ──────────────────────────────────────────────────────────────────────────────────────────────


@rapport.command()
@click.option("--since", default="", help="Only what changed since this time (2026-01-02T03:04:05.678Z).")
def export(since: str) -> None:
    """Print the pages and all published comments as JSON: what is needed to build the site elsewhere."""
    from comments_service import exporting

    with house() as here:
        for line in exporting.lines(here.db, here.settings, since=since):
            click.echo(line)


@rapport.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_(file: Path) -> None:
    """Take over the replies of another house from FILE, which `rapport export` made there. Twice does no harm.

    Their writers' private links and devices stay behind. To move a whole house, take its database and secrets along.
    """
    from comments_service import importing
    from comments_service.importing import rapport as own_export

    source = own_export.read(file)
    with house() as here:
        authors.ensure_owner(here.db, here.settings)
        with click.progressbar(length=len(source.replies), label="Importing") as bar:
            kept = importing.keep(here.db, source, bar.update)
        publishing.refresh(here.db, here.settings, kept.pages)
    told = {outcome.value: kept.outcomes[outcome] for outcome in importing.Outcome}
    click.echo(", ".join(f"{number} {word}" for word, number in told.items()) + ".")


@rapport.group()
def api() -> None:
    """The way in for programs."""


@api.command("token")
def api_token() -> None:
    """Print the token that opens /api/v1/ to a program: it may read everything and decide in the owner's name."""
    click.echo(keys.load(settings_.load().data).api)


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

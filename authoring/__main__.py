"""`python -m authoring`: the author's commands, which `make` calls."""

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import click

from authoring import building
from authoring.building import Built
from authoring.errors import Refusal
from comments_service import ids, wording
from comments_service import settings as settings_
from comments_service.errors import Problem
from comments_service.settings import Settings, SettingsError

_content = click.option(
    "--content",
    type=click.Path(exists=True, file_okay=False, resolve_path=True, path_type=Path),
    default=building.CONTENT,
    help="Another folder of essays and pages.",
)
_fresh = click.option("--fresh", is_flag=True, help="Without anything that was kept from earlier builds.")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def authoring() -> None:
    """The author's commands, which `make` calls."""


@authoring.command()
@_content
def serve(content: Path) -> None:
    """Serve the blog and its comments, drafts too; what you change meanwhile is built and shown anew."""
    from authoring import serving

    serving.serve(serving.for_this_machine, content, preview=True)


@authoring.command()
def demo() -> None:
    """Serve a throw-away copy of the blog with a lively sample conversation."""
    from authoring import demonstration

    demonstration.show()


@authoring.command()
@_content
@_fresh
@click.option("--preview", is_flag=True, help="With drafts, and with what only the author sees while writing.")
def build(content: Path, *, fresh: bool, preview: bool) -> None:
    """Build the site and put it live."""
    from authoring import previewing, searching

    settings = _settings()
    if preview:
        _with_progress(lambda: previewing.build(settings, content, fresh=fresh))
        return
    finish = partial(searching.index, fresh=fresh)
    _with_progress(lambda: building.build(settings, content=content, verify=finish, fresh=fresh))


@authoring.command()
@_content
@click.option("--if-due", is_flag=True, help="Only if a scheduled essay is due, or the last version was not sent.")
@_fresh
def publish(content: Path, *, if_due: bool, fresh: bool) -> None:
    """Proof the essays, build the site for readers, check it, put it live at once, say what changed and who waits."""
    from authoring import deploying, publication, scheduling
    from authoring.remote import receiving, sending

    settings = _settings()
    if _elsewhere(settings, content) and not if_due:
        sending.publish(settings, content)
        return
    receiving.settle_here(settings, content)
    if if_due:
        due = scheduling.due(settings, content)
        print("\n".join(f"Due: {each.told(settings)}." for each in due) or scheduling.told(settings, content))
        if not due:
            if deploying.is_behind(settings):
                _send(settings)
            return
    publication.publish(settings, content, fresh=fresh)


@authoring.command()
@_content
def pull(content: Path) -> None:
    """Fetch the server's content, as somebody may have sent it from another laptop."""
    from authoring.remote import sending

    print(sending.pull(_settings(), content))


@authoring.command(hidden=True)
@_content
def receive(content: Path) -> None:
    """What a laptop asks of its server, over ssh."""
    from authoring.remote import receiving

    receiving.receive(_settings(), content)


@authoring.command()
def rollback() -> None:
    """Bring the version before back, with what readers said and took back since; once more: forwards again."""
    from authoring import rolling_back

    rolling_back.roll_back(_settings())


@authoring.command()
def deploy() -> None:
    """Send the published site, as it is now, to where readers get it."""
    _send(_settings())


def _send(settings: Settings) -> None:
    from authoring import deploying

    with building.alone(settings):
        where = deploying.deploy(settings)
    print(f"{where[0].upper()}{where[1:]}.")


@authoring.command()
@_content
@click.argument("slug", default="")
def share(content: Path, slug: str) -> None:
    """Print the texts by which an essay is shared, ready to paste, for each channel."""
    from authoring import share_texts

    if not (address := slug.strip("/")):
        raise Refusal("Say which essay: make share SLUG=its-address")
    for line in share_texts.told(share_texts.of(_settings(), content, f"/{address}/")):
        print(line)


@authoring.command()
@click.option("--title", help="The title of the blog.")
@click.option("--tagline", help="One line under the title.")
@click.option("--name", "author", help="Your name, as readers will see it.")
@click.option("--address", "url", help="Where readers will find it: https://example.org.")
@click.option("--answer-within", help="Hours within which you promise to answer; 0: no promise.")
@click.option("--samples", type=click.Choice(["keep", "aside"]), help="What becomes of the sample essays.")
def start(samples: str | None, **given: str | None) -> None:
    """Make it your blog: ask what is not given, write rapport.toml, set the sample essays aside if you like."""
    from authoring import starting

    for line in starting.start(given, samples, asking=sys.stdin.isatty()):
        print(line)


@authoring.command()
@_content
@click.option("--title", default="", help="The title of the essay.")
@click.option("--slug", help="Its address, when the title makes none or a long one: /slug/.")
@click.option("--from", "answered", default="", help="A reader's reply that it answers, by its id or its address.")
def new(content: Path, title: str, slug: str | None, answered: str) -> None:
    """Begin an essay: a draft with complete front matter, opened in $EDITOR if there is one."""
    from authoring import new as drafts
    from authoring.remote import sending

    settings = _settings()
    ask = sending.reply if _elsewhere(settings, content) else None
    path = drafts.new(settings, content, title, slug, answered, ask)
    print(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path, flush=True)
    if sys.stdin.isatty() and sys.stdout.isatty():
        drafts.open_in_editor(path)


@authoring.command()
@_content
@click.option("--external", is_flag=True, help="Ask other sites too whether what is linked is still there.")
def check(content: Path, *, external: bool) -> None:
    """Proof the essays: links, pictures, front matter, promises; exit code 1 when something has to be mended."""
    from authoring import checking

    with _doing() as tell:
        report = checking.check(_settings(), content, external=external, tell=tell)
    for line in checking.told(report):
        print(line)
    if report.failures:
        sys.exit(1)


@authoring.command()
@click.option(
    "--from", "source", default="", help="The engine's git repository; the remote engine, upstream or origin."
)
@click.option("--version", default="", help="A tag, a branch or a commit there; the newest version if left out.")
@click.option("--back", is_flag=True, help="Return to the engine of before the last upgrade.")
@click.option("--without-trial", is_flag=True, help="Do not try it on a copy first.")
def upgrade(source: str, version: str, *, back: bool, without_trial: bool) -> None:
    """Take a new version of the engine: back up, try it on a copy, then swap; never touches content/."""
    from authoring import upgrading

    settings = _settings()

    def tell(words: str) -> None:
        print(f"{words} …", file=sys.stderr, flush=True)

    if back:
        lines = upgrading.back(settings, tell)
    else:
        lines = upgrading.upgrade(settings, source, version, tell, with_trial=not without_trial)
    for line in lines:
        print(line, flush=True)


@contextmanager
def _doing() -> Iterator[Callable[[str], None]]:
    """At a terminal, one line that says what is being done and is gone afterwards; elsewhere nothing."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    try:
        yield lambda words: print(f"\r\033[K  {words} …", end="", file=sys.stderr, flush=True)
    finally:
        print("\r\033[K", end="", file=sys.stderr, flush=True)


def _elsewhere(settings: Settings, content: Path) -> bool:
    """Whether replies are kept on a server, and this machine is not that."""
    from authoring.remote import receiving

    return bool(settings.server) and not receiving.receives(content)


def _settings() -> Settings:
    settings = settings_.load()
    ids.use_clock(settings.clock_file)
    return settings


def _with_progress(make: Callable[[], Built]) -> Built:
    """Build, with a line that says so from the beginning and ends with what came of it."""
    started = time.monotonic()
    print("Building the site … ", end="", flush=True)
    try:
        built = make()
    except BaseException:
        print("stopped; nothing has changed for readers.", flush=True)
        raise
    counts = f"{wording.count(built.essays, 'essay', 'essays')}, {wording.count(built.files, 'file', 'files')}"
    print(f"{counts}, {time.monotonic() - started:.1f} s", flush=True)
    for warning in built.warnings:
        print(f"  Note: {warning}", flush=True)
    return built


def main() -> None:
    """Run a command; what the author can mend is told in sentences, without a trace."""
    # As an exception, so that a half-made build is cleared away; a command that serves has its own way to stop.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        authoring(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(128 + signal.SIGINT)
    except (Refusal, Problem, SettingsError, OSError) as error:
        print(error, file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()

"""`python -m authoring`: the author's commands, which `make` calls."""

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def authoring() -> None:
    """The author's commands, which `make` calls."""


@authoring.command()
@_content
def serve(content: Path) -> None:
    """Serve the blog and its comments; what you change meanwhile is built anew."""
    from authoring import serving

    serving.serve(serving.for_this_machine, content)


@authoring.command()
def demo() -> None:
    """Serve a throw-away copy of the blog with a lively sample conversation."""
    from authoring import demonstration

    demonstration.show()


@authoring.command()
@_content
def build(content: Path) -> None:
    """Build the site and put it live."""
    from authoring import searching

    settings = _settings()
    _with_progress(lambda: building.build(settings, content=content, verify=searching.index))


@authoring.command()
@_content
def publish(content: Path) -> None:
    """Proof the essays, build the site for readers, check it, put it live at once, say what changed and who waits."""
    from authoring import answering_first, changes, checking, searching, verifying
    from comments_service.database import opened

    settings = _settings()
    answering_first.refuse(settings)
    with _doing() as tell:
        proofed = checking.check(settings, content, drafts=False, tell=tell)
    if proofed.findings:
        print("\n".join(checking.told(proofed)))
    if proofed.failures:
        raise Refusal("Nothing was published. Mend what has to be mended above, or turn a rule off (docs/writing.md).")

    def finish(site: Path) -> None:
        verifying.verify(settings, content, site)
        searching.index(site)

    built = _with_progress(
        lambda: building.build(
            settings,
            config="publishconf.py",
            content=content,
            verify=finish,
        ),
    )
    print("Checked: every response in its place, no draft in sight, feed and sitemap in order.")
    with opened(settings) as db:
        for line in changes.told(db, settings, changes.between(built.before, built.folder)):
            print(line)
        print(f"Published: {settings.output}")
        print(answering_first.told(db, settings))


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
def new(content: Path, title: str, slug: str | None) -> None:
    """Begin an essay: a draft with complete front matter, opened in $EDITOR if there is one."""
    from authoring import new as drafts

    path = drafts.new(_settings(), content, title, slug)
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

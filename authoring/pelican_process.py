"""Pelican in a process of its own: the site in its folder, or exit code 1 and one sentence about what to mend.

`python -m authoring.pelican_process CONFIG CONTENT OUTPUT [--fresh | --like SITE]`. Pelican's own command prints a
trace at the first error and goes on after an error that it only logs; here either ends the build, so that no site goes
out without a part of it. The site is not baked: whoever started this does that. What is to be known of it is printed to
standard output as one object of JSON (authoring/kept_builds.py, `Unbaked`). SITE is a build of which pages may be taken
over; with `--fresh` nothing that was kept is used.
"""

import contextlib
import io
import logging
import os
import sys
import traceback
from datetime import UTC, datetime, timedelta
from pathlib import Path

from jinja2 import TemplateSyntaxError
from pelican import Pelican, signals
from pelican.contents import Content
from pelican.generators import ArticlesGenerator, PagesGenerator
from pelican.settings import read_settings

from authoring import kept_builds
from comments_service import ids
from comments_service.settings import ROOT
from plugins import baked_comments, kept_pages, kept_texts


class _Wrong(Exception):
    """Something that Pelican logged as an error, in its words."""


class _Ears(logging.Handler):
    """Hears what Pelican logs: remembers each warning once, and ends the build at an error."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.warnings: dict[str, None] = {}

    def emit(self, record: logging.LogRecord) -> None:
        said = record.getMessage()
        if record.levelno < logging.ERROR:
            self.warnings[said] = None
            return
        cause = sys.exc_info()[1]  # Pelican names the file, and leaves what is wrong with it to the trace
        raise _Wrong(f"{said}: {cause}" if cause else said)


class _Calendar:
    """Hears of every text that is read, and knows which date comes next."""

    def __init__(self) -> None:
        self.begun = datetime.now(UTC)
        # A new month, for security.txt.
        self.next = (self.begun.replace(day=1) + timedelta(days=32)).replace(day=1, hour=0, minute=0, second=0)

    def of_articles(self, generator: ArticlesGenerator) -> None:
        self._hear([*generator.articles, *generator.drafts, *generator.hidden_articles])

    def of_pages(self, generator: PagesGenerator) -> None:
        self._hear([*generator.pages, *generator.draft_pages, *generator.hidden_pages])

    def _hear(self, texts: list[Content]) -> None:
        dates = [text.date for text in texts if getattr(text, "date", None)]
        self.next = min([self.next, *(date for date in dates if date > self.begun)])


def main(config: str, content: str, output: str, how: str = "", like: str = "") -> int:
    """Build the site; returns the exit code."""
    # Web servers run as somebody else: a build is for everybody to read, whatever the author's umask.
    os.umask(0o022)
    Path(output).chmod(0o755)
    ears, calendar = _Ears(), _Calendar()
    logging.getLogger().addHandler(ears)
    signals.article_generator_finalized.connect(calendar.of_articles)
    signals.page_generator_finalized.connect(calendar.of_pages)
    override = {"PATH": content, "OUTPUT_PATH": output, baked_comments.LATER: True, kept_texts.FRESH: how == "--fresh"}
    if how == "--like":
        override |= {kept_pages.FROM: like, kept_pages.KNOWN: kept_builds.pages(Path(like))}
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # Pelican's own counts
            pelican = Pelican(read_settings(config, override=override))
            pelican.run()
    except Exception as error:  # noqa: BLE001 -- whatever it was, it leaves as a sentence
        print(_short(_sentence(error), content, output), file=sys.stderr)
        return 1
    unbaked = kept_builds.Unbaked(
        essays=tuple(pelican.settings[baked_comments.ESSAYS]),
        warnings=tuple(_short(warning, content, output) for warning in ears.warnings),
        pages=pelican.settings[kept_pages.WRITTEN],
        since=ids.as_text(calendar.begun),
        until=ids.as_text(calendar.next),
    )
    print(unbaked.as_json())
    return 0


def _sentence(error: Exception) -> str:
    """What went wrong and where, in one line."""
    said = " ".join(str(error).split()) or type(error).__name__
    if isinstance(error, TemplateSyntaxError):
        return f"{_shown(error.filename or error.name or 'a template')}:{error.lineno}: {said}"
    places = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_ours(frame.filename)]
    # Pelican's errors, those of Python's grammar and those that our plugins raise say themselves where it was.
    if isinstance(error, _Wrong | SyntaxError) or not places or places[-1].filename.startswith(f"{ROOT}/plugins/"):
        return said
    return f"{_shown(places[-1].filename)}:{places[-1].lineno}: {said}"


def _is_ours(file: str) -> bool:
    """Whether a line of a trace lies in what an author may change, rather than in a library."""
    return file.endswith((".html", ".xml", ".txt")) or any(
        Path(file).is_relative_to(ROOT / name)
        for name in ("plugins", "pelicanconf.py", "previewconf.py", "publishconf.py")
    )


def _short(said: str, *folders: str) -> str:
    """The same with shorter paths: an author knows where the content lies."""
    for folder in folders:
        said = said.replace(f"{folder}/", "")
    return said


def _shown(file: str) -> str:
    return file.removeprefix(f"{ROOT}/")


if __name__ == "__main__":
    code = main(*sys.argv[1:])
    sys.stdout.flush()
    # Python would first take apart all that was made of a thousand texts.
    os._exit(code)

"""Templates that carry readers' words: one Jinja environment with autoescaping always on."""

import functools
import hashlib
from collections.abc import Iterator
from pathlib import Path

import jinja2

FOLDER = Path(__file__).parent / "templates"
_PIECES = 200  # bits of a template that are sent at once


@functools.cache
def environment() -> jinja2.Environment:
    """The environment of every template; undefined names are errors, never silence."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
    )


def render(name: str, **context: object) -> str:
    """Render one template."""
    return environment().get_template(name).render(**context)


def stream(name: str, **context: object) -> Iterator[str]:
    """Render one template piece by piece, so that what it tells of may be longer than memory."""
    pieces = environment().get_template(name).stream(**context)
    pieces.enable_buffering(_PIECES)
    return iter(pieces)


@functools.cache
def _plain_environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER / "mail"),
        autoescape=False,  # noqa: S701 -- a letter's text is no markup: escaped, it would show "&amp;"
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )


def render_plain(name: str, **context: object) -> str:
    """Render the text of a letter, `<name>.txt` in `mail/`: plain text, in which nothing is markup."""
    return _plain_environment().get_template(f"{name}.txt").render(**context)


@functools.cache
def fingerprint(folder: str) -> str:
    """A digest of all templates of a folder: what they made is stale when it changes."""
    digest = hashlib.sha256()
    for file in sorted((FOLDER / folder).glob("*.html")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]

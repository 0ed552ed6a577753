"""Templates that carry readers' words: one Jinja environment with autoescaping always on."""

import functools
import hashlib
from collections.abc import Iterator
from pathlib import Path

import jinja2
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame

from comments_service import catalogue

FOLDER = Path(__file__).parent / "templates"
_PIECES = 200  # bits of a template that are sent at once


class _Speaking(CodeGenerator):
    """Puts the sentences of a language into a template when it is compiled: said in place, they cost nothing there.

    `{{ say("comment.reply", name=c.name) }}` becomes what would stand there if the sentence had been written out.
    """

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:  # noqa: N802 -- Jinja's name
        """Compile what is printed, sentences taken apart."""
        parts = [part for each in node.nodes for part in self._taken_apart(each)]
        super().visit_Output(nodes.Output(parts, lineno=node.lineno), frame)

    def _taken_apart(self, node: nodes.Expr) -> Iterator[nodes.Expr]:
        match node:
            case nodes.Call(node=nodes.Name(name="say"), args=[nodes.Const(value=name)], kwargs=given):
                pieces = catalogue.of(str(self.environment.globals["language"])).pieces(name)
            case _:
                pieces = None
        if pieces is None:
            yield node
            return
        filled = {each.key: each.value for each in given}
        for words, what, _ in pieces:
            yield nodes.TemplateData(words, lineno=node.lineno)
            if what is not None:
                yield filled[what]


@functools.cache
def environment(language: str = catalogue.ORIGINAL) -> jinja2.Environment:
    """The environment of every template; undefined names are errors, never silence.

    What stands in published pages says `say("form.words")`: a sentence of the catalogue, in this language.
    """
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
    )
    words = catalogue.of(language)
    made.code_generator_class = _Speaking
    made.globals |= {
        "language": language,
        "say": words.say,
        "script_says": functools.partial(words.for_script, "script"),
    }
    return made


def render(name: str, *, language: str = catalogue.ORIGINAL, **context: object) -> str:
    """Render one template; `language` is that of the fragments of published pages in it."""
    return environment(language).get_template(name).render(**context)


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

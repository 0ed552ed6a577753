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


def render_letter(name: str, *, language: str, **context: object) -> tuple[str, str]:
    """The text and the HTML of a letter, of `mail/<name>.txt` and `mail/<name>.html`; `language` is what it speaks.

    Both say the same sentences of the catalogue, which are plain text: in the HTML they are escaped.
    """
    spoken = catalogue.of(language).language
    text, html = (of_letters(spoken, kind).get_template(f"mail/{name}.{kind}") for kind in ("txt", "html"))
    return text.render(**context), html.render(**context)


@functools.cache  # as many as there are catalogues, whichever tags letters are asked for in
def of_letters(language: str, kind: str) -> jinja2.Environment:
    """The environment of letters in the language of a catalogue: of their text (`txt`), or of their HTML."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        autoescape=jinja2.select_autoescape(["html"]),  # a letter's text is no markup: escaped, it would show "&amp;"
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=kind == "txt",
        auto_reload=False,
    )
    words = catalogue.of(language)
    made.globals |= {
        "language": language,
        "say": words.shown if kind == "html" else words.text,
        "day": words.date,
        "moment": words.date_and_time,
    }
    return made


@functools.cache
def fingerprint(folder: str) -> str:
    """A digest of all templates of a folder: what they made is stale when it changes."""
    digest = hashlib.sha256()
    for file in sorted((FOLDER / folder).glob("*.html")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]

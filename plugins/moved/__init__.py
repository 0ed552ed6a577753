"""Texts that have another address than before: the old one leads to the new.

`Aliases: first, second` in front matter names the slugs that a text had, the oldest first.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from pelican import Pelican, signals
from pelican.contents import Content
from pelican.generators import ArticlesGenerator, PagesGenerator
from pelican.writers import Writer

# For web servers that read them: static hosts know `_redirects`, nginx includes the second in a `map`, Caddy the third.
_RULES = {
    "_redirects": "/{old} /{new} 301\n",
    "_redirects.map": "/{old} /{new};\n",
    "_redirects.caddy": "redir /{old} /{new} 301\n",
}
# Where the redirects of a build wait, in the settings that belong to it alone, until its files are written.
_MOVED = "MOVED"


def register() -> None:
    """Connect to Pelican."""
    signals.article_writer_finalized.connect(lead_on)
    signals.page_writer_finalized.connect(lead_on)
    signals.finalized.connect(write_rules)


def lead_on(generator: ArticlesGenerator | PagesGenerator, writer: Writer) -> None:
    """Write a page at each former address; without a rule of the server it leads on by itself."""
    moved = generator.settings.setdefault(_MOVED, {})
    for content in _texts(generator):
        for before in former(content):
            own = before if before.endswith(".html") else f"{before}/"
            for old, new in ((own, content), *_editions(content, before)):
                moved[old] = new.url
                file = f"{old}index.html" if old.endswith("/") else old
                writer.write_file(file, generator.get_template("moved"), generator.context, moved=new, url=old)


def write_rules(pelican: Pelican) -> None:
    """Write the same as rules for web servers, which keep what stands behind a `#`."""
    moved = sorted(pelican.settings.get(_MOVED, {}).items())
    folder = Path(pelican.output_path)
    for name, rule in _RULES.items():
        folder.joinpath(name).write_text("".join(rule.format(old=old, new=new) for old, new in moved), "utf-8")


def former(content: Content) -> list[str]:
    """The slugs that a text had, the oldest first."""
    said = str(getattr(content, "aliases", ""))
    return [slug.strip(" /") for slug in said.split(";" if ";" in said else ",") if slug.strip(" /")]


def _editions(content: Content, before: str) -> Iterator[tuple[str, Content]]:
    """The earlier editions of an essay, each with its former address."""
    for edition in getattr(content, "editions", ()):
        yield f"{before}/{edition.url.removeprefix(content.url)}", edition


def _texts(generator: ArticlesGenerator | PagesGenerator) -> Iterator[Content]:
    lists: Iterable[Content] = generator.articles if isinstance(generator, ArticlesGenerator) else generator.pages
    yield from lists

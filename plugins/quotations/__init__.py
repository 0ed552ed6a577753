"""Quotations in essays: a last line that begins with a dash names whom the words are from.

A Markdown extension, to be listed after `extra`: `> — Montaigne, *Essays*` as the last paragraph of a quotation.
"""

from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

_DASHES = ("—", "–", "--")


class Quotations(Extension):
    """Gives the last paragraph of a quotation `class="attribution"` if it begins with a dash."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 -- Markdown's name
        """Join the steps in which dashes are still as they were typed."""
        md.treeprocessors.register(_Attributed(md), "quotations", 8)


def makeExtension() -> Quotations:  # noqa: N802 -- the name Markdown looks for
    """The extension; Markdown calls this."""
    return Quotations()


class _Attributed(Treeprocessor):
    def run(self, root: Element) -> None:
        for quotation in root.iter("blockquote"):
            last = quotation[-1] if len(quotation) > 1 else None
            if last is not None and last.tag == "p" and (last.text or "").lstrip().startswith(_DASHES):
                last.set("class", "attribution")

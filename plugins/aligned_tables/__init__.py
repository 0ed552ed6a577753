"""Tables in essays: a column's alignment becomes a class.

Our policy forbids `style`, and HTML has retired `align`. A Markdown extension, to be listed after `extra` with its
tables' `use_align_attribute`.
"""

from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor


class _AlignedByClass(Treeprocessor):
    def run(self, root: Element) -> None:
        for cell in (*root.iter("th"), *root.iter("td")):
            side = cell.attrib.pop("align", None)
            if side:
                cell.set("class", f"align-{side}")


class AlignedTables(Extension):
    """Turns `align="right"` on the cells of a table into `class="align-right"`."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 -- Markdown's name
        """Join the document's last steps, when its tables stand."""
        md.treeprocessors.register(_AlignedByClass(md), "aligned_tables", 0)


def makeExtension() -> AlignedTables:  # noqa: N802 -- the name Markdown looks for
    """The extension; Markdown calls this."""
    return AlignedTables()

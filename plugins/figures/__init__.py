"""Figures in essays: a picture alone in its paragraph becomes a figure, its title the caption.

A Markdown extension, to be listed after `extra`. `{.wide}` behind the picture lets it reach beyond the measure.
"""

from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor


class Figures(Extension):
    """Turns `![…](/images/a.jpg "Caption")` into `<figure><img …><figcaption>Caption</figcaption></figure>`."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 -- Markdown's name
        """Join the steps in which links and emphasis are made, before quotes become typographic."""
        md.treeprocessors.register(_AloneInItsParagraph(md), "figures", 7)


def makeExtension() -> Figures:  # noqa: N802 -- the name Markdown looks for
    """The extension; Markdown calls this."""
    return Figures()


class _AloneInItsParagraph(Treeprocessor):
    def run(self, root: Element) -> None:
        for paragraph in list(root.iter("p")):
            picture = _only_picture(paragraph)
            if picture is not None:
                self._frame(paragraph, picture)

    def _frame(self, paragraph: Element, picture: Element) -> None:
        paragraph.tag = "figure"
        caption, class_ = picture.attrib.pop("title", ""), picture.attrib.pop("class", "")
        if class_:
            paragraph.set("class", class_)
        if caption:
            told = SubElement(paragraph, "figcaption")
            told.text = caption
            # Emphasis in it is read here, since the step that reads it for the whole text is over.
            self.md.treeprocessors["inline"].run(paragraph)


def _only_picture(paragraph: Element) -> Element | None:
    """The picture of a paragraph that holds nothing else; it may be a link."""
    inside = paragraph
    while len(inside) == 1 and not (inside.text or "").strip() and not (inside[0].tail or "").strip():
        inside = inside[0]
        if inside.tag == "img":
            return inside
        if inside.tag != "a":
            return None
    return None

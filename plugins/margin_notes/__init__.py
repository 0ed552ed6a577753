"""Footnotes in essays: a note of one paragraph stands where it is called, so that the theme can set it in the margin.

A Markdown extension, to be listed after `extra`. Longer notes (several paragraphs, a list) and notes that are called
more than once stay at the foot of the essay.
"""

from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.footnotes import NBSP_PLACEHOLDER
from markdown.treeprocessors import Treeprocessor


class MarginNotes(Extension):
    """Turns `[^1]` and its note into `<sup class="note-mark">1</sup><small class="note" role="note">…</small>`."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 -- Markdown's name
        """Join the document's last steps, when its footnotes stand."""
        md.treeprocessors.register(_BesideTheText(md), "margin_notes", 1)


def makeExtension() -> MarginNotes:  # noqa: N802 -- the name Markdown looks for
    """The extension; Markdown calls this."""
    return MarginNotes()


class _BesideTheText(Treeprocessor):
    def run(self, root: Element) -> None:
        foot = root.find(".//div[@class='footnote']")
        listed = foot.find("ol") if foot is not None else None
        if foot is None or listed is None:
            return
        notes = {f"#{item.get('id')}": item for item in listed}
        for number, item in enumerate(listed, start=1):
            item.set("value", str(number))
        marks = list(_marks(root))
        calls = Counter(mark[0].get("href") for _, mark in marks)
        for parent, mark in marks:
            target = mark[0].get("href", "")
            note = notes.get(target)
            if note is not None and calls[target] == 1 and [child.tag for child in note] == ["p"]:
                _move(note, parent, mark)
                listed.remove(note)
        if not len(listed):
            root.remove(foot)


def _marks(root: Element) -> Iterator[tuple[Element, Element]]:
    """Every call of a note, with its parent."""
    for parent in root.iter():
        for child in parent:
            if child.tag == "sup" and str(child.get("id", "")).startswith("fnref"):
                yield parent, child


def _move(item: Element, parent: Element, mark: Element) -> None:
    number = str(mark[0].text)
    words = item[0]
    for back in words.findall("a[@class='footnote-backref']"):
        words.remove(back)
    note = Element("small", {"class": "note", "role": "note"})
    # Where no style sheet reaches, in a feed reader or read aloud, brackets keep the note apart from the sentence.
    opening = SubElement(note, "span", {"class": "visually-hidden"})
    opening.text, opening.tail = " (", ""
    SubElement(note, "sup", {"class": "note-mark"}).text = number
    note[-1].tail = f" {words.text or ''}"
    note.extend(words)
    last = note[-1]
    last.tail = (last.tail or "").removesuffix(NBSP_PLACEHOLDER)
    SubElement(note, "span", {"class": "visually-hidden"}).text = ") "
    note.tail, mark.tail = mark.tail, ""
    parent.insert(list(parent).index(mark) + 1, note)
    mark.attrib = {"class": "note-mark"}
    mark.remove(mark[0])
    mark.text = number

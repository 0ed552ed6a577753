"""Markdown read quickly: a mark is looked for only in texts that hold a letter without which it cannot be.

A Markdown extension, to be listed last. Python-Markdown tries each of some forty expressions on each piece of a text,
of which an essay uses few; what comes out is the same, letter for letter (tests/plugins/test_quick_marks.py).
"""

from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown import inlinepatterns as marks
from markdown.extensions import Extension, smarty
from markdown.treeprocessors import InlineProcessor
from markdown.util import Registry

# By its expression, what a text must hold for that mark to be found in it; a mark that is not listed is always tried.
_NEEDED: dict[str, tuple[str, ...]] = {
    marks.BACKTICK_RE: ("`",),
    marks.ESCAPE_RE: ("\\",),
    marks.LINK_RE: ("[",),
    marks.IMAGE_LINK_RE: ("![",),
    marks.AUTOLINK_RE: ("<",),
    marks.AUTOMAIL_RE: ("<",),
    marks.HTML_RE: ("<",),
    marks.LINE_BREAK_RE: ("  \n",),
    marks.ENTITY_RE: ("&",),
    r"\[\^([^\]]*)\]": ("[^",),
    r"\*|_": ("*", "_"),
    r"(?<!-)---(?!-)": ("---",),
    r"(?<!-)--(?!-)": ("--",),
    r"(?<!\.)\.{3}(?!\.)": ("...",),
    **dict.fromkeys(
        (
            smarty.singleQuoteStartRe, smarty.decadeAbbrRe, smarty.openingSingleQuotesRegex,
            smarty.closingSingleQuotesRegex, smarty.closingSingleQuotesRegex2, smarty.remainingSingleQuotesRegex,
            smarty.singleQuoteSetsRe, smarty.singleQuoteSetsRe2,
        ),
        ("'",),
    ),
    **dict.fromkeys(
        (
            smarty.doubleQuoteStartRe, smarty.openingDoubleQuotesRegex, smarty.closingDoubleQuotesRegex,
            smarty.closingDoubleQuotesRegex2, smarty.remainingDoubleQuotesRegex, smarty.doubleQuoteSetsRe,
            smarty.doubleQuoteSetsRe2,
        ),
        ('"',),
    ),
}  # fmt: skip


class QuickMarks(Extension):
    """Puts the same steps in the place of Markdown's own, with fewer tries."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 -- Markdown's name
        """Take over the marks of Markdown itself, and those of `smarty` where that is used."""
        for name, priority in (("inline", 20), ("smarty", 6)):
            if name in md.treeprocessors:
                step = md.treeprocessors[name]
                if isinstance(step, InlineProcessor):
                    md.treeprocessors.register(_Quick(md, step.inlinePatterns), name, priority)


def makeExtension() -> QuickMarks:  # noqa: N802 -- the name Markdown looks for
    """The extension; Markdown calls this."""
    return QuickMarks()


class _Quick(InlineProcessor):
    """Markdown's step with the marks that a text may hold, in their order."""

    def __init__(self, md: Markdown, all_marks: Registry[InlineProcessor]) -> None:
        super().__init__(md)
        self._all = all_marks

    def run(self, tree: Element, ancestors: list[str] | None = None) -> Element:
        """Read the marks below an element; which there are may change from text to text."""
        text = "".join(tree.itertext())
        self.inlinePatterns: Registry[InlineProcessor] = Registry()
        for place, mark in enumerate(self._all):
            if any(letters in text for letters in _NEEDED.get(getattr(mark, "pattern", ""), ("",))):
                self.inlinePatterns.register(mark, str(place), -place)
        return super().run(tree, ancestors)

"""Markdown read quickly: a mark is looked for only where a text holds a letter without which it cannot be.

A Markdown extension, to be listed last. Python-Markdown tries each of some forty patterns on each piece of a text, most
of which hold none of them; what comes out is the same, letter for letter (tests/plugins/test_quick_marks.py).
"""

import re
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown import inlinepatterns as marks
from markdown.extensions import Extension, smarty
from markdown.treeprocessors import InlineProcessor
from markdown.util import AtomicString

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
                step = _Quick(md)
                step.inlinePatterns = md.treeprocessors[name].inlinePatterns
                md.treeprocessors.register(step, name, priority)


def makeExtension() -> QuickMarks:  # noqa: N802 -- the name Markdown looks for
    """The extension; Markdown calls this."""
    return QuickMarks()


class _Quick(InlineProcessor):
    """Markdown's step, with its two private methods called by the names that Python gives them."""

    def run(self, tree: Element, ancestors: list[str] | None = None) -> Element:
        """Read the marks below an element; which there are may change from text to text."""
        self._tried = [(mark, _NEEDED.get(mark.pattern, ("",))) for mark in self.inlinePatterns]
        letters = sorted({some for _, needed in self._tried for some in needed})
        self._worth_trying = re.compile("|".join(map(re.escape, letters))).search
        return super().run(tree, ancestors)

    def _InlineProcessor__handleInline(self, data: str, patternIndex: int = 0) -> str:  # noqa: N802, N803
        if isinstance(data, AtomicString) or not self._worth_trying(data):
            return data
        start = 0
        while patternIndex < len(self._tried):
            mark, needed = self._tried[patternIndex]
            matched = False
            if needed[0] in data or (len(needed) > 1 and needed[1] in data):
                data, matched, start = self._InlineProcessor__applyPattern(mark, data, patternIndex, start)
            if not matched:
                patternIndex, start = patternIndex + 1, 0  # noqa: N806
        return data

"""The Markdown readers write in: python-markdown with only what a reply needs, in time that grows with its length."""

import re
from collections.abc import Callable
from html import escape
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.blockprocessors import (
    BlockProcessor,
    BlockQuoteProcessor,
    ListIndentProcessor,
    OListProcessor,
    ParagraphProcessor,
    UListProcessor,
)
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import InlineProcessor as InlineTreeprocessor
from markdown.util import ETX, STX, AtomicString, Registry

from comments_service.readers_markdown import fences

# Where a link may lead: to a named host, with no user before it (https://your.bank@evil.example), or to a mailbox.
_HOST = r"(?:[\w-]++\.)*+(?!\d)[\w-]+"
_TARGET = re.compile(rf"(?i:https?)://{_HOST}(?::[1-5]?\d{{1,4}})?(?:[/?#][^\s<>\"\\]*)?|(?i:mailto):[\w.+=-]+@{_HOST}")
# An address written out, without what ends a sentence or emphasis behind it. A bare readme.md is a word, no address.
_ENDS = r"\s<>\"\x02\x03\u3000-\u303f\uff00-\uffef"
URL = rf"(?i:https?)://[^{_ENDS}]*[^{_ENDS}'.,;:!?*_~…”’»]"

# python-markdown takes some recursion for each level, so `- - - -…` would exhaust the stack.
_TOO_DEEP = re.compile(rf"^((?:{fences.MARKER}){{{fences.DEEPEST}}})(?:{fences.MARKER})++", re.MULTILINE)
# Four spaces to a level of lists; and a long run of spaces shows as one.
_TOO_WIDE = re.compile(r" {17,}+")
_EMPTY_LINES = re.compile(r"(?: *\n){2,}+")
_LINE_END = re.compile(r" *\n *")
# "* * *" is meant to look like that, not to be lists within lists.
_DIVIDER = re.compile(r"^( {0,3})(?=([-*])(?: ++\2){2,}+ *+$)", re.MULTILINE)
_ESCAPED = re.compile(rf"{STX}(\d+){ETX}")


def leads_safely(url: str) -> bool:
    """Whether a reader may link to `url`: an absolute http or https address that shows its true host, or mailto."""
    return url.isprintable() and _TARGET.fullmatch(url) is not None


class ReadersMarkdown(Markdown):
    """Emphasis, strong, strikethrough, links, lists, quotes, code, and line breaks where they were typed.

    All else stays as typed: raw HTML, headings, rules, tables, references; an image becomes a link. An ordered list
    begins with 1, so that "3. I think" keeps its number. Takes mended text (`texts.mend`). Not to be shared by threads.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stripTopLevelTags = False
        self.serializer = self._serialize
        self._codes: list[str] = []

    def build_parser(self) -> "ReadersMarkdown":
        """Name what there is for readers, instead of taking away from what there is for authors."""
        self.preprocessors, self.postprocessors = Registry(), Registry()
        self.inlinePatterns, self.treeprocessors = Registry(), Registry()
        self.treeprocessors.register(InlineTreeprocessor(self), "inline", 0)
        self.parser = BlockParser(self)
        blocks = (_Blank, ListIndentProcessor, _Fenced, _Numbers, _Bullets, BlockQuoteProcessor, ParagraphProcessor)
        for place, block in enumerate(blocks):
            self.parser.blockprocessors.register(block(self.parser), block.__name__, -place)

        # No pattern tries one stretch of text twice: each stops where the next could begin, and gives nothing back.
        code = r"(?<![\\`])(`++)(.+?)(?<!`)\1(?!`)"
        words = r"!?\[((?:[^\[\]]++|\[[^\[\]]*+\])*+)\]"
        target = r"\(\s*+(?:<([^<>\n]*+)>|((?:[^\s()<>]++|\([^\s()<>]*+\))++))(?:\s++(?:\"[^\"]*+\"|'[^']*+'))?+\s*+\)"
        inlines: tuple[tuple[str, Build], ...] = (
            (code, lambda found: _element("code", AtomicString(found[2].strip() or found[2]))),
            (r"\\([!-/:-@\[-`{-~])", lambda found: f"{STX}{ord(found[1])}{ETX}"),
            (words + target, self._link),
            # No place for emphasis. What makes a link of it comes later.
            (rf"<((?i:https?)://[^{_ENDS}]++)>|({URL})", lambda found: found[1] or found[2]),
            (r"~~(?![\s~])((?:[^~]++|~(?!~))++)(?<!\s)~~", lambda found: _element("del", found[1])),
            (r"\*\*(?!\s)((?:[^*]++|\*(?!\*(?!\*)))++)(?<!\s)\*\*", lambda found: _element("strong", found[1])),
            (r"(?<!\w)__(?!\s)((?:[^_]++|_(?!_(?!_)))++)(?<!\s)__(?!\w)", lambda found: _element("strong", found[1])),
            (r"\*(?![\s*])([^*]++)(?<!\s)\*", lambda found: _element("em", found[1])),
            (r"(?<!\w)_(?![\s_])((?:[^_]++|(?<=\w)_(?=\w))++)(?<!\s)_(?!\w)", lambda found: _element("em", found[1])),
        )
        for place, (pattern, build) in enumerate(inlines):
            self.inlinePatterns.register(_Inline(pattern, self, build), str(place), -place)
        return self

    def convert(self, source: str) -> str:
        """Turn a text into HTML. Whether that is harmless is for others to see to."""
        source, self._codes = fences.set_aside(source)
        source = _TOO_WIDE.sub(" " * 16, source.expandtabs(4))
        source = _EMPTY_LINES.sub("\n\n", source.strip("\n"))
        return super().convert(_DIVIDER.sub(r"\1\\", _TOO_DEEP.sub(r"\1", source)))

    def as_typed(self, text: str) -> str:
        """Give back what was set aside: signs behind a backslash, and fenced code that stands where no block can."""
        if STX not in text:
            return text
        return fences.put_back(_ESCAPED.sub(lambda sign: chr(int(sign[1])), text), self._codes)

    def _link(self, link: re.Match[str]) -> Element | None:
        target = self.as_typed(self.inlinePatterns[0].unescape(link[2] or link[3]))
        if not leads_safely(target):
            return None
        element = _element("a", link[1].strip() or AtomicString(target))
        element.set("href", target)
        return element

    def _serialize(self, element: Element) -> str:
        parts = [self._words(element.text, element)]
        for child in element:
            href = child.get("href")
            start = f"<{child.tag}>" if href is None else f'<a href="{escape(href)}">'
            parts += [start, self._serialize(child), f"</{child.tag}>", self._words(child.tail, element)]
        return "".join(parts)

    def _words(self, text: str | None, within: Element) -> str:
        if not text:
            return ""
        words = escape(self.as_typed(text), quote=False)
        return words if within.tag == "code" else _LINE_END.sub("<br>", words)


Build = Callable[[re.Match[str]], Element | str | None]
Replacement = tuple[Element | str | None, int | None, int | None]


class _Inline(InlineProcessor):
    """A pattern, and what becomes of what it finds: an element, finished text, or None to leave it as typed."""

    def __init__(self, pattern: str, md: Markdown, build: Build) -> None:
        super().__init__(pattern, md)
        self.build = build

    # The library's name and signature.
    def handleMatch(self, m: re.Match[str], data: str) -> Replacement:  # type: ignore[override]  # noqa: ARG002, N802
        built = self.build(m)
        return (None, None, None) if built is None else (built, m.start(), m.end())


def _element(tag: str, text: str) -> Element:
    element = Element(tag)
    element.text = text
    return element


class _Blank(BlockProcessor):
    """Empty lines only part blocks."""

    def test(self, parent: Element, block: str) -> bool:  # noqa: ARG002 -- the library's signature, here and below
        return not block or block.startswith("\n")

    def run(self, parent: Element, blocks: list[str]) -> None:  # noqa: ARG002
        block = blocks.pop(0).lstrip("\n")
        if block:
            blocks.insert(0, block)


class _Fenced(BlockProcessor):
    """The mark of a fenced block becomes its code."""

    def test(self, parent: Element, block: str) -> bool:  # noqa: ARG002
        return fences.is_mark(block.strip())

    def run(self, parent: Element, blocks: list[str]) -> None:
        SubElement(parent, "pre").append(_element("code", AtomicString(blocks.pop(0).strip())))


class _Announced(OListProcessor):
    """A list may follow the line that announces it."""

    BEGINNING: re.Pattern[str]

    def test(self, parent: Element, block: str) -> bool:
        return self._goes_on(parent, block) or self.BEGINNING.search(block) is not None

    def run(self, parent: Element, blocks: list[str]) -> None:
        if not self._goes_on(parent, blocks[0]):
            before, beginning, after = self.BEGINNING.split(blocks[0], maxsplit=1)
            if before:
                self.parser.parseBlocks(parent, [before.rstrip("\n")])
            blocks[0] = beginning + after
        super().run(parent, blocks)

    def _goes_on(self, parent: Element, block: str) -> bool:
        return len(parent) > 0 and parent[-1].tag == self.TAG and self.RE.match(block) is not None


class _Numbers(_Announced):
    """It begins with 1 and goes on with any number."""

    SIBLING_TAGS = ["ol"]  # noqa: RUF012 -- the library's declaration
    BEGINNING = re.compile(r"^( {0,3}1\. )", re.MULTILINE)


class _Bullets(_Announced, UListProcessor):
    """Each sign begins an item."""

    SIBLING_TAGS = ["ul"]  # noqa: RUF012
    BEGINNING = re.compile(r"^( {0,3}[-+*] )", re.MULTILINE)

"""A reply's HTML as the text of a letter: paragraphs, with links written out, cut where it goes on for long."""

from dataclasses import dataclass
from html.parser import HTMLParser

_BLOCKS = frozenset({"p", "li", "pre", "blockquote", "ul", "ol"})
_LINE = 72  # characters, as letters are read


@dataclass(frozen=True, slots=True)
class Quoted:
    """The paragraphs of a text, each of one or more lines; `cut` says that it goes on."""

    paragraphs: tuple[str, ...]
    cut: bool


def quoted(html: str, longest: int) -> Quoted:
    """The words of rendered HTML as plain text of at most `longest` characters, cut between words.

    A link stands as its words and its address: a letter links nowhere but to its own blog. What it quotes keeps its >.
    """
    parser = _Paragraphs()
    parser.feed(html)
    parser.close()
    kept: list[str] = []
    left = longest
    for paragraph in parser.found:
        if len(paragraph) > left:
            whole, _, _ = paragraph[: left + 1].rpartition(" ")
            short = (whole or paragraph[:left]).rstrip(" ,;:.–—-")
            return Quoted((*kept, f"{short}…" if short else "…"), cut=True)
        kept.append(paragraph)
        left -= len(paragraph)
    return Quoted(tuple(kept), cut=False)


def as_lines(paragraphs: tuple[str, ...], mark: str = "> ") -> str:
    """Paragraphs as the text of a letter: lines of at most 72 characters where words allow it, each behind a mark."""
    from textwrap import wrap

    blocks = []
    for paragraph in paragraphs:
        lines = [
            part
            for line in paragraph.splitlines()
            for part in wrap(line, _LINE - len(mark), break_long_words=False, break_on_hyphens=False) or [""]
        ]
        blocks.append("\n".join(f"{mark}{line}".rstrip() for line in lines))
    return f"\n{mark.rstrip()}\n".join(blocks)


class _Paragraphs(HTMLParser):
    """Collects the paragraphs of clean HTML, which holds nothing but `rendering.TAGS`."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._words: list[str] = []
        self._link = ""
        self._linked = ""
        self._numbers: list[int | None] = []
        self._depth = 0  # of quotes
        self._verbatim = False
        self._bullet = ""
        self._in_list = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a paragraph, an item, a link."""
        if tag in _BLOCKS:
            self._end()
        if tag in {"ul", "ol"}:
            self._numbers.append(0 if tag == "ol" else None)
        elif tag == "li":
            self._bullet = self._next_bullet()
        elif tag == "blockquote":
            self._depth += 1
        elif tag == "pre":
            self._verbatim = True
        elif tag == "br":
            self._words.append("\n")
        elif tag == "a":
            self._link, self._linked = dict(attrs).get("href") or "", ""

    def handle_endtag(self, tag: str) -> None:
        """End it; a link's address follows its words where these are not it."""
        if tag in _BLOCKS:
            self._end()
        if tag in {"ul", "ol"} and self._numbers:
            self._numbers.pop()
        elif tag == "blockquote":
            self._depth = max(0, self._depth - 1)
        elif tag == "pre":
            self._verbatim = False
        elif tag == "a" and self._link:
            said = " ".join(self._linked.split())
            if said not in {self._link, self._link.removeprefix("mailto:"), self._link.partition("//")[2]}:
                self._words.append(f" ({self._link})")
            self._link = ""

    def handle_data(self, data: str) -> None:
        """Words."""
        self._linked += data
        self._words.append(data if self._verbatim else _on_one_line(data))

    def close(self) -> None:
        """End the last paragraph."""
        super().close()
        self._end()

    def _next_bullet(self) -> str:
        if not self._numbers or self._numbers[-1] is None:
            return "• "
        self._numbers[-1] += 1
        return f"{self._numbers[-1]}. "

    def _end(self) -> None:
        text = "".join(self._words)
        self._words = []
        if not text.strip():
            return
        lines = text.strip("\n").splitlines()
        if not self._verbatim:
            lines = [" ".join(line.split()) for line in lines]
        bullet, self._bullet = self._bullet, ""
        mark = "> " * self._depth
        whole = "\n".join(f"{mark}{bullet if at == 0 else ''}{line}" for at, line in enumerate(lines))
        if bullet and self._in_list:
            self.found[-1] += f"\n{whole}"
        else:
            self.found.append(whole)
        self._in_list = bool(bullet)


def _on_one_line(data: str) -> str:
    """Line breaks in the source are spaces, as in a browser."""
    return data.replace("\n", " ").replace("\r", " ")

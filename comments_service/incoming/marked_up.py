"""The HTML of a letter as text with a little Markdown: quotes get their `>`, a letter that stands below is left out."""

import re
from html.parser import HTMLParser

# Where a picture stands that came along (U+FFFC, object replacement character).
PICTURE = "\ufffc"

_TAGS = {
    "a", "b", "blockquote", "br", "code", "del", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img",
    "li", "ol", "p", "pre", "s", "strong", "table", "tbody", "td", "th", "tr", "ul", "span",
}  # fmt: skip
_DROPPED = {"script", "style", "title", "head", "noscript", "template", "svg", "math", "object", "textarea", "select"}
_SPACED = {"blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ol", "p", "pre", "table", "ul"}
_OWN_LINE = _SPACED | {"div", "li", "tr"}
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`", "s": "~~", "del": "~~"}
# Lines that only a program wrote: who wrote what is quoted (Gmail, Thunderbird), and signatures that say they are some.
_LEFT_OUT = {
    "gmail_attr", "moz-cite-prefix", "gmail_signature", "moz-signature", "protonmail_signature_block", "signature",
    "ms-outlook-mobile-signature", "applemailsignature",
}  # fmt: skip
# Below these stands the letter that was answered, without any mark of a quote (Outlook, its relatives, Yahoo, Zoho).
_ALL_BELOW = {
    "divrplyfwdmsg", "appendonsend", "ms-outlook-mobile-reference-message", "mail-editor-reference-message-container",
    "olk_src_body_section", "yahoo_quoted", "ydp_quoted", "zmail_extra",
}  # fmt: skip
_SPACES = re.compile(r"[ \t\n\r\f\xa0]+")
_ITEM = re.compile(r" *(- |\d+\. )")
_TAG = re.compile(r"<[^<>]*>")
_LONGEST = 500_000
# What cleans HTML takes the square of the time for so many tags within each other; no person's letter has them.
_MOST_OPEN = 5000
_LONGEST_ADDRESS = 2000


def as_text(html: str) -> str:
    """Read HTML, however broken; links become Markdown's, scripts and styles vanish with what they hold."""
    import nh3

    html = html[:_LONGEST]
    if html.count("<") - 2 * html.count("</") - html.lower().count("<br") > _MOST_OPEN:
        return _TAG.sub("", html)
    clean = nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags=_DROPPED,
        attributes={"*": {"class", "id"}, "a": {"href"}, "img": {"src"}},
        url_schemes={"http", "https", "mailto", "cid"},
        link_rel=None,
    )
    reader = _Reader()
    reader.feed(clean)
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    """Writes lines while it is fed well-formed HTML, one tag after the other."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line: list[str] = []
        self._quotes = 0
        self._pre = 0
        self._lists: list[int] = []  # the next number of an ordered list, 0 for one that is not
        self._begun: list[tuple[str, int, int]] = []  # a tag within a line, the line's number, and its place in it
        self._hrefs: list[str] = []
        self._left_out: list[str] = []  # the tags that are open in something left out
        self._over = False

    def text(self) -> str:
        """What was read, each line without spaces at its end."""
        self._end_line()
        return "\n".join(self._lines).strip("\n")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        called = {name.lower() for name in (*given.get("class", "").split(), given.get("id", "").removeprefix("x_"))}
        if called & _ALL_BELOW:
            self._over = True
        if self._over or tag == "span":
            return
        if self._left_out or called & _LEFT_OUT:
            if tag not in {"br", "hr", "img"}:
                self._left_out.append(tag)
            return
        if tag in _OWN_LINE and not _ITEM.fullmatch("".join(self._line)):
            self._end_line()
            if tag in _SPACED:
                self._end_block()
        self._open(tag, given)

    def _open(self, tag: str, given: dict[str, str]) -> None:
        match tag:
            case "br":
                self._write_line()
            case "hr":
                self._line.append("---")
                self._write_line()
            case "img" if given.get("src", "").startswith("cid:"):
                self._line.append(PICTURE)
            case "td" | "th":
                self._line.append(" ")
            case "li":
                self._item()
            case "a":
                self._hrefs.append(given.get("href", ""))
                self._begin(tag)
            case _ if tag in _MARKS:
                self._begin(tag)
            case _:
                self._open_block(tag)

    def _open_block(self, tag: str) -> None:
        match tag:
            case "blockquote":
                self._quotes += 1
            case "pre":
                self._line.append("```")
                self._write_line()
                self._pre += 1
            case "ul" | "ol":
                self._lists.append(1 if tag == "ol" else 0)

    def handle_endtag(self, tag: str) -> None:
        if self._over or tag == "span":
            return
        if self._left_out:
            self._left_out.pop()
            return
        if tag in _OWN_LINE:
            self._end_line()
        match tag:
            case "blockquote":
                self._quotes -= 1
            case "pre":
                self._pre -= 1
                self._line.append("```")
                self._end_line()
            case "ul" | "ol":
                self._lists.pop()
            case "a":
                self._end_within(tag, self._hrefs.pop())
            case _ if tag in _MARKS:
                self._end_within(tag)
        if tag in _SPACED:
            self._end_block()

    def handle_data(self, data: str) -> None:
        if self._over or self._left_out:
            return
        if self._pre:
            first, *others = data.split("\n")
            self._line.append(first)
            for other in others:
                self._write_line()
                self._line.append(other)
            return
        words = _SPACES.sub(" ", data)
        self._line.append(words if "".join(self._line).strip() else words.lstrip())

    def _item(self) -> None:
        number = self._lists[-1] if self._lists else 0
        self._line.append("    " * (len(self._lists) - 1) + (f"{number}. " if number else "- "))
        if number:
            self._lists[-1] = number + 1

    def _begin(self, tag: str) -> None:
        self._begun.append((tag, len(self._lines), len(self._line)))

    def _end_within(self, tag: str, href: str = "") -> None:
        """Put Markdown around what a tag held, if that stands in one line and can be seen."""
        begun, number, place = self._begun.pop()
        if begun != tag or number != len(self._lines) or self._pre:
            return
        held = "".join(self._line[place:])
        words = held.strip()
        if not words or (tag == "a" and not _says_more(words, href)):
            return
        mark = _MARKS.get(tag, "")
        marked = f"[{words}]({href})" if tag == "a" else f"{mark}{words}{mark}"
        before, after = held[: len(held) - len(held.lstrip())], held[len(held.rstrip()) :]
        self._line[place:] = [f"{before}{marked}{after}"]

    def _end_line(self) -> None:
        if "".join(self._line).strip():
            self._write_line()
        self._line.clear()

    def _end_block(self) -> None:
        """One empty line, and no more than one."""
        empty = ("> " * self._quotes).rstrip()
        if self._lines and self._lines[-1].strip("> "):
            self._lines.append(empty)
        elif self._lines and len(self._lines[-1]) > len(empty):
            self._lines[-1] = empty

    def _write_line(self) -> None:
        line = "".join(self._line).rstrip() if not self._pre else "".join(self._line)
        self._lines.append((("> " * self._quotes) + line).rstrip())
        self._line.clear()


def _says_more(words: str, href: str) -> bool:
    """Whether a link leads elsewhere than its words say by themselves."""
    plain = href.removeprefix("mailto:").removeprefix("https://").removeprefix("http://").rstrip("/")
    said = words.removeprefix("https://").removeprefix("http://").rstrip("/")
    fits = len(href) <= _LONGEST_ADDRESS and not any(letter in href for letter in ' ()<>"')
    return bool(plain) and fits and plain != said and "[" not in words and "]" not in words

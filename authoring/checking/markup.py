"""Markdown as its author typed it: where its links, pictures and headings stand, and which of it is code.

What a rule needs is a line of the file, which rendered HTML no longer knows. So the source is read here, with the same
grammar as Python-Markdown and its `extra`; ids of headings, where the grammar alone can't tell, come from rendering.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

_FENCED = re.compile(r"^(?P<fence>~{3,}|`{3,})[^\n]*\n.*?^(?P=fence)[ ]*$", re.DOTALL | re.MULTILINE)
_INLINE_CODE = re.compile(r"(?<![\\`])(?P<ticks>`+)(?!`)(?:(?!\n\s*\n).)+?(?<!`)(?P=ticks)(?!`)", re.DOTALL)
_RAW_CODE = re.compile(r"<(script|style|pre|code)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
# After one of these, what is indented belongs to it and is no code.
_HOLDS_INDENTED = re.compile(r"[ ]{0,3}(?:[*+-][ \t]|\d+\.[ \t]|\[\^[^\]]+\]:|:[ \t])")

_WORDS = r"(?P<words>(?:[^\[\]]|\[(?:[^\[\]]|\[[^\[\]]*\])*\])*)"
_TARGET = r"(?P<target><[^<>\n]*>|[^\s()<>]*(?:\([^\s()]*\)[^\s()]*)*)"
_INLINE = rf"\[{_WORDS}\]\(\s*{_TARGET}(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)"
_INLINE_LINK = re.compile(rf"(?<![!\\]){_INLINE}")
_INLINE_IMAGE = re.compile(rf"(?<!\\)!{_INLINE}")
_BY_NAME = re.compile(r"(?P<image>(?<!\\)!)?(?<![\\\]])\[(?P<words>[^\[\]]+)\][ ]?\[(?P<name>[^\[\]^]*)\]")
_DEFINED = re.compile(r"^[ ]{0,3}\[(?P<name>[^\]^][^\]]*)\]:[ \t]*(?P<target><[^>\n]*>|\S+)", re.MULTILINE)
_NOTE = re.compile(r"(?<!\\)\[\^(?P<name>[^\]\s]+)\]")
_NOTE_DEFINED = re.compile(r"^[ ]{0,3}\[\^(?P<name>[^\]\s]+)\]:", re.MULTILINE)
_AUTOMATIC = re.compile(r"<(?P<target>[a-z][a-z0-9+.-]*://[^\s<>]+)>", re.IGNORECASE)
_TAG = re.compile(r"<(?P<name>[a-z][a-z0-9]*)\b(?P<inside>(?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"(?P<name>[\w:-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")
_LIST_OF_ATTRIBUTES = re.compile(r"\{:?[ ]*[#.][^{}\n]*\}")
_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S+|\S+@\S+\.\w+")

_HASHED = re.compile(r"^(?P<hashes>#{1,6})(?P<words>[^\n]*?)[ \t]*#*[ \t]*$", re.MULTILINE)
_UNDERLINED = re.compile(r"(?:\A|(?<=\n\n))(?P<words>[^\n#>|\s][^\n]*)\n(?P<line>=+|-+)[ ]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Link:
    """A link or a picture: where its target begins, the target, and its words.

    `words` is None for an `<img>` of raw HTML that says nothing about its alternative text.
    """

    at: int
    target: str
    words: str | None
    is_image: bool = False
    is_raw: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: where it begins, its level from 1 to 6, and its words."""

    at: int
    level: int
    words: str


def blank(found: re.Match[str]) -> str:
    """As many spaces as there were letters, so that whatever follows stays in its line."""
    return re.sub(r"[^\n]", " ", found[0])


def without_code(text: str) -> str:
    """The text with code blanked: fenced, indented, or between backticks."""
    text = "\n".join(_without_indented(_FENCED.sub(blank, text).split("\n")))
    return _RAW_CODE.sub(blank, _INLINE_CODE.sub(blank, text))


def without_comments(text: str) -> str:
    """The text with HTML comments blanked."""
    return _COMMENT.sub(blank, text)


def prose(text: str) -> str:
    """The words that are read: without targets of links, tags, addresses, and lists of attributes."""
    text = _DEFINED.sub(blank, text)
    for pattern in (_INLINE_LINK, _INLINE_IMAGE):
        text = pattern.sub(_without_target, text)
    for pattern in (_AUTOMATIC, _TAG, _LIST_OF_ATTRIBUTES, _ADDRESS):
        text = pattern.sub(blank, text)
    return text


def links(text: str) -> Iterator[Link]:
    """Every link and picture that has a target, in no fixed order; names defined elsewhere count where they are."""
    for found in _INLINE_LINK.finditer(text):
        yield Link(found.start("target"), _bare(found["target"]), found["words"])
    for found in _INLINE_IMAGE.finditer(text):
        yield Link(found.start("target"), _bare(found["target"]), found["words"], is_image=True)
    defined = {_name(found["name"]): found for found in _DEFINED.finditer(text)}
    pictures = {}
    for found in _BY_NAME.finditer(text):
        name = _name(found["name"] or found["words"])
        if found["image"] and name in defined:
            pictures[name] = Link(found.start(), _bare(defined[name]["target"]), found["words"], is_image=True)
    yield from pictures.values()
    for name, found in defined.items():
        if name not in pictures:
            yield Link(found.start("target"), _bare(found["target"]), name)
    for found in _AUTOMATIC.finditer(text):
        yield Link(found.start("target"), found["target"], found["target"])
    yield from _raw_links(text)


def lost_names(text: str) -> Iterator[tuple[int, str]]:
    """Where a link or a note is called by a name that is defined nowhere, as `[text][name]` or `[^name]`."""
    defined = {_name(found["name"]) for found in _DEFINED.finditer(text)}
    for found in _BY_NAME.finditer(text):
        name = found["name"] or found["words"]
        if _name(name) not in defined:
            yield found.start(), f"[{name}]"
    notes = {found["name"]: found.start() for found in _NOTE_DEFINED.finditer(text)}
    for found in _NOTE.finditer(text):
        if found["name"] not in notes:
            yield found.start(), f"[^{found['name']}]"


def headings(text: str) -> list[Heading]:
    """Every heading in its order, `## so` or underlined."""
    found = [Heading(one.start(), len(one["hashes"]), one["words"].strip()) for one in _HASHED.finditer(text)]
    found += [
        Heading(one.start("words"), 1 if one["line"].startswith("=") else 2, one["words"].strip())
        for one in _UNDERLINED.finditer(text)
    ]
    return sorted(found, key=lambda heading: heading.at)


def _without_indented(lines: list[str]) -> Iterator[str]:
    in_code, after_blank, held = False, True, False
    for line in lines:
        if not line.strip():
            after_blank = True
            yield line
            continue
        indented = line.startswith(("    ", "\t"))
        in_code = indented and (in_code or (after_blank and not held))
        if not indented:
            held = bool(_HOLDS_INDENTED.match(line)) or (held and not after_blank)
        after_blank = False
        yield " " * len(line) if in_code else line


def _raw_links(text: str) -> Iterator[Link]:
    for tag in _TAG.finditer(text):
        said = {
            found["name"].lower(): html.unescape(next(filter(None, found.groups()[1:]), ""))
            for found in _ATTRIBUTE.finditer(tag["inside"])
        }
        if tag["name"].lower() == "img" and "src" in said:
            yield Link(tag.start(), said["src"], said.get("alt"), is_image=True, is_raw=True)
        elif "href" in said:
            yield Link(tag.start(), said["href"], "", is_raw=True)


def _bare(target: str) -> str:
    return html.unescape(target.removeprefix("<").removesuffix(">"))


def _name(words: str) -> str:
    return " ".join(words.lower().split())


def _without_target(found: re.Match[str]) -> str:
    start, end = found.start("target") - found.start(), found.end() - found.start()
    return found[0][:start] + re.sub(r"[^\n]", " ", found[0][start:end])

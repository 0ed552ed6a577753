"""Fenced code, set aside before Markdown looks at the lines: what stands in it is nobody's emphasis, list or quote."""

import re

# How a line begins that quotes or lists something. What lies deeper than this is no conversation any more.
MARKER = r" *+(?:>|[-+*](?= )|\d{1,9}\.(?= ))"
DEEPEST = 8

_FENCE = re.compile(rf"((?:{MARKER})*+[ \t]*+)(`{{3,}}+|~{{3,}}+)[^`~]*+")
_MARK = "\x02fenced:{}\x03"  # control characters, which no mended text holds
_MARKED = re.compile(_MARK.format(r"(\d+)"))


def set_aside(text: str) -> tuple[str, list[str]]:
    """Put a mark in the place of each fenced block, in whatever quote or list it stands; return text and codes.

    As in CommonMark, a fence that is never closed reaches to the end of its quote or of the text. Takes mended text.
    """
    if "```" not in text and "~~~" not in text:
        return text, []
    lines = text.split("\n")
    kept: list[str] = []
    codes: list[str] = []
    at = 0
    while at < len(lines):
        opening = _FENCE.fullmatch(lines[at])
        at += 1
        if opening is None:
            kept.append(lines[at - 1])
            continue
        before, fence = opening.groups()
        below = re.sub(r"[^>\s]", " ", before)  # the sign of a list's item is not repeated below it
        if below == before:
            kept.append(before.rstrip())
        kept += [before + _MARK.format(len(codes)), below.rstrip()]
        code, at = _read(lines, at, before, fence)
        codes.append(code)
    return "\n".join(kept), codes


def is_mark(text: str) -> bool:
    """Whether `text` is the mark of a fenced block and nothing else."""
    return _MARKED.fullmatch(text) is not None


def put_back(text: str, codes: list[str]) -> str:
    """Set the codes in the places of their marks."""
    return _MARKED.sub(lambda mark: codes[int(mark[1])], text)


def _read(lines: list[str], start: int, before: str, fence: str) -> tuple[str, int]:
    """Read code from line `start` to its closing fence or the end of its quote; return it and where to go on."""
    quotes = before.count(">")
    inside = re.compile(rf"(?:[ \t]*+>){{{quotes}}} ?" if quotes else rf"[ \t]{{0,{len(before)}}}")
    code: list[str] = []
    for at in range(start, len(lines)):
        margin = inside.match(lines[at])
        if margin is None:
            return "\n".join(code), at
        line = lines[at][margin.end() :]
        if line.strip().startswith(fence) and not line.strip().strip(fence[0]):
            return "\n".join(code), at + 1
        code.append(line)
    return "\n".join(code), len(lines)

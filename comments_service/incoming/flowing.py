"""Lines of plain text as their writer typed them: those that a mail program broke are put together again."""

import re

# Mail programs break at 72 to 78 characters (RFC 5322, 2.1.1, and RFC 3676, 4.2); what is longer was not broken.
_BREAKS_AFTER, _WIDEST = 72, 80
_QUOTES = re.compile(r"(?:> ?)+|>")
# What begins a line of its own: quotes, lists, headings, tables, code, a fence, a separator, a picture.
_OF_ITS_OWN = re.compile(r"\s|[>#|`~\[•–—=_]|[-*+] |\d{1,3}[.)] |-{2,}")
_FENCE = re.compile(r"\s{0,3}(```|~~~)")
# A line that ends so is followed by another that its writer began.
_ENDS = re.compile(r"(  |\\|:)$")
_SIGNATURE = "-- "


def unflowed(text: str, *, delsp: bool) -> str:
    """`format=flowed` (RFC 3676) undone: soft breaks go, so does the space that stuffs a line; quotes stay."""
    done: list[str] = []
    open_, depth = False, 0
    for line in text.split("\n"):
        marks = len(line) - len(line.lstrip(">"))
        words = line[marks:].removeprefix(" ")
        soft = words.endswith(" ") and words != _SIGNATURE
        words = words[:-1] if soft and delsp else words
        if open_ and marks == depth and words != _SIGNATURE:
            done[-1] += words
        else:
            done.append(f"{'>' * marks}{' ' if marks and words else ''}{words}")
        open_, depth = soft, marks
    return "\n".join(done)


def unwrapped(text: str) -> str:
    """Lines that were broken because the next word did not fit are put together; what is of its own stays so."""
    lines = text.split("\n")
    if max(map(len, lines), default=0) > _WIDEST and not _mostly_narrow(lines):
        return text
    done: list[str] = []
    fenced = False
    before = ""
    for line in lines:
        fenced ^= bool(_FENCE.match(line))
        if not fenced and _goes_on(before, line):
            done[-1] = f"{done[-1].rstrip()} {line}"
        else:
            done.append(line)
        before = "" if fenced or _FENCE.match(line) else line
    return "\n".join(done)


def _mostly_narrow(lines: list[str]) -> bool:
    """Whether long lines are the exception that cannot be broken: an address of the web."""
    return all(len(line) <= _WIDEST or " " not in line.strip() for line in lines)


def _goes_on(before: str, line: str) -> bool:
    first = line.partition(" ")[0]
    if not before.strip() or not first or len(before) > _WIDEST or _ENDS.search(before) or _OF_ITS_OWN.match(line):
        return False
    if _QUOTES.match(before) or before[0].isspace():
        return False
    return len(before) + 1 + len(first) > _BREAKS_AFTER

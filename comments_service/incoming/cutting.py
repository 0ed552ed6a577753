"""What somebody typed, cut out of a letter: without what they answer, signatures, and what programs add.

A quote stays where an answer goes through a reader's words piece by piece, and only as far as these are the reader's:
what else stands in the letter that is answered, links to sign in among it, is never kept.
"""

import re

from comments_service.incoming import phrases

_QUOTE = re.compile(r"\s?>")
_MARKS = re.compile(r"^(\s?>\s?)+")
_SIGNATURE = re.compile(r"\s{0,2}--\s?$")
_LONGEST_ATTRIBUTION, _LONGEST_LINE = 4, 500
_LINES_OF_HEAD = 8
_LONGEST_NOTICE = 15
_INDENTED = re.compile(r"\A {1,3}(?=\S)")
_EMPTY = re.compile(r"\n{3,}")


def cut(text: str, answered: str) -> str:
    """The answer in a letter's text, as Markdown; `answered` is the text of the reply that it answers.

    Empty if there is none. Everything is compared line by line, so that a long text takes no longer than its lines.
    """
    lines = [line.rstrip().replace("\xa0", " ") for line in text.split("\n")]
    lines, attributed = _without_attributions(lines[: _end(lines)])
    lines = _quoting_only(_without_signatures(lines), _squeezed(answered), typed=not attributed)
    kept = _EMPTY.sub("\n\n", "\n".join(_without_notices(lines))).strip("\n").rstrip()
    return _INDENTED.sub("", kept)


def _end(lines: list[str]) -> int:
    """Where nothing but a former letter follows."""
    for number, line in enumerate(lines):
        if _QUOTE.match(line) or not line.strip():
            continue
        if phrases.FORMER.fullmatch(line.strip()) or _is_head(lines, number):
            return _without_rule(lines, number)
        length = _attribution(lines, number)
        told = any(phrases.TELLS_WHEN.search(one) for one in lines[number : number + length])
        if told and not _quote_follows(lines, number + length):
            return number
    return len(lines)


def _is_head(lines: list[str], number: int) -> bool:
    """Whether a former letter's head begins here: who wrote it, and two lines more such as when and to whom."""
    if not phrases.HEAD.fullmatch(lines[number]):
        return False
    below = lines[number + 1 : number + _LINES_OF_HEAD]
    return sum(bool(phrases.HEAD_GOES_ON.fullmatch(line)) for line in below) >= 2  # noqa: PLR2004 -- see above


def _without_rule(lines: list[str], number: int) -> int:
    """The place of the line across that stands above a former letter, if there is one."""
    while number and not lines[number - 1].strip():
        number -= 1
    return number - 1 if number and phrases.RULE.fullmatch(lines[number - 1].strip()) else number


def _attribution(lines: list[str], number: int) -> int:
    """How many lines say here who wrote what follows; 0 if none do."""
    joined = ""
    for length, line in enumerate(lines[number : number + _LONGEST_ATTRIBUTION], start=1):
        if not line.strip() or _QUOTE.match(line):
            break
        joined = f"{joined} {line.strip()}".strip()
        if len(joined) > _LONGEST_LINE:
            break
        if joined.endswith((":", "：", "작성")) and any(one.fullmatch(joined) for one in phrases.ATTRIBUTIONS):
            return length
    return 0


def _quote_follows(lines: list[str], number: int) -> bool:
    below = next((line for line in lines[number:] if line.strip()), "")
    return bool(_QUOTE.match(below))


def _without_attributions(lines: list[str]) -> tuple[list[str], bool]:
    """The lines without those that say who wrote the quote below them, and whether there were any."""
    kept: list[str] = []
    number = 0
    while number < len(lines):
        length = 0 if _QUOTE.match(lines[number]) else _attribution(lines, number)
        if length and _quote_follows(lines, number + length):
            number += length
        else:
            kept.append(lines[number])
            number += 1
    return kept, len(kept) < len(lines)


def _without_signatures(lines: list[str]) -> list[str]:
    """From two hyphens on a line of their own (RFC 3676, 4.3) to the next quote nothing was typed for this answer."""
    kept: list[str] = []
    signed = False
    for line in lines:
        signed = (signed or bool(_SIGNATURE.match(line))) and not _QUOTE.match(line)
        if not signed:
            kept.append(line)
    return kept


def _quoting_only(lines: list[str], answered: str, *, typed: bool) -> list[str]:
    """The lines without quotes, or, where an answer stands between several, with those of the reader's own words.

    So they are where the quote was `typed`: nothing says that a program put it there.
    """
    blocks: list[list[str]] = []
    for line in lines:
        if not blocks or bool(_QUOTE.match(line)) is not bool(_QUOTE.match(blocks[-1][0])):
            blocks.append([])
        blocks[-1].append(line)
    blocks = [block for block in blocks if any(line.strip() for line in block)]
    between = [number for number, block in enumerate(blocks[:-1]) if _QUOTE.match(block[0])]
    goes_through = len(between) > 1 or (bool(between) and (typed or between[0] > 0))
    kept: list[str] = []
    for block in blocks:
        if not _QUOTE.match(block[0]):
            kept += block
        elif goes_through and block is not blocks[-1]:
            kept += ["", *_own(block, answered), ""]
    return kept


def _own(block: list[str], answered: str) -> list[str]:
    """Of quoted lines those that say what the reader said."""
    words = [_MARKS.sub("", line) for line in block]
    return [f"> {line}" for line in words if (said := _squeezed(line)) and said in answered]


def _squeezed(text: str) -> str:
    """A text by its letters and figures alone: however it was broken into lines, or quoted itself."""
    return re.sub(r"[\W_]+", "", text).casefold()


def _without_notices(lines: list[str]) -> list[str]:
    """The lines without what programs and companies add at the end."""
    first = next((n for n, line in enumerate(lines) if n and _begins_notice(lines, n)), len(lines))
    lines = lines[:first]
    while lines and (not lines[-1].strip() or phrases.SENT_FROM.fullmatch(lines[-1].strip()) or _is_rule(lines)):
        lines = lines[:-1]
    return lines


def _begins_notice(lines: list[str], number: int) -> bool:
    apart = not lines[number - 1].strip() or bool(phrases.RULE.fullmatch(lines[number - 1].strip()))
    near_the_end = len(lines) - number <= _LONGEST_NOTICE
    return apart and near_the_end and bool(phrases.DISCLAIMER.match(lines[number]))


def _is_rule(lines: list[str]) -> bool:
    return bool(phrases.RULE.fullmatch(lines[-1].strip()))

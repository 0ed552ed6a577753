"""The body of a letter: which of its parts were typed, in which characters, and what came along."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from comments_service import texts
from comments_service.incoming import flowing, marked_up

# No letter that a person writes goes deeper, or has more parts.
_DEEPEST, _MOST_PARTS = 20, 200
# A reply has 10,000 characters at most; what it answers hangs below it, of which not all has to be read.
_LONGEST = 200_000
# Names of character sets that are believed; Python knows more, some of which are programs of a kind (`unicode_escape`).
_CHARSET = re.compile(
    r"utf-?(8|16|16-?le|16-?be|32)|us-ascii|ascii|iso-?8859-?\d{1,2}|latin-?\d|(windows-|cp)(125\d|932|949|950|936|874)"
    r"|koi8-[rut]|iso-2022-(jp|kr)(-\w+)?|shift[-_]jis|sjis|euc-(jp|kr)|gb2312|gbk|gb18030|big5(-hkscs)?"
    r"|ks_c_5601-1987|tis-620|mac-?(intosh|roman)",
    re.IGNORECASE,
)
# What programs mean when they say the name (https://encoding.spec.whatwg.org/#names-and-labels).
_MEANT = {
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "tis-620": "cp874",
    "macintosh": "mac_roman",
    "macroman": "mac_roman",
}
# What comes along with letters unasked: signatures and keys of their sender.
_UNASKED = {
    "application/pgp-signature",
    "application/pgp-keys",
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
}
# How a text says that a picture stands here: Gmail, Outlook, Apple's programs and `marked_up`.
_PICTURE = re.compile(rf"\[image: [^\]\n]*\]|\[cid:[^\]\n]*\]|{marked_up.PICTURE}")


@dataclass(frozen=True, slots=True)
class Content:
    """What was typed, quotes and all, as Markdown; and how many files came along, without pictures in the text."""

    text: str
    files: int


def content(message: Message) -> Content:
    """The text of a letter: the plain one if there is one, otherwise what its HTML says; never longer than is read."""
    found = list(_found(message, 0, [0]))
    texts_ = [one for one in found if isinstance(one, str)]
    return Content("\n\n".join(texts_)[:_LONGEST], sum(one is None for one in found))


def without_pictures(text: str) -> tuple[str, bool]:
    """A text without the marks that say where a picture stood, and whether there was one."""
    kept, number = _PICTURE.subn("", text)
    return kept, number > 0


def _found(part: Message, depth: int, seen: list[int]) -> Iterator[str | None]:
    """The texts of a part, in their order, and None for each file."""
    seen[0] += 1
    if depth > _DEEPEST or seen[0] > _MOST_PARTS:
        return
    kind = part.get_content_type()
    inside = [one for one in _inside(part) if isinstance(one, Message)]
    if kind == "multipart/alternative":
        yield from _best([list(_found(one, depth + 1, seen)) for one in inside])
    elif kind == "multipart/related":
        for number, one in enumerate(inside):
            # What its text shows stands in the text; `without_pictures` finds it there.
            if number == 0 or not one.get("Content-ID"):
                yield from _found(one, depth + 1, seen)
    elif part.is_multipart() and part.get_content_maintype() == "multipart":
        for one in inside:
            yield from _found(one, depth + 1, seen)
    elif kind in {"text/plain", "text/html"} and not _is_file(part):
        yield _text(part, kind)
    elif kind not in _UNASKED and not kind.startswith("multipart/"):
        yield None


def _inside(part: Message) -> list[object]:
    payload = part.get_payload()
    return list(payload) if isinstance(payload, list) else []


def _best(choices: list[list[str | None]]) -> Iterator[str | None]:
    """Of several ways to say the same the first that says anything; the files of all."""
    said = [[text for text in choice if text is not None] for choice in choices]
    best = next((choice for choice in said if not texts.is_blank("".join(choice))), [])
    yield from best
    yield from (None for choice in choices for one in choice if one is None)


def _is_file(part: Message) -> bool:
    try:
        return part.get_content_disposition() == "attachment" or bool(part.get_filename())
    except (ValueError, LookupError, TypeError, AttributeError):
        return True


def _text(part: Message, kind: str) -> str:
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        return ""
    decoded = _decoded(payload if isinstance(payload, bytes) else b"", _parameter(part, "charset"))
    if kind == "text/html":
        return marked_up.as_text(texts.mend(decoded))
    mended = texts.mend(decoded[:_LONGEST])
    if _parameter(part, "format").lower() == "flowed":
        return flowing.unflowed(mended, delsp=_parameter(part, "delsp").lower() == "yes")
    return flowing.unwrapped(mended)


def _parameter(part: Message, name: str) -> str:
    try:
        value = part.get_param(name)
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""
    return value.strip() if isinstance(value, str) else ""


def _decoded(raw: bytes, charset: str) -> str:
    """Bytes as text, by what they are said to be unless they can't be that. UTF-8 is never hit by chance."""
    said = charset.strip("'\"").lower()
    named = _MEANT.get(said, said) if _CHARSET.fullmatch(said) else "utf-8"
    tries = [named, "utf-8"] if named.startswith(("utf", "iso2022", "iso-2022")) else ["utf-8", named]
    for name in tries:
        try:
            codecs.lookup(name)
            return raw.decode(name)
        except (LookupError, UnicodeError):
            continue
    return raw.decode("cp1252" if named.startswith("utf") else named, "replace")

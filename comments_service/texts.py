"""What a stranger's text may contain: one normal form for every word that reaches us."""

import re
import unicodedata

# More marks than this on one letter are drawn over the neighbours' words; no living script needs as many.
MOST_MARKS = 6

NOT_TEXT = "This holds characters that are no text (half of a character). Please type or paste it once more."

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Control characters but for tab and line feed; overrides, embeddings, isolates and the deprecated controls that follow
# them, which reorder the words around them; interlinear annotations; code points that are never characters.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u206f\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff"
    + "".join(chr(plane << 16 | end) for plane in range(1, 17) for end in (0xFFFE, 0xFFFF))
    + "]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
# Most of what is ever typed is in its normal form already: Latin letters, their punctuation and line feeds.
_PLAIN = re.compile("[\t\n\x20-\x7e\xa0-\u02ff\u2010-\u2027\u20ac]*+")
# Letters and signs by their category that are drawn as nothing: Hangul fillers, the empty Braille cell.
FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Cs", "Me", "Mn", "Zl", "Zp", "Zs"})


def clean(text: str) -> str:
    r"""Bring a text to its normal form: `mend` it, and nothing at all if nothing in it can be seen.

    Cleaning twice changes nothing more. Raises ValueError with a sentence for its writer when it holds half characters
    (lone surrogates, as in JSON's "\ud800"), which cannot be stored.
    """
    if _SURROGATE.search(text):
        raise ValueError(NOT_TEXT)
    return "" if is_blank(text) else mend(text)


def mend(text: str) -> str:
    r"""Make any string a well-formed text, never refusing.

    Lines end in \n; letters are composed (Unicode NFC); control characters, bidirectional overrides and code points
    that are no characters vanish; a letter keeps at most `MOST_MARKS` marks; half characters become U+FFFD.
    """
    if _PLAIN.fullmatch(text):
        return text
    text = _SURROGATE.sub("\ufffd", _FORBIDDEN.sub("", _LINE_ENDS.sub("\n", text)))
    return _with_few_marks(unicodedata.normalize("NFC", text))


def is_blank(text: str) -> bool:
    """Whether the eye would see nothing: spaces, invisible and filling characters, marks on no letter."""
    return not text or all(letter in FILLERS or unicodedata.category(letter) in _UNSEEN for letter in text)


def without_unseen(text: str) -> str:
    """A text without format characters, such as the zero-width space, which part a word for nobody who reads it."""
    if text.isascii():
        return text
    return "".join(letter for letter in text if unicodedata.category(letter) != "Cf")


def _with_few_marks(text: str) -> str:
    kept: list[str] = []
    run = 0
    for letter in text:
        run = run + 1 if unicodedata.category(letter) in {"Mn", "Me"} else 0
        if run <= MOST_MARKS:
            kept.append(letter)
    return "".join(kept)

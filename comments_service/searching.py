"""What a search compares: words without case, accents and punctuation, the same on every engine."""

import re
import unicodedata

# More would be no search but a text, and each term is looked for by itself.
LONGEST, MOST_TERMS = 200, 10

# Letters that no decomposition (Unicode UAX 15) takes an accent from, though a hurried hand writes them without.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})
# Thai and Lao, Myanmar, Khmer, kana, ideographs: written without spaces, so that each letter is a word of its own.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
# What is drawn upon another letter, or not drawn at all.
_UNSEEN = ("M", "Cf")
_TERM = re.compile(r'"([^"]*)"?|(\S+)')


def normal(text: str) -> str:
    """The words of a text as a search compares them, one space between two: `Ça va, Zoë?` becomes `ca va zoe`.

    Only letters and digits are left (Unicode's caseless matching under NFKD, without marks), so nothing in it has a
    meaning for `LIKE`.
    """
    if text.isascii():
        return " ".join(_WORD.findall(text.lower()))
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    seen = "".join(letter for letter in folded if not unicodedata.category(letter).startswith(_UNSEEN))
    return " ".join(_WORD.findall(seen.translate(_PLAIN)))


def kept(*texts: str) -> str:
    """What is kept of some texts to be searched: no term is found across the border of two."""
    return f" {' / '.join(map(normal, texts))} "


def terms(query: str) -> tuple[str, ...]:
    """What a query asks for: each of its words, and what stands in double quotes as one; all of them must be found.

    A term is found at the beginning of a word: `gard` finds the garden. Empty when nothing of it can be looked for.
    """
    found = (normal(quoted or bare) for quoted, bare in _TERM.findall(query[:LONGEST]))
    return tuple(dict.fromkeys(filter(None, found)))[:MOST_TERMS]

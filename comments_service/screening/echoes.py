"""The same words again: what is left of a text when a flood's small changes are taken away."""

import re
import unicodedata

# Shorter ones are said by many people who know nothing of each other.
_FEWEST_WORDS, _FEWEST_LETTERS = 6, 30
_ADDRESS = re.compile(r"(?:https?://|www\.|mailto:)\S+", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")


def essence(text: str) -> str:
    """A text's words without case, width, punctuation, digits and addresses; empty if these are too few to compare."""
    words = _WORD.findall(unicodedata.normalize("NFKC", _ADDRESS.sub(" ", text)).casefold())
    found = " ".join(words)
    return found if len(words) >= _FEWEST_WORDS and len(found) >= _FEWEST_LETTERS else ""

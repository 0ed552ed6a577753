"""Wildcards: lists of words as authors type them, found in what readers write in time that grows with its length alone.

`*` stands for any letters and figures, also none, `?` for one. Case, accents and other marks make no difference, and
letters that nobody sees are passed over. No pattern is ever made into an expression that tries one way after another:
the pieces between two stars are looked for in turn, each where it stands first, which finds a match if there is one
(the greedy argument for globs), and no place is looked at twice for the same piece.
"""

import functools
import re
import unicodedata
from dataclasses import dataclass

from comments_service import texts

# What one list may hold: read at every reply, and by a person now and then.
MOST_PATTERNS = 100
LONGEST_PATTERN = 60
MOST_WORDS = 6

_WORDS = re.compile(r"[^\W_]+")
_PATTERN_WORDS = re.compile(r"(?:[^\W_]|[*?])+")
# Marks upon letters, and what shapes a text without being seen.
_APART = dict.fromkeys(map(ord, texts.FILLERS), " ")
_PASSED_OVER = frozenset({"Mn", "Me", "Mc", "Cf"})


@dataclass(frozen=True, slots=True)
class Glob:
    """One word with wildcards, in pieces: `ca*no?` is `ca`, `no?`; `first` and `last` say where no star stands.

    A piece with a `?` is looked for by an expression of as many single letters, in which nothing repeats.
    """

    pieces: tuple["str | re.Pattern[str]", ...]
    lengths: tuple[int, ...]
    first: bool
    last: bool

    def matches(self, word: str) -> bool:
        """Whether it stands for the whole of a word."""
        at, end = 0, len(word)
        pieces = self.pieces
        if sum(self.lengths) > end:
            return False
        if self.first and self.last and len(pieces) == 1:
            return end == self.lengths[0] and _find(pieces[0], word, 0, end) == 0
        if self.last:
            end -= self.lengths[-1]
            if _find(pieces[-1], word, end, len(word)) != end:
                return False
            pieces = pieces[:-1]
        for number, piece in enumerate(pieces):
            found = _find(piece, word, at, at + self.lengths[number] if self.first and not number else end)
            if found < 0 or found + self.lengths[number] > end:
                return False
            at = found + self.lengths[number]
        return True


@dataclass(frozen=True, slots=True)
class Pattern:
    """One line of a list, as it was typed, and the words that it is made of.

    `anchor` is the longest piece without a wildcard, in the word number `anchor_word`: where that does not stand,
    nothing else is looked for.
    """

    typed: str
    words: tuple[Glob, ...]
    anchor: str
    anchor_word: int

    def found_in(self, words: str) -> bool:
        """Whether it stands in `words`, as `words_of` makes them: whole words, one after the other."""
        at = words.find(self.anchor)
        while at >= 0:
            # From the word that the anchor stands in, back to where the pattern would begin.
            start = words.rfind(" ", 0, at + 1)
            follows = words.find(" ", start + 1)
            for _ in range(self.anchor_word):
                start = words.rfind(" ", 0, max(start, 0))
            if start >= 0 and self._begins_at(words, start):
                return True
            at = words.find(self.anchor, follows)
        return False

    def _begins_at(self, words: str, start: int) -> bool:
        for word in self.words:
            end = words.find(" ", start + 1)
            if end < 0 or not word.matches(words[start + 1 : end]):
                return False
            start = end
        return True


def fold(text: str) -> str:
    """A text as it is compared: small letters (Unicode's case folding) without marks, and nothing that is not seen."""
    if text.isascii():
        return text.lower()
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(
        letter for letter in letters if letter not in texts.FILLERS and unicodedata.category(letter) not in _PASSED_OVER
    )


@functools.lru_cache(maxsize=8)
def words_of(text: str) -> str:
    """The words of a text, folded, each between two spaces: ` a quiet word `.

    Letters that are drawn as nothing stand within a word, or, where they are drawn wide, between two: both are read.
    The rules of a house all ask for the same ones.
    """
    apart = text.translate(_APART)
    both = text if apart == text else f"{text}\n{apart}"
    return f" {' '.join(_WORDS.findall(fold(both)))} "


@functools.lru_cache(maxsize=4000)
def pattern(typed: str) -> Pattern:
    """A line of a list of words. Raises ValueError with a sentence for its author when it would match anything, or is
    too long.
    """  # noqa: D205
    _check(typed)
    found = _PATTERN_WORDS.findall(fold(typed))
    if len(found) > MOST_WORDS:
        message = f"“{typed}” has more than {MOST_WORDS} words. Its rarest words will do."
        raise ValueError(message)
    pieces = [(piece, number) for number, word in enumerate(found) for piece in re.split(r"[*?]+", word)]
    anchor, anchor_word = max(pieces, key=lambda one: len(one[0]))
    if len(found) == 1 and not re.search(r"[*?]", found[0]):
        anchor = f" {anchor} "
    return Pattern(typed, tuple(glob(word) for word in found), anchor, anchor_word)


@functools.lru_cache(maxsize=4000)
def glob(typed: str) -> Glob:
    """One value with wildcards, folded, to be compared as a whole: an address, a host."""
    pieces = [piece for piece in typed.split("*") if piece]
    return Glob(
        pieces=tuple(_piece(one) for one in pieces),
        lengths=tuple(len(one) for one in pieces),
        first=not typed.startswith("*"),
        last=not typed.endswith("*"),
    )


@functools.lru_cache(maxsize=4000)
def whole(typed: str) -> Glob:
    """The same, as an author types it. Raises ValueError with a sentence."""
    _check(typed)
    return glob(fold(typed.strip()))


def _check(typed: str) -> None:
    if len(typed) > LONGEST_PATTERN:
        message = f"“{typed[:20]}…” is longer than {LONGEST_PATTERN} characters. A part of it and a * will do."
        raise ValueError(message)
    if not re.search(r"[^\W_]", fold(typed)):
        message = f"“{typed}” would match anything. Please give at least one letter or figure."
        raise ValueError(message)


def _piece(text: str) -> "str | re.Pattern[str]":
    return re.compile(".".join(re.escape(part) for part in text.split("?")), re.DOTALL) if "?" in text else text


def _find(piece: "str | re.Pattern[str]", word: str, start: int, end: int) -> int:
    """Where a piece stands first, between two places; -1 if nowhere."""
    if isinstance(piece, str):
        return word.find(piece, start, end)
    found = piece.search(word, start, end)
    return found.start() if found else -1

"""What the ledger keeps of a text: a few features fixed at receipt, never a word that could be read again."""

import hmac
import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import NoneType
from typing import Any

from comments_service.ledger.data import JSON, LedgerError

# A repeat shorter than this may be sent to several people as an answer to a remark: "Thank you, Eve!"
LONG = 40
# A closing thank-you is short. The detector is narrow on purpose: one key closes what it misses.
_THANKS_WORDS = 8
_THANKS = frozenset({"thank", "thanks", "thankyou", "thx", "cheers"})
_RESERVATIONS = frozenset({"but", "however", "though", "nothing", "still", "except"})
_QUESTION_MARKS = frozenset("?¿؟？")
# Half of SHA-256 is plenty to tell texts apart, and says less about them.
_FINGERPRINT = 32

# No pattern here backtracks over a long run: a text may be 10,000 characters of anything.
_ADDRESS = re.compile(r"(?:https?://|www\.|mailto:)\S+|(?<![^\s(<\[])[\w-]+(?:\.[\w-]+)+/\S*", re.IGNORECASE)
_DESTINATION = re.compile(r"\]\([^()\s]*")
_AFTER_ADDRESS = "?!.,:;…'\"”’)>]*_~¿؟？"
_CALLED = re.compile(r"(?<!\w)@[\w.-]*\w")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Features:
    """What is fixed when a text is received.

    `question`: it has a question mark (`?`, `¿`, `؟`, `？`) outside the addresses of links. `thanks`: it reads like a
    closing thank-you. `letters`: it has at least one letter or digit. `long`: at least 40 characters, counting a run of
    white space as one. `words`: keyed fingerprint of its words. `asked`: what was chosen at the form, `I'd like an
    answer` (True), `just saying` (False), or nothing (None).
    """

    question: bool
    thanks: bool
    letters: bool
    long: bool
    words: str
    asked: bool | None = None

    @property
    def asks(self) -> bool:
        """Whether the writer asks something: what they chose at the form, else what the text says."""
        return self.question if self.asked is None else self.asked

    def as_data(self) -> dict[str, JSON]:
        """All six, by name, for an event's data; further keys may stand beside them."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Features":
        """The features in an event's data, whatever stands beside them. Raises LedgerError if one is malformed."""
        flags = [data.get(name) for name in ("question", "thanks", "letters", "long")]
        words, asked = data.get("words"), data.get("asked")
        if any(type(flag) is not bool for flag in flags) or type(asked) not in {bool, NoneType}:
            raise LedgerError("an event's features are missing or malformed")
        if not isinstance(words, str):
            raise LedgerError("an event's fingerprint is missing or malformed")
        question, thanks, letters, long = map(bool, flags)
        return cls(question, thanks, letters, long, words, asked)


def features(text: str, *, key: bytes, names: Collection[str] = (), asked: bool | None = None) -> Features:
    """The features of a text.

    `key` makes its fingerprint useless to whoever does not hold it. `names` are those of the people addressed: they and
    @names are no part of the fingerprint, so that "Thank you, Eve!" and "Thank you, Fay!" have the same words.
    """
    words = _words(text)
    without_links = _ADDRESS.sub(_punctuation_after, _DESTINATION.sub("](", text))
    linked = without_links != text
    question = not _QUESTION_MARKS.isdisjoint(without_links)
    return Features(
        question=question,
        thanks=not question and not linked and _reads_like_thanks(words),
        letters=any(character.isalnum() for character in text),
        long=len(" ".join(text.split())) >= LONG,
        words=_fingerprint(_words(_CALLED.sub(" ", text)) if "@" in text else words, key, names),
        asked=asked,
    )


def _punctuation_after(address: re.Match[str]) -> str:
    """What stands after an address is the sentence's, not the link's: "Have you seen https://example.org/?"."""
    found = address.group()
    return found[len(found.rstrip(_AFTER_ADDRESS)) :]


def _reads_like_thanks(words: list[str]) -> bool:
    return len(words) <= _THANKS_WORDS and not _THANKS.isdisjoint(words) and _RESERVATIONS.isdisjoint(words)


def _fingerprint(words: list[str], key: bytes, names: Collection[str]) -> str:
    called = {word for name in names for word in _words(name)}
    own = " ".join(word for word in words if word not in called)
    return hmac.digest(key, own.encode("utf-8", "surrogatepass"), "sha256").hex()[:_FINGERPRINT]


def _words(text: str) -> list[str]:
    """The words of a text without case, width and punctuation."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())

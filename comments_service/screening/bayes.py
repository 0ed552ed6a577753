"""A filter that learns: what its author's decisions say about a reply's tokens, combined into one figure, and in words.

The probability of each token follows Gary Robinson, "A Statistical Approach to the Spam Problem", Linux Journal 107
(March 2003), and so does combining them by R. A. Fisher's method: once for spam, once for wanted replies, and the
figure lies between the two, in the middle when both have much, or nothing, to say for themselves.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from comments_service.screening.tokens import MADE_UP, Token

# It says nothing before it has learned from so many replies of each kind.
ENOUGH = 10
# A figure from which on a reply is taken for spam, and one from which on somebody should look.
SURE, UNSURE = 0.97, 0.70
# Robinson's s and x: what is believed of a token before it was met, and how strongly.
_BELIEF, _STRENGTH = 0.5, 1.0
# Tokens that say as little as this are left out, and of the others only so many are heard, the most telling.
_NOTEWORTHY, _HEARD = 0.15, 40
_TOLD_WORDS, _TOLD_LINKS, _TOLD_OTHER = 4, 2, 2


@dataclass(frozen=True, slots=True)
class Totals:
    """From how many spam and wanted replies was learned; `salt` scrambles their tokens."""

    spam: int = 0
    wanted: int = 0
    salt: str = ""

    @property
    def enough(self) -> bool:
        """Whether the filter may judge at all."""
        return min(self.spam, self.wanted) >= ENOUGH


@dataclass(frozen=True, slots=True)
class Opinion:
    """`figure` is near 1 for spam, near 0 for what is wanted; `why` are the tokens that speak for spam, in words."""

    figure: float
    why: str

    @property
    def sure(self) -> bool:
        """Whether it is taken for spam."""
        return self.figure >= SURE

    @property
    def unsure(self) -> bool:
        """Whether somebody should look."""
        return self.figure >= UNSURE


def judge(tokens: Sequence[Token], counts: Mapping[Token, tuple[int, int]], totals: Totals) -> Opinion | None:
    """What was learned says about these tokens; None while too little was learned to say anything.

    `counts` tells of each known token in how many spam and in how many wanted replies it stood.
    """
    if not totals.enough:
        return None
    believed = {one: _probability(*counts[one], totals) for one in tokens if one in counts}
    telling = {one: p for one, p in believed.items() if abs(p - 0.5) >= _NOTEWORTHY}
    heard = sorted(telling, key=lambda one: -abs(telling[one] - 0.5))[:_HEARD]
    figure = _combined([telling[one] for one in heard])
    return Opinion(figure, in_words([one for one in heard if telling[one] > 0.5]))  # noqa: PLR2004


def _probability(spam: int, wanted: int, totals: Totals) -> float:
    """Robinson's f(w): that a reply with this token is spam, if both kinds came equally often."""
    in_spam, in_wanted = spam / totals.spam, wanted / totals.wanted
    seen = spam + wanted
    raw = in_spam / (in_spam + in_wanted)
    return (_STRENGTH * _BELIEF + seen * raw) / (_STRENGTH + seen)


def _combined(probabilities: Sequence[float]) -> float:
    """Fisher's method for both hypotheses, and Robinson's indicator between them; 0.5 when nothing is said."""
    if not probabilities:
        return 0.5
    for_spam = 1 - _inverse_chi_square(-2 * sum(math.log(1 - p) for p in probabilities), len(probabilities))
    for_wanted = 1 - _inverse_chi_square(-2 * sum(math.log(p) for p in probabilities), len(probabilities))
    return (1 + for_spam - for_wanted) / 2


def _inverse_chi_square(value: float, pairs: int) -> float:
    """The probability that a chi-square of 2 × `pairs` degrees of freedom is at least `value`."""
    half = value / 2
    term = total = math.exp(-half)
    for number in range(1, pairs):
        term *= half / number
        total += term
    return min(total, 1.0)


def in_words(tokens: Iterable[Token]) -> str:
    """Sentences that name the tokens that speak for spam, the most telling first."""
    words, links, other = [], [], []
    for one in tokens:
        if one.kind in {"word", "pair", "name"}:
            words.append(one.text)
        elif one.kind in {"host", "site"} and "." in one.text.strip("."):
            links.append(one.text)
        elif one.kind == "made up":
            other.append(MADE_UP[one.text])
    told = []
    # A pair says more than either of its words.
    alone = [word for word in words if not any(word != pair and word in pair.split() for pair in words)]
    if alone:
        told.append(f"Words often in spam here: {', '.join(alone[:_TOLD_WORDS])}.")
    if links:
        told.append(f"A link to {' and '.join(dict.fromkeys(links[:_TOLD_LINKS]))}.")
    if other:
        told.append(f"Also often in spam here: {', '.join(other[:_TOLD_OTHER])}.")
    return " ".join(told)

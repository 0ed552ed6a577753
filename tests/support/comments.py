"""Labelled comments that we wrote, and how a filter judges those that it has not learned from.

The filter's constants were chosen on these very comments, and whoever writes both kinds makes them more alike than life
does. So the figures guard against getting worse; how it does at a blog they do not foretell.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from comments_service import rendering
from comments_service.screening import bayes, tokens
from comments_service.screening.bayes import Opinion, Totals
from comments_service.screening.tokens import Token

_DATA = Path(__file__).resolve().parents[1] / "data"


@dataclass(frozen=True)
class Labelled:
    """A comment, and whether it is spam."""

    name: str
    website: str
    text: str
    spam: bool

    @property
    def tokens(self) -> list[Token]:
        """What the filter looks at."""
        return tokens.tokens(self.text, rendering.to_html(self.text), self.name, self.website)


@dataclass(frozen=True)
class Outcome:
    """What the filter thinks of comments that it has not met; `lowest` is the figure from which on it acts."""

    judged: Sequence[tuple[Labelled, Opinion]]

    def precision(self, lowest: float) -> float:
        """How much of what it acts on is spam."""
        acted = [one for one, opinion in self.judged if opinion.figure >= lowest]
        return sum(one.spam for one in acted) / max(1, len(acted))

    def recall(self, lowest: float) -> float:
        """How much of the spam it acts on."""
        spam = [opinion for one, opinion in self.judged if one.spam]
        return sum(opinion.figure >= lowest for opinion in spam) / len(spam)

    def mistakes(self, lowest: float) -> list[tuple[Labelled, Opinion]]:
        """What it acts on and should not, and the other way round."""
        return [(one, opinion) for one, opinion in self.judged if (opinion.figure >= lowest) is not one.spam]


def labelled() -> list[Labelled]:
    """All of them."""
    return [one for kind in ("wanted", "spam") for one in _read(_DATA / f"comments_{kind}.txt", spam=kind == "spam")]


def _read(file: Path, *, spam: bool) -> list[Labelled]:
    lines = [line for line in file.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    parts = [[part.strip() for part in line.split("|", 2)] for line in lines]
    return [Labelled(name, website, text.replace("\\n", "\n"), spam) for name, website, text in parts]


def of_a_website(token: Token) -> bool:
    """Whether a token only says that its writer has a website, or which."""
    return token.kind == "site" or token.text in {"a website", "no website", "short with a website"}


def held_out(
    everything: Sequence[Labelled], *, each: int, turn: int = 0, without: Callable[[Token], bool] = lambda _: False
) -> Outcome:
    """Learn from all but every so-many-th comment, and judge those, which were held out; `turn` says with which one.

    `without` names tokens that are left out, to see how much rests on them.
    """
    counts: dict[Token, tuple[int, int]] = {}
    learned = [one for place, one in enumerate(everything) if place % each != turn]
    for one in learned:
        for token in one.tokens:
            spam, wanted = counts.get(token, (0, 0))
            counts[token] = (spam + one.spam, wanted + (not one.spam))
    totals = Totals(sum(one.spam for one in learned), sum(not one.spam for one in learned))
    heard = [(one, [token for token in one.tokens if not without(token)]) for one in everything[turn::each]]
    judged = [(one, opinion) for one, found in heard if (opinion := bayes.judge(found, counts, totals)) is not None]
    return Outcome(judged)

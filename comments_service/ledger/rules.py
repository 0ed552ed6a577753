"""The rules in force at receipt: who answers where, within which time, and who was promised an answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from comments_service.ledger.data import LedgerError, choice, mapping, strings
from comments_service.ledger.events import WITHIN, Role
from comments_service.ledger.moments import HOUR
from comments_service.models import OWED, Owed

_AT_MOST = 366 * 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """`within`: seconds, the private clock of 72 hours while nothing is promised. Authors and answers are by essay."""

    within: int = WITHIN
    hosts: frozenset[str] = frozenset()
    authors: Mapping[str, frozenset[str]] = field(default_factory=dict)
    answers: Mapping[str, Owed] = field(default_factory=dict)

    def role(self, person: str, essay: str, *, bot: bool) -> Role:
        """What a person is on an essay. The author of another one is a reader here; a bot never answers."""
        if bot:
            return "bot"
        return "author" if person in self.hosts or person in self.authors[essay] else "reader"

    def changed(self, config: Mapping[str, Any]) -> "Rules":
        """The rules after a change: what it does not name stays. Raises LedgerError if it makes no sense."""
        essays = {name: mapping(essay) for name, essay in mapping(config.get("essays", {})).items()}
        authors = {name: frozenset(strings(essay, "authors")) for name, essay in essays.items()}
        answers = {name: choice(essay.get("answers", "everyone"), OWED) for name, essay in essays.items()}
        return Rules(
            within=_seconds(config["answer_within_h"]) if "answer_within_h" in config else self.within,
            hosts=frozenset(strings(config, "hosts")) if "hosts" in config else self.hosts,
            authors={**self.authors, **authors},
            answers={**self.answers, **answers},
        )


def _seconds(hours: object) -> int:
    if hours is None:
        return WITHIN
    if isinstance(hours, bool) or not isinstance(hours, int | float) or not 0 < hours <= _AT_MOST:
        raise LedgerError("answer_within_h is no number of hours, or more than a year of them")
    return int(hours * HOUR)

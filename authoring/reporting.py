"""The last words of a publication: what changed, what it weighs, how long it took, who waits, what to share."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from authoring import answering_first, changes
from authoring.scheduling import Scheduled
from authoring.verifying.budgets import Weight
from comments_service.database import Database
from comments_service.settings import Settings


@dataclass(frozen=True, slots=True)
class Report:
    """What there is to tell of a publication; `took` is seconds by step."""

    changed: changes.Changes
    weights: tuple[Weight, ...]
    took: Mapping[str, float]
    next_due: Scheduled | None
    to_share: tuple[str, ...] = ()


def told(db: Database, settings: Settings, report: Report) -> Iterator[str]:
    """Lines for the author; the last says who waits for an answer, and what was promised."""
    yield from changes.told(db, settings, report.changed)
    if report.weights:
        yield "Sizes: " + "; ".join(map(str, report.weights)) + "."
    yield f"Time: {', '.join(f'{name} {took:.1f} s' for name, took in report.took.items())}."
    if report.next_due:
        yield f"Next: {report.next_due.told(settings)}. A timer publishes it (docs/operating.md), or you then."
    yield from report.to_share
    yield f"Published: {settings.output}"
    yield answering_first.told(db, settings)

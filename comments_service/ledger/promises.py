"""Promises, seen from outside: their public figure, their date, and when the composer suggests one."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from comments_service.ledger.figures import Sample, percent
from comments_service.ledger.records import Promise

# Below this many settled promises there is no percentage.
ENOUGH = 5

_SOUNDS = re.compile(
    r"\b(?:i['’]ll|let me check|get back to you|pass (?:it|this|that) on|coffee)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """How many promises were kept by their date, kept late, and broken."""

    n: int
    kept: int
    kept_late: int
    broken: int
    kept_percent: int | None


def figure(promises: Iterable[Promise], now: int, sample: Sample) -> Kept:
    """Promises settled in the window: when kept, or when due if that came first. Those released are set aside."""
    counts = Counter(promise.status(now) for promise in promises if _settled(promise, now, sample))
    n = counts["kept"] + counts["kept_late"] + counts["broken"]
    return Kept(
        n=n,
        kept=counts["kept"],
        kept_late=counts["kept_late"],
        broken=counts["broken"],
        kept_percent=percent(counts["kept"], n) if n >= ENOUGH else None,
    )


def _settled(promise: Promise, now: int, sample: Sample) -> bool:
    if promise.status(now) in {"open", "released"}:
        return False
    settled = promise.due if promise.kept_at is None else min(promise.kept_at, promise.due)
    return now - sample.window < settled <= now


def sounds_like_one(text: str) -> bool:
    """Whether the composer suggests a promise while the author writes; it never makes one."""
    return _SOUNDS.search(text) is not None

"""Whose word a comment is for: decided once, when it is received, from the comments above it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from comments_service.ledger.events import Role
from comments_service.ledger.moments import DAY

# With more ticked, "this also answers" would be a bulk action: then only the parent is answered.
ALSO_ANSWERS = 5
FORM_LETTER_FOR = 30 * DAY

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a comment stands: the root of its thread, and who wrote it, in which role on this essay."""

    comment: str
    root: str
    person: str
    role: Role

    @property
    def key(self) -> Key:
        """Its conversation, if a reader wrote it: one reader in one thread."""
        return self.root, self.person


def addressed(person: str, above: Iterable[Placed]) -> bool:
    """Whether a reader's comment is for the author.

    `above` are the comments above it, nearest first, as far as they are known. One's own and those of bots are skipped;
    the first that remains decides: an author's, or none (the essay), is for the author; another reader's is side talk.
    """
    for placed in above:
        if placed.role == "author":
            return True
        if placed.role == "reader" and placed.person != person:
            return False
    return True


def addressee(above: Iterable[Placed]) -> Placed | None:
    """Whom an author's comment answers: the nearest reader above it."""
    return next((placed for placed in above if placed.role == "reader"), None)


def reached(above: Iterable[Placed], mentioned: Iterable[Key], ticked: Sequence[Placed]) -> dict[Key, tuple[str, ...]]:
    """The conversations that an author's answer reaches, each with the comments in it that it answers by name.

    They are the nearest reader's, those of readers of the thread that it mentions, and those of the readers' comments
    ticked in "this also answers". Its event is filed in each of them.
    """
    nearest = addressee(above)
    named = [nearest] if nearest else []
    others = {placed.comment: placed for placed in ticked if placed not in named and placed.role == "reader"}
    if len(others) <= ALSO_ANSWERS:
        named.extend(others.values())
    keys = dict.fromkeys([*(placed.key for placed in named), *mentioned])
    return {key: tuple(placed.comment for placed in named if placed.key == key) for key in keys}


def repeats(earlier: Iterable[tuple[int, str]], at: int, person: str) -> bool:
    """Whether words are a form letter for this person.

    `earlier` are the times and addressees of the authors' replies with the same fingerprint. It counts that they were
    sent, also if they were removed since.
    """
    return any(at - sent <= FORM_LETTER_FOR and to != person for sent, to in earlier)

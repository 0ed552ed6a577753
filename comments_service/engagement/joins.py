"""Who is who: people who proved to be one, and people whom authors take for one; a page for each, never a figure."""

from collections.abc import Iterable

from comments_service.database import Database
from comments_service.store import notes


class Joins:
    """Who is taken for whom, read once: everybody, or only those who are one with some `people`."""

    def __init__(self, db: Database, people: Iterable[str] | None = None) -> None:
        self._db = db
        found = notes.joins(db, people)
        self._heads = {one.person: one.into for one in found if one.proven}
        self._taken = {one.person for one in found}
        self._groups: dict[str, tuple[str, ...]] = {}
        for one in found:
            group, other = self._group(one.person), self._group(one.into)
            if group != other:
                both = tuple(sorted({*group, *other}))
                self._groups |= dict.fromkeys(both, both)

    def _group(self, person: str) -> tuple[str, ...]:
        return self._groups.get(person, (person,))

    def known_as(self, person: str) -> str:
        """The one a person is known as: of all who are one with them, who is taken for nobody else."""
        group = self._group(person)
        return next((one for one in group if one not in self._taken), group[0])

    def members(self, person: str) -> list[str]:
        """Everybody who is known as the same person, that one first."""
        head = self.known_as(person)
        return [head, *(other for other in self._group(person) if other != head)]

    def self_of(self, person: str) -> list[str]:
        """Those who are one with a person by their own proof, themselves among them."""
        head = self._heads.get(person, person)
        return [one for one in self._group(person) if self._heads.get(one, one) == head]

    def refused(self, members: Iterable[str]) -> set[str]:
        """Those of these members who want no history kept: whoever says so as one of their selves says so as all."""
        said = notes.refused(self._db, [other for member in members for other in self.self_of(member)])
        return {one for person in said for one in self.self_of(person)}

"""Where the comments of a case stand: its threads, what was sent twice, and who is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from comments_service.ledger.data import LedgerError, flag, mapping, string, strings
from comments_service.ledger.filing import Key, Placed
from comments_service.ledger.rules import Rules

# The same words by the same person in the same place within this time are one message, sent twice.
_DOUBLE = 10 * 60
# What keeps a comment from being seen, by the event that does, and what each event lifts.
_HIDES = {"spam": "spam", "remove": "removed", "unapprove": "held", "withdraw": "withdrawn"}
_LIFTS = {
    "answer": {"held", "spam"},
    "approve": {"held", "spam", "removed"},
    "unspam": {"spam"},
    "unremove": {"removed"},
    "verify": {"unconfirmed"},
}
_HIDDEN = {"held": "held", "auto_spam": "spam", "needs_verification": "unconfirmed", "private": "private"}


@dataclass(slots=True)
class Entry:
    """A comment that was received. Its events are filed under `keys`; `names` are those of whom it answers.

    `hidden` is what keeps it from being seen by everybody.
    """

    placed: Placed
    essay: str
    parent: str | None
    asked: bool | None
    hidden: set[str]
    keys: tuple[Key, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(slots=True)
class Board:
    """The comments so far. `coming` are the comments of the whole case, each with what it answers."""

    people: Mapping[str, Any]
    coming: Mapping[str, Any]
    entries: dict[str, Entry] = field(default_factory=dict)
    _same: dict[str, str] = field(default_factory=dict)
    _said: dict[tuple[str | None, ...], tuple[int, str]] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)

    def entry(self, id_: str) -> Entry:
        """The comment of that name, or the one that it doubles. Raises LedgerError if there is none yet."""
        found = self.entries.get(self._same.get(id_, id_))
        if found is None:
            raise LedgerError(f"there was no comment {id_} yet")
        return found

    def known(self, person: str) -> str:
        """A person that the case describes, or who wrote before. Raises LedgerError for anybody else."""
        if person not in self.people and person not in self._seen:
            raise LedgerError(f"nobody knows {person}")
        return person

    def name(self, person: str) -> str:
        """The name that a person goes by."""
        return str(mapping(self.people.get(person, {})).get("name", person))

    def mentions(self, raw: Mapping[str, Any]) -> list[str]:
        """The people that a comment mentions."""
        return [self.known(person) for person in strings(raw, "mentions")]

    def place(self, raw: Mapping[str, Any], at: int, rules: Rules) -> Entry | None:
        """A new comment in its place; None if it was sent twice."""
        id_, person = string(raw, "id"), string(raw, "person")
        if id_ in self.entries or id_ in self._same:
            raise LedgerError(f"{id_} was received before")
        parent = self._parent(raw, id_)
        essay = self.entries[parent].essay if parent else string(raw, "essay")
        if raw.get("essay", essay) != essay or essay not in rules.authors:
            raise LedgerError(f"{id_} is on no such essay")
        if self._is_double(id_, at, (person, essay, parent, " ".join(str(raw.get("text", "")).split()))):
            return None
        bot = flag(mapping(self.people.get(person, {})), "bot")
        root = self.entries[parent].placed.root if parent else id_
        hidden = {why for name, why in _HIDDEN.items() if flag(raw, name)}
        placed = Placed(id_, root, person, rules.role(person, essay, bot=bot))
        asked = flag(raw, "asks") if "asks" in raw else None
        self.entries[id_] = Entry(placed, essay, parent, asked, hidden)
        self._seen.add(person)
        return self.entries[id_]

    def above(self, entry: Entry) -> Sequence[Placed]:
        """The comments above one, nearest first."""
        above = []
        while entry.parent is not None:
            entry = self.entries[entry.parent]
            above.append(entry.placed)
        return above

    def show(self, entry: Entry, type_: str) -> None:
        """Note what hides a comment, for whoever names it as an answer."""
        entry.hidden |= {_HIDES[type_]} if type_ in _HIDES else set()
        entry.hidden -= _LIFTS.get(type_, set())

    def endorses(self, raw: Mapping[str, Any], closed: Placed) -> bool:
        """Whether a closing names another reader's public comment in the same thread."""
        if raw.get("endorses") is None:
            return False
        named = self.entry(string(raw, "endorses"))
        placed = named.placed
        return (
            not named.hidden
            and placed.role == "reader"
            and placed.root == closed.root
            and placed.person != closed.person
        )

    def _parent(self, raw: Mapping[str, Any], id_: str) -> str | None:
        """What a comment answers; None at the top of a thread, which is where it is if its parent was purged."""
        if raw.get("reply_to") is None:
            return None
        parent = string(raw, "reply_to")
        parent = self._same.get(parent, parent)
        if parent in self.entries:
            return parent
        if parent in self.coming:
            raise LedgerError(f"{id_} {self._impossible(id_, parent)}")
        return None

    def _impossible(self, id_: str, parent: str) -> str:
        passed, above = {id_}, parent
        while above not in passed and (further := self.coming.get(above)) is not None:
            passed.add(above)
            above = further
        return "answers itself in a circle" if above == id_ else f"answers {parent}, which was not said yet"

    def _is_double(self, id_: str, at: int, words: tuple[str | None, ...]) -> bool:
        first_at, first = self._said.get(words, (at, ""))
        if (
            words[-1]
            and first
            and abs(at - first_at) <= _DOUBLE
            and not self.entries[first].hidden & {"removed", "withdrawn"}
        ):
            self._same[id_] = first
            return True
        self._said[words] = at, id_
        return False

"""A case's events, with features for texts and the rules at receipt, each filed in the conversations it touches.

Besides what `cases/engagement.json` uses, a comment may say `held`, `stranger` (unproven), `private`, and `asks: false`
("just saying"); an essay `answers` (`everyone`, `questions`, `none`); `still_waiting` may say `proven: false`. `rules`
events change `answer_within_h`, `hosts` and `essays` from then on; `identity_join` joins a `person` `into` another, and
with `undo: true` parts them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from comments_service.ledger import moments
from comments_service.ledger.board import Board, Entry
from comments_service.ledger.clocks import Away
from comments_service.ledger.data import LedgerError, choice, flag, mapping, string, strings
from comments_service.ledger.drafts import REPLIES
from comments_service.ledger.events import KINDS, Event, Receipt
from comments_service.ledger.features import Features, features
from comments_service.ledger.filing import Key, addressed, addressee, reached, repeats
from comments_service.ledger.records import Rejection
from comments_service.ledger.replay import HANDLERS
from comments_service.ledger.rules import Rules

# The fingerprints of a case are compared with one another only.
_KEY = b"a case of the ledger"
_OF_A_PROMISE = frozenset({"promise_extend", "promise_kept", "promise_release", "promise_undo"})
_OF_A_READER = frozenset({"verify", "promote", "close", "reopen", "still_waiting", "thats_it", "snooze"})
_TEXTS = ("by", "reason", "channel", "promise", "told")


@dataclass(frozen=True, slots=True)
class Join:
    """The author says that two people are one, or takes that back; only their pages know."""

    at: int
    person: str
    into: str
    undone: bool


@dataclass(slots=True)
class History:
    """The events read so far. Raises LedgerError at one that cannot have happened, and says why."""

    board: Board
    rules: Rules
    filed: dict[Key, list[Event]] = field(default_factory=dict)
    notices: list[Away] = field(default_factory=list)
    joins: list[Join] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)
    _promised: dict[str, Key] = field(default_factory=dict)
    _sent: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    _clock: int | None = None

    def read(self, raw: Mapping[str, Any], seq: int) -> None:
        """File the next event; `seq` is its place in the history."""
        at, type_ = moments.seconds(string(raw, "at")), string(raw, "type")
        self._tick(at, imported=flag(raw, "imported"))
        if type_ == "comment":
            self._comment(raw, at, seq)
        elif type_ in _OF_A_PROMISE:
            self._file(self._promise(string(raw, "promise")), _event(raw, at, seq))
        elif type_ == "erase":
            person = self.board.known(string(raw, "person"))
            for key in [key for key in self.filed if key[1] == person]:
                self._file(key, Event(at=at, type=type_, seq=seq, person=person))
        elif type_ in HANDLERS and type_ != "identity_join":
            self._act(raw, at, seq)
        else:
            self._of_the_site(raw, at, seq)

    def _of_the_site(self, raw: Mapping[str, Any], at: int, seq: int) -> None:
        """What touches no single conversation."""
        match raw["type"]:
            case "away":
                notice = Away(at, moments.seconds(string(raw, "start")), moments.seconds(string(raw, "end")))
                if why := notice.refusal():
                    self.rejected.append(Rejection(at=at, seq=seq, type="away", why=why))
                else:
                    self.notices.append(notice)
            case "rules":
                self.rules = self.rules.changed(raw)
            case "identity_join":
                person, into = (self.board.known(string(raw, name)) for name in ("person", "into"))
                self.joins.append(Join(at, person, into, flag(raw, "undo")))
            case unknown:
                raise LedgerError(f"{unknown!r} is no type of event")

    def _tick(self, at: int, *, imported: bool) -> None:
        """An older blog's comments may be older than what came before them; nothing else is, nor older than they."""
        if self._clock is not None and at < self._clock and not imported:
            raise LedgerError(f"the clock goes back to {moments.text(at)}")
        self._clock = at if self._clock is None else max(at, self._clock)

    def _file(self, key: Key, event: Event) -> None:
        self.filed.setdefault(key, []).append(event)

    # ── comments ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _comment(self, raw: Mapping[str, Any], at: int, seq: int) -> None:
        entry = self.board.place(raw, at, self.rules)
        if entry is None:
            return
        placed = entry.placed
        receipt = Receipt(
            role=placed.role,
            kind=choice(raw.get("kind", "reply"), KINDS),
            essay=entry.essay,
            answers=self.rules.answers[entry.essay],
            held=flag(raw, "held"),
            stranger=flag(raw, "stranger"),
            filtered=flag(raw, "auto_spam"),
            unconfirmed=flag(raw, "needs_verification"),
            imported=flag(raw, "imported"),
            private=flag(raw, "private"),
        )
        event = Event(
            at=at, type="comment", seq=seq, comment=placed.comment, person=placed.person, within=self.rules.within
        )
        if placed.role == "reader":
            self._from_a_reader(raw, entry, event, receipt)
        elif placed.role == "author" and receipt.kind in REPLIES:
            self._from_an_author(raw, entry, event, receipt)

    def _from_a_reader(self, raw: Mapping[str, Any], entry: Entry, event: Event, receipt: Receipt) -> None:
        above = self.board.above(entry)
        called = [self.rules.role(name, entry.essay, bot=False) for name in self.board.mentions(raw)]
        receipt = replace(receipt, addressed="author" in called or addressed(event.person, above))
        entry.keys = (entry.placed.key,)
        self._file(entry.placed.key, replace(event, receipt=receipt, features=_features(raw, entry)))

    def _from_an_author(self, raw: Mapping[str, Any], entry: Entry, event: Event, receipt: Receipt) -> None:
        above = self.board.above(entry)
        in_thread = [(entry.placed.root, person) for person in self.board.mentions(raw)]
        ticked = [self.board.entry(id_).placed for id_ in strings(raw, "also_answers")]
        keys = reached(above, [key for key in in_thread if key in self.filed], ticked)
        for answered in [comment for to in keys.values() for comment in to]:
            self.board.show(self.board.entry(answered), "answer")
        nearest = addressee(above)
        entry.keys = tuple(keys)
        entry.names = (self.board.name(nearest.person),) if nearest else ()
        found = _features(raw, entry)
        event = replace(event, features=found, repeats=self._repeats(found, entry, event.at))
        kept = self._kept(raw, keys)
        made = self._made(raw, nearest.key if nearest else None)
        for key, to in keys.items():
            fulfils = kept if kept and self._promised[kept] == key else ""
            filed = replace(event, receipt=replace(receipt, to=to, fulfils=fulfils))
            self._file(key, replace(filed, **made) if nearest and key == nearest.key else filed)

    def _repeats(self, found: Features, entry: Entry, at: int) -> bool:
        """Whether these words were said to somebody else before; and remember that they were said."""
        if not entry.keys:
            return False
        earlier, (_, person) = self._sent.setdefault(found.words, []), entry.keys[0]
        again = repeats(earlier, at, person)
        earlier.append((at, person))
        return again

    # ── promises, and what happens to a comment ─────────────────────────────────────────────────────────────────────

    def _promise(self, id_: str) -> Key:
        if id_ not in self._promised:
            raise LedgerError(f"{id_} was never promised")
        return self._promised[id_]

    def _made(self, raw: Mapping[str, Any], key: Key | None) -> dict[str, Any]:
        """The promise that comes with an answer, as fields of its event."""
        if raw.get("promise") is None:
            return {}
        promise = mapping(raw["promise"])
        id_, due = string(promise, "id"), moments.seconds(string(promise, "due"))
        if key is None or id_ in self._promised:
            raise LedgerError(f"{id_} is promised to nobody, or was promised before")
        self._promised[id_] = key
        return {"promise": id_, "due": due}

    def _kept(self, raw: Mapping[str, Any], keys: Mapping[Key, object]) -> str:
        if raw.get("fulfils") is None:
            return ""
        promise = string(raw, "fulfils")
        if self._promise(promise) not in keys:
            raise LedgerError(f"{promise} was promised to somebody else")
        return promise

    def _act(self, raw: Mapping[str, Any], at: int, seq: int) -> None:
        event, entry = _event(raw, at, seq), self.board.entry(string(raw, "comment"))
        placed = entry.placed
        if event.type in _OF_A_READER and placed.role != "reader":
            raise LedgerError(f"{event.type} is for a reader's comment, and {placed.comment} is none")
        if event.type == "edit":
            found = _features(raw, entry)
            event = replace(event, features=found, repeats=placed.role == "author" and self._repeats(found, entry, at))
        if event.type == "close":
            event = replace(event, endorsed=self.board.endorses(raw, placed))
        self.board.show(entry, "withdraw" if event.by == "reader" else event.type)
        for key in entry.keys:
            self._file(key, replace(event, comment=placed.comment, person=placed.person, within=self.rules.within))


def _features(raw: Mapping[str, Any], entry: Entry) -> Features:
    text = raw.get("text")
    if not isinstance(text, str):
        raise LedgerError(f"{entry.placed.comment} has no text")
    return features(text, key=_KEY, names=entry.names, asked=entry.asked)


def _event(raw: Mapping[str, Any], at: int, seq: int) -> Event:
    """What an event says of itself, as far as it is the same for every conversation."""
    told: dict[str, Any] = {name: string(raw, name) for name in _TEXTS if raw.get(name) is not None}
    told |= {name: moments.seconds(string(raw, name)) for name in ("due", "until") if raw.get(name) is not None}
    return Event(at=at, type=string(raw, "type"), seq=seq, proven=flag(raw, "proven", default=True), **told)

"""The working records of a replay: what was said, answered and promised, while the events are told again."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from math import inf
from typing import TYPE_CHECKING

from comments_service.ledger.events import Event, Receipt
from comments_service.ledger.features import Features
from comments_service.ledger.records import Promise, Standing

if TYPE_CHECKING:
    from comments_service.ledger.runs import Run, Turn

REPLIES = frozenset({"reply", "webmention_reply"})
# What keeps a message back: it was taken for spam, or its address is yet to be confirmed.
FILTER, CONFIRMATION = "filter", "confirmation"


@dataclass(slots=True, eq=False)
class Message:
    """A reader's comment.

    `clock` starts at receipt, or at the confirmation of its address. `live`: it stands or is held. `kept_back`: what it
    waits for before it counts as said. `published`: no stranger's reply that nobody has let stand yet. `after_answer`:
    nothing of theirs was open when it came, and they had been answered.
    """

    comment: str
    person: str
    seq: int
    at: int
    clock: int
    within: int
    receipt: Receipt
    features: Features
    kept_back: set[str]
    published: bool
    live: bool = True
    withdrawn: bool = False
    after_answer: bool = False
    turns: "list[Turn]" = field(default_factory=list)

    @classmethod
    def of(cls, event: Event, receipt: Receipt, features: Features) -> "Message":
        """The message that the event of a comment tells of."""
        return cls(
            comment=event.comment,
            person=event.person,
            seq=event.seq,
            at=event.at,
            clock=event.at,
            within=event.within,
            receipt=receipt,
            features=features,
            kept_back={
                why for why, holds in ((FILTER, receipt.filtered), (CONFIRMATION, receipt.unconfirmed)) if holds
            },
            published=not (receipt.stranger and (receipt.held or receipt.filtered)),
        )

    @property
    def spoken(self) -> bool:
        """Whether it counts as said."""
        return not self.kept_back

    @property
    def soft(self) -> bool:
        """A closing thank-you, or no letter at all, after an answer: it opens nothing. A ticked box always opens."""
        closes = self.features.thanks or not self.features.letters
        return self.after_answer and closes and self.features.asked is not True

    @property
    def standing(self) -> Standing:
        """How a turn of it stands: a stranger's reply that was never published enters no percentage."""
        return "counted" if self.published else "unseen"

    @property
    def addressed(self) -> bool:
        """Whether it is a reply that was said to the author, today and not on an older blog."""
        receipt = self.receipt
        return receipt.kind in REPLIES and receipt.addressed and not receipt.imported

    @property
    def side_talk(self) -> bool:
        """Whether it is a reply that was said to another reader, and that the author has not made her own."""
        receipt = self.receipt
        return receipt.kind in REPLIES and not receipt.addressed and not receipt.imported and not self.turns

    @property
    def owed(self) -> bool:
        """Whether its essay promised an answer to such a message."""
        return self.receipt.answers == "everyone" or (self.receipt.answers == "questions" and self.features.asks)


@dataclass(slots=True, eq=False)
class Answer:
    """An author's reply. `reach`: the runs it was given for; `to_question`: a question was open when it came."""

    comment: str
    by: str
    at: int
    features: Features
    repeats: bool
    imported: bool = False
    private: bool = False
    live: bool = True
    gone: list[int] = field(default_factory=list)
    back: list[int] = field(default_factory=list)
    to_question: bool = False
    reach: "Sequence[Run]" = ()

    @property
    def personal(self) -> bool:
        """It has a letter or digit, and is no paragraph sent to somebody else before."""
        return self.features.letters and not (self.repeats and self.features.long)

    @property
    def heard(self) -> bool:
        """It stands, and was no form letter for this reader."""
        return self.live and self.personal and not (self.repeats and self.to_question)

    def answers(self, run: "Run") -> bool:
        """Whether it answers such a reach-out: a public one only in public, a question not by a short repeat either."""
        return self.personal and not (self.repeats and run.asks) and (run.private or not self.private)

    def take_away(self, at: int) -> None:
        """It is removed, marked, or held again."""
        if self.live:
            self.live = False
            self.gone.append(at)

    def bring_back(self, at: int) -> None:
        """It stands again, from now on."""
        if not self.live:
            self.live = True
            self.back.append(at)


@dataclass(slots=True, eq=False)
class Bond:
    """What an answer does, from a time on: it answers a reach-out, or keeps a promise. An edit may have ended that."""

    answer: Answer
    at: int
    ended: int | None = None

    @property
    def live(self) -> bool:
        """Whether it holds."""
        return self.ended is None and self.answer.live

    def since(self, due: int) -> int:
        """Since when it holds: what was taken away and came back after the due time counts from its return."""
        back = self.answer.back
        return back[-1] if back and back[-1] > due else self.at

    def was_in_time(self, due: int) -> bool:
        """Whether it held when the verdict fell, whatever happened since."""
        absences = zip_longest(self.answer.gone, self.answer.back, fillvalue=inf)
        away = any(gone <= due < back for gone, back in absences)
        return self.at <= due and not away and (self.ended is None or self.ended > due)


def rebind(bonds: list[Bond], answer: Answer, at: int, *, holds: bool) -> None:
    """After an edit: what an answer does no longer ends, and what it does only now begins."""
    bond = next((bond for bond in reversed(bonds) if bond.answer is answer and bond.ended is None), None)
    if bond and not holds:
        bond.ended = at
    elif holds and not bond:
        bonds.append(Bond(answer, at))


@dataclass(slots=True, eq=False)
class PromiseDraft:
    """A promise while its story goes on."""

    id: str
    comment: str
    by: str
    made_at: int
    due: int
    extended: bool = False
    released_at: int | None = None
    bonds: list[Bond] = field(default_factory=list)
    elsewhere: list[int] = field(default_factory=list)

    def record(self, person: str | None = None) -> Promise:
        """What it comes to, for whom it was made: removing the answer that kept it un-keeps it."""
        kept = self.elsewhere + [bond.since(self.due) for bond in self.bonds if bond.live]
        return Promise(
            id=self.id,
            comment=self.comment,
            by=self.by,
            person=person,
            made_at=self.made_at,
            due=self.due,
            extended=self.extended,
            kept_at=min(kept, default=None),
            released_at=self.released_at,
        )

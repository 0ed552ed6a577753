"""The working records of a replay: what was said, answered and promised, while the events are told again."""

from collections.abc import Sequence
from dataclasses import dataclass, field
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
    gone_at: int = 0
    back_at: int = 0
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
            self.live, self.gone_at = False, at

    def bring_back(self, at: int) -> None:
        """It stands again, from now on."""
        if not self.live:
            self.live, self.back_at = True, at

    def was_in_time(self, at: int, due: int) -> bool:
        """Whether it stood when the verdict fell. An excuse that it took the place of does not come back."""
        return self.stands_since(at, due) <= due and (self.live or self.gone_at > due)

    def stands_since(self, at: int, due: int) -> int:
        """Since when it stands: what was taken away and came back after the due time counts from its return."""
        return self.back_at if self.back_at > due else at


@dataclass(slots=True, eq=False)
class Keeping:
    """How a promise was kept: by a public answer, or elsewhere (`answer` is None)."""

    answer: Answer | None
    at: int


@dataclass(slots=True, eq=False)
class PromiseDraft:
    """A promise while its story goes on."""

    id: str
    comment: str
    person: str
    made_at: int
    due: int
    extended: bool = False
    released_at: int | None = None
    keepings: list[Keeping] = field(default_factory=list)

    def record(self) -> Promise:
        """What it comes to: removing the answer that kept it un-keeps it."""
        kept = [
            keeping.answer.stands_since(keeping.at, self.due) if keeping.answer else keeping.at
            for keeping in self.keepings
            if keeping.answer is None or keeping.answer.live
        ]
        return Promise(
            id=self.id,
            comment=self.comment,
            person=self.person,
            made_at=self.made_at,
            due=self.due,
            extended=self.extended,
            kept_at=min(kept, default=None),
            released_at=self.released_at,
        )

"""The working records of a replay: a reach-out while it grows, and the clock that runs in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from comments_service.ledger.clocks import Away, due_at
from comments_service.ledger.drafts import Answer, Bond, Message
from comments_service.ledger.records import ReachOut, Standing

ELSEWHERE = "answered_elsewhere"
THATS_IT = "thats_it"


@dataclass(slots=True, eq=False)
class Turn:
    """A message with its clock.

    `standing` is None while the record is clear of it; `since` is when it came to count after it did not.
    """

    message: Message
    run: "Run"
    at: int
    within: int
    standing: Standing | None
    since: int = 0


@dataclass(slots=True, eq=False)
class Closing:
    """An end without a public reply. `excuses`: its reason excuses, if it came by the due time."""

    reason: str
    at: int
    excuses: bool


@dataclass(slots=True, eq=False)
class Run:
    """A reach-out while it grows. `waited`: "I'm still waiting" was said of it; `disputed`: it took a closing back."""

    notices: Sequence[Away]
    counted: bool = True
    again: bool = False
    waited: bool = False
    disputed: bool = False
    closing: Closing | None = None
    turns: list[Turn] = field(default_factory=list)
    bonds: list[Bond] = field(default_factory=list)

    @property
    def first(self) -> Turn | None:
        """The turn whose clock runs: the first that counts, else the first of a stranger's that nobody looked at."""
        unseen = None
        for turn in self.turns:
            if turn.standing == "unseen":
                unseen = unseen or turn
            elif turn.standing is not None:
                return turn
        return unseen

    def due(self, first: Turn) -> int:
        """The last second in time, by the clock of that turn."""
        return due_at(first.at, first.within, self.notices)

    def fallen(self, at: int) -> bool:
        """Whether the verdict has fallen: what the author does from now on cannot clear it."""
        first = self.first
        return first is not None and at > self.due(first)

    @property
    def asks(self) -> bool:
        """Whether a question is in it."""
        return any(turn.message.features.asks for turn in self.turns if turn.standing)

    @property
    def private(self) -> bool:
        """Whether all of it was for the author only."""
        return all(turn.message.receipt.private for turn in self.turns)

    @property
    def live(self) -> bool:
        """Whether a message of it is still there to be answered."""
        return any(turn.message.live for turn in self.turns)

    @property
    def answered(self) -> bool:
        """Whether a public answer to it stands."""
        return any(bond.live for bond in self.bonds)

    @property
    def open(self) -> bool:
        """Whether it waits for an answer."""
        return self.closing is None and not self.answered and self.live

    def takes(self, at: int, standing: Standing) -> bool:
        """Whether a turn with that clock belongs to it.

        A turn joins what is open. It never moves a clock back, nor takes the place of a stranger's reply that nobody
        looked at in time.
        """
        first = self.first if self.open and self.counted else None
        if first is None or first.at > at:
            return False
        return first.standing in {standing, "counted"} or at <= self.due(first)

    def done(self, due: int) -> tuple[int, Answer] | None:
        """The answer that stands, and since when: of several, the one that has stood for longest."""
        best = None
        for bond in self.bonds:
            if best and bond.at >= best[0]:
                break
            if bond.live and (best is None or bond.since(due) < best[0]):
                best = bond.since(due), bond.answer
        return best

    def add(self, turn: Turn) -> None:
        """Keep the turns in the order of their clocks."""
        self.turns.append(turn)
        self.turns.sort(key=lambda turn: turn.at)
        turn.message.turns.append(turn)

    def record(self) -> ReachOut | None:
        """What it comes to; None while nothing of it counts."""
        first = self.first
        if first is None or first.standing is None:
            return None
        due = self.due(first)
        since, answer = self.done(due) or (None, None)
        closing = self.closing
        elsewhere = closing.at if closing and closing.reason == ELSEWHERE else None
        done = min((at for at in (since, elsewhere) if at is not None), default=None)
        late_comer = first.since > due
        excused = closing is not None and closing.excuses and closing.at <= due and not late_comer
        return ReachOut(
            comment=first.message.comment,
            person=first.message.person,
            essay=first.message.receipt.essay,
            opened_at=first.at,
            due_at=due,
            seq=first.message.seq,
            again=self.again,
            standing=first.standing if self.counted else "uncounted",
            open=self.open,
            asks=self.asks,
            private=self.private,
            done_at=max(done, first.since) if done is not None and late_comer else done,
            answer=answer.comment if answer else "",
            by=answer.by if answer else "",
            reason=closing.reason if closing else "",
            # An excuse that an answer took the place of in time does not come back when that is removed.
            excused=excused and not any(bond.was_in_time(due) for bond in self.bonds),
            comments=tuple(turn.message.comment for turn in self.turns),
        )

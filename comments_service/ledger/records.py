"""What a history comes to: reach-outs, promises, and the conversation that holds them."""

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["pending", "on_time", "late", "excused", "unanswered", "uncounted"]
Standing = Literal["counted", "unseen", "uncounted"]
Status = Literal["open", "kept", "kept_late", "broken", "released"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachOut:
    """A run of one reader's turns without an answer in between: the unit of every figure.

    `standing`: `counted`; `unseen`, a stranger's reply that was never published and enters no percentage; `uncounted`,
    opened by the author's hand. `person` is None after an erasure: an anonymous tally. `open`: it waits for an answer.
    `done_at` is the standing answer, or the recording of an answer elsewhere; `answer` and `by` are the public answer
    and who gave it. `reason` is why it was closed, if that still holds; `excused`: closed in time, for a reason that
    excuses. `again`: opened by "I'm still waiting" after an answer. Times in seconds.
    """

    comment: str
    person: str | None
    essay: str
    opened_at: int
    due_at: int
    seq: int = 0
    again: bool = False
    standing: Standing = "counted"
    open: bool = False
    asks: bool = False
    private: bool = False
    done_at: int | None = None
    answer: str = ""
    by: str = ""
    reason: str = ""
    excused: bool = False
    comments: tuple[str, ...] = ()

    @property
    def first(self) -> str:
        """The name of the reach-out: its first comment, with a plus if it was asked once more."""
        return f"{self.comment}+" if self.again else self.comment

    @property
    def wait(self) -> int | None:
        """Real elapsed seconds from the reader's first word to the answer."""
        return None if self.done_at is None else self.done_at - self.opened_at

    def overdue(self, now: int) -> bool:
        """Whether it waits, and longer than promised: exactly at the due time is in time."""
        return self.open and now > self.due_at


def verdict(reach_out: ReachOut, now: int) -> Verdict:
    """The verdict at a moment (4.3). An excuse given in time stays, also if the author answers later after all."""
    if reach_out.standing != "counted":
        return "uncounted"
    if now <= reach_out.due_at:
        return "pending"
    if reach_out.done_at is not None and reach_out.done_at <= reach_out.due_at:
        return "on_time"
    if reach_out.excused:
        return "excused"
    return "unanswered" if reach_out.done_at is None else "late"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What an author (`by`) said at `made_at` that she would do for a reader by `due`, the date that counts.

    Its words are not here; `person` is None after an erasure.
    """

    id: str
    comment: str
    by: str
    person: str | None
    made_at: int
    due: int
    extended: bool = False
    kept_at: int | None = None
    released_at: int | None = None

    @property
    def is_open(self) -> bool:
        """Neither kept nor released, be it overdue or not."""
        return self.kept_at is None and self.released_at is None

    def status(self, now: int) -> Status:
        """Kept by the due time, kept late, broken, released by the reader, or still open."""
        if self.released_at is not None:
            return "released"
        if self.kept_at is None:
            return "broken" if now > self.due else "open"
        return "kept" if self.kept_at <= self.due else "kept_late"


@dataclass(frozen=True, slots=True)
class Mark:
    """A comment is marked as spam or abuse, by the filter or by hand."""

    at: int
    by_hand: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """An event that was refused when it came, and changed nothing: then, and whatever happened later."""

    at: int
    seq: int
    type: str
    why: str
    comment: str = ""
    promise: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One reader in one thread, up to now.

    `said`: the times of what they said that still stands, in order; `heard`: of answers to them, of any kind.
    `side_talk`: their comments to other readers. `probably_thanks`: the last thing they said reads like a closing
    thank-you. `marks`: of their comments, where the mark stands. `erased`: comments of which no more than a tally is
    left.
    """

    root: str
    person: str
    reach_outs: tuple[ReachOut, ...] = ()
    promises: tuple[Promise, ...] = ()
    said: tuple[int, ...] = ()
    heard: tuple[int, ...] = ()
    side_talk: tuple[str, ...] = ()
    probably_thanks: bool = False
    marks: tuple[Mark, ...] = ()
    erased: frozenset[str] = frozenset()
    snoozed_until: int = 0
    rejected: tuple[Rejection, ...] = ()

    @property
    def waiting(self) -> tuple[ReachOut, ...]:
        """The reach-outs that wait for an answer, oldest first."""
        return tuple(reach_out for reach_out in self.reach_outs if reach_out.open)

"""One conversation as it is told: what a message opens, what an answer reaches, what a mark or an erasure clears."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from comments_service.ledger.clocks import Away
from comments_service.ledger.drafts import Answer, Bond, Message, PromiseDraft, rebind
from comments_service.ledger.events import Event
from comments_service.ledger.records import Conversation, Mark, Promise, ReachOut, Rejection
from comments_service.ledger.runs import ELSEWHERE, Run, Turn


@dataclass(slots=True)
class Story:
    """What has happened in one conversation so far. What is decided when an event comes is not decided again later.

    That keeps figures honest: a removed answer does not melt two reach-outs into one, thanks said to it do not become a
    debt, and a refused event does not come true.
    """

    notices: Sequence[Away]
    messages: dict[str, Message] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    runs: list[Run] = field(default_factory=list)
    promises: dict[str, PromiseDraft] = field(default_factory=dict)
    marks: dict[str, Mark] = field(default_factory=dict)
    tallies: list[ReachOut] = field(default_factory=list)
    settled: list[Promise] = field(default_factory=list)
    erased: set[str] = field(default_factory=set)
    rejected: list[Rejection] = field(default_factory=list)
    snoozed_until: int = 0

    def open_runs(self) -> list[Run]:
        """The reach-outs that wait for an answer."""
        return [run for run in self.runs if run.open]

    def answered(self) -> bool:
        """Whether this reader has an answer that stands, here or elsewhere."""
        public = any(answer.heard and not answer.imported for answer in self.answers.values())
        return public or any(run.closing and run.closing.reason == ELSEWHERE for run in self.runs)

    def reject(self, event: Event, why: str) -> None:
        """Remember that an event was refused."""
        self.rejected.append(
            Rejection(
                at=event.at, seq=event.seq, type=event.type, comment=event.comment, promise=event.promise, why=why
            ),
        )

    # ── what a message opens ────────────────────────────────────────────────────────────────────────────────────────

    def receive(self, message: Message) -> None:
        """Notice what a message comes after: a closing thank-you needs an answer, and nothing that still waits."""
        message.after_answer = self.answered() and not any(run.counted for run in self.open_runs())

    def speak(self, message: Message) -> None:
        """Let a message begin its turn, unless it is kept back or nothing is owed to it."""
        if message.spoken and message.addressed and message.owed and not message.soft:
            self.begin(message, message.clock)

    def begin(self, message: Message, at: int) -> None:
        """Begin a turn: in the reach-out that is open, or as the first of a new one."""
        standing = message.standing
        run = next((run for run in reversed(self.runs) if run.takes(at, standing)), None) or self.open(counted=True)
        run.add(Turn(message, run, at, message.within, standing))
        self.snoozed_until = 0

    def open(self, *, counted: bool, again: bool = False) -> Run:
        """A new reach-out."""
        run = Run(self.notices, counted=counted, again=again, waited=again)
        self.runs.append(run)
        return run

    # ── what an answer reaches ──────────────────────────────────────────────────────────────────────────────────────

    def answer(self, answer: Answer) -> None:
        """An answer is for every reach-out that was not closed without one, and for a closed one if it was the last."""
        waiting = self.open_runs()
        answer.to_question = any(run.asks for run in waiting)
        late = self.runs[-1:] if not waiting else []
        answer.reach = [run for run in self.runs if run.closing is None or run in late]
        self.answers[answer.comment] = answer
        for run in () if answer.imported else answer.reach:
            if answer.answers(run):
                run.bonds.append(Bond(answer, answer.at))

    def reconsider(self, answer: Answer, at: int) -> None:
        """The words of an answer have changed, and with them perhaps what they answer and keep, from now on."""
        for run in () if answer.imported else answer.reach:
            rebind(run.bonds, answer, at, holds=answer.answers(run))
        for draft in self.promises.values():
            if any(bond.answer is answer for bond in draft.bonds):
                rebind(draft.bonds, answer, at, holds=answer.personal)

    # ── what clears the record, and what brings it back ─────────────────────────────────────────────────────────────

    def clear(self, message: Message, at: int, *, record: bool) -> None:
        """A message is gone. It clears the record only before the verdict, and only for a reason that clears it.

        A stranger's reply that was looked at in time is none of those that were not, whatever became of it.
        """
        message.live = False
        for turn in message.turns:
            if (record or turn.standing == "unseen") and not turn.run.fallen(at):
                turn.standing = None

    def restore(self, message: Message, at: int) -> None:
        """A message is back. What was cleared counts from now on: once the verdict has fallen, that is too late."""
        message.live = True
        for turn in message.turns:
            if turn.standing is None:
                self._count(turn, at)

    def publish(self, message: Message, at: int) -> None:
        """A stranger's reply is let stand: its clock has run since its receipt."""
        if not message.published:
            message.published = True
            for turn in message.turns:
                if turn.standing == "unseen":
                    self._count(turn, at)

    def _count(self, turn: Turn, at: int) -> None:
        """Let a turn count, unless that would move the clock of a verdict that has fallen without it."""
        first = turn.run.first
        if first is None or first.standing == "unseen" or not turn.run.fallen(at):
            turn.standing = turn.message.standing
            turn.since = at

    def erase(self, at: int) -> None:
        """Forget the reader. Verdicts that have fallen and promises that are settled stay as tallies of nobody."""
        for record in filter(None, [run.record() for run in self.runs]):
            if record.standing != "uncounted" and at > record.due_at:
                self.tallies.append(
                    replace(
                        record, person=None, essay="", open=False, asks=False, answer="", by="", reason="", comments=()
                    ),
                )
        promises = [draft.record() for draft in self.promises.values()]
        self.settled += [promise for promise in promises if promise.status(at) != "open"]
        self.erased |= self.messages.keys() | self.answers.keys()
        self.messages, self.answers, self.runs, self.promises = {}, {}, [], {}

    # ── what it comes to ────────────────────────────────────────────────────────────────────────────────────────────

    def conversation(self, root: str, person: str) -> Conversation:
        """The conversation as it stands."""
        spoken = [message for message in self.messages.values() if message.live and message.spoken]
        said = sorted((message.clock, message.seq) for message in spoken if message.receipt.kind != "reaction")
        last = max(spoken, key=lambda message: (message.clock, message.seq), default=None)
        records = [*self.tallies, *filter(None, (run.record() for run in self.runs))]
        return Conversation(
            root=root,
            person=person,
            reach_outs=tuple(sorted(records, key=lambda record: (record.opened_at, record.seq))),
            promises=(*self.settled, *(draft.record(person) for draft in self.promises.values())),
            said=tuple(at for at, _ in said),
            heard=tuple(sorted(self._heard())),
            side_talk=tuple(message.comment for message in spoken if message.side_talk),
            probably_thanks=last is not None and last.soft and not last.turns,
            marks=tuple(self.marks.values()),
            erased=frozenset(self.erased),
            snoozed_until=self.snoozed_until,
            rejected=tuple(self.rejected),
        )

    def _heard(self) -> list[int]:
        """When they were answered: in public, elsewhere, or by a promise kept elsewhere."""
        public = [answer.at for answer in self.answers.values() if answer.heard]
        closed = [run.closing.at for run in self.runs if run.closing and run.closing.reason == ELSEWHERE]
        met = [at for draft in self.promises.values() for at in draft.elsewhere]
        return public + closed + met

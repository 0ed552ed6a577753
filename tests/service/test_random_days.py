"""Random days in the house: whatever people do, in whatever order, what is kept equals what the events come to."""

import random

import pytest

from comments_service import engagement
from comments_service.engagement import doctor, figures, forgetting
from comments_service.errors import Problem
from comments_service.ledger import Conversation, verdict
from comments_service.models import Comment, State, Undertaking, Verb
from comments_service.moderation import acts, undoing
from comments_service.store import acts as store_acts
from comments_service.store import promises, subjects
from tests.support.actors import House, Reader

_STEPS = 100
_WORDS = ("How do you do it?", "A fine essay.", "Thank you!", "👍", "I'll ask around.", "Yes, and you, @Ana?", "No.")


class Day:
    """A day of readers and an author, drawn by chance."""

    def __init__(self, house: House, chance: random.Random) -> None:
        self.house, self.chance = house, chance
        self.readers: list[Reader] = [house.reader(f"Reader {number}", trusted=number % 2 == 0) for number in range(4)]
        self.said: list[Comment] = []
        self.refused: list[str] = []

    def step(self) -> None:
        """One thing happens, or is refused with a sentence."""
        act = self.chance.choice(
            [*[self.says] * 5, *[self.answers] * 4, *[self.decides] * 2, self.closes, self.closes, self.withdraws,
             self.edits, self.thanks, self.promises, self.passes, self.asks_again, self.is_forgotten, self.cares]
        )  # fmt: skip
        try:
            act()
        except Problem as problem:
            self.refused.append(problem.message)

    def one(self) -> Comment:
        return self.house.now_of(self.chance.choice(self.said)) if self.said else self.says()

    def says(self) -> Comment:
        to = self.house.now_of(self.chance.choice(self.said)) if self.said and self.chance.random() < 0.5 else None
        reader, wants = self.chance.choice(self.readers), self.chance.choice(["", "yes", "no"])
        on = to.page if to else self.chance.choice(["/a/", "/b/"])
        private = self.chance.random() < 0.1
        words = f"{self.chance.choice(_WORDS)} {len(self.said)}"
        self.said.append(reader.says(words, on=on, to=to, wants_answer=wants, private=private))
        return self.said[-1]

    def answers(self) -> None:
        standing = [one for one in map(self.house.now_of, self.said) if one.standing and not one.by_author]
        kept = self.chance.choice([*promises.open_ones(self.house.db, limit=9), None])
        undertaking = Undertaking(
            also=tuple(one.id for one in self.chance.sample(standing, min(2, len(standing)))),
            keeps=kept.id if kept else "",
            promise=self.chance.choice(["", "ask"]),
            due="2099-01-01",
        )
        if not undertaking.promise:
            undertaking = Undertaking(also=undertaking.also, keeps=undertaking.keeps)
        answer = self.house.author.answers(
            self.chance.choice([*standing, self.one()]), self.chance.choice(_WORDS), undertaking
        )
        self.said.append(answer)

    def decides(self) -> None:
        self.house.author.decides(self.one(), self.chance.choice(list(Verb)))

    def closes(self) -> None:
        reason, _ = self.chance.choice(list(engagement.REASONS.values()))
        account, one = self.house.author.account, self.one()
        self.chance.choice(
            [
                lambda: engagement.close(
                    self.house.db, one.id, reason, account, channel="mail", endorses=self.one().id
                ),
                lambda: engagement.reopen(self.house.db, one.id, account),
                lambda: engagement.promote(self.house.db, one.id, account),
                lambda: engagement.heart(self.house.db, one.id, account),
            ]
        )()

    def promises(self) -> None:
        account = self.house.author.account
        for promise in promises.open_ones(self.house.db, limit=1):
            self.chance.choice([engagement.keep_promise, engagement.unkeep_promise])(self.house.db, promise.id, account)

    def asks_again(self) -> None:
        one = self.one()
        engagement.still_waiting(self.house.db, one, self.house.settings, proven=self.chance.random() < 0.5)

    def thanks(self) -> None:
        engagement.thats_it(self.house.db, self.one())

    def withdraws(self) -> None:
        self.readers[0].withdraws(self.one())

    def edits(self) -> None:
        self.readers[0].edits(self.one(), self.chance.choice(_WORDS))

    def cares(self) -> None:
        """An author edits, locks, pins, or moves a thread, notes something, or takes back what was done last."""
        db, account, one = self.house.db, self.house.author.account, self.one()
        last = [act.id for act in store_acts.latest(db, limit=1)]
        self.chance.choice(
            [
                lambda: acts.edit(db, one.id, self.chance.choice(_WORDS), account, seen=one.changed),
                lambda: acts.mark(db, one.id, self.chance.choice(["lock", "unlock", "pin", "unpin"]), account),
                lambda: acts.move(db, one.id, "/b/" if one.page == "/a/" else "/a/", account),
                lambda: acts.note(db, one.id, "A note.", account),
                lambda: [undoing.undo(db, id_, account) for id_ in last],
            ]
        )()

    def passes(self) -> None:
        self.house.shift_clock(hours=self.chance.choice([1, 30, 73]))
        figures.take_due(self.house.db, self.house.settings)

    def is_forgotten(self) -> None:
        one = self.one()
        if one.person and not one.by_author and self.chance.random() < 0.3:
            forgetting.erase(self.house.db, subjects.of_person(self.house.db, one.person))
            for reader in self.readers:
                reader.device = reader.device if reader.speaker.person else ""


def told(house: House) -> list[Conversation]:
    return [found.told for found in figures.every(house.db)]


@pytest.mark.parametrize("seed", range(12))
def test_what_is_kept_equals_the_events_after_any_day(either_house: House, seed: int) -> None:
    house = either_house
    house.settings = house.settings.with_(rate_limit=False)
    day = Day(house, random.Random(seed))  # noqa: S311 -- a play of chance, not a secret
    for _ in range(_STEPS):
        day.step()
    assert house.count("events") > _STEPS // 10  # locks turn many away, and events go with whoever is forgotten
    assert all(day.refused)
    assert doctor.examine(house.db).differing == {}


@pytest.mark.parametrize("seed", range(3))
def test_no_set_of_strangers_who_were_never_published_moves_a_percentage(house: House, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    house.settings = house.settings.with_(rate_limit=False)
    for number in range(12):
        question = house.author.publishes(house.reader(f"Known {number}").says("How?"))
        house.shift_clock(hours=chance.choice([1, 5, 40]))
        if chance.random() < 0.7:
            house.author.answers(question, f"Like this, number {number}.")
    house.shift_clock(hours=80)

    def public() -> list[str]:
        counted = [one for conversation in told(house) for one in conversation.reach_outs if one.standing == "counted"]
        return sorted(verdict(one, 2**40) for one in counted)

    before = public()
    for number in range(20):
        held = house.reader(f"Stranger {number}").says(chance.choice(_WORDS[:2]), to=None)
        assert held.state is State.HELD
        if chance.random() < 0.5:
            house.author.decides(held, chance.choice([Verb.REJECT, Verb.SPAM]))
        house.shift_clock(hours=chance.choice([1, 100]))
    assert public() == before

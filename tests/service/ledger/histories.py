"""Random histories of a small site: readers, strangers who are held, and an author who tries everything."""

import os
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

START = datetime(2026, 3, 2, tzinfo=UTC)
READERS = ["ben", "cleo", "dan"]
STRANGERS = ["sam", "sue"]
TEXTS = ["How do you do it?", "I saw it differently.", "Thanks, Ana!", "👍", "But why?", "Thank you, that helps."]
ANSWERS = [
    "Slowly, and with patience.",
    "Thank you!",
    "👍",
    "Hi, thank you for reading my blog, please follow me on every channel there is!",
    "Yes.",
]
REASONS = ["thanks_only", "answered_by_reader", "answered_elsewhere", "acknowledged", "declined", "stale"]

# A run of some hours: LEDGER_EXAMPLES=20000.
long_or_short = settings(
    max_examples=int(os.environ.get("LEDGER_EXAMPLES", "200")),
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


class Script:
    """A history while it is written: `events` in the format of the cases, and who said what."""

    def __init__(self, draw):
        self.draw = draw
        self.now = START
        self.events = []
        self.written = []
        self.promises = []
        self.by_author = []

    def one_of(self, choices):
        return self.draw(st.sampled_from(choices))

    def maybe(self, *, out_of=4):
        return self.draw(st.integers(1, out_of)) == out_of

    def comments_of(self, *people):
        return [comment for comment, person in self.written if person in people]

    def wait(self):
        hours = self.one_of([0, 0, 0.1, 1, 5, 30, 72, 73, 200])
        self.now += timedelta(hours=hours)

    def time(self, hours=0.0):
        return (self.now + timedelta(hours=hours)).isoformat()

    def add(self, type_, *, author, **facts):
        self.by_author.append(author)
        self.events.append({"type": type_, "at": self.time(), **facts})

    # ── readers ──

    def says(self, person, *, stranger=False, parents=()):
        id_ = f"{person}{len(self.events)}"
        facts = {"id": id_, "person": person, "text": self.one_of(TEXTS), "essay": "net"}
        if parents and not self.maybe(out_of=3):
            facts["reply_to"] = self.one_of(parents)
        if self.maybe(out_of=6):
            facts["asks"] = self.draw(st.booleans())
        if self.maybe(out_of=6):
            facts["mentions"] = ["ana"]
        if stranger:
            facts |= {"held": True, "stranger": True}
        elif self.maybe(out_of=6):
            facts[self.one_of(["auto_spam", "needs_verification", "held", "private"])] = True
        self.add("comment", author=False, **facts)
        self.written.append((id_, person))

    def reader_acts(self, comment, *, stranger=False):
        kind = self.one_of(["edit", "remove", "still_waiting", "thats_it", "verify"])
        facts = {"edit": {"text": self.one_of(TEXTS)}, "remove": {"by": "reader"}}.get(kind, {})
        if kind == "still_waiting":
            facts = {"proven": not stranger}
        self.add(kind, author=False, comment=comment, **facts)

    # ── the author ──

    def answers(self, parents, mentions):
        id_ = f"ana{len(self.events)}"
        facts = {"id": id_, "person": "ana", "text": self.one_of(ANSWERS), "reply_to": self.one_of(parents)}
        if self.maybe(out_of=5):
            facts["also_answers"] = [self.one_of(parents)]
        if self.maybe(out_of=5):
            facts["mentions"] = [self.one_of(mentions)]
        if self.maybe(out_of=5):
            self.promises.append(f"p{len(self.events)}")
            facts["text"] = f"I'll look into number {len(self.promises)}."
            facts["promise"] = {"id": self.promises[-1], "due": self.time(self.one_of([24, 100, -1]))}
        self.add("comment", author=True, **facts)
        self.written.append((id_, "ana"))

    def settles(self, comment, endorsed):
        kind = self.one_of(["close", "close", "close", "reopen", "promote", "snooze"])
        facts = {"comment": comment}
        if kind == "close":
            facts |= {"reason": self.one_of(REASONS), "channel": "email", "endorses": self.one_of(endorsed)}
        if kind == "snooze":
            facts["until"] = self.time(48)
        self.add(kind, author=True, **facts)

    def moderates(self, comment, kinds):
        kind = self.one_of(kinds)
        facts = {"by": "author", "reason": self.one_of(["abuse", "other"])} if kind == "remove" else {}
        if kind == "edit":
            facts = {"text": self.one_of(ANSWERS)}
        self.add(kind, author=True, comment=comment, **facts)

    def keeps(self):
        promise = self.one_of(self.promises)
        kind = self.one_of(["promise_extend", "promise_kept", "promise_undo", "promise_release"])
        facts = {}
        if kind == "promise_extend":
            facts = {"due": self.time(48), "told": self.one_of(self.comments_of("ana"))}
        self.add(kind, author=kind != "promise_release", promise=promise, **facts)

    def changes_the_rules(self):
        if self.draw(st.booleans()):
            self.add("rules", author=True, answer_within_h=self.one_of([24, 72, 168]))
        else:
            self.add("away", author=True, start=self.time(-24), end=self.time(self.one_of([48, 240, 900])))

    def step(self):
        self.wait()
        mine, known = self.comments_of("ana"), self.comments_of(*READERS)
        everything = known + mine
        strangers = self.comments_of(*STRANGERS)
        choice = self.draw(st.integers(0, 11))
        if choice <= 2 or not known:
            self.says(self.one_of(READERS), parents=everything)
        elif choice == 3:
            self.says(self.one_of(STRANGERS), stranger=True, parents=everything)
        elif choice == 4:
            self.reader_acts(self.one_of(known))
        elif choice <= 7:
            self.answers(known + mine, READERS)
        elif choice == 8:
            self.settles(self.one_of(known + strangers), known)
        elif choice == 9 and mine:
            self.moderates(self.one_of(mine), ["remove", "unremove", "spam", "unspam", "unapprove", "approve", "edit"])
        elif choice == 10 and self.promises:
            self.keeps()
        elif choice == 11 and self.maybe(out_of=3):
            self.changes_the_rules()
        else:
            self.moderates(
                self.one_of(known + strangers), ["remove", "unremove", "spam", "unspam", "unapprove", "approve"]
            )


def case(events):
    return {
        "config": {
            "answer_within_h": 72,
            "window_days": 90,
            "min_sample": 1,
            "min_people": 1,
            "tz": "Europe/Berlin",
            "hosts": [],
            "essays": {"net": {"authors": ["ana"]}},
        },
        "people": {name: {"name": name.title()} for name in ["ana", *READERS, *STRANGERS]},
        "events": events,
        "checks": [],
    }


@st.composite
def scripts(draw):
    """A history of up to thirty events."""
    script = Script(draw)
    for _ in range(draw(st.integers(4, 30))):
        script.step()
    return script

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
AND_BACK = {"remove": "unremove", "spam": "unspam", "unapprove": "approve"}
MODERATES = [*AND_BACK, *AND_BACK.values()]
REASONS = ["thanks_only", "answered_by_reader", "answered_elsewhere", "acknowledged", "declined", "stale"]


def examples(number):
    """So many random histories, or as many as LEDGER_EXAMPLES says: 20,000 make a run of some hours."""
    return settings(
        max_examples=int(os.environ.get("LEDGER_EXAMPLES", str(number))),
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


class Script:
    """A history while it is written: `events` in the format of the cases, and who said what."""

    def __init__(self, draw, *, strangers_stay_held=False):
        self.draw = draw
        self.strangers_stay_held = strangers_stay_held
        self.now = START
        self.events = []
        self.written = []
        self.promises = []
        self.by_author = []

    def __repr__(self):
        return "\n".join(map(str, self.events))

    def one_of(self, choices):
        return self.draw(st.sampled_from(choices))

    def some(self, comments):
        """One of them, rather one of the last: what happened to a comment once may happen to it again."""
        return self.one_of(comments[-2:] if self.draw(st.booleans()) else comments)

    def maybe(self, *, out_of=4):
        return self.draw(st.integers(1, out_of)) == out_of

    def comments_of(self, *people):
        return [comment for comment, person in self.written if person in people]

    def wait(self):
        hours = self.one_of([0, 0.1, 1, 30, 72, 80])
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
            facts["reply_to"] = self.some(parents)
        if self.maybe(out_of=6):
            facts["asks"] = self.draw(st.booleans())
        if self.maybe(out_of=6):
            facts["mentions"] = ["ana"]
        if stranger:
            facts |= {"held": True, "stranger": True}
        for flag in ("auto_spam", "needs_verification", "held", "private"):
            if self.maybe(out_of=12):
                facts[flag] = True
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
        facts = {"id": id_, "person": "ana", "text": self.one_of(ANSWERS), "reply_to": self.some(parents)}
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

    def changes_her_mind(self, comment):
        """Take a comment away and, after a while, bring it back."""
        self.moderates(comment, [there := self.one_of(list(AND_BACK))])
        self.wait()
        self.moderates(comment, [AND_BACK[there]])

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
        known, strangers, mine = (self.comments_of(*who) for who in (READERS, STRANGERS, ["ana"]))
        public = known + mine
        answered = public if self.strangers_stay_held else public + strangers
        steps = [lambda: self.says(self.one_of(READERS), parents=public)] * 3
        steps += [lambda: self.says(self.one_of(STRANGERS), stranger=True, parents=public)]
        steps += [self.changes_the_rules] * self.maybe(out_of=3)
        steps += [self.keeps] * bool(self.promises)
        if known:
            steps += [lambda: self.answers(answered, READERS)] * 3
            steps += [lambda: self.settles(self.some(known + strangers), known + strangers)]
            steps += [lambda: self.reader_acts(self.some(known))]
            steps += [lambda: self.moderates(self.some(known), MODERATES)]
            steps += [lambda: self.changes_her_mind(self.some(public))]
        if mine:
            steps += [lambda: self.moderates(self.some(mine), [*MODERATES, "edit"])]
        if strangers:
            hidden = [kind for kind in MODERATES if not (self.strangers_stay_held and kind == "approve")]
            steps += [lambda: self.reader_acts(self.some(strangers), stranger=True)]
            steps += [lambda: self.moderates(self.some(strangers), hidden)]
        self.one_of(steps)()


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
def scripts(draw, *, strangers_stay_held=False):
    """A history of up to thirty events."""
    script = Script(draw, strangers_stay_held=strangers_stay_held)
    for _ in range(draw(st.integers(4, 30))):
        script.step()
    return script

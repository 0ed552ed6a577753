"""A dry run: what a rule would have done with stored replies, told by the function that judges new ones."""

from dataclasses import dataclass

from comments_service.database import Database
from comments_service.models import Comment, Decision, Page, State, Verb
from comments_service.screening import Action, rules
from comments_service.screening.rules import Rule
from comments_service.store import decisions, pages, people, rule_facts, spoken

LOOKED_THROUGH = 1000
_PORTION = 200
_TURNED_DOWN = {State.REJECTED, State.SPAM, State.REMOVED}


@dataclass(frozen=True, slots=True)
class Caught:
    """A reply for which the rule holds, why, and what was decided about it by hand (None: nothing)."""

    comment: Comment
    why: str
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it. `looked_at` replies were asked about, `gone` more are withdrawn, of which nothing is left.

    `older` is the reply before which older ones were not asked about, empty if there are none.
    """

    rule: Rule
    looked_at: int
    gone: int
    caught: tuple[Caught, ...]
    older: str

    @property
    def against(self) -> tuple[Caught, ...]:
        """Those with which it would have done otherwise than somebody decided by hand."""
        return tuple(one for one in self.caught if _against(self.rule.action, one))

    @property
    def unasked(self) -> tuple[Caught, ...]:
        """Those that stood at once, without anybody's decision, and would not have with this rule."""
        if self.rule.action is Action.PUBLISH:
            return ()
        return tuple(one for one in self.caught if one.comment.state is State.PUBLISHED and one.decision is None)


def _against(action: Action, caught: Caught) -> bool:
    if caught.decision is None:
        return False
    approved = caught.decision.verb is Verb.APPROVE and caught.comment.state is State.PUBLISHED
    return caught.comment.state in _TURNED_DOWN if action is Action.PUBLISH else approved


def run(db: Database, rule: Rule, *, before: str = "~", most: int = LOOKED_THROUGH) -> Trial:
    """Ask one rule about the newest readers' replies before the reply `before`, as if it stood alone."""
    asked = rules.asked_by([rule])
    essays: dict[str, Page] = {page.path: page for page in pages.every(db)}
    accounts = {account.id for account in people.accounts(db)}
    looked_at = gone = 0
    caught: list[Caught] = []
    while looked_at + gone < most:
        portion = spoken.by_readers(db, before=before, limit=min(_PORTION, most - looked_at - gone))
        if not portion:
            return Trial(rule, looked_at, gone, tuple(caught), "")
        before = portion[-1].id
        for comment in portion:
            if comment.state is State.WITHDRAWN or comment.person in accounts:
                gone += 1
                continue
            looked_at += 1
            facts = rule_facts.of_comment(db, asked, essays.get(comment.page), comment)
            if why := rules.holds(rule.conditions, facts):
                caught.append(Caught(comment, why, decisions.last_standing(db, comment.id)))
    older = before if spoken.by_readers(db, before=before, limit=1) else ""
    return Trial(rule, looked_at, gone, tuple(caught), older)

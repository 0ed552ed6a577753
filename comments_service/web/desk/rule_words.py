"""Rules, and what a dry run of one found, in the words of a person."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from comments_service import wording
from comments_service.models import Page, State, Verb
from comments_service.moderation.trying import Caught, Trial
from comments_service.screening import Action
from comments_service.screening.languages import LANGUAGES
from comments_service.screening.rules import Conditions, Rule

ACTIONS: Mapping[Action, str] = {
    Action.HOLD: "Hold",
    Action.PUBLISH: "Let stand",
    Action.SPAM: "File as spam",
    Action.REFUSE: "Refuse",
}
_WOULD = {
    Action.HOLD: "held",
    Action.PUBLISH: "let stand",
    Action.SPAM: "filed as spam",
    Action.REFUSE: "refused",
}
_DECIDED = {
    Verb.APPROVE: "you approved it",
    Verb.REJECT: "you rejected it",
    Verb.SPAM: "you marked it as spam",
    Verb.REMOVE: "you removed it",
}
_BY_ITSELF = {
    State.PUBLISHED: "it stood at once",
    State.HELD: "it waits for a look",
    State.SPAM: "it was filed as spam",
}
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Told:
    """A rule in a list: what it does with which replies."""

    id: str
    name: str
    does: str
    on: bool
    first: bool
    last: bool


def told(rule: Rule, essays: Mapping[str, Page], *, first: bool, last: bool) -> Told:
    """A rule in words."""
    return Told(rule.id, rule.name, in_words(rule, essays), rule.on_at is not None, first, last)


def in_words(rule: Rule, essays: Mapping[str, Page]) -> str:
    """What a rule does, in a sentence: “Hold what says ‘casino’ and holds at least 2 links”."""
    return f"{ACTIONS[rule.action]} what {_joined(list(_conditions(rule.conditions, essays)), 'and')}."


def _conditions(asked: Conditions, essays: Mapping[str, Page]) -> Iterator[str]:
    if asked.first:
        ordinal = "somebody’s first reply" if asked.first == 1 else f"one of somebody’s first {asked.first} replies"
        yield f"is {ordinal}"
    for name, verb in (("names", "has a name with"), ("addresses", "has an e-mail address like"),
                       ("websites", "has a website like"), ("words", "says")):  # fmt: skip
        if listed := getattr(asked, name):
            yield f"{verb} {_some([f'“{one}”' for one in listed])}"
    if asked.networks:
        yield f"comes from {_some([one.label if one.hash else f'{one.label} (forgotten)' for one in asked.networks])}"
    if asked.links:
        yield f"holds at least {wording.count(asked.links, 'link', 'links')}"
    if asked.languages:
        languages = _some([LANGUAGES.get(code, code) for code in asked.languages], most=len(LANGUAGES))
        yield f"is {'surely not ' if asked.unlike else ''}in {languages}"
    for path in asked.pages:
        yield f"is under “{essays[path].title if path in essays else path}”"
    if asked.age:
        yield f"comes {wording.count(asked.age, 'day', 'days')} after its essay or later"
    if asked.rate:
        most, minutes = asked.rate
        within = wording.count(minutes, "minute", "minutes")
        yield f"is more than {wording.count(most, 'reply', 'replies')} within {within} from one person or network"


def _some(listed: Sequence[str], *, most: int = _NAMED) -> str:
    named, further = list(listed[:most]), len(listed) - most
    return _joined([*named, f"{further} more"] if further > 0 else named, "or")


def _joined(parts: Sequence[str], word: str) -> str:
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}" if len(parts) > 1 else "".join(parts)


# ── what a dry run found ────────────────────────────────────────────────────────────────────────────────────────────


def headline(trial: Trial) -> str:
    """How many it would have caught: “It would have held 12 of the 340 replies”."""
    would = _WOULD[trial.rule.action]
    if not trial.looked_at:
        return "No reply is stored here yet that it could be tried on."
    of = wording.count(trial.looked_at, "reply", "replies")
    if not trial.caught:
        return f"It would have {would} none of the {of} that it was tried on."
    return f"It would have {would} {len(trial.caught):,} of the {of} that it was tried on."


def otherwise(trial: Trial) -> Iterator[str]:
    """Where it would have done otherwise than was decided by hand, or than happened: sentences."""
    against, unasked = len(trial.against), len(trial.unasked)
    would = _WOULD[trial.rule.action]
    if against and trial.rule.action is Action.PUBLISH:
        yield f"It would have let {against:,} stand that you turned down."
    elif against:
        yield f"It would have {would} {against:,} that you approved."
    elif trial.caught:
        yield "It contradicts nothing that you decided by hand."
    if unasked:
        yield f"{unasked:,} of them stood at once, and would not have."


def fate(caught: Caught) -> str:
    """What became of a reply without the rule."""
    if caught.decision and caught.decision.after is caught.comment.state:
        return _DECIDED.get(caught.decision.verb, "")
    return _BY_ITSELF.get(caught.comment.state, "")

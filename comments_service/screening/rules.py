"""Rules: what authors want done with which replies. Facts of a reply in, the first rule that holds for it out."""

import functools
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from comments_service.screening import Action, Signal, wildcards
from comments_service.screening.languages import LANGUAGES

# Bounds within which a rule costs next to nothing, and can be understood.
MOST_RULES = 50
LONGEST_NAME = 60
LONGEST_SENTENCE = 300
MOST_FIRST = 20
MOST_LINKS = 50
MOST_NETWORKS = 20
LONGEST_LABEL = 80
MOST_DAYS = 3650
MOST_REPLIES = 100
MOST_MINUTES = 24 * 60

# A website's host, its port, and the rest. A port, or what else may follow a host, makes it no other one.
_SITE = re.compile(r"\w+://(?:www\.)?([^/?#:]+)(:\d*)?(.*)", re.DOTALL)

HELD = "The author of this blog reads replies like this one before others do."


@dataclass(frozen=True, slots=True)
class Network:
    """A network of a rule: its keyed hash, since when, and what its author calls it. Once forgotten, it has no hash."""

    hash: str
    label: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What must all hold. What is None or empty is not asked.

    `first`: one of the writer's first so many replies, that is, fewer of theirs stood when it came. `links`: at least
    so many. `words` in the text, and `names`, `addresses`, `websites`: one of these lines, with wildcards. `pages` are
    the essays' paths, `age` is at least so many days after the essay appeared. `rate`: more than so many replies within
    so many minutes, this one among them. `languages`: it is written in one of these, or with `unlike` surely in none.
    """

    first: int | None = None
    links: int | None = None
    words: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    websites: tuple[str, ...] = ()
    networks: tuple[Network, ...] = ()
    pages: tuple[str, ...] = ()
    age: int | None = None
    rate: tuple[int, int] | None = None
    languages: tuple[str, ...] = ()
    unlike: bool = False

    @property
    def none(self) -> bool:
        """Whether nothing is asked, so that every reply would do."""
        return self == Conditions(unlike=self.unlike)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule of the house. `sentence` is what the writer of a refused reply is told; `on_at` since when it is on."""

    id: str
    name: str
    action: Action
    sentence: str
    conditions: Conditions
    place: int
    on_at: str | None
    made_by: str
    made_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a reply: what it says (`text` as typed, `plain` as seen), who wrote it, whence, and when.

    `links` is how many it holds, `network` a keyed hash, `appeared` when its essay did. `stood` is how many replies of
    the same writer stood when it came; `before` are the times of those that came before it, from the same person or
    network, as far back as a rule may ask. `language` is empty if it is not known.
    """

    at: str
    text: str
    plain: str
    links: int = 0
    name: str = ""
    address: str = ""
    website: str = ""
    network: str = ""
    page: str = ""
    appeared: str = ""
    stood: int = 0
    before: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What rules ask of a reply, by the names of their conditions, and how many minutes back the longest rate looks."""

    names: frozenset[str] = frozenset()
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class Matched:
    """A rule that holds for a reply, and why, in words for its author: `it says “casino”`."""

    rule: Rule
    why: str


def asked_by(rules: Iterable[Rule]) -> Asked:
    """What these rules ask altogether, so that nothing else need be found out."""
    conditions = [rule.conditions for rule in rules]
    names = {name for one in conditions for name in _CONDITIONS if getattr(one, name) not in {None, ()}}
    return Asked(frozenset(names), max((one.rate[1] for one in conditions if one.rate), default=0))


def first_match(rules: Sequence[Rule], facts: Facts) -> Matched | None:
    """The first of these rules that holds for a reply."""
    for rule in rules:
        if why := holds(rule.conditions, facts):
            return Matched(rule, why)
    return None


def signal(matched: Matched) -> Signal:
    """What a rule says about a reply: an author's own word, so that it outweighs what the house suspects."""
    rule = matched.rule
    told = {Action.HOLD: HELD, Action.REFUSE: rule.sentence}.get(rule.action, "")
    return Signal(rule.action, told, f"By your rule “{rule.name}”: {matched.why}.", final=True)


def holds(conditions: Conditions, facts: Facts) -> str:
    """Why all conditions hold, in words for the rule's author; empty if one does not. No conditions hold for nothing.

    What costs least is asked first.
    """
    found = []
    for name, condition in _CONDITIONS.items():
        asked = getattr(conditions, name)
        if asked is None or asked == ():
            continue
        why = condition(conditions, facts)
        if not why:
            return ""
        found.append(why)
    return ", ".join(found)


# ── one condition after the other ───────────────────────────────────────────────────────────────────────────────────


def _first(asked: Conditions, facts: Facts) -> str:
    most = asked.first or 0
    ordinal = "their first reply" if most == 1 else f"one of their first {most} replies"
    return f"it is {ordinal}" if facts.stood < most else ""


def _links(asked: Conditions, facts: Facts) -> str:
    number = f"{facts.links} link{'s' if facts.links != 1 else ''}"
    return f"it holds {number}" if facts.links >= (asked.links or 0) else ""


def _pages(asked: Conditions, facts: Facts) -> str:
    return f"it is under {facts.page}" if facts.page in asked.pages else ""


def _age(asked: Conditions, facts: Facts) -> str:
    if not facts.appeared:
        return ""
    days = (datetime.fromisoformat(facts.at) - datetime.fromisoformat(facts.appeared)).days
    return f"the essay was {days} days old" if days >= (asked.age or 0) else ""


def _networks(asked: Conditions, facts: Facts) -> str:
    known = (one.label for one in asked.networks if one.hash and one.hash == facts.network)
    return next((f"it came from {label}" for label in known), "")


def _rate(asked: Conditions, facts: Facts) -> str:
    most, minutes = asked.rate or (0, 0)
    since = _text(datetime.fromisoformat(facts.at) - timedelta(minutes=minutes))
    number = 1 + sum(since < one <= facts.at for one in facts.before)
    return f"it was number {number} within {minutes} minutes" if number > most else ""


def _text(at: datetime) -> str:
    return at.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def _addresses(asked: Conditions, facts: Facts) -> str:
    address = wildcards.fold(facts.address)
    domain = address.rpartition("@")[2]
    for typed in asked.addresses if address else ():
        if wildcards.whole(typed).matches(address if "@" in typed else domain):
            return f"its e-mail address is like “{typed}”"
    return ""


def _websites(asked: Conditions, facts: Facts) -> str:
    found = _SITE.match(wildcards.fold(facts.website))
    host, port, rest = found.groups("") if found else ("", "", "")
    for typed in asked.websites if host else ():
        place = host + (port if ":" in typed else "") + (rest.rstrip("/") if "/" in typed else "")
        if wildcards.whole(typed).matches(place):
            return f"its website is like “{typed}”"
    return ""


def _names(asked: Conditions, facts: Facts) -> str:
    found = _found(asked.names, wildcards.words_of(facts.name))
    return f"the name holds “{found}”" if found else ""


def _words(asked: Conditions, facts: Facts) -> str:
    # As typed, where an address behind a link stands, and as seen, where no sign of Markdown parts a word.
    found = _found(asked.words, wildcards.words_of(f"{facts.text}\n{facts.plain}"))
    return f"it says “{found}”" if found else ""


def _found(patterns: Sequence[str], words: str) -> str:
    return next((typed for typed in patterns if wildcards.pattern(typed).found_in(words)), "")


def _languages(asked: Conditions, facts: Facts) -> str:
    among = facts.language in asked.languages
    return f"it is in {LANGUAGES[facts.language]}" if facts.language and among is not asked.unlike else ""


_CONDITIONS = {
    "links": _links,
    "pages": _pages,
    "age": _age,
    "first": _first,
    "networks": _networks,
    "rate": _rate,
    "addresses": _addresses,
    "websites": _websites,
    "names": _names,
    "words": _words,
    "languages": _languages,
}


# ── kept as JSON ────────────────────────────────────────────────────────────────────────────────────────────────────


def as_json(conditions: Conditions) -> str:
    """The conditions that are asked, as they are kept."""
    return json.dumps(as_data(conditions), ensure_ascii=False, sort_keys=True)


def as_data(conditions: Conditions) -> dict[str, object]:
    """The same as a mapping."""
    asked = {name: getattr(conditions, name) for name in Conditions.__slots__}
    networks = [{"hash": one.hash, "label": one.label, "at": one.at} for one in conditions.networks]
    return {name: value for name, value in (asked | {"networks": networks}).items() if value}


@functools.lru_cache(maxsize=200)
def from_json(kept: str) -> Conditions:
    """What `as_json` wrote."""
    return from_data(json.loads(kept))


def from_data(kept: Mapping[str, object]) -> Conditions:
    """What `as_data` gave, also once it went through JSON."""
    data = {name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()}
    networks = tuple(Network(**one) for one in data.get("networks", ()))  # type: ignore[attr-defined]
    return Conditions(**data | {"networks": networks})  # type: ignore[arg-type]

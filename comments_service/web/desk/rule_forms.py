"""A rule as it is typed: each field read into a condition, with a sentence where it needs another look."""

import ipaddress
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from comments_service import texts
from comments_service.errors import invalid
from comments_service.screening import Action, rules, wildcards
from comments_service.screening.languages import LANGUAGES
from comments_service.screening.rules import Conditions, Network, Rule

_NARROWEST = {4: 24, 6: 64}
_NO_CONDITION = "Say which replies this is for: at least one of the conditions below."
_WAY_TO_A_HOST = re.compile(r"(?:https?://)?(?:www\.)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What stands around a form: the networks that the rule had, what hashes an address's network, the essays' paths.

    `here` is the network of the reply that the rule is made at, as a keyed hash (empty if it is none, or forgotten),
    `called` what it would be called; `now` and `today` are the present, as stored and in words.
    """

    hash_of: Callable[[str], str]
    pages: Collection[str]
    now: str
    today: str
    networks: tuple[Network, ...] = ()
    here: str = ""
    called: str = ""


@dataclass(frozen=True, slots=True)
class _Typed:
    """The fields of a form, and what is wrong with each of those read so far."""

    given: Mapping[str, str]
    wrong: dict[str, str] = field(default_factory=dict)

    def line(self, name: str) -> str:
        """A field in one line, well-formed."""
        return " ".join(texts.mend(self.given.get(name, "")).split())

    def lines(self, name: str) -> list[str]:
        """A field line by line, also where commas part them, each once."""
        parts = re.split(r"[\n,]", texts.mend(self.given.get(name, "")))
        return list(dict.fromkeys(" ".join(part.split()) for part in parts if part.strip()))


def read(given: Mapping[str, str], around: Around) -> Rule:
    """The rule that a form describes, with no id yet. Raises Problem (422) that tells of every field at once."""
    typed = _Typed(given)
    draft = Rule(
        id="",
        name=_name(typed),
        action=_action(typed),
        sentence=_sentence(typed),
        conditions=_conditions(typed, around),
        place=0,
        on_at=None,
        made_by="",
        made_at="",
    )
    if not typed.wrong and draft.conditions.none:
        typed.wrong["conditions"] = _NO_CONDITION
    if typed.wrong:
        raise invalid(typed.wrong)
    return draft


def _name(typed: _Typed) -> str:
    name = typed.line("name")
    if not name or len(name) > rules.LONGEST_NAME:
        typed.wrong["name"] = f"Give the rule a name that you know it by, of at most {rules.LONGEST_NAME} characters."
    return name


def _action(typed: _Typed) -> Action:
    try:
        return Action(typed.given.get("action", ""))
    except ValueError:
        typed.wrong["action"] = "Choose what is done: let stand, hold, file as spam, or refuse."
        return Action.HOLD


def _sentence(typed: _Typed) -> str:
    sentence = typed.line("sentence")
    if typed.given.get("action") == Action.REFUSE and not sentence:
        typed.wrong["sentence"] = "Say to whoever is refused why, in a sentence: their words stay with them."
    if len(sentence) > rules.LONGEST_SENTENCE:
        typed.wrong["sentence"] = f"Please say it in at most {rules.LONGEST_SENTENCE} characters."
    return sentence


def _conditions(typed: _Typed, around: Around) -> Conditions:
    return Conditions(
        first=_number(typed, "first", rules.MOST_FIRST),
        links=_number(typed, "links", rules.MOST_LINKS),
        words=_patterns(typed, "words", wildcards.pattern),
        names=_patterns(typed, "names", wildcards.pattern),
        addresses=_patterns(typed, "addresses", wildcards.whole),
        websites=_patterns(typed, "websites", wildcards.whole),
        networks=_networks(typed, around),
        pages=_pages(typed, around),
        age=_number(typed, "age", rules.MOST_DAYS),
        rate=_rate(typed),
        languages=tuple(code for code in LANGUAGES if typed.given.get(f"language_{code}")),
        unlike=typed.given.get("unlike") == "yes" and any(typed.given.get(f"language_{code}") for code in LANGUAGES),
    )


def _number(typed: _Typed, name: str, most: int) -> int | None:
    text = typed.line(name)
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and 1 <= int(text) <= most):
        typed.wrong[name] = f"Give a whole number from 1 to {most:,}, or leave it empty."
        return None
    return int(text)


def _rate(typed: _Typed) -> tuple[int, int] | None:
    most, minutes = _number(typed, "rate", rules.MOST_REPLIES), _number(typed, "minutes", rules.MOST_MINUTES)
    if most and minutes:
        return most, minutes
    if (most or minutes) and not {"rate", "minutes"} & typed.wrong.keys():
        typed.wrong["rate"] = "Give both: how many replies, and within how many minutes."
    return None


def _patterns(typed: _Typed, name: str, check: Callable[[str], object]) -> tuple[str, ...]:
    found = typed.lines(name)
    if name == "websites":
        found = [_WAY_TO_A_HOST.sub("", one, count=1).rstrip("/") or one for one in found]
    if len(found) > wildcards.MOST_PATTERNS:
        message = f"A list has at most {wildcards.MOST_PATTERNS} lines; make a second rule for the others."
        typed.wrong[name] = message
        return ()
    for one in found:
        try:
            check(one)
        except ValueError as error:
            typed.wrong[name] = str(error)
    return tuple(found)


def _pages(typed: _Typed, around: Around) -> tuple[str, ...]:
    path = typed.line("page")
    if path and path not in around.pages:
        typed.wrong["page"] = "There is no such essay any more. Choose another one, or any."
    return (path,) if path in around.pages else ()


def _networks(typed: _Typed, around: Around) -> tuple[Network, ...]:
    kept = [one for number, one in enumerate(around.networks) if typed.given.get(f"network_{number}")]
    if typed.given.get("network_here") and around.here:
        kept.append(Network(around.here, around.called, around.now))
    for line in typed.given.get("networks", "").splitlines():
        address, _, label = " ".join(texts.mend(line).split()).partition(" ")
        if not address:
            continue
        try:
            hashed = around.hash_of(_neighbourhood(address))
        except ValueError as error:
            typed.wrong["networks"] = str(error)
            continue
        kept.append(Network(hashed, label[: rules.LONGEST_LABEL] or f"a network noted on {around.today}", around.now))
    if len(kept) > rules.MOST_NETWORKS:
        typed.wrong["networks"] = f"At most {rules.MOST_NETWORKS} networks; make a second rule for the others."
    return tuple(kept)


def _neighbourhood(typed: str) -> str:
    """An address of the network that was typed; ValueError with a sentence for one that is none, or too wide."""
    try:
        network = ipaddress.ip_network(typed, strict=False)
    except ValueError:
        message = f"“{typed[:60]}” is no address. Give one such as 203.0.113.7 or 2001:db8::/64, then what you call it."
        raise ValueError(message) from None
    narrowest = _NARROWEST[network.version]
    if network.prefixlen < narrowest:
        message = (
            f"“{typed}” is too wide. Of a network only a hash of its /24 (/64 with IPv6) is known, so nothing wider can"
            " be recognized."
        )
        raise ValueError(message)
    return str(network.network_address)


def as_typed(rule: Rule) -> dict[str, str]:
    """A rule as its form shows it."""
    asked = rule.conditions
    rate, minutes = asked.rate or ("", "")
    numbers = {"first": asked.first, "links": asked.links, "age": asked.age, "rate": rate, "minutes": minutes}
    lists = {name: "\n".join(getattr(asked, name)) for name in ("words", "names", "addresses", "websites")}
    return {
        "name": rule.name,
        "action": str(rule.action),
        "sentence": rule.sentence,
        "page": next(iter(asked.pages), ""),
        "unlike": "yes" if asked.unlike else "",
        **{name: str(number or "") for name, number in numbers.items()},
        **lists,
        **{f"language_{code}": "yes" for code in asked.languages},
        **{f"network_{number}": "yes" for number in range(len(asked.networks))},
    }

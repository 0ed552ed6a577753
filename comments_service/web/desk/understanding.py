"""What the moderation list is asked for, once who and where is looked up: what is to be found, and that in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from comments_service import identity, ids, searching
from comments_service.database import Database
from comments_service.engagement.joins import Joins
from comments_service.keys import Keys
from comments_service.models import Page
from comments_service.store import comments, found
from comments_service.store.found import Trait, Wanted
from comments_service.web.desk.asked import Asked, Tab

TRAITS = {
    Trait.QUESTION: "with a question",
    Trait.LINK: "with a link",
    Trait.FIRST: "first-time writers",
    Trait.UNANSWERED: "unanswered",
}
_NO_WORDS = "“{}” holds nothing to look for. Write words or figures."
_NO_NETWORK = "“{}” is no network address. Write one such as 203.0.113.7 or 2001:db8::1."
_NO_LONGER = "Where that reply came from is known no more: networks are forgotten after 30 days."
_NO_HISTORY = "This person wants no history kept of them, so their words are not gathered."


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing that is asked for, in words, and the address of the list without it."""

    words: str
    without: str


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter in words, the address of the list with it, or without it where it is `on`."""

    words: str
    address: str
    on: bool


@dataclass(frozen=True, slots=True)
class Understood:
    """What is to be found, told back in `chips`; `problems` are sentences about what can't be looked for."""

    wanted: Wanted
    chips: tuple[Chip, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Looking:
    """Where things are looked up, and for whose eyes."""

    db: Database
    keys: Keys
    essays: Mapping[str, Page]
    private: bool


@dataclass(frozen=True, slots=True)
class _Part:
    """What one field comes to: in words, what it wants, and why that can't be looked for."""

    words: str
    wants: Mapping[str, object] = field(default_factory=dict)
    problem: str = ""


def understood(db: Database, keys: Keys, asked: Asked, essays: Mapping[str, Page], *, private: bool) -> Understood:
    """What an address means. With `private=False` nothing is told of what a reader wrote for the author only."""
    looking = _Looking(db, keys, essays, private)
    parts = {name: read(looking, typed) for name, read in _FIELDS.items() if (typed := getattr(asked, name))}
    wants = {key: value for part in parts.values() for key, value in part.wants.items()}
    rest = {"state": asked.tab.state, "reported": asked.tab is Tab.REPORTED, "traits": frozenset(asked.traits)}
    return Understood(
        Wanted(private=private, **rest, **wants),  # type: ignore[arg-type]
        tuple(Chip(part.words, asked.address(**{name: ""})) for name, part in parts.items()),
        tuple(part.problem for part in parts.values() if part.problem),
    )


def filters(asked: Asked) -> tuple[Filter, ...]:
    """The filters, each with the way to switch it."""
    found_ = []
    for trait, words in TRAITS.items():
        on = trait in asked.traits
        others = tuple(one for one in asked.traits if one is not trait)
        found_.append(Filter(words, asked.address(traits=others if on else (*asked.traits, trait)), on))
    return tuple(found_)


def _words(looking: _Looking, typed: str) -> _Part:
    """Words; what is a network address and nothing else is looked for as one, unless it stands in quotes."""
    network = identity.network(looking.keys.networks, typed)
    return _from(typed, network) if network else _terms("terms", "“{}”", typed)


def _name(_looking: _Looking, typed: str) -> _Part:
    return _terms("names", "by “{}”", typed)


def _terms(field_: str, said: str, typed: str) -> _Part:
    terms = searching.terms(typed)
    return _Part(said.format(typed.strip('"')), {field_: terms}, "" if terms else _NO_WORDS.format(typed))


def _essay(looking: _Looking, path: str) -> _Part:
    essay = looking.essays.get(path)
    return _Part(f"on {essay.title if essay else path}", {"page": path})


def _network(looking: _Looking, typed: str) -> _Part:
    """A network by a comment that came from it, so that no address holds its hash; or by an address, as typed."""
    comment = comments.find(looking.db, typed) if ids.is_id(typed) else None
    if comment is None or not (looking.private or comment.private_at is None):
        network = identity.network(looking.keys.networks, typed)
        return _from(typed, network) if network else _Part(f"from {typed}", problem=_NO_NETWORK.format(typed))
    told = f"from the network of {comment.name}" if comment.name else "from the network of a withdrawn reply"
    return _Part(told, {"network": comment.network}, "" if comment.network else _NO_LONGER)


def _from(address: str, network: str) -> _Part:
    return _Part(f"from the network of {address}", {"network": network})


def _person(looking: _Looking, id_: str) -> _Part:
    """Everybody whom the desk takes for one with a person; who wants no history kept is not gathered."""
    joins = Joins(looking.db, [id_])
    members = joins.members(id_)
    refused = joins.refused(members)
    people = tuple(one for one in members if one not in refused)
    newest = found.page_of(looking.db, Wanted(people=people, private=looking.private), limit=1)
    called = newest[0].name if newest else "somebody"
    return _Part(f"by {called}", {"people": people}, _NO_HISTORY if id_ in refused else "")


_FIELDS: Mapping[str, Callable[[_Looking, str], _Part]] = {
    "q": _words,
    "name": _name,
    "page": _essay,
    "network": _network,
    "person": _person,
}

"""What an address asks of the moderation list: a tab, a search, filters; and the addresses that ask otherwise."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qsl, urlencode, urlsplit

from comments_service import ids, searching
from comments_service.models import State
from comments_service.store.found import Trait

MODERATION = "/desk/moderation"


class Tab(StrEnum):
    """The parts of the list: a state each, what was reported, and everything."""

    HELD = "held"
    PUBLISHED = "published"
    REJECTED = "rejected"
    SPAM = "spam"
    REMOVED = "removed"
    REPORTED = "reported"
    ALL = "all"

    @property
    def state(self) -> State | None:
        """The one state of all that stands here."""
        return None if self in {Tab.REPORTED, Tab.ALL} else State(self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an address asks for, known fields only; what is empty is not asked for.

    `q` and `name` are as they were typed. `network` is the id of a comment, for all that came from where it did, or an
    address as it was typed; `person` is somebody's id. `after` is the last comment of the page before this one, and
    `select` says that every box is to be ticked.
    """

    tab: Tab = Tab.HELD
    q: str = ""
    name: str = ""
    page: str = ""
    network: str = ""
    person: str = ""
    traits: tuple[Trait, ...] = ()
    after: str = ""
    select: bool = False

    @property
    def typed_network(self) -> str:
        """The network as it was typed, empty if it is that of a comment."""
        return "" if ids.is_id(self.network) else self.network

    @property
    def narrowed(self) -> bool:
        """Whether anything but a tab is asked for."""
        return any(getattr(self, name) for name in (*_TEXTS, "traits"))

    def address(self, **changes: object) -> str:
        """The address of this list with some changes; without them, from its beginning and with nothing ticked."""
        asked = dataclasses.replace(self, **({"after": "", "select": False} | changes))  # type: ignore[arg-type]
        query = [("state", asked.tab.value)] if asked.tab is not Tab.HELD else []
        query += [(name, value) for name in _TEXTS if (value := getattr(asked, name))]
        query += [("only", trait.value) for trait in asked.traits]
        query += [("after", asked.after)] if asked.after else []
        query += [("select", "all")] if asked.select else []
        return f"{MODERATION}?{urlencode(query)}" if query else MODERATION


_TEXTS = ("q", "name", "page", "network", "person")


def of(query: Iterable[tuple[str, str]]) -> Asked:
    """What the pairs of a query ask for; whatever is unknown asks for nothing."""
    pairs = [(name, value.replace("\0", "").strip()) for name, value in query]
    given = {name: value for name, value in pairs if value}
    traits = {value for name, value in pairs if name == "only"}
    tab, after = given.get("state", ""), given.get("after", "")
    return Asked(
        tab=Tab(tab) if tab in set(Tab) else Tab.HELD,
        **{name: " ".join(given.get(name, "").split())[: searching.LONGEST].strip() for name in _TEXTS},
        traits=tuple(trait for trait in Trait if trait in traits),
        after=after if ids.is_id(after) else "",
        select=given.get("select") == "all",
    )


def of_address(address: str) -> Asked:
    """What an address asks for; one that leads elsewhere asks for nothing."""
    parts = urlsplit(address)
    return of(parse_qsl(parts.query)) if parts.path == MODERATION else Asked()

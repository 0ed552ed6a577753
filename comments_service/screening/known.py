"""What is known of spam before anything is learned: link shorteners and phrases, from a list of our own."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib import resources

from comments_service import texts
from comments_service.screening import Action, Signal

FILE = "known_spam.toml"
TOLD = "It reads like advertising in places, so the author looks at it before others do."
TOLD_OF_LINK = "It holds a shortened link, so the author looks where it leads before others do."

_WORD = re.compile(r"\w+(?:['’]\w+)*")


@cache
def _lists() -> dict[str, list[str]]:
    table: dict[str, list[str]] = tomllib.loads(resources.files(__package__).joinpath(FILE).read_text("utf-8"))
    return table


@cache
def shorteners() -> frozenset[str]:
    """Hosts whose links hide where they lead."""
    return frozenset(_lists()["shorteners"])


@cache
def phrases() -> dict[str, list[tuple[str, ...]]]:
    """What advertisers write and readers hardly ever do, word by word, by its first word."""
    by_first: dict[str, list[tuple[str, ...]]] = {}
    for phrase in _lists()["phrases"]:
        words = tuple(_WORD.findall(phrase))
        by_first.setdefault(words[0], []).append(words)
    return by_first


def signals(plain: str, hosts: list[str]) -> list[Signal]:
    """What the list says of a reply's words (text, as `rendering.plain` gives) and of the hosts of its links."""
    found = []
    if said := list(dict.fromkeys(_said(plain))):
        named = ", ".join(f"“{phrase}”" for phrase in said[:3])
        found.append(Signal(Action.HOLD, TOLD, f"On the list of spam phrases: {named}."))
    if short := [host for host in hosts if host in shorteners()]:
        found.append(Signal(Action.HOLD, TOLD_OF_LINK, f"A shortened link: {', '.join(short[:3])}."))
    return found


def _said(plain: str) -> Iterator[str]:
    plain = texts.without_unseen(plain)
    words = _WORD.findall(unicodedata.normalize("NFKC", plain).casefold())
    by_first, unspaced = phrases(), _lists()["unspaced"]
    for place, word in enumerate(words):
        for phrase in by_first.get(word, ()):
            if tuple(words[place : place + len(phrase)]) == phrase:
                yield " ".join(phrase)
    yield from () if plain.isascii() else (phrase for phrase in unspaced if phrase in plain)

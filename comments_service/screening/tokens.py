"""What a filter looks at in a reply: its words and pairs of them, its links, and how it is made up."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import NamedTuple
from urllib.parse import urlsplit

from comments_service import rendering, texts
from comments_service.screening import known

# Raised whenever the same reply would give other tokens than before.
VERSION = 2
# Two hundred tell what a reply is about; the rest of a long one would cost, and change nothing.
MOST = 250
_MOST_WORDS = 120
_LONGEST_WORD = 24
_SHORT = 14
_MANY = 3

_MOST_OF_A_PATH = 8

_HREF = re.compile(r'<a href="([^"]+)"')
_ADDRESS = re.compile(r"(?:https?://|www\.|mailto:)\S+", re.IGNORECASE)
_PLACE = re.compile(r"^\w+://[^/]*")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
# Scripts that set no spaces between words: there, two letters say as much as a word.
_UNSPACED = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_LATIN, _CYRILLIC_OR_GREEK = re.compile("[a-z\u00c0-\u024f]"), re.compile("[\u0370-\u052f]")
_MONEY = re.compile(r"[$€£¥₹₽]\s?\d|\d[\d.,]*\s?(?:[$€£¥₹₽]|usd|eur|btc|usdt)\b", re.IGNORECASE)
_TELEPHONE = re.compile(r"(?<!\w)\+?\d(?:[\s().-]?\d){8,14}(?!\w)")
_PERCENT = re.compile(r"\d\s?%")
_MENTION = re.compile(r"(?<![\w@])@\w{4,}|\bt\.me/|\bwa\.me/", re.IGNORECASE)
_PICTOGRAM = re.compile("[\u2600-\u27bf\U0001f300-\U0001faff]")

# How a reply is made up, in the words in which it is told; each is a token.
MADE_UP = {
    "capitals": "words in capitals",
    "money": "amounts of money",
    "telephone": "a telephone number",
    "percent": "percentages",
    "mention": "an account to write to",
    "pictograms": "many pictograms",
    "exclamations": "many exclamation marks",
    "alphabets": "words of mixed alphabets",
    "digits": "words with digits in them",
    "short with a website": "few words and a website",
    "a website": "a website",
    "no website": "no website",
    "no link": "no link",
    "one link": "a link",
    "two links": "two links",
    "many links": "many links",
    "shortener": "a shortened link",
    "long name": "a name of many words",
    "asks": "a question",
}


class Token(NamedTuple):
    """One thing about a reply. `kind` is `word`, `pair`, `host`, `path`, `name`, `site` or `made up`."""

    kind: str
    text: str

    @property
    def key(self) -> str:
        """What it is counted under."""
        return f"{self.kind} {self.text}"


def tokens(text: str, html: str, name: str, website: str) -> list[Token]:
    """Each token of a reply once, the telling before the many; at most `MOST`.

    `html` is what `rendering.to_html` made of `text`. The same in, the same out.
    """
    plain = rendering.plain(html)
    bare = _ADDRESS.sub(" ", plain)
    words = list(islice(_words(bare), _MOST_WORDS))
    links = _HREF.findall(html)
    found = [
        *_made_up(text, bare, words, name, website, html),
        *_of_links(links, website),
        *(Token("name", word) for word in _words(name)),
        *(Token("word", word) for word in words),
        *(Token("pair", f"{one} {other}") for one, other in pairwise(words)),
    ]
    return list(dict.fromkeys(found))[:MOST]


def hosts(html: str, website: str) -> list[str]:
    """Where the links of a reply and its writer's website lead, each host once."""
    return list(dict.fromkeys(filter(None, map(_host, [*_HREF.findall(html), website]))))


def _words(text: str) -> Iterator[str]:
    for word in _WORD.findall(unicodedata.normalize("NFKC", texts.without_unseen(text)).casefold()):
        if not word.isascii() and _UNSPACED.match(word):
            yield from (word[start : start + 2] for start in range(max(1, len(word) - 1)))
        elif len(word) <= _LONGEST_WORD and not word.isdecimal():
            yield word


def _host(address: str) -> str:
    try:
        host = urlsplit(address.replace("&amp;", "&")).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


def _of_links(links: list[str], website: str) -> Iterator[Token]:
    for address in links:
        if host := _host(address):
            yield Token("host", host)
            yield Token("host", "." + host.rpartition(".")[2])
            # The words of an address: /buy-cheap-watches?ref=7
            yield from (Token("path", word) for word in islice(_words(_PLACE.sub("", address)), _MOST_OF_A_PATH))
    if host := _host(website):
        yield Token("site", host)
        yield Token("site", "." + host.rpartition(".")[2])
        yield from (Token("site", word) for word in re.split(r"[.-]", host)[:-1] if len(word) > 2)  # noqa: PLR2004


def _made_up(text: str, bare: str, words: list[str], name: str, website: str, html: str) -> Iterator[Token]:
    letters = [letter for letter in bare if letter.isalpha()]
    number = min(html.count('<a href="'), _MANY)
    told = {
        "capitals": len(letters) > _SHORT and sum(map(str.isupper, letters)) > 0.4 * len(letters),
        "money": _MONEY.search(bare),
        "telephone": _TELEPHONE.search(bare),
        "percent": _PERCENT.search(bare),
        "mention": _MENTION.search(text),
        "pictograms": len(_PICTOGRAM.findall(bare)) >= _MANY,
        "exclamations": bare.count("!") >= _MANY,
        "alphabets": any(_LATIN.search(word) and _CYRILLIC_OR_GREEK.search(word) for word in words),
        "digits": any(word[0].isalpha() and any(map(str.isdecimal, word)) and word.isalnum() for word in words),
        "short with a website": website and len(words) <= _SHORT,
        "a website": website,
        "no website": not website,
        "shortener": not known.shorteners().isdisjoint(hosts(html, "")),
        "long name": len(name.split()) >= _MANY,
        "asks": "?" in bare,
    }
    yield Token("made up", ("no link", "one link", "two links", "many links")[number])
    yield from (Token("made up", feature) for feature, holds in told.items() if holds)

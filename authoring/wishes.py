"""What an author is asked at `make start`, and how what they type is understood: ValueError holds a sentence."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from comments_service import names, texts
from comments_service.settings import Settings

_LONGEST_LINE = 120
_LONGEST_PROMISE = 24 * 365  # hours
_UNITS = {"hour": 1, "day": 24, "week": 24 * 7}
_NO_PROMISE = {"no", "none", "never", "no promise"}
_SUGGESTED_PROMISE = 72
_HERE = ("localhost", "127.", "[::1]")


def line(words: str) -> str:
    """One line that can be seen."""
    cleaned = " ".join(texts.clean(words).split())
    if not cleaned or len(cleaned) > _LONGEST_LINE:
        raise ValueError(f"Please give one line of words, of at most {_LONGEST_LINE} characters.")
    return cleaned


def address(words: str) -> str:
    """Where readers find the site: `example.org` is taken for `https://example.org`."""
    url = words.strip()
    if "://" not in url:
        url = f"{'http' if url.startswith(_HERE) else 'https'}://{url}"
    url = url.removesuffix("/")
    if not re.search(r"[\s@\\]", url) and _is_of_a_site(url):
        return url
    raise ValueError(f"“{words}” is no address for a site. It takes one such as https://example.org, without a path.")


def hours(words: str) -> int:
    """A promise in hours: `72`, `3 days`, `a week`, `no promise`."""
    said = words.strip().lower()
    if said in _NO_PROMISE:
        return 0
    found = re.fullmatch(r"(\d{1,4}|an?|one)(?:\s*(hour|day|week)s?)?", said)
    if found and (found[2] or found[1].isdecimal()):
        number = (int(found[1]) if found[1].isdecimal() else 1) * _UNITS[found[2] or "hour"]
        if number <= _LONGEST_PROMISE:
            return number
    raise ValueError(
        f"“{words}” is no time to answer within. It takes hours, such as 72, or “3 days”, “a week”, “no promise”.",
    )


def _is_of_a_site(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0 and not any(parts[2:])
    except ValueError:
        return False


def known_address(now: Settings) -> str:
    """The address that was chosen, or nothing."""
    return "" if now.url == Settings().url else now.url


def _promise(now: Settings) -> str:
    return str(_SUGGESTED_PROMISE if now.answer_within is None else now.answer_within)


@dataclass(frozen=True, slots=True)
class Question:
    """Something to know: its setting and flag, how it is asked, how an answer is understood, what is offered as one."""

    setting: str
    flag: str
    words: str
    understand: Callable[[str], str | int]
    default: Callable[[Settings], str]


QUESTIONS = (
    Question("title", "--title", "The title of the blog", line, lambda now: now.title),
    Question("tagline", "--tagline", "One line under the title", line, lambda now: now.tagline),
    Question("author", "--name", "Your name, as readers will see it", names.clean, lambda now: now.author),
    Question("url", "--address", "Its address on the web, if you know it yet", address, known_address),
    Question(
        "answer_within",
        "--answer-within",
        "Within how many hours do you promise to answer (24, 72, 168; 0 for no promise)",
        hours,
        _promise,
    ),
)

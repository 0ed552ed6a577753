"""The lines of front matter: which there are, where each may stand, and what can be wrong with its value."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from comments_service import ids
from comments_service.models import OWED

_SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
# A former address may come from another program, which made it otherwise.
_FORMER = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9._~-]*(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
# Written thus, it can be read without Pelican, which takes long to begin.
_PLAIN_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?: [0-9]{2}:[0-9]{2}(?::[0-9]{2})?)?")
_STATUSES = ("published", "draft", "hidden", "skip")

ESSAY, EDITION, PAGE = "essay", "edition", "page"
EVERYWHERE = frozenset({ESSAY, EDITION, PAGE})


def _nothing(_: str) -> None:
    return None


def read_date(value: str) -> datetime:
    """A day and hour as Pelican reads them. Raises ValueError, or OverflowError, when it is none."""
    if _PLAIN_DATE.fullmatch(value):
        return datetime.fromisoformat(value)
    from pelican.utils import get_date

    said: datetime = get_date(value)
    return said


@lru_cache
def moment(value: str, zone: ZoneInfo) -> datetime:
    """A day and hour as Pelican reads them, in the blog's time zone. Raises ValueError when it is none."""
    try:
        said = read_date(value)
        return (said if said.tzinfo else said.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError as error:
        raise ValueError(str(error)) from error


def _date(value: str) -> str | None:
    try:
        moment(value, ZoneInfo("UTC"))
    except ValueError:
        return f"“{value}” is no day; write it like 2026-11-03 08:00"
    return None


def _slug(value: str) -> str | None:
    if _SLUG.fullmatch(value):
        return None
    return f"“{value}” makes no good address; a slug has small letters, digits, and single hyphens: the-week-after"


def _status(value: str) -> str | None:
    return None if value in _STATUSES else f"“{value}” is none of {', '.join(_STATUSES)}"


def _conversation(value: str) -> str | None:
    said = value.lower()
    if said in {"open", "closed"}:
        return None
    if not said.startswith("until "):
        return f"“{value}” is neither open, closed, nor until a day: until 2026-12-31"
    try:
        date.fromisoformat(said.removeprefix("until ").strip())
    except ValueError:
        return f"“{value}” needs a day after “until”: until 2026-12-31"
    return None


def _answers(value: str) -> str | None:
    return None if value.lower() in OWED else f"“{value}” is none of {', '.join(OWED)}"


def _replies(value: str) -> str | None:
    wrong = next((one for one in listed(value) if not ids.is_id(one)), "")
    return f"“{wrong}” is no reply; copy its id from the end of its address, after “comment-”" if wrong else None


def _edition(value: str) -> str | None:
    return None if value.isdecimal() and int(value) else f"“{value}” is no number; an edition has one, such as 2"


def _language(value: str) -> str | None:
    return None if _LANGUAGE.fullmatch(value) else f"“{value}” is no language tag, such as en or pt-BR"


def _aliases(value: str) -> str | None:
    for alias in listed(value):
        if not _FORMER.fullmatch(alias.strip("/")):
            return f"“{alias}” can be no address; an alias is what stood between the slashes: the-week-after"
    return None


@dataclass(frozen=True, slots=True)
class Field:
    """One line: its name as it is written, where it may stand, where it must, and what can be wrong with a value.

    Most lines may be empty and count as none then; Pelican stops at some that are.
    """

    name: str
    stands_in: frozenset[str] = EVERYWHERE
    needed_in: frozenset[str] = frozenset()
    wrong: Callable[[str], str | None] = _nothing
    may_be_empty: bool = True

    @property
    def key(self) -> str:
        """The name as programs know it."""
        return self.name.lower()


_ESSAYS = frozenset({ESSAY, EDITION})
_ONLY_ESSAYS = frozenset({ESSAY})

FIELDS = (
    Field("Title", needed_in=EVERYWHERE),
    Field("Date", needed_in=_ESSAYS, wrong=_date, may_be_empty=False),
    Field("Modified", wrong=_date, may_be_empty=False),
    Field("Slug", wrong=_slug),
    Field("Tags", _ESSAYS),
    Field("Summary"),
    Field("Description"),
    Field("Share", _ONLY_ESSAYS),
    Field("Question", _ESSAYS),
    Field("Authors", _ESSAYS),
    Field("Hosts", _ONLY_ESSAYS),
    Field("Series", _ONLY_ESSAYS),
    Field("Image"),
    Field("Lang", wrong=_language, may_be_empty=False),
    Field("Status", wrong=_status),
    Field("Conversation", _ONLY_ESSAYS, wrong=_conversation),
    Field("In_reply_to", _ONLY_ESSAYS, wrong=_replies),
    Field("Reply_note", _ONLY_ESSAYS),
    Field("Answers", _ONLY_ESSAYS, wrong=_answers),
    Field("Aliases", wrong=_aliases),
    Field("Edition", _ESSAYS, frozenset({EDITION}), wrong=_edition, may_be_empty=False),
    Field("Edition_note", _ESSAYS),
    Field("Edition_of", frozenset({EDITION})),
    Field("Unchecked"),
)
BY_KEY = {field.key: field for field in FIELDS}


def listed(value: str) -> list[str]:
    """The parts of a line that holds several, separated by semicolons or else by commas."""
    return [part.strip() for part in value.split(";" if ";" in value else ",") if part.strip()]

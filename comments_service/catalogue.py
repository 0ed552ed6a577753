"""What readers are told: the sentences of pages and letters stand in one catalogue for each language, in `theme/words`.

A catalogue is TOML and not a `.po` file, so that nothing has to be compiled and a translator needs no tool; plural
rules are written, and read, as gettext does. The site's build reads the same files, by this module.
"""

import gettext
import hashlib
import logging
import string
import tomllib
from collections.abc import Mapping
from datetime import date as calendar_day
from datetime import datetime
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup, escape

from comments_service import wording
from comments_service.settings import ROOT

FOLDER = ROOT / "theme" / "words"
ORIGINAL = "en"
_ONE_OR_MORE = "nplurals=2; plural=(n != 1);"
_FORMATTER = string.Formatter()
_log = logging.getLogger(__name__)
# A sentence taken apart once: words, then what is filled in, by its name and how it is written (`,` for 1,234).
_Parts = tuple[tuple[str, str | None, str], ...]


class Words:
    """The sentences of one language, by name: `frame.skip`. What it lacks is said in the original language.

    `language` is that of the catalogue that was found: the language in which these words really are.
    """

    def __init__(self, language: str, chosen: Mapping[str, Any], original: Mapping[str, Any]) -> None:
        self.language = language
        self._tables = (chosen, original) if chosen is not original else (original,)
        # What was asked for before: a page says the same sentences for each comment.
        self._known: dict[str, tuple[Any, tuple[_Parts, ...]]] = {}
        self._fixed: dict[str, Markup] = {}
        self._days: dict[tuple[str, calendar_day], Markup] = {}

    def say(self, name: str, /, n: int | None = None, **filled: object) -> Markup:
        """The sentence of this name as HTML; `n` chooses its form. What is filled in is escaped unless it is markup.

        Raises KeyError for a name that not even the original has.
        """
        if n is not None or filled:
            return Markup(_filled(self._form(name, n), n, filled, escape))  # noqa: S704 -- a catalogue is part of the theme
        if (fixed := self._fixed.get(name)) is None:
            fixed = self._fixed[name] = Markup(_filled(self._form(name, n), n, filled, escape))  # noqa: S704
        return fixed

    def text(self, name: str, /, n: int | None = None, **filled: object) -> str:
        """The same as plain text, to be escaped where it is shown: for sentences without HTML."""
        return _filled(self._form(name, n), n, filled, str)

    def shown(self, name: str, /, n: int | None = None, **filled: object) -> Markup:
        """What `text` says, as HTML: also the catalogue's own words are escaped; what is filled in may be markup."""
        form = tuple((str(escape(words)), what, spec) for words, what, spec in self._form(name, n))
        return Markup(_filled(form, n, filled, escape))  # noqa: S704 -- all of it is escaped

    def pieces(self, name: str) -> _Parts | None:
        """A sentence taken apart, for who puts it together elsewhere; None if a number decides about its form."""
        form = self._form(name, None)
        return None if isinstance(self._find(name)[0], list) or any(spec for _, _, spec in form) else form

    def listed(self, name: str) -> list[str]:
        """The words of a list, such as the months."""
        return list(self._find(name)[0])

    def for_script(self, section: str) -> Markup:
        """All sentences of a section as JSON that can stand in HTML, names in braces: a script says them itself."""
        if (made := self._fixed.get(section)) is None:
            said = {key: self._find(f"{section}.{key}")[0] for key in self._tables[-1][section]}
            made = self._fixed[section] = htmlsafe_json_dumps(said, ensure_ascii=False, separators=(",", ":"))
        return made

    def ordinal(self, number: int) -> Markup:
        """Which edition: `second`."""
        known = self.listed("edition.ordinals")
        return Markup(known[number - 1]) if number <= len(known) else self.say("edition.ordinal_beyond", number)  # noqa: S704

    # ── days, moments, durations: the words of `wording`, in any language ──

    def day(self, day: calendar_day, name: str = "date.day") -> Markup:
        """A day of the calendar: `3 November 2026`."""
        if (said := self._days.get((name, day))) is None:
            month = Markup(self._find("date.months")[0][day.month - 1])  # noqa: S704 -- as the day that it is set into
            said = self._days[name, day] = self.say(name, day=day.day, month=month, year=day.year)
        return said

    def date(self, at: str, zone: ZoneInfo) -> str:
        """A stored time as a day: `3 November 2026`."""
        return self.day(datetime.fromisoformat(at).astimezone(zone).date())

    def date_and_time(self, at: str, zone: ZoneInfo) -> str:
        """A stored time as day and hour: `3 November 2026, 14:30`."""
        local = datetime.fromisoformat(at).astimezone(zone)
        return self.text("date.moment", day=self.day(local.date()), time=f"{local:%H:%M}")

    def duration(self, seconds: float) -> str:
        """How long something took, in its largest unit, rounded down: `5 hours`; under a minute is `a moment`."""
        number, unit = wording.largest(seconds)
        return self.text(f"duration.{unit}", number)

    def hours(self, number: int) -> str:
        """A promise in hours: `3 days`, `a week`, `36 hours`."""
        number, unit = wording.as_promised(number)
        return self.text(f"promised.{unit}", number)

    def at_most(self, seconds: int) -> str:
        """How long something took at the most, rounded up: `18 hours`, `4 days`."""
        number, unit = wording.rounded_up(seconds)
        return self.text(f"duration.{unit}", number)

    def _form(self, name: str, n: int | None) -> _Parts:
        known = self._known.get(name)
        if known is None:
            found, table = self._find(name)
            forms = found if isinstance(found, list) else [found]
            rule = _plural(table.get("plural", _ONE_OR_MORE)) if len(forms) > 1 else None
            known = self._known[name] = (rule, tuple(_apart(form) for form in forms))
        rule, parts = known
        return parts[min(rule(n or 0), len(parts) - 1)] if rule else parts[0]

    def _find(self, name: str) -> tuple[Any, Mapping[str, Any]]:
        section, _, key = name.partition(".")
        for table in self._tables:
            if key in table.get(section, {}):
                return table[section][key], table
        raise KeyError(f"A page says “{name}”, but {FOLDER.name}/{ORIGINAL}.toml has no such line.")


@lru_cache
def of(language: str) -> Words:
    """The words of a language, given as a BCP 47 tag: those of `pt-BR.toml`, else of `pt.toml`, else the original's."""
    original, nearest = _read(ORIGINAL), _nearest(language)
    return Words(nearest, original if nearest == ORIGINAL else _usable(nearest, original), original)


@cache
def fingerprint(language: str) -> str:
    """A digest of all that is said in a language: what was made with other words is stale."""
    names = sorted({ORIGINAL, _nearest(language)})
    return hashlib.sha256(b"".join((FOLDER / f"{name}.toml").read_bytes() for name in names)).hexdigest()[:16]


def _nearest(language: str) -> str:
    """The catalogue to speak a language with: the tag, shortened until there is one (RFC 4647, 3.4), or the original's.

    It is looked for among those that there are: a tag may come from anywhere, and in either case.
    """
    there = {file.stem.lower(): file.stem for file in FOLDER.glob("*.toml")}
    tag = language.lower()
    while tag and tag not in there:
        tag = tag.rpartition("-")[0]
    return there.get(tag, ORIGINAL)


def _usable(language: str, original: Mapping[str, Any]) -> Mapping[str, Any]:
    """A catalogue without its lines that could not be said, for they ask for something that nobody fills in.

    A slip of a translator's costs that line its language, and nobody a page or a letter.
    """
    usable: dict[str, Any] = {}
    for section, lines in _read(language).items():
        known = original.get(section)
        if not (isinstance(lines, dict) and isinstance(known, dict)):
            usable[section] = lines
            continue
        usable[section] = {key: line for key, line in lines.items() if _asks(line) <= _asks(known.get(key, ""))}
        for key in lines.keys() - usable[section].keys():
            _log.warning(
                "%s.toml, %s.%s: it names what the English line does not, which is said.", language, section, key
            )
    return usable


def _asks(line: str | list[str]) -> set[str]:
    """The names that a line fills in; what is no line, or has braces that don't match, asks for what there is not."""
    try:
        forms = [line] if isinstance(line, str) else line
        return {name for form in forms for _, name, _ in _apart(form) if name is not None}
    except (ValueError, TypeError):
        return {"}"}


def _apart(sentence: str) -> _Parts:
    return tuple((words, name, spec or "") for words, name, spec, _ in _FORMATTER.parse(sentence))


def _filled(parts: _Parts, n: int | None, filled: Mapping[str, object], written: Any) -> str:  # noqa: ANN401 -- escape or str
    said = ""
    for words, name, spec in parts:
        said += words
        if name is not None:
            value = n if name == "n" else filled[name]
            said += str(written(format(value, spec) if spec else value))
    return said


def _read(language: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))


@lru_cache
def _plural(rule: str) -> Any:  # noqa: ANN401 -- gettext says nothing of its type
    return gettext.c2py(rule.partition("plural=")[2].partition(";")[0])

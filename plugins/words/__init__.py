"""What the theme says: every sentence stands in one catalogue for each language, `theme/words/<language>.toml`.

A catalogue is TOML and not a `.po` file, so that nothing has to be compiled and a translator needs no tool; plural
rules are written, and read, as gettext does.
"""

import gettext
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from markupsafe import Markup
from pelican import signals
from pelican.generators import Generator

FOLDER = Path(__file__).resolve().parents[2] / "theme" / "words"
ORIGINAL = "en"
_ONE_OR_MORE = "nplurals=2; plural=(n != 1);"


class Words:
    """The sentences of one language, by name: `frame.skip`. What it lacks is said in the original language."""

    def __init__(self, chosen: Mapping[str, Any], original: Mapping[str, Any]) -> None:
        self._tables = (chosen, original) if chosen is not original else (original,)

    def say(self, name: str, /, n: int | None = None, **filled: object) -> Markup:
        """The sentence of this name; `n` chooses its form, and whatever is filled in is escaped unless it is markup.

        Raises KeyError for a name that not even the original has.
        """
        found, table = self._find(name)
        if isinstance(found, list):
            form = _plural(table.get("plural", _ONE_OR_MORE))(0 if n is None else n)
            found = found[min(form, len(found) - 1)]
        elif not filled:
            return Markup(found)  # noqa: S704 -- a catalogue is part of the theme
        return Markup(found).format(n=n, **filled)  # noqa: S704

    def listed(self, name: str) -> list[str]:
        """The words of a list, such as the months."""
        return list(self._find(name)[0])

    def day(self, day: date, name: str = "date.day") -> Markup:
        """A day of the calendar: `3 November 2026`."""
        return self.say(name, day=day.day, month=self.listed("date.months")[day.month - 1], year=day.year)

    def ordinal(self, number: int) -> Markup:
        """Which edition: `second`."""
        known = self.listed("edition.ordinals")
        return Markup(known[number - 1]) if number <= len(known) else self.say("edition.ordinal_beyond", number)  # noqa: S704

    def _find(self, name: str) -> tuple[Any, Mapping[str, Any]]:
        section, _, key = name.partition(".")
        for table in self._tables:
            if key in table.get(section, {}):
                return table[section][key], table
        raise KeyError(f"The theme says “{name}”, but {FOLDER.name}/{ORIGINAL}.toml has no such line.")


@lru_cache
def of(language: str) -> Words:
    """The words of a language, given as a BCP 47 tag: those of `pt-BR.toml`, else of `pt.toml`, else the original's."""
    original = _read(ORIGINAL)
    for name in (language, language.partition("-")[0]):
        if name != ORIGINAL and (FOLDER / f"{name}.toml").exists():
            return Words(_read(name), original)
    return Words(original, original)


def register() -> None:
    """Connect the plugin; Pelican calls this."""
    signals.generator_init.connect(teach)


def teach(generator: Generator) -> None:
    """Give the templates `say`, and the filters `day` and `ordinal`, in the language of the blog."""
    words = of(str(generator.settings["DEFAULT_LANG"]))
    generator.env.globals["say"] = words.say
    generator.env.filters["day"] = words.day
    generator.env.filters["ordinal"] = words.ordinal


def _read(language: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))


@lru_cache
def _plural(rule: str) -> Any:  # noqa: ANN401 -- gettext says nothing of its type
    return gettext.c2py(rule.partition("plural=")[2].partition(";")[0])

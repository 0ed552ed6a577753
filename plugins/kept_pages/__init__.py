"""An essay's page is rendered again only if something changed that its template can name.

What that is, the template says itself: Jinja knows which names it, and those that it is made of, look up. All of their
values are in the page's digest, the essay with all that it holds; of other essays it knows the title, the address and
the date only (plugins/companions). A page whose template names more (all essays, say), or something whose value can't
be told, is rendered each time; so are lists and feeds. Templates, words, plugins, settings and versions are the same
wherever a kept page is used: whoever names the pages that may be taken over sees to that (authoring/kept_builds.py).

Where many essays' pages are to be rendered, several processes share that (plugins/hands.py).
"""

import dataclasses
import hashlib
import logging
import os
from collections.abc import Mapping, Sequence
from datetime import date, tzinfo
from pathlib import Path
from typing import Any

from jinja2 import Template, meta
from pelican import Pelican, signals
from pelican.contents import Content
from pelican.generators import ArticlesGenerator, Generator, PagesGenerator
from pelican.urlwrappers import URLWrapper
from pelican.utils import sanitised_join
from pelican.writers import Writer

from plugins import hands

# In Pelican's settings: a site whose pages may be taken over, and of each of those, by its file, the digest of what it
# was made of, and when it was written (ns). One that was written at another time is another.
FROM, KNOWN = "KEPT_PAGES_FROM", "KEPT_PAGES_KNOWN"
# There, when the build is done: the digests of its own pages.
WRITTEN = "KEPT_PAGES_WRITTEN"
# What belongs to every text of a build, and the essay of an earlier edition, which is the one that lists it.
_APART = {"settings", "_context", "current"}
_PLAIN = (str, int, float, date, tzinfo, type(None))


class _Untold(Exception):
    """A value that can't be told in full."""


def register() -> None:
    """Connect the plugin; Pelican calls this."""
    signals.all_generators_finalized.connect(settle)
    signals.get_writer.connect(writer)


def settle(generators: Sequence[Generator]) -> None:
    """Let every text say its address and its file without reckoning, which Pelican does wherever either is named."""
    for generator in generators:
        texts: list[Content] = []
        if isinstance(generator, ArticlesGenerator):
            texts = [*generator.articles, *generator.hidden_articles, *generator.drafts]
        elif isinstance(generator, PagesGenerator):
            texts = [*generator.pages, *generator.hidden_pages, *generator.draft_pages]
        for text in texts:
            # Only an address that the author chose may take the place of another page.
            text.may_replace = hasattr(text, "override_save_as")
            text.override_url, text.override_save_as = text.url, text.save_as


def writer(_: Pelican) -> type[Writer]:
    """The writer that Pelican is to use."""
    return _Keeping


@dataclasses.dataclass(frozen=True, slots=True)
class _Waiting:
    """A page that waits to be rendered, and what Pelican's writer is given for it."""

    name: str
    words: tuple[Any, ...]
    more: Mapping[str, Any]


class _Keeping(Writer):  # type: ignore[misc]  # Pelican tells no types
    """Pelican's writer, which takes over the pages that would be the same."""

    def __init__(self, output_path: str, settings: dict[str, Any]) -> None:
        super().__init__(output_path, settings)
        self._from: str = settings.get(FROM, "")
        self._known: Mapping[str, tuple[str, int]] = settings.get(KNOWN, {})
        self._digests: dict[str, str] = settings.setdefault(WRITTEN, {})
        self._named: dict[str, tuple[set[str], str] | None] = {}
        # Essays' pages come before all others, and are rendered when the first of those does.
        self._waiting: list[_Waiting] | None = []

    def write_file(self, name: str, template: Template, context: dict[str, Any], *words: Any, **more: Any) -> None:  # noqa: ANN401
        """Write a page, or take it over."""
        if "article" not in more:
            self._write_waiting()
        text = more.get("article") or more.get("page")
        replaces = more["override_output"] = getattr(text, "may_replace", more.get("override_output", False))
        at = sanitised_join(self.output_path, name) if name else ""
        if at and replaces:
            # What stands there may be kept, too, and is not written into.
            Path(at).unlink(missing_ok=True)
            self._digests.pop(name, None)
        # Of a page that takes another's place, or whose place was taken, Pelican has to know.
        alone = bool(at) and not replaces and at not in self._written_files
        digest = self._digest(name, template, context, more) if alone and "article" in more else None
        if digest is None:
            super().write_file(name, template, context, *words, **more)
            return
        self._digests[name] = digest
        known, written = self._known.get(name, ("", 0))
        if digest == known and self._took_over(name, at, written):
            self._written_files.add(at)
        elif self._waiting is None:
            super().write_file(name, template, context, *words, **more)
        else:
            self._written_files.add(at)
            self._waiting.append(_Waiting(name, (template, context, *words), more))

    def _write_waiting(self) -> None:
        """Render what waits, each page here where no other process has done that smoothly."""
        global _shared  # noqa: PLW0603 -- of processes that begin as copies of this one
        waiting, self._waiting = self._waiting or [], None
        _shared = self, waiting
        numbers = range(len(waiting))
        done = dict(zip(numbers, hands.shared(_write_one, numbers, _listen), strict=False))
        for number in numbers:
            if not done.get(number):
                self.write_now(waiting[number])

    def write_now(self, one: "_Waiting") -> None:
        """Render a page that waited. Where another took its place meanwhile, Pelican leaves that there."""
        self._written_files.discard(sanitised_join(self.output_path, one.name))
        super().write_file(one.name, *one.words, **one.more)

    def _took_over(self, name: str, at: str, written: int) -> bool:
        try:
            Path(at).parent.mkdir(parents=True, exist_ok=True)
            os.link(f"{self._from}/{name}", at)
            # Looked at by its new name: at the old one, another may stand from one moment to the next.
            if Path(at).stat().st_mtime_ns == written:
                return True
            Path(at).unlink()
        except OSError:
            pass
        return False

    def _digest(self, name: str, template: Template, context: dict[str, Any], more: dict[str, Any]) -> str | None:
        """What tells this page from every other that this template could make; None where that can't be told."""
        try:
            if template.name not in self._named:
                self._named[str(template.name)] = _of_all(template, context, more)
            if (found := self._named[str(template.name)]) is None:
                return None
            names, same = found
            own = [
                (key, _essay(more[key]) if key == "article" else _told(more[key])) for key in sorted(names & set(more))
            ]
        except _Untold:
            return None
        return hashlib.sha256(repr((template.name, name, same, own)).encode()).hexdigest()[:32]


# The writer whose pages are shared, and those pages.
_shared: tuple[_Keeping, Sequence[_Waiting]]


class _Stumble(logging.Handler):
    """Ends the rendering of a page of which anything is odd, so that it comes again where that is told."""

    def emit(self, record: logging.LogRecord) -> None:
        raise _Untold(record.getMessage())


def _listen() -> None:
    logging.getLogger().addHandler(_Stumble(logging.WARNING))


def _write_one(number: int) -> bool:
    """Render one of the shared pages; whether that went smoothly."""
    writer, waiting = _shared
    try:
        writer.write_now(waiting[number])
    except Exception:  # noqa: BLE001 -- whatever it was, it comes again where it is told
        return False
    return True


def _of_all(template: Template, context: Mapping[str, Any], more: Mapping[str, Any]) -> tuple[set[str], str] | None:
    """The names that a template looks up, and a digest of those values that are the same for all of its pages."""
    try:
        names = _names(template)
        same = [(name, _told(context[name])) for name in sorted(names - set(more)) if name in context]
    except _Untold:
        return None
    return names, hashlib.sha256(repr(same).encode()).hexdigest()


def _names(template: Template) -> set[str]:
    """What a template, and all that it extends, includes and imports, look up where a page is made."""
    env, found, seen = template.environment, set(), set()
    waiting = [template.name]
    while waiting:
        name = waiting.pop()
        if name is None or env.loader is None:
            raise _Untold  # known only while the page is made
        if name not in seen:
            seen.add(name)
            parsed = env.parse(env.loader.get_source(env, name)[0])
            found |= meta.find_undeclared_variables(parsed)
            waiting += meta.find_referenced_templates(parsed)
    return found


def _essay(essay: Content) -> object:
    """All that an essay holds, with its earlier editions, which know no other text."""
    editions = [_text(edition, {}) for edition in getattr(essay, "editions", [])]
    return _text(essay, {"editions": []}), editions


def _text(text: Content, instead: Mapping[str, Any]) -> object:
    parts = vars(text) | instead
    # With its links as they lead now.
    return text.get_content(""), [(name, _told(parts[name])) for name in sorted(parts.keys() - _APART)]


def _told(value: object) -> object:
    """A value as something whose `repr` is another for every other value."""
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, list | tuple):
        return [_told(one) for one in value]
    if isinstance(value, Mapping):
        return [(str(key), _told(value[key])) for key in sorted(value, key=str)]
    if isinstance(value, URLWrapper):
        return type(value).__name__, value.name, value.slug
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return type(value).__name__, [_told(getattr(value, one.name)) for one in dataclasses.fields(value)]
    raise _Untold

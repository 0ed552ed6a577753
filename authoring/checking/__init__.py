"""`make check`: proofs the essays before readers do. Reads the sources only, so that nothing has to be built first."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from authoring import fields
from authoring.checking import levels, reading
from authoring.checking.findings import Finding, Found, Level
from authoring.checking.reading import Blog, Text
from authoring.checking.rules import EXTERNAL, RULES, Rule
from comments_service import wording
from comments_service.settings import Settings

__all__ = ["Finding", "Level", "Report", "check", "look", "told"]


@dataclass(frozen=True, slots=True)
class Report:
    """What was found, in the order of files and lines, in how many texts, and how long that took."""

    findings: tuple[Finding, ...]
    texts: int
    seconds: float

    @property
    def failures(self) -> tuple[Finding, ...]:
        """What keeps the blog from being published."""
        return tuple(finding for finding in self.findings if finding.level is Level.FAIL)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What is worth a look."""
        return tuple(finding for finding in self.findings if finding.level is Level.WARN)


def check(
    settings: Settings,
    content: Path,
    *,
    external: bool = False,
    drafts: bool = True,
    cache: Path = reading.CACHE,
    fresh: bool = False,
    tell: Callable[[str], None] = lambda _: None,
) -> Report:
    """Ask every rule that is not turned off; other sites only when `external`, drafts unless told not to.

    `tell` hears what is being looked at; `cache` remembers which other sites answered. What was found in a text by
    itself is kept, and used again unless `fresh`.
    Raises Refusal for a file that can't be read, or a rule that is none.
    """
    started = time.monotonic()
    blog = reading.read(content, settings, drafts=drafts, cache=cache, fresh=fresh)
    report = look(blog, external=external, tell=tell)
    return replace(report, seconds=time.monotonic() - started)


def look(blog: Blog, *, external: bool = False, tell: Callable[[str], None] = lambda _: None) -> Report:
    """The same, of a blog that was read before. Raises Refusal for a rule that is none."""
    started = time.monotonic()
    asked = levels.read(blog.content)
    findings: list[Finding] = []
    for rule in RULES:
        if asked[rule.name] is not Level.OFF and (external or rule.name != EXTERNAL):
            tell(rule.about)
            findings += _weighed(blog, rule, asked[rule.name], rule.look(blog, tell))
    blog.memory.keep()
    return Report(tuple(sorted(findings)), len(blog.looked_at), time.monotonic() - started)


def told(report: Report) -> Iterator[str]:
    """The report in lines: what has to be mended, what is worth a look, and a summary."""
    yield from map(str, report.failures)
    if report.warnings:
        if report.failures:
            yield ""
        yield "Worth a look:"
        yield from map(str, report.warnings)
    if report.findings:
        yield ""
    looked = f"{wording.count(report.texts, 'text', 'texts')} looked at in {report.seconds:.1f} s"
    to_mend = wording.count(len(report.failures), "thing", "things")
    yield f"{looked}: {to_mend} to mend, {len(report.warnings):,} worth a look."


def _weighed(blog: Blog, rule: Rule, level: Level, found: Iterator[Found]) -> Iterator[Finding]:
    """Findings with their level: what a draft may still lack only warns, and a text may be passed over by a rule."""
    texts = {text.path: text for text in blog.looked_at}
    for path, line, words in found:
        text = texts.get(path)
        if text is None or rule.name not in fields.listed(text.value("unchecked")):
            yield Finding(path, line, words, rule.name, _lighter(level, rule, text))


def _lighter(level: Level, rule: Rule, text: Text | None) -> Level:
    return Level.WARN if text and text.is_draft and rule.may_wait else level

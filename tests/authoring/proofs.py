"""What the tests of `make check` share: a blog of the author's own, and what one rule finds in it."""

from pathlib import Path

from authoring import checking
from comments_service.settings import Settings

WITHOUT_SPELLING = '[check]\nspelling = "off"\n'


def found(here: Settings, content: Path, rule: str, *, drafts: bool = True) -> list[str]:
    """What one rule finds, each as `essays/one.md:7: …`; the program that spells is started for its own rule alone."""
    if rule != "spelling" and not (content / "check.toml").exists():
        page(content, "check.toml", WITHOUT_SPELLING)
    report = checking.check(here, content, drafts=drafts)
    return [
        f"{finding.path.relative_to(content)}:{finding.line}: {finding.words}"
        for finding in report.findings
        if finding.rule == rule
    ]


def page(content: Path, name: str, text: str) -> Path:
    """Write a file of the content as it stands here."""
    path = content / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path

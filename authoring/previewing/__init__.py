"""What only the author sees while writing: drafts, what `make check` says beside the text, pages that renew themselves.

It is added to a finished build that `make serve` shows; a published site holds nothing of it.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from authoring import building, checking, fields, searching
from authoring.building import BuildError, Built
from authoring.checking import reading
from authoring.checking.reading import Blog, Text
from authoring.errors import Refusal
from comments_service import ids, wording
from comments_service.settings import Settings
from plugins.renewing import FOLDER

_HERE = Path(__file__).parent
_FILES = ("preview.js", "preview.css")


def build(settings: Settings, content: Path, *, fresh: bool = False) -> Built:
    """Build with it, and put that live; the index of the search comes a moment later, for nobody waits for it here.

    Raises BuildError.
    """
    told: list[dict[str, object]] = []
    built = building.build(
        settings,
        config="previewconf.py",
        content=content,
        meanwhile=lambda: told.append(_told(settings, content, fresh=fresh)),
        verify=lambda site: _furnish(site, told[0]),
        fresh=fresh,
        preview=True,
    )
    try:
        searching.index(built.folder, fresh=fresh)
    except BuildError as error:
        return replace(built, warnings=(*built.warnings, str(error)))
    return built


def _furnish(site: Path, told: Mapping[str, object]) -> None:
    folder = site / FOLDER
    folder.mkdir()
    for name in _FILES:
        shutil.copyfile(_HERE / name, folder / name)
    (folder / "told.json").write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    (folder / "build.txt").write_text(ids.new_id(), "utf-8")


def _told(settings: Settings, content: Path, *, fresh: bool) -> dict[str, object]:
    """`drafts`, `findings` by the address of the page they are about, and `problem`, why nothing could be checked."""
    try:
        blog = reading.read(content, settings, fresh=fresh)
        findings = checking.look(blog).findings
    except Refusal as refusal:
        return {"drafts": [], "findings": {}, "problem": str(refusal)}
    texts = {text.path: text for text in blog.texts}
    by_page: dict[str, list[dict[str, object]]] = {}
    for finding in findings:
        text = texts.get(finding.path)
        by_page.setdefault(_address(blog, text) if text else "", []).append(
            {
                "where": f"{_name(finding.path, content)}:{finding.line}",
                "words": finding.words,
                "rule": finding.rule,
                "level": finding.level,
                "beside": _beside(text, finding.line) if text else "",
            }
        )
    return {"drafts": list(_drafts(blog)), "findings": by_page, "problem": ""}


def _drafts(blog: Blog) -> Iterator[Mapping[str, str]]:
    for text in blog.texts:
        if _waits(blog, text):
            title = text.value("title") or text.path.stem
            yield {"title": title, "address": _address(blog, text), "why": _why(blog, text)}


def _waits(blog: Blog, text: Text) -> bool:
    """Whether it is built among the drafts: by its status, or because its day is still to come."""
    status = text.source.status
    try:
        due = text.source.is_due(blog.now, blog.settings.zone)
    except ValueError:  # its date is none: then Pelican stops at it, unless it is written anew just now
        due = True
    return text.kind != fields.EDITION and (status == "draft" or (status == "published" and not due))


def _why(blog: Blog, text: Text) -> str:
    if text.source.status == "draft":
        return "draft"
    at = ids.as_text(fields.moment(text.value("date"), blog.settings.zone))
    return f"from {wording.date_and_time(at, blog.settings.zone)}"


def _address(blog: Blog, text: Text) -> str:
    return f"/drafts{text.source.address}" if _waits(blog, text) else text.source.address


def _beside(text: Text, line: int) -> str:
    """What is read in a line, by which the page finds its place; nothing for a line of front matter."""
    lines = text.prose.split("\n")
    return " ".join(lines[line - 1].split()) if line <= len(lines) else ""


def _name(path: Path, content: Path) -> str:
    return str(path.relative_to(content.parent)) if path.is_relative_to(content.parent) else path.name

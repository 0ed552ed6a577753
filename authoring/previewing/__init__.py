"""What only the author sees while writing: drafts, what `make check` says beside the text, pages that renew themselves.

It is added to a finished build that `make serve` shows; a published site holds nothing of it.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from authoring import checking, fields
from authoring.checking import reading
from authoring.checking.reading import Blog, Text
from authoring.errors import Refusal
from comments_service import ids, wording
from comments_service.publishing import files
from comments_service.settings import Settings

# The build's own folder for it; its files are named in preview.js and nowhere else.
FOLDER = "preview"
_HERE = Path(__file__).parent
_FILES = ("preview.js", "preview.css")
_TAG = f'<script type="module" src="/{FOLDER}/preview.js"></script>\n</head>'


def furnish(settings: Settings, content: Path, site: Path) -> None:
    """Add it to the build in `site`, which nobody sees yet."""
    folder = site / FOLDER
    folder.mkdir()
    for name in _FILES:
        shutil.copyfile(_HERE / name, folder / name)
    told = json.dumps(_told(settings, content), ensure_ascii=False)
    (folder / "told.json").write_text(told, "utf-8")
    (folder / "build.txt").write_text(ids.new_id(), "utf-8")
    for page in site.rglob("*.html"):
        files.write(page, files.read(page).replace("</head>", _TAG, 1))


def _told(settings: Settings, content: Path) -> dict[str, object]:
    """`drafts`, `findings` by the address of the page they are about, and `problem`, why nothing could be checked."""
    try:
        blog = reading.read(content, settings, drafts=True, cache=reading.CACHE)
        findings = checking.check(settings, content).findings
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
    status, due = text.source.status, text.source.is_due(blog.now, blog.settings.zone)
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

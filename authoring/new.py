"""`make new`: a draft essay with complete front matter, at an address that is free."""

import html
import os
import re
import shlex
import subprocess
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from pelican.settings import DEFAULT_CONFIG
from pelican.utils import slugify

from authoring import addresses, fields, sources
from authoring.errors import Refusal
from comments_service import ids, migrations, texts
from comments_service.database import opened
from comments_service.models import State
from comments_service.settings import Settings
from comments_service.store import comments

_LONGEST_TITLE = 200
_LONGEST_SLUG = 80
# What means something to Markdown anywhere, and what does so where a line begins.
_SIGNS = re.compile(r"[\\`*_{}\[\]|]")
_OPENING = re.compile(r"^\d+(?=[.)])|^[#>+=:~^-]")
# A name that can stand in a title as it is.
_PLAIN_NAME = re.compile(r"[^\W_]+(?:[ .'’-]+[^\W_]+)*\.?")
# Empty lines are as good as none to Pelican and to make check; they wait to be filled in.
_DRAFT = """\
Title: {title}
Date: {date}
Slug: {slug}
Status: draft
Tags:
Summary:
Description:
Share:
Question:
Authors: {author}
"""
# Once it is published, its readers are told where they asked, in the words of Reply_note or in plain ones.
_ANSWERING = """\
In_reply_to: {id}
Reply_note:
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """A reader's reply that an essay is to answer; `text` is empty if it was for the author's eyes only."""

    id: str
    name: str
    text: str

    def as_told(self) -> dict[str, str]:
        """The same for a laptop that asks its server."""
        return asdict(self)


def new(
    settings: Settings,
    content: Path,
    title: str,
    slug: str | None = None,
    answered: str = "",
    ask: Callable[[Settings, str], Asked] | None = None,
) -> Path:
    """Write the draft and return its path. Raises Refusal, with a sentence, before anything is written.

    `answered` is the id, or the address, of a reader's reply that the essay is to answer: the draft opens with it.
    `ask` finds that reply where replies are kept elsewhere.
    """
    asked = (ask or asked_here)(settings, answered) if answered else None
    title = " ".join(texts.clean(title).split()) or _title(asked)
    if not title:
        raise Refusal('A draft needs a title: make new TITLE="…"')
    if len(title) > _LONGEST_TITLE:
        raise Refusal(f"A title of {len(title)} characters is an essay. At most {_LONGEST_TITLE} fit.")
    slug = _address(title) if slug is None else slug
    _insist_on(slug, title, content)
    path = content / "essays" / f"{slug}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    date = ids.moment().astimezone(settings.zone)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(_DRAFT.format(title=title, date=f"{date:%Y-%m-%d %H:%M}", slug=slug, author=settings.author))
            if asked:
                file.write(_ANSWERING.format(id=asked.id) + "\n" + _quoted(asked))
            else:
                file.write("\n")
    except FileExistsError:
        raise Refusal(f"{path} is there already. Give this one another address: SLUG=…") from None
    return path


def asked_here(settings: Settings, answered: str) -> Asked:
    """The reply that an essay is to answer, by its id or by an address that ends with it."""
    id_ = re.split(r"comment-|/", answered.strip().rstrip("/"))[-1]
    with opened(settings) as db:
        migrations.migrate(db)
        found = comments.find(db, id_) if ids.is_id(id_) else None
    if found is None or found.state is State.WITHDRAWN:
        raise Refusal(f"There is no reply “{id_}” here. Copy its address from the page or from the desk.")
    if found.by_author:
        raise Refusal("This is an author's own reply. An essay answers a reader.")
    # What is for the author alone is not quoted.
    return Asked(found.id, found.name, found.text if found.private_at is None else "")


def _title(asked: Asked | None) -> str:
    """A first title for an essay that answers somebody. Pelican takes titles for HTML, so a name has to be plain."""
    if asked is None:
        return ""
    return f"An answer to {asked.name}" if _PLAIN_NAME.fullmatch(asked.name) else "An answer to a reader"


def _quoted(asked: Asked) -> str:
    """The reader's words as a quotation that leads to where they stand."""
    if not asked.text:
        return ""
    lines = [f"> {_as_text(line)}".rstrip() for line in asked.text.splitlines()]
    return "\n".join([*lines, ">", f"> [{_as_text(asked.name)}](/comments/{asked.id}/)", "", ""])


def _as_text(line: str) -> str:
    """A line as plain text: what a reader writes is no Markdown and no HTML of the essay's."""
    escaped = _SIGNS.sub(r"\\\g<0>", html.escape(line.strip(), quote=False))
    return _OPENING.sub(lambda opening: f"&#{ord(opening[0][0])};{opening[0][1:]}", escaped)


def open_in_editor(path: Path) -> None:
    """Open the draft where the author writes, if EDITOR says where. Raises Refusal when that can't be started."""
    words = shlex.split(os.environ.get("EDITOR", ""))
    if not words:
        return
    try:
        subprocess.run([*words, str(path)], check=False)
    except OSError as error:
        raise Refusal(
            f"EDITOR is “{' '.join(words)}”, which can’t be started ({error.strerror}). {path} is there."
        ) from error


def _address(title: str) -> str:
    """A slug as Pelican would make it, cut after a whole word; empty when no letter of the title can stand in one."""
    slug = str(slugify(title, regex_subs=DEFAULT_CONFIG["SLUG_REGEX_SUBSTITUTIONS"])).replace("_", "-").strip("-")
    slug = re.sub(r"-{2,}", "-", slug)
    if len(slug) > _LONGEST_SLUG:
        slug = slug[: _LONGEST_SLUG + 1].rpartition("-")[0] or slug[:_LONGEST_SLUG]
    return slug


def _insist_on(slug: str, title: str, content: Path) -> None:
    """Refuse an address that is none, that is not free, or that something else has."""
    if not slug:
        raise Refusal(f'“{title}” has no letters for an address. Give it one: make new TITLE="…" SLUG=a-few-words')
    if wrong := fields.BY_KEY["slug"].wrong(slug):
        raise Refusal(f"SLUG: {wrong}.")
    if owner := addresses.taken(slug):
        raise Refusal(f"/{slug}/ belongs to {owner}. Give this one another address: SLUG=…")
    for source in sources.read(content):
        had = {f"/{alias.strip('/')}/" for alias in fields.listed(source.said.get("aliases", ""))}
        if f"/{slug}/" in {source.address, *had}:
            raise Refusal(
                f"/{slug}/ is the address of {source.path.relative_to(content)} already. Give this one another: SLUG=…"
            )

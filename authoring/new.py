"""`make new`: a draft essay with complete front matter, at an address that is free."""

import os
import re
import shlex
import subprocess
from pathlib import Path

from pelican.settings import DEFAULT_CONFIG
from pelican.utils import slugify

from authoring import addresses, fields, sources
from authoring.errors import Refusal
from comments_service import ids, texts
from comments_service.settings import Settings

_LONGEST_TITLE = 200
_LONGEST_SLUG = 80
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


def new(settings: Settings, content: Path, title: str, slug: str | None = None) -> Path:
    """Write the draft and return its path. Raises Refusal, with a sentence, before anything is written."""
    title = " ".join(texts.clean(title).split())
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
    except FileExistsError:
        raise Refusal(f"{path} is there already. Give this one another address: SLUG=…") from None
    return path


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

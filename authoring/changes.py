"""What a build changed for readers, and who waits: the words after a publication."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from comments_service import ids, threads, wording
from comments_service.database import Database
from comments_service.models import PublicComment, State
from comments_service.publishing import files, islands
from comments_service.settings import Settings
from comments_service.store import comments, listings, pages

_ESSAY = re.compile(r'<article class="essay.*?</article>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Changes:
    """The addresses of the essays that came, that read otherwise now, and that left."""

    new: list[str]
    changed: list[str]
    gone: list[str]


def between(before: Path | None, after: Path) -> Changes:
    """Compare two builds by the words of their essays; replies are no change of an essay."""
    old, new = _essays(before) if before else {}, _essays(after)
    changed = [path for path in sorted(old.keys() & new.keys()) if old[path] != new[path]]
    return Changes(sorted(new.keys() - old.keys()), changed, sorted(old.keys() - new.keys()))


def told(db: Database, settings: Settings, changes: Changes) -> Iterator[str]:
    """Lines for the author: what changed, how many talk, and who waits for a look."""
    known = pages.every(db)
    titles = {page.path: f"“{page.title}”" for page in known}
    for word, paths in (("New", changes.new), ("Changed", changes.changed), ("Gone", changes.gone)):
        if paths:
            yield f"{word}: {', '.join(titles.get(path, path) for path in paths)}."
    if not (changes.new or changes.changed or changes.gone):
        yield "The essays read as before."
    yield _talks([comments.of_page(db, page.path) for page in known])
    yield _waiting(db, titles)
    if not settings.secure:
        yield f"The site calls itself {settings.url}. For readers elsewhere give it its address: make start ADDRESS=https://…"


def _talks(said: Sequence[Sequence[PublicComment]]) -> str:
    begun = sum(len(threads.tree(some)) for some in said)
    if not begun:
        return "No conversation has begun yet."
    responses = wording.count(sum(map(threads.visible_count, said)), "response", "responses")
    return f"{wording.count(begun, 'conversation', 'conversations')} with {responses}."


def _waiting(db: Database, titles: dict[str, str]) -> str:
    number = listings.counts(db).get(State.HELD, 0)
    if not number:
        return "Nobody waits for a look."
    (oldest,) = listings.waiting(db, limit=1)
    since = wording.duration(wording.between(oldest.created, ids.now()))
    waits = wording.count(number, "reply waits", "replies wait")
    essay = titles.get(oldest.page, oldest.page)
    return f"{waits} for your look; the longest, for {since}, is {oldest.name}’s on {essay}."


def _essays(site: Path) -> dict[str, str]:
    """Each essay's address and its own part of the page, without what its readers said."""
    manifest = files.read_manifest(site)
    if manifest is None:
        return {}
    return {
        name.removeprefix("conversation "): _words(files.read(site / held[0]))
        for name, held in manifest.islands.items()
        if name.startswith("conversation ") and (site / held[0]).exists()
    }


def _words(page: str) -> str:
    bare = islands.fill(page, lambda _: "")
    found = _ESSAY.search(bare)
    return found[0] if found else bare

"""What a build changed for readers, and who waits: the words after a publication."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from comments_service import ids, threads, wording
from comments_service.database import Database
from comments_service.models import Page, PublicComment, State
from comments_service.publishing import files, islands
from comments_service.settings import Settings
from comments_service.store import comments, listings, pages

_ESSAY = re.compile(r'<article class="essay.*?</article>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Changes:
    """The addresses of the essays, editions and pages that came, that read otherwise now, and that left.

    `moved` are those that left because they stand at another address now, with that.
    """

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    moved: tuple[tuple[str, str], ...] = ()


def between(before: Path | None, after: Path) -> Changes:
    """Compare two builds by the author's words; replies are no change of an essay."""
    old, new = _texts(before, after) if before else {}, _texts(after, before)
    left = old.keys() - new.keys()
    moved = {former: page.path for page in _essays(after) for former in page.former if former in left}
    at = {moved.get(path, path): text for path, text in old.items()}
    return Changes(
        new=tuple(sorted(new.keys() - at.keys())),
        changed=tuple(path for path in sorted(at.keys() & new.keys()) if at[path] != new[path]),
        gone=tuple(sorted(at.keys() - new.keys())),
        moved=tuple(sorted(moved.items())),
    )


def told(db: Database, settings: Settings, changes: Changes) -> Iterator[str]:
    """Lines for the author: what changed, how many talk, and who waits for a look."""
    known = pages.every(db)
    titles = {page.path: f"“{page.title}”" for page in known}
    for word, paths in (("New", changes.new), ("Changed", changes.changed), ("Gone", changes.gone)):
        if paths:
            yield f"{word}: {', '.join(titles.get(path, path) for path in paths)}."
    for former, path in changes.moved:
        yield f"Moved: {former} to {path}; the conversation went along, and old links lead there."
    if kept := [path for path in changes.gone if comments.standing_counts(db, [path])]:
        yield (
            f"What was said under {', '.join(kept)} is kept, and seen by nobody. If the essay has another address now,"
            f" give it a line “Aliases: {kept[0].strip('/')}”."
        )
    if changes == Changes():
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


def _essays(site: Path) -> list[Page]:
    try:
        return files.read_essays(site)
    except FileNotFoundError:
        return []


def _texts(site: Path, other: Path | None) -> dict[str, str]:
    """Each address where words of the author's stand, and that part of the page, without what readers said.

    A page that is one and the same file in the `other` site is left out: it came, changed and left nowhere.
    """
    found = {}
    for path in sorted(site.rglob("index.html")):
        name = path.relative_to(site).as_posix()
        if other is not None and _is_one_file(path, other / name):
            continue
        if essay := _ESSAY.search(islands.fill(files.read(path), lambda _: "")):
            found[f"/{name.removesuffix('index.html')}"] = essay[0]
    return found


def _is_one_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False

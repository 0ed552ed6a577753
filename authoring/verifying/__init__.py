"""A last look at a build before readers see it: every reply in its place, nothing that is not meant for them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from authoring import building
from authoring.building import BuildError
from authoring.verifying import rules
from authoring.verifying.budgets import Scales, Weight
from authoring.verifying.looking import Eyes
from authoring.verifying.site import Site, look
from comments_service.database import opened
from comments_service.publishing import files
from comments_service.settings import Settings
from comments_service.store import comments, pages

_MEMORY = "looked-at.json"
# More of one kind tell nothing new.
_MOST = 20


@dataclass(frozen=True, slots=True)
class Verified:
    """How many pages were looked at, what is heaviest of each kind that has a budget, and what is worth a word."""

    pages: int
    weights: tuple[Weight, ...]
    notes: tuple[str, ...]


def verify(settings: Settings, content: Path, folder: Path, tell: Callable[[str], None] = lambda _: None) -> Verified:
    """Check the build of `content` in `folder`. Raises BuildError with a sentence for each thing that is wrong.

    `tell` hears what is being looked at.
    """
    site, standing, essays = _looked(settings, folder, tell)
    scales = Scales(site, essays)
    _insist(
        [
            *rules.replies(site, standing),
            *rules.leaks(site, content, essays),
            *rules.lists(site, essays),
            *rules.links(site),
            *rules.html(site),
            *rules.strangers(site),
            *filter(None, (weight.exceeded for weight in scales.every)),
        ]
    )
    return Verified(len(site.pages), tuple(scales.heaviest()), tuple(rules.lacking(site)))


def verify_replies(settings: Settings, folder: Path, tell: Callable[[str], None] = lambda _: None) -> None:
    """Check only who speaks in a build: of an earlier version, in which the rest was checked in its time."""
    site, standing, _ = _looked(settings, folder, tell)
    _insist(list(rules.replies(site, standing)))


def _looked(
    settings: Settings, folder: Path, tell: Callable[[str], None]
) -> tuple[Site, dict[str, frozenset[str]], set[str]]:
    """The build, which replies stand on each of its essays, and all of its essays."""
    with opened(settings) as db:
        # The replies first: whoever's version is still that of the build has not changed in between either.
        there = comments.standing(db)
        registered = pages.every(db)
    manifest = files.read_manifest(folder)
    if manifest is None:
        raise BuildError("The build holds no conversations: the plugin that bakes them in did not run.")
    # A reply that arrived since the build is spliced in later; where none did, page and database must agree.
    moving = {page.path for page in registered if page.version != manifest.versions.get(page.path)}
    site = look(settings, folder, Eyes(building.folder(settings) / _MEMORY), moving, tell)
    standing = {page.path: there.get(page.path, frozenset()) for page in registered if page.path not in moving}
    return site, standing, {page.path for page in registered}


def _insist(wrong: list[str]) -> None:
    if wrong:
        more = [f"… and {len(wrong) - _MOST:,} more like these."] if len(wrong) > _MOST else []
        raise BuildError("\n".join([*wrong[:_MOST], *more]))

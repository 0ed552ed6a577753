"""What stands beside the words of a page: who was answered, hearts, likes, figures; as stored, never counted here.

Pages do not read the clock: a splice and a full build read the same rows, which is why both give the same bytes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from comments_service.database import Database
from comments_service.ledger import Badge
from comments_service.store import conversations, hearts, people, snapshots
from comments_service.store.snapshots import Snapshot

# The name under which the figures of the whole site are stored; an essay's line has the essay's path.
SITE = "site"


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What is known of one page beside its comments.

    `badges` tells which comment was answered with which, `hearts` who of the authors gave a comment the ♥, `likes` how
    many devices like the page (by its path) and its comments (by their ids). `names` are those of the accounts. `line`
    is the essay's snapshot, `site` that of the whole site; None where none was taken yet.
    """

    badges: Mapping[str, Badge] = field(default_factory=lambda: MappingProxyType({}))
    hearts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    likes: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    line: Snapshot | None = None
    site: Snapshot | None = None


NOTHING = Beside()


def of_page(db: Database, path: str) -> Beside:
    """What stands beside one page, in five indexed reads."""
    taken = snapshots.named(db, [SITE, path])
    return Beside(
        badges=conversations.badges(db, path),
        hearts=hearts.of_page(db, path),
        likes=hearts.likes_of_page(db, path),
        names=_names(db),
        line=taken.get(path),
        site=taken.get(SITE),
    )


def of_site(db: Database) -> Snapshot | None:
    """The figures of the whole site, for a form on a page of its own."""
    return snapshots.find(db, SITE)


class EveryPage:
    """The same for all pages of a site, read at once when a first page asks."""

    def __init__(self, db: Database) -> None:
        self._badges = conversations.badges_of_pages(db)
        self._hearts = hearts.of_pages(db)
        self._likes = hearts.every_like(db)
        self._snapshots = snapshots.every(db)
        self._names = _names(db)

    def of_page(self, path: str) -> Beside:
        """What stands beside one of them."""
        nothing: Mapping[str, Any] = {}
        return Beside(
            badges=self._badges.get(path, nothing),
            hearts=self._hearts.get(path, nothing),
            likes=self._likes,
            names=self._names,
            line=self._snapshots.get(path),
            site=self._snapshots.get(SITE),
        )


def _names(db: Database) -> Mapping[str, str]:
    return {account.id: account.name for account in people.accounts(db)}

"""What a build tells the service of its essays: which there are, where they stood before, whom they promise answers."""

from collections.abc import Sequence

from comments_service import ids
from comments_service.database import Database
from comments_service.models import Page
from comments_service.publishing import files
from comments_service.settings import Settings
from comments_service.store import pages, renames


def register(db: Database, essays: Sequence[Page]) -> None:
    """Tell the service which essays the site holds, and when each conversation is to be closed.

    An essay that promises answers to others than before shows another form. One that is known at an address which
    this one had before is the same, and takes everything along.
    """
    now = ids.now()
    with db.transaction():
        _follow_renames(db, essays)
        before = {page.path: page for page in pages.every(db)}
        for page in essays:
            known = before.get(page.path)
            if known is None or not pages.says_the_same(known, page):
                pages.register(db, page, now=now)
            if known is None or known.answers != page.answers:
                pages.touch(db, page.path)
        pages.retire_others(db, [page.path for page in essays], now=now)
        here = {page.path for page in essays}
        for page in essays:
            for path in page.former:
                if path not in here:
                    renames.note(db, path, page.path)


def tell_again(db: Database, settings: Settings) -> None:
    """Tell the service of the essays that readers see: a build that was killed may have told of others."""
    try:
        essays = files.read_essays(settings.output)
    except FileNotFoundError:
        return
    register(db, essays)


def _follow_renames(db: Database, essays: Sequence[Page]) -> None:
    here = {page.path for page in essays}
    for page in essays:
        # Taken back, by the author or by a rollback: what stands elsewhere since comes home.
        since = renames.present(db, page.path)
        for path in (since, *page.former):
            if path and path not in here:
                renames.move(db, path, page.path)
        renames.forget(db, page.path)

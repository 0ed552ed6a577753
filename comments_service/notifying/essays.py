"""New essays: whoever wishes to hear of them is told of one, in the lane that nobody's answer waits behind."""

from comments_service.database import Database
from comments_service.notifying import planning, scheduling
from comments_service.settings import Settings
from comments_service.store import correspondents, news, pages, subscriptions

_PORTION = 500


def tell(db: Database, settings: Settings, page: str) -> int:
    """Let all who wish to hear of new essays be told of the one at `page`, each once; returns to how many it is new.

    It is written down portion by portion, each a transaction: whoever is stopped in the middle begins once more, and
    nobody is told twice. Who has not said yes to letters yet is told once they do. Raises LookupError for no such page.
    """
    if not settings.sends_letters:
        return 0
    essay = pages.find(db, page)
    if essay is None:
        raise LookupError(page)
    told, after = 0, ""
    while wished := subscriptions.of_new_essays(db, after=after, limit=_PORTION):
        with db.transaction():
            new = [
                one.correspondent
                for one in wished
                if news.add(
                    db,
                    planning.ESSAY,
                    f"essay {essay.path} {one.correspondent}",
                    correspondent=one.correspondent,
                    subscription=one.id,
                    page=essay.path,
                )
            ]
            scheduling.schedule(db, settings, correspondents.these(db, new).values(), bulk=True)
        told += len(new)
        after = wished[-1].id
    return told

"""What the owner of an address says about letters: yes, how often, of new essays, no more of this, no more at all."""

from comments_service import ids
from comments_service.database import Database
from comments_service.notifying import scheduling
from comments_service.settings import Settings
from comments_service.store import correspondents, letters_due, news, subscriptions
from comments_service.store.correspondents import Correspondent, Rhythm

_STOPPED = "its reader wishes for it no more"


def confirm(db: Database, settings: Settings, one: Correspondent) -> None:
    """Let letters go there, whatever was before; what waited for this yes is told. Once more changes nothing."""
    with db.transaction():
        if not one.reachable:
            correspondents.confirm(db, one.id, now=ids.now())
            scheduling.anew(db, settings, one.id)


def of_owner(db: Database, address: str, language: str) -> Correspondent:
    """The correspondent at an address whose owner proved it: new, with their yes; or as others have made it known.

    Then a yes is still theirs to say: they see first what was wished for in their name.
    """
    with db.transaction():
        if correspondents.at(db, address) is None:
            one = correspondents.welcome(db, address, language)
            correspondents.confirm(db, one.id, now=ids.now())
        return correspondents.welcome(db, address, language)


def stop(db: Database, one: Correspondent, wish: str) -> None:
    """End one wish of theirs; what waited because of it alone is not told. Of nobody else's wish anything ends."""
    found = subscriptions.find(db, wish)
    if found is None or found.correspondent != one.id:
        return
    with db.transaction():
        subscriptions.end(db, wish, now=ids.now())


def stop_all(db: Database, one: Correspondent) -> None:
    """Let no letter go there any more, and drop what waits."""
    now = ids.now()
    with db.transaction():
        subscriptions.end_all(db, one.id, now=now)
        correspondents.stop(db, one.id, now=now)
        letters_due.drop(db, [one.id])
        news.drop_waiting(db, one.id, _STOPPED, at=now)


def keep_rhythm(db: Database, settings: Settings, one: Correspondent, rhythm: Rhythm) -> None:
    """Let letters come as often as this, also what waits."""
    with db.transaction():
        correspondents.keep_rhythm(db, one.id, rhythm)
        scheduling.anew(db, settings, one.id)


def essays(db: Database, settings: Settings, one: Correspondent, *, wanted: bool) -> None:
    """Hear of new essays from now on, or no more. To wish for them is to say yes to letters."""
    with db.transaction():
        if wanted:
            subscriptions.add(db, one.id, "essays")
            confirm(db, settings, one)
            return
        for found in subscriptions.of_correspondent(db, one.id):
            if found.kind == "essays":
                stop(db, one, found.id)

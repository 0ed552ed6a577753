"""A provider's picture, if its owner chooses it: fetched once by the server, drawn anew, and shown from here."""

from collections.abc import Sequence

from comments_service import outbound
from comments_service.database import Database
from comments_service.errors import conflict, forbidden, not_found
from comments_service.models import Identity, Job, Speaker
from comments_service.pictures import MOST_BYTES, drawn_anew
from comments_service.settings import Settings
from comments_service.store import identities, outbox, pictures

# A server that is down is asked again, within some minutes; then its picture counts as not to be had.
_TRIES = 5
_SILENT = f"the server that has it was asked {_TRIES} times, and sent none of at most {MOST_BYTES // 1_000_000} MB"
_HOPS = 2
_GOOD = 200
# What may be different the next time: it was busy, or broken.
_PASSING = {408, 425, 429, 500, 502, 503, 504}


def choose(db: Database, speaker: Speaker, identity: str) -> None:
    """Show the picture that a provider has of one of one's identities, as soon as it is fetched.

    Choosing once more renews the copy; while one is on its way, nothing happens. Raises Problem (403, 404, 409).
    """
    with db.transaction():
        chosen = _own(db, speaker, identity)
        if not chosen.picture_url:
            raise conflict(f"There is no picture of you at {chosen.label}, so the disc with your initial stays.")
        before = pictures.wish(db, chosen.id)
        if before and not before.fetched and not before.problem:
            return
        outbox.put(db, "picture.chosen", chosen.id, lane=outbox.LETTERS, picture=pictures.want(db, chosen.id))


def unchoose(db: Database, speaker: Speaker, identity: str) -> None:
    """Show one's disc again: the copy is deleted, and every page goes without it. Raises Problem (403, 404)."""
    with db.transaction():
        pictures.forget(db, _own(db, speaker, identity).id)


def _own(db: Database, speaker: Speaker, identity: str) -> Identity:
    if speaker.account or speaker.known_by is None:
        raise forbidden("Nobody is signed in on this device. Prove who you are first, then do this once more.")
    found = identities.find(db, identity) if identity in speaker.identities else None
    if found is None:
        raise not_found("identity")
    return found


def fetch_chosen(db: Database, settings: Settings, jobs: Sequence[Job]) -> None:
    """Fetch the pictures that were chosen, each once. Raises what stood in the way if it may be gone the next time."""
    for job in jobs:
        wish = pictures.find(db, str(job.data["picture"]))
        identity = identities.find(db, job.subject)
        if wish is None or wish.fetched or wish.problem or identity is None:
            continue
        try:
            drawn = drawn_anew(_fetched(settings, identity.picture_url))
        except outbound.Unreachable:
            if job.attempts + 1 < _TRIES:
                raise
            pictures.failed(db, wish.id, _SILENT)
        except outbound.Refused:
            pictures.failed(db, wish.id, "it is at an address that this site does not ask")
        except ValueError as error:
            pictures.failed(db, wish.id, str(error))
        else:
            with db.transaction():
                pictures.show(db, wish, drawn)


def _fetched(settings: Settings, url: str) -> bytes:
    """The file at an address. Raises Refused or Unreachable, and ValueError if it isn't there for us."""
    answer = outbound.get(
        settings,
        url,
        accept="image/webp, image/png, image/jpeg, image/gif",
        most_bytes=MOST_BYTES,
        hops=_HOPS,
    )
    if answer.status_code in _PASSING:
        message = f"it answered with {answer.status_code}"
        raise outbound.Unreachable(message)
    if answer.status_code != _GOOD:
        message = f"it can't be had any more ({answer.status_code})"
        raise ValueError(message)
    return answer.content

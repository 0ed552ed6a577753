"""A provider's picture, if its owner chooses it: fetched once by the server, drawn anew, and shown from here."""

from dataclasses import dataclass

from comments_service import outbound
from comments_service.database import Database
from comments_service.errors import conflict
from comments_service.identity import readers
from comments_service.models import Job, Speaker
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


@dataclass(frozen=True, slots=True)
class Wanted:
    """A picture to be fetched, and the address at which its provider has it."""

    wish: pictures.Wish
    url: str


def choose(db: Database, speaker: Speaker, identity: str) -> None:
    """Show the picture that a provider has of one of one's identities, as soon as it is fetched.

    Choosing once more renews the copy; while one is on its way, nothing happens. Raises Problem (403, 404, 409).
    """
    with db.transaction():
        chosen = readers.own(db, speaker, identity)
        if not chosen.picture_url:
            raise conflict(f"There is no picture of you at {chosen.label}, so the disc with your initial stays.")
        before = pictures.wish(db, chosen.id)
        if before and before.waits:
            return
        outbox.put(db, "picture.chosen", pictures.want(db, chosen.id), lane=outbox.PICTURES)


def unchoose(db: Database, speaker: Speaker, identity: str) -> None:
    """Show one's disc again: the copy is deleted, and every page goes without it. Raises Problem (403, 404)."""
    with db.transaction():
        pictures.forget(db, readers.own(db, speaker, identity).id)


# ── what the worker does ────────────────────────────────────────────────────────────────────────────────────────────


def wanted(db: Database, job: Job) -> Wanted | None:
    """The picture that a fact `picture.chosen` tells of; None if it is here already, or is no longer wanted."""
    wish = pictures.find(db, job.subject)
    identity = identities.find(db, wish.identity) if wish else None
    return Wanted(wish, identity.picture_url) if wish and identity and wish.waits else None


def fetched(settings: Settings, wanted: Wanted) -> bytes:
    """The picture, drawn anew. Raises Unreachable if another try may go better, else ValueError or Refused."""
    answer = outbound.get(
        settings,
        wanted.url,
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
    return drawn_anew(answer.content)


def settled(db: Database, wanted: Wanted, outcome: bytes | Exception, *, tries: int) -> bool:
    """Show what was fetched, or note why it can't be had; False if it is to be tried again. Belongs into a transaction.

    It may have been taken back meanwhile: then nothing of it is kept.
    """
    match outcome:
        case bytes():
            pictures.show(db, wanted.wish, outcome)
        case outbound.Refused():
            pictures.failed(db, wanted.wish.id, "it is at an address that this site does not ask")
        case ValueError():
            pictures.failed(db, wanted.wish.id, str(outcome))
        case _ if tries < _TRIES:
            return False
        case _:
            pictures.failed(db, wanted.wish.id, _SILENT)
    return True

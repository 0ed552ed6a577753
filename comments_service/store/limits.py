"""Limits: how often something may be tried, by address, network and everybody together; the same for all doors."""

from collections.abc import Mapping
from dataclasses import dataclass

from comments_service import ids
from comments_service.database import Database
from comments_service.errors import too_fast
from comments_service.store import attempts


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` tries in `seconds` by the same `by`: `address`, `network`, or `site` (everybody together)."""

    by: str
    most: int
    seconds: int


_HOUR, _DAY = 3600, 86400

# What may be tried -> its limits. A letter that anybody can ask for must not become a way to mail strangers.
LIMITS: Mapping[str, tuple[Limit, ...]] = {
    "letter": (
        Limit("address", 3, _HOUR),
        Limit("address", 8, _DAY),
        Limit("network", 8, _HOUR),
        Limit("site", 200, _HOUR),
    ),
    # What is said to a letter of an author's that could not be taken whole: two machines must not write to each other.
    "returned": (Limit("address", 6, _HOUR), Limit("site", 60, _HOUR)),
    # Letters that anybody can send here, of which a note is kept.
    "noted": (Limit("site", 500, _HOUR),),
    # Whoever types an address in a form that is not theirs has it asked, once, whether it wants letters. A cap that is
    # reached refuses no reply: the question can be asked later, on the reply's own page.
    "confirmation": (
        Limit("address", 2, _DAY),
        Limit("network", 6, _HOUR),
        Limit("network", 20, _DAY),
        Limit("site", 100, _HOUR),
    ),
    # Codes are six digits: all tries of a day together find one of a thousand of them.
    "code": (Limit("address", 15, _HOUR), Limit("network", 30, _HOUR), Limit("site", 1000, _HOUR)),
    # What is typed by somebody who goes away to prove who they are is kept for a day at most.
    "errand": (Limit("network", 60, _HOUR), Limit("site", 2000, _HOUR)),
    "sign-in": (Limit("network", 20, 900), Limit("site", 400, 900)),
    # Links in authors' letters, which are long secrets: mail scanners open them, some several times.
    "letter-link": (Limit("network", 60, 900), Limit("site", 2000, 900)),
    "provider": (Limit("network", 30, 900), Limit("site", 1000, 900)),
    # What a reader reports is read by somebody: more than this is no report any more.
    "report": (Limit("network", 20, _HOUR), Limit("site", 300, _HOUR)),
    "preview": (Limit("network", 30, 60),),
    "like": (Limit("network", 30, 60),),
    # Each edit is an event of its conversation, which is told again from all of them.
    "edit": (Limit("network", 30, 60),),
    "picture": (Limit("network", 10, _HOUR), Limit("site", 200, _HOUR)),
    "passkey": (Limit("network", 20, 900), Limit("site", 400, 900)),
}


def take(db: Database, what: str, **who: str) -> None:
    """Count one try by each of `who` (keyed hashes of an `address`, of a `network`), and by the site as a whole.

    Raises Problem (429), having counted nothing, when one of them has tried too often; what is not known, or empty, is
    not counted.
    """
    known = {by: one for by, one in ({"site": "everybody"} | who).items() if one}
    with db.transaction():
        for limit in LIMITS[what]:
            if limit.by in known:
                tried = attempts.count(db, f"{what} {limit.by}", known[limit.by], since=ids.now(seconds=-limit.seconds))
                if tried >= limit.most:
                    raise too_fast(limit.seconds)
        for by in sorted({limit.by for limit in LIMITS[what]} & set(known)):
            attempts.add(db, f"{what} {by}", known[by])

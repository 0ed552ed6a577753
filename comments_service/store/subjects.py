"""Whom a request for their data is about: everybody whom a device speaks for, what they proved, and their addresses."""

from collections.abc import Iterable
from dataclasses import dataclass

from comments_service.database import Database, Row
from comments_service.models import Comment, Speaker
from comments_service.providers import EMAIL
from comments_service.store import identities


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Somebody who asks for what is held about them.

    `people` and `identities` are ids of theirs, never of an account. `addresses` are the e-mail addresses that they
    proved, in small letters: what was sent with one of them is about them too, whoever typed it. `device` is the digest
    of the secret of the device that asks, `likes` are the prints under which this browser likes something, and `errand`
    is what it is in the middle of.
    """

    people: tuple[str, ...] = ()
    identities: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    device: str = ""
    likes: tuple[str, ...] = ()
    errand: str = ""

    @property
    def somebody(self) -> bool:
        """Whether anything can be told to be theirs."""
        return bool(self.people or self.likes or self.errand)

    def owns(self, person: str | None) -> bool:
        """Whether this is one of their own persons."""
        return person in self.people

    def wrote(self, comment: Comment) -> bool:
        """Whether a comment is theirs; an author's words belong to the site."""
        return not comment.by_author and (self.owns(comment.person) or comment.identity in self.identities)


def of_speaker(
    db: Database, speaker: Speaker, *, device: str = "", likes: Iterable[str] = (), errand: str = ""
) -> Subject:
    """Whom a device speaks for. An account is nobody here: what authors write belongs to the site."""
    if speaker.account:
        return Subject()
    return _subject(
        db,
        speaker.persons,
        speaker.identities,
        device=device if speaker.person else "",
        likes=_liking(db, likes),
        errand=errand,
    )


def of_person(db: Database, person: str) -> Subject:
    """A reader with everybody whom they proved to be as well. Raises LookupError if there is no such reader."""
    me = identities.self_of(db, person)
    found = _subject(db, me.ids, frozenset(one.id for one in me.identities))
    if not found.owns(person):
        raise LookupError(person)
    return found


def _subject(
    db: Database,
    people: frozenset[str],
    proven: frozenset[str],
    *,
    device: str = "",
    likes: tuple[str, ...] = (),
    errand: str = "",
) -> Subject:
    readers = db.rows("SELECT id FROM people WHERE id IN (:people) AND role IS NULL ORDER BY id", people=sorted(people))
    addresses = db.rows(
        "SELECT DISTINCT lower(address) AS address FROM identities WHERE id IN (:ids) AND provider = :email"
        " AND address <> '' ORDER BY lower(address)",
        ids=sorted(proven),
        email=EMAIL,
    )
    return Subject(
        people=tuple(row["id"] for row in readers),
        identities=tuple(sorted(proven)),
        addresses=tuple(row["address"] for row in addresses),
        device=device,
        likes=likes,
        errand=errand,
    )


def _liking(db: Database, prints: Iterable[str]) -> tuple[str, ...]:
    """Those of these prints under which something is liked."""
    rows = db.rows("SELECT DISTINCT device FROM likes WHERE device IN (:prints) ORDER BY device", prints=list(prints))
    return tuple(row["device"] for row in rows)


# What a subject wrote: by whom they are, or by what they had proven. An author's words belong to the site.
OWN = """(comments.person IN (:people) OR (comments.identity <> '' AND comments.identity IN (:identities)))
    AND comments.author IS NULL"""
# What others sent with an address that the subject proved.
SENT_WITH_THEIRS = """comments.email <> '' AND lower(comments.email) IN (:addresses) AND comments.author IS NULL
    AND coalesce(comments.person, '') NOT IN (:besides) AND comments.identity NOT IN (:proven)"""


def own(subject: Subject) -> Row:
    """The parameters of `OWN`."""
    return {"people": list(subject.people), "identities": list(subject.identities)}


def sent_with_theirs(subject: Subject) -> Row:
    """The parameters of `SENT_WITH_THEIRS`; a list that is empty would let nothing pass."""
    return {
        "addresses": list(subject.addresses),
        "besides": ["-", *subject.people],
        "proven": ["-", *subject.identities],
    }

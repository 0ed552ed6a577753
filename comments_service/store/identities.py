"""Identities: what readers proved, on which devices, and who is one person by their own proof."""

import dataclasses
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from comments_service import ids
from comments_service.database import Database, Row
from comments_service.models import Identity, Person
from comments_service.store import people

_FIELDS = tuple(field.name for field in dataclasses.fields(Identity))
_COLUMNS = ", ".join(f"identities.{name}" for name in _FIELDS)


@dataclass(frozen=True, slots=True)
class Device:
    """Whom a device speaks for: it appears as `person`, has proven `identity`, and was `guest`'s before (their ids)."""

    person: Person
    identity: Identity | None
    guest: str | None


@dataclass(frozen=True, slots=True)
class Self:
    """One human: the persons that they joined by their own proof, first the one the others are joined to."""

    people: tuple[Person, ...]
    identities: tuple[Identity, ...]

    @property
    def head(self) -> str:
        """The person whom the others are joined to."""
        return self.people[0].id

    @property
    def ids(self) -> frozenset[str]:
        """The ids of all their persons."""
        return frozenset(person.id for person in self.people)


# ── identities ──────────────────────────────────────────────────────────────────────────────────────────────────────


def add(db: Database, identity: Identity) -> None:
    """Keep a new identity; its person is there already."""
    db.insert("identities", dataclasses.asdict(identity))


def find(db: Database, id: str) -> Identity | None:  # noqa: A002 -- the column's name
    """The identity with this id."""
    return _identity(db.row(f"SELECT {_COLUMNS} FROM identities WHERE id = :id", id=id))  # noqa: S608


def vouched_for(db: Database, issuer: str, subject: str) -> Identity | None:
    """The identity that an issuer knows under this name."""
    return _identity(
        db.row(
            f"SELECT {_COLUMNS} FROM identities WHERE issuer = :issuer AND subject = :subject",  # noqa: S608
            issuer=issuer,
            subject=subject,
        )
    )


def of_people(db: Database, people: Iterable[str]) -> list[Identity]:
    """What these people proved, in the order in which they proved it first."""
    rows = db.rows(
        f"SELECT {_COLUMNS} FROM identities WHERE person IN (:people) ORDER BY id",  # noqa: S608
        people=list(people),
    )
    return [Identity(**row) for row in rows]


def change(db: Database, id: str, **columns: str) -> None:  # noqa: A002
    """Set some columns of an identity."""
    changes = ", ".join(f"{name} = :{name}" for name in columns)
    db.execute(f"UPDATE identities SET {changes} WHERE id = :id", id=id, **columns)  # noqa: S608 -- the names are ours


# ── devices ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def of_device(db: Database, secret: str) -> Device | None:
    """Whom the device that holds the secret with this digest speaks for."""
    row = db.row(
        """SELECT people.id, people.created, people.name, people.role, people.trusted_at,
                  devices.identity AS proved, devices.guest AS guest
           FROM devices JOIN people ON people.id = devices.person WHERE devices.secret = :secret""",
        secret=secret,
    )
    if row is None:
        return None
    proved, guest = row.pop("proved"), row.pop("guest")
    return Device(people.person_of(row), find(db, proved) if proved else None, guest)


def add_device(
    db: Database, secret: str, person: str, *, now: str, identity: str | None = None, guest: str | None = None
) -> None:
    """Let the device that holds this secret speak for a guest, or for whoever proved an identity."""
    db.insert("devices", {"secret": secret, "person": person, "created": now, "identity": identity, "guest": guest})


def drop_device(db: Database, secret: str) -> None:
    """Forget a device's secret: it opens nothing any more."""
    db.execute("DELETE FROM devices WHERE secret = :secret", secret=secret)


def appear(db: Database, secret: str, person: str, *, guest: str | None) -> None:
    """Let a device appear as another of the persons that it speaks for."""
    db.execute(
        "UPDATE devices SET person = :person, guest = :guest WHERE secret = :secret",
        secret=secret,
        person=person,
        guest=guest,
    )


def appear_as_proven(db: Database, parted: Identity, others: Iterable[str]) -> None:
    """Let no device appear any more as whom it was parted from; `others` are the identities that stay together."""
    db.execute(
        """UPDATE devices SET person = :person
           WHERE identity = :parted AND person <> :person AND (guest IS NULL OR person <> guest)""",
        parted=parted.id,
        person=parted.person,
    )
    db.execute(
        """UPDATE devices SET person = (SELECT person FROM identities WHERE identities.id = devices.identity)
           WHERE identity IN (:others) AND person = :person""",
        others=list(others),
        person=parted.person,
    )


def drop_devices_of(db: Database, identities: Iterable[str], *, keep: str = "") -> int:
    """Sign out every device that proved one of these identities, but the one with the secret `keep`."""
    return db.execute(
        "DELETE FROM devices WHERE identity IN (:identities) AND secret <> :keep",
        identities=list(identities),
        keep=keep,
    )


# ── one human ───────────────────────────────────────────────────────────────────────────────────────────────────────


def take_turns(db: Database) -> None:
    """Let nobody else prove, join or part anything until this transaction ends.

    Each looks first at what there is: two at once would both find nobody, or lead to somebody who is led on meanwhile.
    """
    db.execute("UPDATE people SET created = created WHERE id = (SELECT min(id) FROM people WHERE role IS NOT NULL)")


def self_of(db: Database, person: str) -> Self:
    """Everybody whom a person is joined with by their own proof, themselves among them. Raises LookupError for nobody.

    Such joins lead straight to the head, never from one to the next: `join` and `part` see to it.
    """
    head = head_of(db, person)
    rows = db.rows(
        f"""SELECT people.id AS person_id, people.created AS person_created, people.name AS person_name, people.role,
                   people.trusted_at, {_COLUMNS}
            FROM people LEFT JOIN identities ON identities.person = people.id
            WHERE people.id = :head OR people.id IN (
                SELECT person FROM joins WHERE into_person = :head AND parted_at IS NULL AND proven_at IS NOT NULL)
            ORDER BY people.id""",  # noqa: S608
        head=head,
    )
    if not rows:
        raise LookupError(person)
    found = [
        people.person_of(
            {
                "id": row.pop("person_id"),
                "created": row.pop("person_created"),
                "name": row.pop("person_name"),
                "role": row.pop("role"),
                "trusted_at": row.pop("trusted_at"),
            }
        )
        for row in rows
    ]
    return Self(
        tuple(sorted(found, key=lambda one: (one.id != head, one.id))),
        tuple(one for row in rows if (one := _identity(row if row["id"] else None)) is not None),
    )


def head_of(db: Database, person: str) -> str:
    """Whom a person is joined to by their own proof: themselves if to nobody."""
    into = db.value(
        "SELECT into_person FROM joins WHERE person = :person AND parted_at IS NULL AND proven_at IS NOT NULL",
        person=person,
    )
    return person if into is None else str(into)


def join(db: Database, person: str, into: str, *, at: str) -> None:
    """Make two people one, as they proved themselves to be: all that `person` is joined with, and all of `into`."""
    head, other = head_of(db, into), head_of(db, person)
    if head == other:
        return
    _lead_to(db, other, head, at=at)
    _join(db, other, head, at)


def part(db: Database, person: str, *, at: str) -> None:
    """Make a person one of their own again. Those who were joined to them stay together without them."""
    if head_of(db, person) != person:
        db.execute(
            "UPDATE joins SET parted_at = :at WHERE person = :person AND parted_at IS NULL AND proven_at IS NOT NULL",
            person=person,
            at=at,
        )
        return
    rest = sorted(self_of(db, person).ids - {person})
    if rest:
        part(db, rest[0], at=at)
        _lead_to(db, person, rest[0], at=at)


def _lead_to(db: Database, former: str, head: str, *, at: str) -> None:
    """Let those who are joined to one person be joined to another instead."""
    members = db.rows(
        """SELECT person FROM joins WHERE into_person = :former AND parted_at IS NULL AND proven_at IS NOT NULL
           ORDER BY person""",
        former=former,
    )
    for member in members:
        part(db, member["person"], at=at)
        _join(db, member["person"], head, at)


def _join(db: Database, person: str, into: str, at: str) -> None:
    db.insert(
        "joins",
        {
            "id": ids.new_id(),
            "person": person,
            "into_person": into,
            "joined_by": person,
            "at": at,
            "parted_at": None,
            "proven_at": at,
        },
    )


# ── names that proven people are known by ───────────────────────────────────────────────────────────────────────────


def known_by(db: Database, person: str, shapes: Iterable[str]) -> None:
    """Remember by which shapes of a name a person is known, instead of those before."""
    db.execute("DELETE FROM proven_names WHERE person = :person", person=person)
    for shape in sorted(set(shapes)):
        # Two replies of one person may come at once.
        sql = "INSERT INTO proven_names (shape, person) VALUES (:shape, :person) ON CONFLICT (shape, person) DO NOTHING"
        db.execute(sql, shape=shape, person=person)


def shapes_of(db: Database, person: str) -> frozenset[str]:
    """The shapes of the name that a person is known by."""
    rows = db.rows("SELECT shape FROM proven_names WHERE person = :person ORDER BY shape", person=person)
    return frozenset(row["shape"] for row in rows)


# A word that was proven after it was sent is still the guest's who sent it, so it is found by what was proven.
_WITH_A_WORD = """(EXISTS (SELECT 1 FROM comments WHERE comments.person = proven_names.person
        AND comments.state IN ('held', 'published'))
    OR EXISTS (SELECT 1 FROM identities JOIN comments ON comments.identity = identities.id AND comments.identity <> ''
        WHERE identities.person = proven_names.person AND comments.state IN ('held', 'published')))"""


def bears(db: Database, shapes: Collection[str], person: str) -> bool:
    """Whether a person is known, with a word here, by a name of all these shapes."""
    found = db.value(
        f"SELECT count(*) FROM proven_names WHERE person = :person AND shape IN (:shapes) AND {_WITH_A_WORD}",  # noqa: S608
        person=person,
        shapes=sorted(shapes),
    )
    return bool(found == len(shapes))


def bearer(db: Database, shapes: Iterable[str], *, besides: Iterable[str]) -> str | None:
    """A proven person with a word here who is known by one of these shapes of a name, but none of `besides`."""
    found = db.value(
        f"""SELECT min(person) FROM proven_names WHERE shape IN (:shapes) AND person NOT IN (:besides)
           AND {_WITH_A_WORD}""",  # noqa: S608
        shapes=list(shapes),
        besides=list(besides) or [""],
    )
    return None if found is None else str(found)


def _identity(row: Row | None) -> Identity | None:
    return None if row is None else Identity(**{name: row[name] for name in _FIELDS})

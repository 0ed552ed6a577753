"""Guests: somebody whom only their device knows, by a secret in its cookie."""

from comments_service import ids
from comments_service.database import Database
from comments_service.models import Person
from comments_service.store import identities, people

# How long a device is recognised: it must last as long as somebody may want to withdraw what they said.
DEVICE_DAYS = 365


def welcome(db: Database) -> tuple[Person, str]:
    """A new guest and the secret for their device's cookie. Belongs into the transaction of their first reply."""
    now = ids.now()
    person, secret = begin(db, now), ids.new_secret()
    identities.add_device(db, ids.digest(secret), person.id, now=now)
    return person, secret


def begin(db: Database, now: str) -> Person:
    """Somebody of whom nothing is known. Belongs into a transaction.

    A guest's name stands with their words and nowhere else, so that withdrawing those takes it along.
    """
    person = Person(id=ids.new_id(), created=now, name="", role=None, trusted_at=None)
    people.add(db, person)
    return person

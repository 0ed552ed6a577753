"""Proving who one is, in a browser without a browser: choosing a way at the form, typing the code of a letter."""

from werkzeug.test import TestResponse

from comments_service import proofs
from comments_service.identity import readers
from comments_service.models import Errand, Identity
from comments_service.providers import Claims
from tests.support.actors import House, Reader
from tests.support.browserless import Visitor

GITHUB = Claims("github", "github", "42", "github.com/ben", name="Ben Okafor", url="https://github.com/ben")
# What the same provider says of somebody else.
EVE = Claims("github", "github", "7", "github.com/eve", name="Eve", url="https://github.com/eve")


def letter(house: House) -> str:
    """The id of the newest letter's challenge."""
    return str(house.db.value("SELECT id FROM challenges ORDER BY id DESC LIMIT 1"))


def code(house: House) -> str:
    """The code in the newest letter."""
    return proofs.code(house.keys, letter(house))


def link(house: House) -> str:
    """The link in the newest letter, as a path."""
    return f"/identity/email/{proofs.token(house.keys, letter(house))}"


def chooses(visitor: Visitor, way: str, **fields: str) -> TestResponse:
    """Press one of the form's buttons."""
    return visitor.client.post("/identity/choose", data={"way": way} | fields)


def proves_address(visitor: Visitor, address: str = "ben@example.org", **fields: str) -> TestResponse:
    """Go the whole way of a letter; returns what typing the code gave."""
    chooses(visitor, "email", **fields)
    visitor.client.post("/identity/email", data={"email": address})
    return visitor.client.post("/identity/email/code", data={"code": code(visitor.house)})


def signed_in(house: House, name: str = "Ben Okafor", *, claims: Claims = GITHUB, purpose: str = "reply") -> Reader:
    """A reader at a device on which they have proven something."""
    reader = house.reader(name)
    signs_in(reader, claims=claims, purpose=purpose)
    return reader


def signs_in(reader: Reader, *, claims: Claims = GITHUB, purpose: str = "reply", comment: str = "") -> Identity:
    """Prove something on a reader's device."""
    errand = Errand("no cookie", {}, purpose, comment, "", "")
    identity, reader.device = readers.sign_in(reader.house.db, claims, errand, device=reader.device)
    return identity


def address(house: House, address: str, name: str = "") -> Claims:
    """What a letter to this address proves."""
    return Claims("email", "email", proofs.print_of(house.keys, address), "by e-mail", name=name, address=address)

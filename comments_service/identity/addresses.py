"""Proving an e-mail address: a letter holds a code and a link, for the browser that asked, once, for half an hour."""

from comments_service import ids, names, proofs
from comments_service.database import Database
from comments_service.errors import Problem, gone, invalid
from comments_service.keys import Keys
from comments_service.models import Errand
from comments_service.providers import EMAIL, Claims
from comments_service.store import errands, outbox
from comments_service.store.errands import Challenge

# A code has a million values: with so few tries a letter, guessing is hopeless.
TRIES = 5
_LABEL = "by e-mail"


def cleaned(typed: str) -> str:
    """An address that a letter can be sent to. Raises Problem (422)."""
    try:
        address = names.email(typed)
    except ValueError as error:
        raise invalid({"email": str(error)}) from None
    if not address:
        raise invalid({"email": "Please give the e-mail address that you want to prove."})
    return address


def ask(db: Database, errand: Errand, address: str) -> Challenge:
    """Have a letter sent to a cleaned address; letters asked for before on this errand prove nothing any more."""
    with db.transaction():
        challenge = errands.challenge(db, errand.id, address, expires=ids.now(minutes=proofs.MINUTES))
        outbox.put(db, "letter.code", challenge.id, lane=outbox.LETTERS)
    return challenge


def by_code(db: Database, keys: Keys, errand: Errand, typed: str) -> Claims:
    """What the six digits of the errand's letter prove. Raises Problem (410, 422)."""
    challenge = _open(errands.challenge_of(db, errand.id))
    code = "".join(typed.split()).replace("-", "")
    with db.transaction():
        if not errands.tried(db, challenge.id, most=TRIES):
            raise gone(
                "That were too many codes for one letter, so this letter proves nothing any more. Ask for a new one."
            )
    if not ids.same(code, proofs.code(keys, challenge.id)):
        raise invalid({"code": "This is not the code of the newest letter. Please look at its six digits once more."})
    return _used(db, keys, challenge)


def by_link(db: Database, keys: Keys, errand: Errand, token: str) -> Claims:
    """What the link of a letter proves in the browser that asked for it. Raises Problem (403, 410)."""
    return _used(db, keys, asked_for(db, keys, errand, token))


def asked_for(db: Database, keys: Keys, errand: Errand | None, token: str) -> Challenge:
    """The challenge that a link belongs to; nothing is used up. Raises Problem (403, 410).

    In another browser than the one that asked it is refused: whoever follows a link from a letter that somebody else
    asked for would otherwise prove an address for them.
    """
    id_ = proofs.challenge_of(keys, token)
    challenge = _open(errands.find_challenge(db, id_) if id_ else None)
    if errand is None or challenge.errand != errand.id:
        raise Problem(
            "another_browser",
            403,
            "This letter was asked for in another browser. Open its link there, or type its six digits there."
            " If you did not ask for it, do nothing: without you it proves nothing.",
        )
    return challenge


def _open(challenge: Challenge | None) -> Challenge:
    if challenge is None or not challenge.proves(now=ids.now()):
        raise gone(
            f"This letter was used already, is older than {proofs.MINUTES} minutes, or was followed by a newer one."
            " Ask for a new one."
        )
    return challenge


def _used(db: Database, keys: Keys, challenge: Challenge) -> Claims:
    with db.transaction():
        if not errands.use_challenge(db, challenge.id, now=ids.now()):
            _open(None)
    return Claims(
        provider=EMAIL,
        issuer=EMAIL,
        subject=proofs.print_of(keys, challenge.address),
        label=_LABEL,
        address=challenge.address,
    )

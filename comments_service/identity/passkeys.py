"""Passkeys (W3C Web Authentication, level 3): a device signs a challenge of ours, and only for this very site.

A challenge is answered once, within five minutes, and in the browser that asked: a cookie holds a secret of which the
challenge is a digest, so that whoever sees what was signed can't make the cookie.
"""

import ipaddress
import logging
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from comments_service import ids, names
from comments_service.database import Database
from comments_service.errors import Problem, conflict, invalid, not_found
from comments_service.identity import authors, entries
from comments_service.identity.entries import Knock
from comments_service.models import Person
from comments_service.settings import Settings
from comments_service.store import passkeys
from comments_service.store.passkeys import Passkey

if TYPE_CHECKING:
    from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
    from webauthn.registration.verify_registration_response import VerifiedRegistration

MINUTES = 5
# A credential's id has 1023 bytes at most (4.1), and browsers send a few thousand characters beside it.
_LONGEST_ANSWER = 16_000
_log = logging.getLogger("rapport.identity")


def offered(settings: Settings) -> bool:
    """Whether browsers make passkeys for this blog: at an address with a name, by TLS or on this machine."""
    try:
        ipaddress.ip_address(_host(settings))
    except ValueError:
        return settings.secure or _host(settings) == "localhost"
    return False


# ── adding one ──────────────────────────────────────────────────────────────────────────────────────────────────────


def begin_adding(db: Database, settings: Settings, account: Person) -> tuple[str, str]:
    """What a browser is to make a passkey of, as JSON, and the secret for its cookie."""
    import webauthn
    from webauthn.helpers import base64url_to_bytes, structs

    known = passkeys.of_person(db, account.id)
    # Random, so that it tells a device nothing; one for each account, so that a device knows what it has for it.
    handle = known[0].handle if known else ids.new_secret()
    secret = _begin(db, "add", account.id, handle)
    options = webauthn.generate_registration_options(
        rp_id=_host(settings),
        rp_name=settings.title,
        user_name=account.name,
        user_id=base64url_to_bytes(handle),
        challenge=_challenge(secret),
        timeout=MINUTES * 60_000,
        attestation=structs.AttestationConveyancePreference.NONE,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[
            structs.PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.credential)) for one in known
        ],
    )
    return webauthn.options_to_json(options), secret


def add(db: Database, settings: Settings, account: Person, answer: str, name: str, knock: Knock) -> None:
    """Keep the passkey that a browser made; its name is the device's if none is given.

    Raises Problem (403, 409, 410, 422). The challenge is spent whatever comes of it.
    """
    from webauthn.helpers import bytes_to_base64url

    name = _named(name or knock.device)
    handle = _spend(db, "add", account.id, knock.browser)
    made = _made(settings, answer, _challenge(knock.browser))
    credential = bytes_to_base64url(made.credential_id)
    with db.transaction():
        if passkeys.find(db, credential):
            raise conflict("This passkey was added already.")
        passkeys.add(
            db,
            Passkey(
                id=ids.new_id(),
                person=account.id,
                credential=credential,
                public_key=bytes_to_base64url(made.credential_public_key),
                handle=handle,
                sign_count=made.sign_count,
                name=name,
                created=ids.now(),
                used_at=None,
            ),
        )
        entries.note(db, account.id, "passkey", "added", knock)


def remove(db: Database, account: Person, id_: str, knock: Knock) -> None:
    """Let one passkey of an account open nothing any more. Raises Problem (404)."""
    with db.transaction():
        if not passkeys.remove(db, id_, account.id):
            raise not_found("passkey")
        entries.note(db, account.id, "passkey", "removed", knock)


def _named(typed: str) -> str:
    try:
        return names.clean(typed)
    except ValueError:
        message = f"Please give a name by which you know it again, of at most {names.LONGEST_NAME} characters."
        raise invalid({"name": message}) from None


def _made(settings: Settings, answer: str, challenge: bytes) -> "VerifiedRegistration":
    import webauthn

    try:
        return webauthn.verify_registration_response(
            credential=_bounded(answer),
            expected_challenge=challenge,
            expected_rp_id=_host(settings),
            expected_origin=_origin(settings),
            require_user_verification=True,
        )
    except Exception as error:  # noqa: BLE001 -- whatever an answer makes the library stumble over, it is refused
        raise _refused(error) from None


# ── signing in ──────────────────────────────────────────────────────────────────────────────────────────────────────


def begin_signing_in(db: Database, settings: Settings) -> tuple[str, str]:
    """What a browser is to sign, as JSON, and the secret for its cookie. It is the device that knows who it is."""
    import webauthn
    from webauthn.helpers import structs

    secret = _begin(db, "sign in", "", "")
    options = webauthn.generate_authentication_options(
        rp_id=_host(settings),
        challenge=_challenge(secret),
        timeout=MINUTES * 60_000,
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options), secret


def sign_in(db: Database, settings: Settings, answer: str, knock: Knock) -> str:
    """Open a session for the account whose passkey signed; returns its secret. Raises Problem (403, 410).

    The challenge is spent whatever comes of it.
    """
    passkey = _named_in(db, answer)
    with entries.refusals_noted(db, passkey.person if passkey else "", "passkey", knock):
        _spend(db, "sign in", "", knock.browser)
        if passkey is None:
            raise _unknown()
        verified = _signed(settings, passkey, answer, _challenge(knock.browser))
        with db.transaction():
            account = passkeys.account_of(db, passkey)
            if account is None:
                raise _unknown()
            if not passkeys.use(db, passkey.id, sign_count=verified.new_sign_count, now=ids.now()):
                raise _not_going_on()
            return authors.open_session(db, account, "passkey", knock)


def _named_in(db: Database, answer: str) -> Passkey | None:
    """The passkey that an answer says it comes from."""
    from webauthn.helpers import bytes_to_base64url, parse_authentication_credential_json

    try:
        given = parse_authentication_credential_json(_bounded(answer))
    except Exception:  # noqa: BLE001 -- as in `_made`
        return None
    found = passkeys.find(db, bytes_to_base64url(given.raw_id))
    handle = bytes_to_base64url(given.response.user_handle or b"")
    return found if found and ids.same(found.handle, handle) else None


def _signed(settings: Settings, passkey: Passkey, answer: str, challenge: bytes) -> "VerifiedAuthentication":
    import webauthn
    from webauthn.helpers import base64url_to_bytes

    try:
        return webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=_host(settings),
            expected_origin=_origin(settings),
            credential_public_key=base64url_to_bytes(passkey.public_key),
            # The counter is compared when it is stored, and only once the signature holds: 0 lets every one pass.
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except Exception as error:  # noqa: BLE001 -- as in `_made`
        raise _refused(error) from None


# ── challenges ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _begin(db: Database, purpose: str, person: str, handle: str) -> str:
    secret = ids.new_secret()
    with db.transaction():
        passkeys.challenge(db, ids.digest(secret), purpose, person, handle, expires=ids.now(minutes=MINUTES))
    return secret


def _challenge(secret: str) -> bytes:
    return bytes.fromhex(ids.digest(f"challenge {secret}"))


def _spend(db: Database, purpose: str, person: str, secret: str) -> str:
    """Use up what this browser began; returns the handle that goes with it."""
    with db.transaction():
        handle = passkeys.use_challenge(db, ids.digest(secret), purpose, person, now=ids.now())
    if handle is None:
        message = f"This took longer than {MINUTES} minutes, or was begun elsewhere. Please press the button once more."
        raise Problem("passkey_late", 410, message)
    return handle


# ── what is refused ─────────────────────────────────────────────────────────────────────────────────────────────────


def _bounded(answer: str) -> str:
    if len(answer) > _LONGEST_ANSWER:
        raise ValueError(len(answer))
    return answer


def _unknown() -> Problem:
    return Problem(
        "passkey_unknown",
        403,
        "This passkey opens nothing here; it may have been removed. Sign in by a link, and add it again at the desk.",
    )


def _not_going_on() -> Problem:
    return Problem(
        "passkey_copied",
        403,
        "This passkey counts its uses, and its count went back: somebody may have a copy of it. Sign in by a link,"
        " remove it at the desk, and make a new one.",
    )


def _refused(error: Exception) -> Problem:
    _log.info("a passkey's answer does not hold: %s", type(error).__name__)
    return Problem(
        "passkey_refused",
        403,
        "This passkey was not accepted: it has to be unlocked, by a finger, a face or its PIN, and used at the address"
        " of this blog. Please try once more, or sign in by a link.",
    )


# ── where we are ────────────────────────────────────────────────────────────────────────────────────────────────────


def _host(settings: Settings) -> str:
    """The relying party's id: a passkey made for it works nowhere else."""
    return urlsplit(settings.url).hostname or ""


def _origin(settings: Settings) -> str:
    """The address as browsers write it: in small letters, without the port that goes without saying."""
    parts = urlsplit(settings.url.lower())
    return f"{parts.scheme}://{parts.netloc.removesuffix(':443' if settings.secure else ':80')}"

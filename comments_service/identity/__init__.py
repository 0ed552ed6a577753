"""Who is speaking: a guest known by their device, somebody who proved who they are, an account; never typed words."""

import functools
import ipaddress
from dataclasses import replace

from comments_service import ids
from comments_service.database import Database
from comments_service.identity import authors
from comments_service.keys import Keys
from comments_service.models import Speaker
from comments_service.store import identities


def speaker(db: Database, keys: Keys, *, device: str, session: str, address: str) -> Speaker:
    """Who sends a request, given the secrets of its cookies (empty when there are none) and its network address."""
    account, session_id = authors.of_session(db, session) if session else (None, None)
    found = of_device(db, device) if device and account is None else Speaker()
    return replace(found, account=account, session=session_id, network=network(keys.networks, address))


def of_device(db: Database, secret: str) -> Speaker:
    """Whom a device speaks for; nobody for a forged or forgotten secret.

    A device that proved an identity speaks for all that are joined with it, and for the guest who wrote from it before.
    """
    device = identities.of_device(db, ids.digest(secret))
    if device is None:
        return Speaker()
    if device.identity is None:
        return Speaker(person=device.person, persons=frozenset({device.person.id}))
    me = identities.self_of(db, device.identity.person)
    trusted = min((one.trusted_at for one in me.people if one.trusted_at), default=None)
    return Speaker(
        person=replace(device.person, trusted_at=device.person.trusted_at or trusted),
        identity=next((one for one in me.identities if one.person == device.person.id), None),
        known_by=device.identity,
        persons=me.ids | {device.person.id} | ({device.guest} if device.guest else set()),
        identities=frozenset(one.id for one in me.identities),
    )


@functools.lru_cache(maxsize=1000)
def network(key: bytes, address: str) -> str:
    """The keyed hash of an address's network: /24 of IPv4, /64 of IPv6. Empty for what is no address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    prefix = 24 if parsed.version == 4 else 64  # noqa: PLR2004 -- the version of IP
    return ids.keyed(key, str(ipaddress.ip_network(f"{parsed}/{prefix}", strict=False)))

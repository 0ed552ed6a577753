"""Who is speaking: a guest known by their device, or an account signed in. Never decided by a typed name or address."""

import functools
import ipaddress

from comments_service import ids
from comments_service.database import Database
from comments_service.identity import authors, guests
from comments_service.keys import Keys
from comments_service.models import Speaker


def speaker(db: Database, keys: Keys, *, device: str, session: str, address: str) -> Speaker:
    """Who sends a request, given the secrets of its cookies (empty when there are none) and its network address."""
    account, session_id = authors.of_session(db, session) if session else (None, None)
    return Speaker(
        person=guests.of_device(db, device) if device and account is None else None,
        account=account,
        session=session_id,
        network=network(keys.networks, address),
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

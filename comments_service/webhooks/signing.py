"""Signing what is sent, after the Standard Webhooks specification 1.0 (https://www.standardwebhooks.com/)."""

import base64
import hashlib
import hmac

from comments_service import ids

_PREFIX = "whsec_"


def shown(key: bytes) -> str:
    """A secret as the specification writes it: `whsec_` and the key in base64."""
    return _PREFIX + base64.b64encode(key).decode()


def headers(key: bytes, id_: str, at: str, body: bytes) -> dict[str, str]:
    """The three headers of a message that is sent at a moment (text as from `ids.now`).

    The signature is that of `id.timestamp.body`, the timestamp in whole seconds since 1970.
    """
    timestamp = str(int(ids.as_moment(at).timestamp()))
    signed = hmac.new(key, f"{id_}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": id_,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
    }

"""A software authenticator: makes passkeys and signs with them as a device does (ES256), and as one that cheats."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

_USER_PRESENT, _USER_VERIFIED, _HOLDS_A_KEY = 0x01, 0x04, 0x40
Told = dict[str, Any]


def text(raw: bytes) -> str:
    """Bytes as browsers tell them: base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def raw(given: str) -> bytes:
    """The bytes that `text` told."""
    return base64.urlsafe_b64decode(given + "===")


@dataclass
class Authenticator:
    """A device with one passkey, in a browser that is at `origin`; every field may be set to what it should not be.

    `rp_id` None: whatever the site says. `counts` is by how much its counter grows with each use.
    """

    origin: str
    rp_id: str | None = None
    verifies: bool = True
    counts: int = 1
    counter: int = 0
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    handle: bytes = b""

    def makes(self, options: Told) -> Told:
        """Answer what `navigator.credentials.create()` is asked; as JSON says it."""
        self.handle = raw(options["user"]["id"])
        point = self.key.public_key().public_numbers()
        # COSE (RFC 9053): an elliptic key for ES256 on P-256.
        public_key = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)}
        length = len(self.credential).to_bytes(2)
        about_it = bytes(16) + length + self.credential + cbor2.dumps(public_key)
        attested = {
            "fmt": "none",
            "attStmt": {},
            "authData": self._data(options["rp"]["id"], _HOLDS_A_KEY) + about_it,
        }
        client = self._client("webauthn.create", options)
        return self._told({"clientDataJSON": text(client), "attestationObject": text(cbor2.dumps(attested))})

    def signs(self, options: Told) -> Told:
        """Answer what `navigator.credentials.get()` is asked; as JSON says it."""
        self.counter += self.counts
        data, client = self._data(options["rpId"]), self._client("webauthn.get", options)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._told(
            {
                "clientDataJSON": text(client),
                "authenticatorData": text(data),
                "signature": text(signature),
                "userHandle": text(self.handle),
            }
        )

    def _told(self, response: Told) -> Told:
        id_ = text(self.credential)
        return {"id": id_, "rawId": id_, "type": "public-key", "response": response}

    def _client(self, type_: str, options: Told) -> bytes:
        told = {"type": type_, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}
        return json.dumps(told).encode()

    def _data(self, rp_id: str, flags: int = 0) -> bytes:
        flags |= _USER_PRESENT | (_USER_VERIFIED if self.verifies else 0)
        place = hashlib.sha256((self.rp_id or rp_id).encode()).digest()
        return place + bytes([flags]) + self.counter.to_bytes(4)

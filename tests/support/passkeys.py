"""Passkeys as a browser and its device make and use them, without a browser."""

import json

from werkzeug.test import TestResponse

from tests.support.actors import House
from tests.support.authenticator import Authenticator, Told
from tests.support.browserless import JSON, Visitor

ADD, USE = "/desk/passkeys", "/desk/sign-in/passkey"


def begins(visitor: Visitor, what: str) -> Told:
    """Ask for what the browser is to do."""
    response = visitor.client.post(f"{what}/begin", json={}, headers=JSON)
    assert response.status_code == 200
    options: Told = response.get_json()
    return options


def sends(visitor: Visitor, what: str, credential: object, **fields: str) -> TestResponse:
    """Send the browser's answer."""
    given = credential if isinstance(credential, str) else json.dumps(credential)
    return visitor.client.post(what, json={"credential": given} | fields, headers=JSON)


def code(response: TestResponse) -> str:
    return str(response.get_json()["error"]["code"])


def device_of(house: House, visitor: Visitor, name: str = "My phone") -> Authenticator:
    """A device with a passkey for whoever is signed in."""
    device = Authenticator(house.settings.url)
    response = sends(visitor, ADD, device.makes(begins(visitor, ADD)), name=name)
    assert response.status_code == 200, response.get_json()
    return device


def signs_in(visitor: Visitor, device: Authenticator) -> TestResponse:
    return sends(visitor, USE, device.signs(begins(visitor, USE)))


def outcomes(house: House) -> list[str]:
    rows = house.db.rows("SELECT outcome FROM sign_ins WHERE how = 'passkey' ORDER BY id")
    return [row["outcome"] for row in rows]


def is_in(visitor: Visitor) -> bool:
    return visitor.gets("/desk/").status_code == 200

"""A visitor without a browser: forms, cookies and redirects over the real application."""

from typing import Any
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from comments_service import create_app
from comments_service.identity import authors
from tests.support.actors import House

JSON = {"Accept": "application/json"}


class Visitor:
    """One browser's cookies, at one house."""

    def __init__(self, house: House, address: str = "198.51.100.7") -> None:
        self.house = house
        self.client: FlaskClient = create_app(house.settings).test_client()
        self.client.environ_base["REMOTE_ADDR"] = address

    def says(self, text: str = "Hello there.", **fields: Any) -> TestResponse:
        """Send the form."""
        return self.client.post("/comments/", data={"page": "/a/", "text": text, "name": "Ben"} | fields)

    def says_json(self, text: str = "Hello there.", **fields: Any) -> TestResponse:
        """Send the form as the page's script does."""
        return self.client.post("/comments/", json={"page": "/a/", "text": text, "name": "Ben"} | fields, headers=JSON)

    def gets(self, address: str, **headers: str) -> TestResponse:
        """Open an address."""
        return self.client.get(address, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def follows(self, response: TestResponse) -> TestResponse:
        """Go where a redirect leads."""
        parts = urlsplit(response.headers["Location"])
        return self.client.get(f"{parts.path}?{parts.query}" if parts.query else parts.path)

    def signs_in(self) -> "Visitor":
        """As the owner, with a one-time link."""
        link = authors.new_link(self.house.db, self.house.settings, self.house.author.account)
        response = self.client.post("/desk/sign-in", data={"token": link.split("token=")[1]})
        assert response.status_code == 303
        return self

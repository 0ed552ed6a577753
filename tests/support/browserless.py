"""A visitor without a browser: forms, cookies and redirects over the real application."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from comments_service import create_app
from comments_service.identity import authors
from tests.support.actors import House

JSON = {"Accept": "application/json"}

_builders: dict[object, Callable[..., tuple[str, str]]] = {}
_compiled = Rule._compile_builder  # noqa: SLF001 -- see below


def _compiled_once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: FBT001, FBT002 -- as there
    """What builds the addresses of a rule, compiled once for all applications of this process.

    Werkzeug writes and compiles a function for each rule of each application, which is most of the cost of making one,
    and there are thousands in a run. The function takes everything else from the rule that it is bound to.
    """
    key = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)  # noqa: SLF001 -- as above
    if key not in _builders:
        _builders[key] = _compiled(rule, append_unknown)
    return _builders[key]


Rule._compile_builder = _compiled_once  # type: ignore[method-assign, assignment]  # noqa: SLF001 -- as above


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

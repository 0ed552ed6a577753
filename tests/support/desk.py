"""What one does and reads at the desk, over the real application."""

import html
import re

from werkzeug.test import TestResponse

from comments_service.identity import authors
from comments_service.models import Comment, Role
from comments_service.store import people
from tests.support.actors import Author, House
from tests.support.browserless import Visitor


def signed_in(house: House, name: str, role: Role) -> Visitor:
    """Somebody with a new account of that role, signed in."""
    visitor = Visitor(house)
    link = authors.new_link(house.db, house.settings, account(house, name, role).account)
    visitor.client.post("/desk/sign-in", data={"token": link.partition("token=")[2]})
    return visitor


def account(house: House, name: str, role: Role) -> Author:
    """The account of that name, made if there is none yet."""
    known = {one.name: one for one in people.accounts(house.db)}
    return Author(house, known.get(name) or authors.add(house.db, name, role))


def does(visitor: Visitor, comment: Comment, act: str, **fields: object) -> TestResponse:
    """Send one of the desk's forms about a comment."""
    return visitor.client.post(f"/desk/comments/{comment.id}/{act}", data=fields)


def decides(visitor: Visitor, comment: Comment, verb: str, **fields: str) -> TestResponse:
    """Send a decision about a comment."""
    return does(visitor, comment, "decide", verb=verb, **fields)


def answers(visitor: Visitor, comment: Comment, text: str, **fields: object) -> TestResponse:
    """Send an answer to a comment."""
    return does(visitor, comment, "answer", text=text, **fields)


def page(visitor: Visitor, address: str) -> str:
    """A page of the desk as it is read."""
    response = visitor.gets(address)
    assert response.status_code == 200
    return html.unescape(response.get_data(as_text=True))


def told(response: TestResponse) -> str:
    """What an answer of the desk says, whatever its status."""
    return html.unescape(response.get_data(as_text=True))


def notice(visitor: Visitor, response: TestResponse) -> str:
    """What the page says to which an act leads."""
    said = re.search(r'<div class="notice done".*?</div>', visitor.follows(response).get_data(as_text=True), re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", said[0])).split()) if said else ""

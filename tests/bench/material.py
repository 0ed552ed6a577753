"""What is measured upon: conversations of 100 and 1,000 replies, the same words for us and for Isso."""

import json
import urllib.request
from pathlib import Path

from comments_service import ids, keys, posting, publishing
from comments_service.database import opened
from comments_service.migrations import migrate
from comments_service.models import NewReply, Speaker
from comments_service.settings import load
from tests.support.actors import page

SIZES = (100, 1000)
_WORDS = (
    "What I do with {n} contacts in a week: I write to *three* of them, and I ask one question each. It takes an hour"
    " on Sunday, https://example.org/{n} has the list, and most of them answer. How do you choose whom you write to?"
)


def words(number: int) -> str:
    """A reply of some three hundred characters, no two the same."""
    return _WORDS.format(n=number)


def paths() -> list[str]:
    """The pages: one a size, and one for the replies that are posted."""
    return [*(f"/thread-{size}/" for size in SIZES), "/posted/"]


def ours(environment: dict[str, str]) -> None:
    """Fill our database through the same door that readers use."""
    settings = load(environment, Path("none"))
    with opened(settings) as db:
        migrate(db)
        publishing.register(db, [page(path) for path in paths()])
        secrets = keys.load(settings.data)
        for size in SIZES:
            parent = None
            for number in range(size):
                new = NewReply(
                    page=f"/thread-{size}/",
                    name=f"Reader {number}",
                    email=f"reader{number}@example.org",
                    text=words(number),
                    parent=parent,
                )
                comment = posting.accept(db, settings, secrets, Speaker(network=ids.new_id()), new).comment
                parent = comment.id if number % 3 else None
            publishing.current(db, settings, f"/thread-{size}/")


def theirs(url: str) -> None:
    """Fill Isso's database over HTTP, which is its only door."""
    for size in SIZES:
        parent = None
        for number in range(size):
            body = {
                "author": f"Reader {number % 40}",
                "title": "Thread",
                "text": words(number),
                "parent": parent,
            }
            request = urllib.request.Request(
                f"{url}/new?uri=/thread-{size}/",
                json.dumps(body).encode(),
                {"Content-Type": "application/json"},
            )
            with urllib.request.urlopen(request, timeout=30) as response:
                comment = json.load(response)
            parent = (comment["parent"] or comment["id"]) if number % 3 else None

"""Exporting: the pages and the public comments as one JSON document, line by line, to build the site elsewhere."""

import dataclasses
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC

from comments_service import ids
from comments_service.database import Database
from comments_service.errors import invalid
from comments_service.models import Page, PublicComment, State
from comments_service.settings import Settings
from comments_service.store import pages, transfers

# Raised whenever a reader of the former form would misunderstand the new one.
FORM = 1
_PORTION = 500
# A reply is dated before it is on the disk: what was being written while an export was made is found by the next one.
_OVERLAP_MINUTES = 1


def lines(db: Database, settings: Settings, since: str = "") -> Iterator[str]:
    """The export as lines of text which together are one JSON object; pages and comments have a line each.

    `{"rapport", "title", "url", "since", "next", "pages": […], "comments": […]}`: `next` is what to give as `since` the
    next time. With `since` (a time as `moment` takes it) it holds only the comments that changed from then on. One that
    stands comes with its words; of one that no longer does, the place and the state are told. No e-mail address, key,
    network or private word is in it. Raises Problem when `since` is no time.
    """
    start = moment(since)
    head = {"rapport": FORM, "title": settings.title, "url": settings.url, "since": start}
    return _document(db, head | {"next": ids.now(minutes=-_OVERLAP_MINUTES)}, start)


def moment(text: str) -> str:
    """A time given from outside (RFC 3339; without an offset it is UTC), as the database writes it; blank stays blank.

    Raises Problem for what is no time.
    """
    if not text:
        return ""
    try:
        at = ids.as_moment(text)
        given = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise invalid({"since": "Please give the time like this: 2026-01-02T03:04:05.678Z."}) from None
    return given.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _document(db: Database, head: Mapping[str, object], since: str) -> Iterator[str]:
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "pages": ['
    yield from _list(_page(page) for page in pages.every(db))
    yield '], "comments": ['
    yield from _list(_comment(comment, text) for comment, text in _comments(db, since))
    yield "]}"


def _list(records: Iterable[Mapping[str, object]]) -> Iterator[str]:
    """The items of a JSON list, one on each line."""
    line = ""
    for record in records:
        if line:
            yield f"{line},"
        line = json.dumps(record, ensure_ascii=False)
    if line:
        yield line


def _comments(db: Database, since: str) -> Iterator[tuple[PublicComment, str]]:
    """In portions, so that neither memory nor a lock is held while somebody reads slowly."""
    after = ""
    while found := transfers.public_changes(db, since=since, after=after, limit=_PORTION):
        yield from found
        after = found[-1][0].id


def _page(page: Page) -> Mapping[str, object]:
    record = dataclasses.asdict(page)
    del record["version"]  # each house counts its own
    return record


def _comment(comment: PublicComment, text: str) -> Mapping[str, object]:
    """`person` is a random id: the same for what one device sent, and telling nothing else."""
    place = {
        "id": comment.id,
        "page": comment.page,
        "parent": comment.parent,
        "state": comment.state,
        "created": comment.created,
    }
    if comment.state is not State.PUBLISHED:
        return place
    return place | {
        "published": comment.published_at,
        "edited": comment.edited,
        "redacted": comment.redacted_at,
        "redacted_as": comment.redacted_as,
        "locked": comment.locked_at,
        "pinned": comment.pinned_at,
        "author": comment.by_author,
        "person": comment.person,
        "name": comment.name,
        "website": comment.website,
        "proven": comment.proven,
        "edition": comment.edition,
        "text": text,
        "html": comment.html,
    }

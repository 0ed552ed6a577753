"""Reading what `rapport export` wrote, in this house or another."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from comments_service import ids
from comments_service.errors import unreadable
from comments_service.importing import Reply, Source
from comments_service.models import Page, State

_FORM = 1
_TIMES = ("published", "edited", "redacted", "locked", "pinned")
_ROLES = {"author", "moderator"}


def read(file: Path) -> Source:
    """The pages and replies of an export. Raises Problem, with a sentence, for a file that is none."""
    try:
        document = json.loads(file.read_bytes())
        form = document["rapport"]
        if form == _FORM:
            return Source(tuple(map(_page, document["pages"])), tuple(map(_reply, document["comments"])))
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        message = f"{file.name} can't be read as an export of Rapport ({error}). `rapport export` makes one."
        raise unreadable(message) from None
    message = f"{file.name} was exported by a newer Rapport (form {form}). Bring this one up to date first."
    raise unreadable(message)


def _page(record: Mapping[str, Any]) -> Page:
    page = Page(**record, version=0)
    if page.conversation not in {"open", "closed", "ended"} or not isinstance(page.facts, dict):
        message = f"page {page.path}"
        raise ValueError(message)
    return page


def _reply(record: Mapping[str, Any]) -> Reply:
    for at in (record["created"], *(record.get(name) for name in _TIMES)):
        if at is not None and ids.as_text(ids.as_moment(at)) != at:
            message = f"a time of reply {record['id']}"
            raise ValueError(message)
    return Reply(
        id=_id(record["id"]),
        page=str(record["page"]),
        parent=None if record["parent"] is None else _id(record["parent"]),
        state=State(record["state"]),
        created=record["created"],
        published=record.get("published"),
        edited=record.get("edited"),
        redacted=record.get("redacted"),
        redacted_as=_role(record.get("redacted_as")) if record.get("redacted") else None,
        locked=record.get("locked"),
        pinned=record.get("pinned"),
        by_author=bool(record.get("author")),
        person=None if record.get("person") is None else _id(record["person"]),
        name=str(record.get("name", "")),
        website=str(record.get("website", "")),
        proven=str(record.get("proven", "")),
        edition=int(record.get("edition", 1)),
        text=str(record.get("text", "")),
    )


def _role(text: object) -> str:
    if text not in _ROLES:
        message = f"the role {text!r}"
        raise ValueError(message)
    return str(text)


def _id(text: str) -> str:
    if not ids.is_id(text):
        message = f"the id {text!r}"
        raise ValueError(message)
    return text

"""Forms: what a request may say. Known fields are kept, the rest is dropped; nothing is judged here."""

import json
from collections.abc import Mapping
from urllib.parse import unquote_to_bytes

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from comments_service import texts
from comments_service.errors import invalid, unreadable
from comments_service.models import NewReply

_NOTIFY = {"none", "author", "replies", "thread"}
_WANTS = {"yes", "no"}
# What JSON may give as a boolean or a number.
_NO_TEXT = {"wants_answer", "private", "new_essays", "remember", "edition", "rename"}
# The field that no person sees. No browser fills in a topic by itself.
_TRAP = "topic"
_OFF = {"", "0", "no", "off", "false"}
_URLENCODED, _MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
_NOT_TEXT = "This reply holds bytes that are no text (UTF-8). Please copy it into the form once more."
_CUT = "This form did not arrive whole. Go back to the page and send it once more; your browser keeps what you typed."


def fields() -> dict[str, str]:
    """Every field of the request as text, from a form or a JSON body; booleans become `yes` and nothing.

    NUL characters are dropped everywhere: no text has one, and PostgreSQL keeps none. Raises Problem (400, 422) or
    UnsupportedMediaType for a body that is neither.
    """
    raw = _body()
    if not raw:
        return {}
    given = _from_json(raw) if request.is_json else _from_form(raw)
    return {name: value.replace("\0", "") for name, value in given.items()}


def _body() -> bytes:
    """The body. Raises Problem (400) if it breaks off or lies about its parts, RequestEntityTooLarge if it is that."""
    try:
        return request.get_data(cache=True)
    except RequestEntityTooLarge:
        raise
    except Exception:  # noqa: BLE001 -- what a server raises then is its own, and different from server to server
        raise unreadable(_CUT) from None


def _from_form(raw: bytes) -> dict[str, str]:
    """The fields of a form, in UTF-8 whatever its Content-Type says: browsers send what the page's form asks for."""
    if request.mimetype not in {_URLENCODED, _MULTIPART}:
        raise UnsupportedMediaType
    try:
        (unquote_to_bytes(raw) if request.mimetype == _URLENCODED else raw).decode()
    except UnicodeDecodeError:
        raise unreadable(_NOT_TEXT) from None
    if request.mimetype == _MULTIPART and not request.form and not request.files:
        raise unreadable(_CUT)
    return dict(request.form.items())


def _from_json(raw: bytes) -> dict[str, str]:
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        raise unreadable("This is no JSON. Send an object with the fields of the form, in UTF-8.") from None
    if not isinstance(body, dict):
        raise unreadable("Send a JSON object with the fields of the form, such as page, text and name.")
    # The names of all fields are plain letters; what has another name is dropped with the rest.
    return {key: _as_text(key, value) for key, value in body.items() if key.isascii()}


def _as_text(key: str, value: object) -> str:
    if value is None or (value is False and key in _NO_TEXT):
        return ""
    if value is True and key in _NO_TEXT:
        return "yes"
    if isinstance(value, int) and key in _NO_TEXT:
        return str(value)
    if not isinstance(value, str):
        raise unreadable(f"The field {key[:40]!r} has to be text.")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise invalid({key: texts.NOT_TEXT}) from None
    return value


def checked(value: str) -> bool:
    """Whether a box is ticked: present, and not saying no."""
    return value.strip().lower() not in _OFF


def new_reply(given: Mapping[str, str]) -> NewReply:
    """The reply that a form sends. Choices outside their lists fall back to the unsaid one."""
    wants, notify = given.get("wants_answer", ""), given.get("notify", "")
    edition = given.get("edition", "")
    return NewReply(
        page=given.get("page", "").strip(),
        text=given.get("text", ""),
        parent=given.get("parent", "").strip() or None,
        name=given.get("name", ""),
        email=given.get("email", ""),
        website=given.get("website", ""),
        wants_answer=wants if wants in _WANTS else "",
        notify=notify if notify in _NOTIFY else "none",
        new_essays=checked(given.get("new_essays", "")),
        private=checked(given.get("private", "")),
        rename=checked(given.get("rename", "")),
        trap=given.get(_TRAP, "").strip(),
        began=given.get("began", ""),
        edition=int(edition) if edition.isascii() and edition.isdigit() and len(edition) < 6 else None,  # noqa: PLR2004
    )

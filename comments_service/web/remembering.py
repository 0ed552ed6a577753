"""Name, address, website, and what letters tell of, kept on a reader's device if they ask, in a cookie for us alone."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from flask import Response

from comments_service.identity import guests
from comments_service.models import Comment
from comments_service.web import context, forms

COOKIE = "rapport_me"
_REMEMBERED = ("name", "email", "website", "notify")
_LONGEST = 1000


def keep(response: Response, given: Mapping[str, str], comment: Comment) -> None:
    """Remember what a guest's reply was sent with, if its form says so; if not, forget what was remembered."""
    if forms.checked(given.get("remember", "")) and not comment.by_author and not comment.identity:
        told = {name: str(getattr(comment, name)) for name in _REMEMBERED if name != "notify" or comment.email}
        context.set_cookie(response, COOKIE, urlencode(told), days=guests.DEVICE_DAYS)
    elif context.cookie(COOKIE):
        context.drop_cookie(response, COOKIE)


def fill_in(values: Mapping[str, str]) -> dict[str, str]:
    """A form's values, with what this device remembers where nothing was typed."""
    read = parse_qsl(context.cookie(COOKIE)[:_LONGEST])
    kept = {name: value for name, value in read if name in _REMEMBERED and not values.get(name)}
    return {**values, **kept, **({"remember": "yes"} if kept else {})}

"""Answering by mail: the address to which the answer to a letter about a reply goes."""

from comments_service.keys import Keys
from comments_service.models import Comment, Person
from comments_service.settings import Settings


def reply_address(settings: Settings, keys: Keys, account: Person, comment: Comment) -> str:  # noqa: ARG001 -- all that such an address is made of
    """Where this account's answer to this reply can be sent by mail; empty while no mail is read here."""
    return ""

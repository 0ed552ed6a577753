"""Chat: one message to one of the services that apprise knows, by an address that is a secret and never logged."""

import functools
import logging
import warnings
from typing import TYPE_CHECKING

from comments_service.settings import Settings

if TYPE_CHECKING:
    import apprise

_TIMEOUT_SECONDS = 15.0


class NotTold(Exception):
    """A message that a service did not take, in a sentence that holds no address."""


@functools.cache
def ready() -> None:
    """Load apprise and all that it knows, which takes a moment and some memory: nobody does who sends no alert."""
    # What its plugins import that Python means to drop is theirs to mend.
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        import apprise

        apprise.Apprise.instantiate("json://localhost/")
    # Both write addresses into the log, and with them tokens.
    logging.getLogger("apprise").disabled = True
    logging.getLogger("urllib3").setLevel(logging.WARNING)


def name(address: str) -> str:
    """What a service may be called where others read along: the first word of its address, `tgram` or `ntfys`."""
    return address.partition("://")[0].lower()


def understood(address: str) -> bool:
    """Whether apprise knows such a service, and the address holds all that it needs. Nothing is sent."""
    ready()
    import apprise

    return apprise.Apprise.instantiate(address, asset=_asset(""), suppress_exceptions=True) is not None


def send(settings: Settings, address: str, title: str, body: str) -> None:
    """Tell one service something, in plain text. Raises NotTold."""
    ready()
    import apprise

    service = apprise.Apprise.instantiate(address, asset=_asset(settings.url), suppress_exceptions=True)
    if service is None:
        raise NotTold(f"The address {name(address)}://… is none that a chat service can be reached by.")
    if not service.notify(body=body, title=title, body_format=apprise.NotifyFormat.TEXT):
        raise NotTold(f"The chat service {name(address)}://… did not take it.")


def _asset(url: str) -> "apprise.AppriseAsset":
    """How messages look: with no picture, which would come from somebody else, and nothing kept on the disk."""
    import apprise

    return apprise.AppriseAsset(
        app_id="Rapport",
        app_desc="Rapport",
        app_url=url,
        image_path_mask=False,
        image_url_mask="",
        image_url_logo="",
        storage_mode=apprise.PersistentStoreMode.MEMORY,
        allow_templates=False,
        service_timeout=_TIMEOUT_SECONDS,
    )

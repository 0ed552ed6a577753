"""What is wrong with settings that lead elsewhere (mail, a hub, chats), as far as it is seen without going there."""

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

# This machine, as an address may name it.
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
# A local part has 64 octets (RFC 5321, 4.5.3.1.1); a `+` and the mark of an answer take 44 of them.
LONGEST_MARKED = 20
_MARKED = re.compile(rf"[A-Za-z0-9._-]{{1,{LONGEST_MARKED}}}@[^@\s]+")
# An address that apprise may know: `tgram://token/chat`, `ntfys://host/topic`. Whether it does, `rapport doctor` says.
_CHAT_SERVICE = re.compile(r"[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)
_QUIET_HOURS = re.compile(r"([01]?\d|2[0-3])-([01]?\d|2[0-3])")

# The name of a setting, what is shown of its value, and what it takes.
Wrong = tuple[str, str, str]


def wrong_mail(smtp_url: str, imap_url: str, marked: str) -> Iterator[Wrong]:
    """The settings of mail that can't be used. `marked` is the address into which marks are put, empty if none are."""
    if smtp_url and not _is_server(smtp_url, "smtp", "smtps"):
        takes = "`smtp://user:password@host:587` or `smtps://…`, in ASCII and with %2F for a slash in the password"
        yield "smtp_url", "…", takes
    if imap_url and not (_is_server(imap_url, "imap", "imaps", path=True) and urlsplit(imap_url).username):
        takes = "`imaps://user:password@host:993/INBOX`, in ASCII and with %2F for a slash in the password"
        yield "imap_url", "…", takes
    if marked and not _MARKED.fullmatch(marked):
        takes = f"an address with at most {LONGEST_MARKED} letters, digits, dots and hyphens before the @"
        yield "reply_address", marked, f"{takes}, since a mark has to fit behind them"


def wrong_calls(hub: str, alerts: str, quiet_hours: str) -> Iterator[Wrong]:
    """The settings of what is told to programs elsewhere that can't be used."""
    if hub and not _is_hub(hub):
        yield "websub_hub", hub, "an address that begins with https://"
    if not all(map(_CHAT_SERVICE.fullmatch, alerts.split())):
        yield "alerts", "…", "addresses that apprise knows, with spaces between, such as `ntfys://ntfy.sh/my-topic`"
    hours = _QUIET_HOURS.fullmatch(quiet_hours)
    if quiet_hours and (hours is None or int(hours[1]) == int(hours[2])):
        yield "quiet_hours", quiet_hours, "two different hours of the day: `22-7`"


def wrong_profiles(addresses: str) -> Iterator[Wrong]:
    """The addresses of profiles that lead nowhere."""
    for address in addresses.split():
        parts = urlsplit(address)
        if parts.scheme != "mailto" and not (parts.scheme in {"https", "http"} and parts.hostname):
            yield "profiles", address, "whole addresses such as https://mastodon.social/@ana"


def _is_server(url: str, *schemes: str, path: bool = False) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    whole = bool(parts.hostname) and not ((parts.path.strip("/") and not path) or parts.query or parts.fragment)
    return parts.scheme in schemes and whole and unquote(url).isascii()


def _is_hub(url: str) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    plain = parts.scheme == "http" and parts.hostname in LOOPBACK
    return bool((parts.scheme == "https" or plain) and parts.hostname) and not set(url) & set(' <>"')

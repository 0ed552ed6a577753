"""What is wrong with the settings of mail, as far as it can be seen without asking a server."""

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

# A local part has 64 octets (RFC 5321, 4.5.3.1.1); a `+` and the mark of an answer take 44 of them.
LONGEST_MARKED = 20
_MARKED = re.compile(rf"[A-Za-z0-9._-]{{1,{LONGEST_MARKED}}}@[^@\s]+")


def wrong(smtp_url: str, imap_url: str, marked: str) -> Iterator[tuple[str, str, str]]:
    """The settings that can't be used: name, what is shown of the value, what it takes.

    `marked` is the address into which marks are put, empty if none are.
    """
    if smtp_url and not _is_server(smtp_url, "smtp", "smtps"):
        takes = "`smtp://user:password@host:587` or `smtps://…`, in ASCII and with %2F for a slash in the password"
        yield "smtp_url", "…", takes
    if imap_url and not (_is_server(imap_url, "imap", "imaps", path=True) and urlsplit(imap_url).username):
        takes = "`imaps://user:password@host:993/INBOX`, in ASCII and with %2F for a slash in the password"
        yield "imap_url", "…", takes
    if marked and not _MARKED.fullmatch(marked):
        takes = f"an address with at most {LONGEST_MARKED} letters, digits, dots and hyphens before the @"
        yield "reply_address", marked, f"{takes}, since a mark has to fit behind them"


def _is_server(url: str, *schemes: str, path: bool = False) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    whole = bool(parts.hostname) and not ((parts.path.strip("/") and not path) or parts.query or parts.fragment)
    return parts.scheme in schemes and whole and unquote(url).isascii()

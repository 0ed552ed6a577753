"""Mail: a letter leaves the house by SMTP, or, on this machine and with no mail server set, into a folder."""

from comments_service.mail import folder, smtp
from comments_service.mail.letters import Letter, compose, host, line, sender
from comments_service.mail.smtp import Away, Delayed, Line, Nobody, NotSent, Refused, Unsure
from comments_service.settings import Settings

__all__ = [
    "Away",
    "Delayed",
    "Letter",
    "Line",
    "Nobody",
    "NotSent",
    "Refused",
    "Unsure",
    "compose",
    "host",
    "line",
    "reach",
    "send",
    "way_out",
]

# For each answer of the mail server, and for reaching it; the answer to a letter itself may take longer.
TIMEOUT_SECONDS = 15.0


def reach(settings: Settings) -> None:
    """Go as far with the mail server as one can without a letter. Raises Delayed, in a sentence, if it is not ready."""
    _sender(settings)
    if settings.smtp_url:
        smtp.reach(settings, timeout=TIMEOUT_SECONDS)


def way_out(settings: Settings, *, timeout: float = TIMEOUT_SECONDS) -> Line:
    """A connection for several letters, not yet opened. `timeout` is in seconds, for each answer of the server."""
    return Line(settings, timeout=timeout)


def send(settings: Settings, letter: Letter, line: Line | None = None) -> str:
    """Hand a letter over; returns what was answered to it, on one line.

    With a `line` that stays open for the next letter, otherwise in a connection of its own. Raises Delayed for what may
    pass (a server that is busy, slow, away, or set up wrongly) and Refused for what will not.
    """
    comes_from = _sender(settings)
    written = compose(settings, letter)
    if not settings.smtp_url:
        return f"It lies in {folder.lay_down(settings, letter.id, written)}."
    way = line or way_out(settings)
    try:
        return way.hand_over(letter.envelope or comes_from, letter.to, written)
    finally:
        if line is None:
            way.close()


def _sender(settings: Settings) -> str:
    if not settings.smtp_url and not settings.local:
        raise Away("No mail server is set (smtp_url), so no letter leaves this blog.")
    try:
        return sender(settings)
    except ValueError as error:
        raise Away(str(error)) from None

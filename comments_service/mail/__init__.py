"""Mail: a letter leaves the house by SMTP, or, on this machine and with no mail server set, into a folder."""

from comments_service.mail import folder, smtp
from comments_service.mail.letters import Letter, compose, host, line, sender
from comments_service.mail.smtp import Delayed, NotSent, Refused
from comments_service.settings import Settings

__all__ = ["Delayed", "Letter", "NotSent", "Refused", "host", "line", "reach", "send"]

# For each answer of the mail server, and for reaching it.
TIMEOUT_SECONDS = 15.0


def reach(settings: Settings) -> None:
    """Go as far with the mail server as one can without a letter. Raises Delayed, in a sentence, if it is not ready."""
    if not settings.smtp_url and not settings.local:
        raise Delayed("No mail server is set (smtp_url), so no letter leaves this blog.")
    try:
        sender(settings)
    except ValueError as error:
        raise Delayed(str(error)) from None
    if settings.smtp_url:
        smtp.reach(settings, timeout=TIMEOUT_SECONDS)


def send(settings: Settings, letter: Letter, *, timeout: float = TIMEOUT_SECONDS) -> str:
    """Hand a letter over; returns what was answered to it, on one line.

    Raises Delayed for what may pass (a server that is busy, slow, away, or set up wrongly) and Refused for what will
    not. `timeout` is in seconds, for each answer of the server.
    """
    if not settings.smtp_url and not settings.local:
        raise Delayed("No mail server is set (smtp_url), so no letter leaves this blog.")
    try:
        comes_from = sender(settings)
    except ValueError as error:
        raise Delayed(str(error)) from None
    written = compose(settings, letter)
    if settings.smtp_url:
        return smtp.hand_over(settings, comes_from, letter.to, written, timeout=timeout)
    return f"It lies in {folder.lay_down(settings, letter.id, written)}."

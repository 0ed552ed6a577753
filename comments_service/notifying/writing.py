"""A letter from its two templates: the words are chosen before, the text part says all that the HTML part says."""

import re
from collections.abc import Iterable, Mapping

from comments_service import mail, templating
from comments_service.mail import Letter
from comments_service.settings import Settings

# The language of the words that are ours, and what a language tag looks like (BCP 47).
_OURS = "en"
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}")


def letter(
    settings: Settings,
    template: str,
    *,
    id_: str,
    to: str,
    subject: str,
    headers: Mapping[str, str] | None = None,
    **words: object,
) -> Letter:
    """The letter that `mail/<template>.txt` and `mail/<template>.html` make of these words; `subject` names the blog.

    `headers` are those of `Letter`. Raises ValueError for what is no address.
    """
    given: dict[str, object] = {
        "title": " ".join(settings.title.split()),
        "url": settings.url,
        "subject": subject,
        **words,
    }
    return Letter(
        id=id_,
        to=to,
        subject=mail.line(f"{subject} · {settings.title}"),
        text=templating.render_plain(template, **given),
        html=templating.render(f"mail/{template}.html", language=_OURS, **given),
        headers=headers or {},
    )


def can_be_stopped(stop: str) -> dict[str, str]:
    """What lets mail programs offer to stop these letters, at this address, with one press (RFC 2369, RFC 8058)."""
    return {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def languages(others: Iterable[str]) -> dict[str, str]:
    """The header (RFC 3282) that names the languages in which a letter speaks: ours, and those of what it quotes."""
    return {"Content-Language": ", ".join(dict.fromkeys([_OURS, *filter(_TAG.fullmatch, others)]))}

"""A letter from its two templates: the words are chosen before, the text part says all that the HTML part says."""

import re
from collections.abc import Iterable, Mapping

from comments_service import catalogue, mail, templating
from comments_service.mail import Letter
from comments_service.settings import Settings

# What a language tag looks like (BCP 47).
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}")


def letter(
    settings: Settings,
    template: str,
    *,
    id_: str,
    to: str,
    subject: str,
    language: str = catalogue.ORIGINAL,
    headers: Mapping[str, str] | None = None,
    **words: object,
) -> Letter:
    """The letter that `mail/<template>.txt` and `mail/<template>.html` make of these words; `subject` names the blog.

    `language` is what it speaks, if there is a catalogue of it; what accounts get is in English. `headers` are those of
    `Letter`. Raises ValueError for what is no address.
    """
    given: dict[str, object] = {
        "title": " ".join(settings.title.split()),
        "url": settings.url,
        "subject": subject,
        **words,
    }
    text, html = templating.render_letter(template, language=language, **given)
    return Letter(
        id=id_,
        to=to,
        subject=mail.line(f"{subject} · {settings.title}"),
        text=text,
        html=html,
        headers=headers or {},
    )


def can_be_stopped(stop: str) -> dict[str, str]:
    """What lets mail programs offer to stop these letters, at this address, with one press (RFC 2369, RFC 8058)."""
    return {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def languages(spoken: str, others: Iterable[str] = ()) -> dict[str, str]:
    """The header (RFC 3282) that names the languages in which a letter speaks: its own, and those of what it quotes."""
    return {"Content-Language": ", ".join(dict.fromkeys([spoken, *filter(_TAG.fullmatch, others)]))}

"""A letter from its two templates: the words are chosen before, the text part says all that the HTML part says."""

from collections.abc import Mapping

from comments_service import mail, templating
from comments_service.mail import Letter
from comments_service.settings import Settings

_NONE: Mapping[str, str] = {}


def letter(
    settings: Settings,
    template: str,
    *,
    id_: str,
    to: str,
    subject: str,
    headers: Mapping[str, str] = _NONE,
    language: str = "en",
    **words: object,
) -> Letter:
    """The letter that `mail/<template>.txt` and `mail/<template>.html` make of these words; `subject` names the blog.

    `headers` are those that `Letter` takes, `language` is that of the templates. Raises ValueError for what is no
    address.
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
        html=templating.render(f"mail/{template}.html", language=language, **given),
        headers=headers,
    )

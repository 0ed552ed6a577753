"""Finishes a build: registers its essays with the comments service and fills every island with what stands."""

import hashlib
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from markupsafe import Markup
from pelican import Pelican, signals
from pelican.contents import Article
from pelican.generators import ArticlesGenerator

from comments_service.ids import as_text
from comments_service.models import OWED, Page
from comments_service.settings import load

# Where the essays of a build wait, in the settings that belong to this build alone, until its files are written.
ESSAYS = "BAKED_COMMENTS_ESSAYS"
# In Pelican's settings: that whoever builds takes the essays from there, and bakes.
LATER = "BAKED_COMMENTS_LATER"


def register() -> None:
    """Connect to Pelican."""
    signals.article_generator_finalized.connect(remember)
    signals.finalized.connect(bake)


def remember(generator: ArticlesGenerator) -> None:
    """Keep what the service has to know of each essay until the build is written."""
    close_after = load().close_after_days
    generator.settings[ESSAYS] = [_page(article, close_after) for article in generator.articles]


def bake(pelican: Pelican) -> None:
    """Fill the islands of the finished build with what stands now."""
    if not pelican.settings.get(LATER):
        from comments_service import publishing

        publishing.bake(load(), Path(pelican.output_path), pelican.settings[ESSAYS])


def _page(article: Article, close_after_days: int) -> Page:
    closed, closes_at = _conversation(article, close_after_days)
    return Page(
        path=f"/{article.url}",
        title=Markup(article.title).striptags(),  # noqa: S704 -- markup is what is taken out here
        question=str(getattr(article, "question", "")),
        summary=Markup(article.summary).striptags(),  # noqa: S704
        language=article.lang,
        published=_as_text(article.date),
        modified=_as_text(getattr(article, "modified", article.date)),
        edition=int(getattr(article, "edition", 1)),
        conversation="closed" if closed else "open",
        closes_at=closes_at,
        closed_at=None,
        version=0,
        facts={
            "authors": [author.name for author in getattr(article, "authors", [])],
            "hosts": _names(getattr(article, "hosts", "")),
            "answers": _answers(article),
            "tags": [tag.name for tag in getattr(article, "tags", [])],
            "image": getattr(article, "image", None),
            "in_reply_to": _names(str(getattr(article, "in_reply_to", ""))),
            "reply_note": str(getattr(article, "reply_note", "")),
            "former": [f"/{slug.strip('/')}/" for slug in _names(str(getattr(article, "aliases", "")))],
            "print": _print(article),
        },
    )


def _names(said: str) -> list[str]:
    """What front matter lists as Pelican reads its authors: separated by semicolons, or else by commas."""
    return [name.strip() for name in said.split(";" if ";" in said else ",") if name.strip()]


def _print(article: Article) -> str:
    """The fingerprint of its title and words, and of whom it answers, whatever the theme makes of them."""
    words = f"{article.title}\n{getattr(article, 'in_reply_to', '')}\n{article.get_content('')}"
    return hashlib.sha256(words.encode()).hexdigest()[:24]


def _answers(article: Article) -> str:
    """Whom the essay promises an answer: `Answers: everyone`, which need not be said, `questions` or `none`."""
    said = str(getattr(article, "answers", "")).strip().lower() or "everyone"
    if said not in OWED:
        raise ValueError(
            f"{article.source_path}: “Answers: {said}” is neither everyone, questions nor none:"
            " it says whose replies to this essay are promised an answer."
        )
    return said


def _conversation(article: Article, close_after_days: int) -> tuple[bool, str | None]:
    """What the front matter says: `Conversation: open`, `closed`, or `until 2026-12-31`; else the site's own age."""
    said = str(getattr(article, "conversation", "")).strip().lower()
    if said == "closed":
        return True, None
    if said.startswith("until "):
        try:
            day = datetime.fromisoformat(said.removeprefix("until ").strip()).date()
        except ValueError:
            raise ValueError(
                f"{article.source_path}: “Conversation: {said}” needs a day such as 2026-12-31 after “until”."
            ) from None
        return False, _as_text(datetime.combine(day, time.max, article.date.tzinfo))
    if said not in {"", "open"}:
        raise ValueError(
            f"{article.source_path}: “Conversation: {said}” is neither open, closed, nor until a day like 2026-12-31."
        )
    if close_after_days and not said:
        return False, _as_text(article.date + timedelta(days=close_after_days))
    return False, None


def _as_text(at: datetime) -> str:
    return as_text(at if at.tzinfo else at.replace(tzinfo=UTC))

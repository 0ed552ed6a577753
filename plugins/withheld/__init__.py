"""Drafts and what is dated in the future never reach the published site, whatever their front matter says."""

from collections.abc import Sequence
from datetime import UTC, datetime

from pelican import signals
from pelican.contents import Page
from pelican.generators import ArticlesGenerator, Generator, PagesGenerator


def register() -> None:
    """Connect the plugin; Pelican calls this."""
    signals.all_generators_finalized.connect(withhold)


def withhold(generators: Sequence[Generator]) -> None:
    """Take out drafts, which a `Save_as` line would publish, and pages of a later date, which Pelican never checks."""
    now = datetime.now(UTC)
    for generator in generators:
        if isinstance(generator, ArticlesGenerator):
            generator.drafts, generator.drafts_translations = [], []
        elif isinstance(generator, PagesGenerator):
            generator.draft_pages, generator.draft_translations = [], []
            generator.pages = [page for page in generator.pages if _due(page, now)]
            generator.hidden_pages = [page for page in generator.hidden_pages if _due(page, now)]
            generator.context.update(pages=generator.pages, hidden_pages=generator.hidden_pages)


def _due(page: Page, now: datetime) -> bool:
    return getattr(page, "date", now) <= now

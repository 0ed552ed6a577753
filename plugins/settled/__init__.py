"""Addresses are reckoned once: when everything is read, each text keeps the one that it has.

Pelican works out an address anew wherever a template names it, which takes longer than writing the page.
"""

from collections.abc import Sequence

from pelican import signals
from pelican.generators import ArticlesGenerator, Generator, PagesGenerator


def register() -> None:
    """Connect the plugin; Pelican calls this."""
    signals.all_generators_finalized.connect(settle)


def settle(generators: Sequence[Generator]) -> None:
    """Let every essay, edition and page say its address and its file without reckoning."""
    for generator in generators:
        if isinstance(generator, ArticlesGenerator):
            texts = [*generator.articles, *generator.hidden_articles, *generator.drafts]
        elif isinstance(generator, PagesGenerator):
            texts = [*generator.pages, *generator.hidden_pages, *generator.draft_pages]
        else:
            continue
        for text in texts:
            text.override_url, text.override_save_as = text.url, text.save_as

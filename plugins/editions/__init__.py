"""Earlier editions: each stays readable under its essay, which knows them."""

import logging
from operator import attrgetter

from pelican import signals
from pelican.contents import Article
from pelican.generators import ArticlesGenerator

log = logging.getLogger(__name__)


def register() -> None:
    """Connect the plugin; Pelican calls this."""
    signals.article_generator_pretaxonomy.connect(attach)


def attach(generator: ArticlesGenerator) -> None:
    """Give each essay `edition` (a number, 1 unless it says otherwise) and `editions` (its earlier ones, oldest first).

    An earlier edition is a hidden article whose front matter names its essay's slug (`Edition_of`) and its number
    (`Edition`). It moves to `/<slug>/editions/<n>/`, is set by the template `edition` and knows its essay as `current`.
    The edition of an essay that is not published is not published either; of one that does not exist it is an error.
    """
    essays = {essay.slug: essay for essay in generator.articles}
    unpublished = {draft.slug for draft in generator.drafts}
    for essay in essays.values():
        essay.edition = _number(essay)
        essay.editions = []
    standing = []
    for article in generator.hidden_articles:
        slug = article.metadata.get("edition_of")
        if slug in essays:
            _place(article, essays[slug])
        elif slug in unpublished:
            continue
        elif slug:
            log.error("%s is an edition of “%s”, but no essay has that slug.", article.source_path, slug)
            continue
        standing.append(article)
    generator.hidden_articles = standing
    for essay in essays.values():
        essay.editions.sort(key=attrgetter("edition"))


def _place(article: Article, essay: Article) -> None:
    number = article.edition = _number(article)
    if number in {essay.edition, *(other.edition for other in essay.editions)}:
        log.error("%s and another edition of “%s” are both number %d.", article.source_path, essay.slug, number)
    article.current = essay
    article.template = "edition"
    article.override_url = f"{essay.url}editions/{number}/"
    article.override_save_as = f"{article.override_url}index.html"
    essay.editions.append(article)


def _number(article: Article) -> int:
    given = str(article.metadata.get("edition", "1")).strip()
    if not given.isdecimal() or int(given) < 1:
        log.error("%s gives its edition as “%s”; it is a number, such as 2.", article.source_path, given)
        return 1
    return int(given)

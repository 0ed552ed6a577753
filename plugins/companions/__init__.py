"""Which essays belong together: the parts of a series, those near to each other by their tags, those of an author."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pelican import signals
from pelican.contents import Article
from pelican.generators import ArticlesGenerator

RELATED = 3
# In each tag only so many essays to either side, by date, are compared: what a build takes grows with the number of
# essays, and not with its square.
_REACH = 12


@dataclass(frozen=True, slots=True)
class Mention:
    """What an essay's page may say of another: of whatever it may name, a change makes it anew (plugins/kept_pages)."""

    title: str
    url: str
    date: datetime


def register() -> None:
    """Connect the plugin; Pelican calls this."""
    signals.article_generator_pretaxonomy.connect(introduce)
    signals.article_generator_finalized.connect(list_authors)


def introduce(generator: ArticlesGenerator) -> None:
    """Give each essay `series_parts`, `series_part`, `related` and `neighbours`, in which other essays are mentions.

    A series is every essay with the same `Series`, in the order of their dates; those of a day as their addresses are.
    An essay is the part `series_part` of it, counted from 1; without a series there are no parts.
    Related are the three that share the rarest tags with it and stand in no series with it; of two that are equally
    near, the one nearer in time, then the one whose slug comes first.
    Neighbours are the essay after it and the one before, in the order of the archive; None where there is none.
    """
    essays = sorted(generator.articles, key=lambda essay: (essay.date, essay.slug))
    mentions = {essay.slug: Mention(essay.title, essay.url, essay.date) for essay in essays}
    series: dict[str, list[Mention]] = defaultdict(list)
    for essay in essays:
        if name := _series(essay):
            series[name].append(mentions[essay.slug])
    near = related(essays)
    for essay in essays:
        parts = series.get(_series(essay), [])
        several = len(parts) > 1
        essay.series_parts = parts if several else []
        essay.series_part = parts.index(mentions[essay.slug]) + 1 if several else 0
        essay.related = [mentions[other.slug] for other in near[essay.slug]]
    row = [None, *generator.articles, None]
    for later, essay, before in zip(row, row[1:], row[2:], strict=False):
        if essay is not None:
            essay.neighbours = tuple(other and mentions[other.slug] for other in (later, before))


def related(essays: Sequence[Article]) -> dict[str, list[Article]]:
    """By slug, the essays that are nearest to each; `essays` are in the order of their dates."""
    by_tag: dict[str, list[int]] = defaultdict(list)
    for place, essay in enumerate(essays):
        for tag in _tags(essay):
            by_tag[tag].append(place)
    weights = {tag: math.log(1 + len(essays) / len(places)) for tag, places in by_tag.items()}
    shared: list[dict[int, float]] = [defaultdict(float) for _ in essays]
    for tag in sorted(by_tag):
        places = by_tag[tag]
        for at, one in enumerate(places):
            for other in places[at + 1 : at + 1 + _REACH]:
                shared[one][other] += weights[tag]
                shared[other][one] += weights[tag]
    return {essay.slug: _nearest(essays, place, shared[place]) for place, essay in enumerate(essays)}


def list_authors(generator: ArticlesGenerator) -> None:
    """Authors have pages only where there is more than one of them."""
    generator.context["SEVERAL_AUTHORS"] = several = len(generator.authors) > 1
    if not several:
        generator.authors = []
        generator.settings["AUTHORS_SAVE_AS"] = ""


def _nearest(essays: Sequence[Article], place: int, shared: Mapping[int, float]) -> list[Article]:
    essay, series = essays[place], _series(essays[place])

    def distance(other: int) -> tuple[float, float, str]:
        apart = abs((essays[other].date - essay.date).total_seconds())
        return -round(shared[other], 9), apart, str(essays[other].slug)

    others = [other for other in shared if not series or _series(essays[other]) != series]
    return [essays[other] for other in sorted(others, key=distance)[:RELATED]]


def _series(essay: Article) -> str:
    return str(getattr(essay, "series", "")).strip()


def _tags(essay: Article) -> list[str]:
    return sorted({tag.slug for tag in getattr(essay, "tags", [])})

"""Cards for previews elsewhere: an essay without a picture is announced by its title, in the blog's own type."""

from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup
from pelican import Pelican, signals
from pelican.contents import Article
from pelican.generators import ArticlesGenerator

from plugins import placing
from plugins.cards import drawing

# Where the cards of a build wait, in the settings that belong to this build alone, until it is written.
MADE = "CARDS_MADE"
FOLDER = "images/cards"


@dataclass(frozen=True, slots=True)
class Card:
    """A picture for previews: its address below the site, and its size in pixels where it is known."""

    address: str
    width: int = 0
    height: int = 0


def register() -> None:
    """Connect the plugin; Pelican calls this."""
    signals.article_generator_pretaxonomy.connect(name)
    signals.finalized.connect(put_in_place)


def name(generator: ArticlesGenerator) -> None:
    """Give each essay its `card`, and all other pages one with the blog's name (`SITE_CARD`).

    Where a title holds letters that the type lacks there is none: better no picture than one full of boxes.
    """
    settings = generator.settings
    cards: dict[str, drawing.Words] = settings.setdefault(MADE, {})

    def of(words: drawing.Words) -> Card | None:
        if not drawing.can_say(words):
            return None
        address = f"{FOLDER}/{drawing.name(words)}"
        cards[address] = words
        return Card(address, *drawing.SIZE)

    blog = str(settings["SITENAME"])
    generator.context["SITE_CARD"] = site = of(drawing.Words(blog, str(settings["SITESUBTITLE"] or ""), ""))
    for essay in generator.articles:
        if said := str(getattr(essay, "image", "") or ""):
            essay.card = Card(said.lstrip("/"))
            essay.image = f"/{essay.card.address}"
            continue
        title = Markup(essay.title).striptags()  # noqa: S704 -- markup is what is taken out here
        essay.card = of(drawing.Words(title, blog, _authors(essay))) or site
        if essay.card:
            essay.image = f"/{essay.card.address}"


def put_in_place(pelican: Pelican) -> None:
    """Draw what was never drawn, and put all cards into the finished build."""
    for address, words in sorted(pelican.settings.get(MADE, {}).items()):
        at = Path(pelican.output_path) / address
        at.parent.mkdir(parents=True, exist_ok=True)
        placing.place(drawing.drawn(words), at)


def _authors(essay: Article) -> str:
    return ", ".join(author.name for author in getattr(essay, "authors", []))

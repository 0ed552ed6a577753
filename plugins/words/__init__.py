"""Lets the theme speak: every sentence that its templates say stands in the catalogue of `comments_service`."""

from pelican import signals
from pelican.generators import Generator

from comments_service import catalogue


def register() -> None:
    """Connect the plugin; Pelican calls this."""
    signals.generator_init.connect(teach)


def teach(generator: Generator) -> None:
    """Give the templates `say`, and the filters `day` and `ordinal`, in the language of the blog."""
    words = catalogue.of(str(generator.settings["DEFAULT_LANG"]))
    generator.env.globals["say"] = words.say
    generator.env.filters["day"] = words.day
    generator.env.filters["ordinal"] = words.ordinal

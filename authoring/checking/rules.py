"""The table of rules: their names, how much weight they have unless the author says otherwise, and who looks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from authoring.checking import elsewhere, front_matter, links, pictures, prose, sharing, spelling
from authoring.checking.findings import Found, Level
from authoring.checking.reading import Around, Blog, Text

EXTERNAL = "external-link"
# A rule looks at the whole blog, and may tell how far it is.
Tell = Callable[[str], None]
Look = Callable[[Blog, Tell], Iterator[Found]]
LookAtOne = Callable[[Blog, Text], Iterator[tuple[int, str]]]
LookAtItself = Callable[[Around, Text], Iterator[tuple[int, str]]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `may_wait` says that a draft may still break it: there it only warns."""

    name: str
    level: Level
    about: str
    look: Look
    may_wait: bool = False


def _each(look: LookAtOne, blog: Blog, _: Tell) -> Iterator[Found]:
    for text in blog.looked_at:
        for line, words in look(blog, text):
            yield Found(text.path, line, words)


def _of_each(look: LookAtOne) -> Look:
    return partial(_each, look)


def _itself(look: LookAtItself, blog: Blog, _: Tell) -> Iterator[Found]:
    for text in blog.looked_at:
        found = text.known.setdefault("found", {})
        if look.__name__ not in found:
            found[look.__name__] = list(look(blog, text))
        for line, words in found[look.__name__]:
            yield Found(text.path, line, words)


def _of_itself(look: LookAtItself) -> Look:
    """A rule that looks at nothing but one text: what it found is kept with that."""
    return partial(_itself, look)


def _unknown(around: Around, text: Text) -> Iterator[tuple[int, str]]:
    yield from front_matter.unknown_lines(around, text)
    yield from front_matter.unknown_rules(BY_NAME, text)


RULES = (
    Rule("unknown-line", Level.FAIL, "front matter has only lines that are known", _of_itself(_unknown)),
    Rule("front-matter", Level.FAIL, "what it needs is there and can be read", _of_each(front_matter.wrong_lines)),
    Rule(
        "taken-address", Level.FAIL, "no address of the service or the blog", _of_itself(front_matter.taken_addresses)
    ),
    Rule("same-address", Level.FAIL, "no two texts at one address", _of_each(front_matter.shared_addresses)),
    Rule("link", Level.FAIL, "links lead to something that readers find", _of_each(links.dead_links)),
    Rule("fragment", Level.FAIL, "links lead to places that are there", _of_each(links.lost_places)),
    Rule(EXTERNAL, Level.WARN, "other sites still answer", elsewhere.dead_links_elsewhere),
    Rule("image", Level.FAIL, "pictures are there, and from here", _of_each(pictures.missing_pictures)),
    Rule("image-size", Level.WARN, "pictures are light", _of_each(pictures.big_pictures)),
    Rule("image-place", Level.FAIL, "pictures don’t tell where they were taken", _of_each(pictures.telling_pictures)),
    Rule("image-alt", Level.FAIL, "pictures are said in words", _of_itself(pictures.unsaid_pictures), may_wait=True),
    Rule("heading", Level.WARN, "headings go down one level at a time", _of_itself(prose.headings_out_of_order)),
    Rule("spelling", Level.WARN, "no common misspelling", spelling.misspelt),
    Rule("todo", Level.FAIL, "nothing is left for later", _of_itself(prose.undone), may_wait=True),
    Rule("question", Level.WARN, "essays ask something", _of_itself(front_matter.without_question), may_wait=True),
    Rule("promise", Level.WARN, "no promise whose day has passed", _of_itself(prose.broken_promises)),
    Rule("description", Level.WARN, "previews show something", _of_itself(sharing.poor_descriptions), may_wait=True),
    Rule("share", Level.WARN, "one message fits every channel", _of_itself(sharing.unfit_to_share), may_wait=True),
)
BY_NAME = {rule.name: rule for rule in RULES}

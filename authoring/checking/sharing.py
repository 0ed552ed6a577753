"""Rules about what others see before they come: a description for previews, one message that fits every channel."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from markupsafe import Markup

from authoring import fields
from authoring.checking.reading import Around, Text

# Search engines and previews cut what is longer.
LONGEST_DESCRIPTION = 160
_UNDESCRIBED = "Nothing describes this in searches and previews: give it a line “Description: …”."
# The letters that X counts once; any other counts twice (its own text library, version 3).
_LIGHT = (range(4352), range(8192, 8206), range(8208, 8224), range(8242, 8248))
_AS_SHORTENED = 23


def _letters(text: str) -> int:
    return len(text)


def _weighed(text: str) -> int:
    return sum(1 if any(ord(letter) in some for some in _LIGHT) else 2 for letter in text)


@dataclass(frozen=True, slots=True)
class Channel:
    """A place to share an essay: how long a message may be, how that is counted, what a link counts (None: itself)."""

    name: str
    longest: int
    count: Callable[[str], int] = _letters
    link: int | None = None


# Instagram makes no link of an address, and still counts it.
CHANNELS = (
    Channel("X", 280, _weighed, _AS_SHORTENED),
    Channel("Bluesky", 300),
    Channel("Mastodon", 500, link=_AS_SHORTENED),
    Channel("Instagram", 2200),
    Channel("LinkedIn", 3000),
    Channel("Facebook", 63206),
)


def message(said: Callable[[str], str]) -> tuple[str, str] | None:
    """The line that an essay is announced by, and its words: `Share`, else `Description`, else `Summary`."""
    for key in ("share", "description", "summary"):
        if said(key):
            return key, Markup(said(key)).striptags()  # noqa: S704 -- markup is what is taken out here
    return None


def length(channel: Channel, words: str, address: str) -> int:
    """What a channel counts for a message, a space and the essay's address."""
    return channel.count(words) + 1 + (channel.count(address) if channel.link is None else channel.link)


def unfit_to_share(around: Around, text: Text) -> Iterator[tuple[int, str]]:
    """An essay that has no message, or one that doesn't fit a channel whole: one message, the same everywhere."""
    if text.kind != fields.ESSAY:
        return
    found = message(text.value)
    if found is None:
        yield text.line_of("share", "title"), "There is nothing to share this essay by: give it a line “Share: …”."
        return
    key, words = found
    for channel in CHANNELS:
        counted = length(channel, words, f"{around.settings.url}{text.source.address}")
        if counted > channel.longest:
            name = fields.BY_KEY[key].name
            too_long = f"{channel.name} takes {channel.longest} characters, and with the link these are {counted}"
            yield text.line_of(key), f"{name} is too long to share: {too_long}."
            return


def poor_descriptions(_: Around, text: Text) -> Iterator[tuple[int, str]]:
    """What search engines and previews show has to be there, and short enough to be shown whole."""
    if text.kind == fields.EDITION:
        return
    words = text.value("description")
    if not (words or text.value("summary")):
        yield text.line_of("description", "title"), _UNDESCRIBED
    elif len(words) > LONGEST_DESCRIPTION:
        yield (
            text.line_of("description"),
            f"Description has {len(words)} characters; searches and previews cut it after {LONGEST_DESCRIPTION}.",
        )

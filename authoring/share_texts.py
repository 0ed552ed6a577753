"""Share texts: an essay's one message with its address, ready to paste, as each channel takes it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from authoring import sources
from authoring.checking.sharing import CHANNELS, Channel, length, message
from authoring.errors import Refusal
from comments_service.settings import Settings

_CUT = "…"


@dataclass(frozen=True, slots=True)
class ShareText:
    """The text for a channel, and what that counts for it."""

    channel: Channel
    text: str
    counted: int
    whole: bool


def of(settings: Settings, content: Path, address: str) -> list[ShareText]:
    """The text for every channel. Raises Refusal when no essay has this address, or when it has no message."""
    source = next((one for one in sources.read(content) if one.address == address and not one.is_edition), None)
    if source is None:
        raise Refusal(f"No essay stands at {address}. Its slug is the line “Slug:” of its front matter.")
    found = message(lambda key: source.said.get(key, ""))
    if found is None:
        raise Refusal(f"There is nothing to share {address} by: give it a line “Share: …” ({source.path.name}).")
    return [fitted(channel, found[1], f"{settings.url}{address}") for channel in CHANNELS]


def fitted(channel: Channel, words: str, url: str) -> ShareText:
    """The message, a line break and the address; a message that is too long is cut after a whole word."""
    kept = words
    while length(channel, kept, url) > channel.longest:
        shorter = kept.removesuffix(_CUT)[:-1]
        kept = (shorter.rpartition(" ")[0] or shorter).rstrip(" ,;:–—-") + _CUT
    return ShareText(channel, f"{kept}\n{url}", length(channel, kept, url), kept == words)


def told(texts: list[ShareText]) -> Iterator[str]:
    """Blocks to paste, each under the channels that take it; the same words wherever they fit."""
    for text in dict.fromkeys(text.text for text in texts):
        for_these = [each for each in texts if each.text == text]
        yield ", ".join(f"{each.channel.name} ({each.counted} of {each.channel.longest})" for each in for_these) + ":"
        if not for_these[0].whole:
            yield "(cut, because the message is too long there)"
        yield ""
        yield from text.split("\n")
        yield ""

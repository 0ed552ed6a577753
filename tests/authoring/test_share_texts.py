"""Share texts are one message, as long as each channel takes it, with the address counted as it counts it."""

from pathlib import Path

import pytest

from authoring import share_texts
from authoring.checking.sharing import CHANNELS, length
from authoring.errors import Refusal
from comments_service.settings import Settings
from tests.authoring.conftest import essay


def test_one_message_fits_every_channel_with_the_address_behind_it(here: Settings, content: Path) -> None:
    essay(content, "one", Share="Who *answers* you?", Description="Not this.")
    texts = share_texts.of(here, content, "/one/")
    assert [text.channel.name for text in texts] == ["X", "Bluesky", "Mastodon", "Instagram", "LinkedIn", "Facebook"]
    assert {text.text for text in texts} == {f"Who *answers* you?\n{here.url}/one/"}
    counted = {text.channel.name: text.counted for text in texts}
    assert counted["X"] == counted["Mastodon"] == len("Who *answers* you?") + 1 + 23
    assert counted["Bluesky"] == len(f"Who *answers* you?\n{here.url}/one/")
    told = list(share_texts.told(texts))
    assert told[0].startswith("X (42 of 280), Bluesky (")
    assert told[2:4] == ["Who *answers* you?", f"{here.url}/one/"]


@pytest.mark.parametrize("words", ["word " * 120, "w" * 700, "窓" * 200, "a 👋 " * 100])
def test_what_is_too_long_is_cut_after_a_word_for_that_channel_only(words: str) -> None:
    for channel in CHANNELS:
        text = share_texts.fitted(channel, words.strip(), "https://ana.example/one/")
        message, _, url = text.text.rpartition("\n")
        assert text.counted == length(channel, message, url) <= channel.longest
        assert text.whole == (message == words.strip())
        assert text.whole or (message.endswith("…") and words.startswith(message[:-1]))


def test_an_essay_that_is_not_there_or_says_nothing_is_refused(here: Settings, content: Path) -> None:
    with pytest.raises(Refusal, match="No essay stands at /nowhere/"):
        share_texts.of(here, content, "/nowhere/")
    with pytest.raises(Refusal, match="give it a line “Share: …”"):
        share_texts.of(here, content, "/one/")

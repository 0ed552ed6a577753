"""What was found out of a text is kept, and whatever a rule says of a blog it says as if nothing were."""

import importlib.util
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from authoring import checking
from authoring.checking import kept, markup
from comments_service import ids
from comments_service.settings import Settings
from tests.authoring.conftest import essay
from tests.authoring.proofs import page


@pytest.fixture(autouse=True)
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each test remembers for itself."""
    monkeypatch.setattr(kept, "KEPT", tmp_path / "checked")
    return tmp_path / "checked"


def picture(content: Path) -> None:
    (content / "images").mkdir()
    Image.new("RGB", (3000, 10)).save(content / "images" / "quay.png")


WORDS = (
    "See [two](/two/), [a place](/two/#on-fog), [this][gone] and ![](/images/quay.png). I'll tell you by 3 May 2027."
)

# Each changes what is said of the essay “one”, whose words stay as they are.
ELSEWHERE: dict[str, Callable[[Path], object]] = {
    "the place that it names comes": lambda content: essay(content, "two", "## Fog\n\nWords."),
    "the place that it names goes": lambda content: essay(content, "two", "Words."),
    "the essay that it names is a draft": lambda content: essay(content, "two", Status="draft"),
    "the essay that it names goes": lambda content: (content / "essays" / "two.md").unlink(),
    "another takes its address": lambda content: essay(content, "three", Aliases="one"),
    "its picture comes": picture,
    "its picture goes": lambda content: (content / "images" / "quay.png").unlink(),
    "a rule fails": lambda content: page(content, "check.toml", '[check]\nheading = "fail"\ntodo = "off"\n'),
    "a word is right": lambda content: page(content, "words.txt", "recieve\n"),
    "the rules are as they were": lambda content: (content / "check.toml").unlink(),
}


def test_whatever_happens_elsewhere_the_same_is_said_as_if_nothing_were_kept(here: Settings, content: Path) -> None:
    essay(content, "one", f"{WORDS}\n\n#### Deep\n\nWe recieve it. TODO", Question=None, Sumary="x")
    said = [told(here, content)]
    for name, change in ELSEWHERE.items():
        change(content)
        now = told(here, content)
        assert now == told(here, content), name
        assert now == told(here, content, fresh=True), name
        if name != "a word is right" or importlib.util.find_spec("codespell_lib"):
            assert now != said[-1], name
        said.append(now)


def test_a_text_that_did_not_change_is_not_looked_at_again(
    here: Settings, content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    essay(content, "one", WORDS)
    before = told(here, content)
    looked_at: list[str] = []

    def looks(text: str) -> Iterator[markup.Link]:
        looked_at.append(text)
        yield from ()

    monkeypatch.setattr(markup, "links", looks)
    assert told(here, content) == before
    assert looked_at == []
    essay(content, "two", "Other words.")
    told(here, content)
    assert ["Other words." in text for text in looked_at] == [True]


def test_a_promise_is_told_once_its_day_has_passed(
    here: Settings, content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    essay(content, "one", WORDS)
    for day, is_told in ((3, False), (4, True)):
        monkeypatch.setattr(ids, "moment", lambda day=day: datetime(2027, 5, day, 12, tzinfo=UTC))
        assert any("3 May 2027" in line for line in told(here, content)) is is_told


def test_what_a_setting_decides_is_found_out_again_with_another(here: Settings, content: Path) -> None:
    essay(content, "one", Share="word " * 50)
    assert not any("too long to share" in line for line in told(here, content))
    assert any("too long to share" in line for line in told(here.with_(url=f"https://{'a' * 60}.example"), content))


@pytest.mark.parametrize("damaged", ["{", "[]", ""])
def test_what_is_kept_and_cant_be_read_counts_as_nothing(
    here: Settings, content: Path, memory: Path, damaged: str
) -> None:
    before = told(here, content)
    (file,) = memory.iterdir()
    file.write_text(damaged)
    assert told(here, content) == before


def test_only_what_was_used_lately_is_kept(here: Settings, content: Path, memory: Path) -> None:
    for number in range(6):
        told(here.with_(title=f"Title {number}"), content)
    assert len(list(memory.iterdir())) == 4


def told(here: Settings, content: Path, *, fresh: bool = False) -> list[str]:
    """What is said of a blog."""
    return [f"{finding.level} {finding}" for finding in checking.check(here, content, fresh=fresh).findings]

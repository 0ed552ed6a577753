"""The sample essays: which they are, setting them aside, and bringing them back."""

import shutil
from collections.abc import Iterator
from pathlib import Path

# Pelican passes over what begins with a dot.
ASIDE = ".samples"
# About stands with the essays: it speaks as their author, and sends newcomers to one of them.
FILES = (
    "editions/networking-or-collecting-contacts-1.md",
    "essays/a-letter-to-a-stranger.md",
    "essays/asking-for-advice-without-asking-for-a-favor.md",
    "essays/how-to-answer-a-complaint-in-public.md",
    "essays/networking-or-collecting-contacts.md",
    "essays/the-last-word.md",
    "essays/the-week-after-you-met.md",
    "essays/three-must-dos-in-social-media.md",
    "essays/what-a-reply-rate-tells.md",
    "pages/about.md",
)
_SENDS_TO_A_SAMPLE = "essays/networking-or-collecting-contacts.md"


def set_aside(content: Path) -> list[str]:
    """Move the samples to `.samples/`; returns what was moved. An About page of the author's own stays."""
    return _move(content, content / ASIDE, [name for name in FILES if _is_sample(content / name)])


def bring_back(content: Path) -> list[str]:
    """Move the samples back to where they were; returns what was moved. What stands there by now stays."""
    return _move(content / ASIDE, content, list(FILES))


def are_there(content: Path) -> bool:
    """Whether some of them stand in their places."""
    return any(_is_sample(content / name) for name in FILES)


def copy_with_samples(content: Path, target: Path) -> None:
    """A copy of the content in which the samples stand in their places, wherever they are."""
    shutil.copytree(content, target, ignore=shutil.ignore_patterns(ASIDE))
    if (content / ASIDE).is_dir():
        shutil.copytree(content / ASIDE, target, dirs_exist_ok=True)


def _move(source: Path, target: Path, names: list[str]) -> list[str]:
    return list(_moved(source, target, names))


def _moved(source: Path, target: Path, names: list[str]) -> Iterator[str]:
    for name in names:
        there = target / name
        if (source / name).exists() and not there.exists():
            there.parent.mkdir(parents=True, exist_ok=True)
            (source / name).rename(there)
            yield name


def _is_sample(path: Path) -> bool:
    return path.exists() and (path.parent.name != "pages" or _SENDS_TO_A_SAMPLE in path.read_text("utf-8"))

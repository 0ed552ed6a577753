"""Catalogues of a test's own, from which pages and letters speak."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from comments_service import catalogue, templating

_KNOWN = (catalogue.of, catalogue.fingerprint, templating.environment, templating.of_letters)


@contextmanager
def of_ones_own(folder: Path) -> Iterator[Path]:
    """A folder of catalogues, with the original in it, from which everything is said until the block ends."""
    words = folder / "words"
    words.mkdir()
    (words / "en.toml").write_text((catalogue.FOLDER / "en.toml").read_text("utf-8"), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogue, "FOLDER", words)
        for each in _KNOWN:
            each.cache_clear()
        yield words
    for each in _KNOWN:
        each.cache_clear()

"""What is read from a text is what Pelican reads from it, whether it was kept or not."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pelican import signals
from pelican.contents import Article
from pelican.readers import Readers
from pelican.settings import read_settings

from plugins import kept_texts
from tests.plugins.building import CONFIGURATION


@contextmanager
def taken_over() -> Iterator[None]:
    """Ours reads until the block ends; for good where a build of another test connected it, as plugins are."""
    was_there = any(one is kept_texts.take_over for one in signals.readers_init.receivers_for(None))
    signals.readers_init.connect(kept_texts.take_over)
    yield
    if not was_there:
        signals.readers_init.disconnect(kept_texts.take_over)


def read(folder: Path) -> Article:
    settings = read_settings(str(CONFIGURATION), override={"PATH": str(folder), "PLUGINS": []})
    return Readers(settings).read_file(base_path=str(folder), path="essays/one.md")


@pytest.mark.parametrize(
    "date",
    ["2026-03-29 02:30", "2026-03-29", "2024-02-29 23:59", "2026-3-9 8:00", "2026-01-02 08:00+02:00", "2 March 2026",
     "2026-01-02T08:00", "2026-01-02 08:00:30"],
)  # fmt: skip
def test_a_date_is_the_one_that_pelican_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, date: str) -> None:
    monkeypatch.setattr(kept_texts, "KEPT", tmp_path / "kept")
    (tmp_path / "essays").mkdir()
    (tmp_path / "essays" / "one.md").write_text(f"Title: One\nDate: {date}\nModified: {date}\n\nWords.\n")
    with signals.readers_init.muted():
        before = read(tmp_path)
    with taken_over():
        now = read(tmp_path)
    assert (now.date, now.modified, now.locale_date) == (before.date, before.modified, before.locale_date)
    assert type(now.date) is type(before.date)


@pytest.mark.parametrize("date", ["2026-13-01", "2026-02-30 08:00", "2026-01-02 25:00"])
def test_a_date_that_is_none_is_refused_as_pelican_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, date: str
) -> None:
    monkeypatch.setattr(kept_texts, "KEPT", tmp_path / "kept")
    (tmp_path / "essays").mkdir()
    (tmp_path / "essays" / "one.md").write_text(f"Title: One\nDate: {date}\n\nWords.\n")
    with taken_over(), pytest.raises(ValueError, match="is not a valid date"):
        read(tmp_path)

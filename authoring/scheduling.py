"""Scheduled essays: those whose day is to come, and those whose day has come since the site was built last."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from authoring import building, fields, sources
from comments_service import ids, wording
from comments_service.publishing import files
from comments_service.settings import Settings


@dataclass(frozen=True, slots=True)
class Scheduled:
    """An essay or a page with its moment, in UTC."""

    title: str
    address: str
    at: datetime

    def told(self, settings: Settings) -> str:
        """`“The quay”, on 3 December 2026, 08:00`."""
        return f"“{self.title}”, on {wording.date_and_time(ids.as_text(self.at), settings.zone)}"


def next_due(settings: Settings, content: Path) -> Scheduled | None:
    """The next one to come."""
    now = ids.moment()
    return min((each for each in _dated(settings, content) if each.at > now), key=lambda each: each.at, default=None)


def due(settings: Settings, content: Path) -> list[Scheduled]:
    """Those whose moment came since the newest version was built; after a rollback nothing older is due."""
    now, built = ids.moment(), _built(settings)
    return [each for each in _dated(settings, content) if built < each.at <= now]


def told(settings: Settings, content: Path) -> str:
    """That nothing is due, and what is next."""
    coming = next_due(settings, content)
    return f"Nothing is due. Next: {coming.told(settings)}." if coming else "Nothing is due, and nothing is scheduled."


def _dated(settings: Settings, content: Path) -> Iterator[Scheduled]:
    for source in sources.read(content):
        if source.status not in {"draft", "skip"} and "date" in source.said:
            try:
                at = fields.moment(source.said["date"], settings.zone)
            except ValueError:
                continue  # make check tells of it
            yield Scheduled(source.said.get("title", source.path.stem), source.address, at)


def _built(settings: Settings) -> datetime:
    builds = building.folder(settings)
    made = [ids.made_at(path.name) for path in builds.glob("*/") if ids.is_id(path.name) and files.shown_at(path)]
    return max(made, default=datetime.min.replace(tzinfo=UTC))

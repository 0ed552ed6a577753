"""What the author wrote, as its front matter says: read without Pelican, to check what Pelican made of it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from authoring.fields import read_date

_FOLDERS = ("essays", "editions", "pages")
_ENDINGS = (".md", ".markdown", ".mkd", ".mdown")
_LINE = re.compile(r"([A-Za-z_-]+):[ \t]*(.*)")


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """One file and its front matter, names in small letters."""

    path: Path
    said: Mapping[str, str]

    @property
    def status(self) -> str:
        """`published`, `hidden`, `draft` or `skip`."""
        return self.said.get("status", "published").lower()

    @property
    def is_edition(self) -> bool:
        """Whether it is an earlier edition of an essay."""
        return "edition_of" in self.said

    @property
    def address(self) -> str:
        """Where it stands when it is published: `/slug/`, or `/slug/editions/1/`."""
        if self.is_edition:
            return f"/{self.said['edition_of']}/editions/{self.said.get('edition', '1')}/"
        if slug := self.said.get("slug"):
            return f"/{slug}/"
        from pelican.settings import DEFAULT_CONFIG
        from pelican.utils import slugify

        title = self.said.get("title", self.path.stem)
        return f"/{slugify(title, regex_subs=DEFAULT_CONFIG['SLUG_REGEX_SUBSTITUTIONS'])}/"

    def is_due(self, now: datetime, zone: ZoneInfo) -> bool:
        """Whether its date has come."""
        if "date" not in self.said:
            return True
        date = read_date(self.said["date"])
        return (date if date.tzinfo else date.replace(tzinfo=zone)).astimezone(UTC) <= now


def read(content: Path) -> Iterator[Source]:
    """Every essay, edition and page in a fixed order."""
    for folder in _FOLDERS:
        for path in sorted((content / folder).rglob("*")):
            if path.suffix in _ENDINGS and not path.name.startswith("."):
                yield Source(path, front_matter(path.read_text("utf-8-sig")))


def front_matter(text: str) -> dict[str, str]:
    """The lines `Name: value` at the head of a text, up to the first that is none."""
    said: dict[str, str] = {}
    for line in text.removeprefix("---\n").splitlines():
        if not (found := _LINE.fullmatch(line)):
            break
        said.setdefault(found[1].lower(), found[2].strip())
    return said

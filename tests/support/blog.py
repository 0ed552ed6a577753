"""A real blog: a site built by Pelican, served with its comments by real processes."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from authoring import building, children, searching
from comments_service import keys, settings
from comments_service.database import opened
from comments_service.identity import authors
from comments_service.settings import ROOT
from tests.support.actors import Author, House
from tests.support.processes import eventually, serving

# Where the service is, it is told apart from how it is set.
_PLACES = {"RAPPORT_URL", "RAPPORT_PORT", "RAPPORT_DATA", "RAPPORT_OUTPUT"}


@dataclass(frozen=True)
class Blog:
    """A running blog at `url`. `desk_link` is the one-time link that it printed; `house` is its inside."""

    url: str
    desk_link: str
    house: House

    @property
    def site(self) -> Path:
        """The published site on disk."""
        return self.house.settings.output.resolve()

    def says(self, *words: str, on: str) -> bool:
        """Whether the published file of a page holds all these words."""
        text = (self.site / on.strip("/") / "index.html").read_text("utf-8")
        return all(word in text for word in words)

    def comes_to_say(self, *words: str, on: str) -> None:
        """Wait until the published file of a page holds all these words."""
        eventually(lambda: self.says(*words, on=on), f"{on} says {words}")

    def new_desk_link(self) -> str:
        """One more one-time link for the author."""
        return authors.new_link(self.house.db, self.house.settings, self.house.author.account)

    def rapport(self, *words: str) -> str:
        """What the `rapport` command prints."""
        command = children.command("comments_service", *words)
        environment = children.environment(self.house.settings)
        return subprocess.check_output(command, env=environment, cwd=ROOT, text=True).strip()


@contextmanager
def running(folder: Path, content: Path, **changes: object) -> Iterator[Blog]:
    """Serve a site made from `content` until the block ends, with some settings changed.

    All readers share one address, so none is slowed. It is reached by name: browsers make passkeys for no number.
    """
    plain = settings.load({}, folder / "none.toml").with_(rate_limit=False, log="warning", **changes)
    here = plain.with_(data=folder / "data", output=folder / "output")
    # What builds the site has to know the same services as what serves it: those of `private.toml`, if there is one.
    there = {"RAPPORT_DATA": str(here.data)}
    here = here.with_(services=settings.load(there, folder / "none.toml").services)
    told = {name: value for name, value in children.environment(here).items() if name.startswith("RAPPORT_")}
    told = {name: value for name, value in told.items() if name not in _PLACES}
    with serving(here.data, here.output, host="localhost", **told) as service, opened(here) as db:
        here = here.with_(url=service.url)
        building.build(here, content=content, verify=searching.index)
        house = House(here, db, keys.load(here.data), Author.__new__(Author))
        house.author = Author(house, authors.ensure_owner(db, here))
        yield Blog(here.url, service.line("Desk: ").removeprefix("Desk: "), house)

"""A small site as Pelican leaves it, baked and put live, and time that passes over it."""

from pathlib import Path

from comments_service import publishing
from comments_service.engagement import figures
from tests.support.actors import House, page

MARKS = """<!doctype html><title>x</title><!--rapport:jsonld {0}--><!--/rapport-->
<p><!--rapport:count {0}--><!--/rapport--></p><!--rapport:likes {0}--><!--/rapport-->
<!--rapport:conversation {0}--><!--/rapport--><footer>é</footer>"""
HOME = """<!--rapport:count /a/--><!--/rapport--> and <!--rapport:count /b/--><!--/rapport-->
<!--rapport:latest 3--><!--/rapport-->"""
CONVERSATIONS = "<!--rapport:latest 30--><!--/rapport-->"
ACCOUNT = "<!--rapport:figures all--><!--/rapport-->"


def skeleton(folder: Path) -> Path:
    """A site as Pelican leaves it, its islands empty."""
    for name, text in {
        "a/index.html": MARKS.format("/a/"), "b/index.html": MARKS.format("/b/"), "index.html": HOME,
        "conversations/index.html": CONVERSATIONS, "about/index.html": "<p>No island.</p>",
        "how-i-answer/index.html": ACCOUNT,
    }.items():  # fmt: skip
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="")
    return folder


def essays() -> list[publishing.Page]:
    """Its essays."""
    return [page("/a/"), page("/b/")]


def built(house: House, folder: Path, like: Path | None = None) -> Path:
    """The site with its islands filled, in a folder that nobody reads yet, whatever `like` it is taken from there."""
    site = skeleton(folder)
    made_of = {str(file.relative_to(site)): file.read_text("utf-8") for file in site.rglob("*.html")}
    publishing.bake(house.settings, site, essays(), like, made_of)
    return site


def live(house: House, tmp_path: Path) -> Path:
    """A baked site where readers see it."""
    publishing.put_live(house.settings, built(house, tmp_path / "build"))
    return house.settings.output


def pass_time(house: House, hours: float) -> None:
    """Time passes, and what falls due with it is taken; the account then says when it was taken."""
    house.shift_clock(hours=hours)
    figures.take_due(house.db, house.settings)
    publishing.refresh(house.db, house.settings, [])

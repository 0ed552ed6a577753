"""Builds a small site with our own configuration and theme, from texts given by a test."""

from collections.abc import Mapping
from pathlib import Path

from pelican import Pelican
from pelican.settings import read_settings

CONFIGURATION = Path(__file__).parents[2] / "pelicanconf.py"
# All of ours but the one that asks the service.
PLUGINS = [
    "plugins.withheld", "plugins.editions", "plugins.words", "plugins.pictures", "plugins.companions", "plugins.cards",
    "plugins.feeds",
]  # fmt: skip


def build(folder: Path, files: Mapping[str, str | bytes], **settings: object) -> Path:
    """Write `files` (path below content -> text), build them, and return the folder of the site."""
    content, site = folder / "content", folder / "site"
    for name, text in files.items():
        path = content / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    changes: dict[str, object] = {
        "PATH": str(content),
        "OUTPUT_PATH": str(site),
        "PLUGINS": PLUGINS,
        "SITEURL": "http://localhost:8000",
    }
    changes |= settings
    Pelican(read_settings(str(CONFIGURATION), override=changes)).run()
    return site

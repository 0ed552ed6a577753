"""Builds a small site with our own configuration and theme, from texts given by a test."""

from collections.abc import Mapping
from pathlib import Path

from pelican import Pelican
from pelican.settings import read_settings

CONFIGURATION = Path(__file__).parents[2] / "pelicanconf.py"
PLUGINS = ["plugins.withheld", "plugins.editions"]


def build(folder: Path, files: Mapping[str, str]) -> Path:
    """Write `files` (path below content -> text), build them, and return the folder of the site."""
    content, site = folder / "content", folder / "site"
    for name, text in files.items():
        path = content / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    changes = {"PATH": str(content), "OUTPUT_PATH": str(site), "PLUGINS": PLUGINS, "SITEURL": "http://localhost:8000"}
    Pelican(read_settings(str(CONFIGURATION), override=changes)).run()
    return site

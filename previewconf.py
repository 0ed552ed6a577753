"""How the site is built while the author writes: as for publishing, with what is not for readers yet under /drafts/."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))  # Pelican loads this file by path.

from pelicanconf import *  # noqa: F403 -- the rest is the same, on purpose
from pelicanconf import PLUGINS as _PLUGINS

PLUGINS = [*(name for name in _PLUGINS if name != "plugins.withheld"), "plugins.renewing"]
DRAFT_URL, DRAFT_SAVE_AS = "drafts/{slug}/", "drafts/{slug}/index.html"
DRAFT_PAGE_URL, DRAFT_PAGE_SAVE_AS = DRAFT_URL, DRAFT_SAVE_AS
DRAFT_LANG_URL, DRAFT_LANG_SAVE_AS = DRAFT_URL, DRAFT_SAVE_AS
DRAFT_PAGE_LANG_URL, DRAFT_PAGE_LANG_SAVE_AS = DRAFT_URL, DRAFT_SAVE_AS
# Pelican asks every draft for its category; this blog has none, and shows none.
DEFAULT_METADATA = {"category": "drafts"}

"""How the site is built for publishing: as while writing, so that readers get what the author saw."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))  # Pelican loads this file by path.

from pelicanconf import *  # noqa: F403 -- the rest is the same, on purpose

# Pelican's cache looks only at a file's stamp, so a changed setting would leave old pages standing.
CACHE_CONTENT = LOAD_CONTENT_CACHE = False

"""In a preview each page asks for the script that renews it and shows what only its author sees (authoring/previewing).

It is added to what Pelican wrote, so that a theme need not know of previews.
"""

from pathlib import Path

from pelican import signals

# The preview's own folder in the site.
FOLDER = "preview"
_TAG = f'<script type="module" src="/{FOLDER}/preview.js"></script>\n</head>'


def register() -> None:
    """Connect to Pelican."""
    signals.content_written.connect(add)


def add(path: str, context: object = None) -> None:  # noqa: ARG001 -- Pelican hands it over
    """Let a page that was just written, and has no second name yet, ask for the script."""
    if path.endswith(".html"):
        page = Path(path)
        page.write_text(page.read_text("utf-8").replace("</head>", _TAG, 1), "utf-8", newline="")

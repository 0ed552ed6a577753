"""Draws the blog's icons anew from `theme/static/favicon.svg`, after that was changed.

`python -m tools.icons`. It asks the system's Chromium, through Playwright of the development set-up (`make setup-dev`);
what it draws stands in the repository, so that nobody else needs either.
"""

from __future__ import annotations

import shutil

from tools.bootstrap import ROOT

SOURCE = ROOT / "theme" / "static" / "favicon.svg"
ICONS = ROOT / "theme" / "static" / "icons"
# By name: the size in pixels, and how much of it the drawing takes. A system that cuts an icon to a shape of its own
# leaves its middle: four fifths of a maskable one are safe (W3C's Web App Manifest). Apple's corners are its own.
SIZES = {"icon-180": (180, 1.0), "icon-192": (192, 1.0), "icon-512": (512, 1.0), "maskable-512": (512, 0.8)}
_FILLED = {"icon-180", "maskable-512"}  # without transparent corners


def draw() -> None:
    """Write every icon as PNG."""
    from playwright.sync_api import sync_playwright

    svg = SOURCE.read_text("utf-8")
    ground = svg.partition('fill="')[2].partition('"')[0]
    ICONS.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, (size, part) in SIZES.items():
            page = browser.new_page(viewport={"width": size, "height": size})
            behind = ground if name in _FILLED else "transparent"
            page.set_content(
                f"<style>html{{background:{behind}}}body{{margin:0;display:grid;place-items:center;height:100vh}}"
                f"svg{{width:{part:.0%};height:{part:.0%}}}</style>{svg}"
            )
            page.screenshot(path=ICONS / f"{name}.png", omit_background=True)
            page.close()
        browser.close()


if __name__ == "__main__":
    draw()

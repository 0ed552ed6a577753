"""Every kind of page: to be read with any eyes and hands, on any screen, in light and dark, and valid HTML."""

from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, Response

from authoring import building
from comments_service import settings
from tests.support import places, vnu
from tests.support.blog import Blog

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
WIDTHS = (320, 360, 768, 1280, 1600)
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def violations(page: Page, *only: str) -> list[str]:
    """What axe finds on a page as it stands, with the place of each; `only` names its rules if not all are meant."""
    options = {"resultTypes": ["violations"]} | ({"runOnly": {"type": "rule", "values": only}} if only else {})
    found = page.evaluate("options => axe.run(options)", options)["violations"]
    return [f"{rule['id']}: {node['target']} {node['failureSummary']}" for rule in found for node in rule["nodes"]]


class Documents:
    """Keeps the last document that was sent to a page, as it was sent."""

    last: Response

    def __init__(self, page: Page) -> None:
        page.on("response", self._keep)

    def _keep(self, response: Response) -> None:
        if response.request.resource_type == "document":
            self.last = response


@pytest.mark.parametrize("place", places.PLACES, ids=str)
def test_axe_finds_nothing_and_nothing_runs_off_the_screen(blog: Blog, devices, signed_in, place):
    page = devices(storage_state=signed_in if place.author else None).opens("about:blank")
    place.go(page, blog)
    page.evaluate(AXE_SCRIPT)
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme="light")
        assert violations(page) == [], f"{size['width']} px, light"
        # Nothing but colors changes in the dark.
        page.emulate_media(color_scheme="dark")
        assert violations(page, "color-contrast", "link-in-text-block") == [], f"{size['width']} px, dark"
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate(TOO_WIDE) <= 0, f"{width} px"


@pytest.mark.timeout(400)  # a whole site, and every page of the service, through the checker
def test_the_html_of_every_page_is_valid(blog: Blog, devices, signed_in, tmp_path: Path):
    """As the service sends it, as the scripts change it, as it is published; the essays in content/ too."""
    for place in places.PLACES:
        device = devices(java_script_enabled=place.script, storage_state=signed_in if place.author else None)
        page = device.opens("about:blank")
        sent = Documents(page)
        place.go(page, blog)
        (tmp_path / f"{place}.html").write_bytes(page.content().encode() if place.script else sent.last.body())
        device.context.close()
    own = settings.load({}, tmp_path / "none.toml").with_(data=tmp_path / "data", output=tmp_path / "output")
    building.build(own)
    published = [*blog.site.resolve().rglob("*.html"), *own.output.resolve().rglob("*.html")]
    assert vnu.check([*tmp_path.glob("*.html"), *published]) == []


@pytest.mark.parametrize("essay", [places.LIVELY, places.QUIET])
def test_on_a_phone_the_whole_form_with_its_button_fits_one_screen(devices, essay):
    page = devices(viewport=PHONE).opens(essay)
    page.locator("#reply-form").evaluate("form => form.scrollIntoView({ block: 'start' })")
    top = page.locator("#reply-title").bounding_box()
    button = page.get_by_role("button", name="Send reply").bounding_box()
    assert top is not None
    assert button is not None
    assert top["y"] >= 0
    assert button["y"] + button["height"] <= PHONE["height"]

"""What a real browser does with HTML that readers wrote: whether a script runs, or anything is asked for or opens."""

from collections.abc import Iterable, Iterator
from itertools import islice
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Dialog, Page, Request, Route

from tests.support.browser import launched

_ADDRESS = "http://readers.example/"
_TOGETHER = 50
# Each must be noticed, or the browser was not watched.
PLANTED = (
    "<script>1</script>",
    "<img src=x onerror=1>",
    "<p onmouseover=alert(1)>x</p>",
    "<a href='javascript:alert(1)'>x</a>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<p style='background:url(//evil.example/x)'>x</p>",
    "<iframe srcdoc='<script>1</script>'></iframe>",
    "<form action=//evil.example><input autofocus onfocus=alert(1)></form>",
)
# As far as a hand goes: over everything, into everything, on everything. Links that leave are not followed.
_TOUCH = """() => {
  document.addEventListener('click', event => {
    if (/^(https?|mailto):/.test(event.target.closest('a')?.protocol ?? '')) event.preventDefault();
  }, true);
  for (const one of document.querySelectorAll('#words *')) {
    for (const name of ['pointerenter', 'mouseover', 'mousemove', 'focus', 'toggle', 'animationstart', 'click']) {
      one.dispatchEvent(new MouseEvent(name, {bubbles: true, cancelable: true}));
    }
    one.focus?.();
  }
  return new Promise(done => setTimeout(done, 0));
}"""


def happened(htmls: Iterable[str]) -> list[str]:
    """What happened in Chromium that no reader may bring about, while each HTML stood in a page and was touched.

    Nothing but the browser's own words is believed: scripts that it parsed (by its debugger), requests, dialogs,
    windows. The page has no policy that would hold anything back. No request leaves the browser.
    """
    found: list[str] = []
    with launched() as browser:
        for portion in _portions(htmls):
            if wrong := _in_a_page(browser, "".join(portion)):
                # Now each alone, to tell which it was.
                found += [f"{what}: {html!r}" for html in portion for what in _in_a_page(browser, html)] or wrong
    return found


def _portions(htmls: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(htmls)
    while portion := list(islice(rest, _TOGETHER)):
        yield portion


def _in_a_page(browser: Browser, html: str) -> list[str]:
    found: list[str] = []
    context = browser.new_context()
    page = context.new_page()
    document = (
        f"<!doctype html><meta charset=utf-8><title>x</title><link rel=icon href=data:,><div id=words>{html}</div>"
    )

    def answer(route: Route, request: Request) -> None:
        if request.url == _ADDRESS and request.is_navigation_request() and request.frame == page.main_frame:
            route.fulfill(body=document, content_type="text/html")
        else:
            found.append(f"asked for {urlsplit(request.url)._replace(query='').geturl()[:80]}")
            route.abort()

    def opened(dialog: Dialog) -> None:
        found.append(f"a dialog says {dialog.message[:40]}")
        dialog.dismiss()

    context.route("**/*", answer)
    page.on("dialog", opened)
    context.on("page", lambda _: found.append("a window opened"))
    _watch_scripts(page, found)
    page.goto(_ADDRESS)
    page.evaluate(_TOUCH)
    context.close()
    return found


def _watch_scripts(page: Page, found: list[str]) -> None:
    """Note every script that comes from a document; ours, by which the page is touched, come from nowhere."""
    debugger = page.context.new_cdp_session(page)
    debugger.on("Debugger.scriptParsed", lambda script: found.append("a script ran") if script["url"] else None)
    debugger.send("Debugger.enable")

"""A real browser: the system's Chromium, driven by Playwright, and somebody who notes whatever goes wrong in it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_HOW_TO_GET_IT = "Chromium is not installed: `apt-get install chromium` (Debian’s) makes these tests run."
# Without these the browser itself calls home, and draws differently from one machine to the next.
_ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-domain-reliability",
    "--disable-sync",
    "--force-color-profile=srgb",
    "--no-first-run",
]


@dataclass
class _Running:
    """The one browser of this process, for whoever uses it: Playwright starts but once in a thread."""

    users: int = 0
    browser: Browser | None = None
    closing: ExitStack = field(default_factory=ExitStack)


_running = _Running()


@contextmanager
def launched() -> Iterator[Browser]:
    """Chromium without a window, the same for all who use it at a time; the last of them closes it.

    Where there is none, the tests that need it are skipped, in CI they fail.
    """
    if _running.browser is None:
        _running.browser = _running.closing.enter_context(_started())
    _running.users += 1
    try:
        yield _running.browser
    finally:
        _running.users -= 1
        if not _running.users:
            _running.browser = None
            _running.closing.close()


@contextmanager
def _started() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(_HOW_TO_GET_IT)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=_ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


class Watch:
    """Notes what the pages of one device ask for, and what they complain about.

    `requests` are the addresses asked for, as paths. `complaints` are errors and warnings of the console (a broken
    policy is one), uncaught errors, requests to anybody else, and files of ours that are not there. A journey that
    leads to another site says so in `elsewhere`, by its origin.
    """

    def __init__(self, device: BrowserContext, origin: str) -> None:
        self._origin = origin
        self.elsewhere: set[str] = set()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        device.on("request", self._request)
        device.on("response", self._response)
        device.on("console", self._console)
        device.on("weberror", lambda error: self.complaints.append(f"uncaught: {error.error}"))

    def _request(self, request: Request) -> None:
        if request.url.startswith(("data:", "blob:")):
            return
        parts = urlsplit(request.url)
        if f"{parts.scheme}://{parts.netloc}" in self.elsewhere:
            return
        if not request.url.startswith(f"{self._origin}/"):
            self.complaints.append(f"asked somebody else: {request.url}")
        self.requests.append(f"{parts.path}?{parts.query}" if parts.query else parts.path)

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.request.resource_type not in {"document", "fetch"}:
            self.complaints.append(f"{response.status}: {response.url}")

    def _console(self, message: ConsoleMessage) -> None:
        # What the network answers is judged above: a refused form is no mistake of the page.
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
            self.complaints.append(f"console: {message.text}")


@dataclass(frozen=True)
class Device:
    """Somebody's phone or computer: cookies and a memory of its own, and a watch over its pages."""

    context: BrowserContext
    watch: Watch

    def opens(self, address: str) -> Page:
        """Open an address in a new tab."""
        page = self.context.new_page()
        page.goto(address)
        return page

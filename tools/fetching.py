"""Files from a package index, known by their sha256: it does not matter which mirror they come from."""

from __future__ import annotations

import configparser
import contextlib
import hashlib
import html
import http.client
import os
import re
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path

PYPI = "https://pypi.org/simple"
PATIENCE = 30  # seconds without a byte until a server counts as silent
BEAT = 10  # seconds of work until a sign of life


class Refused(Exception):
    """Set-up cannot go on; the words say what to do about it."""


class Unavailable(Exception):
    """This way is closed here; another may be open."""


def say(words: str) -> None:
    """Show what is being done, apart from what the command itself prints."""
    print(f"Setting up: {words}", file=sys.stderr, flush=True)


def package_index() -> str:
    """The index of whoever runs this, as uv or pip were told it in the environment or in pip.conf; else PyPI."""
    named = (os.environ.get(name) for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL"))
    index = next(filter(None, named), None) or _index_in_pip_conf() or PYPI
    return re.sub(r"^[\w.-]+=(?=\w+:)", "", index).rstrip("/")  # uv's may carry a name: corporate=https://…


def _index_in_pip_conf() -> str | None:
    home = Path.home()
    files = (
        os.environ.get("PIP_CONFIG_FILE", ""),
        Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config") / "pip" / "pip.conf",
        home / "Library" / "Application Support" / "pip" / "pip.conf",
        home / ".pip" / "pip.conf",
        "/etc/xdg/pip/pip.conf",
        "/etc/pip.conf",
    )
    for file in files:
        parser = configparser.ConfigParser(interpolation=None)
        with contextlib.suppress(configparser.Error, UnicodeDecodeError):
            parser.read(file)
            for section in ("install", "global"):
                if parser.has_option(section, "index-url"):
                    return parser.get(section, "index-url")
    return None


def address_in_index(project: str, file: str) -> str:
    """Where the index keeps a file, by the project's page in HTML, which every index and mirror serves (PEP 503)."""
    page = f"{package_index()}/{project}/"
    links = _body(page, accept="text/html").decode(errors="replace")
    link = re.search(rf"""href=["']([^"']*\b{re.escape(file)}[^"']*)["']""", links)
    if not link:
        raise Unavailable(f"{file} is not at {_shown(page)}")
    return urllib.parse.urljoin(page, html.unescape(link[1]))


def download(url: str, sha256: str) -> bytes:
    """The file at an address. Refuses any but the expected one; Unavailable when there is none."""
    body = _body(url)
    found = hashlib.sha256(body).hexdigest()
    if found != sha256:
        raise Refused(
            f"what came from {_shown(url)} is not the file this project was made with (its sha256 is {found}, expected "
            f"{sha256}), so nothing of it was used. Something on the way has changed it: try another network, or name "
            "another package index in PIP_INDEX_URL."
        )
    return body


def _body(url: str, accept: str = "*/*") -> bytes:
    body = bytearray()
    beat = time.monotonic() + BEAT
    try:
        request = urllib.request.Request(url, headers={"Accept": accept})  # noqa: S310 (an index may be a folder)
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
            for chunk in iter(lambda: answer.read(1 << 16), b""):
                body += chunk
                if time.monotonic() > beat:
                    say(f"    {len(body) / 1e6:.1f} MB so far")
                    beat += BEAT
            expected = int(answer.headers.get("Content-Length") or len(body))
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unavailable(f"{_shown(url)}: {error}") from error
    if len(body) < expected:
        raise Unavailable(f"{_shown(url)} broke off after {len(body)} of {expected} bytes")
    return bytes(body)


def _shown(url: str) -> str:
    return re.sub(r"//[^/@]*@", "//", url)  # without a password

"""Feeds as strict readers take them: Atom by RELAX NG, JSON Feed by a schema, and what a schema cannot say."""

import json
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema_rs

from tests.data import jsonfeed
from tests.support import vnu

ATOM = "{http://www.w3.org/2005/Atom}"
THREAD = "{http://purl.org/syndication/thread/1.0}"
_SCHEMA = Path(__file__).parents[1] / "data" / "atom.rnc"
# Jing, the reference implementation of RELAX NG, comes along in the W3C's checker of HTML.
_JING = "nu.validator.vendor.thaiopensource.relaxng.util.Driver"


def invalid_atom(paths: list[Path]) -> list[str]:
    """What Jing finds wrong with these feeds; skips, in CI fails, without it."""
    vnu.needed()
    command = ["java", *vnu.QUICK, "-cp", str(vnu.JAR), _JING, "-c", str(_SCHEMA), *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = [line for line in done.stdout.splitlines() if line.strip()]
    if done.returncode and not found:
        raise RuntimeError(f"Jing could not check: {done.stderr}")
    return found


def atom(body: bytes | str) -> ET.Element:
    """A feed of Atom, after what no schema can say was checked: unique ids, the newest date, each link once."""
    feed = ET.fromstring(body)  # noqa: S314 -- our own output
    ids = [element.text for element in feed.iter(f"{ATOM}id")]
    assert len(ids) == len(set(ids))
    for part in (feed, *feed.findall(f"{ATOM}entry")):
        kinds = [(link.get("rel"), link.get("type")) for link in part.findall(f"{ATOM}link")]
        assert len(kinds) == len(set(kinds))
        assert ("alternate", None) in kinds
    assert len(links(feed, "self")) == 1
    entries = [entry.findtext(f"{ATOM}updated", "") for entry in feed.findall(f"{ATOM}entry")]
    assert feed.findtext(f"{ATOM}updated") == max(entries, default=feed.findtext(f"{ATOM}updated"))
    return feed


def json_feed(body: bytes | str) -> dict[str, Any]:
    """A JSON feed, after every rule of its format has been checked."""
    feed: dict[str, Any] = json.loads(body)
    jsonschema_rs.validate(jsonfeed.SCHEMA, feed)
    ids = [item["id"] for item in feed["items"]]
    assert len(ids) == len(set(ids))
    return feed


def links(element: ET.Element, rel: str) -> list[str]:
    """Where the links of a kind lead."""
    return [link.get("href", "") for link in element.findall(f"{ATOM}link") if link.get("rel") == rel]


def titles(feed: ET.Element) -> list[str]:
    """The titles of its entries, in their order."""
    return [entry.findtext(f"{ATOM}title", "") for entry in feed.findall(f"{ATOM}entry")]

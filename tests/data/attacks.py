"""Texts that mean harm: each vector in each disguise in each context; and what a parser finds in what became of one.

Vectors and contexts stand in two files beside this one, all written here. `every()` gives the whole product (more than
200,000), `some(n)` an even choice that meets every vector, disguise and context.
"""

import importlib
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

_WRITTEN = re.compile(r"\\(?:n|t|x[0-9a-f]{2}|u[0-9a-f]{4})")


def _lines(name: str) -> tuple[str, ...]:
    lines = Path(__file__).with_name(name).read_text("utf-8").splitlines()
    kept = (line for line in lines if line and not line.startswith(";"))
    return tuple(_WRITTEN.sub(lambda sign: sign[0].encode().decode("unicode_escape"), line) for line in kept)


VECTORS = _lines("vectors.txt")
CONTEXTS = _lines("contexts.txt")

_NUMBERED = str.maketrans({sign: f"&#{ord(sign)};" for sign in "<>\"'&:()"})
_NAMED = str.maketrans({"<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;", ":": "&colon;", "(": "&lpar;"})
_BACKSLASHES = str.maketrans({sign: f"\\{sign}" for sign in "<>[]()`*_!"})

DISGUISES: tuple[Callable[[str], str], ...] = (
    str,
    str.upper,
    str.swapcase,
    lambda text: text.translate(_NUMBERED),
    lambda text: text.translate(_NAMED),
    lambda text: text.translate(_BACKSLASHES),
    lambda text: text.replace("<", "<\x00").replace(":", "\x00:"),
    lambda text: text.replace("<", "< ").replace("=", " = "),
    lambda text: text.replace(" ", "/").replace(":", "%3A"),
    lambda text: text.replace(" ", "\n").replace(":", "\n:"),
    lambda text: text.replace("<", "<\u200b").replace("script", "scr\u00adipt"),
    lambda text: text.replace("<", "<<").replace(">", ">>"),
    lambda text: text[:-1],
    lambda text: text[1:],
    lambda text: text + text[::-1],
)

COUNT = len(VECTORS) * len(DISGUISES) * len(CONTEXTS)
STRIDE = 7_919  # a prime that divides none of the three, so that all of each are met

_ELEMENTS = ("blockquote", "br", "code", "del", "em", "li", "ol", "p", "pre", "strong", "ul")
_ALLOWED: Mapping[object, frozenset[str]] = dict.fromkeys(_ELEMENTS, frozenset()) | {"a": frozenset({"href", "rel"})}
_html5lib = importlib.import_module("bleach._vendor.html5lib")


def attack(number: int) -> str:
    """The text with this number, below `COUNT`."""
    rest, context = divmod(number, len(CONTEXTS))
    vector, disguise = divmod(rest, len(DISGUISES))
    return CONTEXTS[context].replace("{}", DISGUISES[disguise](VECTORS[vector]))


def every() -> Iterator[str]:
    """All of them."""
    return (attack(number) for number in range(COUNT))


def some(count: int) -> Iterator[str]:
    """`count` of them, evenly spread."""
    return (attack(number * STRIDE % COUNT) for number in range(count))


def findings(html: str) -> list[str]:
    """What an HTML5 parser finds in `html`, standing in a page, that no reader may write; nothing if it is harmless."""
    page = f'<!DOCTYPE html><title>t</title><div><div id="words">{html}</div><p id="after">x</p></div>'
    root = _html5lib.parse(page, treebuilder="etree", namespaceHTMLElements=False)
    around = root.find("body/div")
    if around is None or [child.get("id") for child in around] != ["words", "after"]:
        return ["it left its place in the page"]
    found = []
    for element in list(around[0].iter())[1:]:
        if element.tag not in _ALLOWED:
            found.append(f"an element {element.tag}")
            continue
        found += [f"an attribute {name}" for name in element.attrib if name not in _ALLOWED[element.tag]]
        if element.tag == "a":
            found += _link_findings(element.get("href"), element.get("rel"))
    return found


def _link_findings(href: str | None, rel: str | None) -> Iterator[str]:
    if rel != "nofollow ugc noopener":
        yield f"a link with rel {rel}"
    if href is None:  # leads nowhere, and harms nobody
        return
    if not href.isprintable() or "\\" in href:
        yield f"a link to {href}"
        return
    try:
        parts = urlsplit(href)
    except ValueError:
        yield f"a link to {href}"
        return
    web = parts.scheme in {"http", "https"} and parts.netloc and "@" not in parts.netloc
    if not web and not (parts.scheme == "mailto" and "@" in parts.path):
        yield f"a link to {href}"

"""Islands: the places of a page that change with its conversation, between markers that stay.

A page is built with empty islands. The full build and the worker fill them with this same function, which is why both
give the same bytes.
"""

import re
from collections.abc import Callable, Iterable, Iterator

_START = re.compile(r"<!--rapport:([a-z]+ [^\s>]+)-->")
_END = "<!--/rapport-->"


def fill(html: str, render: Callable[[str], str | None]) -> str:
    """Put `render(name)` into every island, where `name` is its kind and its key (`count /slug/`).

    An island for which `render` gives None keeps what it holds.
    """
    parts, done = [], 0
    for name, start, end in _each(html):
        content = render(name)
        if content is not None:
            parts += [html[done:start], content]
            done = end
    return "".join([*parts, html[done:]])


def names(html: str) -> list[str]:
    """The islands of a page, each once, in their order."""
    return list(dict.fromkeys(name for name, *_ in _each(html)))


def _each(html: str) -> Iterator[tuple[str, int, int]]:
    """The name of each island, where its content begins, and where that ends."""
    end = 0
    # The end is looked for as plain text: an expression that goes on to it letter by letter takes five times as long.
    while (start := _START.search(html, end)) and (end := html.find(_END, start.end())) >= 0:
        yield start[1], start.end(), end


# They follow whatever happens on any page.
OF_THE_SITE = ("latest", "figures", "answering")


def of_page(path: str) -> tuple[str, ...]:
    """The islands that change with the conversation of one page, beside those of the whole site."""
    return (f"conversation {path}", f"jsonld {path}", f"count {path}", f"likes {path}")


def of_the_site(names_: Iterable[str]) -> set[str]:
    """Those of the islands that are not one page's."""
    return {name for name in names_ if name.partition(" ")[0] in OF_THE_SITE}


def kinds(names_: Iterable[str], kind: str) -> list[str]:
    """Those of the islands that are of one kind."""
    return [name for name in names_ if name.startswith(f"{kind} ")]

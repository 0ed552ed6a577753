"""Islands: the places of a page that change with its conversation, between markers that stay.

A page is built with empty islands. The full build and the worker fill them with this same function, which is why both
give the same bytes.
"""

import re
from collections.abc import Callable, Iterable

_ISLAND = re.compile(r"(<!--rapport:([a-z]+ [^\s>]+)-->).*?(<!--/rapport-->)", re.DOTALL)


def fill(html: str, render: Callable[[str], str | None]) -> str:
    """Put `render(name)` into every island, where `name` is its kind and its key (`count /slug/`).

    An island for which `render` gives None keeps what it holds.
    """

    def filled(match: re.Match[str]) -> str:
        content = render(match[2])
        return match[0] if content is None else f"{match[1]}{content}{match[3]}"

    return _ISLAND.sub(filled, html)


def names(html: str) -> list[str]:
    """The islands of a page, each once, in their order."""
    return list(dict.fromkeys(match[2] for match in _ISLAND.finditer(html)))


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

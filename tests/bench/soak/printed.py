"""Names, addresses, titles, notes and promises that mean harm, in every page that prints them: they stay words."""

import importlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from comments_service import create_app, names, publishing
from comments_service.models import Comment, Page, Undertaking
from tests.support.actors import House, furnish, page
from tests.support.browserless import Visitor
from tests.support.site import MARKS

_html5lib = importlib.import_module("bleach._vendor.html5lib")
_SCHEMES = {"", "http", "https", "mailto"}
_LEADING = {"href", "src", "action", "formaction"}
# An element and the names of its attributes -> how often a page holds it.
Shape = Counter[str]


def harm(folder: Path, values: Sequence[str], meant: Mapping[str, Shape]) -> list[str]:
    """What differs in elements and attributes between pages that print these values and pages that print harmless ones.

    `meant` are the shapes of a house of as many people without any values. Those given are let in by no door: they are
    put into every column that holds a name, a title, an address, a note or a promise, as an older version or an import
    may have left them there. What the door makes of each as a website is looked at too.
    """
    found = shapes(folder, len(values), values)
    wrong = [f"{names.website(value)!r} is taken for a website" for value in values if not _is_kept_out(value)]
    for address in sorted(meant.keys() | found.keys()):
        more = Shape(found.get(address, {}))
        more.subtract(meant.get(address, Shape()))
        wrong += [f"{address}: {number:+} {what}" for what, number in more.items() if number]
    return wrong


def shape(html: str) -> Shape:
    """Which elements a parser finds in a page, each with the names of its attributes, and links that lead astray."""
    root = _html5lib.parse(html, treebuilder="etree", namespaceHTMLElements=False)
    found = Shape()
    for element in root.iter():
        if not isinstance(element.tag, str):
            found["<!-- -->"] += 1
            continue
        found[" ".join([element.tag, *sorted(element.attrib)])] += 1
        for name in _LEADING & element.attrib.keys():
            scheme = urlsplit(re.sub(r"[\x00-\x20]", "", element.get(name))).scheme
            if scheme not in _SCHEMES and not element.get(name).startswith("data:image/"):
                found[f"{element.tag} that leads to {scheme}:"] += 1
    return found


def _is_kept_out(value: str) -> bool:
    """Whether the door refuses a value as a website, or makes one of it that leads where it says."""
    try:
        website = names.website(value)
    except ValueError:
        return True
    return website == "" or (website.startswith(("http://", "https://")) and not re.search(r"[\s\"'<>\\`@]", website))


def mark(number: int) -> str:
    return f"Harmless{number:02}x"


def shapes(folder: Path, people: int, values: Sequence[str] = (), *, words: str = "Like this.") -> dict[str, Shape]:
    """The shape of every page of a house, by its route, after `values` took the places of what was written there.

    `words` are what the author answers; a mark in them is replaced in the finished HTML, which is believed.
    """
    essays = tuple(_essay(number, mark(number)) for number in range(people))
    with furnish(folder, essays=essays, hold_first=False, rate_limit=False) as house:
        said = _talk(house, people, words)
        _replace(house, values)
        for number, value in enumerate(values):
            essays = (*essays[:number], _essay(number, value), *essays[number + 1 :])
        for essay in essays:
            file = folder / "build" / essay.path.strip("/") / "index.html"
            file.parent.mkdir(parents=True)
            file.write_text(MARKS.format(essay.path) + "<!--rapport:latest 30--><!--/rapport-->", "utf-8")
        publishing.bake(house.settings, folder / "build", essays)
        found = {"published": Shape()}
        for file in sorted((folder / "build").rglob("*.html")):
            found["published"] += shape(file.read_text("utf-8"))
        visitor = Visitor(house).signs_in()
        for route, address in _addresses(house, said):
            response = visitor.gets(address)
            if response.mimetype == "text/html" and response.status_code == 200:
                found[route] = found.get(route, Shape()) + shape(response.text)
            elif (response.mimetype or "").endswith("xml"):
                ET.fromstring(response.data)  # noqa: S314 -- our own feed, which has to be well-formed
        return found


def _essay(number: int, value: str) -> Page:
    value = value.encode("utf-8", "replace").decode()
    facts = {"authors": [value], "tags": [value], "image": None}
    return page(f"/{number}/", title=value, question=value, summary=value, facts=facts)


def _talk(house: House, people: int, words: str) -> list[Comment]:
    """Everybody replies once under an essay of their own and once to somebody; the author does all that authors do."""
    said = []
    for number in range(people):
        reader = house.reader(mark(number))
        first = reader.says("How do you do it?", on=f"/{number}/", website=f"https://example.org/{mark(number)}")
        said += [first, reader.says("And why?", on=f"/{number}/", to=first, private=number % 3 == 0)]
        if number % 2:
            house.author.answers(first, words, Undertaking(promise=mark(number), due="2099-01-01"))
    visitor = Visitor(house).signs_in()
    for one in said:
        visitor.client.post(f"/desk/people/{one.person}/notes", data={"note": f"{one.name} is kind."})
    return said


def _replace(house: House, values: Sequence[str]) -> None:
    """Put the values into every place in the database where their marks stand, whatever table and column it is."""
    tables = house.db.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    with house.db.transaction():
        for table in (row["name"] for row in tables):
            for row in house.db.rows(f"SELECT rowid AS place, * FROM {table} ORDER BY rowid"):
                changed = {column: _with(value, values) for column, value in row.items() if isinstance(value, str)}
                for column in (column for column, value in changed.items() if value != row[column]):
                    update = f"UPDATE {table} SET {column} = :value WHERE rowid = :place"
                    house.db.execute(update, value=changed[column], place=row["place"])


def _with(text: str, values: Sequence[str]) -> str:
    def value(found: "re.Match[str]") -> str:
        number = int(found[1])
        if number >= len(values):
            return found[0]
        return json.dumps(values[number])[1:-1] if text.startswith(("{", "[")) else values[number]

    # Half a character can't be kept by any database.
    return re.sub(r"Harmless(\d\d)x", value, text).encode("utf-8", "replace").decode()


def _addresses(house: House, said: Sequence[Comment]) -> Iterator[tuple[str, str]]:
    """Every route that is read, with every row that it may be about."""
    ids = [one.id for one in said] + sorted({str(one.person) for one in said})
    for rule in create_app(house.settings).url_map.iter_rules():
        if "GET" not in (rule.methods or set()) or "way:" in rule.rule or "path:" in rule.rule:
            continue
        for id_ in ids if rule.arguments else [""]:
            yield rule.rule, re.sub(r"<[^>]+>", id_, rule.rule)
        if not rule.arguments:
            one = said[len(said) // 2]
            yield f"{rule.rule}?", f"{rule.rule}?page={one.page}&parent={one.id}&state=published"

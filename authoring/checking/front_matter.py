"""Rules about front matter: lines that are known, needed and readable, and addresses that nobody else has."""

import difflib
from collections import Counter
from collections.abc import Collection, Iterator

from authoring import addresses, fields
from authoring.checking.reading import Around, Blog, Text
from authoring.fields import BY_KEY, FIELDS


def unknown_lines(_: Around, text: Text) -> Iterator[tuple[int, str]]:
    """A name that nobody reads is mostly a misspelt one."""
    for said in text.said:
        field = BY_KEY.get(said.name.lower())
        if field is None:
            near = difflib.get_close_matches(said.name.lower(), BY_KEY, 1)
            perhaps = f" Perhaps it is “{BY_KEY[near[0]].name}”." if near else ""
            yield said.line, f"“{said.name}” is no line of front matter that this blog knows.{perhaps}"
        elif text.kind not in field.stands_in:
            yield said.line, f"“{said.name}” means nothing in {_a(text)}."


def wrong_lines(blog: Blog, text: Text) -> Iterator[tuple[int, str]]:
    """A line that is needed and not there, twice there, or not readable."""
    for field in FIELDS:
        if text.kind in field.needed_in and not text.value(field.key):
            yield text.line_of(field.key), f"{_a(text).capitalize()} needs a line “{field.name}: …”."
    counts = Counter(said.name.lower() for said in text.said)
    for said in text.said:
        known = BY_KEY.get(said.name.lower())
        if known is None:
            continue
        if said.value and (wrong := known.wrong(said.value)):
            yield said.line, f"{known.name}: {wrong}."
        if not (said.value or known.may_be_empty or text.kind in known.needed_in):
            yield said.line, f"{known.name} says nothing. Fill it in, or take the line out."
        if counts[said.name.lower()] > 1 and text.line_of(said.name.lower()) != said.line:
            yield said.line, f"“{said.name}” stands here a second time; only one of them counts."
    yield from _in_time(blog, text)
    yield from _edition(blog, text)


def unknown_rules(rules: Collection[str], text: Text) -> Iterator[tuple[int, str]]:
    """A rule that is to pass over this text has to be one."""
    for name in fields.listed(text.value("unchecked")):
        if name not in rules:
            yield text.line_of("unchecked"), f"Unchecked: “{name}” is no rule of make check."


def without_question(_: Around, text: Text) -> Iterator[tuple[int, str]]:
    """An essay here ends with a question, which the reply form asks once more."""
    if text.kind == fields.ESSAY and not text.value("question"):
        yield text.line_of("question", "title"), "The essay asks its readers nothing: give it a line “Question: …”."


def taken_addresses(_: Around, text: Text) -> Iterator[tuple[int, str]]:
    """An address of the service or of the blog itself, which the text would hide or be hidden by."""
    if text.kind == fields.EDITION:
        return
    owner = addresses.taken(text.source.address, by_a_page=text.kind == fields.PAGE)
    if owner:
        yield text.line_of("slug", "title"), f"{text.source.address} belongs to {owner}. Give this another slug."
    for alias in fields.listed(text.value("aliases")):
        if owner := addresses.taken(alias, by_a_page=text.kind == fields.PAGE):
            yield text.line_of("aliases"), f"/{alias.strip('/')}/ belongs to {owner} and can lead nowhere else."


def shared_addresses(blog: Blog, text: Text) -> Iterator[tuple[int, str]]:
    """Two texts at one address, of which only one would be seen."""
    for address, lines in _addresses(text):
        others = [other for other in blog.by_address[address] if other is not text]
        if others:
            named = ", ".join(str(other.path.relative_to(blog.content)) for other in others)
            yield text.line_of(*lines), f"{address} is the address of {named} as well. One of them needs another."


def _addresses(text: Text) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each address of a text with the lines of front matter that may give it."""
    yield text.source.address, ("edition", "slug", "title") if text.kind == fields.EDITION else ("slug", "title")
    for alias in fields.listed(text.value("aliases")):
        yield f"/{alias.strip('/')}/", ("aliases",)


def _in_time(blog: Blog, text: Text) -> Iterator[tuple[int, str]]:
    """What was revised was published before."""
    if not (text.value("date") and text.value("modified")):
        return
    try:
        date, modified = (fields.moment(text.value(key), blog.settings.zone) for key in ("date", "modified"))
    except ValueError:
        return
    if modified < date:
        yield text.line_of("modified"), "Modified lies before Date: a text is revised after it was published."


def _edition(blog: Blog, text: Text) -> Iterator[tuple[int, str]]:
    if text.kind != fields.EDITION:
        return
    slug = text.value("edition_of")
    essays = [other for other in blog.by_address.get(f"/{slug}/", []) if other.kind == fields.ESSAY]
    number = text.value("edition")
    if not essays:
        yield text.line_of("edition_of"), f"Edition_of: no essay has the slug “{slug}”."
    elif number == (essays[0].value("edition") or "1"):
        yield text.line_of("edition"), f"Edition {number} is what the essay itself is; the essay needs a later number."
    if text.source.status == "published":
        yield text.line_of("status", "edition_of"), "An earlier edition needs a line “Status: hidden”."


def _a(text: Text) -> str:
    return {fields.ESSAY: "an essay", fields.EDITION: "an earlier edition", fields.PAGE: "a page"}[text.kind]

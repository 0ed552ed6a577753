"""`make check` on front matter and addresses: what is unknown, missing, unreadable, or somebody else's."""

from pathlib import Path

import pytest

from authoring import building
from authoring.building import BuildError
from comments_service.settings import Settings
from tests.authoring.conftest import essay
from tests.authoring.proofs import found, page


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("Sumary: x", "“Sumary” is no line of front matter that this blog knows. Perhaps it is “Summary”."),
        ("Zebra: x", "“Zebra” is no line of front matter that this blog knows."),
        ("Edition_of: one", None),
        ("tags: small letters will do", None),
    ],
)
def test_a_line_that_nobody_reads_is_told(here: Settings, content: Path, line: str, sentence: str | None) -> None:
    page(content, "essays/x.md", f"Title: X\nDate: 2026-01-02\n{line}\n\nWords.\n")
    assert found(here, content, "unknown-line") == ([f"essays/x.md:3: {sentence}"] if sentence else [])


def test_a_line_of_essays_means_nothing_in_a_page(here: Settings, content: Path) -> None:
    page(content, "pages/who.md", "Title: Who\nSlug: who\nQuestion: And you?\n\nWords.\n")
    assert found(here, content, "unknown-line") == ["pages/who.md:3: “Question” means nothing in a page."]


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("Date: soon", "Date: “soon” is no day; write it like 2026-11-03 08:00."),
        ("Date: 2026-02-30", "Date: “2026-02-30” is no day; write it like 2026-11-03 08:00."),
        ("Status: Draft", "Status: “Draft” is none of published, draft, hidden, skip."),
        ("Conversation: ajar", "Conversation: “ajar” is neither open, closed, nor until a day: until 2026-12-31."),
        ("Conversation: until May", "Conversation: “until May” needs a day after “until”: until 2026-12-31."),
        ("Answers: friends", "Answers: “friends” is none of everyone, questions, none."),
        ("Edition: second", "Edition: “second” is no number; an edition has one, such as 2."),
        ("Lang: english!", "Lang: “english!” is no language tag, such as en or pt-BR."),
        ("Modified: 2026-01-01", "Modified lies before Date: a text is revised after it was published."),
        ("Modified:", "Modified says nothing. Fill it in, or take the line out."),
        ("Title: Again", "“Title” stands here a second time; only one of them counts."),
    ],
)
def test_a_line_that_cant_be_read_is_told(here: Settings, content: Path, line: str, wrong: str) -> None:
    date = "" if line.startswith("Date") else "Date: 2026-01-02\n"
    page(content, "essays/x.md", f"Title: X\n{date}{line}\n\nWords.\n")
    assert found(here, content, "front-matter") == [f"essays/x.md:{3 if date else 2}: {wrong}"]


@pytest.mark.parametrize(
    "line",
    [
        "Date: 2026-01-02 08:00",
        "Date: 2026-01-02T08:00+02:00",
        "Conversation: OPEN",
        "Conversation: until 2026-12-31",
        "Answers: Questions",
        "Status: hidden",
        "Lang: pt-BR",
        "Tags:",
    ],
)
def test_a_line_that_is_right_passes_and_builds(here: Settings, content: Path, line: str) -> None:
    name, value = line.split(":", 1)
    essay(content, "one", **{name: value.strip()})
    assert found(here, content, "front-matter") == []


def test_what_an_essay_needs_is_missed(here: Settings, content: Path) -> None:
    page(content, "essays/x.md", "Just words, and no front matter.\n")
    essay(content, "one", Date=None)
    assert found(here, content, "front-matter") == [
        "essays/one.md:1: An essay needs a line “Date: …”.",
        "essays/x.md:1: An essay needs a line “Date: …”.",
        "essays/x.md:1: An essay needs a line “Title: …”.",
    ]


def test_a_value_may_go_on_in_the_next_line(here: Settings, content: Path) -> None:
    page(content, "essays/x.md", "---\nTitle: X\nDate: 2026-01-02\nQuestion: And\n    you?\nZebra: x\n---\n\nWords.\n")
    assert found(here, content, "unknown-line") == [
        "essays/x.md:6: “Zebra” is no line of front matter that this blog knows."
    ]
    assert found(here, content, "question") == []


def test_an_earlier_edition_belongs_to_an_essay_and_is_hidden(here: Settings, content: Path) -> None:
    lines = "Title: X\nDate: 2025-01-02\nEdition_of: {}\n{}\n\nWords.\n"
    essay(content, "one", Edition="2")
    essay(content, "two", Edition="3")
    page(content, "editions/one-1.md", lines.format("one", "Edition: 1\nStatus: hidden"))
    page(content, "editions/one-2.md", lines.format("none", "Edition: 1\nStatus: hidden"))
    page(content, "editions/one-3.md", lines.format("one", "Edition: 3"))
    page(content, "editions/two-3.md", lines.format("two", "Edition: 3\nStatus: hidden"))
    page(content, "editions/one-4.md", lines.format("one", "Status: hidden"))
    assert found(here, content, "front-matter") == [
        "editions/one-2.md:3: Edition_of: no essay has the slug “none”.",
        "editions/one-3.md:3: An earlier edition needs a line “Status: hidden”.",
        "editions/one-4.md:1: An earlier edition needs a line “Edition: …”.",
        "editions/two-3.md:4: Edition 3 is what the essay itself is; the essay needs a later number.",
    ]


def test_two_texts_at_one_address_are_both_told(here: Settings, content: Path) -> None:
    page(content, "pages/first.md", "Title: One\n\nWords.\n")
    essay(content, "three", Aliases="two, /long-ago/")
    assert found(here, content, "same-address") == [
        "essays/one.md:3: /one/ is the address of pages/first.md as well. One of them needs another.",
        "essays/three.md:6: /two/ is the address of essays/two.md as well. One of them needs another.",
        "essays/two.md:3: /two/ is the address of essays/three.md as well. One of them needs another.",
        "pages/first.md:1: /one/ is the address of essays/one.md as well. One of them needs another.",
    ]


@pytest.mark.parametrize("slug", ["comments", "tags", "about"])
def test_an_address_of_somebody_else_is_told(here: Settings, content: Path, slug: str) -> None:
    essay(content, "one", Slug=slug)
    (sentence,) = found(here, content, "taken-address")
    assert sentence.startswith(f"essays/one.md:3: /{slug}/ belongs to ")


def test_a_page_may_be_the_one_that_every_blog_has(here: Settings, content: Path) -> None:
    page(content, "pages/about.md", "Title: About\nSlug: about\n\nWords.\n")
    page(content, "pages/desk.md", "Title: My desk\nSlug: desk\n\nWords.\n")
    assert found(here, content, "taken-address") == [
        "pages/desk.md:2: /desk/ belongs to the comments service. Give this another slug."
    ]


@pytest.mark.parametrize(("name", "value"), [("Conversation", "ajar"), ("Answers", "friends"), ("Date", "soon")])
def test_what_the_build_would_stop_at_is_told_before(here: Settings, content: Path, name: str, value: str) -> None:
    essay(content, "one", **{name: value})
    assert found(here, content, "front-matter")
    with pytest.raises(BuildError):
        building.build(here, content=content)


def test_an_essay_asks_and_a_page_need_not(here: Settings, content: Path) -> None:
    essay(content, "one", Question="")
    page(content, "pages/who.md", "Title: Who\nSlug: who\n\nWords.\n")
    assert found(here, content, "question") == [
        "essays/one.md:5: The essay asks its readers nothing: give it a line “Question: …”."
    ]

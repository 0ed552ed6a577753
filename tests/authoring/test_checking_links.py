"""`make check` on links: within the blog without building it, and elsewhere only when asked."""

import http.server
import re
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from authoring import building, checking
from authoring.checking import elsewhere, reading
from comments_service import ids
from comments_service.settings import Settings
from tests.authoring.conftest import essay, published
from tests.authoring.proofs import found, page
from tests.support.processes import free_port

FIRST_LINE = 7  # of an essay's words, after five lines of front matter


@pytest.fixture
def blog(content: Path) -> Path:
    """Beside the two essays: a page, a draft, an essay to come, an edition, a picture, a tag."""
    essay(
        content,
        "one",
        "## Two kinds\n\nWords.\n\n## Two kinds\n\nA note.[^1]\n\n[^1]: So.",
        Tags="wide world",
        Aliases="uno",
        Edition="2",
    )
    essay(content, "secret", Status="draft", Tags="hushed")
    essay(content, "later", Date="2099-05-03 08:00", Tags="far off, wide world")
    page(
        content,
        "editions/one-1.md",
        "Title: One\nDate: 2025-01-02\nEdition: 1\nEdition_of: one\nStatus: hidden\n\nWords.\n",
    )
    page(content, "pages/who.md", "Title: Who\nSlug: who\n\n# By hand {#here}\n\n<p id='raw'>Words.</p>\n")
    page(content, "images/quay.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>")
    return content


@pytest.mark.parametrize(
    "target",
    [
        "/one/", "/", "/archive/", "/tags/", "/tags/wide-world/", "/conversations/", "/feed.atom", "/one/editions/1/",
        "/uno/", "/who/", "../one/", "../../one/", "{filename}one.md", "{filename}/essays/one.md",
        "{filename}../pages/who.md",
        "{static}/images/quay.svg", "/images/quay.svg", "/theme/css/main.css", "{tag}wide world", "{index}",
        "/responsiveness", "/comments/feed.atom?page=/one/", "http://localhost:8000/one/", "http://localhost:8000",
        "mailto:ana@example.org", "tel:+351210000000", "https://example.org/nowhere/", "//example.org/",
        "/one/#on-two-kinds", "/one/#on-two-kinds_1", "/one/#conversation", "/one/#comment-01", "/who/#here",
        "/who/#raw", "#on-here", "#content", "/one/#:~:text=Words", "{filename}one.md#on-two-kinds",
        "<{filename}one.md>",
    ],
)  # fmt: skip
def test_a_link_that_leads_somewhere_passes(here: Settings, blog: Path, target: str) -> None:
    essay(blog, "two", f"See [this]({target}).\n\n## Here")
    assert found(here, blog, "link") == []
    assert found(here, blog, "fragment") == []


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        ("/nowhere/", "/nowhere/ is nowhere on this blog."),
        ("/ona/", "/ona/ is nowhere on this blog. Perhaps it is /one/."),
        ("/one", "/one is nowhere on this blog. /one/ is, with a slash at its end."),
        ("one/", "/two/one/ is nowhere on this blog."),
        ("/tags/narrow/", "/tags/narrow/ is nowhere on this blog."),
        ("/tags/hushed/", "/tags/hushed/ is nowhere on this blog."),
        ("{tag}hushed", "Readers will find no essay with the tag “hushed”."),
        ("/tags/far-off/", "/tags/far-off/ is nowhere on this blog."),
        ("{tag}narrow", "Readers will find no essay with the tag “narrow”."),
        ("{category}misc", "{category} is nothing that this blog has."),
        ("{filename}three.md", "There is no file essays/three.md."),
        ("{static}/images/gone.png", "There is no file images/gone.png."),
        ("/images/gone.png", "/images/gone.png is nowhere on this blog."),
        ("http://localhost:8000/gone/", "/gone/ is nowhere on this blog."),
        ("/secret/", "essays/secret.md is a draft: readers of this text won’t find it."),
        ("{filename}secret.md", "essays/secret.md is a draft: readers of this text won’t find it."),
        ("/later/", "essays/later.md will only be there on 3 May 2099: until then readers won’t find it."),
    ],
)
def test_a_link_that_leads_nowhere_is_told_at_its_line(here: Settings, blog: Path, target: str, sentence: str) -> None:
    essay(blog, "two", f"Words.\n\nMore words, and [one\nmore]({target}) of them.")
    (said,) = found(here, blog, "link")
    place, _, rest = said.partition(": ")
    assert place == f"essays/two.md:{FIRST_LINE + 3}"
    assert rest.startswith(sentence)


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        ("/one/#two-kinds", "#two-kinds is no place in essays/one.md. Perhaps it is #on-two-kinds."),
        ("{filename}one.md#on-three", "#on-three is no place in essays/one.md."),
        ("#nowhere", "#nowhere is no place in essays/two.md."),
        ("/who/#conversation", "#conversation is no place in pages/who.md."),
        ("/one/#fn:1", "#fn:1 is no place in essays/one.md."),
    ],
)
def test_a_place_that_is_not_there_is_told(here: Settings, blog: Path, target: str, sentence: str) -> None:
    essay(blog, "two", f"See [this]({target}).")
    assert found(here, blog, "link") == []
    (said,) = found(here, blog, "fragment")
    assert said.startswith(f"essays/two.md:{FIRST_LINE}: {sentence}")


def test_places_are_those_that_the_build_makes(here: Settings, blog: Path) -> None:
    words = "## It’s *so* `wide`\n\n## Über [links](/one/)\n\nSetext\n------\n\n### By hand {#mine}\n"
    path = essay(blog, "two", words)
    building.build(here, content=blog)
    known = reading.read(blog, here)
    ids_there = known.ids(known.by_file[path.resolve()])
    assert {"on-its-so-wide", "on-uber-links", "on-setext", "mine"} <= ids_there
    assert all(f'id="{name}"' in published(here, "/two/") for name in ids_there)


@pytest.mark.parametrize("status", ["draft", "published"])
def test_only_a_draft_may_lead_to_a_draft(here: Settings, blog: Path, status: str) -> None:
    essay(blog, "two", "See [this](/secret/).", Status=status)
    assert bool(found(here, blog, "link")) == (status == "published")


def test_what_comes_later_may_lead_to_what_came_before_it(here: Settings, blog: Path) -> None:
    essay(blog, "last", "See [this](/later/).", Date="2099-05-04 08:00")
    assert found(here, blog, "link") == []


NO_LINKS = (
    "`[this](/nowhere/)`", "``a ` [this](/nowhere/)``", "```\n[this](/nowhere/)\n```",
    "~~~ html\n<a href='/nowhere/'>\n~~~", "    [this](/nowhere/)", "<!-- [this](/nowhere/) -->",
    "<pre>[this](/nowhere/)</pre>", r"\[this](/nowhere/)",
    "[this] (and that)", "A [word] in brackets.",
)  # fmt: skip
LINKS = (
    "[this](/nowhere/ 'A title')", "[this][name]\n\n[name]: /nowhere/", "<a class=x href='/nowhere/'>this</a>",
    "- a list\n\n    [this](/nowhere/)", "[^1]\n\n[^1]: A note.\n\n    Its [end](/nowhere/).",
    "[![A quay](/images/quay.svg)](/nowhere/)", "> [this](/nowhere/)", "*[this](/nowhere/)*", "## [this](/nowhere/)",
    "[a [b] c](/nowhere/)", "![x\ny](/images/quay.svg) [this](</nowhere/>)",
)  # fmt: skip


def test_what_is_a_link_and_what_is_none_is_decided_as_the_build_decides_it(here: Settings, blog: Path) -> None:
    cases = {f"case-{number}": words for number, words in enumerate((*NO_LINKS, *LINKS))}
    for slug, words in cases.items():
        essay(blog, slug, f"Words.\n\n{words}\n\nWords.")
    building.build(here, content=blog)
    told = "\n".join(found(here, blog, "link"))
    for slug, words in cases.items():
        built = re.search("<a [^>]*href=[\"']/nowhere/", published(here, f"/{slug}/"))
        assert bool(built) == (words in LINKS), words
        assert told.count(f"/{slug}.md:") == (words in LINKS), words


def test_a_name_that_is_defined_nowhere_is_told(here: Settings, blog: Path) -> None:
    essay(
        blog, "two", "A [link][lost] and a note.[^lost]\n\nA [Link][Found] and a note.[^1]\n\n[found]: /one/\n[^1]: So."
    )
    unsaid = (
        f"essays/two.md:{FIRST_LINE}: {{0}} is called here, but nothing says what it is: there is no line “{{0}}: …”."
    )
    assert found(here, blog, "link") == [unsaid.format("[^lost]"), unsaid.format("[lost]")]


# ── elsewhere ───────────────────────────────────────────────────────────────────────────────────────────────────────


class Site:
    """Another site, on this machine: it answers a path with the code that the path names, and remembers who asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        asked = self.asked

        class Answering(http.server.BaseHTTPRequestHandler):
            def _answer(self) -> None:
                asked.append(f"{self.command} {self.path}")
                code = int(self.path.strip("/").split("-")[0])
                self.send_response(405 if self.path.endswith("-get") and self.command == "HEAD" else code)
                if code == 301:
                    self.send_header("Location", "/200")
                self.end_headers()

            do_GET = do_HEAD = _answer  # noqa: N815 -- the server's names

            def log_message(self, *_: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    thread = threading.Thread(target=made.server.serve_forever, daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


@pytest.fixture
def ask(here: Settings, content: Path, tmp_path: Path) -> Callable[[str], list[str]]:
    """Ask about one link to another site; returns what is told."""

    def asked(url: str) -> list[str]:
        essay(content, "two", f"Words.\n\nSee [this]({url}).")
        known = reading.read(content, here, cache=tmp_path / "new" / "links.json")
        found = elsewhere.dead_links_elsewhere(known, lambda _: None)
        return [f"{one.path.name}:{one.line}: {one.words}" for one in found]

    return asked


@pytest.mark.parametrize("path", ["/200", "/301", "/200-get", "/403", "/429", "/999", "/200-ü?q=ä#place"])
def test_a_site_that_answers_passes(ask: Callable[[str], list[str]], site: Site, path: str) -> None:
    assert ask(site.url + path) == []
    assert site.asked


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/404", "is not there any more (404)."),
        ("/410-get", "is not there any more (410)."),
        ("/500", "answers with an error (500)."),
    ],
)
def test_a_page_that_is_gone_is_told(ask: Callable[[str], list[str]], site: Site, path: str, sentence: str) -> None:
    assert ask(site.url + path) == [f"two.md:{FIRST_LINE + 2}: {site.url}{path} {sentence}"]
    assert site.asked == [f"HEAD {path}", f"GET {path}"]


def test_a_site_that_nobody_serves_is_told(ask: Callable[[str], list[str]]) -> None:
    (said,) = ask(f"http://127.0.0.1:{free_port()}/")
    assert "can’t be reached" in said


def test_a_site_that_keeps_silent_is_not_waited_for_long(silent: str) -> None:
    assert elsewhere.answer(silent, patience=0.2) == "did not answer within 0.2 seconds"


@pytest.fixture
def silent() -> Iterator[str]:
    """A port that takes a connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"


def test_who_answered_is_not_asked_again_within_a_week(
    ask: Callable[[str], list[str]], site: Site, tmp_path: Path
) -> None:
    clock = tmp_path / "clock"
    ids.use_clock(clock)
    assert ask(f"{site.url}/200") == ask(f"{site.url}/200#place") == []
    assert len(site.asked) == 1
    clock.write_text(str(8 * 24 * 3600))
    assert ask(f"{site.url}/200") == []
    assert len(site.asked) == 2


def test_who_did_not_answer_is_asked_every_time(ask: Callable[[str], list[str]], site: Site) -> None:
    assert ask(f"{site.url}/404") == ask(f"{site.url}/404") != []
    assert len(site.asked) == 4


def test_other_sites_are_only_asked_when_the_author_wants_it(
    here: Settings, content: Path, site: Site, tmp_path: Path
) -> None:
    essay(content, "two", f"See [this]({site.url}/404) and [this]({site.url}/404#place).")
    assert found(here, content, "external-link") == []
    assert site.asked == []
    heard: list[str] = []
    report = checking.check(here, content, external=True, cache=tmp_path / "links.json", tell=heard.append)
    assert [finding.rule for finding in report.findings].count("external-link") == 2
    assert "1 of 1 other sites" in heard

"""`make new`: a draft that has everything but its words, at an address that nobody else has."""

import os
import pty
import subprocess
from pathlib import Path

import markdown
import pytest

from authoring import addresses, building, checking, children, fields, new, sources
from authoring.checking import reading
from authoring.errors import Refusal
from comments_service import create_app, settings
from comments_service.settings import ROOT, Settings
from tests.authoring.conftest import Start, essay, published
from tests.support.actors import furnish


def begun(here: Settings, content: Path, title: str, slug: str | None = None) -> dict[str, str]:
    return sources.front_matter(new.new(here, content, title, slug).read_text("utf-8"))


def test_a_new_essay_has_every_line_that_an_essay_is_asked_for(here: Settings, content: Path) -> None:
    here = here.with_(author="Bea Blum", timezone="Asia/Tokyo")
    said = begun(here, content, "  What a\nneighbor is  ")
    assert said["title"] == "What a neighbor is"
    assert said["slug"] == "what-a-neighbor-is"
    assert said["status"] == "draft"
    assert said["authors"] == "Bea Blum"
    assert {"tags", "summary", "description", "share", "question"} <= said.keys()
    assert fields.moment(said["date"], here.zone) <= reading.read(content, here).now


def test_a_new_draft_fails_no_rule_and_is_asked_for_what_it_lacks(here: Settings, content: Path) -> None:
    path = new.new(here, content, "Hello")
    report = checking.check(here, content)
    assert report.failures == ()
    assert {finding.rule for finding in report.warnings if finding.path == path} == {"question", "description", "share"}


def test_a_draft_is_kept_back_until_its_status_goes(here: Settings, content: Path) -> None:
    path = new.new(here, content, "Hello, neighbor!")
    assert building.build(here, content=content).essays == 2
    path.write_text(path.read_text("utf-8").replace("Status: draft\n", "") + "Come in.\n", "utf-8")
    assert building.build(here, content=content).essays == 3
    assert "Come in." in published(here, "/hello-neighbor/")


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Networking, or collecting contacts?", "networking-or-collecting-contacts"),
        ("Über Größe & Maß", "uber-grosse-mass"),
        ("I’ll be “there”", "ill-be-there"),
        ("Что делать", "chto-delat"),
        ("東京の夜", "dong-jing-noye"),
        ("snake_case -- and -- dashes", "snake-case-and-dashes"),
        ("3 May 2026", "3-may-2026"),
        ("word " * 30, "-".join(["word"] * 16)),
        ("x" * 100, "x" * 80),
    ],
)
def test_every_title_with_letters_gives_a_readable_address(
    here: Settings, content: Path, title: str, slug: str
) -> None:
    assert begun(here, content, title)["slug"] == slug
    assert checking.check(here, content).failures == ()


@pytest.mark.parametrize(
    ("title", "slug", "sentence"),
    [
        ("", None, "A draft needs a title"),
        (" \u200b\n ", None, "A draft needs a title"),
        ("x" * 201, None, "At most 200 fit"),
        ("🎉", None, "has no letters for an address"),
        ("One", None, "is the address of essays/one.md already"),
        ("About", None, "belongs to a page that every blog has"),
        ("A title", "A Slug", "SLUG: “A Slug” makes no good address"),
        ("A title", "../../etc", "makes no good address"),
        ("A title", "", "has no letters for an address"),
        ("Old", "once", "is the address of essays/two.md already"),
        ("Colophon", None, "is the address of pages/colophon.md already"),
    ],
)
def test_what_can_be_no_essay_is_refused_before_anything_is_written(
    here: Settings, content: Path, title: str, slug: str | None, sentence: str
) -> None:
    essay(content, "two", Aliases="once, /twice/")
    (content / "pages").mkdir()
    (content / "pages" / "colophon.md").write_text("Title: Colophon\n\nWords.\n")
    before = sorted(content.rglob("*"))
    with pytest.raises(Refusal, match=sentence):
        new.new(here, content, title, slug)
    assert sorted(content.rglob("*")) == before


def test_a_file_that_is_there_is_never_written_over(here: Settings, content: Path) -> None:
    path = essay(content, "mine", Slug="elsewhere")
    words = path.read_text()
    with pytest.raises(Refusal, match="is there already"):
        new.new(here, content, "Mine")
    assert path.read_text() == words


def test_no_essay_gets_an_address_of_the_service(here: Settings, content: Path) -> None:
    app = create_app(settings.load({"RAPPORT_DATA": str(here.data)}, ROOT / "none"))
    rules = [rule.rule for rule in app.url_map.iter_rules() if not rule.endpoint.startswith("site.")]
    firsts = {rule.strip("/").split("/")[0] for rule in rules} - {""}
    assert firsts <= addresses.SERVICE
    for name in sorted(addresses.SERVICE):
        with pytest.raises(Refusal, match="belongs to the comments service"):
            new.new(here, content, name.title())


def test_no_essay_gets_an_address_of_the_site(here: Settings, content: Path) -> None:
    blog = reading.read(content, here)
    firsts = {address.strip("/").split("/")[0] for address in blog.fixed if address.endswith("/")} - {""}
    assert firsts <= addresses.SITE
    assert {blog.pelican["THEME_STATIC_DIR"], *blog.pelican["STATIC_PATHS"]} <= addresses.SITE


def test_the_path_is_printed_and_without_a_terminal_no_editor_opens(start: Start, content: Path) -> None:
    running = start("new", "--content", content, "--title", "Hello", EDITOR="false-editor-that-is-not-there")
    assert running.process.wait(30) == 0
    assert running.line("hello.md") == str(content / "essays" / "hello.md")
    assert running.complained == []


def test_at_a_terminal_the_draft_opens_in_the_authors_editor(content: Path) -> None:
    ours, theirs = pty.openpty()
    command = children.command("authoring", "new", "--content", content, "--title", "Hello")
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=theirs, stdout=theirs, env=os.environ | {"EDITOR": "sh -c 'echo begun >> $0'"}
    )
    assert process.wait(60) == 0
    os.close(theirs)
    os.close(ours)
    assert (content / "essays" / "hello.md").read_text("utf-8").endswith("\n\nbegun\n")


def test_words_typed_after_make_new_arrive_as_typed() -> None:
    title = """Ana's "blog" costs $5, `true` & $(more) #1"""
    done = subprocess.run(
        ["make", "--no-print-directory", "new", "BOOTSTRAP=@true", r"PY=printf '<%s>\n'", f"TITLE={title}", "SLUG=x"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines()[-4:] == ["<--title>", f"<{title}>", "<--slug>", "<x>"]


def test_a_draft_that_answers_a_reader_opens_with_their_words_as_text(here: Settings, content: Path) -> None:
    with furnish(here.data.parent / "house") as house:
        asked = house.reader("Ben").says("Why *wait*?\n\n# <b>1</b>\n\n1. [x](https://x.org)")
        path = new.new(house.settings, content, "", None, f"https://blog.example/a/#comment-{asked.id}")
        said = path.read_text("utf-8")
    assert sources.front_matter(said)["in_reply_to"] == asked.id
    assert sources.front_matter(said)["title"] == "An answer to Ben"
    shown = markdown.markdown(said.partition("\n\n")[2], extensions=["extra"])
    assert "Why *wait*?" in shown
    assert "<h1>" not in shown
    assert "&lt;b&gt;" in shown
    assert shown.count("<a ") == 1, "only the way back to their words"
    assert f'href="/comments/{asked.id}/"' in shown


@pytest.mark.parametrize("name", ["<b>Ben</b>", "Ben & Co: *x*"])
def test_a_name_that_is_not_plain_makes_no_title(here: Settings, content: Path, name: str) -> None:
    with furnish(here.data.parent / "house") as house:
        asked = house.reader(name).says("Why wait?")
        path = new.new(house.settings, content, "", None, asked.id)
    assert sources.front_matter(path.read_text("utf-8"))["title"] == "An answer to a reader"


def test_a_reply_that_is_not_there_or_an_authors_own_begins_no_essay(here: Settings, content: Path) -> None:
    with furnish(here.data.parent / "house") as house:
        own = house.author.says("Mine.")
        for answered, why in (("nonsense", "no reply “nonsense”"), ("01" * 13, "no reply"), (own.id, "own reply")):
            with pytest.raises(Refusal, match=why):
                new.new(house.settings, content, "Hello", None, answered)
    assert not (content / "essays" / "hello.md").exists()

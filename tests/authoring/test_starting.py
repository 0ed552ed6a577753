"""`make start`: the blog becomes the author's own, and nothing of theirs is ever written over."""

import os
import pty
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from authoring import building, children, sample_essays, settings_file, sources, starting, wishes
from authoring.errors import Refusal
from comments_service.settings import ROOT, Settings, SettingsError
from comments_service.settings import load as load_settings

GIVEN = {"title": 'Bea\'s "notes" & more', "author": "Bea Blum", "url": "bea.example", "answer_within": "a week"}


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """The content as it comes, samples and all."""
    sample_essays.copy_with_samples(building.CONTENT, tmp_path / "content")
    return tmp_path / "content"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the settings are written."""
    return tmp_path / "rapport.toml"


def start(content: Path, file: Path, given: dict[str, str], wish: str | None = None) -> list[str]:
    return list(starting.start(given, wish, asking=False, content=content, file=file))


def test_flags_become_settings(content: Path, file: Path) -> None:
    start(content, file, GIVEN)
    now = load_settings({}, file)
    assert (now.title, now.author) == ('Bea\'s "notes" & more', "Bea Blum")
    assert (now.url, now.answer_within) == ("https://bea.example", 168)


def test_the_same_start_twice_changes_nothing(content: Path, file: Path) -> None:
    start(content, file, GIVEN, "aside")
    before = {path: path.read_bytes() for path in [file, *content.rglob("*.md")]}
    start(content, file, GIVEN, "aside")
    assert {path: path.read_bytes() for path in [file, *content.rglob("*.md")]} == before


def test_what_else_stands_in_the_file_stays(content: Path, file: Path) -> None:
    file.write_text(
        '# mine\r\nlanguage = "pt"  # my own\r\ntitle = "Old"  # to think about\r\n\r\nport = 8001', "utf-8", newline=""
    )
    start(content, file, {"title": "New", "answer_within": "0"})
    assert file.read_bytes().decode() == (
        '# mine\r\nlanguage = "pt"  # my own\r\ntitle = "New"  # to think about\r\n\r\nport = 8001\nanswer_within = 0\n'
    )


@pytest.mark.parametrize(
    ("given", "flag"),
    [
        ({"title": "  \n"}, "--title"),
        ({"author": "bea@example.org"}, "--name"),
        ({"url": "https://bea.example/blog"}, "--address"),
        ({"answer_within": "soon"}, "--answer-within"),
    ],
)
def test_an_answer_that_cant_be_used_is_refused_before_anything_is_written(
    content: Path, file: Path, given: dict[str, str], flag: str
) -> None:
    with pytest.raises(Refusal, match=f"^{flag}: "):
        start(content, file, GIVEN | given, "aside")
    assert not file.exists()
    assert sample_essays.are_there(content)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("titel = 'x'\n", SettingsError),
        ("title = [\n", SettingsError),
        ('title = """\nin\nmany lines"""\n', Refusal),
        ('"title" = "quoted"\n', Refusal),
    ],
)
def test_a_file_that_cant_be_changed_safely_is_left_alone(
    content: Path, file: Path, text: str, error: type[Exception]
) -> None:
    file.write_text(text)
    with pytest.raises(error):
        start(content, file, GIVEN, "aside")
    assert file.read_text() == text
    assert sample_essays.are_there(content)
    assert [path.name for path in file.parent.glob("*rapport*")] == ["rapport.toml"]


def test_without_a_terminal_and_flags_everything_stays_and_that_is_said(content: Path, file: Path) -> None:
    said = start(content, file, {})
    assert "stay as they are: --title, --tagline, --name, --address, --answer-within" in "\n".join(said)
    assert not file.exists()
    assert sample_essays.are_there(content)


def test_samples_set_aside_leave_a_site_that_builds_with_no_essay(content: Path, file: Path, here: Settings) -> None:
    said = start(content, file, GIVEN, "aside")
    built = building.build(here.with_(author="Bea Blum", title="Bea's notes"), content=content)
    assert built.warnings == ()
    assert built.essays == 0
    assert any("make start SAMPLES=keep" in line for line in said)
    pages = "".join(path.read_text() for path in here.output.rglob("*.html"))
    assert "Ana Ferreira" not in pages
    assert "Bea Blum writes here." in pages
    assert "I try to do it within a week" in pages


def test_the_draft_that_is_left_for_the_author_becomes_an_essay_by_its_status(
    content: Path, file: Path, here: Settings
) -> None:
    start(content, file, GIVEN, "aside")
    (draft,) = (content / "essays").iterdir()
    assert sources.front_matter(draft.read_text())["status"] == "draft"
    draft.write_text(draft.read_text().replace("Status: draft\n", ""))
    assert building.build(here, content=content).essays == 1


def test_samples_come_back_as_they_were(content: Path, file: Path) -> None:
    before = {path.relative_to(content): path.read_bytes() for path in content.rglob("*.md")}
    start(content, file, {}, "aside")
    assert not sample_essays.are_there(content)
    (content / "pages" / "about.md").unlink()
    (content / "essays" / "the-first-essay.md").unlink()
    start(content, file, {}, "keep")
    assert {path.relative_to(content): path.read_bytes() for path in content.rglob("*.md")} == before


def test_what_the_author_wrote_is_never_moved_nor_written_over(content: Path, file: Path) -> None:
    (content / "essays" / "mine.md").write_text("Title: Mine\nDate: 2026-01-02\n\nMy words.\n")
    (content / "pages" / "about.md").write_text("Title: About\nSlug: about\n\nThis is me.\n")
    start(content, file, {}, "aside")
    assert [path.name for path in (content / "essays").iterdir()] == ["mine.md"]
    assert (content / "pages" / "about.md").read_text().endswith("This is me.\n")
    (content / "essays" / "the-last-word.md").write_text("Title: My last word\nDate: 2026-01-02\n\nMine too.\n")
    start(content, file, {}, "keep")
    assert (content / "essays" / "the-last-word.md").read_text().endswith("Mine too.\n")
    assert (content / sample_essays.ASIDE / "essays" / "the-last-word.md").exists()


def test_every_sample_is_known_as_one() -> None:
    folders = [building.CONTENT, building.CONTENT / sample_essays.ASIDE]
    by_sample_author = {
        str(source.path.relative_to(folder))
        for folder in folders
        for source in sources.read(folder)
        if source.said.get("authors") == "Ana Ferreira"
    }
    assert by_sample_author - {"pages/privacy.md"} <= set(sample_essays.FILES)


def test_demo_has_its_essays_even_when_they_are_aside(content: Path, file: Path, tmp_path: Path) -> None:
    start(content, file, {}, "aside")
    sample_essays.copy_with_samples(content, tmp_path / "copy")
    assert all((tmp_path / "copy" / name).exists() for name in sample_essays.FILES)


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("72", 72),
        ("0", 0),
        ("no promise", 0),
        ("None", 0),
        ("a day", 24),
        ("3 days", 72),
        ("1 Week", 168),
        ("36hours", 36),
    ],
)
def test_a_time_to_answer_may_be_said_in_words(words: str, number: int) -> None:
    assert wishes.hours(words) == number


@pytest.mark.parametrize("words", ["", "soon", "a", "-1", "1.5", "3 months", "9999 weeks", "72 72"])
def test_what_is_no_time_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match="is no time to answer within"):
        wishes.hours(words)


@pytest.mark.parametrize(
    ("words", "url"),
    [
        ("bea.example", "https://bea.example"),
        ("http://bea.example:8080/", "http://bea.example:8080"),
        ("localhost:8000", "http://localhost:8000"),
    ],
)
def test_an_address_may_be_given_short(words: str, url: str) -> None:
    assert wishes.address(words) == url


@pytest.mark.parametrize(
    "words",
    ["", "https://", "ftp://bea.example", "a b", "bea.example/blog", "https://me@bea.example", "bea.example:99999"],
)
def test_what_is_no_address_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match="is no address for a site"):
        wishes.address(words)


def test_at_a_terminal_it_asks_and_asks_again(content: Path, tmp_path: Path) -> None:
    root = tmp_path / "blog"
    for name in ("authoring", "comments_service"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copytree(content, root / "content")
    ours, theirs = pty.openpty()
    os.write(ours, "Bea’s notes\n\nBea Blum\nnot an address\n\nsoon\na week\ny\n".encode())
    done = subprocess.run(
        children.command("authoring", "start"), cwd=root, stdin=theirs, capture_output=True, text=True, check=True
    )
    os.close(ours)
    os.close(theirs)
    assert "is no address for a site" in done.stdout + done.stderr
    assert "is no time to answer within" in done.stdout + done.stderr
    assert tomllib.loads((root / "rapport.toml").read_text()) == {
        "title": "Bea’s notes",
        "tagline": "Essays on networking, with answers",
        "author": "Bea Blum",
        "answer_within": 168,
    }
    assert not sample_essays.are_there(root / "content")


def test_the_settings_file_of_the_commands_is_the_one_that_everybody_reads() -> None:
    assert settings_file.PATH == ROOT / "rapport.toml"

"""What the theme says stands in one catalogue: no template has a sentence of its own, no line is there for nothing."""

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

from plugins import words
from tests.plugins.building import build

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "theme" / "templates").glob("*.html"))
CATALOGUE = tomllib.loads((words.FOLDER / "en.toml").read_text("utf-8"))
NAMES = {f"{section}.{key}" for section, lines in CATALOGUE.items() if isinstance(lines, dict) for key in lines}

_JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_UNSEEN = re.compile(r"<!--.*?-->|<(?:!doctype|meta|link|script|form|input)\b[^>]*>", re.IGNORECASE | re.DOTALL)
_SPOKEN = re.compile(r"\b(?:alt|aria-label|title|placeholder|content)=\"([^\"]*)\"")
_SEEN_IN_HEAD = re.compile(r"<(?:meta|link|input)\b[^>]*>", re.DOTALL)
# What is said by a program to a program.
_CODES = re.compile(
    r"width=device-width, initial-scale=1|light dark|noindex|0; url=/|summary(?:_large_image)?|#[0-9a-f]{6}"
)
_WORD = re.compile(r"[^\W\d_]{2,}")


def sentences(template: str) -> list[str]:
    """The words of a template that a reader would see or hear, and that stand in it itself."""
    text = re.sub(r"<body[^>]*>|\{% block body %\}.*?\{% endblock %\}", " ", template)
    text = _JINJA.sub(" ", text)
    heard = [said for tag in _SEEN_IN_HEAD.findall(text) for said in _SPOKEN.findall(tag)]
    text = _UNSEEN.sub(" ", text)
    heard += _SPOKEN.findall(text)
    heard.append(re.sub(r"<[^>]*>", " ", text))
    return [word for said in heard for word in _WORD.findall(_CODES.sub(" ", said))]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_a_sentence_of_its_own(template: Path) -> None:
    assert sentences(template.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "planted", ["<p>All tags</p>", '<nav aria-label="Site">', '<meta name="description" content="Every essay">']
)
def test_a_planted_sentence_is_found(planted: str) -> None:
    assert sentences(planted)


def test_every_line_of_the_catalogue_is_said_somewhere() -> None:
    code = [*(ROOT / "theme" / "templates").glob("*"), *(ROOT / "plugins").rglob("*.py")]
    text = "".join(path.read_text("utf-8") for path in code)
    made = {"frame.archive", "frame.tags", "frame.conversations", "frame.search", "frame.about"}
    made |= {name for name in NAMES if name.startswith("video.")}
    assert [name for name in sorted(NAMES - made) if f'"{name}"' not in text] == []


def test_a_translation_says_what_it_has_and_the_original_the_rest(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "en.toml").write_text((words.FOLDER / "en.toml").read_text("utf-8"), "utf-8")
    (tmp_path / "pl.toml").write_text(
        'plural = "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);"\n'
        '[tags]\nessays = ["{n} esej", "{n} eseje", "{n} esejów"]\n'
        '[date]\nday = "{day}. {month} {year}"\n',
        "utf-8",
    )
    monkeypatch.setattr(words, "FOLDER", tmp_path)
    words.of.cache_clear()
    said = words.of("pl-PL")
    assert [str(said.say("tags.essays", n)) for n in (1, 3, 5, 22)] == ["1 esej", "3 eseje", "5 esejów", "22 eseje"]
    assert said.day(date(2026, 11, 3)) == "3. November 2026"
    assert said.say("frame.archive") == "Archive"
    words.of.cache_clear()


def test_what_is_filled_in_is_text_and_not_markup() -> None:
    said = words.of("en").say("essay.earlier", address='/a/"><script>', ordinal="first", date="x")
    assert "<script>" not in said
    assert '<a href="/a/' in said


def test_a_name_that_is_nowhere_is_an_error_with_a_sentence() -> None:
    with pytest.raises(KeyError, match=r"essay\.nothing"):
        words.of("en").say("essay.nothing")


def test_a_blog_in_another_language_says_so(tmp_path: Path) -> None:
    site = build(tmp_path, {"essays/a.md": "Title: A\nDate: 2026-01-01\nSlug: a\n\nText.\n"}, DEFAULT_LANG="de")
    page = (site / "a/index.html").read_text("utf-8")
    assert '<html lang="de">' in page
    assert "To the text" in page

"""What pages say stands in one catalogue: no template has a sentence of its own, no line is there for nothing."""

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import get_args

import jinja2
import pytest

from comments_service import catalogue
from comments_service.store.subscriptions import Kind
from tests.plugins.building import build
from tests.support import catalogues
from tests.support.actors import furnish

ROOT = Path(__file__).resolve().parents[2]
THEME, FRAGMENTS = ROOT / "theme" / "templates", ROOT / "comments_service" / "templates" / "fragments"
# Letters to readers, whose words stand in the catalogue, and those to accounts, which speak English.
NOTIFYING, MAIL = ROOT / "comments_service" / "notifying", FRAGMENTS.parent / "mail"
TO_ACCOUNTS = {"address", "digest", "list", "reply", "returned", "sign_in", "trial", "webhook_off"}
LETTERS = sorted(path for path in MAIL.iterdir() if path.stem not in TO_ACCOUNTS)
TEMPLATES = sorted([*THEME.glob("*.html"), *FRAGMENTS.glob("*.html"), *LETTERS])
SCRIPT = ROOT / "theme" / "static" / "js" / "conversation.js"
CATALOGUE = tomllib.loads((catalogue.FOLDER / "en.toml").read_text("utf-8"))
NAMES = {f"{section}.{key}" for section, lines in CATALOGUE.items() if isinstance(lines, dict) for key in lines}

LETTER_SECTIONS = ("letter", "news", "why", "confirm", "wish", "code", "comment.author")

_JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_UNSEEN = re.compile(
    r"<!--.*?-->|<style>.*?</style>|<(?:!doctype|meta|link|script|form|input)\b[^>]*>", re.IGNORECASE | re.DOTALL
)
_SPOKEN = re.compile(r"\b(?:alt|aria-label|title|placeholder|content)=\"([^\"]*)\"")
_SEEN_IN_HEAD = re.compile(r"<(?:meta|link|input)\b[^>]*>", re.DOTALL)
# What is said by a program to a program.
_CODES = re.compile(
    r"width=device-width, initial-scale=1|said quiet|light dark|noindex|0; url=/|summary(?:_large_image)?|#[0-9a-f]{6}"
)
_PHRASE = re.compile(r"\b[^\W\d_]{2,} [^\W\d_]{2,}|\A[A-Z][a-z]+")
_WORD = re.compile(r"[^\W\d_]{2,}")


def sentences(template: str) -> list[str]:
    """The words of a template that a reader would see or hear, and that stand in it itself."""
    text = re.sub(r"<body[^>]*>|\{% block body %\}.*?\{% endblock %\}", " ", template)
    text = _JINJA.sub(" ", text)
    heard = [said for tag in _SEEN_IN_HEAD.findall(text) for said in _SPOKEN.findall(tag)]
    text = _UNSEEN.sub(" ", text)
    heard += _SPOKEN.findall(text)
    heard.append(re.sub(r"<[^>]*>|\b[\w-]+=\"[^\"]*\"", " ", text))  # a macro may print an attribute alone
    return [word for said in heard for word in _WORD.findall(_CODES.sub(" ", said))]


def phrases(template: str) -> list[str]:
    """The words that a template gives to what it calls: a part of a sentence, or what begins like one."""
    constants = jinja2.Environment(autoescape=True).parse(template).find_all(jinja2.nodes.Const)
    return [one.value for one in constants if isinstance(one.value, str) and _PHRASE.search(_CODES.sub("", one.value))]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_a_sentence_of_its_own(template: Path) -> None:
    assert sentences(template.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "planted", ["<p>All tags</p>", '<nav aria-label="Site">', '<meta name="description" content="Every essay">']
)
def test_a_planted_sentence_is_found(planted: str) -> None:
    assert sentences(planted)


@pytest.mark.parametrize("template", LETTERS, ids=lambda path: path.name)
def test_no_letter_to_a_reader_hands_on_words_of_its_own(template: Path) -> None:
    assert phrases(template.read_text("utf-8")) == []


def test_planted_words_that_are_handed_on_are_found() -> None:
    assert phrases('{{ way(link, "Read on") }}{{ "author of it" if piece.by_author }}{{ label("Answer") }}') == [
        "Read on", "author of it", "Answer"
    ]  # fmt: skip


def test_every_line_that_letters_say_stands_in_the_catalogue() -> None:
    code = "".join(path.read_text("utf-8") for path in (*LETTERS, *NOTIFYING.glob("*.py")))
    asked = set(re.findall(r'"((?:news|why|confirm|code)\.\w+)"', code)) | set(re.findall(r'say\("([\w.]+)"', code))
    assert {"news.answer", "why.several", "letter.hello", "code.lasts"} < asked
    assert asked - NAMES == set()


def test_every_line_of_the_catalogue_is_said_somewhere() -> None:
    code = [*THEME.glob("*"), *FRAGMENTS.glob("*"), *(ROOT / "plugins").rglob("*.py")]
    code += [*(ROOT / "comments_service" / "publishing").glob("*.py"), *NOTIFYING.glob("*.py"), *LETTERS]
    text = "".join(path.read_text("utf-8") for path in code)
    script = SCRIPT.read_text("utf-8")
    made = {"frame.archive", "frame.tags", "frame.conversations", "frame.search", "frame.about"}
    made |= {name for name in NAMES if name.startswith(("video.", "duration.", "promised.", "form_line."))}
    # Chosen by the state of a reply, of a conversation, of the figures.
    made |= {f"comment.{state}_label" for state in ("held", "removed", "withdrawn")}
    made |= {"comment.edited_by_author", "comment.edited_by_moderator", "conversation.closed", "conversation.ended"}
    made |= {f"account.{name}" for name in ("shows_nothing", "shows_marks", "not_counted", "kept_late", "broken")}
    made |= {f"script.label_{state}" for state in ("private", "published", "held")}
    made |= {f"date.{name}" for name in ("moment", "months", "day")} | {"edition.ordinals", "edition.ordinal_beyond"}
    # What a letter tells has a subject; a wish is of a kind, about an essay that may be gone.
    made |= {f"{name}_subject" for name in NAMES if name.startswith("news.") and f'"{name}"' in text}
    made |= {f"{of}.{kind}{gone}" for of in ("wish", "why") for kind in get_args(Kind) for gone in ("", "_gone")}
    made |= {name for name in NAMES if name.startswith("script.") and f'"{name.partition(".")[2]}"' in script}
    assert [name for name in sorted(NAMES - made) if f'"{name}"' not in text] == []


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Path]:
    """A folder of catalogues of one's own, with the original in it."""
    with catalogues.of_ones_own(tmp_path) as folder:
        yield folder


def test_a_translation_says_what_it_has_and_the_original_the_rest(elsewhere: Path) -> None:
    (elsewhere / "pl.toml").write_text(
        'plural = "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);"\n'
        '[tags]\nessays = ["{n} esej", "{n} eseje", "{n} esejów"]\n'
        '[date]\nday = "{day}. {month} {year}"\n',
        "utf-8",
    )
    said = catalogue.of("pl-PL")
    assert [str(said.say("tags.essays", n)) for n in (1, 3, 5, 22)] == ["1 esej", "3 eseje", "5 esejów", "22 eseje"]
    assert said.day(date(2026, 11, 3)) == "3. November 2026"
    assert said.say("frame.archive") == "Archive"


def test_a_slip_in_a_translation_costs_that_line_its_language_and_nobody_a_page(
    elsewhere: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (elsewhere / "de.toml").write_text(
        '[tags]\nessays = ["{n} Essay", "{m} Essays"]\nall = 7\n'
        '[archive]\ntitle = "Archiv"\n'
        '[news]\nanswer = "{nmae} hat geantwortet"\nmore = "{subject und {n}"\nreply = "{name} antwortet"\n',
        "utf-8",
    )
    said = catalogue.of("de")
    assert said.say("tags.essays", 3) == "3 essays"
    assert said.text("news.answer", name="Ana") == "Ana answered you"
    assert said.text("news.more", 2, subject="x") == "x, and 2 more"
    assert said.text("news.reply", name="Ben") == "Ben antwortet"
    assert said.say("archive.title") == "Archiv"
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 4
    assert "de.toml, news.answer: it names what the English line does not, which is said." in told


def test_what_is_filled_in_is_text_and_not_markup() -> None:
    said = catalogue.of("en").say("essay.earlier", address='/a/"><script>', ordinal="first", date="x")
    assert "<script>" not in said
    assert '<a href="/a/' in said


def test_a_name_that_is_nowhere_is_an_error_with_a_sentence() -> None:
    with pytest.raises(KeyError, match=r"essay\.nothing"):
        catalogue.of("en").say("essay.nothing")


def test_a_blog_in_another_language_says_so(tmp_path: Path) -> None:
    site = build(tmp_path, {"essays/a.md": "Title: A\nDate: 2026-01-01\nSlug: a\n\nText.\n"}, DEFAULT_LANG="de")
    page = (site / "a/index.html").read_text("utf-8")
    assert '<html lang="de">' in page
    assert "To the text" in page


def test_sentences_that_are_shown_as_text_have_no_markup() -> None:
    """They are escaped where they are shown, and so would be the markup."""
    sections = ("form_line", "account", "script", "duration", "promised", "date", *LETTER_SECTIONS)
    lines = {
        name: str(CATALOGUE[name.split(".")[0]][name.split(".")[1]]) for name in NAMES if name.startswith(sections)
    }
    assert [name for name, line in lines.items() if "<" in line or "&" in line] == ["account.as_of"]


def test_a_conversation_speaks_the_language_of_the_blog(tmp_path: Path, elsewhere: Path) -> None:
    (elsewhere / "de.toml").write_text(
        '[date]\nmonths = ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September",'
        ' "Oktober", "November", "Dezember"]\nday = "{day}. {month} {year}"\nmoment = "{day} um {time} Uhr"\n'
        '[duration]\nmoment = "einem Augenblick"\n'
        '[comment]\nreply = "Antwort an <bdi>{name}</bdi>"\nafter = "nach {duration}"\n'
        'answered = "<bdi>{name}</bdi> antwortete {after}"\nlabel_author = ", Autorin"\n'
        '[conversation]\nresponses = ["{n} Antwort", "{n} Antworten"]\n'
        '[form]\nsend = "Abschicken"\nway_website = "Eigene Website"\n'
        '[script]\nsending = "Wird gesandt …"\n',
        "utf-8",
    )
    with furnish(tmp_path, language="de-AT") as house:
        asked = house.reader("Ben & Söhne").says("Wer wäscht ab?")
        house.author.answers(asked, "Wer zuletzt sprach.")
        house.work()
        said = house.fragment()
    for words in (
        "2 Antworten", "Antwort an <bdi>Ben &amp; Söhne</bdi>", "antwortete nach einem Augenblick", " Uhr</time>",
        'aria-label="Ana Ferreira, Autorin, answering Ben &amp; Söhne', ">Abschicken<", ">Eigene Website<",
        '"sending":"Wird gesandt …"', '"wait":"One moment …"',
    ):  # fmt: skip
        assert words in said


def test_what_was_made_with_other_words_is_stale(elsewhere: Path) -> None:
    before = catalogue.fingerprint("de")
    (elsewhere / "de.toml").write_text('[form]\nsend = "Abschicken"\n', "utf-8")
    catalogue.fingerprint.cache_clear()
    assert catalogue.fingerprint("de") != before


def test_the_script_says_no_sentence_of_its_own() -> None:
    code = re.sub(r"^\s*//.*$|\s// .*$", "", SCRIPT.read_text("utf-8"), flags=re.MULTILINE)
    texts = re.findall(r'"([^"\n]*)"|`([^`]*)`', code)
    spoken = [
        one or other
        for one, other in texts
        if re.search(r"[A-Za-z’]{2,} [a-z]{2,}|[a-z] …|^[A-Z][a-z]+$", one or other)
    ]
    # Names of headers, keys and elements; selectors.
    known = {"Accept", "Enter", "Escape", "avatar ${comment.disc}", "the form's place", "comment mine held"}
    assert [text for text in spoken if text not in known and not text.startswith(("#", ".", ":", "a.", "input"))] == []


def test_what_the_script_says_stands_in_the_catalogue() -> None:
    code = SCRIPT.read_text("utf-8")
    asked = set(re.findall(r'(?:said|parts)\("(\w+)"', code))
    assert asked
    assert asked - set(CATALOGUE["script"]) == set()

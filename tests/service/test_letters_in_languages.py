"""Letters to readers speak the language of their essay, as far as there is a catalogue of it, and say which it is."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from comments_service import catalogue, ids, mail, notifying, publishing, templating
from comments_service.engagement import keep_promise, still_waiting
from comments_service.identity import addresses
from comments_service.mail import Letter
from comments_service.models import Errand, Undertaking, Verb
from comments_service.notifying import asking, planning
from comments_service.store import errands, pages, promises, wishes
from tests.support import catalogues
from tests.support.actors import House, furnish, page
from tests.support.asking import for_a_code
from tests.support.corresponding import BEN, asks, post, says_yes, subjects_of

GERMAN = """
plural = "nplurals=2; plural=(n != 1);"
[date]
months = ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"]
day = "{day}. {month} {year}"
moment = "{day} um {time} Uhr"
[comment]
author = "Autorin"
[letter]
hello = "Guten Tag,"
[news]
answer = "{name} hat Ihnen geantwortet"
answer_subject = "{name} hat Ihnen unter „{title}“ geantwortet"
reply_subject = ["Unter „{title}“ hat Ihnen {name} erwidert", "Unter „{title}“ haben Ihnen {name} erwidert"]
two_names = "{name} und {other}"
more_names = ["{name} und jemand mit ihm ({n})", "{name} und {n} andere"]
more = ["{subject}, und eines mehr", "{subject}, und {n} mehr"]
yours = "Sie hatten geschrieben: „{words}“"
under_the_essay = "Unter dem Essay lesen"
essay = "Ein neuer Essay von {name}"
essay_subject = "Neu: „{title}“"
[why]
author = "Sie bekommen dies, weil Sie hören wollten, wenn {author} unter „{title}“ antwortet."
[confirm]
subject = "Sollen Briefe zu Ihnen kommen?"
wished = "Auf {site} hat jemand Briefe an diese Adresse gewünscht:"
not_you = ["Sonst wird sie in {n} Tag vergessen.", "Sonst wird sie in {n} Tagen vergessen."]
[wish]
author = "wenn {author} unter „{title}“ antwortet"
[code]
subject = "Ihr Code"
lasts = ["Er gilt {n} Minute.", "Er gilt {n} Minuten."]
"""  # noqa: E501 -- a catalogue's lines


AWKWARD = """
[date]
months = ["d'a", "d'b", "d'c", "d'd", "d'e", "d'f", "d'g", "d'h", "d'i", "d'j", "d'k", "d'l"]
[letter]
before = "{words} <&>"
[news]
answer = '<{name}> & "er"'
answer_subject = '<{name}> & "{title}"'
yours = '<q> & "{words}"'
[why]
author = 'a < b & "c"'
"""


@pytest.fixture
def words(tmp_path: Path) -> Iterator[Path]:
    """Catalogues of one's own: the original, and a part of it in German."""
    with catalogues.of_ones_own(tmp_path) as folder:
        (folder / "de.toml").write_text(GERMAN, "utf-8")
        yield folder


@pytest.fixture
def house(words: Path, tmp_path: Path) -> Iterator[House]:
    """A blog in English with an essay in German, one in French, and one in English."""
    essays = (
        page("/a/", title="Der Kai", language="de-AT"),
        page("/b/"),
        page("/c/", title="Le quai", language="fr"),
    )
    with furnish(tmp_path, essays=essays) as house:
        yield house


def spoken(letter: Letter) -> tuple[str, str]:
    """The language of a letter's HTML, and those that its header names."""
    found = re.search(r'<html lang="([^"]*)">', letter.html)
    assert found
    return found[1], letter.headers["Content-Language"]


def told(house: House, on: str, notify: str = "author") -> Letter:
    """The letter that tells Ben of an answer under an essay."""
    said = house.reader("Ben", trusted=True).says("May I ask?", on=on, email=BEN, notify=notify)
    says_yes(house, BEN)
    house.author.answers(said, "You may.")
    (letter,) = post(house, minutes=6)
    return letter


def test_a_letter_about_a_german_essay_speaks_german_and_says_in_english_what_the_catalogue_lacks(house: House) -> None:
    letter = told(house, "/a/")
    assert letter.subject == "Ana Ferreira hat Ihnen unter „Der Kai“ geantwortet · Rapport"
    assert spoken(letter) == ("de", "de, de-AT")
    today = catalogue.of("de").day(ids.moment().date())
    assert re.match(r"\d+\. [A-Z]\w+ \d{4}\Z", today)
    for part in (letter.text, letter.html):
        for said in (
            "Ana Ferreira hat Ihnen", "Sie hatten geschrieben: „", "Autorin", "Unter dem Essay lesen", today, " Uhr",
            "Sie bekommen dies, weil Sie hören wollten, wenn Ana Ferreira unter „Der Kai“ antwortet.",
            "Stop it, hear less often, or choose anew",
        ):  # fmt: skip
            assert said in part
        for english in ("answered you", "You had written", "You get this", ">author<", ", author,"):
            assert english not in part
    assert '<span lang="de-AT" dir="auto">May I ask?</span>' in letter.html


def test_where_there_is_no_catalogue_a_letter_speaks_english_and_says_so(house: House) -> None:
    letter = told(house, "/c/")
    assert letter.subject == "Ana Ferreira answered you on “Le quai” · Rapport"
    assert spoken(letter) == ("en", "en, fr")
    assert '<span class="quiet" lang="fr"' in letter.html


def test_a_letter_about_essays_in_two_languages_speaks_that_of_its_first_piece(house: House) -> None:
    ben, cleo = house.reader("Ben", trusted=True), house.reader("Cleo", trusted=True)
    german = ben.says("Darf ich fragen?", on="/a/", email=BEN, notify="author")
    english = ben.says("May I ask?", on="/b/", email=BEN, notify="thread")
    says_yes(house, BEN)
    cleo.says("Beside that.", to=english, on="/b/")
    house.author.answers(german, "Gern.")
    (letter,) = post(house, minutes=6)
    assert letter.subject == "Ana Ferreira hat Ihnen unter „Der Kai“ geantwortet, und eines mehr · Rapport"
    assert spoken(letter) == ("de", "de, de-AT, en")
    assert re.search(r"> Gern\..*Cleo wrote in your conversation on “Essay b”:", letter.text, re.DOTALL)
    assert '<p lang="en" dir="auto"' in letter.html
    assert '<p lang="de-AT" dir="auto"' in letter.html
    # The other way round the same two make a letter in English.
    cleo.says("Daneben.", to=german, on="/a/")
    house.author.answers(english, "Gladly.")
    ben.says("Mehr.", to=german, on="/a/", email=BEN, notify="thread")
    cleo.says("Noch mehr.", to=german, on="/a/")
    (letter,) = post(house, minutes=6)
    assert letter.subject.startswith("Ana Ferreira answered you on “Essay b”, and ")
    assert spoken(letter)[0] == "en"


@pytest.mark.parametrize(
    ("names", "subject"),
    [
        (["Cleo"], "Unter „Der Kai“ hat Ihnen Cleo erwidert"),
        (["Cleo", "Dan"], "Unter „Der Kai“ haben Ihnen Cleo und Dan erwidert"),
        (["Cleo", "Dan", "Eve"], "Unter „Der Kai“ haben Ihnen Cleo und 2 andere erwidert"),
    ],
    ids=["one", "two", "three"],
)
def test_the_number_of_people_decides_about_the_form_of_a_subject(house: House, names: list[str], subject: str) -> None:
    said = asks(house, "replies", reader=house.reader("Ben", trusted=True))
    for name in names:
        house.reader(name, trusted=True).says(f"And so says {name}.", to=said)
    assert subjects_of(post(house, minutes=6)) == [subject]


def test_a_new_essay_is_told_in_its_language(house: House) -> None:
    essay = pages.find(house.db, "/a/")
    assert essay
    letter = notifying.of_essay(house.db, house.settings, house.keys, essay)
    assert letter.subject == "Neu: „Der Kai“ · Rapport"
    assert "Ein neuer Essay von Ana Ferreira:" in letter.text
    assert "Ein neuer Essay von Ana Ferreira · 2. Januar 2026</p>" in letter.html
    assert spoken(letter) == ("de", "de, de-AT")


def test_an_address_is_asked_in_the_language_of_the_essay_at_whose_form_it_was_given(house: House) -> None:
    house.reader("Ben").says("Darf ich?", on="/a/", email=BEN, notify="author", new_essays=True)
    (letter,) = post(house)
    assert letter.subject == "Sollen Briefe zu Ihnen kommen? · Rapport"
    assert spoken(letter) == ("de", "de, de-AT")
    for part in (letter.text, letter.html):
        for said in (
            "Guten Tag,",
            "hat jemand Briefe an diese Adresse gewünscht:",
            "wenn Ana Ferreira unter „Der Kai“ antwortet",
            "of every new essay",
            "Sonst wird sie in 7 Tagen vergessen.",
        ):
            assert said in part
    assert "<strong>Rapport</strong>" in letter.html


def test_an_address_that_is_asked_once_more_at_another_essay_is_asked_in_that_language(house: House) -> None:
    ben = house.reader("Ben")
    ben.says("Darf ich?", on="/a/", email=BEN, notify="author")
    assert subjects_of(post(house)) == ["Sollen Briefe zu Ihnen kommen?"]
    said = ben.says("And here?", on="/b/", email=BEN, notify="author")
    assert post(house, minutes=6) == []
    assert asking.ask_again(house.db, house.settings, house.keys, wishes.spoken(house.db, [said.id])[said.id])
    (letter,) = post(house)
    assert letter.subject == "Shall letters come to you? · Rapport"
    assert spoken(letter) == ("en", "en")


@pytest.mark.parametrize(
    ("fields", "under", "blog", "spoken_in"),
    [
        ({"page": "/a/"}, "", "en", "de"),
        ({}, "/a/", "en", "de"),
        ({"page": "/b/"}, "", "de", "en"),
        ({}, "", "de", "de"),
        ({"page": "/nowhere/"}, "", "en", "en"),
    ],
    ids=["asked for at a form", "for a reply", "at a form in English", "at no form", "at a form that is gone"],
)
def test_a_code_speaks_the_language_of_its_essay_or_else_that_of_the_blog(
    house: House, fields: dict[str, str], under: str, blog: str, spoken_in: str
) -> None:
    house.settings = house.settings.with_(language=blog)
    reply = house.reader("Ben").says("Darf ich?", on=under).id if under else ""
    errand = Errand(ids.new_id(), fields, "reply", reply, ids.now(), ids.now(hours=2))
    errands.add(house.db, errand)
    addresses.ask(house.db, errand, BEN)
    (letter,) = post(house)
    assert spoken(letter) == (spoken_in, spoken_in)
    assert letter.subject == {"de": "Ihr Code · Rapport", "en": "Your code · Rapport"}[spoken_in]
    for part in (letter.text, letter.html):
        assert {"de": "Er gilt 30 Minuten.", "en": "Either works once, and for 30 minutes."}[spoken_in] in part


def test_the_words_of_a_catalogue_are_plain_text_in_both_parts(words: Path, house: House) -> None:
    (words / "de.toml").write_text(AWKWARD, "utf-8")
    letter = told(house, "/a/")
    assert letter.subject == '<Ana Ferreira> & "Der Kai" · Rapport'
    for said in ('<Ana Ferreira> & "Der Kai" <&>', '<q> & "May I ask?"', 'a < b & "c" ', "Read it under the essay <&>"):
        assert said in letter.text
    assert re.search(r"\d d'[a-l] \d{4}", letter.text)
    for said in (
        "&lt;Ana Ferreira&gt; &amp; &#34;er&#34;", "a &lt; b &amp; &#34;c&#34; <a href",
        '&lt;q&gt; &amp; &#34;<span lang="de-AT" dir="auto">May I ask?</span>&#34;',
    ):  # fmt: skip
        assert said in letter.html
    assert re.search(r"\d d&#39;[a-l] \d{4}", letter.html)


def test_no_title_name_or_catalogue_begins_another_header(words: Path, house: House) -> None:
    (words / "de.toml").write_text(
        '[news]\nanswer_subject = """{title}\r\nBcc: eve@example.net\r\n\r\n{name}"""\n', "utf-8", newline=""
    )
    publishing.register(house.db, (page("/a/", title="Kai\r\nBcc: eve@example.net\n\nx", language="de"), page("/b/")))
    letter = told(house, "/a/")
    head, _, _ = mail.compose(house.settings, letter).partition(b"\r\n\r\n")
    assert [line for line in head.split(b"\r\n") if line.lower().startswith(b"bcc")] == []
    assert b"Content-Language: de" in head


@pytest.mark.parametrize("tag", ["../../../etc/passwd", "de/../en", "", "x" * 500, "de\r\nBcc: eve@example.net"])
def test_what_is_no_tag_of_a_catalogue_is_answered_in_english(house: House, tag: str) -> None:
    publishing.register(house.db, (page("/a/", language=tag), page("/b/")))
    letter = told(house, "/a/")
    assert spoken(letter) == ("en", "en")


def test_there_are_as_many_environments_as_catalogues_whatever_is_asked_for(words: Path) -> None:
    for tag in ("de", "de-AT", "DE-ch", "de-Latn-DE-1996", "en-GB", "fr", "pt-BR", *(f"x-{n}" for n in range(50))):
        templating.render_letter("trial", language=tag, title="Rapport", url="", subject="")
    assert templating.of_letters.cache_info().currsize == 4  # text and HTML of two
    assert {catalogue.of(tag).language for tag in ("de", "DE-ch", "de-Latn-DE-1996")} == {"de"}


# ── no word that is not the catalogue's ─────────────────────────────────────────────────────────────────────────────

_SENTENCE = re.compile(r'"((?:[^"\\]|\\.)*)"')
_WORD = re.compile(r"\{[^}]*\}|[^\W\d_]+")
# What is no word for a reader: the head, tags, addresses.
_CODES = re.compile(r"<head>.*?</head>|<[^>]*>|http://\S+", re.DOTALL)


def mumbled(line: str) -> str:
    """A line of a catalogue without its words; names in braces stay."""
    if line.startswith(("[", "#", "plural")):
        return line
    return _SENTENCE.sub(lambda said: _WORD.sub(lambda word: word[0] if word[0][0] == "{" else "~", said[0]), line)


def test_every_word_of_a_letter_to_a_reader_is_the_catalogues_or_somebodys(words: Path, tmp_path: Path) -> None:
    """In a language that has a mumble for every sentence, letters of all kinds hold nothing else."""
    lines = (words / "en.toml").read_text("utf-8").splitlines()
    (words / "qaa.toml").write_text("\n".join(map(mumbled, lines)), "utf-8")
    essay = page("/a/", title="1", question="2", summary="3", language="qaa", facts={"authors": ["4"]})
    with furnish(tmp_path / "qaa", essays=(essay, page("/b/")), author="9", title="6", language="qaa") as house:
        letters = list(_of_every_kind(house))
        told_of = {row["kind"] for row in house.db.rows("SELECT kind FROM news WHERE told_at IS NOT NULL")}
    assert told_of == {
        *planning.OF_A_COMMENT, planning.APPROVED, planning.REJECTED, planning.WAITING, planning.PROMISE, planning.ESSAY
    }  # fmt: skip
    assert {letter.html.count("~") > 0 for letter in letters} == {True}
    for letter in letters:
        for part in (letter.subject, letter.text, letter.html):
            assert re.findall(r"[^\W\d_]{2,}", _CODES.sub(" ", part)) == []


def _of_every_kind(house: House) -> Iterator[Letter]:
    for_a_code(house)
    yield from post(house)
    ben, eve = house.reader("3", trusted=True), house.reader("4")
    asked = ben.says("20?", email=BEN, notify="thread", new_essays=True)
    also = ben.says("21?", email=BEN, notify="replies")
    ben.says("22?", email=BEN, notify="author")
    yield from post(house)
    says_yes(house, BEN)
    house.author.answers(asked, "23. " * 800, Undertaking(promise="24", due=ids.now(days=3)[:10]))
    yield from post(house, minutes=6)
    house.reader("5", trusted=True).says("25.", to=asked)
    house.reader("6", trusted=True).says("26.", to=also)
    yield from post(house, minutes=6)
    private = eve.says("27?", email=BEN, notify="author", private=True)
    post(house)
    house.author.publishes(private)
    yield from post(house, minutes=6)
    house.author.answers(private, "28.")
    yield from post(house, minutes=6)
    for number, verb in ((29, Verb.APPROVE), (30, Verb.REJECT)):
        held = house.reader("7").says(f"{number}?", email=BEN, notify="author")
        post(house)
        house.author.decides(held, verb)
        yield from post(house, minutes=6)
    still_waiting(house.db, asked, house.settings, proven=True)
    yield from post(house, minutes=6)
    (promise,) = promises.open_ones(house.db, limit=2)
    keep_promise(house.db, promise.id, house.author.account)
    yield from post(house, minutes=6)
    notifying.announce(house.db, house.settings, "/a/")
    yield from post(house, minutes=6)

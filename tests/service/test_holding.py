"""Everything that is held about somebody is told to them, and to nobody else; what is wrong in it can be corrected."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from comments_service import engagement, ids
from comments_service.errors import Problem
from comments_service.holding import correcting, documents
from comments_service.models import Comment, Speaker, Undertaking
from comments_service.moderation import acts, banning, reporting
from comments_service.store import comments, errands, events, hearts, notes, pictures, subjects
from comments_service.store.subjects import Subject
from tests.support import vnu
from tests.support.actors import House, Reader
from tests.support.claims import begun, github, proves
from tests.support.proving import address

_THEIRS = "conversation IN (SELECT id FROM conversations WHERE person IN (:people))"
# Table -> which of its rows are about somebody, and what of them is not told, or in other words.
ROWS: Mapping[str, tuple[str, frozenset[str]]] = {
    "identities": ("id IN (:identities)", frozenset({"subject"})),  # for an address a hash, which is said
    "proven_names": ("person IN (:people)", frozenset()),
    "people": ("id IN (:people)", frozenset({"role"})),  # nobody with a role is told here
    "devices": ("person IN (:people)", frozenset({"secret", "identity"})),  # a digest; by what it proved
    "comments": ("person IN (:people)", frozenset({"key", "author"})),  # a digest; no author's is told here
    "decisions": ("comment IN (:replies)", frozenset({"id", "decided_by", "bulk"})),  # by name; a bulk is of others too
    "lessons": ("comment IN (:replies)", frozenset({"tokens"})),  # as numbers
    "conversations": ("person IN (:people)", frozenset()),
    "events": (_THEIRS, frozenset({"data"})),
    "promises": (_THEIRS, frozenset({"id", "promised_by"})),
    "answers": (_THEIRS, frozenset()),
    "acts": ("kind = 'comment' AND subject IN (:replies)", frozenset({"id", "done_by", "kind", "before", "after"})),
    "notes": ("person IN (:people)", frozenset({"id", "written_by"})),
    "comment_notes": ("comment IN (:replies)", frozenset({"id", "written_by"})),
    "joins": ("person IN (:people)", frozenset({"id", "joined_by"})),
    "hearts": ("comment IN (:replies)", frozenset({"given_by"})),
    "sayings": ("said_to IN (:people)", frozenset({"id"})),
    "likes": ("device IN (:likes)", frozenset({"device"})),
    "reports": ("person IN (:people)", frozenset({"id"})),
    "bans": ("kind = 'person' AND subject IN (:people)", frozenset({"id", "subject", "banned_by"})),  # by name
    "challenges": ("lower(address) IN (:addresses)", frozenset({"id", "errand"})),
    "pictures": ("identity IN (:identities)", frozenset({"data"})),  # it is at its address
    "errands": ("id = :errand", frozenset({"id", "fields"})),
    "authorizations": ("errand = :errand", frozenset({"state", "errand", "data", "used_at"})),
}  # fmt: skip
# Columns of a reply that are empty with most, so that the walk would see nothing in them.
PLANTED = (
    "html",
    "website",
    "proven",
    "picture",
    "wants_answer",
    "notify",
    "new_essays",
    "network",
    "print",
    "reasons",
    "signals",
    "echo",
)


def document(house: House, subject: Subject) -> dict[str, Any]:
    found: dict[str, Any] = json.loads("".join(documents.lines(house.db, house.settings, subject)))
    return found


def values(found: object) -> Iterator[str]:
    """Every value in a document, as text."""
    if isinstance(found, dict):
        for one in found.values():
            yield from values(one)
    elif isinstance(found, list):
        for one in found:
            yield from values(one)
    else:
        yield str(found)


def all_of(house: House, reader: Reader, **more: Any) -> Subject:
    return subjects.of_speaker(house.db, reader.speaker, device=ids.digest(reader.device), **more)


@pytest.fixture
def zeb(either_house: House) -> tuple[Reader, Subject, Comment]:
    """Somebody about whom there is something in every table."""
    house = either_house
    zeb = house.reader("Zebulon", trusted=True)
    question = zeb.says("Xylophones or zithers?", email="zeb@example.org")
    house.author.answers(question, "Both, Zebulon.", Undertaking(promise="send the list", due="2099-01-01"))
    proves(zeb, github("zeb"))
    proves(zeb, address(house, "Zeb@example.org"), purpose="add")
    zeb.says("As I have proven.", name="Zebulon")
    house.author.answers(zeb.says("And now?", to=question), "And now, as before.")
    engagement.heart(house.db, question.id, house.author.account)
    errand, _ = begun(house, text="Half a thought", email="zeb@example.org")
    errands.challenge(house.db, errand.id, "zeb@example.org", expires=ids.now(minutes=30))
    begins = errands.Authorization("state", errand.id, "github", {}, ids.now(), ids.now(minutes=10))
    errands.authorize(house.db, begins)
    hearts.like(house.db, "/a/", "a print", at=ids.now())
    mine = all_of(house, zeb, likes=["a print"], errand=errand.id)
    person = mine.people[0]
    pictures.want(house.db, mine.identities[0])
    notes.add(house.db, notes.Note("n1", person, "Plays the zither.", house.author.account.id, ids.now()))
    notes.join(house.db, person, mine.people[1], by=house.author.account.id, at=ids.now())
    events.say(house.db, "fingerprint", to=person, comment=question.id, at=ids.now())
    other = house.reader("Yoko", trusted=True).says("Zithers are boring.")
    reporting.report(house.db, house.settings, zeb.speaker, other.id, "abuse", "It hurts my zither.")
    wish = banning.Wish("person", "day", "hold", "Too many zithers.")
    banning.ban(house.db, house.keys, question.id, wish, house.author.account)
    changes = ", ".join(f"{column} = :{column}" for column in PLANTED)
    house.db.execute(
        f"UPDATE comments SET {changes} WHERE id = :id",
        id=question.id,
        **{column: f"planted in {column}" for column in PLANTED},
    )
    return zeb, mine, question


def test_everything_that_is_held_about_somebody_is_told_to_them(
    either_house: House, zeb: tuple[Reader, Subject, Comment]
) -> None:
    house = either_house
    _, mine, question = zeb
    account = house.author.account
    acts.edit(house.db, question.id, "Xylophones, or zithers?", account, seen="")
    acts.note(house.db, question.id, "Asked before.", account)
    acts.mark(house.db, question.id, "lock", account)
    acts.mark(house.db, question.id, "pin", account)
    acts.move(house.db, question.id, "/b/", account)
    told = "\n".join(values(document(house, mine)))
    replies = [row["id"] for row in house.db.rows("SELECT id FROM comments WHERE person IN (:p)", p=list(mine.people))]
    known = {
        "people": list(mine.people),
        "identities": list(mine.identities),
        "addresses": list(mine.addresses),
        "likes": list(mine.likes),
        "errand": mine.errand,
        "replies": replies,
    }
    seen = set()
    for table, (where, untold) in ROWS.items():
        rows = house.db.rows(
            f"SELECT * FROM {table} WHERE {where}", **{name: one for name, one in known.items() if f":{name}" in where}
        )
        assert rows, f"nothing to look for in {table}"
        for row in rows:
            for column, value in row.items():
                seen |= {column} if table == "comments" and value else set()
                if column not in untold and value is not None:
                    assert str(value) in told, f"{table}.{column}"
    assert set(comments.WRITERS_OWN) <= seen, "a column of a reply in which nothing was looked for"
    assert "Half a thought" in told
    assert "within: " in told, "the features of events"
    assert "text: Xylophones or zithers?" in told, "the words before they were edited"


def test_nothing_of_anybody_else_is_told(either_house: House, zeb: tuple[Reader, Subject, Comment]) -> None:
    house = either_house
    reader, mine, question = zeb
    cleo = house.reader("Cleo Other", trusted=True)
    said = cleo.says("Cleo's own words.", to=question, email="cleo@example.org", website="https://cleo.example")
    hidden = cleo.says("For the author alone.", private=True)
    proves(cleo, github("cleo"))
    notes.add(house.db, notes.Note("n2", str(said.person), "About Cleo.", house.author.account.id, ids.now()))
    notes.join(house.db, str(said.person), mine.people[0], by=house.author.account.id, at=ids.now())
    house.author.answers(said, "An answer to Cleo.", Undertaking(promise="a letter to Cleo", due="2099-01-01"))
    house.author.answers(hidden, "An answer for Cleo alone.", Undertaking(also=(question.id,)))
    house.db.execute("UPDATE people SET email = 'ana@example.org' WHERE id = :id", id=house.author.account.id)
    for pieces in (documents.lines, documents.html):
        told = "".join(pieces(house.db, house.settings, mine))
        for secret in (
            "Cleo",
            "cleo",
            "For the author alone",
            str(said.person),
            "ana@example.org",
            ids.digest(reader.device),
        ):
            assert secret not in told, secret
    assert "Plays the zither" not in "".join(documents.lines(house.db, house.settings, all_of(house, cleo)))


def test_an_author_is_told_nothing_by_the_readers_door(house: House) -> None:
    house.author.says("A thread of my own.")
    assert not subjects.of_speaker(house.db, Speaker(account=house.author.account)).somebody
    with pytest.raises(LookupError):
        subjects.of_person(house.db, house.author.account.id)


# ── an address that others typed ────────────────────────────────────────────────────────────────────────────────────


def test_what_was_sent_with_a_proven_address_is_told_to_whoever_proved_it_and_nothing_more(either_house: House) -> None:
    house = either_house
    stranger, ida = house.reader("Stranger", trusted=True), house.reader("Ida")
    sent = stranger.says("In Ida's name.", email="Ida@Example.org", private=True)
    stranger.says("My own words.", email="me@example.org")
    proves(ida, address(house, "ida@example.org"))
    told = document(house, all_of(house, ida))
    (found,) = told["replies_with_your_address"]
    assert (found["text"], found["email"]) == ("In Ida's name.", "Ida@example.org")
    assert told["replies"] == []
    everything = "\n".join(values(told))
    assert "My own words." not in everything
    for hidden in (sent.person, sent.network, sent.print, sent.conversation):
        assert hidden
        assert hidden not in everything
    assert not ida.speaker.wrote(sent), "to see words is not to own them"
    with pytest.raises(Problem):
        correcting.correct(house.db, all_of(house, ida), sent.id, email="", website=None)


def test_to_type_an_address_gives_nothing(either_house: House) -> None:
    house = either_house
    ida, mallory = house.reader("Ida"), house.reader("Mallory")
    ida.says("What Ida wrote.", email="ida@example.org")
    mallory.says("I am Ida.", email="ida@example.org")
    told = "\n".join(values(document(house, all_of(house, mallory))))
    assert "I am Ida." in told
    assert "What Ida wrote." not in told
    # A service that says so is not a letter that arrived.
    proves(mallory, github("mallory", email="ida@example.org"))
    assert "What Ida wrote." not in "\n".join(values(document(house, all_of(house, mallory))))


# ── correcting ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_typed_address_and_website_are_corrected_wherever_they_stand(either_house: House) -> None:
    house = either_house
    ben, eve = house.reader("Ben", trusted=True), house.reader("Eve", trusted=True)
    first = ben.says("One.", email="bne@example.org", website="https://bne.example")
    second = ben.says("Two.", on="/b/", email="bne@example.org", website="https://bne.example")
    other = ben.says("Three.", email="else@example.org")
    hers = eve.says("Four.", email="bne@example.org", website="https://bne.example")
    house.work()
    mine = all_of(house, ben)
    assert correcting.correct(house.db, mine, first.id, email="ben@example.org", website="ben.example") == 2
    for changed in (first, second):
        now = house.now_of(changed)
        assert (now.email, now.website, now.edited) == ("ben@example.org", "https://ben.example", None)
    assert house.now_of(other).email == "else@example.org"
    assert house.now_of(hers).email == "bne@example.org"
    assert house.db.value("SELECT count(*) FROM jobs WHERE fact = 'comment.edited'") == 2
    assert "ben.example" in house.fragment("/b/")
    assert correcting.correct(house.db, mine, first.id, email="", website=None) == 2
    assert (house.now_of(second).email, house.now_of(second).website) == ("", "https://ben.example")


def test_what_was_proven_is_not_corrected_by_typing(either_house: House) -> None:
    house = either_house
    ben = house.reader("Ben")
    proves(ben, address(house, "ben@example.org"))
    said = ben.says("As proven.", website="https://bne.example")
    mine = all_of(house, ben)
    (given,) = correcting.given(house.db, mine)
    assert (given.address_proven, given.website_proven, given.number) == (True, False, 1)
    with pytest.raises(Problem, match="You have proven this"):
        correcting.correct(house.db, mine, said.id, email="other@example.org", website=None)
    with pytest.raises(Problem) as refused:
        correcting.correct(house.db, mine, said.id, email=None, website="no address")
    assert set(refused.value.fields) == {"website"}
    assert correcting.correct(house.db, mine, said.id, email=None, website="https://ben.example") == 1
    assert (house.now_of(said).email, house.now_of(said).website) == ("ben@example.org", "https://ben.example")


# ── the documents ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_file_to_read_is_valid_html_that_escapes_and_fetches_nothing(house: House, tmp_path: Path) -> None:
    eve = house.reader('"><script>alert(1)</script>', trusted=True)
    eve.says(
        '</td><img src="https://evil.example/x.png" onerror=alert(1)> {{ site }}', website="https://e.example/?a=1&b=2"
    )
    file = tmp_path / "data.html"
    file.write_text("".join(documents.html(house.db, house.settings, all_of(house, eve))), "utf-8")
    text = file.read_text("utf-8")
    assert "&lt;script&gt;" in text
    for reaching_out in ("<script", "<img", "<link", "url(", "@import"):
        assert reaching_out not in text
    assert "{{ site }}" in text
    assert vnu.check([file]) == []


def test_thousands_of_words_are_told_and_never_all_at_once(house: House) -> None:
    ben = house.reader("Ben", trusted=True)
    said = ben.says("The first.")
    row = house.db.row("SELECT * FROM comments WHERE id = :id", id=said.id)
    assert row is not None
    with house.db.transaction():
        for number in range(1200):
            house.db.insert("comments", row | {"id": ids.new_id(), "text": f"Number {number}."})
    pieces = documents.lines(house.db, house.settings, all_of(house, ben))
    longest, number = 0, 0
    for piece in pieces:
        longest, number = max(longest, len(piece)), number + 1
    assert number > 1200
    assert longest < 10_000
    (shown,) = [
        part
        for part in documents.shown(house.db, house.settings, all_of(house, ben), most=20)
        if part.name == "replies"
    ]
    assert shown.more
    assert len(list(shown.records)) == 20

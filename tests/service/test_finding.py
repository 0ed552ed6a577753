"""Finding comments, on both engines alike: words, names, essays, networks, people, traits; and what is never found."""

import json

import pytest

from comments_service import worker
from comments_service.models import Comment, State, Verb
from comments_service.moderation import reading
from comments_service.searching import terms
from comments_service.store import comments, found, reports, searchable, subjects
from comments_service.store.found import Trait, Wanted
from comments_service.store.reports import Report
from tests.support.actors import House


def names(house: House, **wanted: object) -> list[str]:
    """Who wrote what is found, in the order of the list."""
    return [one.name for one in found.page_of(house.db, Wanted(**wanted), limit=50)]  # type: ignore[arg-type]


def words(house: House, query: str, **wanted: object) -> list[str]:
    return names(house, terms=terms(query), **wanted)


def reported(house: House, comment: Comment, *, settled_at: str | None = None) -> None:
    report = Report(
        f"r{house.count('reports')}", comment.id, "abuse", "It hurts.", "", "", "", comment.created, settled_at
    )
    reports.add(house.db, report)


@pytest.fixture
def talk(either_house: House) -> House:
    """Four who speak, read by the worker."""
    house = either_house
    house.author.publishes(house.reader("Zoë").says("Is the café open? Straße 5.", website="https://zoe.example"))
    house.reader("Ben").says("100% of the cafes_are closed: [see](https://news.example/closed).", on="/b/")
    house.author.decides(house.reader("Cleo").says("Bén said the teapot is cold."), Verb.SPAM)
    house.reader("Dan").says("東京都に住んでいます", private=True)
    house.work()
    return house


@pytest.mark.parametrize(
    ("query", "wrote"),
    [
        ("cafe", ["Ben", "Zoë"]),
        ("CAFÉ", ["Ben", "Zoë"]),
        ("ben", ["Cleo", "Ben"]),
        ("zoe", ["Zoë"]),
        ("strasse 5", ["Zoë"]),
        ("tea", ["Cleo"]),
        ("pot", []),
        ('"is the cafe"', ["Zoë"]),
        ('"the is cafe"', []),
        ("news.example", ["Ben"]),
        ("京都", ["Dan"]),
        ("cafe closed", ["Ben"]),
        ("cafe teapot", []),
        ("100", ["Ben"]),
        ("cafes_are", ["Ben"]),
        ("c_fe", []),
    ],
)
def test_words_are_found_whatever_their_case_and_accents_on_both_engines(
    talk: House, query: str, wrote: list[str]
) -> None:
    assert words(talk, query) == wrote


def test_what_is_found_is_counted_by_state_and_narrowed_by_it(talk: House) -> None:
    wanted = Wanted(terms=terms("cafe"))
    assert found.counts(talk.db, wanted) == {State.HELD: 1, State.PUBLISHED: 1}
    assert words(talk, "cafe", state=State.PUBLISHED) == ["Zoë"]
    assert found.number(talk.db, wanted) == 2
    assert names(talk, names=terms("ben")) == ["Ben"]
    assert names(talk, page="/b/") == ["Ben"]


def test_nothing_for_the_author_only_is_found_by_a_moderator(talk: House) -> None:
    assert words(talk, "京都", private=False) == []
    assert names(talk, private=False) == ["Cleo", "Ben", "Zoë"]
    assert found.number(talk.db, Wanted(private=False)) == 3
    assert State.HELD in found.counts(talk.db, Wanted(terms=terms("京都")))
    assert found.counts(talk.db, Wanted(terms=terms("京都"), private=False)) == {}


def test_traits_are_what_they_say(talk: House) -> None:
    zoe = found.page_of(talk.db, Wanted(names=terms("zoe")), limit=1)[0]
    assert names(talk, traits=frozenset({Trait.QUESTION})) == ["Zoë"]
    assert names(talk, traits=frozenset({Trait.LINK})) == ["Ben", "Zoë"]
    assert names(talk, traits=frozenset({Trait.FIRST})) == ["Dan", "Cleo", "Ben", "Zoë"]
    talk.author.answers(zoe, "It is.")
    talk.work()
    assert names(talk, traits=frozenset({Trait.UNANSWERED})) == ["Dan", "Cleo", "Ben"]
    assert names(talk, traits=frozenset({Trait.QUESTION, Trait.UNANSWERED})) == []


def test_an_answer_taken_back_leaves_a_reply_unanswered_again(either_house: House) -> None:
    said = either_house.reader("Ben", trusted=True).says("Is it so?")
    answer = either_house.author.answers(said, "It is.")
    wanted = Wanted(traits=frozenset({Trait.UNANSWERED}), page="/a/")
    assert found.number(either_house.db, wanted) == 0
    either_house.author.decides(answer, Verb.REMOVE)
    assert [one.id for one in found.page_of(either_house.db, wanted, limit=5)] == [said.id]


def test_who_was_approved_before_is_no_first_time_writer(either_house: House) -> None:
    ben = either_house.reader("Ben", trusted=True)
    ben.says("My second.")
    cleo = either_house.reader("Cleo")
    cleo.says("My first.")
    cleo.says("My first as well, as nobody has looked yet.")
    assert names(either_house, traits=frozenset({Trait.FIRST})) == ["Cleo", "Cleo", "Ben"]


def test_the_queue_goes_on_with_those_who_came_later_and_other_lists_with_older_ones(either_house: House) -> None:
    held = [either_house.reader("Ben").says(f"Number {number}.") for number in range(3)]
    queue = Wanted(state=State.HELD)
    first = found.page_of(either_house.db, queue, limit=2)
    assert [one.id for one in first] == [held[0].id, held[1].id]
    assert [one.id for one in found.page_of(either_house.db, queue, after=first[-1].id, limit=2)] == [held[2].id]
    newest = found.page_of(either_house.db, Wanted(), limit=2)
    assert [one.id for one in newest] == [held[2].id, held[1].id]
    assert [one.id for one in found.page_of(either_house.db, Wanted(), after=newest[-1].id, limit=2)] == [held[0].id]


def test_what_was_reported_is_found_until_somebody_has_looked_or_it_is_off_the_page(either_house: House) -> None:
    house = either_house
    ben, cleo, dan = (house.reader(name, trusted=True).says("Hm.") for name in ("Ben", "Cleo", "Dan"))
    for comment in (ben, ben, cleo):
        reported(house, comment)
    reported(house, dan, settled_at=dan.created)
    assert names(house, reported=True) == ["Cleo", "Ben"]
    house.author.decides(ben, Verb.REMOVE)
    assert found.number(house.db, Wanted(reported=True)) == 1
    reports.settle(house.db, cleo.id, now=cleo.created)
    assert names(house, reported=True) == []


# ── what is kept to be searched follows the words ───────────────────────────────────────────────────────────────────


def kept(house: House) -> str:
    return json.dumps(house.db.rows("SELECT * FROM searchable ORDER BY comment"))


def test_an_edit_is_found_by_its_new_words_alone(either_house: House) -> None:
    ben = either_house.reader("Ben")
    said = ben.says("About kettles.")
    either_house.work()
    ben.edits(said, "About teapots.")
    assert "kettles" not in kept(either_house)
    either_house.work()
    assert (words(either_house, "kettles"), words(either_house, "teapots")) == ([], ["Ben"])


def test_a_withdrawal_takes_along_what_was_kept_to_be_searched_in_the_same_moment(either_house: House) -> None:
    ben = either_house.reader("Ben")
    said = ben.says("My secret words.")
    either_house.work()
    assert "secret" in kept(either_house)
    ben.withdraws(said)
    assert kept(either_house) == "[]"
    reading.read(either_house.db, [said.id])
    assert kept(either_house) == "[]"
    assert names(either_house) == []


def test_what_was_never_read_is_read_portion_by_portion(either_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_PORTION", 2)
    for number in range(5):
        either_house.reader("Ben").says(f"Number {number}, unread.")
    either_house.work()
    either_house.db.execute("DELETE FROM searchable")
    assert words(either_house, "unread") == []
    worker.tidy(either_house.db, either_house.settings)
    worker.work_once(either_house.db, either_house.settings)
    assert searchable.missing(either_house.db) == 3
    either_house.work()
    assert (searchable.missing(either_house.db), len(words(either_house, "unread"))) == (0, 5)


def test_accepting_a_reply_writes_nothing_to_be_searched(house: House) -> None:
    house.reader("Ben").says("Quick.")
    assert house.count("searchable") == 0


def test_a_website_taken_away_is_searched_no_more(either_house: House) -> None:
    said = either_house.reader("Ben").says("Hello.", website="https://old.example")
    either_house.work()
    assert words(either_house, "old.example") == ["Ben"]
    mine = subjects.of_person(either_house.db, said.person or "")
    comments.readdress(either_house.db, mine, said, email="", website="")
    assert "old" not in kept(either_house)

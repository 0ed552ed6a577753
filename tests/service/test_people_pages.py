"""People, privately: one page for one person, by the author's word alone, with what was said last and what is noted."""

import pytest

from comments_service.engagement import forgetting, people
from comments_service.errors import Problem
from comments_service.models import Comment
from comments_service.store import notes, subjects
from tests.support.actors import House
from tests.support.claims import github, proves
from tests.support.proving import address


def person(comment: Comment) -> str:
    assert comment.person is not None
    return comment.person


def names(found: list[people.Somebody]) -> list[str]:
    return [one.name for one in found]


def objects(house: House, who: str) -> None:
    """Somebody says: keep no history of me."""
    house.db.execute("UPDATE people SET history_refused_at = created WHERE id = :id", id=who)


def test_a_page_opens_with_their_last_words_and_the_newest_answer(either_house: House) -> None:
    house = either_house
    ben = house.reader("Ben")
    first = ben.says("First words.")
    house.author.answers(first, "My first.")
    there = ben.says("Elsewhere.", on="/b/")
    newest = house.author.answers(there, "My newest.")
    last = ben.says("And another thing?")
    found = people.somebody(house.db, person(first))
    assert found.theirs is not None
    assert found.yours is not None
    assert (found.theirs.id, found.yours.id) == (last.id, newest.id)
    assert (found.known.conversations, found.known.exchanges) == (3, 2)
    assert found.known.waiting_since is not None


def test_somebody_without_an_answer_or_a_word_left_is_told_so(either_house: House) -> None:
    house = either_house
    ben = house.reader("Ben")
    said = ben.says("Hello?")
    assert people.somebody(house.db, person(said)).yours is None
    ben.withdraws(said)
    for nobody in (person(said), "nobody", "0" * 26):
        with pytest.raises(Problem) as refused:
            people.somebody(house.db, nobody)
        assert refused.value.status == 404


def test_the_list_tells_of_each_person_once_by_their_last_words(either_house: House) -> None:
    house = either_house
    ben, cleo, fay = (house.reader(name) for name in ("Ben", "Cleo", "Fay"))
    for number in range(4):
        ben.says(f"Number {number}.")
    cleo.says("Once.")
    fay.says("Once as well.")
    found, older = people.lately(house.db, before="~", limit=2)
    assert names(found) == ["Fay", "Cleo"]
    rest, none = people.lately(house.db, before=older, limit=2)
    assert names(rest) == ["Ben"]
    assert rest[0].theirs is not None
    assert rest[0].theirs.text == "Number 3."
    assert none == ""


def test_two_of_one_name_are_two_until_the_author_says_otherwise_and_again_after_they_are_parted(
    either_house: House,
) -> None:
    house = either_house
    one, two = house.reader("Ben").says("From my phone."), house.reader("Ben").says("From my desk.")
    assert [len(found.members) for found in people.like(house.db, "ben")] == [1, 1]
    before = house.count("events")
    people.join(house.db, person(one), person(two), house.author.account)
    for either in (one, two):
        found = people.somebody(house.db, person(either))
        assert found.id == person(one)
        assert {talk.id for talk in found.conversations} == {one.conversation, two.conversation}
        assert found.theirs is not None
        assert found.theirs.id == two.id
    assert len(people.lately(house.db, before="~", limit=9)[0]) == 1
    assert len(people.like(house.db, "BEN")) == 1
    people.part(house.db, person(two))
    assert len(people.lately(house.db, before="~", limit=9)[0]) == 2
    assert people.somebody(house.db, person(two)).id == person(two)
    assert house.count("events") == before, "a join moves no figure"
    with pytest.raises(Problem, match="two people"):
        people.part(house.db, person(two))


def test_a_join_in_a_circle_is_refused_and_changes_nothing(either_house: House) -> None:
    house = either_house
    one, two, three = (person(house.reader("Ben").says(f"Device {number}.")) for number in range(3))
    people.join(house.db, one, two, house.author.account)
    people.join(house.db, three, one, house.author.account)
    assert people.somebody(house.db, two).id == three
    for this, other in ((two, three), (one, three), (two, one), (one, one)):
        with pytest.raises(Problem, match="one person here already"):
            people.join(house.db, this, other, house.author.account)
    assert house.count("joins") == 2


def test_who_wants_no_history_has_no_page_and_is_on_no_list(either_house: House) -> None:
    house = either_house
    ben, cleo = house.reader("Ben").says("Hello."), house.reader("Cleo").says("Hello too.")
    objects(house, person(ben))
    with pytest.raises(Problem, match="no history") as refused:
        people.somebody(house.db, person(ben))
    assert refused.value.status == 410
    assert names(people.lately(house.db, before="~", limit=9)[0]) == ["Cleo"]
    assert people.like(house.db, "Ben") == []
    with pytest.raises(Problem, match="no history"):
        people.join(house.db, person(cleo), person(ben), house.author.account)
    with pytest.raises(Problem, match="no history"):
        people.note(house.db, person(ben), "A note.", house.author.account)
    assert (house.count("joins"), house.count("notes")) == (0, 0)


def test_an_objection_takes_a_device_out_of_a_page_that_was_joined(either_house: House) -> None:
    house = either_house
    one, two = house.reader("Ben").says("One."), house.reader("Ben").says("Two.")
    people.join(house.db, person(one), person(two), house.author.account)
    objects(house, person(two))
    assert [talk.id for talk in people.somebody(house.db, person(one)).conversations] == [one.conversation]


def test_a_note_is_kept_as_it_was_written_and_removed_for_good(either_house: House) -> None:
    house = either_house
    ben = person(house.reader("Ben").says("Hello."))
    other = person(house.reader("Cleo").says("Hello."))
    kept = people.note(house.db, ben, " Met in *Porto*.\n<b>Twice</b>. ", house.author.account)
    found = people.somebody(house.db, ben)
    assert [note.text for note in people.notes_about(house.db, found)] == ["Met in *Porto*.\n<b>Twice</b>."]
    with pytest.raises(Problem) as refused:
        people.forget_note(house.db, other, kept.id)
    assert refused.value.status == 404
    people.forget_note(house.db, ben, kept.id)
    assert house.count("notes") == 0


@pytest.mark.parametrize(
    ("text", "why"), [("", "few words"), (" \n ", "few words"), ("x" * 2001, "2,000"), ("\ud800", "no text")]
)
def test_a_note_that_cannot_be_kept_is_a_sentence(house: House, text: str, why: str) -> None:
    ben = person(house.reader("Ben").says("Hello."))
    with pytest.raises(Problem) as refused:
        people.note(house.db, ben, text, house.author.account)
    assert why in refused.value.fields["note"]
    assert house.count("notes") == 0


# ── joined by themselves ────────────────────────────────────────────────────────────────────────────────────────────


def test_who_proved_to_be_one_person_has_one_page_and_no_author_parts_them(either_house: House) -> None:
    house = either_house
    ben = house.reader("Ben")
    first = ben.says("As a guest.")
    proves(ben, github("ben"), reply=first)
    second = ben.says("As ben on GitHub.", on="/b/")
    found = people.somebody(house.db, person(first))
    assert found.id == person(second)
    assert {talk.id for talk in found.conversations} == {first.conversation, second.conversation}
    assert [one.label for one in found.proved] == ["github.com/ben"]
    assert people.joined_by_themselves(house.db, found) == {person(first)}
    for either in (first, second):
        with pytest.raises(Problem, match="They proved themselves") as refused:
            people.part(house.db, person(either))
        assert refused.value.status == 409
    assert ben.speaker.persons == {person(first), person(second)}
    assert len(people.lately(house.db, before="~", limit=9)[0]) == 1


def test_an_authors_join_beside_a_proven_one_is_taken_back_alone(either_house: House) -> None:
    house = either_house
    ben, other = house.reader("Ben"), house.reader("Ben O.")
    first, said = ben.says("As a guest."), other.says("From my phone.")
    people.join(house.db, person(said), person(first), house.author.account)
    proves(ben, github("ben"), reply=first)
    second = ben.says("As ben on GitHub.", on="/b/")
    for member in (first, second, said):
        found = people.somebody(house.db, person(member))
        assert set(found.members) == {person(first), person(second), person(said)}
    people.part(house.db, person(first))
    assert set(people.somebody(house.db, person(said)).members) == {person(said)}
    assert set(people.somebody(house.db, person(first)).members) == {person(first), person(second)}
    assert len(ben.speaker.persons) == 2


def test_an_authors_join_gives_nobody_the_words_of_another(either_house: House) -> None:
    house = either_house
    ben, eve = house.reader("Ben"), house.reader("Eve")
    his, hers = ben.says("His words."), eve.says("Her words.")
    proves(eve, github("eve"), reply=hers)
    people.join(house.db, person(his), person(hers), house.author.account)
    assert not eve.speaker.wrote(his)
    assert not ben.speaker.wrote(hers)
    mine = subjects.of_speaker(house.db, eve.speaker)
    assert person(his) not in mine.people
    forgetting.erase(house.db, mine)
    assert house.now_of(his).text == "His words."


def test_an_objection_holds_for_all_that_somebody_proves_to_be_later(either_house: House) -> None:
    house = either_house
    ben = house.reader("Ben")
    first = ben.says("As a guest.")
    objects(house, person(first))
    proves(ben, address(house, "ben@example.org"), reply=first)
    second = ben.says("As proven.", name="Ben", on="/b/")
    with pytest.raises(Problem, match="no history"):
        people.somebody(house.db, person(second))
    assert people.lately(house.db, before="~", limit=9)[0] == []


def test_earlier_words_are_shown_beside_a_reply_whoever_joined_the_two(either_house: House) -> None:
    house = either_house
    ben = house.reader("Ben")
    first = ben.says("As a guest.")
    identity = proves(ben, github("ben"), reply=first)
    other = person(house.reader("Ben O.").says("From my phone."))
    notes.join(house.db, identity.person, other, by=house.author.account.id, at=first.created)
    assert notes.known_with(house.db, person(first)) == sorted([person(first), identity.person, other])
    assert notes.known_with(house.db, other) == notes.known_with(house.db, person(first))

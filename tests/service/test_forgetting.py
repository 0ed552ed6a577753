"""Who asks to be forgotten is forgotten: words, history, promises, notes. What was decided stays, of nobody."""

import json

import pytest

from comments_service import engagement, ids, posting
from comments_service.engagement import doctor, figures, forgetting
from comments_service.models import Comment, Identity, NewReply, State, Undertaking
from comments_service.store import (
    conversations,
    errands,
    events,
    hearts,
    identities,
    notes,
    people,
    pictures,
    snapshots,
    subjects,
)
from tests.support.actors import House, Reader
from tests.support.claims import begun, github, proves
from tests.support.meanwhile import meanwhile
from tests.support.proving import address
from tests.support.tables import everything, rows


def person_of(comment: Comment) -> str:
    assert comment.person is not None
    return comment.person


@pytest.fixture
def known(either_house: House) -> tuple[House, Reader, Comment]:
    """Zebulon asks, is promised something, noted about, hearted and liked."""
    house = either_house
    zeb = house.reader("Zebulon", trusted=True)
    question = zeb.says("Xylophones or zithers?", email="zeb@example.org", website="https://zeb.example")
    house.author.answers(question, "Both, Zebulon.", Undertaking(promise="send the zither list", due="2099-01-01"))
    engagement.heart(house.db, question.id, house.author.account)
    notes.add(
        house.db,
        notes.Note("n1", person_of(question), "Plays the zither.", house.author.account.id, "2026-01-01T00:00:00.000Z"),
    )
    return house, zeb, question


def test_an_erasure_leaves_nothing_of_them(known: tuple[House, Reader, Comment]) -> None:
    house, _, question = known
    person = person_of(question)
    answer = house.db.value("SELECT id FROM comments WHERE parent = :id", id=question.id)
    secrets = (person, "Xylophones", "zeb@example.org", "zeb.example", "zither list", "Plays the zither")
    before = rows(house.db)
    assert all(secret in before for secret in secrets)
    assert forgetting.erase(house.db, subjects.of_person(house.db, person)) == 2
    left = everything(house)
    for secret in secrets:
        assert secret not in left
    assert house.now_of(question).state is State.WITHDRAWN
    assert house.db.value("SELECT parent FROM comments WHERE id = :id", id=answer) == question.id
    assert doctor.examine(house.db).differing == {}
    assert people.find(house.db, house.author.account.id) is not None


@pytest.mark.parametrize(("hours", "unanswered"), [(71, 0), (73, 1)])
def test_before_the_due_time_it_is_as_if_they_had_never_asked(either_house: House, hours: int, unanswered: int) -> None:
    house = either_house
    question = house.author.publishes(house.reader("Zebulon").says("Will anybody answer?"))
    house.shift_clock(hours=hours)
    forgetting.erase(house.db, subjects.of_person(house.db, person_of(question)))
    house.shift_clock(hours=30)
    figures.take_site(house.db, house.settings)
    taken = snapshots.find(house.db, figures.SITE)
    assert taken is not None
    assert (taken.data["site"]["n"], taken.data["site"]["unanswered"]) == (unanswered, unanswered)
    assert taken.data["site"]["people"] == 0


def test_a_tally_tells_no_wait(either_house: House) -> None:
    house = either_house
    question = house.author.publishes(house.reader("Zebulon").says("Will anybody answer?"))
    house.shift_clock(hours=5)
    house.author.answers(question, "I do.")
    house.shift_clock(hours=80)
    forgetting.erase(house.db, subjects.of_person(house.db, person_of(question)))
    (row,) = house.db.rows("SELECT data FROM tallies")
    data = json.loads(row["data"])
    assert data["opened_at"] == data["done_at"] == data["due_at"]
    assert not {"comment", "answer", "by"} & {name for name, value in data.items() if value}


def test_who_objects_keeps_the_words_and_has_no_history(known: tuple[House, Reader, Comment]) -> None:
    house, _, question = known
    person = person_of(question)
    assert forgetting.object_to_history(house.db, [person])
    assert not forgetting.object_to_history(house.db, [person])
    assert notes.of_people(house.db, [person]) == []
    assert house.now_of(question).text == "Xylophones or zithers?"
    assert conversations.of_person(house.db, person)[-1].state == "promised"


def test_two_years_of_silence_end_a_history_and_no_word(known: tuple[House, Reader, Comment]) -> None:
    house, zeb, question = known
    house.shift_clock(days=729)
    assert forgetting.forget_the_silent(house.db) == 0
    house.shift_clock(days=2)
    assert forgetting.forget_the_silent(house.db) == 1
    assert forgetting.forget_the_silent(house.db) == 0
    person = person_of(question)
    assert conversations.of_person(house.db, person) == []
    assert notes.of_people(house.db, [person]) == []
    assert house.now_of(question).text == "Xylophones or zithers?"
    # Their device still knows them, and what they say now begins anew.
    again = zeb.says("I am back.", to=question)
    assert again.person == person
    assert [found.state for found in conversations.of_person(house.db, person)] == ["needs_answer"]
    assert doctor.examine(house.db).differing == {}


def test_an_account_is_not_forgotten_by_silence(house: House) -> None:
    house.author.says("A thread of my own.")
    house.shift_clock(days=2000)
    assert forgetting.forget_the_silent(house.db) == 0
    assert people.find(house.db, house.author.account.id) is not None


# ── whoever proved who they are ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def proven(either_house: House) -> tuple[House, Reader, Comment, list[Identity]]:
    """Zebulon wrote as a guest, proved GitHub and an address, and is known on two devices."""
    house = either_house
    zeb = house.reader("Zebulon", trusted=True)
    question = zeb.says("Xylophones or zithers?", email="zeb@example.org")
    proved = [proves(zeb, github("zebulon"), purpose="yours", reply=question)]
    proved.append(proves(zeb, address(house, "zeb@example.org"), purpose="add"))
    zeb.says("Proven words of Zebulon.", name="Zebulon")
    phone = house.reader("Zebulon")
    proves(phone, address(house, "zeb@example.org"))
    return house, zeb, question, proved


def _wished(house: House, identity: str) -> pictures.Wish:
    wish = pictures.find(house.db, pictures.want(house.db, identity))
    assert wish is not None
    return wish


def test_an_erasure_forgets_all_that_somebody_proved_to_be(
    proven: tuple[House, Reader, Comment, list[Identity]],
) -> None:
    house, zeb, question, proved = proven
    stranger = house.reader("Stranger", trusted=True)
    typed = stranger.says("Sent in the name of another.", email="ZEB@example.org")
    kept = stranger.says("The stranger's own words.")
    errand, _ = begun(house, text="typed by a stranger", email="zeb@example.org")
    errands.challenge(house.db, errand.id, "zeb@example.org", expires=ids.now(minutes=30))
    hearts.like(house.db, "/a/", "a print", at=ids.now())
    pictures.show(house.db, _wished(house, proved[0].id), b"zebulon in colors")
    notes.join(house.db, person_of(question), person_of(kept), by=house.author.account.id, at=ids.now())
    notes.add(house.db, notes.Note("n1", proved[0].person, "Plays it.", house.author.account.id, ids.now()))
    mine = subjects.of_speaker(house.db, zeb.speaker, likes=["a print"])
    assert len(mine.people) == 3
    secrets = ["Xylophones", "zeb@example.org", "Zebulon", "zebulon", "Proven words", "Sent in the name", "Plays it"]
    secrets += ["subject-zebulon", "a print", *mine.people, *mine.identities]
    before = rows(house.db).lower()
    assert all(secret.lower() in before for secret in secrets)
    assert forgetting.erase(house.db, mine) == 4
    left = everything(house).lower()
    for secret in secrets:
        assert secret.lower() not in left, secret
    assert house.count("identities") == house.count("joins") == house.count("proven_names") == 0
    assert "typed by a stranger" in left, "what others typed is theirs"
    assert house.now_of(typed).state is State.WITHDRAWN
    assert house.now_of(kept).text == "The stranger's own words."
    assert stranger.speaker.person is not None
    assert zeb.speaker.person is None
    assert doctor.examine(house.db).differing == {}


def test_who_stays_is_one_without_whom_a_guests_device_erased(
    proven: tuple[House, Reader, Comment, list[Identity]],
) -> None:
    """A device that proved nothing speaks for its guest alone, even where others proved to be them."""
    house, zeb, question, proved = proven
    guest = person_of(question)
    # As it may come about by parting: the guest is the one whom the others are joined to.
    for person in identities.self_of(house.db, guest).ids - {guest}:
        identities.part(house.db, person, at=ids.now())
    identities.join(house.db, proved[0].person, guest, at=ids.now())
    identities.join(house.db, proved[1].person, guest, at=ids.now())
    assert identities.head_of(house.db, proved[1].person) == guest
    forgetting.erase(house.db, subjects.Subject(people=(guest,)))
    rest = identities.self_of(house.db, proved[0].person)
    assert rest.ids == {proved[0].person, proved[1].person}
    assert zeb.speaker.identities == {proved[0].id, proved[1].id}
    assert guest not in everything(house)


@pytest.mark.parametrize(("hours", "tallies"), [(71, 0), (73, 1)])
def test_the_verdict_rules_hold_for_what_was_proven(either_house: House, hours: int, tallies: int) -> None:
    house = either_house
    zeb = house.reader("Zebulon")
    proves(zeb, github("zeb"))
    house.author.publishes(zeb.says("Will anybody answer?"))
    house.shift_clock(hours=hours)
    forgetting.erase(house.db, subjects.of_speaker(house.db, zeb.speaker))
    house.shift_clock(hours=30)
    figures.take_site(house.db, house.settings)
    taken = snapshots.find(house.db, figures.SITE)
    assert taken is not None
    assert (taken.data["site"]["n"], taken.data["site"]["people"]) == (tallies, 0)


def test_what_was_sent_with_an_address_is_withdrawn_in_its_writers_history(either_house: House) -> None:
    house = either_house
    stranger, ida = house.reader("Stranger"), house.reader("Ida")
    asked = stranger.says("Will you answer?", email="ida@example.org")
    proves(ida, address(house, "ida@example.org"))
    assert [one.id for one in conversations.waiting(house.db, now=ids.now(), late=False, pages=None, limit=9)]
    assert forgetting.erase(house.db, subjects.of_speaker(house.db, ida.speaker)) == 1
    assert conversations.waiting(house.db, now=ids.now(), late=False, pages=None, limit=9) == []
    assert [event["type"] for event in events.of_conversation(house.db, asked.conversation)] == ["comment", "remove"]
    assert doctor.examine(house.db).differing == {}


def test_an_objection_leaves_what_somebody_proved_and_takes_what_authors_joined(
    proven: tuple[House, Reader, Comment, list[Identity]],
) -> None:
    house, zeb, question, proved = proven
    other = person_of(house.reader("Other").says("Hello."))
    notes.join(house.db, proved[0].person, other, by=house.author.account.id, at=ids.now())
    notes.add(house.db, notes.Note("n1", proved[1].person, "Plays it.", house.author.account.id, ids.now()))
    mine = subjects.of_speaker(house.db, zeb.speaker)
    assert forgetting.object_to_history(house.db, mine.people)
    assert not forgetting.object_to_history(house.db, mine.people)
    assert zeb.speaker.persons == set(mine.people)
    assert notes.refused(house.db, list(mine.people)) == set(mine.people)
    assert notes.of_people(house.db, list(mine.people)) == []
    assert house.db.value("SELECT count(*) FROM joins WHERE proven_at IS NULL") == 0
    assert house.now_of(question).text == "Xylophones or zithers?"


def test_what_was_proven_and_never_used_is_forgotten_after_two_years(
    proven: tuple[House, Reader, Comment, list[Identity]],
) -> None:
    house, zeb, _, _ = proven
    idle, lately = house.reader("Idle"), house.reader("Lately")
    proves(idle, github("idle"))
    proves(idle, address(house, "idle@example.org"), purpose="add")
    stranger = house.reader("Stranger", trusted=True)
    typed = stranger.says("Sent with it.", email="idle@example.org")
    proves(lately, github("lately"))
    house.shift_clock(days=729)
    assert forgetting.forget_the_silent(house.db) == 0
    proves(lately, github("lately"))
    house.shift_clock(days=2)
    forgetting.forget_the_silent(house.db)
    forgetting.forget_the_silent(house.db)
    left = {row["label"] for row in house.db.rows("SELECT label FROM identities")}
    assert left == {"github.com/zebulon", "by e-mail", "github.com/lately"}
    assert "idle" not in json.dumps(house.db.rows("SELECT * FROM identities"))
    assert zeb.speaker.identities, "their words stand, so they are still known"
    assert house.now_of(typed).text == "Sent with it."


def test_to_withdraw_the_only_reply_signs_nobody_out_who_proved_who_they_are(either_house: House) -> None:
    house = either_house
    ben, guest = house.reader("Ben"), house.reader("Guest")
    identity = proves(ben, github("ben"))
    ben.withdraws(ben.says("Once."))
    assert ben.speaker.identity == identity
    guest.withdraws(guest.says("Once."))
    assert guest.speaker.person is None


# ── at the same moment ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("first", ["to be forgotten", "to reply"])
def test_who_replies_while_they_are_forgotten_is_forgotten_or_told(either_house: House, first: str) -> None:
    ben = either_house.reader("Ben")
    ben.says("Hello.")
    speaker, person = ben.speaker, ben.speaker.person
    assert person is not None
    new = NewReply(page="/a/", text="One word more.", name="Ben")

    def replies(there: House) -> None:
        posting.accept(there.db, there.settings, there.keys, speaker, new)

    def forgets(there: House) -> None:
        forgetting.erase(there.db, subjects.of_person(there.db, person.id))

    one, other = (forgets, replies) if first == "to be forgotten" else (replies, forgets)
    wrong = meanwhile(either_house, lambda: one(either_house), other)
    assert [getattr(error, "status", error) for error in wrong] == ([409] if first == "to be forgotten" else [])
    assert either_house.db.value("SELECT count(*) FROM comments WHERE text <> ''") == 0

"""Who asks to be forgotten is forgotten: words, history, promises, notes. What was decided stays, of nobody."""

import json
from threading import Thread

import pytest

from comments_service import engagement, ids, posting
from comments_service.database import Database, opened
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
from comments_service.store import forgetting as store
from tests.support.actors import House, Reader
from tests.support.claims import begun, github, proves
from tests.support.proving import address

# Columns that name an account, who is not erased, or nobody at all.
OF_NO_READER = {
    ("bans", "banned_by"), ("rules", "made_by"), ("announcements", "decided_by"), ("news", "account"),
    ("letter_links", "account"), ("account_letters", "account"), ("account_bounces", "account"),
    ("pages", "conversation"), ("sessions", "device"), ("passkeys", "person"), ("passkey_challenges", "person"),
    ("sign_ins", "person"), ("sign_ins", "device"), ("sign_ins", "network"),
    ("away", "announced_by"), ("comments", "author"), ("decisions", "decided_by"), ("hearts", "given_by"),
    ("notes", "written_by"), ("comment_notes", "written_by"), ("acts", "done_by"),
    ("promises", "promised_by"), ("sessions", "person"), ("sign_in_links", "person"),
}  # fmt: skip
# What is emptied or deleted otherwise than by its person or identity, and how.
OTHERWISE = {
    ("comments", "person"): "emptied by a withdrawal",
    ("comments", "identity"): "emptied by a withdrawal",
    ("comments", "email"): "emptied by a withdrawal",
    ("comments", "network"): "emptied by a withdrawal",
    ("comments", "parent"): "a place in a thread",
    ("inbox", "comment"): "which reply a letter of an author's answered, by its id, for 30 days",
    ("essay_answers", "comment"): "which essay answered it, by ids",
    ("conversations", "person"): "becomes nobody",
    ("conversations", "comment"): "told anew from no events",
    ("events", "person"): "goes with its conversation",
    ("events", "actor"): "goes with its conversation",
    ("events", "comment"): "goes with its conversation",
    ("events", "conversation"): "goes with its conversation",
    ("answers", "comment"): "goes with its conversation",
    ("answers", "conversation"): "goes with its conversation",
    ("promises", "comment"): "goes with its conversation",
    ("promises", "conversation"): "goes with its conversation",
    ("comments", "conversation"): "a conversation of nobody",
    ("decisions", "comment"): "what was decided about an empty place",
    ("lessons", "comment"): "unlearned with the words",
    ("hearts", "comment"): "taken back with the words",
    ("searchable", "comment"): "goes with the words",
    ("comment_notes", "comment"): "deleted with the words",
    ("sayings", "said_to"): "becomes nobody",
    ("sayings", "comment"): "an author's answer",
    ("likes", "device"): "taken back by the browser that asks",
    ("people", "id"): "the person themselves",
    ("people", "email"): "an account's",
    ("devices", "guest"): "emptied",
    ("identities", "person"): "goes with the identity",
    ("identities", "address"): "goes with the identity",
    ("challenges", "address"): "goes with the address",
    ("challenges", "errand"): "goes with the errand",
    ("authorizations", "errand"): "goes with the errand",
    ("errands", "comment"): "the place of a reply that is empty",
    ("attempts", "who"): "a keyed hash, for a day",
    ("reports", "comment"): "a place in a thread",
    ("reports", "person"): "emptied, with what was said and proven",
    ("reports", "network"): "emptied",
    ("bans", "comment"): "a place in a thread",
    ("correspondents", "address"): "goes with the address",
    ("subscriptions", "correspondent"): "goes with the address",
    ("subscriptions", "comment"): "goes with the words",
    ("news", "correspondent"): "goes with the address",
    ("news", "comment"): "a place in a thread",
    ("letter_links", "comment"): "a place in a thread",
}
_TELLING = {
    "person", "into_person", "joined_by", "identity", "comment", "conversation", "guest", "device", "address", "email",
    "said_to", "actor", "author", "who", "network", "errand", "correspondent", "account",
    "announced_by", "decided_by", "given_by", "written_by", "promised_by", "done_by",
}  # fmt: skip


def tables(db: Database) -> list[str]:
    """The names of all tables."""
    sql = (
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
        if db.engine == "sqlite"
        else "SELECT relname AS name FROM pg_stat_user_tables ORDER BY relname"
    )
    return [row["name"] for row in db.rows(sql)]


def everything(house: House) -> str:
    """All rows of all tables, as text."""
    house.work()
    return json.dumps({table: house.db.rows(f"SELECT * FROM {table}") for table in tables(house.db)}, default=str)


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
    assert forgetting.erase(house.db, subjects.of_person(house.db, person)) == 2
    left = everything(house)
    for secret in (person, "Xylophones", "zeb@example.org", "zeb.example", "zither list", "Plays the zither"):
        assert secret not in left
    assert house.now_of(question).state is State.WITHDRAWN
    assert house.db.value("SELECT parent FROM comments WHERE id = :id", id=answer) == question.id
    assert doctor.examine(house.db).differing == {}
    assert not house.author.account.id.startswith(person)


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


def test_every_column_that_tells_of_somebody_is_forgotten_or_has_a_reason(house: House) -> None:
    columns = {
        (table, row["name"])
        for table in tables(house.db)
        for row in house.db.rows(f"PRAGMA table_info({table})")
        if row["name"] in _TELLING or (table, row["name"]) == ("people", "id")
    }
    references = {
        (table, row["from"])
        for table in tables(house.db)
        for row in house.db.rows(f"PRAGMA foreign_key_list({table})")
        if row["table"] in {"people", "identities", "comments", "devices", "conversations"}
    }
    named = {*store.OF_A_PERSON, *store.OF_AN_IDENTITY} - {("identities", "id")}
    assert columns | references == named | OTHERWISE.keys() | OF_NO_READER
    assert set(store.OF_A_HISTORY) <= set(store.OF_A_PERSON)
    assert not named & OTHERWISE.keys()


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
    assert forgetting.erase(house.db, mine) == 4
    left = everything(house)
    secrets = ["Xylophones", "zeb@example.org", "Zebulon", "zebulon", "Proven words", "Sent in the name", "Plays it"]
    secrets += ["subject-zebulon", "a print", *mine.people, *mine.identities]
    for secret in secrets:
        assert secret.lower() not in left.lower(), secret
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


@pytest.mark.parametrize("first", ["to be forgotten", "to reply"])
def test_who_replies_while_they_are_forgotten_is_forgotten_or_told(either_house: House, first: str) -> None:
    ben = either_house.reader("Ben")
    ben.says("Hello.")
    speaker, person = ben.speaker, ben.speaker.person
    assert person is not None
    new = NewReply(page="/a/", text="One word more.", name="Ben")
    wrong: list[Exception] = []

    def asks(db: Database, what: str) -> None:
        try:
            if what == "to reply":
                posting.accept(db, either_house.settings, either_house.keys, speaker, new)
            else:
                forgetting.erase(db, subjects.of_person(db, person.id))
        except Exception as error:  # noqa: BLE001 -- it is what the test asks for
            wrong.append(error)

    def meanwhile() -> None:
        with opened(either_house.settings) as db:
            asks(db, "to reply" if first == "to be forgotten" else "to be forgotten")

    with either_house.db.transaction():
        asks(either_house.db, first)
        thread = Thread(target=meanwhile)
        thread.start()
        thread.join(0.5)
    thread.join(10)
    assert [getattr(error, "status", error) for error in wrong] == ([409] if first == "to be forgotten" else [])
    assert either_house.db.value("SELECT count(*) FROM comments WHERE text <> ''") == 0

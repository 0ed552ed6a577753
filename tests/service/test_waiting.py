"""What the morning asks of the store: the same on both engines, and by index alone."""

from comments_service import answering, engagement, ids
from comments_service.engagement import letters, waiting
from comments_service.models import Comment, Undertaking
from comments_service.store import conversations, notes, promises
from tests.support.actors import House
from tests.support.plans import plans, scans


def morning(house: House, *, pages: list[str] | None = None, by: str | None = None, limit: int = 10) -> waiting.Morning:
    return waiting.morning(house.db, now=ids.now(), pages=pages, by=by, limit=limit)


def names(lines: tuple[waiting.Waiting, ...]) -> list[str]:
    return [line.words[-1].name for line in lines]


def of(house: House, comment: Comment) -> waiting.Waiting:
    found = conversations.find(house.db, comment.conversation)
    assert found is not None
    return waiting.of(house.db, found)


def promises_to(house: House, comment: Comment, what: str, days: int) -> str:
    undertaking = Undertaking(promise=what, due=ids.now(days=days)[:10])
    answering.answer_to(
        house.db, house.settings, house.keys, house.author.account, comment.id, f"I shall {what}.", undertaking
    )
    return str(house.db.value("SELECT id FROM promises WHERE what = :what", what=what))


def test_soonest_due_first_then_the_longest_wait(either_house: House) -> None:
    house = either_house
    for name, hours in (("Ben", 5), ("Cleo", 70), ("Dan", 20), ("Eve", 0)):
        house.reader(name).says("Why?")
        house.shift_clock(hours=hours)
    found = morning(house)
    assert names(found.in_time) == ["Dan", "Eve"]
    assert names(found.late) == ["Ben", "Cleo"]
    assert (found.in_time_number, found.late_number) == (2, 2)
    assert found.oldest == found.late[0].conversation.opened_at


def test_only_as_many_are_told_as_one_looks_at_and_all_are_counted(either_house: House) -> None:
    house = either_house
    for number in range(4):
        house.reader(f"Reader {number}").says("Why?")
    found = morning(house, limit=3)
    assert (len(found.in_time), found.in_time_number) == (3, 4)


def test_only_the_pages_that_count_are_told(either_house: House) -> None:
    house = either_house
    house.reader("Ben").says("Why?", on="/a/")
    cleo = house.reader("Cleo").says("Why?", on="/b/")
    promises_to(house, cleo, "write", 2)
    house.reader("Dan").says("Why?", on="/b/")
    assert names(morning(house, pages=["/b/"]).in_time) == ["Dan"]
    assert morning(house, pages=[]).in_time == ()
    assert morning(house, pages=[]).oldest == ""
    assert [one.promise.what for one in morning(house, by=house.author.account.id).due_soon] == ["write"]
    assert morning(house, by="somebody else").due_soon == ()


def test_all_open_words_are_told_and_what_was_withdrawn_is_not(either_house: House) -> None:
    house = either_house
    ben = house.reader("Ben")
    first = ben.says("The first.")
    house.author.publishes(first)
    second = ben.says("The second.", to=first)
    third = ben.says("The third.", to=second)
    ben.withdraws(second)
    (line,) = morning(house).in_time
    assert [word.id for word in line.words] == [first.id, third.id]
    house.author.answers(third, "All three.")
    assert morning(house).in_time == ()
    assert of(house, first).words == ()


def test_what_was_said_elsewhere_is_told_with_how_it_ended(either_house: House) -> None:
    house = either_house
    ben = house.reader("Ben")
    answered = ben.says("How?", on="/b/")
    house.author.answers(answered, "With bread.")
    closed = ben.says("And when?", on="/b/")
    engagement.close(house.db, closed.id, "answered_elsewhere", house.author.account, channel="mail")
    asks = ben.says("Where?")
    told = [(one.theirs.text, one.yours.text if one.yours else "", one.reason) for one in of(house, asks).before]
    assert told == [("And when?", "", "answered_elsewhere"), ("How?", "With bread.", "")]


def test_whom_the_author_takes_for_one_is_remembered_as_one_until_that_is_taken_back(either_house: House) -> None:
    house = either_house
    phone, desktop = house.reader("Ben").says("From my phone?", on="/b/"), house.reader("Ben").says("From my desk?")
    assert of(house, desktop).before == ()
    assert phone.person
    assert desktop.person
    notes.join(house.db, phone.person, desktop.person, by=house.author.account.id, at=ids.now())
    assert [one.theirs.id for one in of(house, desktop).before] == [phone.id]
    assert [one.theirs.id for one in of(house, phone).before] == [desktop.id]
    house.db.execute("UPDATE people SET history_refused_at = created WHERE id = :id", id=phone.person)
    assert of(house, desktop).before == (), "who wants no history is remembered as nobody"
    house.db.execute("UPDATE people SET history_refused_at = NULL WHERE id = :id", id=phone.person)
    notes.part(house.db, [phone.person], [desktop.person], at=ids.now())
    assert of(house, desktop).before == ()


def test_first_the_same_thread_then_the_essay_is_offered_as_answered_too(either_house: House) -> None:
    house = either_house
    other, ben = house.reader("Dan").says("Elsewhere?"), house.reader("Ben").says("Why?")
    house.author.publishes(ben)
    same = house.reader("Cleo").says("@Ana Ferreira, me too?", to=ben)
    house.reader("Eve").says("On the other essay?", on="/b/")
    assert [one.id for one in of(house, ben).also] == [same.id, other.id]


def test_only_what_the_ledger_would_take_is_offered_for_a_closing(either_house: House) -> None:
    house = either_house
    ben = house.reader("Ben")
    question = ben.says("Why?")
    assert "thanks_only" not in of(house, question).reasons
    answer = house.author.answers(question, "Because.")
    assert of(house, question).reasons == frozenset()
    remark = ben.says("I had not seen it like that before you said it.", to=answer)
    offered = of(house, remark).reasons
    assert "thanks_only" in offered
    engagement.close(house.db, remark.id, "thanks_only", house.author.account)
    assert of(house, remark).words == ()


def test_a_day_far_ahead_is_kept_apart_from_what_is_due(either_house: House) -> None:
    house = either_house
    for name, what, days in (("Ben", "write", 1), ("Cleo", "call", 5), ("Dan", "come", 40)):
        promises_to(house, house.reader(name).says("Will you?"), what, days)
    house.shift_clock(days=3)
    found = morning(house)
    told = [[one.promise.what for one in side] for side in (found.overdue, found.due_soon, found.due_later)]
    assert told == [["write"], ["call"], ["come"]]
    assert [one.movable for one in (*found.overdue, *found.due_soon)] == [False, True]


def test_that_a_promise_was_kept_elsewhere_can_be_taken_back_and_an_answer_that_kept_it_cannot(
    either_house: House,
) -> None:
    house = either_house
    ben = house.reader("Ben")
    question = ben.says("Will you?")
    kept = promises_to(house, question, "write", 2)

    def noted() -> bool:
        found = promises.find(house.db, kept)
        assert found is not None
        return waiting.promised(house.db, found).noted

    engagement.keep_promise(house.db, kept, house.author.account)
    assert noted()
    engagement.unkeep_promise(house.db, kept, house.author.account)
    answering.answer_to(
        house.db, house.settings, house.keys, house.author.account, question.id, "Done.", Undertaking(keeps=kept)
    )
    assert not noted()


def test_a_form_letter_is_known_by_whom_it_went_to(either_house: House) -> None:
    house = either_house
    house.author.answers(house.reader("Ben").says("Why?"), "Because of the bread, Ben.")
    cleo = house.reader("Cleo").says("Why?")
    told = [
        letters.said_to_another(house.db, house.keys, cleo, text)
        for text in ("Because of the bread, Cleo!", "Because of the cake.", "…", "\ud800")
    ]
    assert told == ["Ben", None, None, None]


def test_the_name_of_somebody_who_took_their_words_back_is_told_to_nobody(either_house: House) -> None:
    house = either_house
    ben = house.reader("Ben")
    question = ben.says("Why?")
    house.author.answers(question, "Because of the bread.")
    ben.withdraws(question)
    cleo = house.reader("Cleo").says("Why?")
    assert letters.said_to_another(house.db, house.keys, cleo, "Because of the bread.") == ""


def test_the_morning_reads_by_index_alone(house: House) -> None:
    ben = house.reader("Ben", trusted=True)
    promises_to(house, ben.says("Will you?"), "write", 2)
    answer = house.author.answers(ben.says("Why?"), "Because.")
    ben.says("Thank you!", to=answer)
    aside = house.reader("Cleo").says("And when?")
    engagement.snooze(house.db, aside.id, ids.now(days=2)[:10], house.author.account, house.settings)
    house.reader("Dan").says("And where?")
    everybodys = plans(house, lambda: morning(house))
    theirs = plans(house, lambda: morning(house, pages=["/a/", "/b/"]))
    for found in (everybodys, theirs):
        assert len(found) > 5
        # What it counts is what an index found before.
        assert [line for line in scans(found) if line not in {"SCAN few", "SCAN CONSTANT ROW"}] == []

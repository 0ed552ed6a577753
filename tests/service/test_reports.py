"""Readers report what should not stand; enough who proved who they are hide it until an author looks, and once only."""

import pytest

from comments_service import ids, posting
from comments_service.engagement import doctor, forgetting
from comments_service.errors import Problem
from comments_service.identity import authors
from comments_service.models import Comment, Role, Speaker, State, Verb
from comments_service.moderation import reporting, undoing
from comments_service.moderation.reporting import Reported
from comments_service.store import acts, conversations, outbox, subjects
from comments_service.store import reports as store
from tests.support.actors import Author, House, Reader
from tests.support.claims import github, proves
from tests.support.ruling import proven, reported_by, reports


def standing(house: House, words: str = "I am rude to everybody, am I not?") -> tuple[Reader, Comment]:
    ben = house.reader("Ben", trusted=True)
    return ben, ben.says(words)


def settled(house: House, comment: Comment) -> Comment:
    return reporting.settle(house.db, comment.id, house.author.account)


def test_three_proven_people_hide_a_readers_words_until_an_author_looks(either_house: House) -> None:
    house = either_house
    ben, comment = standing(house)
    before = conversations.find(house.db, comment.conversation)
    house.work()
    told = reported_by(house, comment, 3)
    assert [one.hidden for one in told] == [False, False, True]
    assert house.now_of(comment).state is State.HELD
    assert "rude to everybody" not in house.fragment()
    after = conversations.find(house.db, comment.conversation)
    assert before is not None
    assert after is not None
    assert [one.due_at for one in after.told.waiting] == [one.due_at for one in before.told.waiting]
    assert doctor.examine(house.db).differing == {}
    assert settled(house, comment).state is State.PUBLISHED
    assert "rude to everybody" in house.fragment()
    assert ben.edits(comment, "I am sorry.").state is State.PUBLISHED


def test_words_that_an_author_has_looked_at_are_not_hidden_again(either_house: House) -> None:
    house = either_house
    _, comment = standing(house)
    reports(proven(house, "First"), comment)
    settled(house, comment)
    assert not any(one.hidden for one in reported_by(house, comment, 4))
    assert house.now_of(comment).state is State.PUBLISHED
    assert len(store.open_of(house.db, comment.id)) == 4


def test_only_different_proven_people_count(either_house: House) -> None:
    house = either_house
    ben, comment = standing(house)
    reported_by(house, comment, 2)
    assert not reports(house.reader("Guest"), comment).hidden
    # Proven twice, as the same human on two devices.
    twice = proven(house, "Twice")
    phone = house.reader("Twice")
    proves(phone, github("phone"))
    assert reports(phone, comment).hidden
    settled(house, comment)
    _, other = standing(house, "I am rude too.")
    reports(twice, other)
    proves(phone, github("twice"), purpose="add")
    assert not reports(proven(house, "Another"), other).hidden
    again = reports(phone, other)
    assert again.already
    assert not again.hidden
    assert ben.speaker.person is not None


def test_the_writer_and_accounts_do_not_count(house: House) -> None:
    ben, comment = standing(house)
    with pytest.raises(Problem, match="your own words"):
        reports(ben, comment)
    mo = authors.add(house.db, "Mo Lind", Role.MODERATOR)
    with pytest.raises(Problem, match="Decide about this reply at the desk"):
        reporting.report(house.db, house.settings, Speaker(account=mo), comment.id, "abuse", "")
    # Whoever turns out to be the writer afterwards counts no more.
    ben_elsewhere = proven(house, "Elsewhere")
    reports(ben_elsewhere, comment)
    proves(ben, github("elsewhere"), purpose="reply", reply=comment)
    assert [one.hidden for one in reported_by(house, comment, 2)] == [False, False]
    assert house.now_of(comment).state is State.PUBLISHED


def test_what_an_account_says_under_anothers_essay_is_never_hidden(house: House) -> None:
    bo = Author(house, authors.add(house.db, "Bo Berg", Role.AUTHOR))
    comment = bo.says("I only read here.")
    assert not comment.by_author
    assert not any(one.hidden for one in reported_by(house, comment, 4))
    assert house.now_of(comment).state is State.PUBLISHED


def test_an_authors_words_are_never_hidden(house: House) -> None:
    comment = house.author.says("I am the author.")
    assert not any(one.hidden for one in reported_by(house, comment, 4))
    assert house.now_of(comment).state is State.PUBLISHED
    assert store.open_of(house.db, comment.id)


@pytest.mark.parametrize(("hides", "hidden"), [(0, False), (1, True), (4, False)])
def test_how_many_hide_is_a_setting(house: House, hides: int, hidden: bool) -> None:  # noqa: FBT001 -- what is compared
    house.settings = house.settings.with_(report_hides=hides)
    _, comment = standing(house)
    assert any(one.hidden for one in reported_by(house, comment, 3)) is hidden


def test_once_per_person_and_once_per_network_for_those_whom_nobody_knows(either_house: House) -> None:
    house = either_house
    _, comment = standing(house)
    cleo = proven(house, "Cleo")
    assert not reports(cleo, comment).already
    assert reports(cleo, comment, "spam").already
    guest, neighbour = house.reader("Guest"), house.reader("Neighbour")
    neighbour.address = guest.address
    assert not reports(guest, comment).already
    assert reports(neighbour, comment).already
    assert len(store.open_of(house.db, comment.id)) == 2
    settled(house, comment)
    assert reports(cleo, comment).looked_at


def test_only_what_stands_can_be_reported(house: House) -> None:
    ben, comment = standing(house)
    cleo = proven(house, "Cleo")
    held, private = house.reader("Held").says("Held."), ben.says("For you alone.", private=True)
    for one in (held, private, ben.withdraws(ben.says("Gone."))):
        with pytest.raises(Problem) as caught:
            reports(cleo, one)
        assert caught.value.status == 404
    for reason, words, field in (
        ("boring", "", "reason"),
        ("abuse", "x" * 1001, "words"),
        ("abuse", "\ud800", "words"),
    ):
        with pytest.raises(Problem) as caught:
            reports(cleo, comment, reason, words)
        assert list(caught.value.fields) == [field]


def test_whatever_is_decided_settles_what_was_reported(either_house: House) -> None:
    house = either_house
    _, comment = standing(house)
    reported_by(house, comment, 3)
    house.author.decides(comment, Verb.APPROVE)
    assert store.open_of(house.db, comment.id) == []
    assert house.now_of(comment).state is State.PUBLISHED
    with pytest.raises(Problem, match="No report"):
        settled(house, comment)
    ben, withdrawn = standing(house, "I take it back.")
    reports(proven(house, "Dana"), withdrawn)
    ben.withdraws(withdrawn)
    assert store.open_of(house.db, withdrawn.id) == []


def test_looking_can_be_taken_back(either_house: House) -> None:
    house = either_house
    _, comment = standing(house)
    reported_by(house, comment, 3)
    settled(house, comment)
    (act,) = acts.latest(house.db, kind="comment", subject=comment.id)
    assert act.verb == "settle"
    reporting.take_back(house.db, act, house.author.account)
    assert house.now_of(comment).state is State.HELD
    assert len(store.open_of(house.db, comment.id)) == 3
    assert store.hides(house.db, comment.id)
    assert doctor.examine(house.db).differing == {}


def test_looking_can_not_be_taken_back_once_something_else_was_done(either_house: House) -> None:
    house = either_house
    _, comment = standing(house)
    _, other = standing(house, "And who would say such a thing?")
    for one in (comment, other):
        reports(proven(house, f"Dana{one.id}"), one)
        settled(house, one)
    house.author.decides(comment, Verb.REMOVE)
    posting.withdraw(house.db, house.now_of(other))
    for one in (comment, other):
        (act,) = acts.latest(house.db, kind="comment", subject=one.id)
        with pytest.raises(Problem, match="It stays as it is"):
            undoing.undo(house.db, act.id, house.author.account)
        assert store.open_of(house.db, one.id) == []


def test_a_fact_tells_of_it_so_that_others_can(house: House) -> None:
    _, comment = standing(house)
    house.work()
    told: Reported = reports(proven(house, "Cleo"), comment)
    assert told.report.proven == "github.com/cleo"
    assert [job.fact for job in outbox.due(house.db, now=ids.now(), limit=9)] == ["comment.reported"]
    house.work()
    assert house.count("jobs") == 0


def test_who_is_forgotten_has_reported_nothing_and_is_banned_nowhere(either_house: House) -> None:
    house = either_house
    _, comment = standing(house)
    cleo = proven(house, "Cleo")
    reports(cleo, comment, "other", "Words of Cleo.")
    forgetting.erase(house.db, subjects.of_speaker(house.db, cleo.speaker))
    (left,) = store.open_of(house.db, comment.id)
    assert (left.person, left.proven, left.words, left.network) == ("", "", "", "")
    assert left.reason == "other"


def test_the_networks_of_reports_are_forgotten(either_house: House) -> None:
    house = either_house
    _, comment = standing(house)
    reports(house.reader("Guest"), comment)
    house.shift_clock(days=31)
    assert store.forget_networks(house.db, before=ids.now(days=-30)) == 1
    assert store.open_of(house.db, comment.id)[0].network == ""

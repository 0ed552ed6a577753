"""Bans hold for whom they are made, as long as they say; trust can be given and taken; no account is touched."""

import pytest

from comments_service import ids, worker
from comments_service.errors import Problem
from comments_service.models import Comment, State
from comments_service.moderation import banning
from comments_service.moderation.banning import Wish
from comments_service.posting import ruled
from comments_service.store import acts, bans
from comments_service.store.bans import Ban
from tests.support.actors import House
from tests.support.claims import github, proves
from tests.support.proving import address
from tests.support.ruling import laid_down, proven


def ban(house: House, comment: Comment, kind: str = "person", lasts: str = "week", action: str = "hold") -> Ban:
    return banning.ban(
        house.db, house.keys, comment.id, Wish(kind, lasts, action, "Three times now."), house.author.account
    )


def test_a_banned_persons_replies_are_held_whatever_they_prove_to_be_besides(either_house: House) -> None:
    house = either_house
    ben = house.reader("Ben", trusted=True)
    before = ben.says("Hello.")
    ban(house, before)
    held = ben.says("Hello again.")
    assert (held.state, held.reasons) == (State.HELD, ruled.BANNED_HELD)
    assert "By your ban of this person until" in held.signals
    assert "Three times now." in held.signals
    proves(ben, github("ben"))
    assert ben.says("As I have proven.", name="Ben").state is State.HELD
    assert house.reader("Cleo", trusted=True).says("Hello.").state is State.PUBLISHED


@pytest.mark.parametrize(("action", "state"), [("hold", State.HELD), ("spam", State.SPAM)])
def test_an_address_is_banned_typed_or_proven_in_any_case(either_house: House, action: str, state: State) -> None:
    house = either_house
    first = house.reader("Ben", trusted=True).says("Hello.", email="Ben@example.org")
    made = ban(house, first, "address", "ever", action)
    assert "ben@" not in f"{made}".lower()
    cleo = house.reader("Cleo", trusted=True)
    assert cleo.says("Hello.", email="bEN@example.org").state is state
    assert cleo.says("Hello!", email="cleo@example.org").state is State.PUBLISHED
    proves(cleo, address(house, "ben@example.org"))
    assert cleo.says("Without an address.", name="Cleo").state is state


def test_a_network_is_banned_for_a_month_at_most_and_refused_in_a_sentence(either_house: House) -> None:
    house = either_house
    ben = house.reader("Ben", trusted=True)
    said = ben.says("Hello.")
    with pytest.raises(Problem, match="for a month at most"):
        ban(house, said, "network", "ever")
    ban(house, said, "network", "month", "refuse")
    neighbour = house.reader("Cleo")
    neighbour.address = ben.address.replace(".7", ".8")
    with pytest.raises(Problem, match=r"takes no replies from the network that you write from until \d+ \w+ 20\d\d"):
        neighbour.says("Hello.")
    with pytest.raises(Problem, match="takes no replies from"):
        ben.edits(said, "Hello, changed.")


def test_a_ban_ends_by_itself_or_when_it_is_lifted_and_is_then_forgotten(either_house: House) -> None:
    house, by = either_house, either_house.author.account
    ben, cleo = house.reader("Ben", trusted=True), house.reader("Cleo", trusted=True)
    for_a_day, lifted = ban(house, ben.says("Hello."), lasts="day"), ban(house, cleo.says("Hello."), lasts="ever")
    banning.lift(house.db, lifted.id, by)
    assert cleo.says("Once more.").state is State.PUBLISHED
    assert ben.says("Once more.").state is State.HELD
    house.shift_clock(hours=25)
    assert ben.says("And again.").state is State.PUBLISHED
    assert [one.id for one in bans.ended(house.db, now=ids.now())] == [lifted.id, for_a_day.id]
    with pytest.raises(Problem, match="ended by itself"):
        banning.lift(house.db, for_a_day.id, by)
    house.shift_clock(days=31)
    assert banning.forget_ended(house.db) == 2
    assert house.count("bans") == 0


def test_the_hash_of_a_banned_network_is_kept_for_a_month_and_the_ban_remembered(either_house: House) -> None:
    house = either_house
    made = ban(house, house.reader("Ben", trusted=True).says("Hello."), kind="network", lasts="month")
    house.shift_clock(days=29)
    worker.tidy(house.db, house.settings)
    assert [one.subject for one in bans.every(house.db, now=ids.now())] == [made.subject]
    house.shift_clock(days=2)
    worker.tidy(house.db, house.settings)
    assert [(one.id, one.subject) for one in bans.ended(house.db, now=ids.now())] == [(made.id, "")]


def test_a_ban_a_lifting_and_trust_can_be_taken_back(either_house: House) -> None:
    house, by = either_house, either_house.author.account
    ben = house.reader("Ben", trusted=True)
    said = ben.says("Hello.")
    made = ban(house, said)
    banning.lift(house.db, made.id, by)
    banning.trust(house.db, said.id, by, trusted=False)
    assert ben.says("Hello, untrusted.").state is State.HELD
    distrusted, lifted, banned = acts.latest(house.db)[:3]
    assert (distrusted.verb, lifted.verb, banned.verb) == ("distrust", "lift", "ban")
    banning.take_back(house.db, distrusted, by)
    assert ben.says("Hello, trusted.").state is State.PUBLISHED
    banning.take_back(house.db, lifted, by)
    assert ben.says("Hello, banned.").state is State.HELD
    banning.take_back(house.db, banned, by)
    assert ben.says("Hello, free.").state is State.PUBLISHED


def test_trust_is_given_to_all_that_somebody_proved_to_be(either_house: House) -> None:
    house = either_house
    ben = proven(house, "Ben")
    said = ben.says("Hello.", name="Ben")
    banning.trust(house.db, said.id, house.author.account, trusted=True)
    assert banning.is_trusted(house.db, said)
    proves(ben, github("other"), purpose="add")
    assert ben.says("As another.", name="Ben").state is State.PUBLISHED
    banning.trust(house.db, said.id, house.author.account, trusted=False)
    assert ben.says("Once more.", name="Ben").state is State.HELD


def test_what_cannot_be_banned_is_said(house: House) -> None:
    ben = house.reader("Ben", trusted=True)
    said, own = ben.says("Hello."), house.author.says("Mine.")
    for comment, kind, lasts, why in (
        (own, "person", "day", "has an account here"),
        (said, "address", "day", "without an e-mail address"),
        (said, "planet", "day", "Choose whom"),
        (said, "person", "year", "Choose how long"),
    ):
        with pytest.raises(Problem, match=why):
            ban(house, comment, kind, lasts)
    with pytest.raises(Problem, match="Choose what is done"):
        ban(house, said, action="publish")
    ban(house, said)
    with pytest.raises(Problem, match="ban of this kind already"):
        ban(house, said)
    with pytest.raises(Problem, match="account here"):
        banning.trust(house.db, own.id, house.author.account, trusted=True)
    gone = ben.withdraws(said)
    with pytest.raises(Problem, match="withdrawn"):
        ban(house, gone)


def test_a_ban_outweighs_a_rule(house: House) -> None:
    laid_down(house, "publish", words=("hello",))  # type: ignore[arg-type]
    ben = house.reader("Ben", trusted=True)
    ban(house, ben.says("hello"))
    assert ben.says("hello again").state is State.HELD

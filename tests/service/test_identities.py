"""Readers who prove who they are: what they are known by on each device, and what becomes of it when they sign out."""

import pytest

from comments_service import ids, posting
from comments_service.errors import Problem
from comments_service.identity import readers
from comments_service.providers import Claims
from comments_service.store import hearts
from tests.support import proving
from tests.support.actors import House, Reader
from tests.support.meanwhile import meanwhile
from tests.support.proving import EVE


def test_who_signs_in_appears_with_name_mark_and_address_of_their_profile(ben: Reader) -> None:
    comment = ben.says("Hello.", name="Typed Otherwise", website="https://typed.example")
    assert (comment.name, comment.proven, comment.website) == ("Ben Okafor", "github.com/ben", "https://github.com/ben")
    assert {comment.identity} == ben.speaker.identities


def test_the_same_account_is_the_same_person_on_every_device(ben: Reader) -> None:
    comment = ben.says("Hello.")
    office = proving.signed_in(ben.house)
    assert office.device != ben.device
    assert posting.owned(ben.house.db, office.speaker, comment.id, "") is not None


def test_what_a_provider_says_anew_is_taken_over_but_for_a_chosen_name(ben: Reader) -> None:
    identity = ben.speaker.identity
    assert identity is not None
    readers.rename(ben.house.db, ben.speaker, identity.id, "Benjamin")
    proving.signs_in(
        ben, claims=Claims("github", "github", "42", "github.com/ben-o", name="BEN", url="https://github.com/ben-o")
    )
    again = ben.says("Hello.")
    assert (again.name, again.proven, again.website) == ("Benjamin", "github.com/ben-o", "https://github.com/ben-o")


def test_two_issuers_never_vouch_for_each_other(ben: Reader) -> None:
    mine = ben.says("Hello.")
    impostor = proving.signed_in(
        ben.house, claims=Claims("mastodon", "https://evil.example", "42", "@ben@evil.example", name="Ben Okafor")
    )
    assert posting.owned(ben.house.db, impostor.speaker, mine.id, "") is None
    assert impostor.speaker.persons.isdisjoint(ben.speaker.persons)


def test_a_guest_stays_a_guest_until_they_say_that_they_are_one(either_house: House) -> None:
    house = either_house
    ben = house.reader("Ben", trusted=True)
    as_guest = ben.says("As a guest.")
    proving.signs_in(ben)
    assert [ben.speaker.trusted] == [False]
    assert house.now_of(as_guest).proven == ""
    # This very device may withdraw what was sent from it, as before.
    assert posting.owned(house.db, ben.speaker, as_guest.id, "") is not None
    office = proving.signed_in(house)
    assert posting.owned(house.db, office.speaker, as_guest.id, "") is None
    readers.join_guest(house.db, ben.speaker, device=ben.device)
    assert [ben.speaker.trusted, office.speaker.trusted] == [True, True]
    assert posting.owned(house.db, office.speaker, as_guest.id, "") is not None
    assert house.now_of(as_guest).proven == "", "comments keep the identity they were written with"
    with pytest.raises(Problem) as refused:
        readers.join_guest(house.db, ben.speaker, device=ben.device)
    assert refused.value.status == 409


def test_signing_out_leaves_the_guest_that_was_there_and_nothing_proven(either_house: House) -> None:
    ben = either_house.reader("Ben")
    as_guest = ben.says("As a guest.")
    proving.signs_in(ben)
    proven, before = ben.says("Proven."), ben.device
    ben.device = readers.sign_out(either_house.db, ben.speaker, device=ben.device)
    assert ben.speaker.known_by is None
    assert posting.owned(either_house.db, ben.speaker, as_guest.id, "") is not None
    assert posting.owned(either_house.db, ben.speaker, proven.id, "") is None
    ben.device = before
    assert ben.speaker.person is None
    assert readers.sign_out(either_house.db, ben.speaker, device=ben.device) == ""


def test_what_a_device_likes_it_likes_under_its_new_secret_too(either_house: House) -> None:
    ben = either_house.reader("Ben")
    ben.says("As a guest.")
    hearts.like(either_house.db, "/a/", hearts.print_of(ben.device), at=ids.now())
    proving.signs_in(ben)
    assert hearts.unlike(either_house.db, "/a/", hearts.print_of(ben.device))
    hearts.like(either_house.db, "/a/", hearts.print_of(ben.device), at=ids.now())
    ben.device = readers.sign_out(either_house.db, ben.speaker, device=ben.device)
    assert hearts.unlike(either_house.db, "/a/", hearts.print_of(ben.device))


def test_signing_out_everywhere_ends_every_device_of_theirs_and_no_other(ben: Reader) -> None:
    office, eve = proving.signed_in(ben.house), proving.signed_in(ben.house, claims=EVE)
    readers.sign_out(ben.house.db, ben.speaker, device=ben.device, everywhere=True)
    assert office.speaker.known_by is None
    assert eve.speaker.known_by is not None


def test_two_devices_that_prove_the_same_for_the_first_time_are_one(either_house: House) -> None:
    readers_ = [either_house.reader(), either_house.reader()]

    def second(house: House) -> None:
        readers_[1].house = house
        proving.signs_in(readers_[1])

    assert meanwhile(either_house, lambda: proving.signs_in(readers_[0]), second) == []
    assert either_house.count("identities") == 1


# ── one reply ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_reply_proven_later_makes_its_guest_the_same_person(either_house: House) -> None:
    house = either_house
    ben = house.reader("Ben")
    comment, other = ben.says("Held."), ben.says("Held as well.")
    proving.signs_in(ben, comment=comment.id)
    assert house.now_of(comment).proven == "github.com/ben"
    assert house.now_of(other).proven == ""
    office = proving.signed_in(house)
    assert posting.owned(house.db, office.speaker, other.id, "") is not None
    # It is proven once: nobody else puts their mark on it.
    eve = house.reader("Eve")
    proving.signs_in(eve, claims=EVE, comment=comment.id)
    assert house.now_of(comment).proven == "github.com/ben"
    assert posting.owned(house.db, eve.speaker, comment.id, "") is None


def test_a_private_link_proves_its_reply_and_nothing_else_of_its_writer(either_house: House) -> None:
    house = either_house
    ben, eve = house.reader("Ben"), house.reader("Eve")
    comment, other = ben.says("Held."), ben.says("Held as well.", email="ben@example.org")
    # Somebody was shown the private link of one reply.
    proving.signs_in(eve, claims=EVE, comment=comment.id)
    assert house.now_of(comment).proven == "github.com/eve"
    assert posting.owned(house.db, eve.speaker, other.id, "") is None
    # Nor does it lead to what its writer proves later.
    proving.signs_in(ben, comment=other.id)
    assert ben.speaker.identities.isdisjoint(eve.speaker.identities)
    assert posting.owned(house.db, eve.speaker, other.id, "") is None


# ── what follows from it ────────────────────────────────────────────────────────────────────────────────────────────


def test_who_proved_who_they_are_is_no_stranger_to_the_figures(ben: Reader) -> None:
    comment = ben.says("Will you answer?")
    (data,) = ben.house.db.rows("SELECT data FROM events WHERE comment = :id", id=comment.id)
    assert '"stranger": true' not in data["data"]
    guest = ben.house.reader("Guest").says("Will you answer me?")
    (data,) = ben.house.db.rows("SELECT data FROM events WHERE comment = :id", id=guest.id)
    assert '"stranger": true' in data["data"]


def test_a_withdrawal_takes_what_was_proven_along(ben: Reader) -> None:
    gone = ben.withdraws(ben.says("Hello."))
    assert (gone.identity, gone.proven, gone.picture, gone.email, gone.website) == ("", "", "", "", "")


def test_who_withdraws_their_only_reply_stays_signed_in(ben: Reader) -> None:
    ben.withdraws(ben.says("Hello."))
    assert ben.speaker.proven

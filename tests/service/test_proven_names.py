"""Names of whoever proved who they are: nobody takes one, and whoever has the same is told apart."""

import pytest

from comments_service import names, posting
from comments_service.errors import Problem
from comments_service.identity import readers
from comments_service.providers import Claims
from tests.support import proving
from tests.support.actors import House, Reader
from tests.support.meanwhile import meanwhile


def refused_name(reader: Reader, name: str) -> str:
    with pytest.raises(Problem) as refused:
        reader.says("Me too.", name=name)
    assert refused.value.status == 422
    return refused.value.fields["name"]


@pytest.mark.parametrize("name", ["Ben Okafor", "ben okafor", " BEN  OKAFOR ", "Вen Okafor", "BenOkafor", "Okafor Ben"])
def test_a_guest_cannot_take_a_proven_persons_name_and_is_told_how_to_prove_it(ben: Reader, name: str) -> None:
    ben.says("Hello.")
    sentence = refused_name(ben.house.reader(), name)
    assert "prove it below" in sentence
    assert ben.house.reader().says("Me too.", name="Ben Okonkwo").name == "Ben Okonkwo"


def test_a_proven_address_takes_no_proven_persons_name_either(ben: Reader) -> None:
    ben.says("Hello.")
    other = proving.signed_in(ben.house, claims=proving.address(ben.house, "impostor@example.org"))
    assert "Ben Okafor" in refused_name(other, "Ben Okafor")
    identity = other.speaker.identity
    assert identity is not None
    with pytest.raises(Problem):
        readers.rename(ben.house.db, other.speaker, identity.id, "ben okafor")


def test_two_whom_providers_call_the_same_are_told_apart_by_their_marks(ben: Reader) -> None:
    ben.says("Hello.")
    namesake = proving.signed_in(
        ben.house, claims=Claims("x", "x", "9", "x.com/ben", name="Ben Okafor", url="https://x.com/ben")
    )
    assert namesake.says("Hello too.").proven == "x.com/ben"


def test_a_mark_that_many_have_does_not_let_one_pose_as_another(ben: Reader) -> None:
    ben.says("Hello.")
    poser = proving.signed_in(ben.house, claims=Claims("google", "google", "9", "by Google", name="Ben Okafor"))
    assert "goes by Ben Okafor" in refused_name(poser, "Ben Okafor")
    given_anew = poser.says("Hello.", name="Ben from Lagos", rename=True)
    assert (given_anew.name, given_anew.proven) == ("Ben from Lagos", "by Google")
    assert poser.says("Hello again.", name="").name == "Ben from Lagos"


def test_who_came_first_keeps_their_name_beside_one_with_a_mark_of_their_own(either_house: House) -> None:
    first = proving.signed_in(either_house, claims=proving.address(either_house, "ben@example.org"))
    kept = first.says("Hello.", name="Ben Okafor")
    second = proving.signed_in(either_house)
    second.says("Hello too.")
    again = first.says("Still me.")
    assert again.name == "Ben Okafor"
    # Without the mark the second one could be taken for the first.
    readers.appear_as(either_house.db, second.speaker, "", device=second.device)
    assert "goes by Ben Okafor" in refused_name(second, "Ben Okafor")
    # Whoever left no word under a name left the name.
    for one in (kept, again):
        first.withdraws(one)
    assert "goes by Ben Okafor" in refused_name(first, "Ben Okafor")


def test_nobody_appears_under_an_authors_name_whoever_vouches(either_house: House) -> None:
    poser = proving.signed_in(either_house, claims=Claims("x", "x", "9", "x.com/ana", name="Ana Ferreira"))
    assert "writes here" in refused_name(poser, "")
    identity = poser.speaker.identity
    assert identity is not None
    readers.rename(either_house.db, poser.speaker, identity.id, "Ana from Porto")
    assert poser.says("Hello.").name == "Ana from Porto"


def test_a_proven_person_who_appears_as_a_guest_may_use_their_own_name(ben: Reader) -> None:
    ben.says("Hello.")
    readers.appear_as(ben.house.db, ben.speaker, "", device=ben.device)
    assert ben.says("It is me.", name="Ben Okafor").proven == ""


def test_a_name_that_nobody_stands_for_any_more_is_free(ben: Reader) -> None:
    comment = ben.says("Hello.")
    refused_name(ben.house.reader(), "Ben Okafor")
    ben.withdraws(comment)
    assert ben.house.reader().says("Hello.", name="Ben Okafor").name == "Ben Okafor"


def test_a_name_given_up_is_free_and_the_new_one_is_not(ben: Reader) -> None:
    ben.says("Hello.")
    identity = ben.speaker.identity
    assert identity is not None
    readers.rename(ben.house.db, ben.speaker, identity.id, "Benjamin")
    assert ben.house.reader().says("Hello.", name="Ben Okafor").name == "Ben Okafor"
    refused_name(ben.house.reader(), "Benjamin")


def test_a_known_address_never_refuses_a_guest(either_house: House) -> None:
    proven = proving.signed_in(either_house, claims=proving.address(either_house, "ben@example.org"))
    proven.says("Hello.", name="Ben")
    guest = either_house.reader("Benedict").says("Hello.", email="ben@example.org")
    assert (guest.proven, guest.identity) == ("", "")
    assert posting.owned(either_house.db, proven.speaker, guest.id, "") is None


def test_two_replies_at_once_give_a_name_once(ben: Reader) -> None:
    house = ben.house
    office = proving.signed_in(house)

    def second(there: House) -> None:
        office.house = there
        office.says("From the office.")

    assert meanwhile(house, lambda: ben.says("From home."), second) == []
    assert (house.count("comments"), house.count("proven_names")) == (2, len(names.shapes("Ben Okafor")))

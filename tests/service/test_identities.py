"""Readers who proved who they are: one human with several identities, joined and parted by their own proof alone."""

import dataclasses
from collections.abc import Callable
from threading import Thread

import pytest

from comments_service import ids, posting
from comments_service.database import opened
from comments_service.errors import Problem
from comments_service.identity import readers
from comments_service.models import NewReply
from comments_service.providers import Claims
from comments_service.store import hearts, identities, notes
from tests.support import proving
from tests.support.actors import House, Reader

SITE = Claims(
    "website", "website", "https://ben.example/", "ben.example", name="Ben at home", url="https://ben.example/"
)
OTHER = Claims("github", "github", "7", "github.com/eve", name="Eve", url="https://github.com/eve")


@pytest.fixture
def ben(either_house: House) -> Reader:
    """Ben, signed in with GitHub."""
    return proving.signed_in(either_house)


# ── signing in ──────────────────────────────────────────────────────────────────────────────────────────────────────


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
    office, eve = proving.signed_in(ben.house), proving.signed_in(ben.house, claims=OTHER)
    readers.sign_out(ben.house.db, ben.speaker, device=ben.device, everywhere=True)
    assert office.speaker.known_by is None
    assert eve.speaker.known_by is not None


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
    proving.signs_in(eve, claims=OTHER, comment=comment.id)
    assert house.now_of(comment).proven == "github.com/ben"
    assert posting.owned(house.db, eve.speaker, comment.id, "") is None


def test_a_private_link_proves_its_reply_and_nothing_else_of_its_writer(either_house: House) -> None:
    house = either_house
    ben, eve = house.reader("Ben"), house.reader("Eve")
    comment, other = ben.says("Held."), ben.says("Held as well.", email="ben@example.org")
    # Somebody was shown the private link of one reply.
    proving.signs_in(eve, claims=OTHER, comment=comment.id)
    assert house.now_of(comment).proven == "github.com/eve"
    assert posting.owned(house.db, eve.speaker, other.id, "") is None
    # Nor does it lead to what its writer proves later.
    proving.signs_in(ben, comment=other.id)
    assert ben.speaker.identities.isdisjoint(eve.speaker.identities)
    assert posting.owned(house.db, eve.speaker, other.id, "") is None


# ── one person ──────────────────────────────────────────────────────────────────────────────────────────────────────


def both(ben: Reader) -> tuple[str, str]:
    """Ben proves his website as well; the ids of his two identities, GitHub's first."""
    first = ben.speaker.identity
    second = proving.signs_in(ben, claims=SITE, purpose="add")
    assert first is not None
    return first.id, second.id


def test_who_proves_both_may_join_them_and_speaks_for_both(ben: Reader) -> None:
    before = ben.says("By GitHub.")
    github, site = both(ben)
    assert ben.speaker.identities == {github, site}
    after = ben.says("By my own site.")
    assert (before.proven, after.proven) == ("github.com/ben", "ben.example")
    office = proving.signed_in(ben.house, claims=SITE)
    assert [bool(posting.owned(ben.house.db, office.speaker, one.id, "")) for one in (before, after)] == [True, True]


def test_signing_in_as_another_joins_nothing(ben: Reader) -> None:
    mine = ben.says("By GitHub.")
    proving.signs_in(ben, claims=OTHER)
    assert posting.owned(ben.house.db, ben.speaker, mine.id, "") is None
    assert len(ben.speaker.identities) == 1


def test_parted_they_are_two_again_and_comments_keep_what_they_were_written_with(ben: Reader) -> None:
    one = ben.says("By GitHub.")
    github, site = both(ben)
    two = ben.says("By my own site.")
    office = proving.signed_in(ben.house)
    readers.part(ben.house.db, office.speaker, site)
    assert office.speaker.identities == {github}
    assert ben.speaker.identities == {site}
    for reader, own, others in ((office, one, two), (ben, two, one)):
        assert posting.owned(ben.house.db, reader.speaker, own.id, "") is not None
        assert posting.owned(ben.house.db, reader.speaker, others.id, "") is None
    assert [ben.house.now_of(comment).proven for comment in (one, two)] == ["github.com/ben", "ben.example"]


@pytest.mark.parametrize("appears", ["as the other", "as a guest"])
@pytest.mark.parametrize("parted", ["the one proven there", "the other"])
def test_a_device_that_appeared_as_whom_it_was_parted_from_speaks_for_them_no_more(
    ben: Reader, appears: str, parted: str
) -> None:
    mine = ben.says("By GitHub.")
    github, site = both(ben)
    readers.appear_as(ben.house.db, ben.speaker, "", device=ben.device)
    as_guest = ben.says("As a guest.")
    office = proving.signed_in(ben.house, claims=SITE)
    readers.appear_as(ben.house.db, office.speaker, github if appears == "as the other" else "", device=office.device)
    readers.part(
        ben.house.db, proving.signed_in(ben.house).speaker, site if parted == "the one proven there" else github
    )
    assert office.speaker.identities == {site}
    assert office.speaker.known_by is not None
    assert office.speaker.persons == identities.self_of(ben.house.db, office.speaker.known_by.person).ids
    assert posting.owned(ben.house.db, office.speaker, mine.id, "") is None
    stays = bool(posting.owned(ben.house.db, office.speaker, as_guest.id, ""))
    assert stays is (parted == "the other")


def test_any_of_three_can_be_parted_and_the_others_stay_together(ben: Reader) -> None:
    for parted in range(3):
        github, site = both(ben)
        address = proving.signs_in(ben, claims=proving.address(ben.house, "ben@example.org"), purpose="add").id
        all_three = [github, site, address]
        assert ben.speaker.identities == set(all_three)
        readers.part(ben.house.db, ben.speaker, all_three[parted])
        left = [identities.find(ben.house.db, one) for one in all_three if one != all_three[parted]]
        groups = {identities.self_of(ben.house.db, one.person).ids for one in left if one}
        assert len(groups) == 1
        assert len(groups.pop()) == 2
        proving.signs_in(ben)


def test_joining_two_groups_makes_one_and_joining_again_changes_nothing(ben: Reader) -> None:
    both(ben)
    eve = proving.signed_in(ben.house, claims=OTHER)
    proving.signs_in(eve, claims=proving.address(ben.house, "eve@example.org"), purpose="add")
    for _ in range(2):
        proving.signs_in(ben, claims=OTHER, purpose="add")
        assert len(ben.speaker.identities) == 4
    assert eve.speaker.identities == ben.speaker.identities


def test_what_was_proven_alone_cannot_be_parted(ben: Reader) -> None:
    with pytest.raises(Problem) as refused:
        readers.part(ben.house.db, ben.speaker, next(iter(ben.speaker.identities)))
    assert refused.value.status == 409


def test_an_authors_join_gives_nobody_anothers_words(ben: Reader) -> None:
    mine = ben.says("By GitHub.")
    eve = proving.signed_in(ben.house, claims=OTHER)
    eve.says("Also here.")
    assert mine.person
    assert eve.speaker.person
    with ben.house.db.transaction():
        notes.join(
            ben.house.db,
            mine.person,
            eve.speaker.person.id,
            by=ben.house.author.account.id,
            at="2026-01-01T00:00:00.000Z",
        )
    assert posting.owned(ben.house.db, eve.speaker, mine.id, "") is None


@pytest.mark.parametrize("act", ["appear_as", "part", "rename"])
def test_nobody_touches_an_identity_that_is_not_theirs(ben: Reader, act: str) -> None:
    eve = proving.signed_in(ben.house, claims=OTHER)
    theirs = next(iter(ben.speaker.identities))
    more = {"device": eve.device} if act == "appear_as" else {}
    words = ["Eve"] if act == "rename" else []
    with pytest.raises(Problem) as refused:
        getattr(readers, act)(ben.house.db, eve.speaker, theirs, *words, **more)
    assert refused.value.status == 404
    guest = ben.house.reader("Guest")
    with pytest.raises(Problem) as refused:
        getattr(readers, act)(ben.house.db, guest.speaker, theirs, *words, **more)
    assert refused.value.status == 403


# ── at the same moment ──────────────────────────────────────────────────────────────────────────────────────────────


def meanwhile(house: House, first: Callable[[], object], second: Callable[[House], object]) -> list[object]:
    """Let `second` begin, on a connection of its own, before the transaction of `first` has ended; what went wrong."""
    wrong: list[object] = []

    def goes() -> None:
        with opened(house.settings) as db:
            try:
                second(dataclasses.replace(house, db=db))
            except Exception as error:  # noqa: BLE001 -- it is what the test asks for
                wrong.append(error)

    with house.db.transaction():
        first()
        thread = Thread(target=goes)
        thread.start()
        thread.join(0.5)
    thread.join(10)
    assert not thread.is_alive()
    return wrong


def test_two_devices_that_prove_the_same_for_the_first_time_are_one(either_house: House) -> None:
    readers_ = [either_house.reader(), either_house.reader()]

    def second(house: House) -> None:
        readers_[1].house = house
        proving.signs_in(readers_[1])

    assert meanwhile(either_house, lambda: proving.signs_in(readers_[0]), second) == []
    assert either_house.count("identities") == 1


def test_two_joins_at_once_make_one_human(ben: Reader) -> None:
    house = ben.house
    eve = proving.signed_in(house, claims=OTHER)

    def second(there: House) -> None:
        eve.house = there
        proving.signs_in(eve, claims=SITE, purpose="add")

    assert meanwhile(house, lambda: proving.signs_in(ben, claims=OTHER, purpose="add"), second) == []
    eve.house = house
    assert len(ben.speaker.identities) == 3
    assert eve.speaker.identities == ben.speaker.identities


def test_two_replies_at_once_give_a_name_once(ben: Reader) -> None:
    house = ben.house
    office = proving.signed_in(house)

    def second(there: House) -> None:
        office.house = there
        office.says("From the office.")

    assert meanwhile(house, lambda: ben.says("From home."), second) == []
    assert house.count("comments") == 2


# ── how one appears ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_appears_as_whichever_one_chooses(ben: Reader) -> None:
    github, site = both(ben)
    appeared = []
    for chosen in (github, "", site, ""):
        readers.appear_as(ben.house.db, ben.speaker, chosen, device=ben.device)
        comment = ben.says(f"As {chosen or 'a guest'}.", name="Nobody in particular")
        appeared.append((comment.name, comment.proven, comment.person))
    assert [(name, proven) for name, proven, _ in appeared] == [
        ("Ben Okafor", "github.com/ben"),
        ("Nobody in particular", ""),
        ("Ben at home", "ben.example"),
        ("Nobody in particular", ""),
    ]
    assert appeared[1][2] == appeared[3][2]
    assert len({person for *_, person in appeared}) == 3, "nothing in the page tells that they are one"


def test_as_a_guest_one_still_owns_it_everywhere(ben: Reader) -> None:
    readers.appear_as(ben.house.db, ben.speaker, "", device=ben.device)
    comment = ben.says("As a guest.", name="Somebody")
    office = proving.signed_in(ben.house)
    assert posting.owned(ben.house.db, office.speaker, comment.id, "") is not None


# ── names ───────────────────────────────────────────────────────────────────────────────────────────────────────────


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


# ── what follows for the ledger ─────────────────────────────────────────────────────────────────────────────────────


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


def test_a_closed_conversation_knows_whoever_is_joined_in_it(ben: Reader) -> None:
    house = ben.house
    question = house.author.publishes(ben.says("By GitHub."))
    both(ben)
    house.db.execute("UPDATE pages SET conversation = 'closed' WHERE path = '/a/'")
    new = NewReply(page="/a/", text="And on I go.", parent=question.id)
    assert posting.accept(house.db, house.settings, house.keys, ben.speaker, new).comment.proven == "ben.example"

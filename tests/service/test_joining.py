"""One human with several identities: joined and parted by their own proof alone, appearing as whichever they choose."""

import pytest

from comments_service import posting
from comments_service.errors import Problem
from comments_service.identity import readers
from comments_service.models import NewReply
from comments_service.providers import Claims
from comments_service.store import identities, notes
from tests.support import proving
from tests.support.actors import House, Reader
from tests.support.meanwhile import meanwhile
from tests.support.proving import EVE

SITE = Claims(
    "website", "website", "https://ben.example/", "ben.example", name="Ben at home", url="https://ben.example/"
)


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
    proving.signs_in(ben, claims=EVE)
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
    eve = proving.signed_in(ben.house, claims=EVE)
    proving.signs_in(eve, claims=proving.address(ben.house, "eve@example.org"), purpose="add")
    for _ in range(2):
        proving.signs_in(ben, claims=EVE, purpose="add")
        assert len(ben.speaker.identities) == 4
    assert eve.speaker.identities == ben.speaker.identities


def test_what_was_proven_alone_cannot_be_parted(ben: Reader) -> None:
    with pytest.raises(Problem) as refused:
        readers.part(ben.house.db, ben.speaker, next(iter(ben.speaker.identities)))
    assert refused.value.status == 409


def test_an_authors_join_gives_nobody_anothers_words(ben: Reader) -> None:
    mine = ben.says("By GitHub.")
    eve = proving.signed_in(ben.house, claims=EVE)
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
    eve = proving.signed_in(ben.house, claims=EVE)
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


def test_a_closed_conversation_knows_whoever_is_joined_in_it(ben: Reader) -> None:
    house = ben.house
    question = house.author.publishes(ben.says("By GitHub."))
    both(ben)
    house.db.execute("UPDATE pages SET conversation = 'closed' WHERE path = '/a/'")
    new = NewReply(page="/a/", text="And on I go.", parent=question.id)
    assert posting.accept(house.db, house.settings, house.keys, ben.speaker, new).comment.proven == "ben.example"


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


# ── at the same moment ──────────────────────────────────────────────────────────────────────────────────────────────


def test_two_joins_at_once_make_one_human(ben: Reader) -> None:
    house = ben.house
    eve = proving.signed_in(house, claims=EVE)

    def second(there: House) -> None:
        eve.house = there
        proving.signs_in(eve, claims=SITE, purpose="add")

    assert meanwhile(house, lambda: proving.signs_in(ben, claims=EVE, purpose="add"), second) == []
    eve.house = house
    assert len(ben.speaker.identities) == 3
    assert eve.speaker.identities == ben.speaker.identities

"""Links, passkeys and the log of sign-ins, as either engine keeps them."""

from collections.abc import Callable

import pytest

from comments_service import ids
from comments_service.identity import authors
from comments_service.identity.entries import Knock, forget_old, note
from comments_service.models import Role
from comments_service.store import passkeys, people, sessions, sign_ins
from comments_service.store.passkeys import Passkey
from tests.support.actors import House


def kept(house: House, credential: str = "c", **changes: object) -> Passkey:
    facts: dict[str, object] = {
        "id": ids.new_id(),
        "person": house.author.account.id,
        "credential": credential,
        "public_key": "k",
        "handle": "h",
        "sign_count": 0,
        "name": "My phone",
        "created": ids.now(),
        "used_at": None,
    }
    made = Passkey(**facts | changes)  # type: ignore[arg-type]
    passkeys.add(house.db, made)
    return made


def test_a_link_is_found_with_its_account_and_its_browser(either_house: House) -> None:
    db, ana = either_house.db, either_house.author.account
    sessions.add_link(db, "digest", ana.id, expires="9", browser="theirs")
    found = sessions.find_link(db, "digest")
    assert found == sessions.Link(ana, "theirs", "9", None)
    assert sessions.find_link(db, "another") is None


def test_passkeys_are_kept_found_and_removed(either_house: House) -> None:
    db, ana = either_house.db, either_house.author.account
    first, second = kept(either_house, "one"), kept(either_house, "two")
    assert passkeys.of_person(db, ana.id) == [first, second]
    assert passkeys.find(db, "two") == second
    assert passkeys.find(db, "three") is None
    assert passkeys.account_of(db, first) == ana
    assert not passkeys.remove(db, first.id, "somebody else")
    assert passkeys.remove(db, first.id, ana.id)
    assert passkeys.remove_all(db, ana.id) == 1
    assert passkeys.of_person(db, ana.id) == []


def test_one_credential_is_kept_once(either_house: House) -> None:
    kept(either_house)
    with pytest.raises(Exception, match=r"(?i)unique"):
        kept(either_house)


@pytest.mark.parametrize(
    ("stored", "told", "fine"),
    [(0, 0, True), (0, 1, True), (5, 6, True), (5, 5, False), (5, 4, False), (5, 0, False)],
)
def test_a_counter_goes_on_or_never_counts(either_house: House, stored: int, told: int, fine: bool) -> None:  # noqa: FBT001
    passkey = kept(either_house, sign_count=stored)
    assert passkeys.use(either_house.db, passkey.id, sign_count=told, now=ids.now()) is fine
    found = passkeys.find(either_house.db, "c")
    assert found
    assert found.sign_count == (told if fine else stored)
    assert (found.used_at is not None) is fine


def _spend(house: House, digest: str = "d", purpose: str = "add", person: str = "p") -> str | None:
    return passkeys.use_challenge(house.db, digest, purpose, person, now=ids.now())


@pytest.mark.parametrize(
    "spoil",
    [
        _spend,
        lambda house: house.shift_clock(minutes=6),
        lambda house: house.db.execute("UPDATE passkey_challenges SET purpose = 'sign in'"),
        lambda house: house.db.execute("UPDATE passkey_challenges SET person = 'q'"),
        lambda house: house.db.execute("UPDATE passkey_challenges SET digest = 'e'"),
    ],
    ids=["spent", "old", "for something else", "for somebody else", "another one"],
)
def test_a_challenge_is_used_once_in_time_for_what_it_was_made(
    either_house: House, spoil: Callable[[House], object]
) -> None:
    passkeys.challenge(either_house.db, "d", "add", "p", "handle", expires=ids.now(minutes=5))
    spoil(either_house)
    assert _spend(either_house) is None
    passkeys.challenge(either_house.db, "f", "add", "p", "handle", expires=ids.now(minutes=5))
    assert _spend(either_house, "f") == "handle"


def test_the_log_is_kept_in_order_and_forgotten_in_time(either_house: House) -> None:
    db, ana = either_house.db, either_house.author.account
    knock = Knock(device="Firefox on Linux", network="n")
    with db.transaction():
        note(db, ana.id, "letter", "asked", knock)
        note(db, "", "passkey", "passkey_unknown", knock)
    passkeys.challenge(db, "d", "sign in", "", "", expires=ids.now(minutes=5))
    assert [line.how for line in sign_ins.latest(db, limit=9)] == ["passkey", "letter"]
    assert [line.how for line in sign_ins.latest(db, limit=1)] == ["passkey"]
    assert [line.how for line in sign_ins.latest(db, limit=9, person=ana.id)] == ["letter"]
    either_house.shift_clock(days=31)
    forget_old(db)
    assert [(line.how, line.network) for line in sign_ins.latest(db, limit=9)] == [("letter", "")]
    assert either_house.count("passkey_challenges") == 0


def test_addresses_are_those_of_accounts_alone(either_house: House) -> None:
    db, ana = either_house.db, either_house.author.account
    authors.add(db, "Mo Lind", Role.MODERATOR)
    people.move(db, ana.id, "ana@example.org")
    guest = ids.new_id()
    db.insert("people", {"id": guest, "created": ids.now(), "name": "", "email": "ben@example.org", "role": None})
    assert people.addresses(db) == {ana.id: "ana@example.org"}

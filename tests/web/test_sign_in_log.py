"""The log of sign-ins: everybody sees their own, the owner all; networks are forgotten after a month."""

import pytest

from comments_service.identity import authors
from comments_service.identity.entries import forget_old
from comments_service.models import Role
from comments_service.store import sessions, sign_ins
from tests.support import desk
from tests.support.actors import House
from tests.support.browserless import Visitor
from tests.web.test_sign_in import FIREFOX


def lines(house: House) -> list[tuple[str, str]]:
    return [(line.how, line.outcome) for line in reversed(sign_ins.latest(house.db, limit=99))]


def tries(visitor: Visitor, token: str) -> int:
    return visitor.client.post("/desk/sign-in", data={"token": token}).status_code


def test_every_sign_in_is_a_line_in_the_words_of_a_person(house: House) -> None:
    ana = Visitor(house)
    ana.client.environ_base["HTTP_USER_AGENT"] = FIREFOX
    told = desk.page(ana.signs_in(), "/desk/sessions")
    assert "Signed in by printed link" in told
    assert "Firefox on Linux, <time" in told
    (line,) = sign_ins.latest(house.db, limit=9)
    assert (line.person, line.how, line.outcome) == (house.author.account.id, "printed link", "signed_in")
    assert "Mozilla" not in line.device
    assert len(line.network) == 32


def test_a_refused_sign_in_is_a_line_of_the_account_that_it_was_for(house: House, ana: Visitor) -> None:
    link = authors.new_link(house.db, house.settings, house.author.account).partition("token=")[2]
    stranger = Visitor(house)
    assert (tries(stranger, link), tries(stranger, link)) == (303, 410)
    assert lines(house) == [("printed link", "signed_in"), ("printed link", "signed_in"), ("printed link", "gone")]
    assert "Refused by printed link: it was used already, or is too old" in desk.page(ana, "/desk/sessions")


def test_opening_a_link_is_no_sign_in(house: House, visitor: Visitor) -> None:
    visitor.gets("/desk/sign-in?token=whatever")
    assert lines(house) == []


def test_a_guess_is_nobodys_line_and_the_owner_sees_it(house: House, ana: Visitor, mo: Visitor) -> None:
    tries(Visitor(house), "a-guess")
    assert "Refused" not in desk.page(ana, "/desk/sessions")
    told = desk.page(ana, "/desk/accounts")
    assert "Somebody</bdi>: Refused by printed link" in told
    assert "Mo Lind</bdi>: Signed in by printed link" in told
    assert mo.gets("/desk/accounts").status_code == 403
    assert "Ana Ferreira" not in desk.page(mo, "/desk/sessions").partition("Lately")[2]


def test_tries_beyond_the_limit_are_no_lines(house: House) -> None:
    visitor = Visitor(house)
    assert [tries(visitor, f"guess-{number}") for number in range(22)] == [410] * 20 + [429] * 2
    assert len(lines(house)) == 20


def test_networks_are_forgotten_after_thirty_days_and_lines_after_a_year(house: House) -> None:
    tries(Visitor(house), "a-guess")
    Visitor(house).signs_in()
    house.shift_clock(days=29)
    forget_old(house.db)
    assert [bool(line.network) for line in sign_ins.latest(house.db, limit=9)] == [True, True]
    house.shift_clock(days=2)
    forget_old(house.db)
    (line,) = sign_ins.latest(house.db, limit=9)
    assert (line.outcome, line.network) == ("signed_in", "")
    house.shift_clock(days=335)
    forget_old(house.db)
    assert sign_ins.latest(house.db, limit=9) == []


def test_a_removed_account_is_out_at_once_by_every_door_that_stood_open(house: House) -> None:
    mo = desk.signed_in(house, "Mo Lind", Role.MODERATOR)
    link = authors.new_link(house.db, house.settings, authors.find(house.db, "Mo Lind")).partition("token=")[2]
    house.db.execute("UPDATE people SET role = NULL WHERE name = 'Mo Lind'")
    assert mo.gets("/desk/").status_code == 303
    assert tries(Visitor(house), link) == 410


def test_sign_outs_in_the_shell_end_sessions_and_links(house: House, ana: Visitor) -> None:
    link = authors.new_link(house.db, house.settings, house.author.account).partition("token=")[2]
    sessions.end_all(house.db, house.author.account.id, now=house.author.account.created)
    assert ana.gets("/desk/").status_code == 303
    assert tries(Visitor(house), link) == 410


@pytest.mark.parametrize("person", ["", "x"])
def test_an_account_sees_its_own_lines_alone(house: House, person: str) -> None:
    tries(Visitor(house), "a-guess")
    Visitor(house).signs_in()
    assert len(sign_ins.latest(house.db, limit=9, person=person)) == (0 if person else 1)

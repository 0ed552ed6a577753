"""Who comes in to the desk, and what each of them may see and do there."""

import html
import re

from comments_service import create_app
from comments_service.models import State
from comments_service.store import comments
from comments_service.web.desk import OPEN
from tests.support.actors import House
from tests.support.browserless import JSON, Visitor
from tests.support.desk import answers, decides, page


def desk_rules(house: House) -> list[tuple[str, str]]:
    """Every address of the desk but the way in, with its method."""
    held = house.reader().says("Hello.")
    return [
        (method, re.sub("<[^>]+>", held.id, rule.rule))
        for rule in create_app(house.settings).url_map.iter_rules()
        if rule.endpoint.startswith("desk.") and rule.endpoint not in OPEN
        for method in (rule.methods or set()) & {"GET", "POST"}
    ]


def test_every_address_of_the_desk_refuses_strangers(house: House, visitor: Visitor) -> None:
    rules = desk_rules(house)
    assert len(rules) >= 11
    visitor.client.set_cookie("rapport_session", "forged")
    for method, address in rules:
        response = visitor.client.open(address, method=method)
        if method == "GET":
            assert (response.status_code, response.headers["Location"]) == (303, "/desk/sign-in"), address
        else:
            assert response.status_code == 403, address
        as_program = visitor.client.open(address, method=method, headers=JSON)
        assert (as_program.status_code, as_program.get_json()["error"]["code"]) == (403, "signed_out"), address
    assert house.count("decisions") == 0


def test_every_part_of_the_desk_is_reached_by_links(house: House, ana: Visitor) -> None:
    """But for what a script asks for or a letter leads to, and what is linked once there is something to count."""
    parts = {
        rule.rule
        for rule in create_app(house.settings).url_map.iter_rules()
        if rule.endpoint.startswith("desk.") and rule.endpoint not in OPEN
        if "GET" in (rule.methods or set()) and not rule.arguments and not rule.rule.startswith("/desk/measure/")
    } - {"/desk/counts", "/desk/inline", "/desk/address"}
    reached, next_ = set(), {"/desk/"}
    while next_:
        reached |= next_
        found = {address for here in next_ for address in re.findall(r'href="(/desk/[^"?#]*)', page(ana, here))}
        next_ = found - reached
    assert parts - reached == set()


def test_whoever_was_signed_out_meanwhile_gets_their_words_back(house: House, visitor: Visitor) -> None:
    response = answers(visitor, house.reader().says("Hello."), "A long & careful answer.")
    assert response.status_code == 403
    assert "A long & careful answer." in html.unescape(response.get_data(as_text=True))
    assert house.count("comments") == 1


def test_another_sites_page_decides_nothing(house: House, ana: Visitor) -> None:
    held = house.reader().says("Hello.")
    response = ana.client.post(
        f"/desk/comments/{held.id}/decide", data={"verb": "approve"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert response.status_code == 403
    assert house.now_of(held).state is State.HELD


def test_a_moderator_decides_and_does_not_answer(house: House, mo: Visitor) -> None:
    held = house.reader("Ben").says("Why?")
    assert "Your answer" not in page(mo, "/desk/moderation")
    response = answers(mo, held, "I would say so.")
    assert response.status_code == 403
    told = html.unescape(response.get_data(as_text=True))
    assert "leaves the answers to the author" in told
    assert "I would say so." in told
    assert house.now_of(held).state is State.HELD
    assert decides(mo, held, "approve").status_code == 303
    assert house.now_of(held).state is State.PUBLISHED


def test_a_moderator_sees_nothing_that_was_meant_for_the_author_only(house: House, mo: Visitor) -> None:
    grace = house.reader("Grace")
    private = grace.says("Between us.", private=True, email="grace@example.net")
    house.author.answers(private, "Between us two.")
    public = grace.says(
        "For everybody, https://a.example https://b.example https://c.example", email="grace@example.net"
    )
    answer = comments.children(house.db, private.id)[0]
    house.reader("Helen").says("Between us as well.", private=True)
    addresses = ["/desk/", "/desk/moderation", "/desk/essays?page=/a/", "/desk/inline?page=/a/"]
    addresses += [f"/desk/comments/{public.id}", f"/desk/?done={private.id}", f"/desk/?answered={answer.id}"]
    addresses += [f"/desk/moderation?state={state}" for state in State]
    for address in addresses:
        told = page(mo, address)
        assert "Between us" not in told, address
        assert "grace@example.net" not in told, address
        assert "Helen" not in told, address
    assert "1 reply waits for a look" in page(mo, "/desk/")
    assert mo.gets(f"/desk/comments/{private.id}").status_code == 404
    assert decides(mo, private, "spam").status_code == 404
    assert "Between us" not in answers(mo, private, "Hello.").get_data(as_text=True)


def test_only_the_owner_sees_the_accounts(ana: Visitor, mo: Visitor) -> None:
    listed = page(ana, "/desk/accounts")
    assert "Mo Lind" in listed
    assert "moderator" in listed
    assert "rapport author add" in listed
    assert mo.gets("/desk/accounts").status_code == 403
    assert "/desk/accounts" not in page(mo, "/desk/")

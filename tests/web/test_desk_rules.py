"""Rules at the desk: written, tried, switched on and put in order by plain forms, by authors alone."""

import re

import pytest

from comments_service.models import State
from comments_service.screening import Action
from comments_service.screening.rules import Rule
from comments_service.store import rules
from tests.support import desk
from tests.support.actors import House
from tests.support.browserless import Visitor
from tests.support.ruling import laid_down

FIELDS = {"name": "Casino words", "action": "hold", "words": "casino*\npoker"}


def only_rule(house: House) -> Rule:
    (rule,) = rules.every(house.db)
    return rule


def test_a_rule_is_written_tried_and_switched_on(house: House, ana: Visitor) -> None:
    ben = house.reader("Ben")
    house.author.publishes(ben.says("I was in a casino once."))
    response = ana.client.post("/desk/rules", data=FIELDS)
    rule = only_rule(house)
    assert response.headers["Location"] == f"/desk/rules/{rule.id}/try"
    tried = desk.page(ana, response.headers["Location"])
    assert "It would have held 1 of the 1 reply that it was tried on." in tried
    assert "It would have held 1 that you approved." in tried
    assert "Because it says “casino*”." in tried
    assert ben.says("casino, before it is on").state is State.PUBLISHED
    switched = ana.client.post(f"/desk/rules/{rule.id}/switch", data={"on": "yes"})
    assert "“Casino words” is on" in desk.told(ana.follows(switched))
    assert ben.says("casino, now that it is on").state is State.HELD
    assert "Hold what says “casino*” or “poker”." in desk.page(ana, "/desk/rules")


def test_every_field_is_read_and_shown_again(house: House, ana: Visitor) -> None:
    everything = FIELDS | {
        "sentence": "Not here.", "links": "2", "first": "3", "names": "best", "addresses": "*@a.example, b.example",
        "websites": "https://www.casino.example/", "networks": "203.0.113.99 the café\n2001:db8::/64",
        "page": "/a/", "age": "30", "rate": "5", "minutes": "10", "language_de": "yes", "language_fr": "yes",
        "unlike": "yes", "action": "refuse",
    }  # fmt: skip
    ana.client.post("/desk/rules", data=everything)
    rule = only_rule(house)
    asked = rule.conditions
    assert (rule.action, rule.sentence) == (Action.REFUSE, "Not here.")
    assert (asked.links, asked.first, asked.age, asked.rate) == (2, 3, 30, (5, 10))
    assert (asked.addresses, asked.websites) == (("*@a.example", "b.example"), ("casino.example",))
    assert (asked.languages, asked.unlike, asked.pages) == (("de", "fr"), True, ("/a/",))
    assert asked.networks[0].label == "the café"
    assert asked.networks[1].label.startswith("a network noted on ")
    assert "203.0.113" not in "".join(str(row) for row in house.db.rows("SELECT * FROM rules"))
    shown = desk.page(ana, f"/desk/rules/{rule.id}")
    again = dict(re.findall(r'<input[^>]* name="([a-z_\d]+)" value="([^"]*)" (?:checked|max)', shown))
    assert again["network_0"] == "yes"
    kept = everything | {"network_0": "yes", "networks": "", "websites": "casino.example"}
    ana.client.post(f"/desk/rules/{rule.id}", data=kept)
    assert [one.label for one in only_rule(house).conditions.networks] == ["the café"]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Give the rule a name"),
        ("name", "x" * 61, "at most 60 characters"),
        ("action", "eat", "Choose what is done"),
        ("sentence", "x" * 301, "at most 300 characters"),
        ("words", "*", "would match anything"),
        ("words", "x" * 61, "longer than 60 characters"),
        ("words", "\n".join(str(number) for number in range(101)), "at most 100 lines"),
        ("links", "0", "from 1 to 50"),
        ("links", "many", "from 1 to 50"),
        ("first", "9" * 30, "from 1 to 20"),
        ("age", "-1", "from 1 to 3,650"),
        ("rate", "5", "Give both"),
        ("networks", "10.0.0.0/8 all of it", "too wide"),
        ("networks", "2001:db8::/32", "too wide"),
        ("networks", "my house", "is no address"),
        ("page", "/nowhere/", "no such essay"),
    ],
)
def test_bad_input_is_told_in_a_sentence_and_everything_typed_is_kept(
    house: House, ana: Visitor, field: str, value: str, sentence: str
) -> None:
    response = ana.client.post("/desk/rules", data=FIELDS | {"names": "somebody", field: value})
    assert response.status_code == 422
    page = desk.told(response)
    assert sentence in page
    assert "somebody" in page
    # What was chosen from a list and is not in it can't be shown again.
    assert field in {"action", "page"} or value[:20].strip() in page
    assert rules.every(house.db) == []


def test_a_rule_for_everything_is_none(house: House, ana: Visitor) -> None:
    response = ana.client.post("/desk/rules", data={"name": "All", "action": "refuse", "sentence": "No."})
    assert response.status_code == 422
    assert "at least one of the conditions" in desk.told(response)
    refusing = ana.client.post("/desk/rules", data=FIELDS | {"action": "refuse"})
    assert "their words stay with them" in desk.told(refusing)
    assert rules.every(house.db) == []


def test_a_rule_is_made_at_a_reply_for_its_network(house: House, ana: Visitor) -> None:
    ben = house.reader("Ben", trusted=True)
    comment = ben.says("Hello.")
    assert "It comes from the network of" in desk.page(ana, f"/desk/rules/new?from={comment.id}")
    ana.client.post("/desk/rules", data={"name": "There", "action": "hold", "network_here": "yes", "reply": comment.id})
    rule = only_rule(house)
    assert rule.conditions.networks[0].hash == comment.network
    assert "Ben" not in rule.conditions.networks[0].label
    ana.client.post(f"/desk/rules/{rule.id}/switch", data={"on": "yes"})
    assert ben.says("Hello again.").state is State.HELD


def test_rules_are_put_in_order_and_deleted(house: House, ana: Visitor) -> None:
    for name in ("first", "second"):
        laid_down(house, name=name, words=(name,))
    second = rules.every(house.db)[1]
    ana.client.post(f"/desk/rules/{second.id}/move", data={"to": "up"})
    assert [one.name for one in rules.every(house.db)] == ["second", "first"]
    response = ana.client.post(f"/desk/rules/{second.id}/delete")
    assert "The rule is deleted" in desk.told(ana.follows(response))
    assert only_rule(house).name == "first"
    assert ana.client.post(f"/desk/rules/{second.id}/delete").status_code == 404


def test_a_moderator_makes_no_rules_and_bans_nobody(house: House, mo: Visitor) -> None:
    rule = laid_down(house, words=("casino",))
    comment = house.reader("Ben").says("Hello.")
    one, reply = f"/desk/rules/{rule.id}", f"/desk/comments/{comment.id}"
    for address in ("/desk/rules", "/desk/rules/new", one, f"{one}/try", "/desk/bans", f"{reply}/ban"):
        assert mo.gets(address).status_code == 403, address
    acts = ("/desk/rules", one, f"{one}/switch", f"{one}/move", f"{one}/delete", f"{reply}/ban", f"{reply}/trust")
    for address in (*acts, f"/desk/bans/{rule.id}/lift"):
        assert mo.client.post(address, data=FIELDS).status_code == 403, address
    assert only_rule(house) == rule
    shown = desk.page(mo, f"/desk/comments/{comment.id}")
    assert "Ban …" not in shown
    assert "/desk/rules" not in shown

"""The moderation list over the web: tabs with their numbers, search, filters, many at once; and odd requests."""

import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from werkzeug.test import TestResponse

from comments_service import ids
from comments_service.engagement import forgetting
from comments_service.models import Comment, State, Verb
from comments_service.moderation import reading
from comments_service.store import reports
from comments_service.store.reports import Report
from tests.support.actors import House
from tests.support.browserless import JSON, Visitor
from tests.support.desk import decides, notice, page, told

LIST = "/desk/moderation"


def listed(visitor: Visitor, **query: object) -> str:
    return page(visitor, f"{LIST}?{urlencode(query, doseq=True)}")


def found(visitor: Visitor, **query: object) -> list[str]:
    """The names in the list, in its order."""
    return re.findall(r'<h2[^>]*>.*?<bdi class="p-name">(.*?)</bdi>', listed(visitor, **query), re.DOTALL)


def everywhere(visitor: Visitor, **query: object) -> list[str]:
    return found(visitor, state="all", **query)


def numbers(listing: str) -> dict[str, int]:
    """The numbers beside the tabs, by their labels."""
    tabs = listing.partition('<nav class="tabs"')[2].partition("</nav>")[0]
    return {label: int(number) for label, number in re.findall(r">(\w+) <span[^>]*>(\d+)</span>", tabs)}


def chips(listing: str) -> dict[str, str]:
    """What is on, in words, and where its removal leads."""
    on = re.findall(r'<a class="chip on" href="([^"]+)">(.*?) <span', listing)
    return {re.sub(r"<[^>]+>", "", words): address for address, words in on}


def bulk(visitor: Visitor, verb: str, *comments: Comment | str, **more: str) -> TestResponse:
    chosen = [one if isinstance(one, str) else one.id for one in comments]
    return visitor.client.post(f"{LIST}/decide", data={"verb": verb, "id": chosen, "next": LIST} | more)


@pytest.fixture
def talk(house: House) -> House:
    """Four who speak: of each state one, and one for the author only."""
    house.author.publishes(house.reader("Zoë").says("Is the café open?"))
    house.reader("Ben").says("The cafes are closed: https://news.example", on="/b/")
    house.author.decides(house.reader("Cleo").says("Cold café."), Verb.SPAM)
    house.reader("Dan").says("A café for us two.", private=True)
    house.work()
    return house


# ── tabs ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_tab_says_how_many_there_are(talk: House, ana: Visitor, mo: Visitor) -> None:
    assert numbers(listed(ana)) == {
        "Waiting": 2, "Published": 1, "Rejected": 0, "Spam": 1, "Removed": 0, "Reported": 0, "All": 4,
    }  # fmt: skip
    assert (numbers(listed(mo))["Waiting"], numbers(listed(mo))["All"]) == (1, 3)
    counts = ana.gets("/desk/counts").get_json()
    assert counts["tabs"] == {
        "held": 2, "published": 1, "rejected": 0, "spam": 1, "removed": 0, "reported": 0, "all": 4,
    }  # fmt: skip
    assert mo.gets("/desk/counts").get_json()["tabs"]["held"] == 1


def test_the_figures_for_a_page_that_stays_open_tell_what_came_since(house: House, ana: Visitor, mo: Visitor) -> None:
    first = house.reader("Ben").says("First.")
    assert f'data-newest="{first.id}"' in listed(ana)
    house.reader("Cleo").says("Second.")
    house.reader("Dan").says("Third, for you.", private=True)
    response = ana.gets(f"/desk/counts?after={first.id}")
    assert (response.get_json()["new"], response.headers["Cache-Control"]) == (2, "no-store")
    assert mo.gets(f"/desk/counts?after={first.id}").get_json()["new"] == 1
    assert ana.gets("/desk/counts?after=nonsense").get_json()["new"] == 3


def test_what_was_reported_is_told_with_its_reason_and_the_words_to_authors_alone(
    house: House, ana: Visitor, mo: Visitor
) -> None:
    said = house.reader("Ben", trusted=True).says("Something cruel.")
    for at, proven in (("1", "by e-mail"), ("2", "")):
        reports.add(house.db, Report(at, said.id, "abuse", "It is <my> sister.", "", proven, "", said.created))
    listing = listed(ana, state="reported")
    assert "It insults, threatens or shames somebody." in listing
    assert ("It is <my> sister." in listing, "by e-mail" in listing, "by a guest" in listing) == (True, True, True)
    assert f'action="/desk/comments/{said.id}/settle"' in listing
    assert numbers(listing)["Reported"] == 1
    assert "It is <my> sister." not in listed(mo, state="reported")
    assert found(mo, state="reported") == ["Ben"]


def test_why_a_reply_is_where_it_is_stands_at_it_in_words(house: House, ana: Visitor, mo: Visitor) -> None:
    said = house.reader("Ben").says("Buy now.")
    signals = "Your rule “shops” holds it.\nIt came within a second."
    house.db.execute("UPDATE comments SET signals = :signals WHERE id = :id", signals=signals, id=said.id)
    listing = listed(ana)
    assert re.search(r"<li>Your rule “shops” holds it.</li>\s*<li>It came within a second.</li>", listing)
    assert listing.count("It came within a second.") == 1
    assert "first reply" in listing
    assert "shops" not in listed(mo)


# ── search and filters ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_search_finds_a_comment_wherever_it_is_and_tabs_narrow_it(talk: House, ana: Visitor, mo: Visitor) -> None:
    assert everywhere(ana, q="cafe") == ["Dan", "Cleo", "Ben", "Zoë"]
    assert everywhere(mo, q="cafe") == ["Cleo", "Ben", "Zoë"]
    assert found(ana, q="CAFÉ", state="spam") == ["Cleo"]
    assert everywhere(ana, q="zoe") == ["Zoë"]
    listing = listed(ana, state="all", q="cafe")
    assert numbers(listing) | {"Waiting": 2, "Published": 1, "Spam": 1, "All": 4} == numbers(listing)
    assert re.search(r'href="/desk/moderation\?state=spam&q=cafe">Spam', listing)
    assert "Nothing of that kind is here." in listed(ana, state="removed", q="cafe")


def test_the_first_search_looks_everywhere_and_the_next_one_where_one_is(talk: House, ana: Visitor) -> None:
    assert '<input type="hidden" name="state" value="all">' in listed(ana, state="spam")
    assert '<input type="hidden" name="state" value="spam">' in listed(ana, state="spam", q="cafe")


def test_name_essay_and_filters_narrow_together_and_go_with_one_click_each(talk: House, ana: Visitor) -> None:
    query = {"state": "all", "q": "cafes", "name": "ben", "page": "/b/", "only": ["link", "unanswered"]}
    assert found(ana, **query) == ["Ben"]
    listing = listed(ana, **query)
    on = chips(listing)
    assert set(on) == {"“cafes”", "by “ben”", "on Essay b", "with a link", "unanswered"}
    for address in on.values():
        left = parse_qs(urlsplit(address).query)
        assert sum(len(values) for values in left.values()) == 5, "one less, and the rest stays"
    assert 'href="/desk/moderation?state=all">Clear all' in listing
    assert everywhere(ana, q="cafes", name="zoe") == []
    assert everywhere(ana, only="question") == ["Zoë"]
    assert everywhere(ana, only="nonsense", page="/b/") == ["Ben"]


def test_older_ones_keep_the_search_and_the_filters(house: House, ana: Visitor) -> None:
    house.settings = house.settings.with_(rate_limit=False)
    ben = house.reader("Ben", trusted=True)
    for number in range(52):
        ben.says(f"Is this number {number}?")
    ben.says("No question.")
    reading.read_on(house.db)
    listing = listed(ana, state="published", q="number", only="question")
    older = re.search(r'href="([^"]+)">Older ones', listing)
    assert older
    assert {"state": ["published"], "q": ["number"], "only": ["question"]}.items() <= parse_qs(
        urlsplit(older[1]).query
    ).items()
    rest = page(ana, older[1])
    assert ("Is this number 1?" in rest, "Is this number 51?" in rest, "Older ones" in rest) == (True, False, False)
    assert numbers(rest)["Published"] == 52


def test_the_queue_leads_on_to_its_next_page(house: House, ana: Visitor) -> None:
    for number in range(52):
        house.reader(f"R{number}").says(f"Number {number}.")
    first = listed(ana)
    onward = re.search(r'rel="next" href="([^"]+)">The next ones', first)
    assert onward
    assert ("Number 49." in first, "Number 50." in first) == (True, False)
    second = page(ana, onward[1])
    assert ("Number 49." in second, "Number 50." in second, "Number 51." in second) == (False, True, True)


def test_all_from_a_network_is_found_by_a_comment_or_an_address_and_its_hash_is_never_told(
    house: House, ana: Visitor, mo: Visitor
) -> None:
    house.settings = house.settings.with_(rate_limit=False)
    said = [Visitor(house, f"203.0.113.{number}") for number in (7, 8)]
    for visitor, name in zip(said, ("Ben", "Cleo"), strict=True):
        visitor.says("From the office.", name=name)
    Visitor(house, "198.51.100.1").says("From home.", name="Dan")
    Visitor(house, "2001:db8::1").says("From afar.", name="Eve")
    one, *_, secret = house.db.rows("SELECT id, network FROM comments ORDER BY id")
    listing = listed(ana)
    assert f'href="/desk/moderation?state=all&network={one["id"]}">from this network' in listing
    assert everywhere(ana, network=one["id"]) == ["Cleo", "Ben"]
    assert set(chips(listed(ana, network=one["id"]))) == {"from the network of Ben"}
    assert everywhere(ana, network="203.0.113.200") == ["Cleo", "Ben"]
    assert everywhere(mo, q="203.0.113.200") == ["Cleo", "Ben"], "in the box for words as well"
    assert everywhere(ana, q='"203.0.113.200"') == [], "but not in quotes"
    assert everywhere(ana, network="2001:db8:0:0:ffff::9") == ["Eve"]
    assert everywhere(ana, network="192.0.2.1") == []
    for told_ in (listing, listed(ana, network=one["id"]), listed(ana, network="203.0.113.7")):
        assert one["network"] not in told_
        assert secret["network"] not in told_


def test_a_network_that_was_forgotten_or_is_none_is_told_so(house: House, ana: Visitor, mo: Visitor) -> None:
    said = house.reader("Ben").says("Long ago.", private=True)
    assert "“the office” is no network address. Write one such as" in listed(ana, network="the office")
    assert "is no network address" in listed(mo, network=said.id), "what is private tells a moderator nothing"
    house.db.execute("UPDATE comments SET network = ''")
    assert "networks are forgotten after 30 days" in listed(ana, network=said.id)
    assert "from this network" not in listed(ana)


def test_by_person_finds_all_whom_the_desk_takes_for_one(house: House, ana: Visitor, mo: Visitor) -> None:
    phone, laptop = house.reader("Ben").says("From my phone."), house.reader("Benjamin").says("From my laptop.")
    house.reader("Cleo").says("Somebody else.")
    ana.client.post(f"/desk/people/{phone.person}/join", data={"other": laptop.person})
    assert f'href="/desk/moderation?state=all&person={phone.person}">of theirs' in listed(ana)
    assert everywhere(ana, person=phone.person) == everywhere(mo, person=laptop.person) == ["Benjamin", "Ben"]
    assert found(ana, person=phone.person, only="first") == ["Ben", "Benjamin"], (
        "in the queue the longest waiting first"
    )
    assert everywhere(ana, person=ids.new_id()) == everywhere(ana, person="%") == []
    forgetting.object_to_history(house.db, [phone.person or ""])
    assert "This person wants no history kept" in listed(ana, person=phone.person)
    assert everywhere(ana, person=phone.person) == []


# ── many at once ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_many_are_decided_at_once_and_taken_back_with_one_button(house: House, ana: Visitor) -> None:
    held = [house.reader(f"R{number}").says("Hello.") for number in range(3)]
    response = bulk(ana, "approve", *held)
    assert response.status_code == 303
    assert {house.now_of(one).state for one in held} == {State.PUBLISHED}
    said = notice(ana, response)
    assert ("Published 3 replies." in said, "Undo all 3" in said) == (True, True)
    bulk_id = parse_qs(urlsplit(response.headers["Location"]).query)["bulk"][0]
    back = ana.client.post(f"{LIST}/decide", data={"undo": bulk_id, "next": f"{LIST}?state=published"})
    assert "3 replies stand where they stood before." in notice(ana, back)
    assert back.headers["Location"].startswith(f"{LIST}?state=published&bulk=")
    assert {house.now_of(one).state for one in held} == {State.HELD}
    again = ana.client.post(f"{LIST}/decide", data={"undo": bulk_id, "next": LIST})
    assert (again.status_code, "There is nothing to take back" in told(again)) == (409, True)


def test_what_could_not_be_decided_is_told_by_number_and_stays(house: House, ana: Visitor, mo: Visitor) -> None:
    held = [house.reader(f"R{number}").says("Hello.") for number in range(3)]
    private = house.reader("Dan").says("For you.", private=True)
    decides(ana, held[0], "spam")
    said = notice(mo, bulk(mo, "reject", *held, private, ids.new_id(), "'; DROP TABLE comments"))
    assert "Rejected 2 replies. 4 replies could not be decided in this way, and stay as they are." in said
    assert house.now_of(private).state is State.HELD
    none = bulk(ana, "reject", *held)
    assert (none.status_code, "None of these can be decided in this way" in told(none)) == (409, True)


def test_none_selected_and_too_many_are_a_sentence_and_the_boxes_stay_ticked(house: House, ana: Visitor) -> None:
    said = house.reader("Ben").says("Hello.")
    none = bulk(ana, "approve")
    assert (none.status_code, "Nothing is selected." in told(none)) == (400, True)
    many = bulk(ana, "approve", said, *(ids.new_id() for _ in range(100)))
    assert (many.status_code, "That is 101 replies. Up to 100 can be decided at once" in told(many)) == (400, True)
    assert f'value="{said.id}" form="bulk" checked' in told(many)
    assert house.now_of(said).state is State.HELD
    odd = bulk(ana, "undo", said)
    assert (odd.status_code, "Choose what to do with these replies" in told(odd)) == (400, True)


def test_all_are_ticked_by_a_link(house: House, ana: Visitor) -> None:
    for number in range(3):
        house.reader(f"R{number}").says("Hello.")
    listing = listed(ana)
    assert (listing.count(" checked data-key"), "Select all 3" in listing) == (0, True)
    ticked = page(ana, re.search(r'class="choose" href="([^"]+)"', listing)[1])  # type: ignore[index]
    assert (ticked.count(" checked data-key"), "Select none" in ticked) == (3, True)


def test_only_what_can_be_done_in_a_tab_is_offered_for_many(talk: House, ana: Visitor) -> None:
    def offered(state: str) -> list[str]:
        return re.findall(r'name="verb" value="(\w+)"', listed(ana, state=state).partition('id="bulk"')[2])

    assert offered("held") == ["approve", "reject", "spam"]
    assert offered("published") == ["spam", "remove"]
    assert offered("spam") == ["approve"]
    assert offered("all") == ["approve", "reject", "spam", "remove"]


def test_a_program_is_told_what_came_of_a_bulk(house: House, ana: Visitor) -> None:
    said = house.reader("Ben").says("Hello.")
    data = {"verb": "approve", "id": [said.id, ids.new_id()], "next": LIST}
    answer = ana.client.post(f"{LIST}/decide", data=data, headers=JSON).get_json()
    assert (answer["done"], answer["left"], answer["bulk"] in answer["next"]) == (1, 1, True)
    assert ana.client.post(f"{LIST}/decide", data={"verb": "approve"}, headers=JSON).status_code == 400


# ── whatever else is sent ───────────────────────────────────────────────────────────────────────────────────────────

ODD = {
    "an unknown tab": {"state": "nonsense"},
    "two tabs": {"state": ["spam", "held"]},
    "an unknown filter": {"only": "everything"},
    "no comment after which to go on": {"after": "' OR 1=1 --"},
    "half a character": {"q": b"\xed\xa0\x80", "name": b"\xff"},
    "an essay that is not here": {"page": "/nowhere/"},
    "10,000 characters": {"q": "a" * 10_000, "name": "b" * 10_000, "network": "c" * 10_000, "person": "d" * 10_000},
    "a thousand words": {"q": " ".join(f"w{number}" for number in range(1000))},
    "a bulk that never was": {"bulk": "x" * 5000, "left": "9" * 5000},
    "negative": {"bulk": "-1", "left": "-1", "select": "none"},
    "signs": {"q": "\\'\";--", "state": "all"},
    "turned around": {"q": "\u202e\u200b"},
}


@pytest.mark.parametrize("query", ODD.values(), ids=ODD.keys())
def test_an_address_of_anything_is_a_list(talk: House, ana: Visitor, query: dict[str, object]) -> None:
    response = ana.gets(f"{LIST}?{urlencode(query, doseq=True)}")
    assert response.status_code == 200
    assert "<h1>Moderation</h1>" in told(response)


@pytest.mark.parametrize("query", ["%", "_", "%%%", "c_f", "\\", "*"])
def test_signs_that_mean_something_to_a_database_find_nothing(talk: House, ana: Visitor, query: str) -> None:
    assert everywhere(ana, q=query) == []
    assert numbers(listed(ana, state="all", q=query))["All"] == 0


def test_a_search_for_signs_alone_says_what_to_do(talk: House, ana: Visitor) -> None:
    assert "“% _” holds nothing to look for. Write words or figures." in listed(ana, q="% _")


def test_what_is_typed_comes_back_as_text(talk: House, ana: Visitor) -> None:
    raw = ana.gets(f"{LIST}?{urlencode({'q': '<b>x</b>', 'name': '<i>y</i>'})}").get_data(as_text=True)
    assert ("<b>" in raw, "<i>" in raw) == (False, False)
    assert "&lt;b&gt;x&lt;/b&gt;" in raw


@pytest.mark.parametrize("next_", ["https://evil.example/", "//evil.example", "/desk/people", "/\\evil.example", ""])
def test_a_bulk_leads_to_no_other_place(house: House, ana: Visitor, next_: str) -> None:
    response = bulk(ana, "approve", house.reader("Ben").says("Hello."), next=next_)
    assert response.headers["Location"].startswith(f"{LIST}?bulk=")

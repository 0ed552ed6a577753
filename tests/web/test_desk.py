"""The desk: the morning, the queue, decisions and their undoing, answers, and who may do what."""

import html
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from werkzeug.test import TestResponse

from comments_service import create_app
from comments_service.identity import authors
from comments_service.models import Comment, Role, State, Verb
from comments_service.store import comments
from comments_service.web.desk import OPEN, words
from tests.support import vnu
from tests.support.actors import House
from tests.support.browserless import JSON, Visitor


@pytest.fixture
def ana(house: House) -> Visitor:
    """The owner, signed in."""
    return Visitor(house).signs_in()


@pytest.fixture
def mo(house: House) -> Visitor:
    """A moderator, signed in."""
    account = authors.add(house.db, "Mo Lind", Role.MODERATOR)
    visitor = Visitor(house)
    link = authors.new_link(house.db, house.settings, account)
    visitor.client.post("/desk/sign-in", data={"token": link.partition("token=")[2]})
    return visitor


def decides(visitor: Visitor, comment: Comment, verb: str, **fields: str) -> TestResponse:
    return visitor.client.post(f"/desk/comments/{comment.id}/decide", data={"verb": verb} | fields)


def answers(visitor: Visitor, comment: Comment, text: str, **fields: str) -> TestResponse:
    return visitor.client.post(f"/desk/comments/{comment.id}/answer", data={"text": text} | fields)


def page(visitor: Visitor, address: str) -> str:
    response = visitor.gets(address)
    assert response.status_code == 200
    return html.unescape(response.get_data(as_text=True))


def notice(visitor: Visitor, response: TestResponse) -> str:
    """What the page says to which a decision leads."""
    told = re.search(r'<div class="notice done".*?</div>', visitor.follows(response).get_data(as_text=True), re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", told[0])).split()) if told else ""


# ── who comes in ────────────────────────────────────────────────────────────────────────────────────────────────────


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


# ── the morning ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_empty_desk_is_kind(ana: Visitor) -> None:
    home = page(ana, "/desk/")
    assert "Nobody waits for a look" in home
    assert "Everybody who stands in your pages has an answer." in home
    assert "Nobody waits for a look." in page(ana, "/desk/moderation")


def test_the_morning_says_how_many_wait_and_since_when(house: House, ana: Visitor) -> None:
    first = house.reader("Ben").says("The first.")
    house.shift_clock(days=1)
    assert "1 reply waits for a look, since yesterday" in page(ana, "/desk/")
    house.reader("Cleo").says("The second.")
    home = page(ana, "/desk/")
    assert "2 replies wait for a look, the oldest since yesterday" in home
    assert f'href="/desk/moderation#case-{first.id}"' in home


def test_whoever_stands_without_an_answer_is_listed_until_they_have_one(house: House, ana: Visitor) -> None:
    ben = house.reader("Ben").says("Why so?")
    house.author.publishes(ben)
    cleo = house.reader("Cleo").says("I wonder too.", to=ben)
    house.author.publishes(cleo)
    link = "/desk/comments/{}?next=/desk/"
    home = page(ana, "/desk/")
    assert link.format(ben.id) in home
    assert link.format(cleo.id) in home
    house.author.answers(ben, "Because.")
    home = page(ana, "/desk/")
    assert link.format(ben.id) not in home
    assert link.format(cleo.id) in home


def test_lately_decided_things_are_undone_from_the_morning(house: House, ana: Visitor) -> None:
    held = house.reader("Ben").says("Hello.")
    decides(ana, held, "reject")
    assert "rejected <bdi>Ben</bdi>’s reply" in page(ana, "/desk/")
    response = decides(ana, held, "undo", next="/desk/")
    assert "Ben’s reply waits for a look again" in notice(ana, response)
    assert house.now_of(held).state is State.HELD
    assert "taken back" in page(ana, "/desk/")


# ── the queue ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_held_reply_lies_there_with_all_that_is_needed_to_decide(house: House, ana: Visitor) -> None:
    ben = house.reader("Ben")
    above = ben.says("I met *forty* people.")
    house.author.publishes(above)
    cleo = house.reader("Cleo")
    cleo.says("I was here before.", on="/b/")
    cleo.says(
        "Did they **answer**?", to=above, email="cleo@example.org", website="https://cleo.example", wants_answer="yes"
    )
    queue = page(ana, "/desk/moderation")
    assert "Did they <strong>answer</strong>?" in queue
    assert "I met <em>forty</em> people." in queue
    assert "I was here before." in queue
    assert "first reply" in queue
    assert "would like an answer" in queue
    assert "Essay a" in queue
    assert re.search(r"cleo@example\.org <span[^>]*>only you see this", queue)
    assert 'href="https://cleo.example" rel="nofollow ugc noopener"' in queue


def test_the_longest_waiting_reply_comes_first_and_a_decision_leads_to_the_next(house: House, ana: Visitor) -> None:
    first, second, third = (house.reader(name).says(f"I am {name}.") for name in ("Ben", "Cleo", "Dan"))
    queue = page(ana, "/desk/moderation")
    assert queue.index("I am Ben.") < queue.index("I am Cleo.") < queue.index("I am Dan.")
    leads = re.findall(r'name="next" value="([^"]+)"', queue)
    assert leads[0] == f"/desk/moderation#case-{second.id}"
    response = decides(ana, first, "approve", next=leads[0])
    assert response.headers["Location"] == f"/desk/moderation?done={first.id}#case-{second.id}"
    assert third.id in page(ana, "/desk/moderation")


@pytest.mark.parametrize(
    ("verb", "state", "told"),
    [
        ("approve", State.PUBLISHED, "Published Ben’s reply."),
        ("reject", State.REJECTED, "Rejected Ben’s reply."),
        ("spam", State.SPAM, "Marked Ben’s reply as spam."),
    ],
)
def test_a_decision_says_what_it_did_and_offers_to_undo_it(
    house: House,
    ana: Visitor,
    verb: str,
    state: State,
    told: str,
) -> None:
    held = house.reader("Ben").says("Hello.")
    response = decides(ana, held, verb)
    assert response.status_code == 303
    assert house.now_of(held).state is state
    words_ = notice(ana, response)
    assert told in words_
    assert "Undo" in words_
    assert "waits for a look again" in notice(ana, decides(ana, held, "undo"))
    assert house.now_of(held).state is State.HELD


def test_the_lists_by_state_hold_what_they_say_with_the_moves_that_are_possible(house: House, ana: Visitor) -> None:
    moves = {
        State.PUBLISHED: {"remove", "spam", "undo"},
        State.REJECTED: {"approve", "spam", "undo"},
        State.SPAM: {"approve", "undo"},
        State.REMOVED: {"approve", "spam", "undo"},
    }
    for state, verb in (
        (State.PUBLISHED, "approve"),
        (State.REJECTED, "reject"),
        (State.SPAM, "spam"),
        (State.REMOVED, "approve"),
    ):
        comment = house.reader(f"Reader {state}").says(f"I am {state}.")
        decides(ana, comment, verb)
        if state is State.REMOVED:
            decides(ana, comment, "remove")
    for state, possible in moves.items():
        listed = page(ana, f"/desk/moderation?state={state}")
        assert f"I am {state}." in listed
        assert set(re.findall(r'name="verb" value="(\w+)"', listed)) == possible
    assert "Nobody waits for a look" in page(ana, "/desk/moderation?state=nonsense")


def test_the_authors_own_words_are_no_spam(house: House, ana: Visitor) -> None:
    house.author.says("My own words.")
    assert set(re.findall(r'name="verb" value="(\w+)"', page(ana, "/desk/moderation?state=published"))) == {"remove"}


def test_long_lists_go_on_with_older_ones(house: House, ana: Visitor) -> None:
    for number in range(52):
        house.author.says(f"Word number {number}.")
    newest = page(ana, "/desk/moderation?state=published")
    older = re.search(r'href="([^"]+)">Older ones', newest)
    assert older
    rest = page(ana, older[1])
    assert "Word number 51." in newest
    assert "Word number 0." not in newest
    assert "Word number 0." in rest
    assert "Older ones" not in rest


def test_a_decision_that_came_too_late_says_how_things_stand(house: House, ana: Visitor) -> None:
    held = house.reader("Ben").says("Hello.")
    house.author.decides(held, Verb.SPAM)
    response = decides(ana, held, "reject")
    assert response.status_code == 409
    assert "This reply is marked as spam, so it can't be rejected now." in html.unescape(
        response.get_data(as_text=True)
    )


def test_a_withdrawn_reply_leaves_nothing_at_the_desk(house: House, ana: Visitor) -> None:
    ben = house.reader("Benedikta")
    said = ben.says("My secret words.", email="ben@example.org")
    house.author.publishes(said)
    ben.withdraws(said)
    for address in (
        "/desk/",
        "/desk/moderation",
        "/desk/moderation?state=published",
        f"/desk/comments/{said.id}",
        "/desk/essays?page=/a/",
    ):
        told = page(ana, address)
        assert "Benedikta" not in told
        assert "secret" not in told
        assert "ben@example.org" not in told
    assert decides(ana, said, "approve").status_code == 409


@pytest.mark.parametrize("verb", ["", "explode"])
def test_an_unknown_verb_is_a_sentence(house: House, ana: Visitor, verb: str) -> None:
    response = decides(ana, house.reader().says("Hello."), verb)
    assert response.status_code == 400
    assert "approve, reject, spam, remove or undo" in response.get_data(as_text=True)


def test_a_comment_that_never_was_is_not_found(ana: Visitor) -> None:
    assert ana.gets("/desk/comments/nothing").status_code == 404
    assert ana.client.post("/desk/comments/nothing/decide", data={"verb": "approve"}).status_code == 404
    assert ana.client.post("/desk/comments/nothing/answer", data={"text": "Hello."}).status_code == 404


@pytest.mark.parametrize("next_", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_a_decision_leads_to_no_other_site(house: House, ana: Visitor, next_: str) -> None:
    location = decides(ana, house.reader().says("Hello."), "approve", next=next_).headers["Location"]
    assert location.startswith("/?done=")


# ── answers ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_answering_a_held_reply_publishes_it_and_says_so(house: House, ana: Visitor) -> None:
    held = house.reader("Ben").says("Why?")
    assert "Answering publishes Ben’s reply as well." in page(ana, "/desk/moderation")
    told = notice(ana, answers(ana, held, "Because."))
    assert "Published Ben’s reply with your answer." in told
    assert "Take the answer back" in told
    stored = comments.children(house.db, held.id)[0]
    assert (stored.by_author, stored.state, stored.text) == (True, State.PUBLISHED, "Because.")
    assert house.now_of(held).state is State.PUBLISHED


def test_an_answer_that_fails_keeps_what_was_typed_and_publishes_nothing(house: House, ana: Visitor) -> None:
    held = house.reader("Ben").says("Why?")
    response = answers(ana, held, "Because. " * 2000, next="/desk/moderation?state=held")
    told = html.unescape(response.get_data(as_text=True))
    assert response.status_code == 422
    assert "Because. Because." in told
    assert 'aria-invalid="true"' in told
    assert 'name="next" value="/desk/moderation?state=held"' in told
    assert house.now_of(held).state is State.HELD
    assert house.count("comments") == 1


def test_an_answer_to_a_reply_withdrawn_meanwhile_gives_the_words_back(house: House, ana: Visitor) -> None:
    ben = house.reader("Ben")
    said = ben.says("Why?")
    ben.withdraws(said)
    response = answers(ana, said, "Because of *this*.")
    assert response.status_code == 409
    assert "Because of *this*." in html.unescape(response.get_data(as_text=True))


def test_private_words_are_marked_and_answered_privately(house: House, ana: Visitor) -> None:
    held = house.reader("Grace").says("Between us.", private=True)
    queue = page(ana, "/desk/moderation")
    assert "for you only" in queue
    assert "Only Grace will see it." in queue
    assert "Answered Grace’s reply, for them alone." in notice(ana, answers(ana, held, "Thank you."))
    assert "Between us" not in house.fragment()
    assert "Thank you" not in house.fragment()


def test_private_words_can_be_marked_as_read_and_stay_private(house: House, ana: Visitor) -> None:
    held = house.reader("Grace").says("Between us.", private=True)
    assert "Marked Grace’s reply as read." in notice(ana, decides(ana, held, "approve"))
    assert "Between us" not in house.fragment()


def test_a_program_is_told_where_it_went_on(house: House, ana: Visitor) -> None:
    held = house.reader("Ben").says("Why?")
    response = ana.client.post(
        f"/desk/comments/{held.id}/answer", data={"text": "Because.", "next": "/a/"}, headers=JSON
    )
    told = response.get_json()
    assert (told["state"], told["author"], told["next"]) == ("published", True, f"/a/?published={told['id']}")
    late = ana.client.post(f"/desk/comments/{held.id}/decide", data={"verb": "reject"}, headers=JSON)
    assert (late.status_code, late.get_json()["error"]["code"]) == (409, "conflict")


# ── under the essay ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_panel_under_an_essay_holds_what_waits_there_and_nothing_else(house: House, ana: Visitor) -> None:
    house.reader("Ben").says("Waiting here.")
    house.reader("Cleo").says("Waiting there.", on="/b/")
    panel = page(ana, "/desk/inline?page=/a/")
    assert "You are signed in as <bdi>Ana Ferreira</bdi> (author)." in panel
    assert "Waiting here." in panel
    assert "Waiting there." not in panel
    assert "<template>" in panel
    assert ana.gets("/desk/inline?page=/nowhere/").status_code == 404


def test_without_script_an_essays_conversation_has_the_same_tools(house: House, ana: Visitor) -> None:
    stands = house.reader("Ben").says("I stand.")
    house.author.publishes(stands)
    house.reader("Cleo").says("I wait.", to=stands)
    assert 'href="/desk/essays?page=/a/"' in page(ana, "/desk/essays")
    conversation = page(ana, "/desk/essays?page=/a/")
    assert "I stand." in conversation
    assert "I wait." in conversation
    assert f'action="/desk/comments/{stands.id}/decide"' in conversation
    response = decides(ana, stands, "remove", next="/desk/essays?page=/a/")
    assert response.headers["Location"] == f"/desk/essays?page=%2Fa%2F&done={stands.id}"
    assert "Removed Ben’s reply." in notice(ana, response)


def test_under_the_essay_the_author_replies_as_the_author(house: House, ana: Visitor) -> None:
    ana.says("Mine.", name="")
    assert [comment.by_author for comment in comments.of_page(house.db, "/a/")] == [True]


# ── roles ───────────────────────────────────────────────────────────────────────────────────────────────────────────


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


# ── its pages ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_no_readers_word_becomes_markup(house: House, ana: Visitor) -> None:
    hostile = "<script>alert(1)</script>"
    ben = house.reader(f"Ben {hostile}")
    said = ben.says(f"Hello {hostile}", website="https://example.org/?a=%22%3E")
    house.author.publishes(said)
    ben.says("Once more.", to=said)
    for address in (
        "/desk/",
        "/desk/moderation?state=published",
        f"/desk/comments/{said.id}?done={said.id}",
        "/desk/inline?page=/a/",
    ):
        assert "<script>alert" not in ana.gets(address).get_data(as_text=True)


def test_the_desks_pages_are_valid_html(house: House, ana: Visitor, tmp_path: Path) -> None:
    ben = house.reader("Ben")
    said = ben.says(
        "Hello > you\n\n> a quote\n\n- a list",
        email="ben@example.org",
        website="https://ben.example",
        wants_answer="yes",
    )
    house.author.answers(said, "Yes?")
    ben.says("https://a.example https://b.example https://c.example", to=said)
    house.reader("Grace").says("Between us.", private=True)
    addresses = (
        "/desk/",
        "/desk/moderation",
        "/desk/moderation?state=published",
        f"/desk/comments/{said.id}?done={said.id}",
        "/desk/essays",
        "/desk/essays?page=/a/",
        "/desk/sessions",
        "/desk/accounts",
        "/desk/sign-in",
    )
    files = []
    for number, address in enumerate(addresses):
        files.append(tmp_path / f"{number}.html")
        files[-1].write_text(ana.gets(address).get_data(as_text=True), "utf-8")
    files.append(tmp_path / "inline.html")
    panel = ana.gets("/desk/inline?page=/a/").get_data(as_text=True)
    files[-1].write_text(
        f"<!doctype html><html lang=en><title>An essay</title><h1>Essay</h1><h2>Replies</h2>{panel}</html>", "utf-8"
    )
    assert vnu.check(files) == []


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("2026-11-20T08:00:00.000Z", "since 08:00"),
        ("2026-11-19T23:59:00.000Z", "since yesterday"),
        ("2026-11-17T08:00:00.000Z", "since Tuesday"),
        ("2026-11-14T08:00:00.000Z", "since Saturday"),
        ("2026-11-13T08:00:00.000Z", "since 13 November 2026"),
    ],
)
def test_how_long_somebody_waits_is_said_as_a_person_would(at: str, said: str) -> None:
    assert words.since(at, "2026-11-20T12:00:00.000Z", ZoneInfo("UTC")) == said


def test_days_are_those_of_the_authors_time_zone() -> None:
    assert (
        words.since("2026-11-19T23:30:00.000Z", "2026-11-20T12:00:00.000Z", ZoneInfo("Europe/Berlin")) == "since 00:30"
    )

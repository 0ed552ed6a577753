"""Links of an author's letter: shown without a session, acting once, on the words that were read, as that account."""

import html
import logging
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from werkzeug.test import TestResponse

from comments_service import moderation, proofs
from comments_service.identity import authors
from comments_service.models import Comment, Role, State, Verb
from comments_service.store import people
from tests.support.actors import House
from tests.support.browserless import JSON, Visitor
from tests.support.desk import told

ANA = "ana@example.org"
_ADDRESS = re.compile(r"(/desk/by-letter/\S+?)\?for=")


@pytest.fixture
def house(house: House) -> House:
    """A house whose owner has an address."""
    people.move(house.db, house.author.account.id, ANA)
    return house


@pytest.fixture
def held(house: House) -> Comment:
    return house.reader("Ben").says("How do you *begin*?")


def link(house: House, to: str = ANA) -> str:
    """The address in the newest letter to somebody."""
    house.work()
    letter = next(one for one in house.letters if one.to == to)
    found = _ADDRESS.search(letter.text)
    assert found
    return found[1]


@pytest.fixture
def stranger(house: House) -> Visitor:
    """Somebody without a session."""
    return Visitor(house, address="192.0.2.9")


def opens(stranger: Visitor, address: str) -> TestResponse:
    """Follow a link."""
    return stranger.gets(address)


def acts(stranger: Visitor, address: str, verb: str, **fields: str) -> TestResponse:
    """What the buttons of the page that stands there send."""
    page = opens(stranger, address).get_data(as_text=True)
    hidden = {
        name: html.unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)
    }
    return stranger.client.post(address, data=hidden | {"verb": verb} | fields)


def state(house: House, comment: Comment) -> State:
    return house.now_of(comment).state


def test_following_a_link_shows_and_never_acts(house: House, stranger: Visitor, held: Comment) -> None:
    address = link(house)
    before = house.db.rows("SELECT * FROM letter_links")
    for choice in ("", "?for=approve", "?for=spam", "?for=answer", "?for=x"):
        for _ in range(2):
            response = opens(stranger, address + choice)
            assert response.status_code == 200
            assert "How do you <em>begin</em>?" in response.get_data(as_text=True)
    assert state(house, held) is State.HELD
    assert house.db.rows("SELECT * FROM letter_links") == before


def test_its_page_tells_who_wrote_and_what_it_answers(house: House, stranger: Visitor) -> None:
    gil, ben = house.reader("Gil", trusted=True), house.reader("Ben")
    house.author.decides(ben.says("I was rude here before."), Verb.REJECT)
    ben.says("I am sorry. Does it work?", to=gil.says("I tried it."), wants_answer="yes")
    page = told(opens(stranger, link(house)))
    for words in ("I tried it.", "I was rude here before.", "would like an answer", "first reply"):
        assert words in page


def test_its_page_is_kept_nowhere_told_nobody_and_found_by_no_search(
    house: House, stranger: Visitor, held: Comment
) -> None:
    response = opens(stranger, link(house))
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers.getlist("Referrer-Policy") == ["no-referrer"]
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in response.get_data(as_text=True)
    assert "Set-Cookie" not in response.headers
    assert "<script" not in response.get_data(as_text=True)


@pytest.mark.parametrize(
    ("verb", "after", "said"),
    [
        ("approve", State.PUBLISHED, "published Ben’s reply"),
        ("reject", State.REJECTED, "rejected Ben’s reply"),
        ("spam", State.SPAM, "marked Ben’s reply as spam"),
    ],
)
def test_a_link_decides_once_as_the_account_that_got_it_and_says_what_became_of_it(
    house: House, stranger: Visitor, held: Comment, verb: str, after: State, said: str
) -> None:
    address = link(house)
    response = acts(stranger, address, verb)
    assert (response.status_code, response.headers["Location"]) == (303, address)
    assert state(house, held) is after
    (decision,) = house.db.rows("SELECT verb, decided_by FROM decisions")
    assert decision == {"verb": verb, "decided_by": house.author.account.id}
    (act,) = house.db.rows("SELECT verb, subject, done_by FROM acts")
    assert act == {"verb": "by letter", "subject": held.id, "done_by": house.author.account.id}
    page = re.sub(r"</?bdi>", "", told(opens(stranger, address)))
    assert f"With this link you {said}" in page
    assert 'value="reject"' not in page
    again = acts(stranger, address, "reject")
    assert again.status_code == 410
    assert "acts only once" in told(again)
    assert state(house, held) is after


def test_the_log_says_that_it_was_by_letter(house: House, stranger: Visitor, held: Comment) -> None:
    acts(stranger, link(house), "approve")
    log = re.sub(r"</?bdi>", "", told(Visitor(house).signs_in().gets("/desk/log")))
    assert "decided about Ben’s reply by a letter’s link" in log


def test_an_answer_publishes_what_it_answers_and_is_that_account_s(
    house: House, stranger: Visitor, held: Comment
) -> None:
    address = link(house)
    assert acts(stranger, address, "answer", text="With a letter.").status_code == 303
    (answer,) = [one for one in house.db.rows("SELECT text, author, parent, state FROM comments") if one["author"]]
    assert (answer["text"], answer["parent"], answer["state"]) == ("With a letter.", held.id, "published")
    assert state(house, held) is State.PUBLISHED
    assert "With this link you answered" in told(opens(stranger, address))


def test_what_was_typed_comes_back_whatever_goes_wrong(house: House, stranger: Visitor, held: Comment) -> None:
    address = link(house)
    empty = acts(stranger, address, "answer", text=" ")
    assert empty.status_code == 422
    assert "field-error" in told(empty)
    words = "A long thought about <beginnings>."
    for wrong in ({"seen": "2020-01-01T00:00:00.000Z"}, {"text": words + "x" * 10_001}):
        response = acts(stranger, address, "answer", **{"text": words} | wrong)
        assert response.status_code in {409, 422}
        assert words in told(response)
        assert "open" in told(response)
    assert state(house, held) is State.HELD
    acts(stranger, address, "approve")
    late = acts(stranger, address, "answer", text=words)
    assert late.status_code == 410
    assert words in told(late)


def test_the_same_words_as_to_somebody_else_are_told_once_and_can_be_sent_all_the_same(
    house: House, stranger: Visitor
) -> None:
    words = "Thank you so much for taking the time to write such a long reply to me."
    house.author.answers(house.reader("Gil").says("How do you begin?"), words)
    comment = house.reader("Ben").says("How do you end?")
    address = link(house)
    refused = acts(stranger, address, "answer", text=words)
    assert refused.status_code == 422
    assert words in told(refused)
    assert "Send it as it is" in told(refused)
    assert acts(stranger, address, "answer", text=words, as_it_is="yes").status_code == 303
    assert state(house, comment) is State.PUBLISHED


def test_words_that_were_changed_since_the_letter_are_shown_before_anything_is_done(
    house: House, stranger: Visitor
) -> None:
    ben = house.reader("Ben")
    comment = ben.says("How do you begin?")
    address = link(house)
    before = opens(stranger, address).get_data(as_text=True)
    assert "were changed after the letter" not in before
    ben.edits(comment, "Buy my lamps.")
    blind = stranger.client.post(address, data={"verb": "approve", "seen": ""})
    assert blind.status_code == 409
    assert "Buy my lamps." in told(blind)
    assert "Read them again before you decide" in told(blind)
    assert stranger.client.post(address, data={"verb": "answer", "text": "Yes!", "seen": ""}).status_code == 409
    assert state(house, comment) is State.HELD
    after = told(opens(stranger, address))
    assert "were changed after the letter was written" in after
    assert acts(stranger, address, "approve").status_code == 303
    assert state(house, comment) is State.PUBLISHED


def test_two_who_press_at_once_act_once(house: House) -> None:
    comment = house.reader("Ben").says("Hello.")
    address = link(house)
    visitors = [Visitor(house, address=f"192.0.2.{number}") for number in range(4)]

    def presses(visitor: Visitor) -> int:
        return visitor.client.post(address, data={"verb": "approve", "seen": ""}).status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(presses, visitors)) == [303, 410, 410, 410]
    assert house.count("decisions") == 1
    assert state(house, comment) is State.PUBLISHED


def test_the_link_takes_back_what_it_did_for_ten_minutes(house: House, stranger: Visitor, held: Comment) -> None:
    address = link(house)
    acts(stranger, address, "spam")
    assert 'value="undo"' in told(opens(stranger, address))
    assert acts(stranger, address, "undo").status_code == 303
    assert state(house, held) is State.HELD
    assert acts(stranger, address, "approve").status_code == 410, "it was used all the same"
    other = house.reader("Gil").says("Hello.")
    address = link(house)
    acts(stranger, address, "approve")
    house.shift_clock(minutes=11)
    assert 'value="undo"' not in told(opens(stranger, address))
    assert acts(stranger, address, "undo").status_code == 410
    assert state(house, other) is State.PUBLISHED


def test_an_answer_given_by_a_link_can_be_taken_back(house: House, stranger: Visitor, held: Comment) -> None:
    address = link(house)
    acts(stranger, address, "answer", text="Too quick.")
    assert acts(stranger, address, "undo").status_code == 303
    assert house.db.value("SELECT state FROM comments WHERE author IS NOT NULL") == "removed"
    assert state(house, held) is State.HELD, "answering had published it"
    assert 'value="undo"' not in told(opens(stranger, address))


def test_what_somebody_else_decided_since_is_told_and_not_undone_by_the_link(
    house: House, stranger: Visitor, held: Comment
) -> None:
    address = link(house)
    acts(stranger, address, "approve")
    mo = authors.add(house.db, "Mo", Role.MODERATOR)
    moderation.decide(house.db, held.id, Verb.SPAM, mo)
    page = re.sub(r"</?bdi>", "", told(opens(stranger, address)))
    assert "Mo marked Ben’s reply as spam" in page
    assert 'value="undo"' not in page
    assert acts(stranger, address, "undo").status_code == 410


def test_a_link_ends_after_two_weeks_and_says_where_to_go_on(house: House, stranger: Visitor, held: Comment) -> None:
    address = link(house)
    house.shift_clock(days=14, minutes=1)
    page = opens(stranger, address)
    assert page.status_code == 200
    assert "they are over" in told(page)
    assert 'value="approve"' not in told(page)
    assert acts(stranger, address, "approve", seen="").status_code == 410
    assert state(house, held) is State.HELD


def test_an_account_without_its_role_can_do_nothing_by_letter(house: House, stranger: Visitor, held: Comment) -> None:
    eve = authors.add(house.db, "Eve", Role.MODERATOR)
    people.move(house.db, eve.id, "eve@example.org")
    comment = house.reader("Gil").says("Hello.")
    address = link(house, to="eve@example.org")
    house.db.execute("UPDATE people SET role = NULL WHERE id = :id", id=eve.id)
    assert opens(stranger, address).status_code == 403
    assert stranger.client.post(address, data={"verb": "approve", "seen": ""}).status_code == 403
    assert state(house, comment) is State.HELD


def test_a_moderator_decides_and_answers_nobody(house: House, stranger: Visitor) -> None:
    mo = authors.add(house.db, "Mo", Role.MODERATOR)
    people.move(house.db, mo.id, "mo@example.org")
    comment = house.reader("Gil").says("Hello.")
    address = link(house, to="mo@example.org")
    assert "<textarea" not in told(opens(stranger, address))
    refused = acts(stranger, address, "answer", text="I am the author.", seen="")
    assert refused.status_code == 403
    assert acts(stranger, address, "approve").status_code == 303
    assert state(house, comment) is State.PUBLISHED


def test_a_reply_that_was_withdrawn_is_gone_for_the_link_too(house: House, stranger: Visitor) -> None:
    ben = house.reader("Ben")
    comment = ben.says("My address is 12 Quay Street.")
    address = link(house)
    ben.withdraws(comment)
    page = told(opens(stranger, address))
    assert "Its writer has withdrawn it since." in page
    assert "Quay Street" not in page
    assert stranger.client.post(address, data={"verb": "approve", "seen": ""}).status_code == 409


def test_a_token_that_is_forged_cut_or_another_s_opens_nothing(house: House, stranger: Visitor, held: Comment) -> None:
    address = link(house)
    token = address.rpartition("/")[2]
    id_, _, mac = token.partition("-")
    forged = [f"{id_}-{'0' * 32}", id_, mac, f"{held.id}-{mac}", proofs.token(house.keys, id_), "x", "%00", "-"]
    for one in forged:
        for method in ("GET", "POST"):
            response = stranger.client.open(f"/desk/by-letter/{one}", method=method, data={"verb": "approve"})
            assert response.status_code in {400, 404}, (method, one)
    assert state(house, held) is State.HELD
    assert mac not in str(house.db.rows("SELECT * FROM letter_links"))


def test_its_own_form_is_taken_though_it_tells_no_origin_and_another_site_s_is_not(
    house: House, stranger: Visitor, held: Comment
) -> None:
    address = link(house)
    fields = {"verb": "approve", "seen": ""}
    for headers in ({"Sec-Fetch-Site": "cross-site", "Origin": "null"}, {"Origin": "https://evil.example"}):
        assert stranger.client.post(address, data=fields, headers=headers).status_code == 403
    own = {"Sec-Fetch-Site": "same-origin", "Origin": "null"}
    assert stranger.client.post(address, data=fields, headers=own).status_code == 303
    elsewhere = stranger.client.post("/comments/", data={"page": "/a/"}, headers={"Origin": "null"})
    assert elsewhere.status_code == 403


def test_neither_tokens_nor_words_are_in_the_log(
    house: House, stranger: Visitor, held: Comment, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    address = link(house)
    acts(stranger, address, "answer", text="With a letter.")
    stranger.gets("/desk/by-letter/forged-0123")
    logged = caplog.text + str([record.__dict__ for record in caplog.records])
    assert "/desk/by-letter/<token>" in logged
    for secret in (address.rpartition("/")[2], "forged-0123", "With a letter", ANA):
        assert secret not in logged


def test_many_tries_are_slowed(house: House, stranger: Visitor, held: Comment) -> None:
    address = link(house)
    statuses = {stranger.gets(address).status_code for _ in range(62)}
    assert statuses == {200, 429}


def test_a_program_reads_problems_as_json(house: House, stranger: Visitor, held: Comment) -> None:
    refused = stranger.client.post(link(house), json={"verb": "fly"}, headers=JSON)
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (400, "malformed")

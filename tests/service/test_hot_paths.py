"""What every request does is as quick with a hundred thousand comments as with ten: it reads by index alone."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from comments_service import delivering, ids, mail, notifying, publishing
from comments_service.engagement import people
from comments_service.models import Comment, State
from comments_service.moderation import banning, reporting
from comments_service.store import (
    author_news,
    comments,
    decisions,
    errands,
    found,
    inbox,
    letter_links,
    listings,
    news,
    outbox,
    pages,
    webhooks,
)
from comments_service.store.found import Trait, Wanted
from comments_service.web import context
from tests.support import asking, claims, corresponding, proving, ruling, site
from tests.support.actors import House, Reader, furnish
from tests.support.browserless import Visitor
from tests.support.plans import heard, plans, plans_on, scans
from tests.support.post import open_office
from tests.support.postgres import Server


@pytest.fixture
def busy_house(house: House) -> House:
    house.settings = house.settings.with_(rate_limit=False)
    ben = house.reader("Ben", trusted=True)
    for number in range(5):
        house.author.answers(ben.says(f"Number {number}."), "Yes.")
        house.reader(f"Reader {number}").says("Held.")
    return house


def test_accepting_a_reply_reads_by_index_alone(busy_house: House) -> None:
    reader = busy_house.reader("Zoe")
    found = plans(busy_house, lambda: reader.says("Is it quick?", email="zoe@example.org"))
    assert len(found) >= 3
    assert scans(found) == []
    again = plans(busy_house, lambda: reader.says("Is it quick again?"))
    assert scans(again) == []


def test_what_the_filter_asks_of_a_reply_is_one_question_of_constant_text(busy_house: House) -> None:
    """Its text is the same whatever a reply says, so that it stays prepared; and of one who is trusted it asks none."""
    house = busy_house
    trusted = house.reader("Amy", trusted=True)
    house.settings = house.settings.with_(hold_first=False, rate_limit=True)

    def asked(act: Callable[[], object]) -> list[str]:
        with heard(house.db) as said:
            act()
        return [sql for sql, _ in said if "filter" in sql]

    assert asked(lambda: trusted.says("Is it quick?")) == []
    assert len(asked(lambda: house.reader("Zoe").says("Is it quick?"))) == 1, "it abstains after one look"
    house.db.execute("UPDATE filters SET spam = 10, wanted = 10")
    first = asked(lambda: house.reader("Zoe").says("Is it quick? I would like to know."))
    second = asked(lambda: house.reader("Kim").says("Something of another length, said in more words than before."))
    assert first == second
    assert len(first) == 2
    found = plans(house, lambda: house.reader("Lee").says("And by index alone, with as many words as that?"))
    assert any("filter_tokens" in one for one in found)
    assert any("echo" in one for one in found)
    assert scans(found) == []


def test_deciding_answering_and_withdrawing_read_by_index_alone(busy_house: House) -> None:
    reader = busy_house.reader("Zoe")
    comment: Comment = reader.says("Is it quick?")
    for act in (
        lambda: busy_house.author.answers(comment, "It is."),
        lambda: reader.edits(comment, "Was it quick?"),
        lambda: reader.withdraws(comment),
    ):
        found = plans(busy_house, act)
        assert found
        assert scans(found) == []


def test_reading_an_unchanged_conversation_is_one_statement(busy_house: House) -> None:
    visitor = Visitor(busy_house)
    visitor.gets("/comments/thread?page=/a/", Accept_Encoding="gzip")
    said: list[str] = []
    with visitor.client.application.app_context():
        connection = context.db()._engine._connection  # type: ignore[attr-defined] # noqa: SLF001
    connection.set_trace_callback(said.append)
    visitor.gets("/comments/thread?page=/a/", Accept_Encoding="gzip")
    connection.set_trace_callback(None)
    assert len(said) == 1


def test_rendering_a_page_anew_is_a_handful_of_reads_by_index(busy_house: House) -> None:
    busy_house.work()
    pages.touch(busy_house.db, "/a/")
    found = plans(busy_house, busy_house.fragment)
    reads = [one for one in found if one.lstrip().startswith("SELECT")]
    assert 4 <= len(reads) <= 8
    assert scans(found) == []


def test_what_was_said_last_is_found_in_its_order(busy_house: House, tmp_path: Path) -> None:
    """However much stands: nothing is sorted but the few hundred that were found, and no page is read but theirs."""
    lately = plans(busy_house, lambda: comments.latest_threads(busy_house.db, 5))
    newest = plans(busy_house, lambda: comments.latest(busy_house.db, 20))
    for said in (lately, newest):
        assert "SEARCH comments USING INDEX comments_latest (state=?)" in next(iter(said.values()))
    assert "USE TEMP B-TREE FOR ORDER BY" not in next(iter(newest.values()))
    site.live(busy_house, tmp_path)
    busy_house.author.says("Hello.")
    with heard(busy_house.db) as asked:
        publishing.refresh(busy_house.db, busy_house.settings, ["/a/"])
    assert not [sql for sql, _ in asked if "FROM pages WHERE gone_at IS NULL ORDER BY" in sql]


def test_a_like_reads_by_index_alone(busy_house: House) -> None:
    visitor = Visitor(busy_house)
    comment = busy_house.author.says("Like me.")
    visitor.client.post(f"/comments/{comment.id}/like")
    with visitor.client.application.app_context():
        found = plans_on(context.db(), lambda: visitor.client.post(f"/comments/{comment.id}/like"))
    assert len(found) >= 4
    assert scans(found) == []


def test_a_persons_page_reads_by_index_alone(busy_house: House) -> None:
    """The whole page, with its frame: whatever the size of the house, it is a few looks into it."""
    ben = busy_house.reader("Ben")
    there, here = ben.says("Hello."), ben.says("Hello again.", on="/b/")
    busy_house.author.answers(there, "Hello.")
    other = busy_house.reader("Ben").says("Hello from my phone.")
    account = busy_house.author.account
    people.join(busy_house.db, here.person or "", other.person or "", account)
    people.note(busy_house.db, here.person or "", "Met in Porto.", account)
    visitor = Visitor(busy_house).signs_in()
    visitor.gets("/desk/people")
    with visitor.client.application.app_context():
        connection = context.db()
    for address in (f"/desk/people/{here.person}", "/desk/people"):
        found = plans_on(connection, partial(visitor.gets, address))
        assert len(found) >= 5
        assert scans(found) == []
        assert walking_the_whole_house(found) == []


def test_whether_a_letter_did_not_go_is_found_by_index_alone(busy_house: House) -> None:
    """Every page of the desk asks."""
    found = plans(busy_house, lambda: outbox.troubled(busy_house.db, outbox.LETTERS))
    assert len(found) == 1
    assert scans(found) == []


def test_the_numbers_of_the_moderation_list_are_counted_by_index_alone(busy_house: House) -> None:
    """A page that stays open asks every half a minute."""
    for act in (
        lambda: listings.counts(busy_house.db),
        lambda: listings.counts(busy_house.db, private=False),
        lambda: listings.held(busy_house.db, after="0"),
        lambda: listings.newest_held(busy_house.db),
        lambda: found.number(busy_house.db, Wanted(reported=True)),
        lambda: decisions.of_bulk(busy_house.db, "bulk"),
    ):
        plan = plans(busy_house, act)
        assert plan
        assert scans(plan) == []


def test_a_page_of_the_moderation_list_is_found_in_its_order(busy_house: House) -> None:
    """Sorted by an index, so that it ends as soon as the page is full."""
    for wanted in (
        Wanted(),
        Wanted(state=State.HELD),
        Wanted(state=State.SPAM, terms=("tea",), traits=frozenset(Trait)),
        Wanted(terms=("tea",), private=False),
    ):
        plan = plans(busy_house, lambda wanted=wanted: found.page_of(busy_house.db, wanted, limit=50))  # type: ignore[misc]
        lines = [line for one in plan.values() for line in one]
        assert lines
        assert [line for line in lines if "TEMP B-TREE" in line or line.startswith("SCAN searchable")] == []


def walking_the_whole_house(found: dict[str, list[str]]) -> list[str]:
    """Statements that go through all published comments or all joins, or sort what they find on a walk along all: an
    index helps none of them.
    """  # noqa: D205
    return [
        one
        for one, plan in found.items()
        if (any("INDEX comments_state" in line for line in plan) and not one.startswith("SELECT count(*)"))
        or any(line.startswith("SCAN joins") for line in plan)
        or (any(line.startswith("SCAN comments") for line in plan) and any("TEMP B-TREE" in line for line in plan))
    ]


# ── who is speaking ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def proven(busy_house: House) -> Reader:
    """Somebody who proved two identities, among others with names of their own."""
    for number in range(5):
        other = claims.github(f"other{number}")
        proving.signed_in(busy_house, f"Other {number}", claims=other).says("Hello.")
    reader = proving.signed_in(busy_house, claims=claims.github("ben"))
    proving.signs_in(reader, claims=proving.address(busy_house, "ben@example.org"), purpose="add")
    return reader


def test_accepting_a_reply_of_somebody_proven_reads_by_index_alone(busy_house: House, proven: Reader) -> None:
    found = plans(busy_house, lambda: proven.says("Is it quick?"))
    assert any("proven_names" in one for one in found)
    assert scans(found) == []


def test_whether_a_guest_poses_as_somebody_is_found_by_index_alone(busy_house: House, proven: Reader) -> None:
    proven.says("Hello.")
    reader = busy_house.reader("Zoe")
    found = plans(busy_house, lambda: reader.says("Is it quick?"))
    assert any("proven_names" in one for one in found)
    assert scans(found) == []


def test_who_is_speaking_is_found_by_index_alone(busy_house: House, proven: Reader) -> None:
    """Every request asks; a guest's device is one look into the house, and one that proved something five."""
    guest = busy_house.reader("Zoe", trusted=True)
    for reader, most in ((guest, 1), (proven, 4)):
        found = plans(busy_house, lambda reader=reader: reader.speaker)  # type: ignore[misc]
        assert len(found) == most, list(found)
        assert scans(found) == []


def test_the_identity_page_and_going_through_an_errand_read_by_index_alone(busy_house: House, proven: Reader) -> None:
    visitor = Visitor(busy_house)
    visitor.client.set_cookie("rapport_device", proven.device)
    typed = {"page": "/a/", "text": "Hello.", "name": "Ben"}
    visitor.gets("/identity/")
    with visitor.client.application.app_context():
        connection = context.db()
    for act in (
        lambda: visitor.gets("/identity/"),
        lambda: visitor.client.post("/identity/choose", data={"way": "guest"} | typed),
        lambda: visitor.client.post("/identity/choose", data={"way": "email"} | typed),
        lambda: visitor.gets("/comments/reply?page=/a/&typed=1"),
        lambda: visitor.says("Sent, so what was typed is forgotten."),
    ):
        found = plans_on(connection, act)
        assert found
        assert scans(found) == []


def test_what_is_due_in_a_lane_is_found_by_index_alone(busy_house: House) -> None:
    for lane in ("", outbox.LETTERS, outbox.PICTURES):
        found = plans(busy_house, lambda lane=lane: outbox.due(busy_house.db, now=ids.now(), limit=1, lane=lane))  # type: ignore[misc]
        assert len(found) == 1
        assert [line for plan in found.values() for line in plan] == [
            "SEARCH jobs USING INDEX jobs_due (lane=? AND run_at<?)"
        ]


@pytest.fixture
def house_on_postgresql(postgres_server: Server, tmp_path: Path) -> Iterator[House]:
    with furnish(tmp_path, database=postgres_server.new_database()) as house:
        yield house


def test_postgresql_has_an_index_for_all_that_a_reply_asks(house_on_postgresql: House) -> None:
    """With so few rows it would read whole tables for being quicker; told not to, it does where there is no index."""
    house = house_on_postgresql
    ben = proving.signed_in(house, claims=claims.github("ben"))
    proving.signs_in(ben, claims=proving.address(house, "ben@example.org"), purpose="add")
    ben.says("Hello.")
    zoe = house.reader("Zoe", trusted=True)
    with heard(house.db) as asked:
        zoe.says("Is it quick?")
        ben.says("Is it quick, too?")
        errands.end(house.db, "nobody's")
        for lane in ("", outbox.LETTERS, outbox.PICTURES):
            outbox.due(house.db, now=ids.now(), limit=1, lane=lane)
    house.db.execute("SET enable_seqscan = off")
    reads = [(sql, given) for sql, given in asked if sql.lstrip().startswith(("SELECT", "UPDATE", "DELETE"))]
    assert len(reads) > 20
    for sql, given in reads:
        plan = [str(row["QUERY PLAN"]) for row in house.db.rows(f"EXPLAIN {sql}", **given)]
        assert not [line for line in plan if "Seq Scan" in line], (sql, plan)


def test_rules_bans_and_reports_read_by_index_alone(busy_house: House, proven: Reader) -> None:
    """Each reply asks twice whether anything is laid down; with every condition asked, it is still found by index."""
    nothing = plans(busy_house, lambda: proven.says("Is it quick?"))
    assert len([one for one in nothing if "FROM rules" in one or "FROM bans" in one]) == 2
    comment = busy_house.reader("Rita", trusted=True).says("Am I rude?", email="rita@example.org")
    for kind in ("person", "address", "network"):
        wish = banning.Wish(kind, "week")
        banning.ban(busy_house.db, busy_house.keys, comment.id, wish, busy_house.author.account)
    ruling.laid_down(busy_house, first=2, rate=(50, 60), words=("casino",))
    for act in (
        lambda: proven.says("Is it quick, with rules?"),
        lambda: proven.edits(proven.says("Is it quick?!"), "It is."),
        lambda: ruling.reports(proven, comment),
        lambda: ruling.reported_by(busy_house, comment, 3),
        lambda: reporting.settle(busy_house.db, comment.id, busy_house.author.account),
    ):
        found = plans(busy_house, act)
        assert found
        assert scans(found) == []


def test_who_is_told_of_what_is_found_by_index_alone(house: House) -> None:
    said = house.reader("Ben", trusted=True).says("Hm?", email="ben@example.net", notify="thread", new_essays=True)
    corresponding.says_yes(house, "ben@example.net")
    house.reader("Cleo", trusted=True).says("Hm.", to=said)
    house.author.answers(said, "Yes.")
    jobs = outbox.due(house.db, now=ids.now(), limit=100)
    assert scans(plans(house, lambda: notifying.hear(house.db, house.settings, jobs))) == []
    house.shift_clock(minutes=6)
    (job,) = outbox.due(house.db, now=ids.now(), limit=9, lane=outbox.LETTERS)
    written = plans(house, lambda: notifying.letter(house.db, house.settings, house.keys, job))
    assert len(written) > 5
    assert scans(written) == []
    looked_for = plans(house, lambda: notifying.catch_up(house.db, house.settings))
    assert any(line.startswith("SEARCH news") for plan in looked_for.values() for line in plan)
    assert scans(looked_for) == []


def test_a_letter_to_many_is_found_by_index_alone_and_begins_and_ends_with_nine_others(house: House) -> None:
    """Each of ten thousand would otherwise go through the news of all."""
    asking.to_be_told(house, 30)
    with open_office() as office:
        settings = house.settings.with_(smtp_url=office.url, mail_from="ana@example.org")
        line = mail.way_out(settings)
        delivery = delivering.Delivery(house.db, settings, house.keys, line, outbox.BULK)
        found = plans(house, delivery.round)
        line.close()
    assert len(office.letters) == 30
    # A walk along an index of the whole table is one as well.
    assert [line for plan in found.values() for line in plan if line.startswith("SCAN")] == []
    for words in ("DELETE FROM jobs", "UPDATE jobs SET begun_at", "UPDATE news SET told_at"):
        assert len([one for one in found if one.startswith(words)]) == 3, words
    assert len(found) <= 30 * 8 + 12


def test_what_is_forgotten_each_minute_is_found_by_index_alone(house: House) -> None:
    before = ids.now(days=-30)
    for forget in (inbox.forget, webhooks.forget, news.forget, letter_links.forget_expired):
        assert scans(plans(house, partial(forget, house.db, before=before))) == []


def test_in_a_wave_no_more_of_what_an_author_is_told_is_counted_than_matters(house: House) -> None:
    account = house.author.account.id
    for number in range(9):
        news.add(house.db, "look", f"old {number}", account=account)
    house.shift_clock(hours=2)
    since = ids.now(hours=-1)
    for number in range(9):
        news.add(house.db, "look", f"new {number}", account=account)
    number_since = partial(author_news.number_since, house.db, account, ["look"], since=since)
    assert (number_since(most=8), number_since(most=20)) == (8, 9)
    assert [
        line for plan in plans(house, lambda: number_since(most=8)).values() for line in plan if "news_" in line
    ] == ["SEARCH news USING INDEX news_account (account=? AND id>?)"]

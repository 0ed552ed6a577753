"""Workers share the letters: each is claimed, begun and ended by one, and what is in doubt comes again and says so."""

import threading

from comments_service import ids, mail
from comments_service.database import Database, opened
from comments_service.delivering import Delivery
from comments_service.store import claims, correspondents, news, outbox
from tests.support import asking, post
from tests.support.actors import House
from tests.support.handing_over import deliver, undone
from tests.support.post import open_office


def taken(db: Database, limit: int = 3) -> list[claims.Claim]:
    with db.transaction():
        return claims.take(db, outbox.LETTERS, now=ids.now(), until=ids.now(minutes=1), limit=limit)


def test_several_workers_have_each_letter_once(either_house: House) -> None:
    house = either_house
    for number in range(12):
        asking.for_a_code(house, f"reader-{number}@example.net")

    def works() -> None:
        with opened(house.settings) as db:
            claimed.append([one.job.id for one in taken(db)])

    claimed: list[list[str]] = []
    workers = [threading.Thread(target=works) for _ in range(4)]
    for worker_ in workers:
        worker_.start()
    for worker_ in workers:
        worker_.join()
    once = [id_ for some in claimed for id_ in some]
    assert once
    assert len(once) == len(set(once))
    assert len(once) + len(taken(house.db, limit=99)) == 12
    assert taken(house.db) == []
    house.shift_clock(minutes=2)
    assert len(taken(house.db, limit=99)) == 12, "what nobody began goes on when its claim ran out"


def test_who_was_overtaken_neither_begins_nor_ends_what_is_another_s(either_house: House) -> None:
    house = either_house
    asking.for_a_code(house)
    (slow,) = taken(house.db)
    house.shift_clock(minutes=2)
    (quick,) = taken(house.db)
    later = ids.now(minutes=6)
    assert claims.begin(house.db, [slow], now=ids.now(), until=later) == []
    (begun,) = claims.begin(house.db, [slow, quick], now=ids.now(), until=later)
    assert claims.done(house.db, [slow]) == []
    assert not claims.give_up(house.db, slow, "no")
    assert not claims.failed(house.db, slow, "no")
    claims.release(house.db, [slow])
    house.shift_clock(minutes=7)
    (third,) = taken(house.db)
    assert third.doubt == "the blog’s worker was stopped while it handed this letter over"
    assert claims.done(house.db, [begun]) == []
    assert claims.done(house.db, [begun, third]) == [third]


def test_a_server_that_never_said_whether_it_took_a_letter_gets_it_again_and_that_is_told(house: House) -> None:
    asking.for_a_code(house)
    (job,) = [one.job for one in undone(house)]
    ben = correspondents.welcome(house.db, "ben@example.net", "en")
    news.add(house.db, "test", "test", correspondent=ben.id, letter=job.id)
    answers = iter([post.HANGS_UP, "451 4.7.1 Later", ""])
    with post.scripted_office({"letter": lambda: next(answers)}) as office:
        for _ in range(3):
            assert deliver(house, office) == 1
            house.shift_clock(minutes=1)
    (told,) = news.of_letter(house.db, job.id)
    assert told.told_at is not None
    assert (
        told.remark == "It may have come twice: the mail server never said whether it took this letter the first time."
    )
    assert len(office.letters) == 3


def test_one_letter_that_cannot_be_written_keeps_none_of_those_that_begin_with_it(either_house: House) -> None:
    house = either_house
    asking.to_be_told(house, 12)
    # No door lets such an address in; an older version may have.
    house.db.execute("UPDATE correspondents SET address = 'cleo at home' WHERE address = 'reader-3@example.net'")
    house.db.execute(
        "UPDATE correspondents SET stopped_at = :now WHERE address = 'reader-5@example.net'", now=ids.now()
    )
    with open_office() as office:
        assert deliver(house, office) == 12
    assert len({message["Message-ID"] for message in office.messages}) == 10
    (one,) = outbox.undone(house.db, outbox.BULK, limit=99)
    assert one.error == "Something went wrong on our side (ValueError); the log says more."
    said = house.db.rows("SELECT remark, told_at FROM news ORDER BY id")
    assert [row["remark"] for row in said if row["told_at"] is None] == ["", "no letters go there"]


def test_a_worker_that_is_stopped_gives_back_what_it_did_not_hand_over_and_leaves_no_doubt(house: House) -> None:
    asking.to_be_told(house, 12)
    with open_office() as office:
        settings = house.settings.with_(smtp_url=office.url, mail_from="ana@example.org")
        line = mail.way_out(settings)
        stopped = Delivery(house.db, settings, house.keys, line, outbox.BULK, lambda: len(office.letters) == 3)
        stopped.round()
        line.close()
        assert len(office.letters) == 3
        assert deliver(house, office) == 9
    assert len({message["Message-ID"] for message in office.messages}) == 12
    assert house.db.value("SELECT count(*) FROM news WHERE told_at IS NOT NULL AND remark = ''") == 12


def test_a_clock_that_was_set_back_keeps_no_letter(house: House) -> None:
    asking.for_a_code(house)
    house.shift_clock(days=1)
    assert len(taken(house.db)) == 1
    house.shift_clock(days=-1)
    outbox.bring_forward(house.db, now=ids.now())
    assert len(taken(house.db)) == 1

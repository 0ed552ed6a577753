"""What was taken back since a backup does not come back with it, and what was said since is done once."""

from pathlib import Path

import pytest

from comments_service import ids, webhooks
from comments_service.database import opened
from comments_service.engagement import forgetting, still_waiting
from comments_service.identity import authors
from comments_service.models import Session, State, Undertaking, Verb
from comments_service.moderation import acts, banning, reporting, spam
from comments_service.store import (
    account_bounces,
    account_letters,
    bans,
    correspondents,
    lessons,
    outbox,
    replies,
    reports,
    sessions,
    subjects,
)
from comments_service.store import webhooks as deliveries
from tests.support import copies, corresponding, ruling
from tests.support.actors import Reader, furnish, page
from tests.support.homes import Home, sound
from tests.support.receiver import receiving


def test_what_was_withdrawn_since_stays_withdrawn(home: Home) -> None:
    with home() as house:
        ben, cleo = house.reader("Ben", trusted=True), house.reader("Cleo", trusted=True)
        gone, stays = ben.says("I take this back."), cleo.says("I stand by this.", email="cleo@example.org")
        house.author.answers(gone, "An answer.")
        backup = copies.made(house.settings)
        ben.withdraws(gone)
    done = copies.restored(house.settings, backup)
    assert done.replayed is not None
    assert done.replayed.withdrawn == 1
    with home() as house:
        again = house.now_of(gone)
        assert (again.state, again.text, again.html, again.name, again.person) == (State.WITHDRAWN, "", "", "", None)
        assert house.now_of(stays).email == "cleo@example.org"
        assert "I take this back" not in house.fragment()
        assert "An answer" in house.fragment()
        assert sound(house)


def test_spam_whose_time_was_over_since_stays_deleted_and_learned(sqlite_home: Home) -> None:
    with sqlite_home() as house:
        said = house.author.publishes(house.reader("Shop").says("Golden lamps, half price."))
        backup = copies.made(house.settings)
        house.author.decides(said, Verb.SPAM)
        house.shift_clock(days=spam.KEPT_DAYS + 1)
        assert spam.expire(house.db) == 1
    copies.restored(house.settings, backup)
    with sqlite_home() as house:
        again = house.now_of(said)
        assert (again.state, again.text, again.name) == (State.WITHDRAWN, "", "")
        assert again.expired_at
        learned = lessons.totals(house.db)
        assert (learned.spam, learned.wanted) == (1, 0)
        assert sound(house)


def test_who_was_forgotten_since_stays_forgotten(home: Home) -> None:
    with home() as house:
        ben, cleo = house.reader("Ben", trusted=True), house.reader("Cleo", trusted=True)
        said = ben.says("Who am I?")
        person = ben.speaker.person
        cleo.says("I stay.")
        backup = copies.made(house.settings)
        forgetting.erase(house.db, subjects.of_person(house.db, person.id if person else ""))
    done = copies.restored(house.settings, backup)
    assert done.replayed is not None
    assert done.replayed.forgotten == 1
    with home() as house:
        assert house.now_of(said).text == ""
        assert house.db.value("SELECT count(*) FROM people WHERE role IS NULL") == 1
        assert Reader(house, "Ben", ben.address, ben.device).speaker.person is None
        assert Reader(house, "Cleo", cleo.address, cleo.device).speaker.person is not None
        assert sound(house)


def test_an_objection_since_holds(home: Home) -> None:
    with home() as house:
        ben = house.reader("Ben")
        ben.says("Keep no history of me.")
        backup = copies.made(house.settings)
        person = ben.speaker.person
        assert person is not None
        forgetting.object_to_history(house.db, [person.id])
    copies.restored(house.settings, backup)
    with home() as house:
        assert house.db.value("SELECT count(*) FROM people WHERE history_refused_at IS NOT NULL") == 1


@pytest.mark.parametrize("published", [True, False])
@pytest.mark.parametrize("verb", [Verb.REMOVE, Verb.SPAM, Verb.REJECT])
def test_what_was_taken_down_since_stays_down(sqlite_home: Home, verb: Verb, *, published: bool) -> None:
    with sqlite_home() as house:
        comment = house.reader().says("Unkind words.")
        if published:
            house.author.publishes(comment)
        backup = copies.made(house.settings)
        if published and verb is Verb.REJECT:
            house.author.decides(comment, Verb.UNDO)
        if not published and verb is Verb.REMOVE:
            house.author.publishes(comment)
        house.author.decides(comment, verb)
        house.reader("Rui")
    done = copies.restored(house.settings, backup)
    assert done.replayed is not None
    assert done.replayed.taken_down == 1
    with sqlite_home() as house:
        assert house.now_of(comment).state not in {State.HELD, State.PUBLISHED}
        assert "Unkind" not in house.fragment()
        assert sound(house)


def test_what_waits_for_a_look_again_is_not_on_the_page(sqlite_home: Home) -> None:
    with sqlite_home() as house:
        comment = house.reader().says("Approved by mistake.")
        house.author.publishes(comment)
        backup = copies.made(house.settings)
        house.author.decides(comment, Verb.UNDO)
    copies.restored(house.settings, backup)
    with sqlite_home() as house:
        assert house.now_of(comment).state is State.HELD
        assert sound(house)


def test_words_stand_as_their_writer_last_edited_them(home: Home) -> None:
    with home() as house:
        ben = house.reader("Ben", trusted=True)
        comment = ben.says("Call me at 555 1234.")
        backup = copies.made(house.settings)
        ben.edits(comment, "Call me.")
    copies.restored(house.settings, backup)
    with home() as house:
        assert house.now_of(comment).text == "Call me."
        assert "555" not in house.fragment()


def test_a_sign_out_holds_and_a_link_that_was_used_stays_used(home: Home) -> None:
    with home() as house:
        account = house.author.account
        links = [authors.new_link(house.db, house.settings, account).split("token=")[1] for _ in range(2)]
        open_, ended = (ids.new_secret() for _ in range(2))
        for secret in (open_, ended):
            session = Session(ids.new_id(), account.id, ids.now(), ids.now(), ids.now(days=30), "Firefox")
            sessions.add(house.db, session, ids.digest(secret))
        ben = house.reader("Ben")
        ben.says("From my device.")
        backup = copies.made(house.settings)
        holder = sessions.holder(house.db, ids.digest(ended), now=ids.now())
        assert holder is not None
        sessions.end(house.db, holder[1], account.id, now=ids.now())
        sessions.use_link(house.db, ids.digest(links[0]), now=ids.now())
        house.db.execute("DELETE FROM devices")
        house.db.execute("UPDATE people SET email = 'new@example.org' WHERE id = :id", id=account.id)
    done = copies.restored(house.settings, backup)
    assert done.replayed is not None
    assert (done.replayed.signed_out, done.replayed.links_spent) == (2, 1)
    with home() as house:
        now = ids.now()
        assert sessions.holder(house.db, ids.digest(ended), now=now) is None
        assert sessions.holder(house.db, ids.digest(open_), now=now) is not None
        found = [sessions.find_link(house.db, ids.digest(link)) for link in links]
        assert [one is not None and one.opens(now=now) for one in found] == [False, True]
        assert Reader(house, "Ben", ben.address, ben.device).speaker.person is None
        assert house.db.value("SELECT email FROM people WHERE id = :id", id=account.id) == "new@example.org"


def test_work_that_was_done_since_is_not_done_twice(sqlite_home: Home) -> None:
    with sqlite_home() as house:
        house.author.publishes(house.reader().says("Told once."))
        assert house.count("jobs")
        backup = copies.made(house.settings)
        house.work()
    copies.restored(house.settings, backup)
    with sqlite_home() as house:
        assert house.count("jobs") == 0


def test_a_feeds_address_that_was_taken_anew_and_a_webhook_that_is_told_no_more_stay_so(home: Home) -> None:
    with home() as house, receiving() as told:
        ben = house.reader("Ben")
        ben.says("Hello.")
        person = ben.speaker.selves
        off, gone = (webhooks.register(house.db, house.settings, f"{told.url}{n}", ["comment.held"]) for n in range(2))
        house.work_pages()
        backup = copies.made(house.settings)
        house.work()
        replies.renew(house.db, person)
        webhooks.switch(house.db, off.id, on=False)
        webhooks.remove(house.db, gone.id)
        assert len(told.heard) == 2
    copies.restored(house.settings, backup)
    with home() as house, receiving() as again:
        assert replies.numbers(house.db) == dict.fromkeys(person, 1)
        (kept,) = deliveries.every(house.db)
        assert (kept.id, kept.off_at is None) == (off.id, False)
        house.db.execute("UPDATE webhooks SET url = :url", url=again.url)
        house.work()
        assert again.heard == [], "what was told is not told again"


def test_who_wants_no_letters_since_gets_none_and_where_they_came_back_they_do_not_go(home: Home) -> None:
    with home() as house:
        account = house.author.account.id
        backup = copies.made(house.settings)
        for name in ("stopped", "bounced", "neither"):
            correspondents.welcome(house.db, f"{name}@example.net", "en")
        stopped, bounced = (correspondents.at(house.db, f"{name}@example.net") for name in ("stopped", "bounced"))
        assert stopped
        assert bounced
        correspondents.stop(house.db, stopped.id, now=ids.now())
        correspondents.bounced(house.db, bounced.id, "550 5.1.1", now=ids.now())
        account_letters.choose(house.db, account, "look", wanted=False)
        account_bounces.note(house.db, account, "550 5.1.1", now=ids.now())
    copies.restored(house.settings, backup)
    with home() as house:
        found = [correspondents.at(house.db, f"{name}@example.net") for name in ("stopped", "bounced", "neither")]
        assert [(one.stopped_at is None, one.bounce) if one else None for one in found] == [
            (False, ""),
            (True, "550 5.1.1"),
            None,
        ]
        assert account_letters.of_account(house.db, account) == {"look": False}
        assert account_bounces.find(house.db, account) == "550 5.1.1"


def test_what_was_told_since_is_not_told_again_however_it_is_heard_of(home: Home) -> None:
    with home() as house:
        ben = house.reader("Ben", trusted=True)
        said = ben.says("May I ask?", email="ben@example.net", notify="author")
        corresponding.says_yes(house, "ben@example.net")
        house.author.answers(said, "Soon.", Undertaking(promise="Send the list", due=ids.now(days=3)[:10]))
        assert len(corresponding.post(house, minutes=6)) == 1
        still_waiting(house.db, said, house.settings, proven=True)
        backup = copies.made(house.settings)
        assert len(corresponding.post(house, minutes=6)) == 1
    copies.restored(house.settings, backup)
    with home() as house:
        outbox.put(house.db, "conversation.changed", house.now_of(said).conversation)
        assert corresponding.post(house, minutes=6) == []


def test_a_webhook_that_was_given_up_since_says_why(home: Home) -> None:
    with home() as house:
        hook = webhooks.register(house.db, house.settings, "https://example.org/", ["comment.held"])
        backup = copies.made(house.settings)
        deliveries.switch_off(house.db, hook.id, deliveries.GONE, now=ids.now())
    copies.restored(house.settings, backup)
    with home() as house:
        assert [one.off_why for one in deliveries.every(house.db)] == [deliveries.GONE]


def test_an_essay_that_came_since_keeps_its_page(sqlite_home: Home, tmp_path: Path) -> None:
    with sqlite_home() as house:
        backup = copies.made(house.settings)
    with furnish(tmp_path, essays=(page("/a/"), page("/b/"), page("/new/"))) as house:
        pass
    copies.restored(house.settings, backup)
    with opened(house.settings) as db:
        assert db.value("SELECT 1 FROM pages WHERE path = '/new/' AND gone_at IS NULL") == 1


def test_words_that_an_author_edited_since_stay_edited(home: Home) -> None:
    with home() as house:
        said = house.author.publishes(house.reader("Ben").says("Call me at 555-0100."))
        backup = copies.made(house.settings)
        acts.edit(house.db, said.id, "Call me.", house.author.account, seen="")
    copies.restored(house.settings, backup)
    with home() as house:
        now = house.now_of(said)
        assert (now.text, now.redacted_as) == ("Call me.", "author")
        assert "edited by the author" in house.fragment()
        assert "555" not in house.fragment()


def test_bans_distrust_and_what_was_looked_at_since_hold_after_a_restore(home: Home) -> None:
    with home() as house:
        by = house.author.account
        ben, cleo, dora = (house.reader(name, trusted=True) for name in ("Ben", "Cleo", "Dora"))
        rude, spam, fine = ben.says("Am I rude?"), cleo.says("Buy this."), dora.says("Hello.")
        ruling.reported_by(house, rude, 2)
        lifted = banning.ban(house.db, house.keys, fine.id, banning.Wish(), by)
        backup = copies.made(house.settings)
        reporting.settle(house.db, rude.id, by)
        banning.lift(house.db, lifted.id, by)
        banned = banning.ban(house.db, house.keys, spam.id, banning.Wish(lasts="ever"), by)
        banning.trust(house.db, rude.id, by, trusted=False)
    done = copies.restored(house.settings, backup)
    assert done.replayed is not None
    assert done.replayed.banned == 1
    with home() as house:
        assert reports.open_of(house.db, rude.id) == []
        assert [one.id for one in bans.every(house.db, now=ids.now())] == [banned.id]
        assert not banning.is_trusted(house.db, rude)
        assert banning.is_trusted(house.db, fine)
        assert sound(house)

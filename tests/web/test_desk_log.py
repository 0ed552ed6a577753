"""The log and the writer's drawer: who did what, what takes it back, and who wrote a comment."""

import re

from comments_service import ids
from comments_service.engagement import forgetting, people
from comments_service.models import Role, State, Verb
from comments_service.moderation import acts
from comments_service.store import bans, reports, rules
from comments_service.store import people as people_store
from tests.support import claims, desk, proving, ruling
from tests.support.actors import House
from tests.support.browserless import Visitor
from tests.support.desk import decides, does, page, told


def lines(text: str) -> list[str]:
    found = re.findall(r"<li[^>]*>\s*<p>(.*?)</p>", text, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", "", one).split()) for one in found]


def test_the_log_holds_decisions_and_acts_newest_first_each_with_its_way_back(
    house: House, ana: Visitor, mo: Visitor
) -> None:
    ben, cleo = house.reader("Ben").says("One."), house.reader("Cleo").says("Two.")
    decides(mo, ben, "approve")
    does(ana, ben, "edit", text="One!", seen="")
    decides(ana, cleo, "spam")
    does(ana, ben, "lock")
    log = page(ana, "/desk/log")
    assert lines(log) == [
        "Ana Ferreira locked Ben’s thread",
        "Ana Ferreira marked Cleo’s reply as spam",
        "Ana Ferreira edited Ben’s reply",
        "Mo Lind published Ben’s reply",
    ]
    assert log.count(">Undo<") == 4
    mos = re.search(r'value="(\w+)">Mo Lind', log)
    assert mos
    assert lines(page(ana, f"/desk/log?by={mos[1]}")) == ["Mo Lind published Ben’s reply"]
    assert lines(page(ana, "/desk/log?what=comment.edit")) == ["Ana Ferreira edited Ben’s reply"]
    assert lines(page(ana, f"/desk/log?what=spam&by={mos[1]}")) == []
    assert len(lines(page(ana, "/desk/log?what=nonsense&by=nobody"))) == 4
    for undo in re.findall(r'action="(/desk/acts/\w+/undo)"', log):
        assert ana.client.post(undo).status_code == 303
    assert lines(page(ana, "/desk/log"))[:2] == [
        "Ana Ferreira took back the edit of Ben’s reply",
        "Ana Ferreira took back the lock on Ben’s thread",
    ]
    assert house.now_of(ben).text == "One."


def test_what_was_taken_back_reads_as_a_sentence_that_somebody_did(house: House, ana: Visitor) -> None:
    ben = house.reader("Ben").says("One.")
    decides(ana, ben, "reject")
    decides(ana, ben, "undo")
    decides(ana, ben, "approve")
    does(ana, ben, "move", page="/b/")
    undo = re.search(r'action="(/desk/acts/\w+/undo)"', page(ana, "/desk/log"))
    assert undo
    ana.client.post(undo[1])
    assert lines(page(ana, "/desk/log")) == [
        "Ana Ferreira took back the move of Ben’s thread",
        "Ana Ferreira moved Ben’s thread from “Essay a” to “Essay b”",
        "Ana Ferreira published Ben’s reply",
        "Ana Ferreira took back a decision: Ben’s reply waits for a look again",
        "Ana Ferreira rejected Ben’s reply",
    ]


def test_rules_bans_trust_and_reports_stand_in_the_log_and_are_taken_back_from_there(
    house: House, ana: Visitor
) -> None:
    said = house.reader("Ben", trusted=True).says("One.")
    ruling.laid_down(house, name="Casinos", words=("casino*",))
    does(ana, said, "ban", kind="person", action="spam", **{"for": "week"})
    does(ana, said, "trust", trust="no")
    ruling.reports(house.reader("Cleo"), said)
    does(ana, said, "settle")
    log = page(ana, "/desk/log")
    assert lines(log)[:5] == [
        "Ana Ferreira left Ben’s reply as it is, whatever was reported",
        "Ana Ferreira trusted Ben no more",
        "Ana Ferreira banned whoever wrote Ben’s reply",
        "Ana Ferreira switched the rule “Casinos” on",
        "Ana Ferreira made the rule “Casinos”",
    ]
    undos = re.findall(r'action="(/desk/acts/\w+/undo)"', log)
    assert len(undos) == 4, "of a rule the last is taken back first"
    notices = [desk.notice(ana, ana.client.post(undo)) for undo in undos]
    assert "Took back the ban of whoever wrote Ben’s reply." in notices, "a ban is nothing to be seen in a page"
    assert len(reports.open_of(house.db, said.id)) == 1
    assert bans.every(house.db, now=ids.now()) == []
    assert rules.switched_on(house.db) == []
    assert house.reader("Ben").says("Anybody else.").state is State.HELD
    person = people_store.find(house.db, said.person or "")
    assert person is not None
    assert person.trusted_at is not None


def test_what_is_older_than_thirty_days_says_so_and_stays(house: House, ana: Visitor) -> None:
    said = house.reader("Ben").says("One.")
    decides(ana, said, "approve")
    act = acts.mark(house.db, said.id, "lock", house.author.account)
    house.shift_clock(days=31)
    ana.signs_in()
    log = page(ana, "/desk/log")
    assert log.count("Older than 30 days: this can’t be undone any more.") == 1
    assert ">Undo<" not in log
    assert ana.client.post(f"/desk/acts/{act.id}/undo").status_code == 410
    assert decides(ana, said, "undo").status_code == 410
    assert "more than 30 days ago" in told(decides(ana, said, "undo"))


def test_what_changed_since_is_refused_with_a_sentence(house: House, ana: Visitor) -> None:
    ben = house.reader("Ben", trusted=True)
    said = ben.says("One.")
    act = acts.edit(house.db, said.id, "Two.", house.author.account, seen="")
    ben.edits(said, "Three.")
    refused = ana.client.post(f"/desk/acts/{act.id}/undo")
    assert refused.status_code == 409
    assert "These words were changed meanwhile" in told(refused)


def test_a_moderator_sees_nothing_of_private_words_nor_of_the_authors_own_things(
    house: House, ana: Visitor, mo: Visitor
) -> None:
    whisper = house.reader("Ben").says("Between us.", private=True)
    decides(ana, whisper, "approve")
    does(ana, whisper, "notes", note="A secret.")
    saved = ana.client.post("/desk/replies", data={"title": "Thanks", "text": "Thank you."})
    assert len(lines(page(ana, "/desk/log"))) == 3
    assert lines(page(mo, "/desk/log")) == []
    act = saved.headers["Location"].partition("act=")[2]
    assert mo.client.post(f"/desk/acts/{act}/undo").status_code == 403
    assert "Saved the reply" not in page(mo, f"/desk/log?act={act}")


def test_long_logs_go_on(house: House, ana: Visitor) -> None:
    said = house.author.says("A thread.")
    for number in range(51):
        acts.mark(house.db, said.id, "unlock" if number % 2 else "lock", house.author.account)
    older = re.search(r'href="(/desk/log\?before=\w+)">Older ones', page(ana, "/desk/log"))
    assert older
    assert lines(page(ana, older[1])) == ["Ana Ferreira locked Ana Ferreira’s thread"]


# ── the drawer ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_drawer_tells_who_wrote_it_and_holds_what_can_be_done_about_them(house: House, ana: Visitor) -> None:
    ben = proving.signed_in(house, "Ben", claims=claims.github("ben"))
    said = ben.says("One.", email="ben@example.org")
    house.author.publishes(said)
    ben.says("Between us.", private=True)
    spam = ben.says("Buy this.")
    house.author.decides(spam, Verb.SPAM)
    other = house.reader("Benedict").says("From my phone.")
    account = house.author.account
    people.join(house.db, str(said.person), str(other.person), account)
    people.note(house.db, str(said.person), "Met in Porto.", account)
    acts.note(house.db, spam.id, "Probably a slip.", account)
    ban = bans.Ban(ids.new_id(), "person", str(said.person), "hold", "Let it rest.", said.id, account.id, ids.now(),
                   ids.now(days=7))  # fmt: skip
    bans.add(house.db, ban)
    for address in (f"/desk/comments/{said.id}/writer", f"/desk/comments/{said.id}/writer?panel=yes"):
        drawer = page(ana, address)
        for words in (
            "github.com/ben",
            "Also known here as <bdi>Benedict</bdi>",
            "Trusted since",
            "<strong>1</strong> published",
            "<strong>1</strong> spam",
            "<strong>2</strong> waiting",
            "Between us.",
            "Met in Porto.",
            "Probably a slip.",
            "marked <bdi>Ben</bdi>’s reply as spam",
            "are held for a look",
            "Let it rest.",
            f'action="/desk/bans/{ban.id}/lift"',
            f'action="/desk/comments/{said.id}/ban"',
            f'action="/desk/comments/{said.id}/trust"',
            'name="trust" value="no"',
        ):
            assert words in drawer, words
        assert ("<nav" in drawer) is ("panel" not in address)
    assert f'href="/desk/comments/{said.id}/writer' in page(ana, "/desk/moderation?state=published")


def test_a_moderator_sees_less_in_the_drawer(house: House, ana: Visitor, mo: Visitor) -> None:
    ben = house.reader("Ben", trusted=True)
    said = ben.says("One.", email="ben@example.org")
    whisper = ben.says("Between us.", private=True)
    people.note(house.db, str(said.person), "Met in Porto.", house.author.account)
    does(ana, whisper, "notes", note="A secret.")
    drawer = page(mo, f"/desk/comments/{said.id}/writer")
    assert "<strong>2</strong> published" in drawer
    for hidden in ("Between us", "waiting", "ben@example.org", "Porto", "A secret", "/ban", "/trust", "/desk/people"):
        assert hidden not in drawer, hidden


def test_who_wants_no_history_has_none_in_the_drawer(house: House, ana: Visitor) -> None:
    ben = house.reader("Ben", trusted=True)
    said = ben.says("One.")
    forgetting.object_to_history(house.db, [str(said.person)])
    drawer = page(ana, f"/desk/comments/{said.id}/writer")
    assert "They want no history kept of them" in drawer
    assert "I was here before." not in drawer
    assert "published</span>" not in drawer
    assert f'action="/desk/comments/{said.id}/ban"' in drawer


def test_of_withdrawn_and_of_authors_words_there_is_nobody_to_tell(house: House, ana: Visitor) -> None:
    ben = house.reader("Ben", trusted=True)
    said = ben.says("One.")
    ben.withdraws(said)
    for comment in (said, house.author.says("Mine.")):
        assert "Nobody known" in page(ana, f"/desk/comments/{comment.id}/writer")
    by_zoe = desk.account(house, "Zoe", Role.AUTHOR).says("As a reader here.")
    assert by_zoe.author is None
    assert "Nobody known" in page(ana, f"/desk/comments/{by_zoe.id}/writer")

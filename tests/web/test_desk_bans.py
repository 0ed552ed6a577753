"""Bans, trust and reports at the desk: one form each, told in a notice with the way back."""

from comments_service import ids
from comments_service.models import State
from comments_service.store import bans
from tests.support import desk
from tests.support.actors import House
from tests.support.browserless import JSON, Visitor
from tests.support.ruling import proven, reported_by, reports


def test_a_ban_is_made_at_a_reply_and_lifted(house: House, ana: Visitor) -> None:
    ben = house.reader("Ben", trusted=True)
    comment = ben.says("Hello.", email="ben@example.org")
    form = desk.page(ana, f"/desk/comments/{comment.id}/ban")
    assert "This e-mail address" in form
    made = desk.does(ana, comment, "ban", kind="person", reason="Again and again.", next="/desk/moderation")
    assert made.headers["Location"].startswith("/desk/moderation?banned=")
    assert "Replies from Ben are held until " in desk.notice(ana, made)
    assert ben.says("Hello again.").state is State.HELD
    listed = desk.page(ana, "/desk/bans")
    assert "Again and again." in listed
    assert f"/desk/moderation?person={comment.person}" in listed
    (ban,) = bans.every(house.db, now=ids.now())
    lifted = ana.client.post(f"/desk/bans/{ban.id}/lift", data={"next": "/desk/bans"})
    assert "Lifted the ban of Ben." in desk.notice(ana, lifted)
    assert "Over" in desk.page(ana, "/desk/bans")
    assert ana.client.post(f"/desk/bans/{ban.id}/lift").status_code == 409
    assert ana.client.post(f"/desk/bans/{comment.id}/lift").status_code == 404


def test_the_page_of_a_reply_tells_of_a_ban_of_its_address(house: House, ana: Visitor) -> None:
    banned = house.reader("Ben").says("Hello.", email="ben@example.org")
    desk.does(ana, banned, "ban", kind="address", action="spam")
    other = house.reader("Benjamin").says("Hello, too.", email="Ben@example.org")
    assert "Their replies are filed as spam" in desk.page(ana, f"/desk/comments/{other.id}")


def test_who_is_refused_keeps_their_words(house: House, ana: Visitor) -> None:
    visitor = Visitor(house)
    visitor.says("Hello.")
    comment = house.db.value("SELECT id FROM comments")
    ana.client.post(f"/desk/comments/{comment}/ban", data={"kind": "person", "for": "ever", "action": "refuse"})
    refused = visitor.says("Words that I would not like to lose.")
    assert refused.status_code == 403
    page = desk.told(refused)
    assert "takes no replies from you. Your words are still here, to copy." in page
    assert "Words that I would not like to lose." in page
    assert visitor.says_json("Hello.").get_json()["error"]["code"] == "refused"


def test_ones_own_network_is_asked_about_once_more(house: House, ana: Visitor) -> None:
    Visitor(house).says("Hello from the same house.")
    comment = house.db.value("SELECT id FROM comments")
    fields = {"kind": "network", "for": "day", "action": "hold", "reason": "The neighbours."}
    asked = ana.client.post(f"/desk/comments/{comment}/ban", data=fields)
    assert asked.status_code == 422
    assert "the network that you are on yourself" in desk.told(asked)
    assert "The neighbours." in desk.told(asked)
    assert house.count("bans") == 0
    assert ana.client.post(f"/desk/comments/{comment}/ban", data=fields | {"sure": "yes"}).status_code == 303
    assert house.count("bans") == 1


def test_bad_bans_are_told_in_sentences(house: House, ana: Visitor) -> None:
    comment = house.reader("Ben").says("Hello.")
    for fields in ({"kind": "planet"}, {"for": "year"}, {"action": "eat"}, {"kind": "network", "for": "ever"},
                   {"kind": "address"}, {"reason": "x" * 301}):  # fmt: skip
        response = desk.does(ana, comment, "ban", **fields)
        assert response.status_code == 422, fields
        assert "field-error" in desk.told(response)
    assert desk.does(ana, house.author.says("Mine."), "ban").status_code == 403
    assert desk.does(ana, comment, "trust", trust="perhaps").status_code == 400


def test_trust_is_given_taken_and_undone(house: House, ana: Visitor) -> None:
    ben = house.reader("Ben")
    comment = ben.says("Hello.")
    given = desk.does(ana, comment, "trust", trust="yes", next=f"/desk/comments/{comment.id}")
    assert desk.notice(ana, given).startswith("Replies of Ben need no look any more.")
    assert ben.says("Hello again.").state is State.PUBLISHED
    assert "Their replies need no look." in desk.page(ana, f"/desk/comments/{comment.id}")
    desk.does(ana, comment, "trust", trust="no")
    assert ben.says("And again.").state is State.HELD


def test_at_a_comment_the_words_of_a_report_are_for_authors_alone(house: House, ana: Visitor, mo: Visitor) -> None:
    comment = house.reader("Ben", trusted=True).says("Am I rude?")
    reports(proven(house, "Cleo"), comment, words="He shouted at me on Monday.")
    address = f"/desk/comments/{comment.id}"
    assert "He shouted at me on Monday." in desk.told(ana.gets(address))
    told = desk.told(mo.gets(address))
    assert "It insults, threatens or shames somebody" in told
    assert "He shouted at me on Monday." not in told


def test_a_moderator_settles_reports_but_not_of_what_is_for_the_author_only(house: House, mo: Visitor) -> None:
    comment = house.reader("Ben", trusted=True).says("Am I rude?")
    reported_by(house, comment, 3)
    shown = desk.page(mo, f"/desk/comments/{comment.id}")
    assert "It insults, threatens or shames somebody" in shown
    assert "somebody proven: github.com/witness0" in shown
    settled = desk.does(mo, comment, "settle", next="/desk/moderation")
    assert "Looked at what was reported about Ben’s reply. It stands in the page." in desk.notice(mo, settled)
    assert house.now_of(comment).state is State.PUBLISHED
    again = desk.does(mo, comment, "settle")
    assert again.status_code == 409
    private = house.reader("Cleo", trusted=True).says("Between us.", private=True)
    assert desk.does(mo, private, "settle").status_code == 404


def test_a_program_is_told_where_things_stand(house: House, ana: Visitor) -> None:
    comment = house.reader("Ben", trusted=True).says("Hello.")
    made = ana.client.post(f"/desk/comments/{comment.id}/ban", data={"kind": "person"}, headers=JSON)
    assert made.get_json()["until"] > ids.now()
    reports(proven(house, "Cleo"), comment)
    settled = ana.client.post(f"/desk/comments/{comment.id}/settle", headers=JSON)
    assert settled.get_json()["state"] == "published"

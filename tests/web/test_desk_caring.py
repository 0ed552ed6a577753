"""What is done to one comment at the desk: its words, its thread, notes at it; by authors and by moderators."""

import re

import pytest

from comments_service.models import Role, State
from comments_service.store import acts, comments
from tests.support import desk
from tests.support.actors import House
from tests.support.browserless import JSON, Visitor
from tests.support.desk import does, notice, page, told


@pytest.mark.parametrize("who", ["ana", "mo"])
def test_words_are_edited_told_and_undone_from_the_notice(
    house: House, who: str, request: pytest.FixtureRequest
) -> None:
    visitor: Visitor = request.getfixturevalue(who)
    said = house.reader("Ben", trusted=True).says("Call me at 555-0100.")
    form = page(visitor, f"/desk/comments/{said.id}/edit?next=/desk/moderation")
    assert re.search(r"<textarea[^>]*>\nCall me at 555-0100.</textarea>", form)
    assert "Ben sees it too" in re.sub(r"<[^>]+>", "", form)
    response = does(visitor, said, "edit", text="Call me.", seen="", next="/desk/moderation")
    assert response.status_code == 303
    assert notice(visitor, response).startswith("Edited Ben’s reply. See it in its page Undo")
    assert house.now_of(said).text == "Call me."
    (act,) = acts.latest(house.db)
    undone = visitor.client.post(f"/desk/acts/{act.id}/undo", data={"next": "/desk/moderation"})
    assert notice(visitor, undone) == "Took back the edit of Ben’s reply. See it in its page"
    assert house.now_of(said).text == "Call me at 555-0100."


def test_an_edit_that_came_too_late_keeps_what_was_typed_beside_the_words_as_they_stand(
    house: House, ana: Visitor
) -> None:
    ben = house.reader("Ben", trusted=True)
    said = ben.says("One.")
    ben.edits(said, "Two, by Ben.")
    response = does(ana, said, "edit", text="Three, by Ana.", seen="")
    assert response.status_code == 409
    assert "changed meanwhile" in told(response)
    assert "Three, by Ana.</textarea>" in told(response)
    assert "<p>Two, by Ben.</p>" in told(response)
    again = re.search(r'name="seen" value="([^"]+)"', told(response))
    assert again
    assert does(ana, said, "edit", text="Three, by Ana.", seen=again[1]).status_code == 303


def test_an_edit_that_would_leave_nothing_is_told_at_its_field(house: House, ana: Visitor) -> None:
    said = house.reader("Ben", trusted=True).says("One.")
    response = does(ana, said, "edit", text="  ", seen="")
    assert response.status_code == 422
    assert 'id="edit-text-error">There are no words' in told(response)


def test_another_authors_words_and_private_ones_have_no_form_for_whom_they_are_none_of_theirs(
    house: House, ana: Visitor, mo: Visitor
) -> None:
    hers = house.author.says("My own words.")
    zoe = desk.signed_in(house, "Zoe", Role.AUTHOR)
    for visitor in (zoe, mo):
        assert visitor.gets(f"/desk/comments/{hers.id}/edit").status_code == 403
        assert does(visitor, hers, "edit", text="Not mine.", seen="").status_code == 403
        assert f"/desk/comments/{hers.id}/edit" not in page(visitor, f"/desk/comments/{hers.id}")
    whisper = house.reader("Ben").says("Between us.", private=True)
    for what, fields in (("edit", {"text": "x"}), ("notes", {"note": "x"}), ("lock", {}), ("move", {"page": "/b/"})):
        response = does(mo, whisper, what, **fields)
        assert response.status_code == 404
        assert "Between us" not in told(response)
    assert mo.gets(f"/desk/comments/{whisper.id}/edit").status_code == 404
    assert mo.gets(f"/desk/comments/{whisper.id}/writer").status_code == 404
    does(ana, whisper, "notes", note="Only for authors.")
    (act,) = acts.latest(house.db)
    assert mo.client.post(f"/desk/acts/{act.id}/undo").status_code == 404
    assert house.now_of(hers).text == "My own words."


def test_the_writer_reads_on_their_own_page_that_their_words_were_edited(house: House, visitor: Visitor) -> None:
    visitor.says("Call me at 555-0100.")
    (said,) = comments.by_people(house.db, [row["id"] for row in house.db.rows("SELECT id FROM people")],
                                 private=True, limit=9)  # fmt: skip
    house.author.publishes(said)
    does(Visitor(house).signs_in(), said, "edit", text="Call me.", seen="")
    own = page(visitor, f"/comments/{said.id}/")
    assert "Your words were <strong>edited by the author</strong>" in own
    told_ = visitor.gets(f"/comments/{said.id}/", **JSON).get_json()
    assert (told_["redacted_as"], told_["edited"]) == ("author", None)
    late = visitor.client.post(f"/comments/{said.id}/edit", data={"text": "Mine again.", "seen": ""})
    assert late.status_code == 409
    assert "Mine again." in told(late)


def test_a_thread_moves_and_its_links_lead_on(house: House, ana: Visitor, visitor: Visitor) -> None:
    ben = house.reader("Ben", trusted=True)
    said = ben.says("A thread.")
    inner = ben.says("Inner.", to=said)
    assert '<option value="/b/">Essay b</option>' in page(ana, f"/desk/comments/{said.id}")
    assert f'/desk/comments/{said.id}">The thread’s first reply' in page(ana, f"/desk/comments/{inner.id}")
    response = does(ana, said, "move", page="/b/")
    assert "Moved Ben’s thread from “Essay a” to “Essay b”." in notice(ana, response)
    assert visitor.gets(f"/comments/{inner.id}/").headers["Location"] == f"/b/#comment-{inner.id}"
    assert visitor.gets("/comments/counts?page=/a/&page=/b/").get_json() == {"/a/": 0, "/b/": 3}
    assert "There is no such essay" in told(does(ana, said, "move", page="/nowhere/"))
    undo = re.search(r'action="(/desk/acts/\w+/undo)"', page(ana, f"/desk/comments/{said.id}"))
    assert undo
    ana.client.post(undo[1])
    assert visitor.gets("/comments/counts?page=/a/&page=/b/").get_json() == {"/a/": 2, "/b/": 1}


def test_a_locked_thread_says_so_at_every_door_and_keeps_what_was_typed(
    house: House, ana: Visitor, visitor: Visitor
) -> None:
    said = house.reader("Ben", trusted=True).says("A thread.")
    assert "Locked Ben’s thread." in notice(ana, does(ana, said, "lock"))
    refused = visitor.says("I must say this.", parent=said.id)
    assert refused.status_code == 403
    assert "it takes no more replies" in told(refused)
    assert "I must say this.</textarea>" in told(refused)
    assert visitor.says_json("And this.", parent=said.id).get_json()["error"]["code"] == "locked"
    form = page(visitor, f"/comments/reply?page=/a/&parent={said.id}")
    assert "What you write here begins a thread of its own." in form
    assert 'name="parent" value=""' in form
    thread = visitor.gets("/comments/thread?page=/a/", **JSON).get_json()
    assert (thread["comments"][0]["locked"], thread["comments"][0]["pinned"]) == (True, False)
    assert "Unlocked Ben’s thread." in notice(ana, does(ana, said, "unlock"))
    assert visitor.says("I must say this.", parent=said.id).status_code == 303


def test_a_thread_is_pinned_for_people_and_for_programs(house: House, ana: Visitor, visitor: Visitor) -> None:
    ben = house.reader("Ben", trusted=True)
    first, second = ben.says("First."), ben.says("Second.")
    assert "Pinned Ben’s thread." in notice(ana, does(ana, second, "pin"))
    thread = visitor.gets("/comments/thread?page=/a/", **JSON).get_json()
    assert [(one["id"], one["pinned"]) for one in thread["comments"]] == [(second.id, True), (first.id, False)]
    assert "pinned already" in told(does(ana, second, "pin"))
    assert "Unpinned Ben’s thread." in notice(ana, does(ana, second, "unpin"))


def test_notes_stand_at_the_comment_for_moderators_too_and_never_for_readers(
    house: House, ana: Visitor, mo: Visitor, visitor: Visitor
) -> None:
    said = house.reader("Ben", trusted=True).says("Hello.")
    assert "Noted something at Ben’s reply." in notice(mo, does(mo, said, "notes", note="Met in Porto."))
    for where in (f"/desk/comments/{said.id}", "/desk/moderation?state=published", f"/desk/comments/{said.id}/writer"):
        assert "Met in Porto." in page(ana, where)
        assert "Met in Porto." in page(mo, where)
    assert "Porto" not in told(visitor.gets("/comments/thread?page=/a/"))
    refused = does(ana, said, "notes", note="x" * 2001)
    assert refused.status_code == 422
    assert "x" * 2001 in told(refused)
    remove = re.search(r'action="(/desk/comments/\w+/notes/\w+/remove)"', page(ana, f"/desk/comments/{said.id}"))
    assert remove
    assert "Removed a note at Ben’s reply." in notice(ana, ana.client.post(remove[1]))
    assert ana.client.post(remove[1]).status_code == 404


def test_programs_get_the_comment_and_what_was_done(house: House, ana: Visitor) -> None:
    said = house.reader("Ben", trusted=True).says("One.")
    answer = ana.client.post(
        f"/desk/comments/{said.id}/edit", json={"text": "Two.", "next": "/a/"}, headers=JSON
    ).get_json()
    (act,) = acts.latest(house.db)
    assert (answer["html"], answer["act"], answer["next"]) == ("<p>Two.</p>", act.id, f"/a/?act={act.id}")
    assert house.now_of(said).state is State.PUBLISHED

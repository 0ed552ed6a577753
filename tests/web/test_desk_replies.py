"""Saved replies: a beginning for an answer, and never one by itself."""

import re

import pytest

from comments_service.store import saved_replies
from comments_service.store.saved_replies import SavedReply
from tests.support.actors import House
from tests.support.browserless import JSON, Visitor
from tests.support.desk import answers, notice, page, told


@pytest.fixture
def thanks(house: House, ana: Visitor) -> SavedReply:
    """One that is saved."""
    ana.client.post("/desk/replies", data={"title": "Thanks", "text": "Thank you, {name}, for reading “{essay}”."})
    (saved,) = saved_replies.every(house.db)
    return saved


def test_replies_are_saved_changed_ordered_deleted_and_brought_back(
    house: House, ana: Visitor, thanks: SavedReply
) -> None:
    ana.client.post("/desk/replies", data={"title": "Later", "text": "I’ll come back to this."})
    ana.client.post(f"/desk/replies/{thanks.id}/move", data={"to": "down"})
    assert [one.title for one in saved_replies.every(house.db)] == ["Later", "Thanks"]
    changed = ana.client.post(f"/desk/replies/{thanks.id}/change", data={"title": "Thanks!", "text": "Thank you."})
    assert notice(ana, changed).startswith("Changed the saved reply “Thanks!”. Undo")
    deleted = ana.client.post(f"/desk/replies/{thanks.id}/delete")
    assert notice(ana, deleted).startswith("Deleted the saved reply “Thanks!”. Undo")
    undo = re.search(r'action="(/desk/acts/\w+/undo)"', told(ana.follows(deleted)))
    assert undo
    ana.client.post(undo[1])
    assert [one.text for one in saved_replies.every(house.db)] == ["I’ll come back to this.", "Thank you."]


def test_what_cannot_be_saved_comes_back_with_a_sentence(house: House, ana: Visitor, thanks: SavedReply) -> None:
    for address in ("/desk/replies", f"/desk/replies/{thanks.id}/change"):
        response = ana.client.post(address, data={"title": " ", "text": "Typed at length."})
        assert response.status_code == 422
        assert "Typed at length.</textarea>" in told(response)
        assert "by which you will find it" in told(response)
    assert len(saved_replies.every(house.db)) == 1
    assert ana.client.post("/desk/replies/nothing/delete").status_code == 404


def test_without_script_a_link_opens_the_form_filled_in_for_this_reader(
    house: House, ana: Visitor, thanks: SavedReply
) -> None:
    said = house.reader("Ben").says("Is it so?")
    link = re.search(r'href="([^"]+)">Thanks</a>', page(ana, f"/desk/comments/{said.id}"))
    assert link
    filled = page(ana, link[1])
    assert "Thank you, Ben, for reading “Essay a”.</textarea>" in filled
    assert re.search(r'<details class="queue-answer"[^>]* open', filled)
    words = ana.gets(f"/desk/comments/{said.id}/replies/{thanks.id}", **JSON).get_json()
    assert words == {"text": "Thank you, Ben, for reading “Essay a”."}


def test_a_saved_reply_as_it_is_counts_as_a_form_letter_once(house: House, ana: Visitor, thanks: SavedReply) -> None:
    ben, cleo = (house.reader(name).says("Is it so?") for name in ("Ben", "Cleo"))
    text = "Thank you, Ben, for reading “Essay a”."
    refused = answers(ana, ben, text)
    assert refused.status_code == 422
    assert "These are the words that you saved, as they are. Make them Ben’s." in told(refused)
    assert "Send it as it is" in told(refused)
    assert answers(ana, ben, text, as_it_is="yes").status_code == 303
    again = answers(ana, cleo, "Thank you, Cleo, for reading “Essay a”.")
    assert "You sent these words to Ben. Make them Cleo’s." in told(again)
    assert answers(ana, cleo, "Thank you, Cleo, for reading “Essay a”. It is so, I think.").status_code == 303


def test_they_are_the_authors_own(house: House, mo: Visitor, thanks: SavedReply) -> None:
    said = house.reader("Ben").says("Is it so?")
    assert mo.gets("/desk/replies").status_code == 403
    assert mo.gets(f"/desk/comments/{said.id}/replies/{thanks.id}").status_code == 403
    assert mo.client.post("/desk/replies", data={"title": "Mine", "text": "Mine."}).status_code == 403
    assert mo.client.post(f"/desk/replies/{thanks.id}/delete").status_code == 403
    assert "/desk/replies" not in page(mo, "/desk/moderation")

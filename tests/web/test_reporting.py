"""Reporting at the reader's side: a plain page, once each, thanks that say what happens, and the writer's own page."""

from comments_service.models import Comment
from comments_service.moderation import reporting
from comments_service.store import comments
from tests.support import desk
from tests.support.actors import House
from tests.support.browserless import JSON, Visitor
from tests.support.claims import github, proves_in
from tests.support.ruling import reported_by


def standing(house: House) -> Comment:
    return house.reader("Ben", trusted=True).says("Am I rude?")


def test_each_comment_has_a_quiet_link_to_report_it(house: House) -> None:
    comment = standing(house)
    assert f'href="/comments/{comment.id}/report" rel="nofollow">Report<span' in house.fragment()


def test_a_report_is_a_plain_page_and_told_once(house: House) -> None:
    comment, visitor = standing(house), Visitor(house)
    form = visitor.gets(f"/comments/{comment.id}/report")
    page = desk.told(form)
    assert "Am I rude?" in page
    assert "If 3 readers who proved who they are report it, it is off the page until then." in page
    assert "Set-Cookie" not in form.headers
    sent = visitor.client.post(f"/comments/{comment.id}/report", data={"reason": "abuse", "words": "Look at that."})
    assert (sent.status_code, sent.headers["Location"]) == (303, f"/comments/{comment.id}/report?sent")
    thanks = desk.told(visitor.follows(sent))
    assert "Thank you" in thanks
    assert "Ana Ferreira will look at it. It stands in the page until then." in thanks
    again = visitor.client.post(f"/comments/{comment.id}/report", data={"reason": "spam"})
    assert "You reported this already" in desk.told(visitor.follows(again))
    assert house.count("reports") == 1
    reporting.settle(house.db, comment.id, house.author.account)
    assert "has looked at it, and left it" in desk.told(visitor.gets(f"/comments/{comment.id}/report"))


def test_words_that_reports_took_off_the_page_are_not_read_here_either(house: House) -> None:
    comment = standing(house)
    reported_by(house, comment, 3)
    page = desk.told(Visitor(house, "198.51.100.9").gets(f"/comments/{comment.id}/report"))
    assert "It is off the page until then." in page
    assert "Am I rude?" not in page


def test_a_program_reports_as_well(house: House) -> None:
    comment, visitor = standing(house), Visitor(house)
    address = f"/comments/{comment.id}/report"
    told = [visitor.client.post(address, json={"reason": "spam"}, headers=JSON) for _ in range(2)]
    assert [one.status_code for one in told] == [201, 200]
    assert [one.get_json()["already"] for one in told] == [False, True]
    wrong = visitor.client.post(f"/comments/{comment.id}/report", json={"reason": 7}, headers=JSON)
    assert wrong.status_code == 400


def test_bad_reports_come_back_with_what_was_typed(house: House) -> None:
    comment, visitor = standing(house), Visitor(house)
    response = visitor.client.post(f"/comments/{comment.id}/report", data={"reason": "boring", "words": "My words."})
    assert response.status_code == 422
    page = desk.told(response)
    assert "Please choose what is wrong with this reply." in page
    assert "My words." in page
    assert visitor.client.post(f"/comments/{'0' * 26}/report", data={"reason": "spam"}).status_code == 404
    assert visitor.gets("/comments/nonsense/report").status_code == 404


def test_who_decides_here_is_led_to_the_desk(house: House, ana: Visitor) -> None:
    comment = standing(house)
    assert ana.gets(f"/comments/{comment.id}/report").headers["Location"] == f"/desk/comments/{comment.id}"
    assert ana.client.post(f"/comments/{comment.id}/report", data={"reason": "spam"}).status_code == 403


def test_reports_are_slowed_like_everything_else(house: House) -> None:
    comment, visitor = standing(house), Visitor(house)
    typed = {"reason": "spam", "words": "It is an advertisement."}
    last = [visitor.client.post(f"/comments/{comment.id}/report", data=typed) for _ in range(21)][-1]
    assert last.status_code == 429
    assert "It is an advertisement." in last.text, "what was typed is not lost"
    assert last.headers["Retry-After"]


def test_the_writer_sees_that_it_is_being_looked_at_and_never_by_whom(house: House) -> None:
    ben = Visitor(house)
    proves_in(ben, github("ben"))
    ben.says("Am I rude?", name="Ben")
    comment = house.db.value("SELECT id FROM comments")
    house.author.publishes(_of(house, comment))
    reported_by(house, _of(house, comment), 3)
    own = desk.told(ben.gets(f"/comments/{comment}/"))
    assert "it is off the page and being looked at" in own
    data = desk.told(ben.gets("/identity/data"))
    assert "What was said against your replies" in data
    assert "abuse" in data
    assert "itness" not in own + data


def _of(house: House, id_: str) -> Comment:
    found = comments.find(house.db, id_)
    assert found is not None
    return found

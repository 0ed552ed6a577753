"""Webhooks at the desk and in the shell: the owner's alone, their secret shown once, their log without words."""

import base64
import html
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from comments_service import ids, webhooks
from comments_service.cli import rapport
from comments_service.models import Role
from comments_service.store import webhooks as store
from tests.support import desk, vnu
from tests.support.actors import House
from tests.support.browserless import Visitor
from tests.support.desk import page
from tests.support.receiver import Receiver, receiving

HERE = "/desk/webhooks"


def adds(ana: Visitor, url: str, *facts: str) -> str:
    """Fill in the form; returns the page that it leads to."""
    sent = ana.client.post(HERE, data={"url": url, **{f"fact_{fact}": "yes" for fact in facts or webhooks.FACTS}})
    assert sent.status_code == 303
    return ana.follows(sent).get_data(as_text=True)


def the_one(house: House) -> store.Webhook:
    (found,) = store.every(house.db)
    return found


def does(ana: Visitor, house: House, what: str) -> str:
    return ana.follows(ana.client.post(f"{HERE}/{the_one(house).id}/{what}")).get_data(as_text=True)


def test_an_address_is_told_of_what_was_ticked_and_its_secret_is_shown_to_its_maker_alone(
    house: House, ana: Visitor
) -> None:
    assert "Nothing is told to any program." in page(ana, HERE)
    told = adds(ana, "https://a.example/hook?x=1&y=2", "comment.held", "answer.published")
    made = the_one(house)
    assert made.facts == ("comment.held", "answer.published")
    assert "<code>https://a.example/hook?x=1&amp;y=2</code>" in told
    shown = re.search(r'value="(whsec_[^"]+)"', told)
    assert shown
    assert html.unescape(shown[1]) == webhooks.secret(house.keys, made.id)
    assert len(base64.b64decode(html.unescape(shown[1]).removeprefix("whsec_"))) == 32
    assert "whsec_" not in page(ana, HERE)
    house.shift_clock(minutes=11)
    assert "whsec_" not in page(ana, f"{HERE}?made={made.id}")


def test_what_cannot_be_told_comes_back_with_a_sentence_and_all_that_was_typed(house: House, ana: Visitor) -> None:
    sent = ana.client.post(HERE, data={"url": "http://a.example/", "fact_comment.held": "yes"})
    told = sent.get_data(as_text=True)
    assert sent.status_code == 422
    assert 'value="http://a.example/"' in told
    assert "a whole address that begins with https://" in told
    assert re.search(r'name="fact_comment.held" value="yes" checked', told)
    sent = ana.client.post(HERE, data={"url": "https://a.example/", "fact_conversation.changed": "yes"})
    assert "Choose at least one thing" in sent.get_data(as_text=True)
    assert store.every(house.db) == []


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.MODERATOR])
def test_nobody_but_the_owner_sees_or_changes_them(house: House, ana: Visitor, role: Role) -> None:
    adds(ana, "https://a.example/")
    other = desk.signed_in(house, "Rui Lima", role)
    assert HERE not in page(other, "/desk/")
    assert other.gets(HERE).status_code == 403
    assert other.client.post(HERE, data={"url": "https://b.example/", "fact_comment.held": "yes"}).status_code == 403
    for what in ("on", "off", "remove", "test"):
        assert other.client.post(f"{HERE}/{the_one(house).id}/{what}").status_code == 403
    assert the_one(house).off_at is None


def test_it_is_tried_out_switched_off_and_on_and_removed(house: House, ana: Visitor) -> None:
    with receiving(status=404) as receiver:
        adds(ana, receiver.url, "comment.held")
        assert "is on its way" in does(ana, house, "test")
        house.work()
        told = page(ana, HERE)
        assert "webhook.test" in told
        assert "404; given up after 1 try" in told
        assert "is told of nothing any more" in does(ana, house, "off")
        assert "Switched off, today" in page(ana, HERE)
        does(ana, house, "on")
        assert the_one(house).off_at is None
        does(ana, house, "remove")
        assert store.every(house.db) == []
        assert ana.client.post(f"{HERE}/{ids.new_id()}/on").status_code == 404


def test_what_was_sent_is_told_without_a_word_of_it(house: House, ana: Visitor) -> None:
    with receiving() as receiver:
        adds(ana, receiver.url, "comment.held")
        house.reader("Zebulon").says("Quetzal words.")
        house.work()
        receiver.status = 503
        house.reader("Zebulon").says("More quetzal words.")
        house.work()
    told = page(ana, HERE)
    for words in (
        "comment.held",
        ">200<",
        "503; after 1 try, once more today",
        "On, and has taken nothing since today",
    ):
        assert words in told
    assert "uetzal" not in told
    assert "Zebulon" not in told


def test_the_desk_says_when_one_was_switched_off_by_itself(house: House, ana: Visitor) -> None:
    with receiving(status=410) as receiver:
        adds(ana, receiver.url, "comment.held")
        house.reader().says("Hello.")
        house.work()
    assert "A webhook was switched off</a>" in page(ana, "/desk/")
    assert "It answered that it is gone for good (410), so it was switched off, today" in page(ana, HERE)
    mo = desk.signed_in(house, "Mo Lind", Role.MODERATOR)
    assert "webhook" not in page(mo, "/desk/")
    does(ana, house, "off")
    does(ana, house, "on")
    assert "switched off" not in page(ana, "/desk/")


def test_the_page_is_valid_html(house: House, ana: Visitor, tmp_path: Path) -> None:
    pages = [ana.gets(HERE), ana.client.post(HERE, data={"url": "x"})]
    with receiving(status=410) as receiver:
        pages.append(ana.follows(ana.client.post(HERE, data={"url": receiver.url, "fact_comment.held": "yes"})))
        house.reader().says("Hello.")
        house.work()
    adds(ana, "https://second.example/")
    pages += [ana.gets(HERE), ana.gets("/desk/")]
    files = [tmp_path / f"{number}.html" for number in range(len(pages))]
    for file, told in zip(files, pages, strict=True):
        file.write_text(told.get_data(as_text=True), "utf-8")
    assert vnu.check(files) == []


# ── the same in the shell ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def shell(house: House, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """The shell of the machine that the house is on."""
    monkeypatch.setenv("RAPPORT_DATA", str(house.settings.data))
    monkeypatch.setenv("RAPPORT_CLOCK_FILE", str(house.settings.data / "clock"))
    return CliRunner()


def test_the_shell_does_the_same(house: House, shell: CliRunner) -> None:
    def says(*words: str, code: int = 0) -> str:
        done = shell.invoke(rapport, ["webhooks", *words])
        assert done.exit_code == code, done.output
        return done.output

    receiver: Receiver
    with receiving() as receiver:
        assert says("list") == "Nothing is told to any program.\n"
        added = says("add", receiver.url, "--fact", "comment.held")
        made = the_one(house)
        assert added == f"{made.id}  {receiver.url}\n{webhooks.secret(house.keys, made.id)}\n"
        assert says("test", made.id) == "It took it (200).\n"
        receiver.status = 500
        assert says("test", made.id, code=1) == "It did not take it: 500.\n"
        house.reader().says("Hello.")
        house.work()
        listed = says("list")
        assert f"{made.id}  {receiver.url} · failing since " in listed
        assert "1 message in 30 days, 0 taken; the last: 500" in listed
        assert "whsec_" not in listed
        assert says("off", made.id) == "Off.\n"
        assert "(by hand)" in says("list")
        assert says("on", made.id) == "On.\n"
        assert says("remove", made.id) == "Removed.\n"
        assert store.every(house.db) == []
        assert "can’t be told" in says("add", receiver.url, "--fact", "page.liked", code=2)
        assert shell.invoke(rapport, ["webhooks", "on", made.id]).exit_code == 1

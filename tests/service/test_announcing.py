"""Announcing new essays: whoever wishes to hear is written to once, when an author says so."""

import pytest

from authoring import afterwards
from authoring import announcing as asking
from comments_service import announcing, delivering, ids, publishing
from comments_service.errors import Problem
from comments_service.store import announcements, correspondents, news, outbox, since, subscriptions
from tests.support.actors import House, page
from tests.support.post import open_office


def hears(house: House, address: str, *, confirmed: bool = True) -> str:
    """Somebody wishes to hear of new essays; returns which correspondent they are."""
    reader = correspondents.welcome(house.db, address, "en")
    if confirmed:
        correspondents.confirm(house.db, reader.id, now=ids.now())
    subscriptions.add(house.db, reader.id, "essays")
    return reader.id


def offered(house: House, path: str = "/a/") -> None:
    assert announcements.offer(house.db, path, now=ids.now())


def says(house: House, path: str = "/a/", *, send: bool = True) -> None:
    announcing.decide(house.db, house.settings, path, send=send, by=house.author.account)


def test_whoever_wishes_to_hear_gets_one_letter_when_an_author_says_yes(either_house: House) -> None:
    house = either_house
    amy, ben = hears(house, "amy@example.net"), hears(house, "ben@example.net")
    hears(house, "unproven@example.net", confirmed=False)
    offered(house)
    house.work()
    assert house.letters == []
    assert [(one.page.path, one.hearing) for one in announcing.offered(house.db, house.settings)] == [("/a/", 2)]
    says(house)
    house.work()
    assert sorted(letter.to for letter in house.letters) == ["amy@example.net", "ben@example.net"]
    assert f"{house.settings.url}/a/" in house.letters[0].text
    for one in (amy, ben):
        assert news.waiting(house.db, one, limit=9) == []
    assert house.db.value("SELECT count(*) FROM news WHERE told_at IS NOT NULL") == 2


def test_nobody_is_written_to_twice_about_an_essay_whoever_says_it(house: House) -> None:
    hears(house, "amy@example.net")
    offered(house)
    says(house)
    with pytest.raises(Problem, match="announced before"):
        says(house)
    with pytest.raises(Problem, match="announced before"):
        says(house, send=False)
    outbox.put(house.db, announcing.ANNOUNCED, "/a/")  # heard once more
    house.work()
    assert len(house.letters) == 1
    assert not announcements.offer(house.db, "/a/", now=ids.now())


def test_a_no_is_remembered(house: House) -> None:
    hears(house, "amy@example.net")
    offered(house)
    says(house, send=False)
    assert announcing.offered(house.db, house.settings) == []
    with pytest.raises(Problem, match="not announced"):
        says(house)
    house.work()
    assert house.letters == []


def test_after_a_restore_nobody_is_written_to_about_what_was_decided_since_the_copy(house: House) -> None:
    hears(house, "amy@example.net")
    offered(house)
    says(house)
    present = since.remember(house.db, [])
    house.db.execute("UPDATE announcements SET sent = '', decided_at = NULL, decided_by = NULL")  # as in the copy
    since.end_what_ended(house.db, present)
    assert announcing.offered(house.db, house.settings) == []
    with pytest.raises(Problem, match="a restore forgot how"):
        says(house)


def test_an_essay_that_is_nowhere_or_old_is_not_announced(house: House) -> None:
    hears(house, "amy@example.net")
    with pytest.raises(Problem, match="Only an essay that is new"):
        says(house)
    with pytest.raises(Problem) as caught:
        says(house, "/nowhere/")
    assert caught.value.status == 404
    offered(house)
    house.shift_clock(days=15)
    assert announcing.offered(house.db, house.settings) == []


def test_a_blog_that_sends_no_letters_announces_none(house: House) -> None:
    hears(house, "amy@example.net")
    offered(house)
    mute = house.settings.with_(url="https://blog.example.org", clock_file=None)
    assert announcing.offered(house.db, mute) == []
    with pytest.raises(Problem, match="sends no letters"):
        announcing.decide(house.db, mute, "/a/", send=True, by=None)
    found = announcements.find(house.db, "/a/")
    assert found is not None
    assert found.sent == ""


def test_only_what_was_never_published_before_is_offered(house: House) -> None:
    hears(house, "amy@example.net")
    afterwards.note(house.db)
    afterwards.act(house.db, house.settings)
    assert [one.page for one in announcements.open_ones(house.db)] == ["/a/", "/b/"]
    house.db.execute("DELETE FROM announcements")
    publishing.register(house.db, (page("/a/", title="Another title"), page("/b/")))
    afterwards.note(house.db)
    afterwards.act(house.db, house.settings)
    assert announcements.open_ones(house.db) == []


def test_an_address_that_came_back_is_not_written_to_until_it_is_proven_anew(house: House) -> None:
    amy = hears(house, "amy@example.net")
    offered(house)
    says(house)
    settings = house.settings.with_(mail_from="ana@example.org")
    house.work_pages()
    with open_office(at_rcpt=lambda: "550 5.1.1 amy@example.net is nobody here") as office:
        delivering.deliver_once(house.db, settings.with_(smtp_url=office.url), house.keys)
    found = correspondents.find(house.db, amy)
    assert found is not None
    assert (found.bounce, found.reachable) == ("550 5.1.1", False)
    (dropped,) = house.db.rows("SELECT remark FROM news WHERE dropped_at IS NOT NULL")
    assert dropped["remark"] == "The address does not exist (550 5.1.1)."
    assert subscriptions.counts(house.db).get("essays", 0) == 0
    offered(house, "/b/")
    says(house, "/b/")
    house.work()
    assert house.letters == []
    correspondents.confirm(house.db, amy, now=ids.now())
    assert subscriptions.counts(house.db) == {"essays": 1}


# ── at the author's terminal ────────────────────────────────────────────────────────────────────────────────────────


def test_after_a_publication_the_author_reads_the_letter_and_is_asked_once(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    hears(house, "amy@example.net")
    before = ids.now(minutes=-1)
    offered(house)
    asked: list[str] = []

    def yes(question: str) -> str:
        asked.append(question)
        return "y"

    asking.ask(house.db, house.settings, since=before, say=yes)
    asking.ask(house.db, house.settings, since=before, say=yes)
    assert asked == ["Write to 1 reader? [y: yes, n: never, Enter: not now] "]
    told = capsys.readouterr().out
    assert "1 reader wishes to hear of new essays by letter." in told
    assert "    Subject: New: “Essay a” · " in told
    assert f"    {house.settings.url}/a/" in told
    (file,) = (house.settings.data / "announcements").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert str(file) in told
    house.work()
    assert [letter.to for letter in house.letters] == ["amy@example.net"]


def test_without_a_terminal_or_a_word_nothing_is_decided(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    hears(house, "amy@example.net")
    before = ids.now(minutes=-1)
    offered(house)
    asking.ask(house.db, house.settings, since=before)
    assert "rapport letters announce /a/" in capsys.readouterr().out
    asking.ask(house.db, house.settings, since=before, say=lambda _: "")
    assert "rapport letters announce /a/" in capsys.readouterr().out
    assert [one.page for one in announcements.open_ones(house.db)] == ["/a/"]


def test_what_an_earlier_publication_brought_is_not_asked_about_again(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    hears(house, "amy@example.net")
    offered(house)
    asking.ask(house.db, house.settings, since=ids.now(minutes=1))
    assert capsys.readouterr().out == ""
    assert len(announcing.offered(house.db, house.settings)) == 1

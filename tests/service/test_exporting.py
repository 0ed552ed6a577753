"""What is exported builds the same site elsewhere, tells nothing private, and does no harm when it is brought twice."""

import json

import pytest
from click.testing import CliRunner

from comments_service import cli, exporting, importing, posting, publishing
from comments_service import settings as settings_
from comments_service.engagement import figures
from comments_service.errors import Problem
from comments_service.importing import rapport
from comments_service.models import Verb
from comments_service.moderation import acts
from comments_service.publishing import structured
from comments_service.store import comments, pages, reports
from tests.support import ruling
from tests.support.actors import furnish, page


@pytest.fixture
def elsewhere(tmp_path):
    """An empty house: no essay, no word, an author of the same name."""
    with furnish(tmp_path / "elsewhere", essays=(page("/z/"),)) as made:
        yield made


@pytest.fixture
def said(either_house):
    """A conversation with everything in it: answers, places without words, a word for the author alone, one held."""
    house = either_house
    ben, eve = house.reader("Ben", trusted=True), house.reader("Eve", trusted=True)
    first = ben.says("Do *you* think so?", website="https://ben.example/", email="ben@mail.example")
    house.author.answers(first, "I do.")
    second = eve.says("So do I.", to=first)
    ben.says("Good to hear.", to=second)
    eve.withdraws(second)
    removed = eve.says("Buy my pills.")
    house.author.decides(removed, Verb.REMOVE)
    house.author.answers(ben.says("Between us: no.", private=True), "Then we agree, between us.")
    house.reader("Zoe").says("Is anybody there?")
    return first


def exported(house, since=""):
    return json.loads("\n".join(exporting.lines(house.db, house.settings, since)))


def brought(house, document, tmp_path):
    file = tmp_path / "export.json"
    file.write_text(json.dumps(document) if isinstance(document, dict) else document, "utf-8")
    return importing.keep(house.db, rapport.read(file), lambda _done: None)


def conversation(house, path="/a/"):
    (essay,) = (essay for essay in pages.every(house.db) if essay.path == path)
    return structured.thread(house.settings, essay, comments.of_page(house.db, path)) | {"version": None}


def test_what_stands_is_exported_with_its_words_and_what_is_gone_as_a_place(either_house, said):
    document = exported(either_house)
    assert [essay["path"] for essay in document["pages"]] == ["/a/", "/b/"]
    there = {record["id"]: record for record in document["comments"]}
    assert there[said.id]["text"] == "Do *you* think so?"
    assert there[said.id]["website"] == "https://ben.example/"
    assert sorted(record["state"] for record in there.values()) == ["published"] * 5 + ["removed", "withdrawn"]
    places = [record for record in there.values() if record["state"] != "published"]
    assert all(place.keys() == {"id", "page", "parent", "state", "created"} for place in places)


def test_nothing_private_is_in_an_export(either_house, said):
    text = "\n".join(exporting.lines(either_house.db, either_house.settings))
    stored = either_house.now_of(said)
    waiting = ["etween us", "Is anybody there", "Buy my pills", "So do I", "Zoe"]
    secrets = ["ben@mail.example", stored.key, stored.network, stored.print, either_house.keys.api]
    assert all(secrets)
    assert not [word for word in waiting + secrets if word in text]


def test_every_page_and_comment_has_a_line_of_its_own(either_house, said):
    lines = list(exporting.lines(either_house.db, either_house.settings))
    assert len([line for line in lines if line.startswith('{"id"')]) == len(exported(either_house)["comments"])
    assert all("\n" not in line for line in lines)


def test_an_empty_house_exports_a_document_too(tmp_path):
    with furnish(tmp_path) as house:
        document = exported(house)
    assert document["comments"] == []


def test_an_import_gives_the_same_conversation_elsewhere(either_house, said, elsewhere, tmp_path):
    kept = brought(elsewhere, exported(either_house), tmp_path)
    assert kept.pages == ("/a/", "/b/")
    assert conversation(elsewhere) == conversation(either_house)
    assert conversation(elsewhere, "/b/") == conversation(either_house, "/b/")
    assert "Do <em>you</em> think so?" in publishing.fragment(elsewhere.db, elsewhere.settings, "/a/")


def test_an_import_is_remembered_counted_nowhere_and_tells_nobody(either_house, said, elsewhere, tmp_path):
    brought(elsewhere, exported(either_house), tmp_path)
    assert elsewhere.count("jobs") == elsewhere.count("devices") == 0
    told = [found.told for found in figures.every(elsewhere.db)]
    assert any(conversation.said for conversation in told)
    assert not any(conversation.reach_outs for conversation in told)


def test_the_same_file_twice_changes_nothing(either_house, said, elsewhere, tmp_path):
    document = exported(either_house)
    brought(elsewhere, document, tmp_path)
    before = conversation(elsewhere)
    again = brought(elsewhere, document, tmp_path)
    assert set(again.outcomes) == {importing.Outcome.KNOWN}
    assert again.pages == ()
    assert conversation(elsewhere) == before


def test_what_changed_since_is_enough_to_follow(either_house, said, elsewhere, tmp_path):
    house = either_house
    brought(elsewhere, exported(house), tmp_path)
    house.shift_clock(minutes=10)
    since = exported(house)["next"]
    new = house.reader("Ida", trusted=True).says("I come late.", to=said)
    house.shift_clock(minutes=1)
    house.reader().edits(said, "Do you *really* think so?")
    document = exported(house, since)
    assert {record["id"] for record in document["comments"] if record["state"] == "published"} >= {new.id, said.id}
    assert len(document["comments"]) < len(exported(house)["comments"])
    kept = brought(elsewhere, document, tmp_path)
    assert (kept.outcomes["new"], kept.outcomes["changed"]) == (2, 1)
    assert conversation(elsewhere) == conversation(house)


@pytest.mark.parametrize("verb", [Verb.REMOVE, Verb.SPAM, None])
def test_what_was_taken_down_or_back_since_is_gone_elsewhere_too(either_house, said, elsewhere, tmp_path, verb):
    house = either_house
    brought(elsewhere, exported(house), tmp_path)
    house.shift_clock(minutes=10)
    since = exported(house)["next"]
    if verb:
        house.author.decides(said, verb)
    else:
        house.reader().withdraws(said)
    assert brought(elsewhere, exported(house, since), tmp_path).outcomes["gone"] == 1
    assert comments.find_public(elsewhere.db, said.id) is None
    assert "think so" not in publishing.fragment(elsewhere.db, elsewhere.settings, "/a/")


def test_a_thread_that_was_moved_locked_or_pinned_is_so_elsewhere_too(either_house, said, elsewhere, tmp_path):
    house, by = either_house, either_house.author.account
    brought(elsewhere, exported(house), tmp_path)
    house.shift_clock(minutes=10)
    since = exported(house)["next"]
    acts.move(house.db, said.id, "/b/", by)
    acts.mark(house.db, said.id, "lock", by)
    acts.mark(house.db, said.id, "pin", by)
    house.author.answers(said, "We go on here.")
    kept = brought(elsewhere, exported(house, since), tmp_path)
    assert kept.pages == ("/a/", "/b/")
    for path in kept.pages:
        assert conversation(elsewhere, path) == conversation(house, path)
    there = elsewhere.now_of(said)
    assert (there.locked_at, there.pinned_at) == (house.now_of(said).locked_at, house.now_of(said).pinned_at)
    assert brought(elsewhere, exported(house), tmp_path).pages == ()


def test_a_thread_that_was_moved_here_does_not_go_back_with_an_old_file(either_house, said, tmp_path):
    house, document = either_house, exported(either_house)
    acts.move(house.db, said.id, "/b/", house.author.account)
    assert brought(house, document, tmp_path).pages == ()
    assert house.now_of(said).page == "/b/"


@pytest.mark.parametrize("withdrawn", [True, False])
def test_what_is_gone_elsewhere_too_has_nothing_reported_that_waits(house, elsewhere, tmp_path, withdrawn):
    said = house.reader("Ben", trusted=True).says("Do you think so?")
    brought(elsewhere, exported(house), tmp_path)
    ruling.reports(elsewhere.reader("Dana"), elsewhere.now_of(said))
    if withdrawn:
        posting.withdraw(house.db, said)
    else:
        house.author.decides(said, Verb.REMOVE)
    brought(elsewhere, exported(house), tmp_path)
    assert reports.open_of(elsewhere.db, said.id) == []


def test_an_approval_after_an_undo_is_a_change_too(either_house, said):
    house = either_house
    house.author.decides(said, Verb.REMOVE)
    house.shift_clock(minutes=10)
    since = exported(house)["next"]
    house.author.decides(said, Verb.UNDO)
    assert said.id in {record["id"] for record in exported(house, since)["comments"]}


def test_what_was_taken_back_here_does_not_come_again_with_an_old_file(either_house, said, tmp_path):
    house, document = either_house, exported(either_house)
    house.reader().withdraws(said)
    assert set(brought(house, document, tmp_path).outcomes) == {importing.Outcome.KNOWN}
    assert house.now_of(said).text == ""


HOSTILE = {
    "html": "<script>1</script>",
    "text": "<script>2</script>",
    "website": "javascript:3",
    "name": "B\x00en",
}


def test_the_words_of_a_file_are_cleaned_like_everybodys(either_house, said, elsewhere, tmp_path):
    document = exported(either_house)
    document["comments"] = [record | (HOSTILE if record["id"] == said.id else {}) for record in document["comments"]]
    brought(elsewhere, document, tmp_path)
    stored = elsewhere.now_of(said)
    assert (stored.website, stored.name) == ("", "Ben")
    assert "<script>" not in publishing.fragment(elsewhere.db, elsewhere.settings, "/a/")


def test_an_answer_keeps_the_mark_of_whoever_wrote_it(either_house, said, elsewhere, tmp_path):
    document = exported(either_house)
    (answer,) = (record for record in document["comments"] if record.get("author"))
    brought(elsewhere, document, tmp_path)
    (stored,) = comments.children(elsewhere.db, said.id)[:1]
    assert (stored.id, stored.author) == (answer["id"], elsewhere.author.account.id)


def changed(**fields):
    """An export in which one reply was changed."""
    return lambda document: document | {"comments": [document["comments"][0] | fields]}


BROKEN = {
    "no JSON": lambda _document: "{",
    "something else": lambda _document: "[1]",
    "another form": lambda document: document | {"rapport": 2},
    "no pages": lambda document: document | {"pages": []},
    "a page of another kind": lambda document: document | {"pages": [{"path": "/a/"}]},
    "an id of another kind": changed(id="1"),
    "a state of another kind": changed(state="?"),
    "a time of another kind": changed(created="now"),
    "the future": changed(created="2999-01-01T00:00:00.000Z"),
    "an answer to nobody": changed(parent="0" * 26),
    "a circle": changed(id="0" * 26, parent="0" * 26),
    "a text too long": changed(text="x" * 10_001),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN.keys())
def test_a_file_that_is_no_export_is_refused_in_a_sentence(house, elsewhere, tmp_path, broken):
    house.reader("Ben", trusted=True)
    with pytest.raises(Problem, match=r"\.$"):
        brought(elsewhere, broken(exported(house)), tmp_path)
    assert elsewhere.count("comments") == 0


@pytest.mark.parametrize("since", ["yesterday", "2026-13-01", "9999-12-31T23:59:59-12:00", "\ud800", "1"])
def test_what_is_no_time_is_refused_before_anything_is_read(house, since):
    with pytest.raises(Problem) as refused:
        exporting.lines(house.db, house.settings, since)
    assert refused.value.fields.keys() == {"since"}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("", ""),
        ("2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05.678Z"),
        ("2026-01-02T03:04:05+02:00", "2026-01-02T01:04:05.000Z"),
        ("2026-01-02", "2026-01-02T00:00:00.000Z"),
        ("0836-01-02T00:00:00Z", "0836-01-02T00:00:00.000Z"),
    ],
)
def test_any_time_is_written_as_the_database_does(given, kept):
    assert exporting.moment(given) == kept


def test_the_commands_move_a_conversation_from_one_folder_to_another(house, tmp_path, monkeypatch):
    monkeypatch.setattr(settings_, "ROOT", tmp_path)
    house.author.answers(house.reader().says("Can I take it along?"), "You can.")
    run = CliRunner().invoke
    monkeypatch.setenv("RAPPORT_DATA", str(house.settings.data))
    file = tmp_path / "export.json"
    file.write_text(run(cli.rapport, ["export"]).output, "utf-8")
    assert run(cli.rapport, ["api", "token"]).output.strip() == house.keys.api
    monkeypatch.setenv("RAPPORT_DATA", str(tmp_path / "new"))
    monkeypatch.setenv("RAPPORT_OUTPUT", str(tmp_path / "new-output"))
    assert run(cli.rapport, ["import", str(file)]).output.strip().endswith("2 new, 0 changed, 0 gone, 0 known.")
    assert run(cli.rapport, ["import", str(file)]).output.strip().endswith("0 new, 0 changed, 0 gone, 2 known.")

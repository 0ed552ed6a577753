"""Publishing: what a page holds, spliced or built, byte for byte the same."""

import gzip
import json
import random
import shutil
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from comments_service import answering, engagement, ids, publishing, worker
from comments_service.engagement import figures
from comments_service.errors import Problem
from comments_service.models import Comment, State, Undertaking, Verb
from comments_service.moderation import acts as acts_
from comments_service.moderation import undoing
from comments_service.publishing import files, islands
from comments_service.store import acts as acts_log
from comments_service.store import away, conversations, outbox, pages, rendered
from tests.support.actors import House, Reader, page
from tests.support.browserless import Visitor
from tests.support.site import built, essays, live, pass_time, skeleton


def contents(site: Path) -> dict[str, bytes]:
    """Every file that readers may see; what a build knows of itself is not for them."""
    site = site.resolve()
    found = {str(path.relative_to(site)): path.read_bytes() for path in sorted(site.rglob("*")) if path.is_file()}
    return {name: held for name, held in found.items() if name != files.MANIFEST}


def act(house: House, chance: random.Random, readers: list[Reader], said: list[Comment]) -> None:
    """Do one thing that a reader or the author might do next."""
    reader = chance.choice(readers)
    known = [house.now_of(comment) for comment in said]
    standing = [comment for comment in known if comment.standing]
    of_page = chance.choice(["/a/", "/b/"])
    parents = [comment for comment in standing if comment.page == of_page]
    choice = chance.random()
    if choice < 0.45 or not known:
        parent = chance.choice(parents) if parents and chance.random() < 0.7 else None
        with suppress(Problem):  # the thread may be locked
            said.append(reader.says(f"*Word* {chance.random()} <b>&", on=of_page, to=parent))
    elif choice < 0.6 and standing:
        said.append(house.author.answers(chance.choice(standing), f"Answer {chance.random()}"))
    elif choice < 0.7 and standing:
        with suppress(Problem):  # a quarter of an hour may have passed
            reader.edits(chance.choice(standing), f"Edited {chance.random()}")
    elif choice < 0.8:
        alive = [comment for comment in known if comment.state is not State.WITHDRAWN]
        if alive:
            reader.withdraws(chance.choice(alive))
    else:
        comment = chance.choice(known)
        moves = {State.HELD: Verb.APPROVE, State.PUBLISHED: chance.choice([Verb.REMOVE, Verb.SPAM])}
        if comment.state in moves:
            house.author.decides(comment, moves[comment.state])


def engage(house: House, chance: random.Random, readers: list[Reader], said: list[Comment]) -> None:
    """Do one thing besides writing; what the ledger refuses changes nothing."""
    me, comment = house.author.account, house.now_of(chance.choice(said))
    day = ids.now(days=chance.randint(1, 9))[:10]
    known = conversations.find(house.db, comment.conversation)
    promised = [one.id for one in known.told.promises] if known else []
    acts = [
        lambda: engagement.close(house.db, comment.id, chance.choice(["declined", "acknowledged", "stale"]), me),
        lambda: engagement.close(house.db, comment.id, "answered_elsewhere", me, channel="mail"),
        lambda: engagement.reopen(house.db, comment.id, me),
        lambda: engagement.promote(house.db, comment.id, me),
        lambda: engagement.snooze(house.db, comment.id, day, me, house.settings),
        lambda: engagement.heart(house.db, comment.id, me),
        lambda: promise(house, comment, day),
        lambda: engagement.keep_promise(house.db, chance.choice(promised), me) if promised else None,
        lambda: engagement.release(house.db, chance.choice(promised), comment) if promised else None,
        lambda: engagement.still_waiting(house.db, comment, house.settings, proven=chance.random() < 0.5),
        lambda: engagement.thats_it(house.db, comment),
        lambda: like(house, comment),
        lambda: like(house, comment),
        lambda: pass_time(house, chance.choice([5, 30, 80])),
        lambda: announce(house),
        lambda: acts_.edit(house.db, comment.id, f"Reworded {chance.random()}", me, seen=comment.changed),
        lambda: acts_.mark(house.db, comment.id, chance.choice(["lock", "unlock", "pin", "unpin"]), me),
        lambda: acts_.move(house.db, comment.id, "/b/" if comment.page == "/a/" else "/a/", me),
        lambda: undoing.undo(house.db, acts_log.latest(house.db, limit=1)[0].id, me),
    ]
    with suppress(Problem, IndexError):
        chance.choice(acts)()


def promise(house: House, comment: Comment, day: str) -> None:
    undertaking = Undertaking(promise="bring the list", due=day)
    answering.answer_to(
        house.db, house.settings, house.keys, house.author.account, comment.id, f"I will, {ids.new_id()}.", undertaking
    )


def like(house: House, comment: Comment) -> None:
    """Somebody new likes a comment, and the essay above it."""
    visitor = Visitor(house)
    visitor.client.post(f"/comments/{comment.id}/like")
    visitor.client.post("/likes/", data={"page": comment.page})


def announce(house: House) -> None:
    """The author goes away for some days, and says so."""
    notice = away.Notice(ids.new_id(), house.author.account.id, ids.now(), ids.now(), ids.now(days=3), None)
    away.add(house.db, notice)
    figures.take_site(house.db, house.settings)


@pytest.mark.parametrize("seed", [*range(8), 113])
def test_splicing_gives_byte_for_byte_what_a_full_build_gives(house: House, tmp_path: Path, seed: int) -> None:
    house.settings = house.settings.with_(rate_limit=False, answer_within=72)
    site = live(house, tmp_path)
    chance = random.Random(seed)  # noqa: S311 -- a test's dice
    readers = [house.reader("Ben", trusted=True), house.reader("Cleo <script>"), house.reader("Даша", trusted=True)]
    said: list[Comment] = []
    for step in range(48):
        (act if not said or chance.random() < 0.5 else engage)(house, chance, readers, said)
        house.work()
        if step % 8 == 7:
            house.shift_clock(seconds=30)  # likes are gathered for some seconds
            house.work()
            fresh = built(house, tmp_path / f"fresh-{step}")
            assert contents(site) == contents(fresh)
            quick = built(house, tmp_path / f"quick-{step}", like=site.resolve())
            assert contents(quick) == contents(fresh)
            publishing.put_live(house.settings, quick)
    assert any(house.now_of(comment).standing for comment in said)


def essays_that_say(summary: str) -> list[publishing.Page]:
    return [replace(page, summary=summary) for page in essays()]


def reworded(site: Path) -> None:
    """Somebody writes into a file of the site by hand."""
    path = site / "a/index.html"
    path.write_text(path.read_text("utf-8").replace("Ben", "Bob"), "utf-8")


@pytest.mark.parametrize("changed", ["nothing", "a reply", "the essay", "its page", "a setting", "the file, by hand"])
def test_a_page_is_taken_from_the_site_as_long_as_nothing_changed_that_it_shows(
    house: House, tmp_path: Path, changed: str
) -> None:
    before = house.reader("Ben", trusted=True).says("A word.", on="/a/")
    house.work()
    site = live(house, tmp_path).resolve()
    told, words = essays(), skeleton(tmp_path / "words")
    match changed:
        case "a reply":
            house.author.answers(before, "Another.")
        case "the essay":
            told = essays_that_say("Put otherwise.")
        case "its page":
            (words / "a/index.html").write_text((words / "a/index.html").read_text("utf-8").replace("é", "è"), "utf-8")
        case "a setting":
            house.settings = house.settings.with_(author="Ana F.")
        case "the file, by hand":
            reworded(site)
    made_of = {str(file.relative_to(words)): file.read_text("utf-8") for file in words.rglob("*.html")}
    fresh, quick = (Path(shutil.copytree(words, tmp_path / name)) for name in ("fresh", "quick"))
    publishing.bake(house.settings, fresh, told)
    publishing.bake(house.settings, quick, told, site, made_of)
    assert contents(quick) == contents(fresh)
    same = {name for name in ("a", "b") if (quick / name / "index.html").samefile(site / name / "index.html")}
    assert same == {"nothing": {"a", "b"}, "a setting": set(), "the essay": set()}.get(changed, {"b"})


def test_a_page_that_is_known_to_be_the_same_is_not_even_read(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, read, seen = live(house, tmp_path).resolve(), files.read, set()

    def reads(path: Path) -> str:
        seen.add(str(path.relative_to(tmp_path)))
        return read(path)

    monkeypatch.setattr(files, "read", reads)
    quick = skeleton(tmp_path / "quick")
    made_of = {str(file.relative_to(quick)): file.read_text("utf-8") for file in quick.rglob("*.html")}
    for name in ("a", "b"):
        (quick / name / "index.html").unlink()
        (quick / name / "index.html").hardlink_to(site / name / "index.html")
    publishing.bake(house.settings, quick, essays(), site, made_of)
    assert {name for name in seen if name.startswith("quick")} >= {"quick/index.html"}
    assert "quick/a/index.html" not in seen


def test_whoever_reads_a_page_that_is_baked_just_now_reads_it_whole(house: House, tmp_path: Path) -> None:
    site = skeleton(tmp_path / "site")
    page = site / "a/index.html"
    before = files.read(page)
    with page.open(encoding="utf-8", newline="") as meanwhile:
        publishing.bake(house.settings, site, essays())
        assert meanwhile.read() == before != files.read(page)


def test_one_reply_touches_its_page_and_the_lists_and_nothing_else(house: House, tmp_path: Path) -> None:
    site = live(house, tmp_path)
    before = contents(site)
    house.author.says("A word.", on="/a/")
    house.work()
    after = contents(site)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"a/index.html", "index.html", "conversations/index.html"}


def test_markers_stay_so_that_a_page_can_be_spliced_again(house: House, tmp_path: Path) -> None:
    site = live(house, tmp_path)
    held = islands.names(files.read(site / "a/index.html"))
    house.author.says("A word.", on="/a/")
    house.work()
    assert islands.names(files.read(site / "a/index.html")) == held


def test_a_build_in_the_meantime_loses_no_reply(house: House, tmp_path: Path) -> None:
    live(house, tmp_path)
    staging = built(house, tmp_path / "staging")
    house.author.says("Said while it was built.", on="/b/")
    house.work()
    publishing.put_live(house.settings, staging)
    assert "Said while it was built." in files.read(house.settings.output / "b/index.html")


def test_a_build_without_its_comments_is_never_put_live(house: House, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="not baked"):
        publishing.put_live(house.settings, skeleton(tmp_path / "bare"))


def test_an_essay_whose_template_lost_its_conversation_fails_the_build(house: House, tmp_path: Path) -> None:
    site = skeleton(tmp_path / "site")
    (site / "a/index.html").write_text("<p>no island</p>")
    with pytest.raises(FileNotFoundError, match="/a/"):
        publishing.bake(house.settings, site, essays())


def test_an_unknown_island_fails_the_build(house: House, tmp_path: Path) -> None:
    site = skeleton(tmp_path / "site")
    (site / "about/index.html").write_text("<!--rapport:weather /a/--><!--/rapport-->")
    with pytest.raises(ValueError, match="weather"):
        publishing.bake(house.settings, site, essays())


def test_a_file_is_replaced_at_once_and_its_pressed_sibling_holds_the_same(tmp_path: Path) -> None:
    path = tmp_path / "index.html"
    path.write_text("old")
    path.chmod(0o644)
    files.write(path, "older")
    assert [found.name for found in tmp_path.iterdir()] == ["index.html"], "where nothing was pressed, nothing is"
    (tmp_path / "index.html.gz").write_bytes(gzip.compress(b"old"))
    (tmp_path / "index.html.br").write_bytes(b"old")
    before = path.stat().st_ino
    files.write(path, "new")
    assert path.read_text() == "new"
    assert path.stat().st_ino != before
    assert {found.stat().st_mode & 0o777 for found in tmp_path.iterdir()} == {0o644}
    assert sorted(found.name for found in tmp_path.iterdir()) == ["index.html", "index.html.gz"]
    assert gzip.decompress((tmp_path / "index.html.gz").read_bytes()) == b"new"


def test_a_folder_that_stood_where_the_site_goes_is_kept_beside(house: House, tmp_path: Path) -> None:
    house.settings.output.mkdir()
    (house.settings.output / "mine.html").write_text("mine")
    before = publishing.put_live(house.settings, built(house, tmp_path / "build"))
    assert house.settings.output.is_symlink()
    assert before
    assert (before / "mine.html").read_text() == "mine"


def test_structured_data_counts_all_and_names_the_latest_twenty(house: House, tmp_path: Path) -> None:
    site = live(house, tmp_path)
    for number in range(25):
        house.author.says(f"Number {number} </script><!--", on="/a/")
    house.work()
    text = files.read(site / "a/index.html")
    start = text.index('<script type="application/ld+json">') + len('<script type="application/ld+json">')
    data = json.loads(text[start : text.index("</script>", start)])
    assert (data["@type"], data["commentCount"], len(data["comment"])) == ("BlogPosting", 25, 20)
    assert data["comment"][-1]["text"].startswith("Number 24")
    assert data["comment"][0]["author"] == {"@type": "Person", "name": "Ana Ferreira"}


def test_hostile_words_stay_words(house: House) -> None:
    ben = house.reader("<script>alert(1)</script>", trusted=False)
    comment = ben.says(
        '"><img src=x onerror=alert(1)> <!--/rapport--> {{ 7*7 }}', website="https://example.org/?a=1&b=2"
    )
    house.author.publishes(comment)
    html = house.fragment()
    assert "<script>alert" not in html
    assert "<img" not in html
    assert "<!--/rapport-->" not in html
    assert "{{ 7*7 }}" in html


def test_what_is_read_was_rendered_when_it_changed(either_house: House) -> None:
    either_house.author.says("Once.")
    either_house.work()
    kept = rendered.find(either_house.db, "/a/", publishing.fingerprint(either_house.settings))
    assert kept is not None
    assert gzip.decompress(kept.html_gz).decode() == rendered.plain(kept.html_gz) == either_house.fragment()
    assert json.loads(gzip.decompress(kept.json_gz))["count"] == 1


@pytest.mark.parametrize(
    "told",
    [
        {"title": "Another"}, {"summary": "Another."}, {"question": "Why?"}, {"modified": "2027-01-01T00:00:00.000Z"},
        {"edition": 2}, {"facts": {"tags": ["x"]}}, {"conversation": "closed"},
        {"closes_at": "2999-01-01T00:00:00.000Z"}, {"language": "de"},
    ],
)  # fmt: skip
def test_whatever_a_build_tells_of_an_essay_is_known_and_what_was_said_before_is_forgotten(
    house: House, told: dict[str, Any]
) -> None:
    for now in (replace(page("/a/"), **told), page("/a/")):
        publishing.register(house.db, [now, page("/b/")])
        known = pages.find(house.db, "/a/")
        assert known is not None
        since = {name: getattr(known, name) for name in ("version", "closed_at")}
        assert known == replace(now, **since)
        assert bool(known.closed_at) == (now.conversation == "closed")


def test_another_promise_at_the_form_renders_anew(house: House) -> None:
    assert "within" not in house.fragment()
    house.settings = house.settings.with_(answer_within=72)
    assert "I answer within 3 days." in house.fragment()


def test_threads_of_any_depth_are_shown_to_a_bounded_depth_and_say_whom_they_answer(house: House) -> None:
    ben = house.reader("Ben", trusted=True)
    house.settings = house.settings.with_(rate_limit=False)
    comment = ben.says("0")
    for number in range(1, 9):
        comment = ben.says(str(number), to=comment)
    html = house.fragment()
    assert html.count('<ol class="thread">') <= 5
    assert html.count('class="u-in-reply-to"') == 8


def test_a_removed_comment_keeps_its_place_only_while_an_answer_stands(house: House) -> None:
    ben = house.reader("Ben", trusted=True)
    comment = ben.says("Rude words.")
    answer = house.author.answers(comment, "Please not here.")
    house.author.decides(comment, Verb.REMOVE)
    assert "This reply was removed." in house.fragment()
    assert "Rude words" not in house.fragment()
    house.author.decides(answer, Verb.REMOVE)
    assert "This reply was removed." not in house.fragment()


def test_what_a_wave_of_replies_asks_of_the_worker_is_done_at_once(either_house: House) -> None:
    with either_house.db.transaction():
        for number in range(1_500):
            outbox.put(either_house.db, "conversation.changed", f"/{'ab'[number % 2]}/")
    assert worker.work_once(either_house.db, either_house.settings) == 1_500
    assert either_house.count("jobs") == 0


def test_a_page_that_can_not_be_written_keeps_no_other_waiting(house: House, tmp_path: Path) -> None:
    site = live(house, tmp_path)
    (site.resolve() / "a" / "index.html").unlink()
    (site.resolve() / "a" / "index.html").mkdir()  # what should be a file cannot be read
    said = [house.author.says(f"Number {number}.", on=f"/{'ab'[number % 2]}/") for number in range(6)]
    assert worker.work_once(house.db, house.settings) == 6
    assert all(comment.id in files.read(site / "b/index.html") for comment in said[1::2])
    assert [row["page"] for row in house.db.rows("SELECT data ->> 'page' AS page FROM jobs ORDER BY id")] == ["/a/"] * 3


def test_the_worker_tries_again_what_failed_and_forgets_nothing(house: House, tmp_path: Path) -> None:
    site = live(house, tmp_path)
    comment = house.author.says("Persistent.", on="/a/")
    hidden = site.resolve() / "a"
    hidden.rename(site.resolve() / "elsewhere")
    (site.resolve() / "a").mkdir()
    (site.resolve() / "a" / "index.html").mkdir()  # what should be a file cannot be read
    assert worker.work_once(house.db, house.settings) == 1
    assert worker.work_once(house.db, house.settings) == 0
    shutil.rmtree(site.resolve() / "a")
    (site.resolve() / "elsewhere").rename(hidden)
    house.shift_clock(seconds=5)
    house.work()
    assert comment.id in files.read(site / "a/index.html")
    assert house.count("jobs") == 0

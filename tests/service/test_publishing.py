"""Publishing: what a page holds, spliced or built, byte for byte the same."""

import gzip
import json
import random
import re
import shutil
from contextlib import suppress
from pathlib import Path

import pytest

from comments_service import answering, engagement, ids, publishing, worker
from comments_service.engagement import figures
from comments_service.errors import Problem
from comments_service.models import Comment, State, Undertaking, Verb
from comments_service.publishing import files, islands
from comments_service.store import away, conversations, pages, rendered, snapshots
from tests.support.actors import House, Reader, page
from tests.support.browserless import Visitor

MARKS = """<!doctype html><title>x</title><!--rapport:jsonld {0}--><!--/rapport-->
<p><!--rapport:count {0}--><!--/rapport--></p><!--rapport:likes {0}--><!--/rapport-->
<!--rapport:conversation {0}--><!--/rapport--><footer>é</footer>"""
HOME = """<!--rapport:count /a/--><!--/rapport--> and <!--rapport:count /b/--><!--/rapport-->
<!--rapport:latest 3--><!--/rapport-->"""
CONVERSATIONS = "<!--rapport:latest 30--><!--/rapport-->"
ACCOUNT = "<!--rapport:figures all--><!--/rapport-->"


def skeleton(folder: Path) -> Path:
    """A site as Pelican leaves it, its islands empty."""
    for name, text in {
        "a/index.html": MARKS.format("/a/"), "b/index.html": MARKS.format("/b/"), "index.html": HOME,
        "conversations/index.html": CONVERSATIONS, "about/index.html": "<p>No island.</p>",
        "how-i-answer/index.html": ACCOUNT,
    }.items():  # fmt: skip
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="")
    return folder


def essays() -> list[publishing.Page]:
    return [page("/a/"), page("/b/")]


def built(house: House, folder: Path) -> Path:
    site = skeleton(folder)
    publishing.bake(house.settings, site, essays())
    return site


def live(house: House, tmp_path: Path) -> Path:
    """A baked site where readers see it."""
    publishing.put_live(house.settings, built(house, tmp_path / "build"))
    return house.settings.output


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
    ]
    with suppress(Problem):
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


def pass_time(house: House, hours: float) -> None:
    """Time passes, and what falls due with it is taken; the account then says when it was taken."""
    house.shift_clock(hours=hours)
    figures.take_due(house.db, house.settings)
    publishing.refresh(house.db, house.settings, [])


def announce(house: House) -> None:
    """The author goes away for some days, and says so."""
    notice = away.Notice(ids.new_id(), house.author.account.id, ids.now(), ids.now(), ids.now(days=3), None)
    away.add(house.db, notice)
    figures.take_site(house.db, house.settings)


@pytest.mark.parametrize("seed", range(8))
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
    assert any(house.now_of(comment).standing for comment in said)


def test_one_reply_touches_its_page_and_the_lists_and_nothing_else(house: House, tmp_path: Path) -> None:
    site = live(house, tmp_path)
    before = contents(site)
    house.author.says("A word.", on="/a/")
    house.work()
    after = contents(site)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"a/index.html", "index.html", "conversations/index.html"}


def test_who_was_answered_is_told_at_their_comment_and_by_the_answer(house: House) -> None:
    asked = house.reader("Ben", trusted=True).says("How?")
    house.reader("Eve", trusted=True).says("Why?")
    house.shift_clock(hours=5)
    answer = house.author.answers(asked, "With a list.")
    html = house.fragment()
    assert (
        f'<a class="answered-after" href="#comment-{answer.id}"><bdi>Ana Ferreira</bdi> answered after 5 hours</a>'
    ) in html
    assert html.count("answered-after") == 1
    assert 'aria-label="Ana Ferreira, author, answering Ben, after 5 hours"' in html
    house.author.decides(answer, Verb.REMOVE)
    assert "answered-after" not in house.fragment()


@pytest.mark.parametrize(("shown", "badge", "line"), [("all", 1, True), ("marks", 1, False), ("none", 0, False)])
def test_the_setting_says_what_of_it_is_shown(house: House, tmp_path: Path, shown: str, badge: int, line: bool) -> None:  # noqa: FBT001
    house.settings = house.settings.with_(figures=shown, answer_within=72)
    asked = house.reader("Ben", trusted=True).says("How?")
    house.author.answers(asked, "With a list.")
    house.work()
    pass_time(house, 80)
    site = live(house, tmp_path)
    html = files.read(site / "a/index.html")
    assert html.count('class="answered-after"') == badge
    assert ("The one comment that called for an answer got one." in html) is line
    assert ("I answer within 3 days; so far 1 of 2 times." in html) is line
    assert ("<dl" in files.read(site / "how-i-answer/index.html")) is line


def test_the_essay_s_line_counts_and_follows_the_clock(house: House) -> None:
    house.settings = house.settings.with_(answer_within=72)
    said = [house.reader(name, trusted=True).says("How do you do it?") for name in ("Ben", "Eve", "Kim")]
    house.author.answers(said[0], "With a list.")
    house.work()
    assert "1 of 3 comments that called for an answer got one; 2 are within 3 days." in house.fragment()
    pass_time(house, 73)
    assert "1 of 3 comments that called for an answer got one." in house.fragment()
    house.author.answers(said[1], "With the same list, only shorter.")
    house.author.answers(said[2], "Not at all these days, I am afraid.")
    house.work()
    assert "All 3 comments that called for an answer got one." in house.fragment()


def test_lists_of_essays_say_how_many_the_author_answered(house: House, tmp_path: Path) -> None:
    site = live(house, tmp_path)
    asked = house.reader("Ben").says("How do you do it?")
    assert "the author answered" not in files.read(site / "index.html")
    house.author.answers(asked, "With a list.")
    house.work()
    assert '<span class="count-answered">the author answered 1</span>' in files.read(site / "index.html")


def test_an_essay_nobody_asked_anything_says_nothing_of_answers(house: House) -> None:
    house.author.says("Here.")
    house.work()
    assert "answered-line" not in house.fragment()


@pytest.mark.parametrize(
    ("answers", "within", "said"),
    [
        ("everyone", None, "Ana Ferreira reads every reply."),
        ("everyone", 168, "I answer within a week."),
        ("questions", 72, "Here I answer questions within 3 days."),
        ("questions", None, "Ana Ferreira reads every reply, and answers questions here."),
        ("none", 72, "Under this essay Ana Ferreira reads every reply and promises no answer."),
    ],
)
def test_the_form_says_what_the_essay_promises(house: House, answers: str, within: int | None, said: str) -> None:
    house.settings = house.settings.with_(answer_within=within)
    before = pages.find(house.db, "/a/")
    publishing.register(house.db, [page("/a/", facts={"answers": answers}), page("/b/")])
    html = house.fragment()
    assert f'<p class="form-line">{said} <a href="/how-i-answer/">How I answer</a></p>' in html
    assert before
    changed = pages.find(house.db, "/a/")
    assert changed
    assert (changed.version > before.version) is (answers != "everyone")


def test_an_away_notice_stands_at_every_form_until_it_ends(house: House) -> None:
    house.settings = house.settings.with_(answer_within=72)
    starts, ends = ids.now(days=2)[:10], ids.now(days=5)[:10]
    away.add(
        house.db,
        away.Notice(
            ids.new_id(),
            house.author.account.id,
            ids.now(),
            f"{starts}T00:00:00.000Z",
            f"{ends}T00:00:00.000Z",
            None,
        ),
    )
    figures.take_site(house.db, house.settings)
    assert re.search(r"Ana Ferreira will be away from \d+ \w+ \d{4} to \d+ \w+ \d{4}\.", house.fragment("/b/"))
    pass_time(house, 49)
    assert re.search(r"Ana Ferreira is away until \d+ \w+ \d{4}; the promise runs from then\.", house.fragment("/b/"))
    pass_time(house, 100)
    assert "is away" not in house.fragment("/b/")


def test_the_whole_account_stands_on_its_page_good_or_bad(house: House, tmp_path: Path) -> None:
    house.settings = house.settings.with_(rate_limit=False, answer_within=72, figures_note="I was ill in May.")
    people = [house.reader(f"Reader {number}", trusted=True) for number in range(5)]
    asked = [reader.says(f"How {number}?") for reader in people for number in range(2)]
    asked += [house.reader(f"New {number}").says("May I?") for number in range(3)]
    for one in asked[:7]:
        house.author.answers(one, f"So, for {one.id}.")
    house.author.decides(house.reader("Spammer").says("Buy this."), Verb.SPAM)
    pass_time(house, 100)
    html = files.read(live(house, tmp_path) / "how-i-answer/index.html")
    told = snapshots.find(house.db, figures.SITE)
    assert told
    site = told.data["site"]
    for name, value in {
        "Answered within 3 days": f"{site['within_percent']} %",
        "Got no answer": str(site["unanswered"]),
        "First replies not looked at within 3 days": str(told.data["not_looked_at"]),
        "Marked as spam or abuse": "1",
    }.items():
        assert f"<dt>{name}</dt><dd><strong>{value}</strong>" in html
    assert f"{site['on_time']} of {site['n']}, from {site['people']} people" in html
    assert "1 of them by hand" in html
    assert "I was ill in May." in html
    assert "As of <time" in html
    assert f"lately {site['on_time']} of {site['n']} times." in house.fragment()


def test_where_the_sample_is_small_only_counts_are_shown_and_why(house: House, tmp_path: Path) -> None:
    house.author.answers(house.reader("Ben", trusted=True).says("How?"), "So.")
    pass_time(house, 80)
    html = files.read(live(house, tmp_path) / "how-i-answer/index.html")
    assert "A percentage would take ten of them" in html
    assert "%" not in html


def test_before_the_first_count_nothing_is_claimed(house: House, tmp_path: Path) -> None:
    html = files.read(live(house, tmp_path) / "how-i-answer/index.html")
    assert "Nothing has been counted yet" in html
    assert "<dl" not in html


def test_the_author_s_heart_is_seen_and_heard(house: House) -> None:
    kind = house.reader("Ben", trusted=True).says("Thank you for this.")
    engagement.heart(house.db, kind.id, house.author.account)
    html = house.fragment()
    assert '<span aria-hidden="true">♥</span><span class="visually-hidden">A heart from</span> <bdi>Ana' in html
    engagement.heart(house.db, kind.id, house.author.account)
    assert "heart" not in house.fragment()


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


def test_a_file_is_replaced_at_once_and_its_stale_compressed_siblings_go(tmp_path: Path) -> None:
    path = tmp_path / "index.html"
    path.write_text("old")
    path.chmod(0o644)
    (tmp_path / "index.html.gz").write_bytes(gzip.compress(b"old"))
    before = path.stat().st_ino
    files.write(path, "new")
    assert path.read_text() == "new"
    assert path.stat().st_ino != before
    assert path.stat().st_mode & 0o777 == 0o644
    assert [found.name for found in tmp_path.iterdir()] == ["index.html"]


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

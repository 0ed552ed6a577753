"""Publishing: what a page holds, spliced or built, byte for byte the same."""

import gzip
import json
import random
import shutil
from pathlib import Path

import pytest

from comments_service import publishing, worker
from comments_service.models import Comment, State, Verb
from comments_service.publishing import files, islands
from comments_service.store import rendered
from tests.support.actors import House, Reader, page

MARKS = """<!doctype html><title>x</title><!--rapport:jsonld {0}--><!--/rapport-->
<p><!--rapport:count {0}--><!--/rapport--></p><!--rapport:conversation {0}--><!--/rapport--><footer>é</footer>"""
HOME = """<!--rapport:count /a/--><!--/rapport--> and <!--rapport:count /b/--><!--/rapport-->
<!--rapport:latest 3--><!--/rapport-->"""
CONVERSATIONS = "<!--rapport:latest 30--><!--/rapport-->"


def skeleton(folder: Path) -> Path:
    """A site as Pelican leaves it, its islands empty."""
    for name, text in {
        "a/index.html": MARKS.format("/a/"), "b/index.html": MARKS.format("/b/"), "index.html": HOME,
        "conversations/index.html": CONVERSATIONS, "about/index.html": "<p>No island.</p>",
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


@pytest.mark.parametrize("seed", range(6))
def test_splicing_gives_byte_for_byte_what_a_full_build_gives(house: House, tmp_path: Path, seed: int) -> None:
    house.settings = house.settings.with_(rate_limit=False)
    site = live(house, tmp_path)
    chance = random.Random(seed)  # noqa: S311 -- a test's dice
    readers = [house.reader("Ben", trusted=True), house.reader("Cleo <script>"), house.reader("Даша", trusted=True)]
    said: list[Comment] = []
    for step in range(30):
        act(house, chance, readers, said)
        house.work()
        if step % 6 == 5:
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
    assert "answers within 3 days" in house.fragment()


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

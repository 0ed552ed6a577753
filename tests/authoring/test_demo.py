"""`make demo`: a lively sample conversation, played by the real acts, on a copy of which nothing is left."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from authoring import building, demonstration, sample_conversation, sample_essays, seeding
from comments_service import ids, moderation, settings, threads
from comments_service.models import PublicComment, State
from comments_service.settings import Settings
from comments_service.store import comments, outbox, pages
from tests.authoring.conftest import Start, essay, furnished, published
from tests.authoring.test_serving import fetch
from tests.support.actors import House
from tests.support.processes import eventually


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The sample essays with their conversation."""
    folder = tmp_path_factory.mktemp("demo")
    here = demonstration.in_folder(settings.load({}, folder / "none.toml"), folder)
    content = folder / "content"
    sample_essays.copy_with_samples(building.CONTENT, content)
    building.build(here, content=content)
    seeding.seed(here)
    with furnished(here) as house:
        yield house


def everything(house: House) -> list[PublicComment]:
    """What stands, in any essay."""
    said = [comment for page in pages.every(house.db) for comment in comments.of_page(house.db, page.path)]
    return [comment for comment in said if comment.state is State.PUBLISHED]


def test_it_is_lively(demo: House) -> None:
    said = everything(demo)
    readers = {comment.name for comment in said if not comment.by_author}
    assert len(said) >= 25
    assert len(readers) >= 10
    assert sum(comment.by_author for comment in said) >= 10
    assert len({comment.page for comment in said}) >= 5


def test_each_essay_of_the_sample_is_there(demo: House) -> None:
    assert {said.page for said in sample_conversation.read(ids.moment())[1]} <= {
        page.path for page in pages.every(demo.db)
    }


def test_the_site_holds_it_with_the_authors_mark(demo: House) -> None:
    page = published(demo.settings, "/the-last-word/")
    assert demo.fragment("/the-last-word/") in page
    assert page.count('class="comment h-entry h-cite by-author"') >= 4
    assert 'Ana Ferreira, author, answering Agnes P., after 5 hours"' in page
    assert outbox.due(demo.db, now=ids.now(), limit=1) == []


def test_the_author_finds_letters_about_those_who_wait(demo: House) -> None:
    assert outbox.due(demo.db, now=ids.now(), limit=1, lane=outbox.LETTERS)


def test_it_shows_what_a_conversation_can_be(demo: House) -> None:
    said = everything(demo)
    html = "".join(comment.html for comment in said)
    for element in ("<blockquote>", "<ul>", "<ol>", "<pre>", "<code>", "<em>", "<strong>", '<a href="https://'):
        assert element in html, element
    assert re.search("[\u0600-\u06ff]{3}", html), "words from right to left"
    assert re.search("[\U0001f300-\U0001faff]", html), "an emoji"
    assert re.search(r"\w{45}", html), "a long word"
    assert any(comment.edited for comment in said)


def test_one_thread_is_deep_and_one_has_an_empty_place(demo: House) -> None:
    by_id = {comment.id: comment for page in pages.every(demo.db) for comment in comments.of_page(demo.db, page.path)}

    def depth(comment: PublicComment) -> int:
        return 1 + depth(by_id[comment.parent]) if comment.parent else 1

    assert max(map(depth, by_id.values())) >= 6
    (withdrawn,) = (comment for comment in by_id.values() if comment.state is State.WITHDRAWN)
    assert sum(comment.parent == withdrawn.id for comment in by_id.values()) >= 2
    assert withdrawn.html == withdrawn.name == ""


def test_it_happened_over_the_past_weeks(demo: House) -> None:
    said = everything(demo)
    assert max(comment.created for comment in said) < ids.now()
    assert min(comment.created for comment in said) < ids.now(days=-30)
    published_at = {page.path: page.published for page in pages.every(demo.db)}
    for comment in said:
        assert comment.created > published_at[comment.page]
        assert comment.published_at
        assert not comment.edited or comment.edited > comment.created
    assert threads.visible_count(said) == len(said)


def test_four_wait_for_a_look(demo: House) -> None:
    waiting = moderation.queue(demo.db)
    assert len(waiting) == 4
    assert sum(item.comment.wants_answer == "yes" for item in waiting) == 1
    assert sum(item.comment.private_at is not None for item in waiting) == 1
    assert sum("links" in item.comment.reasons for item in waiting) == 1


def test_a_younger_essay_is_told_its_conversation_in_less_time(here: Settings, tmp_path: Path) -> None:
    content = tmp_path / "content"
    yesterday = ids.now(days=-1)
    essay(content, "the-last-word", Date=yesterday)
    building.build(here, content=content)
    seeding.seed(here)
    with furnished(here) as house:
        said = everything(house)
        assert len(said) >= 10
        assert all(yesterday < comment.created < ids.now() for comment in said)


def test_nothing_of_it_is_left(start: Start, tmp_path: Path) -> None:
    (tmp_path / "throw-away").mkdir()
    mine = {path.name for path in tmp_path.iterdir()}
    blog = start("demo", TMPDIR=str(tmp_path / "throw-away"), RAPPORT_DATABASE="postgresql://127.0.0.1:1/my-own-blog")
    assert blog.line("Ready: ") == f"Ready: {blog.url}"
    assert blog.line("Desk: ").startswith(f"Desk: {blog.url}/desk/sign-in?token=")
    assert "I would go on forgetting the umbrella." in fetch(f"{blog.url}/the-last-word/")
    assert blog.stop() == 0
    eventually(blog.has_left_nobody, "every process ends")
    assert list((tmp_path / "throw-away").iterdir()) == []
    assert {path.name for path in tmp_path.iterdir()} == mine

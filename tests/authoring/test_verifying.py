"""The last look before a build goes live finds what must not reach readers, and what must not be missing."""

import gzip
import json
import os
import random
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from authoring import building, verifying
from authoring.building import BuildError
from authoring.verifying import looking
from authoring.verifying.looking import Eyes, look_into, looked_at
from comments_service import settings as settings_
from comments_service.models import Comment
from comments_service.publishing import islands
from plugins import hands
from tests.authoring.conftest import essay, furnished
from tests.support.actors import House


@dataclass
class Sound:
    """A lively blog that was built once, to be spoilt in copies."""

    house: House
    content: Path
    site: Path
    held: Comment
    withdrawn: Comment

    def look(self, site: Path) -> verifying.Verified:
        return verifying.verify(self.house.settings, self.content, site)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sound]:
    folder = tmp_path_factory.mktemp("sound")
    content = folder / "content"
    essay(content, "one", Edition="2")
    essay(content, "two", "See [one](/one/#conversation) and ![a quay](/images/quay.png).")
    essay(content, "one-1", Status="hidden", Edition_of="one", Edition="1")
    essay(content, "draft", Status="draft")
    essay(content, "later", Date="2999-01-01")
    essay(content, "other", Slug="one", Status="draft", Title="A third edition in the making")
    (content / "images").mkdir()
    (content / "images" / "quay.png").touch()
    here = settings_.load({}, folder / "none.toml").with_(data=folder / "data", output=folder / "output", log="warning")
    building.build(here, content=content)
    with furnished(here) as house:
        ben = house.reader("Ben")
        withdrawn = ben.says("First.", on="/one/")
        house.author.answers(withdrawn, "An answer.")
        ben.withdraws(withdrawn)
        house.author.says("A thought, and [a link](http://localhost:8000/nowhere/).", on="/one/")
        held = house.reader("Cleo").says("I wait.", on="/one/")
        building.build(here, content=content)
        yield Sound(house, content, here.output.resolve(), held, withdrawn)


def test_many_pages_are_looked_at_by_other_processes_and_each_once(
    sound: Sound, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = sorted(Path(shutil.copytree(sound.site, tmp_path / "site")).rglob("*.html"))
    seen, told = [look_into(page) for page in pages], list[int]()
    monkeypatch.setattr(hands, "_WORTH_SHARING", 2)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    eyes = Eyes(tmp_path / "memory")
    with monkeypatch.context() as patched:
        patched.setattr(looking, "looked_at", None)
        assert eyes.look(pages, told.append) == seen
    assert told == list(range(1, len(pages) + 1))
    eyes.keep()
    told.clear()
    pages[0].write_text("<p>")
    again = Eyes(tmp_path / "memory").look(pages, told.append)
    assert (again[0].wrong[:1], again[1:]) == (["line 1: Unexpected start tag (p). Expected DOCTYPE."], seen[1:])
    assert told == [len(pages)]


def test_a_sound_site_passes(sound: Sound) -> None:
    seen = sound.look(sound.site)
    assert seen.pages == len(list(sound.site.rglob("*.html")))
    assert [weight.exceeded for weight in seen.weights] == [None, None, None]


def change(name: str, old: str, new: str) -> Callable[[Path, Sound], None]:
    def tamper(site: Path, _: Sound) -> None:
        text = (site / name).read_text()
        assert old in text
        (site / name).write_text(text.replace(old, new))

    return tamper


def put(name: str, text: str | bytes) -> Callable[[Path, Sound], None]:
    def tamper(site: Path, _: Sound) -> None:
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_bytes(text.encode() if isinstance(text, str) else text)

    return tamper


def lose_a_reply(site: Path, _: Sound) -> None:
    page = site / "one" / "index.html"
    page.write_text(
        re.sub(r'<article id="comment-[^>]*by-author.*?</article>', "", page.read_text(), count=1, flags=re.DOTALL)
    )


def show(which: str) -> Callable[[Path, Sound], None]:
    def tamper(site: Path, sound: Sound) -> None:
        id_ = getattr(sound, which).id
        page = site / "one" / "index.html"
        text = re.sub(rf'<article id="comment-{id_}".*?</article>', "", page.read_text(), flags=re.DOTALL)
        shown = f'<article id="comment-{id_}" class="comment h-entry"><p>Psst.</p></article>'
        page.write_text(text.replace('<form id="reply-form"', f'{shown}<form id="reply-form"'))

    return tamper


def heavy(name: str, size: int) -> Callable[[Path, Sound], None]:
    chance = random.Random(7)  # noqa: S311 -- what can't be pressed, the same every time

    def tamper(site: Path, _: Sound) -> None:
        with (site / name).open("a") as file:
            file.write(f"/* {chance.randbytes(size).hex()} */")

    return tamper


INDEX = "pagefind/fragment/en_1.pf_fragment"
A_FEED = {"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": [{"id": "1", "url": "/draft/"}]}


@pytest.mark.parametrize(
    ("tamper", "sentence"),
    [
        (lose_a_reply, "it holds 1 replies, but 2 stand there."),
        (show("held"), "which does not stand there."),
        (show("withdrawn"), "which does not stand there."),
        (put("draft/index.html", "<p>x"), "draft.md is a draft, but /draft/ is in the build."),
        (put("later/index.html", "<p>x"), "later.md is dated in the future, but /later/ is in the build."),
        (put(INDEX, gzip.compress(b'x{"url":"/later/"}')), f"dated in the future, but {INDEX} names /later/."),
        (change("sitemap.xml", "/two/", "/draft/"), "draft.md is a draft, but sitemap.xml names /draft/."),
        (change("feed.atom", "/two/", "/draft/"), "The feed feed.atom announces /draft/, which is no essay"),
        (change("feed.atom", "</feed>", ""), "The feed feed.atom can't be read"),
        (change("feed.atom", "<id>http", "<id></id><no>http"), "can't be read"),
        (put("feed.json", json.dumps(A_FEED)), "The feed feed.json announces /draft/"),
        (put("feed.json", '{"title": "x"}'), "The feed feed.json can't be read"),
        (change("sitemap.xml", "/two/", "/nowhere/"), "The sitemap names /nowhere/, which is not in the build."),
        (change("sitemap.xml", "</urlset>", ""), "The sitemap can't be read"),
        (change("two/index.html", "/one/#conv", "/none/#conv"), "/two/ links to /none/#conversation, where nothing st"),
        (change("two/index.html", "#conversation", "#talk"), "/two/ links to /one/#talk, where no #talk is."),
        (change("two/index.html", "</article>", ""), "/two/ is no valid HTML: line "),
        (change("two/index.html", 'id="content"', 'id="conversation"'), "two elements have the id “conversation”"),
        (change("one/index.html", "A thought", "<img> A thought"), "<img> stands in a reader’s words"),
        (change("two/index.html", "/images/", "//cdn.example/"), "/two/ would ask //cdn.example/quay.png, which is"),
        (change("two/index.html", 'href="/theme/css', 'href="https://a.example'), "would ask https://a.example/main.c"),
        (put("theme/css/x.css", "p{background:url(https://b.example/p.png)}"), "/theme/css/x.css would ask https://b"),
        (put("theme/css/x.css", '@import "https://b.example/p.css";'), "/theme/css/x.css would ask https://b.exam"),
        (put("theme/js/x.js", 'import x from "https://c.example/x.js"'), "/theme/js/x.js would ask https://c.exam"),
        (heavy("theme/css/main.css", 60_000), " of 60 kB: too much. The biggest parts are /theme/css/main.css "),
        (heavy("theme/js/conversation.js", 10_000), "script before anything is done on /one/ "),
        (heavy("theme/fonts/newsreader.woff2", 40_000), "of 150 kB: too much. The biggest parts are newsreader.woff2"),
        (lambda site, _: (site / ".rapport.json").unlink(), "The build holds no conversations"),
    ],
)
def test_what_is_wrong_is_found_and_named(
    sound: Sound, tmp_path: Path, tamper: Callable[[Path, Sound], object], sentence: str
) -> None:
    site = Path(shutil.copytree(sound.site, tmp_path / "site"))
    tamper(site, sound)
    with pytest.raises(BuildError) as raised:
        sound.look(site)
    assert sentence in str(raised.value)


def test_an_essay_is_weighed_with_twenty_of_its_replies(sound: Sound, tmp_path: Path) -> None:
    site = Path(shutil.copytree(sound.site, tmp_path / "site"))
    page = site / "one" / "index.html"
    chance = random.Random(7)  # noqa: S311
    replies = "".join(
        f'<article id="comment-{number}" class="comment gone"><p>{chance.randbytes(1200).hex()}</p></article>'
        for number in range(60)
    )
    text = page.read_text()
    page.write_text(islands.fill(text, lambda name: replies if name.startswith("conversation") else None))
    with pytest.raises(BuildError) as raised:
        sound.look(site)
    assert not re.search("too much", str(raised.value)), "sixty of them weigh 80 kB"


def test_what_a_reader_writes_can_keep_nothing_from_being_published() -> None:
    words = '<div class="e-content" dir="auto"><p>An <a href="/nowhere/">open <em>end</div>'
    seen = looked_at(f"<!doctype html><html><head><title>x</title></head><body>{words}</body></html>")
    assert (seen.wrong, seen.links) == ([], [])


def test_a_reply_that_arrives_meanwhile_is_no_mistake(built_house: House, content: Path) -> None:
    reader = built_house.reader("Ben")
    built_house.author.publishes(reader.says("I was here before.", on="/two/"))

    def verify(site: Path) -> None:
        reader.says("Just now.", on="/one/")
        verifying.verify(built_house.settings, content, site)

    building.build(built_house.settings, content=content, verify=verify)

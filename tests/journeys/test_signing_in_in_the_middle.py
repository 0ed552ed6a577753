"""In the middle of a reply a reader signs in with a provider of any shape, in a real browser and without a script."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from comments_service import ids
from tests.support import blog as blog_
from tests.support import provider as providers
from tests.support.blog import Blog
from tests.support.browser import Device, Watch
from tests.support.provider import Provider

from .conftest import CONTENT

ESSAY = "/the-spare-chair/"
BUTTONS = {
    "github": "GitHub", "google": "Google", "wordpress": "WordPress.com", "x": "X", "facebook": "Facebook",
    "linkedin": "LinkedIn", "microsoft": "Microsoft", "mastodon": "Mastodon", "website": "Your website",
}  # fmt: skip


@dataclass(frozen=True)
class Town:
    """A blog, and a provider of each shape."""

    blog: Blog
    providers: dict[str, Provider]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("town")
    with ExitStack() as stack:
        there = {way: stack.enter_context(providers.serving(way, name=named(way))) for way in BUTTONS}
        site = there["website"]
        head = f'<link rel="indieauth-metadata" href="{site.url}/metadata">'
        site.person |= {"me": f"{site.url}/", "profile": {"name": named("website")}, "pages": {"/": head}}
        (folder / "data").mkdir(mode=0o700)
        tables = (table(one) for one in there.values() if one is not site)
        (folder / "data" / "private.toml").write_text("\n".join(tables))
        yield Town(stack.enter_context(blog_.running(folder, CONTENT)), there)


def named(way: str) -> str:
    return f"Ben by {BUTTONS[way]}"


def table(provider: Provider) -> str:
    """The keys of a provider, as a file has them."""
    one = provider.service
    keys = {"client_id": one.client_id, "client_secret": one.client_secret, "base_url": one.base_url}
    return "\n".join([f"[{one.name}]", *(f'{name} = "{value}"' for name, value in keys.items())])


@pytest.fixture
def page(chromium: Browser, town: Town) -> Iterator[Page]:
    """Somebody without script, whose pages lead to the providers and to nobody else."""
    context = chromium.new_context(base_url=town.blog.url, locale="en-GB", java_script_enabled=False)
    watch = Watch(context, town.blog.url)
    watch.elsewhere |= {one.url for one in town.providers.values()}
    yield Device(context, watch).opens(ESSAY)
    context.close()
    assert watch.complaints == []


def writes(page: Page, words: str) -> None:
    page.get_by_label("Your words").fill(words)
    page.get_by_label("Your name").fill("Typed")


@pytest.mark.parametrize("way", BUTTONS)
def test_the_words_are_there_when_one_comes_back_as_somebody(town: Town, page: Page, way: str) -> None:
    words = f"Words to keep, {ids.new_id()}."
    writes(page, words)
    page.get_by_role("button", name=BUTTONS[way], exact=True).click()
    if way == "website":
        page.get_by_label("Your website").fill(town.providers[way].url)
        page.get_by_role("button", name="Go on").click()
    expect(page.get_by_label("Your words")).to_have_value(words)
    expect(page.get_by_text(f"You are replying as {named(way)}")).to_be_visible()
    page.get_by_role("button", name="Send reply").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your reply")
    expect(page.locator("article .p-name")).to_have_text(named(way))
    expect(page.locator("article .proven")).to_be_visible()


@pytest.mark.parametrize(
    ("way", "mood", "words"),
    [
        ("github", "denied", "without signing in, so nothing changed"),
        ("google", "no signed token", "answered with something that can't be used here"),
        ("x", "500 at /2/users/me", "can't be"),
    ],
)
def test_who_comes_back_as_nobody_is_told_why_and_has_their_words(
    town: Town, page: Page, way: str, mood: str, words: str
) -> None:
    typed = f"Words to keep, {ids.new_id()}."
    writes(page, typed)
    town.providers[way].moods.add(mood)
    try:
        page.get_by_role("button", name=BUTTONS[way], exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text(words)
    finally:
        town.providers[way].moods.discard(mood)
    expect(page.get_by_label("Your words")).to_have_value(typed)
    expect(page.get_by_label("Your name")).to_have_value("Typed")

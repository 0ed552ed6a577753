"""A reader signs in with an account elsewhere: a real provider, in a real browser, with script and without."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from comments_service.store import identities
from tests.support import blog as blog_
from tests.support import openid
from tests.support.actors import House
from tests.support.blog import Blog
from tests.support.browser import Device, Watch
from tests.support.processes import free_port

from .conftest import CONTENT


@dataclass(frozen=True)
class Neighbours:
    """A blog, and the provider that its readers have accounts at."""

    blog: Blog
    provider: str


@pytest.fixture(scope="module")
def neighbours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neighbours]:
    folder = tmp_path_factory.mktemp("neighbours")
    port = free_port()
    (folder / "data").mkdir(mode=0o700)
    (folder / "data" / "private.toml").write_text(
        f'[oidc.work]\ntitle = "Our club"\nissuer = "{openid.issuer(port)}"\n'
        f'client_id = "{openid.CLIENT}"\nclient_secret = "{openid.SECRET}"\n'
    )
    with (
        blog_.running(folder, CONTENT) as blog,
        openid.running(folder, port, f"{blog.url}/identity/work/callback") as provider,
    ):
        yield Neighbours(blog, provider)


@pytest.fixture
def device(chromium: Browser, neighbours: Neighbours, request: pytest.FixtureRequest) -> Iterator[Device]:
    """Somebody's device, whose pages may lead to the provider and to nobody else."""
    script = getattr(request, "param", True)
    context = chromium.new_context(base_url=neighbours.blog.url, locale="en-GB", java_script_enabled=script)
    watch = Watch(context, neighbours.blog.url)
    watch.elsewhere.add(neighbours.provider)
    yield Device(context, watch)
    context.close()
    assert watch.complaints == []


def signs_in(page: Page, password: str = openid.PASSWORD) -> None:
    page.get_by_label("Username").fill(openid.USER)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def known(house: House) -> list[tuple[str, str, str, str]]:
    rows = house.db.rows("SELECT id FROM identities ORDER BY id")
    found = [one for row in rows if (one := identities.find(house.db, row["id"]))]
    return [(one.provider, one.subject, one.name, one.address) for one in found]


@pytest.mark.parametrize("device", [True, False], ids=["with script", "without script"], indirect=True)
def test_a_reader_is_sent_there_says_who_they_are_and_is_known_here(neighbours: Neighbours, device: Device) -> None:
    page = device.opens("/identity/")
    page.get_by_role("button", name="Our club").click()
    expect(page).to_have_title("The provider")
    signs_in(page)
    page.get_by_role("button", name="Authorize").click()
    expect(page).to_have_url(f"{neighbours.blog.url}/identity/?done=oidc-work")
    assert known(neighbours.blog.house) == [("oidc-work", "1", "Ben Okri", "")]
    assert {cookie["name"] for cookie in device.context.cookies(neighbours.blog.url)} >= {"rapport_device"}


def test_a_reader_who_changes_their_mind_comes_back_with_a_sentence(neighbours: Neighbours, device: Device) -> None:
    page = device.opens("/identity/work/login")
    signs_in(page)
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("alert")).to_contain_text("You came back from Our club without signing in")
    page.get_by_role("link", name="Who you are here").click()
    expect(page).to_have_url(f"{neighbours.blog.url}/identity/")

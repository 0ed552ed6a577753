"""The web's doors, knocked at as browsers and programs do."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from comments_service.models import Role
from tests.support import desk, passkeys
from tests.support import provider as providers
from tests.support.actors import House, furnish
from tests.support.authenticator import Authenticator
from tests.support.browserless import Visitor
from tests.support.provider import Provider
from tests.support.signing_in import Start


@pytest.fixture
def open_house(tmp_path: Path) -> Iterator[House]:
    """A house where strangers' first replies stand at once and nobody is slowed."""
    with furnish(tmp_path, hold_first=False, rate_limit=False) as made:
        yield made


@pytest.fixture
def visitor(house: House) -> Visitor:
    """Somebody with a browser of their own."""
    return Visitor(house)


@pytest.fixture
def ana(house: House) -> Visitor:
    """The owner, signed in."""
    return Visitor(house).signs_in()


@pytest.fixture
def mo(house: House) -> Visitor:
    """A moderator, signed in."""
    return desk.signed_in(house, "Mo Lind", Role.MODERATOR)


@pytest.fixture
def device(house: House, ana: Visitor) -> Authenticator:
    """The owner's device, with a passkey."""
    return passkeys.device_of(house, ana)


@pytest.fixture
def start(house: House) -> Iterator[Start]:
    """Starts a provider of a shape, and sets it up in the house."""
    with ExitStack() as stack:

        def started(way: str, **person: object) -> Provider:
            made = stack.enter_context(providers.serving(way, **person))
            services = () if way == "website" else (made.service,)
            house.settings = house.settings.with_(services=(*house.settings.services, *services), rate_limit=False)
            return made

        yield started

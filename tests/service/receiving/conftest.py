"""A house to which letters come in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.actors import House, furnish
from tests.support.writing_in import RECEIVES


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house to which a mail server hands letters, and vouches for their senders."""
    with furnish(tmp_path, **RECEIVES) as made:
        yield made

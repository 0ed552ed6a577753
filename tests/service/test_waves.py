"""A wave of spam washes over the form: others go on replying, nothing breaks, and the desk opens."""

import sys
from collections.abc import Iterator

import pytest

from tests.bench.soak import wave
from tests.support.actors import House
from tests.support.processes import serving

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a service is told to stop as on Linux")


@pytest.mark.parametrize("addresses", [wave.one_network(), wave.many_networks()], ids=["one network", "many networks"])
def test_while_spam_pours_in_others_reply_and_the_author_reads(house: House, addresses: Iterator[str]) -> None:
    with serving(house.settings.data, house.settings.output, RAPPORT_TRUSTED_PROXIES="1") as service:
        washed = wave.wash(service, house, addresses, number=250, seconds=0.0)
    assert washed.broken == 0, washed.statuses
    assert washed.turned_away == 0
    assert washed.readers
    assert washed.desk
    assert sum(washed.statuses.values()) >= 250

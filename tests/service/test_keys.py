"""The secrets of an installation: made once, whole, for their owner's eyes; an older house gets what is new."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from comments_service import keys


def test_secrets_are_made_once_and_only_their_owner_may_read_them(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: keys.load(data), range(16)))
    assert len(found) == 1
    assert (data / keys.FILE).stat().st_mode & 0o777 == 0o600
    assert [file.name for file in data.iterdir()] == [keys.FILE]


def test_an_older_house_keeps_its_secrets_and_gets_those_that_are_new(tmp_path: Path) -> None:
    before = keys.load(tmp_path)
    old = json.loads((tmp_path / keys.FILE).read_text())
    del old["proofs"]
    (tmp_path / keys.FILE).write_text(json.dumps(old))
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: keys.load(tmp_path), range(16)))
    (after,) = found
    assert (after.api, after.fingerprints, after.networks) == (before.api, before.fingerprints, before.networks)
    assert len(after.proofs) > 30
    assert after.proofs != before.proofs
    assert (tmp_path / keys.FILE).stat().st_mode & 0o777 == 0o600

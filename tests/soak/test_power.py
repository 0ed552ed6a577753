"""A reply is on the disk before its writer is told so, as the order of the system calls shows."""

import os

import pytest

from tests.bench.soak import power

ONE = """
1 recvfrom(5<TCP:[127.0.0.1:8000->127.0.0.1:1]>, "POST /comments/ Writer 1 says for the 1th time", 99, 0) = 46
2 recvfrom(6<TCP:[127.0.0.1:8000->127.0.0.1:2]>, "POST /comments/ Writer 2 says for the 7th time", 99, 0) = 46
1 pwrite64(7</d/comments.db-wal>, "\\1\\2Writer 1 says for the 1th time\\3Writer 2 says for the 7th time", 56) = 4096
1 fsync(7</d/comments.db-wal> <unfinished ...>
3 sendto(9<TCP:[127.0.0.1:8000->127.0.0.1:3]>, "HTTP/1.1 200 OK", 19, 0) = 19
1 <... fsync resumed>) = 0
1 sendto(5<TCP:[127.0.0.1:8000->127.0.0.1:1]>, "HTTP/1.1 201 CREATED", 20, 0) = 20
2 sendto(6<TCP:[127.0.0.1:8000->127.0.0.1:2]>, "HTTP/1.1 201 CREATED", 20, 0) = 20
"""
LINES = ONE.strip().splitlines()


def can_be_seen() -> None:
    if missing := power.watchable():
        (pytest.fail if os.environ.get("CI") and missing == power.HOW_TO_GET_IT else pytest.skip)(missing)


def test_each_reply_waits_for_the_disk_between_its_arrival_and_its_acknowledgement(tmp_path):
    can_be_seen()
    seen = power.traced(tmp_path / "alone", power.alone(10))
    assert (seen.replies, seen.too_early) == (10, [])
    assert (len(seen.shared), seen.most) == (10, 1)


def test_replies_that_share_a_transaction_share_one_wait_for_the_disk(tmp_path):
    can_be_seen()
    seen = power.traced(tmp_path / "together", power.together(40))
    assert seen.replies >= 40
    assert seen.too_early == []
    assert seen.shared.total() == seen.replies


def test_a_trace_tells_who_shared_a_wait():
    seen = power.shown(LINES)
    assert (seen.replies, seen.too_early, seen.most) == (2, [], 2)


@pytest.mark.parametrize(
    "lines",
    [
        [line for line in LINES if "fsync" not in line],
        [line.replace("= 0", "= -1 EIO (Input/output error)") for line in LINES],
        [line.replace("fsync(7</d/comments.db-wal>", "fsync(7</d/comments.db>") for line in LINES],
        [*LINES[:2], *LINES[3:6], LINES[2], *LINES[6:]],
        [*LINES[:5], *LINES[6:], LINES[5]],
        [*LINES[:2], LINES[3], LINES[2], *LINES[4:]],
    ],
    ids=["none", "a failed one", "of another file", "before the words", "ended too late", "begun before the words"],
)
def test_a_wait_that_is_none_is_found_out(lines):
    assert len(power.shown(lines).too_early) == 2

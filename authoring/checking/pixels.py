"""How wide and high a picture is, by the head of its file: PNG, GIF, JPEG, WebP, as their standards say."""

import struct
from collections.abc import Callable
from pathlib import Path

_HEAD_BYTES = 1 << 18  # camera data and colour profiles may stand before a JPEG's size
# JPEG's frames, SOF0 to SOF15 without the three markers between them that are none.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def size(path: Path) -> tuple[int, int] | None:
    """Width and height in pixels; None for a kind of file that has none or that isn't known here.

    Raises ValueError when the file is not what its name says.
    """
    measure = _KINDS.get(path.suffix.lower())
    if measure is None:
        return None
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    try:
        return measure(head)
    except (struct.error, IndexError):
        raise ValueError("its head is damaged") from None


def _png(head: bytes) -> tuple[int, int]:
    _insist(head.startswith(b"\x89PNG\r\n\x1a\n"))
    return _pair(">II", head, 16)


def _gif(head: bytes) -> tuple[int, int]:
    _insist(head[:6] in {b"GIF87a", b"GIF89a"})
    return _pair("<HH", head, 6)


def _jpeg(head: bytes) -> tuple[int, int]:
    _insist(head.startswith(b"\xff\xd8"))
    at = 2
    while True:
        _insist(head[at] == 0xFF)  # noqa: PLR2004 -- what every marker begins with
        if head[at + 1] in _FRAMES:
            height, width = _pair(">HH", head, at + 5)
            return width, height
        at += 2 + int(struct.unpack_from(">H", head, at + 2)[0])


def _webp(head: bytes) -> tuple[int, int]:
    _insist(head.startswith(b"RIFF") and head[8:12] == b"WEBP")
    kind = head[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little")
    if kind == b"VP8L":
        bits = int(struct.unpack_from("<I", head, 21)[0])
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    _insist(kind == b"VP8 ")
    width, height = _pair("<HH", head, 26)
    return width & 0x3FFF, height & 0x3FFF


def _pair(layout: str, head: bytes, at: int) -> tuple[int, int]:
    one, other = struct.unpack_from(layout, head, at)
    return int(one), int(other)


def _insist(right: bool) -> None:  # noqa: FBT001 -- what is insisted on
    if not right:
        raise ValueError("it is another kind of file than its name says")


_KINDS: dict[str, Callable[[bytes], tuple[int, int]]] = {
    ".png": _png,
    ".gif": _gif,
    ".jpg": _jpeg,
    ".jpeg": _jpeg,
    ".webp": _webp,
}

"""Raw HTTP that no client should send: broken lines, lengths that lie, floods, requests cut or run together."""

import random
from collections.abc import Callable

_GET = b"GET /comments/counts?page=/essay-0/ HTTP/1.1\r\nHost: x\r\n"
_FORM = b"page=/essay-0/&name=Ben&text=Is+it+so"
_POST = b"POST /comments/preview HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
_END = b"\r\n"

_LINES = (
    b"", b"\r\n" * 500, b"GET", b"GET\r\n\r\n", b"GET /\r\n\r\n", b"GET  / HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1 x\r\n\r\n", b" GET / HTTP/1.1\r\n\r\n", b"get / HTTP/1.1\r\nHost: x\r\n\r\n",
    b"G\x00T / HTTP/1.1\r\n\r\n", b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n", b"GET / HTTP/0.9\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n",
    b"GET / HTTP/1.\xb2\r\n\r\n", b"GET / HTTP/-1.1\r\n\r\n", b"GET / ICAP/1.0\r\n\r\n", b"GET / HTTP/1.0\r\n\r\n",
    b"GET http://evil.example/ HTTP/1.1\r\nHost: x\r\n\r\n", b"GET //evil.example/ HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET http://[::1 HTTP/1.1\r\nHost: x\r\n\r\n", b"GET ? HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET #x HTTP/1.1\r\nHost: x\r\n\r\n", b"GET x HTTP/1.1\r\nHost: x\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /" + b"a" * 5_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /" + b"a" * 200_000, b"A" * 100_000,
    b"GET / HTTP/1.1\nHost: x\n\n", b"GET / HTTP/1.1\rHost: x\r\r",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\xaa" * 200, b"\x04\x01\x00\x50\x00\x00\x00\x01\x00",
    b"PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\nGET / HTTP/1.1\r\n\r\n",
    b"\r\n\r\n\x0d\x0a\x0d\x0a\x00\x0d\x0a\x51\x55\x49\x54\x0a\x20\x11\x00\x0c" + b"\x00" * 12,
)  # fmt: skip
_LENGTHS = (
    b"Content-Length: 5\r\nContent-Length: 6", b"Content-Length: 5\r\nContent-Length: 5", b"Content-Length: 5, 5",
    b"Content-Length: -1", b"Content-Length: +5", b"Content-Length: 0x5", b"Content-Length: 1_0",
    b"Content-Length: \xb2", b"Content-Length: 5.0", b"Content-Length:", b"Content-Length: " + b"9" * 30,
    b"Content-Length: " + b"9" * 4_000, b"Content-Length : 5", b"Content-Length: 2000", b"Content-Length: 99999999",
    b"Content-Length: 5\r\nTransfer-Encoding: chunked", b"Transfer-Encoding: chunked\r\nContent-Length: 5",
    b"Transfer-Encoding: xchunked", b"Transfer-Encoding : chunked", b"Transfer-Encoding: chunked, identity",
    b"Transfer-Encoding: identity, chunked", b"Transfer-Encoding: \x0bchunked",
    b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
    b"Transfer-Encoding: chunked\r\nTransfer-encoding: identity", b"Transfer-Encoding:\r\n chunked",
    b"Transfer-Encoding: gzip, chunked", b'Transfer-Encoding: "chunked"', b"Transfer_Encoding: chunked",
    b"X: x\nTransfer-Encoding: chunked",
)  # fmt: skip
_CHUNKS = (
    b"5\r\nhello\r\n0\r\n\r\n", b"5\r\nhello", b"5;x=y\r\nhello\r\n0\r\n\r\n", b"5;" + b"x" * 50_000,
    b"zz\r\nhello\r\n0\r\n\r\n", b"-5\r\nhello\r\n0\r\n\r\n", b"0x5\r\nhello\r\n0\r\n\r\n",
    b"+5\r\nhello\r\n0\r\n\r\n", b"1_0\r\nhellohellohellox\r\n0\r\n\r\n", b" 5\r\nhello\r\n0\r\n\r\n",
    b"5\nhello\n0\n\n", b"5\r\nhelloxx0\r\n\r\n", b"f" * 17 + b"\r\nhello", b"f" * 4_000 + b"\r\n",
    b"ffffffff\r\nhello", b"0\r\nX: y\r\n\r\n", b"0\r\nContent-Length: 5\r\n\r\n", b"0\r\n" + b"X: y\r\n" * 5_000,
    b"0\r\nbroken\r\n\r\n", b"\r\n\r\n", b"0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
    b"1\r\nx\r\n" * 3_000 + b"0\r\n\r\n", b"19000\r\n" + b"x" * 0x19000 + b"\r\n0\r\n\r\n",
    b"25\r\n" + _FORM + b"\r\n0\r\n\r\n",
)  # fmt: skip
_HEADERS = (
    b"X: y\r\n" * 1_000, b"".join(b"X%d: y\r\n" % number for number in range(59)), b"X: " + b"y" * 100_000 + _END,
    b"X" * 100_000 + b": y\r\n", b"nothing\r\n", b": y\r\n", b"X Y: z\r\n", b"X\x00: y\r\n", b"X: \x00\r\n",
    b"X: y\r\n z\r\n", b"\xff: \xff\r\n", b"X: \xe2\x80\xa8\r\n", b"Host: y\r\n", b"Host: y\r\nHost: z\r\n",
    b"X: y\rZ: w\r\n", b"X: y\nZ: w\r\n", b"Cookie: " + b"a=b; " * 1_500 + _END, b"Cookie: a=b\r\n" * 50,
    b"Accept: " + b"a/b;q=0." + b"9" * 7_000 + _END, b"Accept: " + b"a/b," * 1_900 + _END,
    b"Accept-Language: " + b"a-b," * 1_900 + _END, b"If-None-Match: " + b'"a",' * 1_900 + _END,
    b"Range: bytes=" + b"0-1," * 1_900 + _END, b"Expect: 100-continue\r\n", b"Expect: x\r\n",
    b"Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n", b"Connection: close, keep-alive, x\r\n",
    b"X-Forwarded-Proto: https\r\nX-Forwarded-Ssl: off\r\n", b"SCRIPT_NAME: /x\r\n", b"Script-Name: /x\r\n",
    b"X_Forwarded_For: 1.1.1.1\r\nX-Forwarded-For: 2.2.2.2\r\n", b"Upgrade: h2c\r\nHTTP2-Settings: x\r\n",
)  # fmt: skip


def raw(chance: random.Random, ask: Callable[[], bytes]) -> bytes:
    """One of all these shapes, or a whole request that was damaged, cut, or sent with others in one breath."""
    return chance.choice(_SHAPES)(chance, ask)


def _line(chance: random.Random, _ask: Callable[[], bytes]) -> bytes:
    return chance.choice(_LINES)


def _length(chance: random.Random, _ask: Callable[[], bytes]) -> bytes:
    return _POST + chance.choice(_LENGTHS) + _END * 2 + chance.choice((_FORM, b"hello", b"", *_CHUNKS))


def _chunk(chance: random.Random, _ask: Callable[[], bytes]) -> bytes:
    return _POST + b"Transfer-Encoding: chunked\r\n\r\n" + chance.choice(_CHUNKS)


def _header(chance: random.Random, _ask: Callable[[], bytes]) -> bytes:
    start, body = chance.choice(((_GET, b""), (_POST + b"Content-Length: %d\r\n" % len(_FORM), _FORM)))
    return start + chance.choice(_HEADERS) + _END + body


def _run_together(chance: random.Random, ask: Callable[[], bytes]) -> bytes:
    asks = (ask().replace(b"Connection: close\r\n", b"") for _ in range(chance.randrange(2, 12)))
    return b"".join(chance.choice((one, _GET + _END)) for one in asks)


def _cut(chance: random.Random, ask: Callable[[], bytes]) -> bytes:
    whole = ask()
    return whole[: chance.randrange(len(whole))]


def _damaged(chance: random.Random, ask: Callable[[], bytes]) -> bytes:
    whole = bytearray(ask())
    for _ in range(chance.choice((1, 1, 2, 8, 40))):
        place = chance.randrange(len(whole))
        match chance.randrange(4):
            case 0:
                whole[place] = chance.randrange(256)
            case 1:
                whole[place:place] = chance.choice((b"\r\n", b"\0", b"\n", b":", b" ", b"\xff", b"%00"))
            case 2:
                del whole[place : place + chance.randrange(1, 9)]
            case _:
                whole[place:place] = whole[place : place + chance.randrange(1, 200)]
        whole = whole or bytearray(b"\0")
    return bytes(whole)


_SHAPES = (_line, _length, _chunk, _header, _run_together, _cut, _damaged)

"""The connection below: a name is looked up once, and what is connected to is the address that was looked at."""

import functools
import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from typing import Any

import httpcore
import httpx

from comments_service.outbound import CONNECT, Refused, Unreachable, Unusable, may_ask, may_reach
from comments_service.settings import Settings

_FAILURES = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
    UnicodeError,
)


class Transport(httpx.BaseTransport):
    """HTTP/1.1 over connections that `may_reach` allows, each for one request; nobody's cookies are kept.

    A body may have `most_bytes`; with 0 nobody will read it. Everything is over at `ends` of the monotonic clock.
    """

    def __init__(self, settings: Settings, most_bytes: int, ends: float) -> None:
        self._settings = settings
        self._most_bytes = most_bytes
        self._pool = httpcore.ConnectionPool(
            ssl_context=_trusted(),
            max_keepalive_connections=0,
            network_backend=Backend(ends, local=settings.local),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request. Raises Refused, Unreachable or Unusable."""
        if not may_ask(self._settings, str(request.url)):
            raise Refused("not an https address")
        try:
            answer = self._pool.handle_request(
                httpcore.Request(
                    method=request.method,
                    url=httpcore.URL(
                        scheme=request.url.raw_scheme,
                        host=request.url.raw_host,
                        port=request.url.port,
                        target=request.url.raw_path,
                    ),
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        except _FAILURES as error:
            raise Unreachable(type(error).__name__) from error
        headers = httpx.Headers([pair for pair in answer.headers if pair[0].lower() != b"set-cookie"])
        stream = _Bounded(answer, self._most_bytes)
        if self._most_bytes and headers.get("Content-Encoding", "identity").lower() != "identity":
            stream.close()
            raise Unusable("it packed its answer unasked")
        return httpx.Response(answer.status, headers=headers, stream=stream)

    def close(self) -> None:
        """End all connections."""
        self._pool.close()


class _Bounded(httpx.SyncByteStream):
    """A body, as long as it is not too long."""

    def __init__(self, answer: httpcore.Response, most_bytes: int) -> None:
        self._answer = answer
        self._left = most_bytes

    def __iter__(self) -> Iterator[bytes]:
        try:
            for part in self._answer.iter_stream():
                self._left -= len(part)
                if self._left < 0:
                    raise Unusable("it answered with too much")
                yield part
        except _FAILURES as error:
            raise Unreachable(type(error).__name__) from error

    def close(self) -> None:
        self._answer.close()


class Backend(httpcore.NetworkBackend):
    """Connections to addresses that were looked at, until a moment of the monotonic clock."""

    def __init__(self, ends: float, *, local: bool) -> None:
        self._ends = ends
        self._local = local
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first of a name's addresses that may be reached and answers. Raises Refused."""
        found = [address for address in _addresses(host, port) if may_reach(address, local=self._local)]
        for number, address in enumerate(found, start=1):
            left = min(timeout or CONNECT, max(self._ends - time.monotonic(), 0.001))
            # An address that does not answer leaves time for the next one.
            wait = left if number == len(found) else left / 2
            try:
                return _Timed(self._sockets.connect_tcp(address, port, wait, local_address, socket_options), self._ends)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if number == len(found):
                    raise
        raise Refused("a private address")


def _addresses(host: str, port: int) -> list[str]:
    """What a name stands for, each once. Raises httpcore.ConnectError when nobody has that name."""
    try:
        known = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise httpcore.ConnectError("nobody has that name") from error
    return list(dict.fromkeys(str(address[0]) for *_, address in known))


class _Timed(httpcore.NetworkStream):
    """A connection that ends at a moment, however little of it comes at a time."""

    def __init__(self, stream: httpcore.NetworkStream, ends: float) -> None:
        self._stream = stream
        self._ends = ends

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, self._left(timeout)), self._ends)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 -- the library's own
        return self._stream.get_extra_info(info)

    def _left(self, timeout: float | None) -> float:
        left = self._ends - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("it took too long")
        return left if timeout is None else min(left, timeout)


@functools.cache
def _trusted() -> ssl.SSLContext:
    """Whose word about a server's name is taken: the list that comes with the library; read once."""
    return httpx.create_ssl_context(trust_env=False)

"""How requests arrive: each is heard to its end before a thread is given to it, and who takes too long is let go."""

import contextlib
import errno
import json
import logging
import re
import selectors
import socket
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future

from gunicorn.http import errors, get_parser
from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, ThreadWorker

from comments_service.web import guards

_log = logging.getLogger("rapport.arriving")
# A request that is not here whole so long after its first byte is not waited for.
PATIENCE_SECONDS = 9.0
# What the largest request that is answered with yes may weigh; the application says no to less than that.
_MOST_BODY = 128 * 1024
# The longest head that the parser reads: its lines and fields have limits of their own.
_MOST_HEAD = 64 * 1024
_PIECE = 64 * 1024
# How long an answer may not move on, and how long a client may go on talking after it.
_SENDING_SECONDS = 20.0
_LEAVING_SECONDS = 2.0
_FRAMING = re.compile(rb"\r\n(content-length|transfer-encoding)([ \t]*):([^\r\n]*)(?=\r\n)", re.IGNORECASE)
_EXPECTS = re.compile(rb"\r\nexpect:[ \t]*100-continue[ \t]*\r\n", re.IGNORECASE)
_CHUNK = re.compile(rb"[0-9A-Fa-f]{1,8}")
# What the accepting of one connection may fail with, and the next succeed.
_PASSING = {errno.EAGAIN, errno.EWOULDBLOCK, errno.ECONNABORTED, errno.EMFILE, errno.ENFILE}


class Malformed(Exception):
    """Nobody can tell where this request ends."""


class TooLong(Exception):
    """This request has a head without end."""


_TOO_LONG = (
    431,
    "Request Header Fields Too Large",
    "Your browser sent more than fits beside a request. Removing this site's cookies helps.",
)
_STATUS: dict[type[Exception], tuple[int, str, str]] = {
    errors.LimitRequestLine: (414, "URI Too Long", "This address is longer than any here."),
    errors.LimitRequestHeaders: _TOO_LONG,
    TooLong: _TOO_LONG,
    errors.ExpectationFailed: (417, "Expectation Failed", "Nothing but 100-continue can be expected here."),
}
_OUR_FAULT = (errors.InvalidResponseHeader, errors.InvalidResponseHeaderName, errors.ConfigurationProblem)
_MALFORMED = (400, "Bad Request", "This request could not be understood. Go back to the page and send it once more.")
_OURS = (500, "Internal Server Error", "Something went wrong on our side. Please try again in a minute.")


class Arrival:
    """The bytes of one request, and of what follows it, as they come in."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._end: int | None = None
        self._chunk: int | None = None
        self.expects = False
        self.whole = False
        self.too_large = False

    def __len__(self) -> int:
        """How many bytes are here and were not given away."""
        return len(self._bytes)

    @property
    def ready(self) -> bool:
        """Whether there is nothing more to wait for: it is here whole, or larger than anything that is taken."""
        return self.whole or self.too_large

    def take(self, data: bytes) -> None:
        """Take what came.

        Raises Malformed for a body whose length can't be told, or is told twice (RFC 9112, 6.3), and TooLong.
        """
        looked_at = len(self._bytes)
        self._bytes += data
        if self._end is None and self._chunk is None:
            self._look_for_the_head(max(0, looked_at - 3))
        if self._chunk is not None:
            self._walk_chunks()
        if self._end is not None:
            self.whole = len(self._bytes) >= self._end
        self.too_large = self.too_large or (not self.whole and len(self._bytes) > _MOST_HEAD + _MOST_BODY)

    def give(self, size: int) -> bytes:
        """Give away at most so many bytes, the first ones."""
        given = bytes(self._bytes[:size])
        del self._bytes[:size]
        return given

    def _look_for_the_head(self, begin: int) -> None:
        while self._bytes.startswith(b"\r\n"):  # RFC 9112, 2.2: empty lines before a request are passed over
            del self._bytes[:2]
            begin = 0
        at = self._bytes.find(b"\r\n\r\n", begin)
        if at < 0 and len(self._bytes) <= _MOST_HEAD:
            return
        if at < 0:
            raise TooLong
        head = self._bytes[: at + 2]
        framing = _FRAMING.findall(head)
        if not framing:
            self._end = at + 4
            return
        (name, space, value), *more = framing
        value = value.strip(b" \t")
        self.expects = _EXPECTS.search(head) is not None
        if more or space:
            raise Malformed
        if name.lower() == b"content-length":
            if not value.isdigit() or len(value) > 18:  # noqa: PLR2004 -- an exabyte
                raise Malformed
            self._end = at + 4 + int(value)
            self.too_large = int(value) > _MOST_BODY
        elif value.lower() == b"chunked":
            self._chunk = at + 4
        else:
            raise Malformed

    def _walk_chunks(self) -> None:
        """Go from chunk to chunk as far as they are here; extensions and trailers, which nobody sends, are refused."""
        while self._chunk is not None:
            line_end = self._bytes.find(b"\r\n", self._chunk, self._chunk + 10)
            if line_end < 0:
                if len(self._bytes) - self._chunk >= 10:  # noqa: PLR2004 -- eight digits and the end of the line
                    raise Malformed
                return
            if not _CHUNK.fullmatch(size := bytes(self._bytes[self._chunk : line_end])):
                raise Malformed
            after = line_end + 2 + int(size, 16)
            if len(self._bytes) < after + 2:
                self.too_large = self.too_large or int(size, 16) > _MOST_BODY
                return
            if self._bytes[after : after + 2] != b"\r\n":
                raise Malformed
            self._chunk = after + 2
            if int(size, 16) == 0:
                self._chunk, self._end = None, after + 2


class _Connection:
    """A client's line, as the server's worker and its parser expect one; `waiting` is the queue it stands in."""

    def __init__(self, cfg: object, sock: socket.socket, client: object, server: object) -> None:
        sock.settimeout(0)
        self.sock, self.client, self.server = sock, client, server
        self.arrival = Arrival()
        self.waiting: deque[_Connection] | None = None
        self.timeout = 0.0  # until when it is waited for, on the monotonic clock
        self.parser = get_parser(cfg, self, client)

    def recv(self, size: int) -> bytes:
        """What the parser reads: what has arrived, then, of what is too large, as much as comes in time."""
        if self.arrival:
            return self.arrival.give(size)
        left = self.timeout - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.sock.settimeout(left)
        try:
            return self.sock.recv(size)
        finally:
            self.sock.settimeout(_SENDING_SECONDS)

    def close(self) -> None:
        """Let go of it."""
        self.sock.close()


class Worker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's threads, behind one that listens to all who have not finished speaking.

    A client that sends a byte a second costs a little memory here, never a thread. Lines wait in three queues, each in
    the order in which patience with them ends: those on which nothing of a request has come (`keepalived_conns`),
    requests on their way (`pending_conns`), and clients that were answered for the last time (`leaving`).
    """

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.leaving: deque[_Connection] = deque()

    def accept(self, listener: socket.socket) -> None:
        """Take a new connection; where there are too many, whoever has waited longest makes room."""
        try:
            sock, client = listener.accept()
        except OSError as error:
            if error.errno not in _PASSING:
                raise
            self._make_room()
            return
        self.nr_conns += 1
        if self.nr_conns >= self.worker_connections:
            self._make_room()
        self._hear(_Connection(self.cfg, sock, client, listener.getsockname()))

    def handle(self, conn: _Connection) -> bool:
        """Answer one request, in a thread; returns whether the line is kept for another."""
        conn.timeout = time.monotonic() + PATIENCE_SECONDS
        conn.sock.settimeout(_SENDING_SECONDS)
        try:
            request = next(conn.parser)
            if not conn.arrival.whole:
                request.force_close()
            keep = self.handle_request(request, conn)
            return bool(keep and conn.arrival.whole and conn.parser.finish_body())
        except (errors.NoMoreData, StopIteration, TimeoutError, ConnectionError):
            return False
        except Exception as error:  # noqa: BLE001 -- whatever it is, the others are served
            self._refuse(conn, error)
            return False

    def finish_request(self, conn: _Connection, done: "Future[bool]") -> None:
        """After an answer: listen for the next request, which may have come already, or end the line."""
        if done.cancelled() or done.exception() or not done.result():
            self._leave(conn)
            return
        rest = conn.parser.unreader.take_buffered() + conn.arrival.give(len(conn.arrival))
        conn.sock.settimeout(0)
        conn.arrival = Arrival()
        self._go_on(conn, rest)

    def murder_pending(self) -> None:
        """Let go of those whose request did not come in time, and of those who were to leave."""
        now = time.monotonic()
        for waiting in (self.pending_conns, self.leaving):
            while waiting and waiting[0].timeout <= now:
                self._let_go(waiting[0])

    def _make_room(self) -> None:
        for waiting in (self.leaving, self.keepalived_conns, self.pending_conns):
            if waiting:
                self._let_go(waiting[0])
                return

    def _hear(self, conn: _Connection) -> None:
        """Take what has come on a line."""
        try:
            came = conn.sock.recv(_PIECE)
        except BlockingIOError:
            self._wait(conn)
        except OSError:
            self._let_go(conn)
        else:
            if came:
                self._go_on(conn, came)
            elif conn.arrival:  # whoever stops in the middle may still listen
                self._refuse(conn, Malformed())
                self._leave(conn)
            else:
                self._let_go(conn)

    def _go_on(self, conn: _Connection, came: bytes) -> None:
        """Give a line a thread if its request is here, or wait for more."""
        try:
            conn.arrival.take(came)
        except (Malformed, TooLong) as error:
            self._refuse(conn, error)
            self._leave(conn)
            return
        if conn.arrival.ready:
            self._stop_waiting(conn)
            self.enqueue_req(conn)
            return
        self._wait(conn)
        if conn.arrival.expects:
            conn.arrival.expects = False
            with contextlib.suppress(OSError):
                conn.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _wait(self, conn: _Connection) -> None:
        """Wait for the first byte as long as a line is kept alive, for all the others as long as patience lasts."""
        if conn.arrival:
            waiting, seconds = self.pending_conns, PATIENCE_SECONDS
        else:
            waiting, seconds = self.keepalived_conns, self.cfg.keepalive if self.alive else STOP_KEEPALIVE_LINGER
        if conn.waiting is not waiting:
            self._queue(conn, waiting, seconds, self._hear)

    def _leave(self, conn: _Connection) -> None:
        """Say that nothing more will come, and let the client end its sentence: cut short, it would not hear ours."""
        try:
            conn.sock.settimeout(0)
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._let_go(conn)
        else:
            self._queue(conn, self.leaving, _LEAVING_SECONDS, self._hear_out)

    def _hear_out(self, conn: _Connection) -> None:
        with contextlib.suppress(OSError):
            if conn.sock.recv(_PIECE):
                return
        self._let_go(conn)

    def _queue(
        self, conn: _Connection, waiting: "deque[_Connection]", seconds: float, then: Callable[[_Connection], None]
    ) -> None:
        self._stop_waiting(conn)
        conn.timeout = time.monotonic() + seconds
        conn.waiting = waiting
        waiting.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, lambda _sock: then(conn))

    def _stop_waiting(self, conn: _Connection) -> None:
        if conn.waiting is not None:
            conn.waiting.remove(conn)
            conn.waiting = None
            self.poller.unregister(conn.sock)

    def _let_go(self, conn: _Connection) -> None:
        self._stop_waiting(conn)
        self.nr_conns -= 1
        conn.close()

    def _refuse(self, conn: _Connection, error: Exception) -> None:
        """Tell what could not be read, in the one shape; nothing of it is logged, since it may tell of somebody."""
        client_error = isinstance(error, (Malformed, TooLong, errors.ParseException)) and not isinstance(
            error, _OUR_FAULT
        )
        if not client_error:
            _log.error("unforeseen: %s", type(error).__name__, exc_info=error)
        status, reason, sentence = _STATUS.get(type(error), _MALFORMED) if client_error else _OURS
        told: dict[str, object] = {"code": "malformed" if client_error else "broken", "message": sentence, "fields": {}}
        body = json.dumps({"error": told}).encode()
        headers = {
            **guards.headers(self.app.settings),
            "Cache-Control": "no-store",
            "Connection": "close",
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        with contextlib.suppress(OSError):
            conn.sock.send(f"HTTP/1.1 {status} {reason}\r\n{head}\r\n".encode() + body)

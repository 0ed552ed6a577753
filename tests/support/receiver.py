"""A web server on this machine that is told of things, and answers as a test wants: badly, slowly, or not at all."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Heard:
    """What came: where to, its headers in small letters, and its body."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """`status` is the answer, with `location` and a body that goes on for ever if `chatty`; `then` hears what came.

    It answers only while `open` is set; with `drops` it hangs up instead.
    """

    port: int = 0
    status: int = 200
    location: str = ""
    chatty: bool = False
    drops: bool = False
    then: Callable[[Heard], None] = lambda _: None
    heard: list[Heard] = field(default_factory=list)
    open: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """Where it is told."""
        return f"http://127.0.0.1:{self.port}/told?key=secret"


@contextmanager
def receiving(**how: object) -> Iterator[Receiver]:
    """A receiver, open to begin with."""
    made = Receiver(**how)  # type: ignore[arg-type]
    made.open.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard = Heard(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
            made.heard.append(heard)
            made.open.wait(20)
            if made.drops:
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            made.then(heard)
            self.send_response(made.status)
            if made.location:
                self.send_header("Location", made.location)
            self.send_header("Content-Encoding", "gzip")
            self.end_headers()
            try:
                while made.chatty:
                    self.wfile.write(b"words " * 1000)
            except OSError:
                pass

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.port = server.server_port
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield made
    finally:
        made.open.set()
        made.chatty = False
        server.shutdown()
        server.server_close()

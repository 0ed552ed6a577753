"""Serving: gunicorn in front of the application, the worker beside it; both watched over, both stopped gracefully."""

import ctypes
import gc
import multiprocessing
import os
import resource
import select
import signal
import sys
from collections.abc import Callable
from multiprocessing import connection
from multiprocessing.context import ForkProcess
from types import FrameType
from typing import Any

from gunicorn.app.base import BaseApplication

from comments_service import arriving, create_app, in_use, ports, worker
from comments_service.settings import Settings

# What is in hand is answered before the server stops; the worker finishes its batch.
GRACE_SECONDS = 20
# A worker that dies at once is not started in a hot loop.
_PAUSE_SECONDS = 1.0
# Lines that a process holds open at most, and the files that it has open besides.
LINES = 1000
_OTHER_FILES = 200
_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)

_fork = multiprocessing.get_context("fork")


class _Server(BaseApplication):  # type: ignore[misc]
    """gunicorn, told by our settings instead of a file of its own."""

    def __init__(self, settings: Settings, tell: int) -> None:
        self.settings = settings
        self._tell = tell
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": f"{self.settings.bind}:{self.settings.port}",
            "workers": self.settings.processes,
            "worker_class": arriving.Worker,
            "threads": self.settings.threads,
            "preload_app": True,
            # One listening socket a process: with a shared one, a burst of connections can all fall to one process,
            # and stay there while they are kept open.
            "reuse_port": sys.platform == "linux",
            "graceful_timeout": GRACE_SECONDS,
            "timeout": 60,
            "keepalive": 5,
            "worker_connections": LINES,
            # Its warnings are about requests that are no HTTP, and quote their sender's address and words.
            "loglevel": "error",
            # Nobody's headers move a path or a scheme; which hop of X-Forwarded-For counts, the settings say.
            "forwarded_allow_ips": "",
            "control_socket_disable": True,
            # What a hostile client may send before the application sees it.
            "limit_request_line": 4094,
            "limit_request_fields": 60,
            # A process that is still beginning has the first one's way of hearing a stop, which would lose it.
            "post_fork": lambda _arbiter, _worker: signal.signal(signal.SIGTERM, signal.SIG_DFL),
            "when_ready": lambda _arbiter: gc.freeze(),
            "post_worker_init": lambda _worker: os.write(self._tell, b"."),
        }
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> object:
        return create_app(self.settings)


def serve(settings: Settings, ready: Callable[[], None]) -> int:
    """Answer requests until SIGTERM or SIGINT, with a worker process beside; `ready` is called when the port listens.

    Returns the exit code: 0 after a stop that was asked for. A worker that dies is started again; without the server
    there is nothing to watch over.
    """
    ports.insist_on(settings)
    with in_use.shared(settings):
        return _watch_over(settings, ready)


def _watch_over(settings: Settings, ready: Callable[[], None]) -> int:
    # Imported before the processes part, the libraries are in memory once; and stay so, since the collector, which
    # writes beside all that it looks at, passes over what is frozen.
    create_app(settings)
    _allow_files()
    gc.collect()
    gc.freeze()
    told, tell = os.pipe()
    server = _start(lambda: _Server(settings, tell).run())
    helper = _start(lambda: worker.run(settings))
    stopping = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True
        for process in (server, helper):
            process.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if _all_listen(settings, server, told):
        ready()
    while server.is_alive():
        # Both may end while they are asked: of nobody, only a wait that has an end returns.
        living = [process.sentinel for process in (server, helper) if process.is_alive()]
        connection.wait(living, timeout=_PAUSE_SECONDS)
        if not helper.is_alive() and server.is_alive() and not stopping:
            connection.wait([server.sentinel], timeout=_PAUSE_SECONDS)
            helper = _start(lambda: worker.run(settings))
    stopping = True
    helper.terminate()
    helper.join(GRACE_SECONDS)
    if helper.is_alive():
        helper.kill()
    return server.exitcode or 0


def _allow_files() -> None:
    """Let a process have as many files open as it may hold lines; a limit that can't be raised is left as it is."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = LINES + _OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _all_listen(settings: Settings, server: ForkProcess, told: int) -> bool:
    """Wait until every process has said that it takes requests; False if the server ended before."""
    listening = 0
    while listening < settings.processes:
        # The end of the server can be waited for like a file.
        if told not in select.select([told, server.sentinel], [], [])[0]:
            return False
        listening += len(os.read(told, settings.processes))
    return True


def _start(work: Callable[[], None]) -> ForkProcess:
    process = _fork.Process(target=_run, args=(work, os.getpid()))
    process.start()
    return process


def _run(work: Callable[[], None], parent: int) -> None:
    """A child's life, which ends with its parent's; in a session of its own, so that Ctrl-C reaches it as a stop."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.setsid()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGTERM)
    if os.getppid() == parent:
        work()

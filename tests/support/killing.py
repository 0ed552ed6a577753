"""A worker that kills itself at a named step of delivering a letter; run as a program, it does so for each step named.

It reads lines of JSON from its standard input, and for each starts a process that delivers and dies there by SIGKILL.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

# The steps in their order: a function of delivering, and whether the worker dies before or after it.
STEPS: dict[str, tuple[str, str, str]] = {
    "before a claim": ("comments_service.store.claims", "take", "before"),
    "in the claim, before it is kept": ("comments_service.store.claims", "take", "after"),
    "before the letter is written": ("comments_service.notifying", "letter", "before"),
    "after the letter is written": ("comments_service.notifying", "letter", "after"),
    "in the beginning, before it is kept": ("comments_service.store.claims", "begin", "after"),
    "after the beginning": ("comments_service.mail", "send", "before"),
    "before the greeting": ("smtplib.SMTP", "connect", "before"),
    "before the envelope": ("comments_service.mail.smtp.Line", "_envelope", "before"),
    "before the address": ("smtplib.SMTP", "putcmd", "RCPT"),
    "before the letter is sent": ("comments_service.mail.smtp.Line", "_told", "before"),
    "after the letter is sent": ("smtplib.SMTP", "send", "letter"),
    "after the letter is taken": ("comments_service.mail", "send", "after"),
    "in the ending, before the job is done": ("comments_service.store.claims", "done", "before"),
    "in the ending, before the news are told": ("comments_service.store.news", "told", "before"),
    "in the ending, before it is kept": ("comments_service.store.news", "told", "after"),
    "before the rest is given back": ("comments_service.store.claims", "release", "before"),
}


def _dies(*_given: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _place(step: str) -> None:
    where, name, when = STEPS[step]
    owner: Any = sys.modules.get(where)
    if owner is None:
        module, _, attribute = where.rpartition(".")
        __import__(module)
        owner = getattr(sys.modules[module], attribute)
    whole: Callable[..., Any] = getattr(owner, name)

    def dying(*given: Any, **more: Any) -> Any:
        if when == "before" or (when == "RCPT" and given[1].startswith("RCPT ")):
            _dies()
        came = whole(*given, **more)
        if when == "after" or (when == "letter" and given[1][-5:] == b"\r\n.\r\n"):
            _dies()
        return came

    setattr(owner, name, dying)


def _deliver(order: dict[str, str]) -> None:
    from pathlib import Path

    from comments_service import delivering, ids, keys, settings
    from comments_service.database import opened

    data = Path(order["data"])
    here = settings.load({}, data / "none.toml").with_(
        data=data, database=order["database"], smtp_url=order["smtp"], mail_from="ana@example.org"
    )
    ids.use_clock(data / "clock")
    _place(order["step"])
    with opened(here) as db:
        delivering.deliver_once(db, here, keys.load(data))


def main() -> None:
    """Die as often as is asked for, and say each time by which signal, or 0."""
    from comments_service import delivering  # noqa: F401 -- read once for all that die

    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            _deliver(order)
            os._exit(0)
        print(os.WTERMSIG(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()

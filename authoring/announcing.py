"""After a publication: whether readers are written to about what is new, asked once, with the letter to look at."""

import sys
from collections.abc import Callable

from comments_service import announcing, wording
from comments_service.database import Database
from comments_service.models import Page
from comments_service.settings import Settings


def ask(db: Database, settings: Settings, *, since: str, say: Callable[[str], str] | None = None) -> None:
    """For each essay found to be new since a moment say how many readers wish to hear of it, and where the letter lies.

    At a terminal the author says yes, no, or nothing yet (`say` asks there); elsewhere they read how to say it. What is
    not said now can be said later, at the desk or by `rapport letters announce`; this never asks a second time.
    """
    ask_them = say or (input if sys.stdin.isatty() and sys.stdout.isatty() else None)
    for one in announcing.offered(db, settings):
        if one.since < since:
            continue
        readers = wording.count(one.hearing, "reader wishes", "readers wish")
        print(f"\n{readers} to hear of new essays by letter. The one about “{one.page.title}” would be:\n")
        print(shown(db, settings, one.page))
        print(f"As a mail program shows it: {announcing.preview(db, settings, one.page)}")
        if ask_them is None:
            print(f"To send it, or say that it is not to be sent: rapport letters announce {one.page.path}")
            continue
        _decide(db, settings, one, ask_them)


def shown(db: Database, settings: Settings, page: Page) -> str:
    """The letter about an essay as text, set in."""
    letter = announcing.letter(db, settings, page)
    lines = [f"Subject: {letter.subject}", "", *letter.text.rstrip().splitlines()]
    return "\n".join(f"    {line}".rstrip() for line in lines) + "\n"


def _decide(db: Database, settings: Settings, one: announcing.Offered, say: Callable[[str], str]) -> None:
    readers = wording.count(one.hearing, "reader", "readers")
    try:
        said = say(f"Write to {readers}? [y: yes, n: never, Enter: not now] ").strip().lower()[:1]
    except EOFError:
        said = ""
    if said not in {"y", "n"}:
        print(f"Not now. Later: rapport letters announce {one.page.path}, or the desk’s page of letters.")
        return
    announcing.decide(db, settings, one.page.path, send=said == "y", by=None)
    print(f"Letters go to {readers}." if said == "y" else "Nobody is written to about it, and this stays so.")

"""Letters, for authors: those that did not go, and why; with no mail server on this machine, all of them, to read."""

import re
from dataclasses import dataclass

from flask import Response, make_response, redirect, request
from markupsafe import Markup, escape

from comments_service import announcing, ids, notifying, receiving, wording
from comments_service.errors import unreadable
from comments_service.mail import folder
from comments_service.models import Role
from comments_service.notifying import mornings, noticing
from comments_service.store import account_bounces, inbox, outbox
from comments_service.store.inbox import Note
from comments_service.store.outbox import Undone
from comments_service.web import context, forms
from comments_service.web.desk import words
from comments_service.web.desk.door import authors_only, door, page

_LETTERS = "/desk/letters"
_DONE = {
    "again": "Tried again: within a minute it is gone, or stands here with its reason.",
    "announced": "Letters about it are on their way.",
    "kept": "Nobody is written to about it.",
}
_SHOWN = 50
_CAME_IN = 20
_KINDS = {
    notifying.CODE: "A code for a reader",
    notifying.SIGN_IN: "A link to sign in",
    notifying.ADDRESS: "A link for a new address",
    notifying.RETURNED: "Word of an answer by letter that was not taken whole",
    notifying.WEBHOOK_OFF: "A word about a webhook",
    notifying.CONFIRM: "A question whether letters are welcome",
    notifying.NEWS: "News for a reader",
    noticing.REPLY: "A reply, told to one of you",
    noticing.GATHERED: "Several replies, told to one of you",
    mornings.WHO_WAITS: "Who waits",
    mornings.FALLS_DUE: "Promises that fall due",
    mornings.THE_WEEK: "The past week",
}


@dataclass(frozen=True, slots=True)
class Stuck:
    """A letter that did not go: what it is, to whom (empty if nobody knows it any more), how it stands, and why.

    `again` is the id by which it is tried again, empty where that happens by itself.
    """

    kind: str
    to: str
    iso: str
    when: str
    state: str
    why: str
    again: str


@dataclass(frozen=True, slots=True)
class New:
    """A new essay that may be announced: its address and title, how many hear of it, and the letter's own words."""

    path: str
    title: str
    readers: str
    subject: str
    text: Markup


@dataclass(frozen=True, slots=True)
class Read:
    """A letter that lies here, to be read; `text` with the links of this blog to be followed."""

    id: str
    to: str
    subject: str
    iso: str
    when: str
    text: Markup


@dataclass(frozen=True, slots=True)
class CameIn:
    """What became of a letter that came in, and where the desk shows what it answered (empty if nothing is there)."""

    iso: str
    when: str
    words: str
    address: str


@door.get("/letters")
def letters_page() -> str:
    """What did not go, and what lies in the folder. Only the owner reads the latter: it may sign others in."""
    account, settings = authors_only(), context.settings()
    undone = outbox.undone(context.db(), outbox.BY_POST, limit=_SHOWN, tried=True)
    addresses = notifying.addressees(context.db(), [one.job for one in undone])
    kept = settings.local and not settings.smtp_url
    found = folder.lying(settings, limit=_SHOWN) if kept and account.role is Role.OWNER else []
    return page(
        "letters.html",
        _LETTERS,
        new=[_new(one) for one in announcing.offered(context.db(), settings)],
        bounce=account_bounces.find(context.db(), account.id),
        done=_DONE.get(request.args.get("done", ""), ""),
        given_up=outbox.given_up(context.db(), lanes=outbox.BY_POST),
        stuck=[_stuck(one, addresses.get(one.job.id, "")) for one in undone],
        kept=kept,
        sends=settings.sends_letters,
        reads=settings.reads_letters,
        came_in=[_came_in(one) for one in inbox.newest(context.db(), limit=_CAME_IN)],
        letters=[Read(one.id, one.to, one.subject, one.at, _when(one.at), _with_links(one.text)) for one in found],
    )


def _came_in(note: Note) -> CameIn:
    address = f"/desk/comments/{note.comment}" if note.comment else ""
    return CameIn(note.at, _when(note.at), receiving.in_words(note.outcome), address)


def _stuck(undone: Undone, to: str) -> Stuck:
    tries = wording.count(undone.job.attempts, "try", "tries")
    again = f"after {tries}, and once more {_when(undone.run_at)}"
    return Stuck(
        kind=_KINDS.get(undone.job.fact, "A letter"),
        to=to,
        iso=undone.created,
        when=_when(undone.created),
        state=f"given up after {tries}" if undone.gave_up_at else again,
        why=undone.error,
        again=undone.job.id if undone.gave_up_at else "",
    )


def _new(one: announcing.Offered) -> New:
    letter = announcing.letter(context.db(), context.settings(), one.page)
    readers = wording.count(one.hearing, "reader", "readers")
    return New(one.page.path, one.page.title, readers, letter.subject, _with_links(letter.text))


@door.post("/letters/retry")
def retry_letters() -> Response:
    """Try letters that were given up again: the one whose `id` is given, or all."""
    authors_only()
    number = notifying.try_again(context.db(), forms.fields().get("id", ""))
    return _onward("again" if number else "")


@door.post("/letters/announce")
def announce_essay() -> Response:
    """Say whether the essay at `page` is announced (`send`: `yes` or `no`), once and for good."""
    account, given = authors_only(), forms.fields()
    if given.get("send") not in {"yes", "no"}:
        raise unreadable("Say whether this essay is announced: yes or no.")
    sent = given["send"] == "yes"
    announcing.decide(context.db(), context.settings(), given.get("page", ""), send=sent, by=account)
    return _onward("announced" if sent else "kept")


def _onward(done: str) -> Response:
    return make_response(redirect(f"{_LETTERS}?done={done}" if done else _LETTERS, 303))


def _when(at: str) -> str:
    return words.when(at, ids.now(), context.settings().zone)


def _with_links(text: str) -> Markup:
    """The text with the addresses of this blog, and no others, as links."""
    ours = re.escape(context.settings().url)
    parts = re.split(rf"({ours}/\S*)", text.strip())
    return Markup("").join(
        Markup('<a href="{0}">{0}</a>').format(part) if number % 2 else escape(part)
        for number, part in enumerate(parts)
    )

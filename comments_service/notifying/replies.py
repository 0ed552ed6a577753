"""The letter about one reply: its words, what stands around them, who wrote them, and links that act upon it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from comments_service import days, ids, moderation, proofs, rendering, return_addresses, wording
from comments_service.database import Database
from comments_service.engagement import people as knowing
from comments_service.keys import Keys
from comments_service.mail import Letter, line
from comments_service.models import Comment, Job, Person, State
from comments_service.moderation import reporting
from comments_service.notifying import author_letters, to_accounts, writing
from comments_service.posting import suspicions
from comments_service.screening import tokens
from comments_service.settings import Settings
from comments_service.store import author_news, comments, conversations, letter_links, listings, news, notes, pages
from comments_service.store.news import News

LINK_DAYS = 14
_AROUND = 3
_EXCERPT, _LONGEST = 300, 4000
_WANTS = {"yes": "They would like an answer.", "no": "They are just saying."}
# What a link of the letter leads to: the word in its address, and its label.
_CHOICES: Mapping[State, Sequence[tuple[str, str]]] = {
    State.HELD: (("approve", "Approve"), ("reject", "Reject"), ("spam", "Spam")),
    State.PUBLISHED: (("remove", "Take it off the page"), ("spam", "Spam")),
}
_READ = {"approve": "Mark as read"}


@dataclass(frozen=True, slots=True)
class Said:
    """A comment as a letter shows it: who, when, and the words, in paragraphs."""

    name: str
    when: str
    paragraphs: Sequence[str]


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be done: the button's words, and where it leads."""

    label: str
    link: str


def letter(db: Database, settings: Settings, keys: Keys, job: Job) -> Letter | None:
    """The letter about a reply, as it stands when the letter is written; None once there is nothing to look at.

    `job.subject` is the comment's id.
    """
    told = author_news.named(db, str(job.data.get("news", "")))
    if told is None or told.letter not in {"", job.id} or told.dropped_at:
        return None
    to = to_accounts.addressee(db, job, str(job.data.get("kind")))
    if to is None:
        to_accounts.drop(
            db, job, [told.id], "The account gets no such letters any more, or has no address that they reach."
        )
        return None
    comment, sees_private = comments.find(db, told.comment), to.account.writes_as_author
    expected = State.HELD if job.data.get("kind") == author_letters.LOOK else State.PUBLISHED
    if comment is None or comment.state is not expected or (comment.private_at is not None and not sees_private):
        to_accounts.drop(db, job, [told.id], "Somebody had decided about it by then, or its writer took it back.")
        return None
    with db.transaction():
        news.put_into(db, job.id, [told.id])
        expires = ids.now(days=LINK_DAYS)
        letter_links.keep(db, told.id, to.account.id, comment.id, comment.changed, expires=expires)
    case = moderation.case(db, comment.id, private=sees_private)
    return _written(db, settings, keys, job.id, to, told, case)


def _written(  # noqa: PLR0917 -- what every writer is given, and what this one found
    db: Database,
    settings: Settings,
    keys: Keys,
    id_: str,
    to: to_accounts.To,
    told: News,
    case: moderation.Case,
) -> Letter:
    comment, now, zone = case.comment, ids.now(), settings.zone
    page = pages.find(db, comment.page)
    by_letter = f"{settings.url}/desk/by-letter/{proofs.letter_token(keys, told.id)}"
    answers = page is not None and page.is_answered_by(to.account)
    reply_to = return_addresses.reply_address(settings, keys, to.account.id, comment.id) if answers else ""
    kind = author_letters.LOOK if comment.state is State.HELD else author_letters.PUBLISHED
    stop = to_accounts.stop_address(settings, keys, to.account, kind)
    answered = next((one for one in case.thread if one.id == comment.parent), None)
    thread = [one for one in case.thread if one.state is State.PUBLISHED and one.id != comment.parent]
    headers = {**writing.can_be_stopped(stop), **to_accounts.in_thread(settings, comment.conversation)}
    return writing.letter(
        settings,
        "reply",
        id_=id_,
        to=to.address,
        subject=line(f"{comment.name} on “{case.page_title}”"),
        headers=headers | ({"Reply-To": reply_to} if reply_to else {}),
        essay=case.page_title,
        held=comment.state is State.HELD,
        private=comment.private_at is not None,
        said=_said(settings, comment),
        links=tokens.hosts(comment.html, ""),
        why=_why(case),
        signals=comment.signals.splitlines() if to.account.writes_as_author else [],
        answered=_said(settings, answered, short=True) if answered else None,
        around=[_said(settings, one, short=True) for one in thread[-_AROUND:]],
        history=_history(db, settings, case, to.account),
        wants=_WANTS.get(comment.wants_answer, ""),
        waits=_waits(db, settings, comment) if to.account.writes_as_author else "",
        edited=f"Edited {wording.day(comment.changed, now, zone)}." if comment.changed else "",
        choices=_choices(comment, by_letter),
        answer=f"{by_letter}?for=answer" if answers else "",
        by_mail=reply_to != "",
        desk=f"{settings.url}/desk/comments/{comment.id}",
        more=_more(db, comment, to.account),
        moderation=f"{settings.url}/desk/moderation",
        until=wording.date(ids.now(days=LINK_DAYS), zone),
        stop=stop,
    )


def _said(settings: Settings, comment: Comment, *, short: bool = False) -> Said:
    when = wording.date_and_time(comment.created, settings.zone)
    words = [rendering.excerpt(comment.html, _EXCERPT)] if short else rendering.paragraphs(comment.html, _LONGEST)
    return Said(comment.name, when, words)


def _why(case: moderation.Case) -> list[str]:
    """Why it needs a look, in a few words each."""
    reported = [f"reported: {reporting.REASONS.get(one.reason, one.reason).lower()}" for one in case.reports]
    return [*(suspicions.why(case.comment) if case.comment.state is State.HELD else ()), *dict.fromkeys(reported)]


def _history(db: Database, settings: Settings, case: moderation.Case, account: Person) -> str:
    """What was before this with the same person, in a line; nothing about whoever wants no history kept."""
    comment = case.comment
    if comment.person is None or notes.refused(db, [comment.person]):
        return ""
    if not case.earlier:
        return f"These are {comment.name}’s first words here."
    now, zone, last = ids.now(), settings.zone, case.earlier[0]
    title = pages.title(db, last.page)
    line_ = f"{comment.name} wrote here before, last {wording.day(last.created, now, zone)}, on “{title}”"
    known = knowing.known(db, [comment.person]) if account.writes_as_author else None
    if known and known.yours:
        line_ += f"; you answered last {wording.day(known.yours.created, now, zone)}"
    return f"{line_}."


def _waits(db: Database, settings: Settings, comment: Comment) -> str:
    """Since when its writer waits for an answer, and until when they were promised one."""
    found = conversations.find(db, comment.conversation)
    if found is None or not found.due_at:
        return ""
    now, zone = ids.now(), settings.zone
    waits = f"Waits {wording.since(found.opened_at, now, zone)}"
    due = days.until(found.due_at, now, zone)
    return f"{waits}; an answer is {due}." if due.endswith("late") else f"{waits}; there is time {due}."


def _choices(comment: Comment, by_letter: str) -> list[Choice]:
    labels = _READ if comment.private_at is not None else {}
    return [
        Choice(labels.get(word, label), f"{by_letter}?for={word}")
        for word, label in _CHOICES.get(comment.state, ())
        if not (word == "remove" and comment.private_at is not None)
    ]


def _more(db: Database, comment: Comment, account: Person) -> str:
    """How many others wait for a look."""
    held = listings.held(db, private=account.writes_as_author) - int(comment.state is State.HELD)
    return wording.count(held, "more reply waits", "more replies wait") if held > 0 else ""

"""What the ledger is told of a reply: whom it reaches, what was fixed at its receipt, what was undertaken with it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from comments_service import ids, ledger, names, texts
from comments_service.database import Database
from comments_service.errors import invalid
from comments_service.keys import Keys
from comments_service.ledger import Event, Receipt, keeping, moments
from comments_service.models import Comment, Page, Speaker, State, Undertaking
from comments_service.posting import checks
from comments_service.settings import Settings
from comments_service.store import comments, events, people, promises

LONGEST_PROMISE = 300
_FORM_LETTER_DAYS = 30


@dataclass(frozen=True, slots=True)
class Reached:
    """A conversation that a reply is filed in, and the comments in it that it answers by name."""

    opened: events.Opened
    to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Received:
    """A reply that was stored: by whom, under which essay, for whom, and what its author undertook with it."""

    comment: Comment
    page: Page
    speaker: Speaker
    reached: list[Reached]
    undertaking: Undertaking


def reach(db: Database, comment: Comment, also: Iterable[Comment]) -> list[Reached]:
    """The conversations that a new reply belongs to, the first its own: a reader's, or those an answer reaches."""
    if not comment.by_author:
        return [Reached(events.opened(db, page=comment.page, root=comment.root, person=comment.person or ""))]
    ticked = {one.id: one for one in also}
    mentioned = [(comment.root, person) for person in _mentioned(db, comment)]
    found = ledger.reached(list(above(db, comment)), mentioned, [_placed(one) for one in ticked.values()])
    pages = {one.root: one.page for one in ticked.values()}
    reached = [
        Reached(events.opened(db, page=pages.get(root, comment.page), root=root, person=person), to)
        for (root, person), to in found.items()
    ]
    # An author's own thread, in which no reader has spoken yet, is a conversation with nobody.
    return reached or [Reached(events.opened(db, page=comment.page, root=comment.root, person=""))]


def received(db: Database, settings: Settings, keys: Keys, new: Received) -> None:
    """Tell the ledger of a stored reply, in each conversation that it reaches.

    Raises Problem (422) for a promise that cannot be made, or that these words do not keep.
    """
    comment, reached, undertaking = new.comment, new.reached, new.undertaking
    line = list(above(db, comment))
    event = _event(db, settings, keys, new, line)
    if comment.by_author:
        events.file_answer(db, comment.id, [one.opened.id for one in reached])
        event = replace(event, repeats=_repeats(db, comment, event, reached[0].opened.person))
    if not comment.by_author:
        events.tell(db, reached[0].opened, event, at=comment.created, actor=comment.person or "")
        return
    promise = _promised(db, settings, comment, reached[0], undertaking)
    for one in reached:
        receipt = replace(event.receipt or Receipt(), to=one.to, fulfils=_kept(db, one, undertaking))
        filed = replace(event, receipt=receipt)
        if promise and one is reached[0]:
            filed = replace(filed, promise=promise[0], due=promise[1])
        if why := events.tell(db, one.opened, filed, at=comment.created, actor=comment.person or ""):
            raise invalid({"keeps" if receipt.fulfils else "due": f"This promise can't be noted: {why}."})


def edited(db: Database, keys: Keys, comment: Comment, now: str) -> None:
    """Tell the ledger that a writer changed their words."""
    line = list(above(db, comment))
    event = Event(at=0, type="edit", features=_features(db, keys, comment, line))
    if comment.by_author and (nearest := ledger.addressee(line)):
        event = replace(event, repeats=_repeats(db, comment, event, nearest.person))
    events.happened(db, comment, event, at=now, actor=comment.person or "")


def above(db: Database, comment: Comment) -> Iterator[ledger.Placed]:
    """The comments above one, nearest first."""
    parent = comment.parent
    while parent and (found := comments.find(db, parent)):
        yield _placed(found)
        parent = found.parent


def _placed(comment: Comment) -> ledger.Placed:
    return ledger.Placed(comment.id, comment.root, comment.person or "", "author" if comment.by_author else "reader")


def _event(db: Database, settings: Settings, keys: Keys, new: Received, line: list[ledger.Placed]) -> Event:
    """A reply as the ledger keeps it: features fixed at receipt and the rules then in force, never a word of it."""
    comment = new.comment
    receipt = Receipt(
        role="author" if comment.by_author else "reader",
        essay=comment.page,
        answers=new.page.answers,
        addressed=comment.by_author or _addressed(db, new.page, comment, line),
        held=comment.state is State.HELD,
        stranger=not new.speaker.trusted,
        private=comment.private_at is not None,
    )
    within = settings.answer_within * moments.HOUR if settings.answer_within else ledger.WITHIN
    found = _features(db, keys, comment, line)
    return Event(
        at=0,
        type="comment",
        comment=comment.id,
        person=comment.person or "",
        features=found,
        receipt=receipt,
        within=within,
    )


def _features(db: Database, keys: Keys, comment: Comment, line: list[ledger.Placed]) -> ledger.Features:
    asked = {"yes": True, "no": False}.get(comment.wants_answer)
    called: tuple[str, ...] = ()
    if comment.by_author and (nearest := ledger.addressee(line)):
        spoken_to = comments.find(db, nearest.comment)
        called = (spoken_to.name,) if spoken_to else ()
    return ledger.features(comment.text, key=keys.fingerprints, names=called, asked=asked)


def _addressed(db: Database, page: Page, comment: Comment, line: list[ledger.Placed]) -> bool:
    """Whether it is said to the author: by its place, or because it calls one of the essay's authors by name."""
    if ledger.addressed(comment.person or "", line):
        return True
    authors = [account.name for account in people.accounts(db) if page.is_answered_by(account)]
    return "@" in comment.text and bool(names.mentioned(comment.text, authors))


def _mentioned(db: Database, answer: Comment) -> list[str]:
    """The readers of the thread whom an answer calls by name."""
    if "@" not in answer.text:
        return []
    others = {one.name: one.person for one in comments.of_root(db, answer.root) if one.person and not one.by_author}
    return [others[name] for name in names.mentioned(answer.text, others)]


def _repeats(db: Database, comment: Comment, event: Event, person: str) -> bool:
    """Whether an author says to a person what was said to somebody else before; and remember that it was said."""
    if not person or event.features is None:
        return False
    said = events.sayings(db, event.features.words, since=ids.now(days=-_FORM_LETTER_DAYS))
    events.say(db, event.features.words, to=person, comment=comment.id, at=ids.now())
    return ledger.repeats([(at, to) for at, to, _ in said], moments.seconds(ids.now()), person)


# ── promises ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _promised(
    db: Database, settings: Settings, comment: Comment, nearest: Reached, undertaking: Undertaking
) -> tuple[str, int] | None:
    """Keep the words of a promise, which are private; returns its id and when it falls due."""
    if not undertaking.promise and not undertaking.due:
        return None
    with checks.fields() as check:
        what = check("promise", lambda: _what(undertaking.promise))
        due = check("due", lambda: _due(undertaking.due, settings))
        if not nearest.opened.person:
            check("promise", _to_nobody)
    promise = promises.Promise(
        id=ids.new_id(),
        conversation=nearest.opened.id,
        comment=comment.id,
        promised_by=comment.person or "",
        what=what,
        made_at=comment.created,
        due_at=due,
    )
    promises.add(db, promise)
    return promise.id, moments.seconds(due)


def _what(typed: str) -> str:
    what = " ".join(texts.clean(typed).split())
    if not what:
        message = "Please note what you promise, in a few words that only you will see."
        raise ValueError(message)
    if len(what) > LONGEST_PROMISE:
        message = f"Please note your promise in at most {LONGEST_PROMISE} characters."
        raise ValueError(message)
    return what


def _to_nobody() -> str:
    message = "A promise is made to somebody: answer a reader to make one."
    raise ValueError(message)


def _due(typed: str, settings: Settings) -> str:
    """The end of a day that is still to come, as the database keeps it."""
    try:
        end = moments.end_of_day(date.fromisoformat(typed), settings.zone)
    except ValueError:
        message = "Please give the day by which you will have done it, such as 2026-12-01."
        raise ValueError(message) from None
    if end <= moments.seconds(ids.now()):
        message = "This day has passed. Promise something for a day that is still to come."
        raise ValueError(message)
    return keeping.stored(end)


def _kept(db: Database, reached: Reached, undertaking: Undertaking) -> str:
    promise = promises.find(db, undertaking.keeps) if undertaking.keeps else None
    return promise.id if promise and promise.conversation == reached.opened.id else ""

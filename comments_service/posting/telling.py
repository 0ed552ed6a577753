"""What the ledger is told of a reply: whom it reaches, what was fixed at its receipt, what was undertaken with it."""

from collections.abc import Iterator, Sequence
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
_FORM_LETTER_DAYS = ledger.FORM_LETTER_FOR // moments.DAY


@dataclass(frozen=True, slots=True)
class Received:
    """A new reply: under which essay, by whom, what else it answers, and what its author undertakes with it."""

    comment: Comment
    page: Page
    speaker: Speaker
    also: Sequence[Comment]
    undertaking: Undertaking


@dataclass(frozen=True, slots=True)
class _Reached:
    """A conversation that an answer is filed in, and the comments in it that it answers by name."""

    opened: events.Opened
    to: tuple[str, ...] = ()


def received(db: Database, settings: Settings, keys: Keys, new: Received) -> str:
    """Tell the ledger of a new reply, in each conversation that it reaches; returns the id of its own.

    It is told just before the reply is stored, in the same transaction. Raises Problem (422) for a promise that cannot
    be made, or that these words do not keep.
    """
    comment, event = new.comment, _event(db, settings, keys, new)
    if comment.by_author:
        return _answered(db, settings, new, event)
    here = {"page": comment.page, "root": comment.root, "person": comment.person or ""}
    if comment.parent is None:
        return events.begin(db, **here, event=event, at=comment.created)
    opened = events.opened(db, **here)
    if opened.essay and event.receipt:  # its thread was moved: it counts where it began
        event = replace(event, receipt=replace(event.receipt, essay=opened.essay))
    events.tell(db, opened, event, at=comment.created, actor=opened.person)
    return opened.id


def _answered(db: Database, settings: Settings, new: Received, event: Event) -> str:
    """Tell of an author's answer: the first conversation that it reaches is its own, and that of its promise."""
    comment, undertaking = new.comment, new.undertaking
    reached = _reach(db, comment, new.also)
    own = reached[0].opened
    events.file_answer(db, comment.id, [one.opened.id for one in reached])
    event = replace(event, repeats=_repeats(db, comment, event, own.person))
    promise = _promised(db, settings, comment, own, undertaking)
    for one in reached:
        receipt = replace(event.receipt or Receipt(), to=one.to, fulfils=_kept(db, one.opened, undertaking))
        filed = replace(event, receipt=receipt)
        if promise and one.opened is own:
            filed = replace(filed, promise=promise[0], due=promise[1])
        if why := events.tell(db, one.opened, filed, at=comment.created, actor=comment.person or ""):
            raise invalid({"keeps" if receipt.fulfils else "due": f"This promise can't be noted: {why}."})
    return own.id


def _reach(db: Database, answer: Comment, also: Sequence[Comment]) -> list[_Reached]:
    """The conversations that an answer reaches, whom it answers directly first."""
    ticked = [_placed(one) for one in also]
    mentioned = [(answer.root, person) for person in _mentioned(db, answer)]
    found = ledger.reached(above(db, answer), mentioned, ticked)
    pages = {one.root: one.page for one in also}
    reached = [
        _Reached(events.opened(db, page=pages.get(root, answer.page), root=root, person=person), to)
        for (root, person), to in found.items()
    ]
    # An author's own thread, in which no reader has spoken yet, is a conversation with nobody.
    return reached or [_Reached(events.opened(db, page=answer.page, root=answer.root, person=""))]


def edited(db: Database, keys: Keys, comment: Comment, now: str) -> None:
    """Tell the ledger that a writer changed their words."""
    event = Event(at=0, type="edit", features=_features(db, keys, comment))
    if comment.by_author and (nearest := ledger.addressee(above(db, comment))):
        event = replace(event, repeats=_repeats(db, comment, event, nearest.person))
    events.happened(db, comment, event, at=now, actor=comment.person or "")


def above(db: Database, comment: Comment) -> Iterator[ledger.Placed]:
    """The comments above one, nearest first; a thread is walked no further up than is asked for."""
    parent = comment.parent
    while parent and (found := comments.find(db, parent)):
        yield _placed(found)
        parent = found.parent


def _placed(comment: Comment) -> ledger.Placed:
    return ledger.Placed(comment.id, comment.root, comment.person or "", "author" if comment.by_author else "reader")


def _event(db: Database, settings: Settings, keys: Keys, new: Received) -> Event:
    """A reply as the ledger keeps it: features fixed at receipt and the rules then in force, never a word of it."""
    comment = new.comment
    receipt = Receipt(
        role="author" if comment.by_author else "reader",
        essay=comment.page,
        answers=new.page.answers,
        addressed=comment.by_author or _addressed(db, new.page, comment),
        held=comment.state is State.HELD,
        filtered=comment.state is State.SPAM,
        stranger=not (new.speaker.trusted or new.speaker.proven),
        private=comment.private_at is not None,
    )
    within = settings.answer_within * moments.HOUR if settings.answer_within else ledger.WITHIN
    found = _features(db, keys, comment)
    return Event(
        at=0,
        type="comment",
        comment=comment.id,
        person=comment.person or "",
        features=found,
        receipt=receipt,
        within=within,
    )


def _features(db: Database, keys: Keys, comment: Comment) -> ledger.Features:
    asked = {"yes": True, "no": False}.get(comment.wants_answer)
    called: tuple[str, ...] = ()
    if comment.by_author and (nearest := ledger.addressee(above(db, comment))):
        spoken_to = comments.find(db, nearest.comment)
        called = (spoken_to.name,) if spoken_to else ()
    return ledger.features(comment.text, key=keys.fingerprints, names=called, asked=asked)


def _addressed(db: Database, page: Page, comment: Comment) -> bool:
    """Whether it is said to the author: by its place, or because it calls one of the essay's authors by name."""
    if ledger.addressed(comment.person or "", above(db, comment)):
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
    words = event.features.words
    before = events.said_to_another(db, words, person, since=ids.now(days=-_FORM_LETTER_DAYS))
    events.say(db, words, to=person, comment=comment.id, at=ids.now())
    return before is not None


# ── promises ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _promised(
    db: Database, settings: Settings, comment: Comment, own: events.Opened, undertaking: Undertaking
) -> tuple[str, int] | None:
    """Keep the words of a promise, which are private; returns its id and when it falls due."""
    if not undertaking.promise and not undertaking.due:
        return None
    with checks.fields() as check:
        what = check("promise", lambda: _what(undertaking.promise))
        due = check("due", lambda: _due(undertaking.due, settings))
        if not own.person:
            check("promise", _to_nobody)
    promise = promises.Promise(
        id=ids.new_id(),
        conversation=own.id,
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


def _kept(db: Database, opened: events.Opened, undertaking: Undertaking) -> str:
    promise = promises.find(db, undertaking.keeps) if undertaking.keeps else None
    return promise.id if promise and promise.conversation == opened.id else ""

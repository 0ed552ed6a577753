"""Importing: replies that stood in another house are kept in this one, once, however often they are brought.

Each module here is one small reader of a foreign file; all yield the same `Source`. Imported replies are history: the
ledger remembers and never counts them, nobody is written to, and their writers' devices and private links do not come
with them.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from graphlib import CycleError, TopologicalSorter

from comments_service import ids, ledger, names, rendering, texts
from comments_service.database import Database
from comments_service.errors import unreadable
from comments_service.models import Comment, Page, Person, Role, State
from comments_service.store import acts, comments, events, pages, people, reports, roots, transfers

# Few enough that replies sent meanwhile hardly wait for the lock, many enough that the disk is not asked for each.
_PORTION = 100
# What a page says that a writer has proven: an address of the web at most.
_LONGEST_MARK = 250


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply as it stood elsewhere; one that no longer stands is its place (`state`) and nothing else.

    `text` is Markdown, rendered here like any other. `person` is a random id, the same for whatever one person wrote;
    of the author's replies the name says which account is meant.
    """

    id: str
    page: str
    parent: str | None
    state: State
    created: str
    published: str | None = None
    edited: str | None = None
    redacted: str | None = None
    redacted_as: str | None = None
    locked: str | None = None
    pinned: str | None = None
    by_author: bool = False
    person: str | None = None
    name: str = ""
    website: str = ""
    proven: str = ""
    edition: int = 1
    text: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """What a file holds: the pages that its replies stand on, and the replies in any order."""

    pages: tuple[Page, ...]
    replies: tuple[Reply, ...]


class Outcome(StrEnum):
    """What became of one reply."""

    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"
    KNOWN = "known"


@dataclass(frozen=True, slots=True)
class Kept:
    """How many replies came to what, and the pages whose conversations changed."""

    outcomes: Counter[Outcome]
    pages: tuple[str, ...]


def keep(db: Database, source: Source, advance: Callable[[int], None]) -> Kept:
    """Keep what a file holds; `advance` is told how many replies are done.

    What is here already is left alone, but for later edits, for what was taken back or down there, and for threads that
    were moved, locked or pinned there and not here. Nothing that was taken back or down here comes again. Portions are
    kept one by one: after an interruption, bring the file once more.
    Raises Problem when a reply can't be kept; the portions before it stay.
    """
    _refuse_nonsense(source)
    with db.transaction():
        for page in source.pages:
            transfers.add_page(db, page)
    outcomes: Counter[Outcome] = Counter()
    changed: set[str] = set()
    for portion in _portions(source):
        with db.transaction():
            touched = set()
            for reply in portion:
                followed, outcome = _followed(db, reply), _keep(db, reply)
                outcomes[Outcome.CHANGED if followed and outcome is Outcome.KNOWN else outcome] += 1
                touched |= followed
                if outcome is not Outcome.KNOWN:
                    touched.add(reply.page)
            for path in sorted(touched):
                pages.touch(db, path)
        changed |= touched
        advance(len(portion))
    return Kept(outcomes, tuple(sorted(changed)))


def _refuse_nonsense(source: Source) -> None:
    described, now = {page.path for page in source.pages}, ids.now()
    for reply in source.replies:
        if reply.page not in described:
            message = f"Reply {reply.id} stands on {reply.page}, a page that this file says nothing about."
            raise unreadable(message)
        if reply.created > now:
            message = f"Reply {reply.id} is dated in the future. Check the clock of this machine and of the other one."
            raise unreadable(message)


def _portions(source: Source) -> Iterator[list[Reply]]:
    """Every reply after the one that it answers."""
    by_id = {reply.id: reply for reply in source.replies}
    answered = {reply.id: [reply.parent] if reply.parent in by_id else [] for reply in source.replies}
    try:
        ordered = [by_id[id_] for id_ in TopologicalSorter(answered).static_order()]
    except CycleError:
        raise unreadable(
            "This file holds replies that answer each other in a circle. Please make it once more."
        ) from None
    for start in range(0, len(ordered), _PORTION):
        yield ordered[start : start + _PORTION]


def _followed(db: Database, reply: Reply) -> set[str]:
    """Let a thread stand, locked or pinned, where it does there, unless something was done to it here.

    `reply` is any; of one that begins a thread which changed, the pages that show it come back.
    """
    known = comments.find(db, reply.id)
    if known is None or known.id != known.root or acts.latest(db, kind="comment", subject=known.id, limit=1):
        return set()
    changed: set[str] = set()
    if known.page != reply.page and roots.move(db, known.id, before=known.page, after=reply.page):
        changed |= {known.page, reply.page}
    if reply.state is State.PUBLISHED is known.state:
        for column, before, after in (
            ("locked_at", known.locked_at, reply.locked),
            ("pinned_at", known.pinned_at, reply.pinned),
        ):
            if before != after and roots.mark(db, known.id, column, before=before, after=after):
                changed.add(reply.page)
    return changed


def _keep(db: Database, reply: Reply) -> Outcome:
    known = comments.find(db, reply.id)
    if known is None:
        comment, conversation = _comment(db, reply)
        comments.add(db, comment)
        if comment.state is State.PUBLISHED:
            _tell(db, comment, conversation)
        return Outcome.NEW if reply.state is State.PUBLISHED else Outcome.GONE
    if known.state is not State.PUBLISHED:
        return Outcome.KNOWN
    if reply.state is State.WITHDRAWN:
        comments.withdraw(db, known.id, now=ids.now())
        events.happened(db, known, ledger.Event(at=0, type="remove", by="reader"), at=ids.now(), actor="")
        return Outcome.GONE
    if reply.state is not State.PUBLISHED:
        comments.move(db, known.id, known.state, State.REMOVED, now=ids.now())
        reports.settle(db, known.id, now=ids.now())
        gone = ledger.Event(at=0, type="remove", by="author", reason="other")
        events.happened(db, known, gone, at=ids.now(), actor="")
        return Outcome.GONE
    return Outcome.CHANGED if _reworded(db, known, reply) else Outcome.KNOWN


def _reworded(db: Database, known: Comment, reply: Reply) -> bool:
    """Keep the words of a reply that were changed there later than here, by its writer or by an account."""
    if max(reply.edited or "", reply.redacted or "") <= known.changed:
        return False
    text, html = _words(reply)
    version, seen = rendering.VERSION, known.changed
    if (reply.edited or "") > (known.edited or ""):
        comments.reword(db, known.id, text=text, html=html, html_version=version, edited=str(reply.edited), seen=seen)
        seen = max(str(reply.edited), known.redacted_at or "")
    if reply.redacted:
        comments.redact(db, known.id, text, html, version, (reply.redacted, reply.redacted_as), seen=seen)
    return True


def _comment(db: Database, reply: Reply) -> tuple[Comment, events.Opened]:
    parent = comments.find(db, reply.parent) if reply.parent else None
    if reply.parent and (parent is None or parent.page != reply.page):
        message = f"Reply {reply.id} answers one that is neither here nor in this file. Bring a full export first."
        raise unreadable(message)
    stands = reply.state is State.PUBLISHED
    text, html = _words(reply) if stands else ("", "")
    bare = Comment(
        id=reply.id,
        page=reply.page,
        parent=reply.parent,
        root=parent.root if parent else reply.id,
        conversation="",
        person=None,
        author=None,
        # What waits for a look there has no words here that anybody could look at.
        state=reply.state if reply.state in {State.PUBLISHED, State.WITHDRAWN} else State.REMOVED,
        text=text,
        html=html,
        html_version=rendering.VERSION,
        name=texts.mend(reply.name),
        email="",
        website=_website(reply.website),
        identity="",
        proven=texts.mend(reply.proven)[:_LONGEST_MARK],
        picture="",
        wants_answer="",
        notify="",
        new_essays="",
        edition=reply.edition,
        network="",
        print="",
        key="",
        reasons="",
        created=reply.created,
        edit_until=reply.created,
        edited=reply.edited,
        published_at=reply.published or (reply.created if stands else None),
        private_at=None,
        withdrawn_at=ids.now() if reply.state is State.WITHDRAWN else None,
        redacted_at=reply.redacted,
        redacted_as=reply.redacted_as,
        locked_at=reply.locked,
        pinned_at=reply.pinned,
    )
    return _with_its_writer(db, bare, reply, parent)


def _with_its_writer(
    db: Database, comment: Comment, reply: Reply, parent: Comment | None
) -> tuple[Comment, events.Opened]:
    """The comment with its person and the conversation it belongs to: an author's answer belongs to whom it answers."""
    person = _account(db, reply) if reply.by_author else _guest(db, reply)
    if reply.by_author and parent:
        conversation = events.reopened(db, parent.conversation)
    else:
        conversation = events.opened(db, page=comment.page, root=comment.root, person=person or "")
    author = person if reply.by_author else None
    return replace(comment, person=person, author=author, conversation=conversation.id), conversation


def _tell(db: Database, comment: Comment, conversation: events.Opened) -> None:
    """Remember an older blog's conversation in the private view; the ledger never counts it.

    It keeps no fingerprint of these words: what was said elsewhere is no form letter here.
    """
    features = replace(ledger.features(comment.text, key=b""), words="")
    role: ledger.Role = "author" if comment.by_author else "reader"
    receipt = ledger.Receipt(role=role, essay=comment.page, imported=True)
    event = ledger.Event(
        at=0, type="comment", comment=comment.id, person=comment.person or "", features=features, receipt=receipt
    )
    events.tell(db, conversation, event, at=comment.created, actor=comment.person or "")
    if comment.by_author:
        events.file_answer(db, comment.id, [conversation.id])


def _guest(db: Database, reply: Reply) -> str | None:
    """A person whom nobody can speak for: their device's secret stayed where they wrote."""
    if reply.person and people.find(db, reply.person) is None:
        people.add(db, Person(id=reply.person, created=reply.created, name=reply.name, role=None, trusted_at=None))
    return reply.person


def _account(db: Database, reply: Reply) -> str:
    """The account of this name; a new one can be signed in to once somebody makes a link for it."""
    for account in people.accounts(db):
        if account.name.casefold() == reply.name.casefold():
            return account.id
    now = ids.now()
    account = Person(id=ids.new_id(), created=now, name=reply.name, role=Role.AUTHOR, trusted_at=now)
    people.add(db, account)
    return account.id


def _words(reply: Reply) -> tuple[str, str]:
    try:
        text = texts.clean(reply.text)
        return text, rendering.to_html(text)
    except ValueError as error:
        message = f"Reply {reply.id} can't be kept. {error}"
        raise unreadable(message) from None


def _website(address: str) -> str:
    try:
        return names.website(address)
    except ValueError:
        return ""

"""Posting: a reply is accepted, previewed, edited, withdrawn; every check that a writer can fail stands here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import ParamSpec, TypeVar

from comments_service import ids, rendering, screening
from comments_service.database import Database
from comments_service.errors import Problem, conflict, gone, not_found
from comments_service.identity import guests, readers
from comments_service.keys import Keys
from comments_service.ledger import Event
from comments_service.models import Comment, NewReply, Person, Speaker, State, Undertaking
from comments_service.posting import checks, ruled, suspicions, telling
from comments_service.settings import Settings
from comments_service.store import comments, events, facts, people, spam
from comments_service.unavailable import TransactionLost

EDIT_MINUTES = 15
_NOTHING_MORE = Undertaking()
# How a reply begins -> the fact that tells of it. An author's private word is published, to one reader.
_ARRIVED = {
    State.PUBLISHED: "comment.published",
    State.HELD: "comment.held",
    State.SPAM: "comment.filtered",
}
Made = TypeVar("Made")
Given = ParamSpec("Given")


@dataclass(frozen=True, slots=True)
class Accepted:
    """A stored reply. `key` opens its private link, `device` goes into the writer's cookie: both are told only here."""

    comment: Comment
    key: str | None = None
    device: str | None = None
    repeated: bool = False


def accept(
    db: Database,
    settings: Settings,
    keys: Keys,
    speaker: Speaker,
    new: NewReply,
    undertaking: Undertaking = _NOTHING_MORE,
) -> Accepted:
    """Check, render, judge and keep a reply; it is on disk when this returns.

    The comment, its ledger events and the fact in the outbox are one transaction. Raises Problem with a sentence for
    every field that needs another look; then nothing was stored.
    """
    return _keep(db, settings, keys, speaker, checks.judge(db, settings, keys, speaker, new), undertaking)


def accept_all(
    db: Database, settings: Settings, keys: Keys, sent: Sequence[tuple[Speaker, NewReply]]
) -> list[Accepted | Exception]:
    """Accept replies that came at the same moment, in one transaction: the disk is waited for once.

    Each is kept, or refused with its Problem, as if it had come alone. Raises only what none of them survives.

    They are kept by their pages' paths: PostgreSQL locks a page that a transaction changed until its end, and two that
    took the same pages in different orders would wait for each other.
    """
    judged = [_caught(checks.judge, db, settings, keys, speaker, new) for speaker, new in sent]
    outcomes: dict[int, Accepted | Exception] = {}
    with db.transaction():
        for place in sorted(range(len(sent)), key=lambda place: sent[place][1].page):
            speaker, found = sent[place][0], judged[place]
            outcomes[place] = (
                found if isinstance(found, Exception) else _caught(_alone, db, settings, keys, speaker, found)
            )
    return [outcomes[place] for place in range(len(sent))]


def _caught(work: Callable[Given, Made], *given: Given.args, **more: Given.kwargs) -> Made | Exception:
    """What comes of some work, or why nothing does."""
    try:
        return work(*given, **more)
    except TransactionLost:
        raise
    except Exception as error:  # noqa: BLE001 -- whatever befalls one reply, it is raised to its own writer
        return error


def _alone(db: Database, settings: Settings, keys: Keys, speaker: Speaker, judged: checks.Judged) -> Accepted:
    with db.attempt():
        return _keep(db, settings, keys, speaker, judged, _NOTHING_MORE)


def _keep(
    db: Database, settings: Settings, keys: Keys, speaker: Speaker, judged: checks.Judged, undertaking: Undertaking
) -> Accepted:
    now = ids.now()
    with db.transaction():
        if repeated := checks.sent_before(db, speaker, judged):
            return Accepted(repeated, repeated=True)
        if settings.rate_limit and speaker.account is None:
            checks.not_too_fast(db, speaker)
        judged = judged.also(suspicions.of_moment(db, settings, speaker, judged.echo, judged.new.page))
        person, device = _writer(db, speaker)
        key = ids.new_secret()
        comment = _comment(judged, speaker, person, key, now)
        also = checks.also_answered(db, undertaking.also)
        new_one = telling.Received(comment, judged.page, speaker, also, undertaking)
        comment = replace(comment, conversation=telling.received(db, settings, keys, new_one))
        comments.add(db, comment)
        if speaker.identity and not speaker.account:
            readers.known_by(db, speaker.identity, comment.name)
        if comment.state is State.SPAM:
            spam.count(db, "caught", at=now)
        facts.happened(db, _ARRIVED[comment.state], comment, seen=comment.standing)
    return Accepted(comment, key, device)


def preview(db: Database, settings: Settings, keys: Keys, speaker: Speaker, new: NewReply) -> Comment:
    """What `accept` would keep, kept nowhere. Raises the same Problems."""
    judged = checks.judge(db, settings, keys, speaker, new)
    person = speaker.account or speaker.person
    return _comment(judged, speaker, person, "", ids.now())


def edit(db: Database, keys: Keys, comment: Comment, text: str, *, seen: str) -> Comment:
    """Replace the words of a reply within its quarter of an hour; `seen` is `Comment.changed` as they saw it."""
    if comment.state not in {State.HELD, State.PUBLISHED}:
        raise gone("This reply no longer stands, so it can't be edited.")
    now = ids.now()
    if now > comment.edit_until:
        raise gone(f"A reply can be edited for {EDIT_MINUTES} minutes. You can still withdraw it, or answer it.")
    with checks.fields() as check:
        cleaned = check("text", lambda: rendering.words(text))
    html = rendering.visible(cleaned)
    with db.transaction():
        if not comments.reword(
            db,
            comment.id,
            text=cleaned,
            html=html,
            html_version=rendering.VERSION,
            edited=now,
            seen=seen,
        ):
            raise conflict("This reply was changed elsewhere in the meantime. Look at it again before you edit it.")
        # It may have been decided about since it was looked up; from here on nobody can.
        comment = replace(comment, state=_again(db, comment).state)
        telling.edited(db, keys, replace(comment, text=cleaned), now)
        _judge_edit(db, comment, html, now, _of_edit(db, keys, comment, cleaned, html, comment.website))
        facts.happened(db, "comment.edited", comment, seen=comment.standing)
    return _again(db, comment)


def link_elsewhere(db: Database, keys: Keys, comment: Comment, website: str) -> None:
    """Judge the website that its writer lets a stored reply stand with from now on, as an edit is judged.

    Belongs into the transaction that changes it. Raises Problem (403) where a rule refuses it.
    """
    if website and website != comment.website:
        signals = _of_edit(db, keys, comment, comment.text, comment.html, website)
        # Its words are those that were looked at.
        _judge_edit(db, replace(comment, redacted_at=None), "", ids.now(), signals)


def _of_edit(
    db: Database, keys: Keys, before: Comment, text: str, html: str, website: str
) -> tuple[screening.Signal, ...]:
    return (
        *ruled.of_edit(db, keys, before, text, html, website),
        *suspicions.of_edit(db, before, text, html, website),
    )


def withdraw(db: Database, comment: Comment) -> Comment:
    """Take a reply back, at any time: nothing of its writer stays, and its answers keep their place."""
    now = ids.now()
    with db.transaction():
        if not comments.withdraw(db, comment.id, now=now):
            raise gone("This reply was withdrawn already. Nothing of it is kept.")
        events.happened(db, comment, Event(at=0, type="remove", by="reader"), at=now, actor=comment.person or "")
        if comment.person and not comments.by_person(db, comment.person, limit=1):
            people.forget_guest(db, comment.person)
        facts.happened(db, "comment.withdrawn", comment, seen=True)
    return _again(db, comment)


def contest(db: Database, comment: Comment) -> None:
    """Note for the author that a writer says that theirs is no spam. Raises Problem (409) if it is not taken for it."""
    if comment.state is not State.SPAM:
        raise conflict("This reply is not taken for spam, so there is nothing to say against that.")
    if spam.CONTESTED not in comment.signals:
        signals = "\n".join(filter(None, (spam.CONTESTED, comment.signals)))
        comments.explain(db, comment.id, reasons=comment.reasons, signals=signals)


def owned(db: Database, speaker: Speaker, id_: str, key: str) -> Comment | None:
    """The comment, if this speaker wrote it: who they are says so, or they hold its private link's key."""
    comment = comments.find(db, id_)
    if comment is None:
        return None
    by_key = bool(key) and bool(comment.key) and ids.same(ids.digest(key), comment.key)
    return comment if by_key or speaker.wrote(comment) else None


def _judge_edit(db: Database, comment: Comment, html: str, now: str, signals: tuple[screening.Signal, ...]) -> None:
    """An edit must not carry past the author what a new reply could not: it waits for a look, or is refused.

    One that takes the place of words that an author had changed waits in any case.
    """
    if comment.by_author:
        return
    verdict = screening.verdict(screening.Screened(html, trusted=True, signals=signals))
    if verdict.refusal:
        raise Problem("refused", 403, verdict.refusal)
    waits = verdict.state is not State.PUBLISHED or comment.redacted_at is not None
    if comment.state is State.PUBLISHED and waits:
        comments.explain(db, comment.id, reasons="\n".join(verdict.reasons), signals="\n".join(verdict.signals))
        comments.move(db, comment.id, State.PUBLISHED, State.HELD, now=now)
        events.happened(db, comment, Event(at=0, type="unapprove", by="filter"), at=now, actor="")


def _writer(db: Database, speaker: Speaker) -> tuple[Person, str | None]:
    known = speaker.account or speaker.person
    if known is None:
        return guests.welcome(db)
    if not people.hold(db, [known.id]):
        raise conflict("You were forgotten here a moment ago, as you asked. Send this once more if it is to stand.")
    return known, None


def _comment(judged: checks.Judged, speaker: Speaker, person: Person | None, key: str, now: str) -> Comment:
    new, parent = judged.new, judged.parent
    account, identity = speaker.account, None if speaker.account else speaker.identity
    by_author = account is not None and judged.page.is_answered_by(account)
    state = judged.verdict.state
    if new.private and not by_author and state is State.PUBLISHED:
        state = State.HELD  # the author's queue, whoever sent it; being read makes it no more public
    id_ = ids.new_id()
    return Comment(
        id=id_,
        page=new.page,
        parent=parent.id if parent else None,
        root=parent.root if parent else id_,
        conversation="",
        person=person.id if person else None,
        author=account.id if account and by_author else None,
        state=state,
        text=new.text,
        html=judged.html,
        html_version=rendering.VERSION,
        name=new.name,
        email=new.email,
        website=new.website,
        identity=identity.id if identity else "",
        proven=identity.label if identity else "",
        picture=identity.picture if identity else "",
        wants_answer=new.wants_answer,
        notify=new.notify,
        new_essays="yes" if new.new_essays else "",
        edition=new.edition or judged.page.edition,
        network="" if account else speaker.network,
        print=judged.print,
        key=ids.digest(key) if key else "",
        reasons="\n".join(judged.verdict.reasons),
        signals="\n".join(judged.verdict.signals),
        echo=judged.echo,
        created=now,
        edit_until=ids.now(minutes=EDIT_MINUTES),
        edited=None,
        published_at=now if state is State.PUBLISHED else None,
        private_at=now if new.private else None,
        withdrawn_at=None,
    )


def _again(db: Database, comment: Comment) -> Comment:
    found = comments.find(db, comment.id)
    if found is None:
        raise not_found("reply")
    return found

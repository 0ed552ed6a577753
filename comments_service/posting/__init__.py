"""Posting: a reply is accepted, previewed, edited, withdrawn; every check that a writer can fail stands here."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from comments_service import ids, ledger, rendering, screening
from comments_service.database import Database
from comments_service.errors import conflict, gone, not_found
from comments_service.identity import guests
from comments_service.keys import Keys
from comments_service.models import Comment, NewReply, Person, Speaker, State
from comments_service.posting import checks
from comments_service.settings import Settings
from comments_service.store import comments, events, outbox, pages, people

EDIT_MINUTES = 15
# The private clock, when the author has promised nothing.
_QUIET_HOURS = 72


@dataclass(frozen=True, slots=True)
class Accepted:
    """A stored reply. `key` opens its private link, `device` goes into the writer's cookie: both are told only here."""

    comment: Comment
    key: str | None = None
    device: str | None = None
    repeated: bool = False


def accept(db: Database, settings: Settings, keys: Keys, speaker: Speaker, new: NewReply) -> Accepted:
    """Check, render, judge and keep a reply; it is on disk when this returns.

    The comment, its ledger event and the fact in the outbox are one transaction. Raises Problem with a sentence for
    every field that needs another look; then nothing was stored.
    """
    judged = checks.judge(db, settings, keys, speaker, new)
    now = ids.now()
    with db.transaction():
        if repeated := checks.sent_before(db, speaker, judged):
            return Accepted(repeated, repeated=True)
        if settings.rate_limit and speaker.account is None:
            checks.not_too_fast(db, speaker.network)
        person, device = _writer(db, speaker)
        key = ids.new_secret()
        comment = _comment(judged, speaker, person, key, now)
        conversation, seq = _conversation(db, comment, judged.parent)
        comment = replace(comment, conversation=conversation)
        comments.add(db, comment)
        _note(db, comment, "comment", comment.created, _event(settings, keys, judged, comment), seq=seq)
        if comment.standing:
            pages.touch(db, comment.page)
        outbox.put(db, "comment.published" if comment.standing else "comment.held", comment.id, page=comment.page)
    return Accepted(comment, key, device)


def preview(db: Database, settings: Settings, keys: Keys, speaker: Speaker, new: NewReply) -> Comment:
    """What `accept` would keep, kept nowhere. Raises the same Problems."""
    judged = checks.judge(db, settings, keys, speaker, new)
    person = speaker.account or speaker.person
    return _comment(judged, speaker, person, "", ids.now())


def edit(db: Database, keys: Keys, comment: Comment, text: str, *, seen: str | None) -> Comment:
    """Replace the words of a reply within its quarter of an hour; `seen` is the last edit that the writer saw."""
    if comment.state not in {State.HELD, State.PUBLISHED}:
        raise gone("This reply no longer stands, so it can't be edited.")
    now = ids.now()
    if now > comment.edit_until:
        raise gone(f"A reply can be edited for {EDIT_MINUTES} minutes. You can still withdraw it, or answer it.")
    with checks.fields() as check:
        cleaned = check("text", lambda: checks.words(text))
    html = checks.rendered(cleaned)
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
        features = ledger.features(cleaned, key=keys.fingerprints, asked=_asked(comment.wants_answer))
        _note(db, comment, "edit", now, features.as_data())
        _judge_edit(db, comment, html, now)
        if comment.standing:
            pages.touch(db, comment.page)
        outbox.put(db, "comment.edited", comment.id, page=comment.page)
    return _again(db, comment)


def withdraw(db: Database, comment: Comment) -> Comment:
    """Take a reply back, at any time: nothing of its writer stays, and its answers keep their place."""
    now = ids.now()
    with db.transaction():
        if not comments.withdraw(db, comment.id, now=now):
            raise gone("This reply was withdrawn already. Nothing of it is kept.")
        _note(db, comment, "remove", now, {"by": "reader"})
        if comment.person and not comments.by_person(db, comment.person, limit=1):
            people.forget_guest(db, comment.person)
        pages.touch(db, comment.page)
        outbox.put(db, "comment.withdrawn", comment.id, page=comment.page)
    return _again(db, comment)


def owned(db: Database, speaker: Speaker, id_: str, key: str) -> Comment | None:
    """The comment, if this speaker wrote it: their device or account says so, or they hold its private link's key."""
    comment = comments.find(db, id_)
    if comment is None:
        return None
    by_key = bool(key) and bool(comment.key) and ids.same(ids.digest(key), comment.key)
    writer = speaker.account or speaker.person
    by_device = writer is not None and comment.person == writer.id
    return comment if by_key or by_device else None


def _judge_edit(db: Database, comment: Comment, html: str, now: str) -> None:
    """An edit must not carry past the author what a new reply could not: it waits for a look like one."""
    if comment.state is not State.PUBLISHED or comment.by_author:
        return
    if screening.verdict(screening.Screened(html, trusted=True)).state is State.HELD:
        comments.move(db, comment.id, State.PUBLISHED, State.HELD, now=now)
        _note(db, comment, "unapprove", now, {"by": "filter"})


def _writer(db: Database, speaker: Speaker) -> tuple[Person, str | None]:
    known = speaker.account or speaker.person
    return (known, None) if known else guests.welcome(db)


def _comment(judged: checks.Judged, speaker: Speaker, person: Person | None, key: str, now: str) -> Comment:
    new, parent = judged.new, judged.parent
    account = speaker.account
    by_author = account is not None and account.writes_as_author
    # A private word goes to the author's queue whoever sent it; being read makes it no more public.
    state = State.HELD if new.private and not by_author else judged.verdict.state
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
        wants_answer=new.wants_answer,
        notify=new.notify,
        new_essays="yes" if new.new_essays else "",
        edition=new.edition or judged.page.edition,
        network="" if account else speaker.network,
        print=judged.print,
        key=ids.digest(key) if key else "",
        reasons="\n".join(judged.verdict.reasons),
        created=now,
        edit_until=ids.now(minutes=EDIT_MINUTES),
        edited=None,
        published_at=now if state is State.PUBLISHED else None,
        private_at=now if new.private else None,
        withdrawn_at=None,
    )


def _conversation(db: Database, comment: Comment, parent: Comment | None) -> tuple[str, int]:
    """The conversation that a comment belongs to, and its next number: an answer belongs to whom it answers."""
    reader = comment.person or ""
    above = parent
    while comment.by_author and above is not None:
        if not above.by_author and above.person:
            reader = above.person
            break
        above = comments.find(db, above.parent) if above.parent else None
    return events.conversation_and_next(db, page=comment.page, root=comment.root, person=reader)


def _event(settings: Settings, keys: Keys, judged: checks.Judged, comment: Comment) -> Mapping[str, object]:
    """What the ledger is told: features fixed at receipt and the rules then in force, never a word of the comment."""
    addressee = (judged.parent.name,) if judged.parent else ()
    features = ledger.features(comment.text, key=keys.fingerprints, names=addressee, asked=_asked(comment.wants_answer))
    return features.as_data() | {
        "page": comment.page,
        "root": comment.root,
        "parent": comment.parent,
        "state": comment.state,
        "private": comment.private_at is not None,
        "edition": comment.edition,
        "within": settings.answer_within or _QUIET_HOURS,
        "promised": bool(settings.answer_within),
        "by_author": comment.by_author,
    }


def _asked(wants_answer: str) -> bool | None:
    return {"yes": True, "no": False}.get(wants_answer)


def _note(
    db: Database, comment: Comment, type_: str, at: str, data: Mapping[str, object], *, seq: int | None = None
) -> None:
    person = comment.person or ""
    conversation = comment.conversation
    events.append(db, conversation, type_, at=at, comment=comment.id, person=person, actor=person, data=data, seq=seq)


def _again(db: Database, comment: Comment) -> Comment:
    found = comments.find(db, comment.id)
    if found is None:
        raise not_found("reply")
    return found

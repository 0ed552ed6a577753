"""Replaying: what readers took back and authors took down since a copy was made does not come back with it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from comments_service import ids, moderation, posting, publishing
from comments_service.database import Database
from comments_service.engagement import forgetting
from comments_service.ledger import Event
from comments_service.models import Comment, Person, Role, State, Verb
from comments_service.moderation import spam
from comments_service.store import (
    comments,
    events,
    facts,
    lessons,
    letters_since,
    people,
    pictures,
    publications,
    replies,
    since,
)
from comments_service.store.since import Present
from comments_service.store.subjects import Subject

# How a comment that was taken off the page gets there again, from where the copy has it.
_OFF_THE_PAGE = {
    (State.HELD, State.SPAM): Verb.SPAM,
    (State.HELD, State.REJECTED): Verb.REJECT,
    (State.HELD, State.REMOVED): Verb.REJECT,
    (State.PUBLISHED, State.SPAM): Verb.SPAM,
    (State.PUBLISHED, State.REJECTED): Verb.REMOVE,
    (State.PUBLISHED, State.REMOVED): Verb.REMOVE,
}


@dataclass(frozen=True, slots=True)
class Replayed:
    """What was done to a restored database, in numbers."""

    withdrawn: int = 0
    forgotten: int = 0
    objections: int = 0
    reworded: int = 0
    taken_down: int = 0
    signed_out: int = 0
    links_spent: int = 0
    banned: int = 0


def replay(db: Database, present: Present) -> Replayed:
    """Let what happened in the present hold in a restored database of the same house, all of it or nothing."""
    with db.transaction():
        publishing.register(db, present.essays)
        publications.carry_over(db, present.published)
        forgotten = [forgetting.erase(db, subject) for subject in list(_forgotten(db, present))]
        withdrawn = list(_in_state(db, present, State.WITHDRAWN))
        for found in withdrawn:
            _withdraw(db, present, found)
        objections = [who["id"] for who in since.readers(db) if who["id"] in present.refused and not who["refused"]]
        forgetting.object_to_history(db, objections)
        reworded = since.reword(db, present)
        taken_down = _take_down(db, present)
        since.take_away(db, present)
        banned = since.ban(db, present)
        for identity in since.pictured(db):
            if identity in present.unpictured:
                pictures.forget(db, identity)
        for account in people.accounts(db):
            if present.emails.get(account.id):
                people.move(db, account.id, present.emails[account.id])
        replies.stay_renewed(db, present.renewed)
        ended = since.end_what_ended(db, present)
        letters_since.carry_over(db, present.letters)
        since.outdate(db, present)
    return Replayed(
        withdrawn=len(withdrawn),
        forgotten=len(forgotten),
        objections=len(objections),
        reworded=reworded,
        taken_down=taken_down,
        banned=banned,
        signed_out=ended["sessions"] + ended["devices"],
        links_spent=ended["sign_in_links"],
    )


def _forgotten(db: Database, present: Present) -> Iterator[Subject]:
    """Who is not there any more, and was not merely lost: whatever they wrote is withdrawn in the present."""
    words: dict[str, list[str]] = {}
    for row in since.words(db):
        words.setdefault(row["person"] or "", []).append(row["id"])
    for who in since.readers(db):
        if who["id"] in present.people:
            continue
        wrote = words.get(who["id"], [])
        emptied = all(present.states.get(id_) is State.WITHDRAWN for id_ in wrote)
        if emptied and (wrote or not present.lost_track(who["created"])):
            yield Subject(people=(who["id"],), identities=(who["identity"],) if who["identity"] else ())


def _in_state(db: Database, present: Present, state: State) -> Iterator[Comment]:
    """The comments that are in this state in the present, and in another one here; never one that is withdrawn here."""
    for row in since.words(db):
        if present.states.get(row["id"]) is state and row["state"] not in {state, State.WITHDRAWN}:
            found = comments.find(db, row["id"])
            if found:
                yield found


def _withdraw(db: Database, present: Present, comment: Comment) -> None:
    """Withdraw a comment; or delete it as the spam that it became, of which the filter keeps what it learned."""
    if comment.id not in present.expired:
        posting.withdraw(db, comment)
        return
    if verb := _OFF_THE_PAGE.get((comment.state, State.SPAM)):
        accounts, owner = _accounts(db)
        moderation.decide(db, comment.id, verb, _decider(present, comment, accounts, owner))
    spam.delete(db, comment.id)


def _accounts(db: Database) -> tuple[dict[str, Person], Person]:
    accounts = {account.id: account for account in people.accounts(db)}
    return accounts, next(account for account in accounts.values() if account.role is Role.OWNER)


def _take_down(db: Database, present: Present) -> int:
    """Take off the page what stands there no more, in the name of whoever decided it; returns how many comments."""
    accounts, owner = _accounts(db)
    taken = 0
    for state in (State.SPAM, State.REJECTED, State.REMOVED):
        for comment in list(_in_state(db, present, state)):
            if verb := _OFF_THE_PAGE.get((comment.state, state)):
                moderation.decide(db, comment.id, verb, _decider(present, comment, accounts, owner))
                taken += 1
    for comment in list(_in_state(db, present, State.HELD)):
        if comment.state is State.PUBLISHED:
            _hold(db, comment)
            taken += 1
    return taken


def _decider(present: Present, comment: Comment, accounts: dict[str, Person], owner: Person) -> Person:
    decided = present.decided.get(comment.id)
    return accounts.get(decided["decided_by"], owner) if decided else owner


def _hold(db: Database, comment: Comment) -> None:
    """An edit, or a decision that was taken back, let it wait for a look again."""
    now = ids.now()
    comments.move(db, comment.id, State.PUBLISHED, State.HELD, now=now)
    lessons.follow(db, replace(comment, state=State.HELD))
    events.happened(db, comment, Event(at=0, type="unapprove"), at=now, actor="")
    facts.happened(db, "comment.hidden", comment, seen=True)

"""What happened, heard from the outbox: wishes are kept, and whoever wished to hear of it has news waiting for them."""

from collections.abc import Iterable, Mapping, Sequence

from comments_service import ids, keys
from comments_service.database import Database
from comments_service.models import Job, State, Verb
from comments_service.notifying import asking, planning, scheduling
from comments_service.settings import Settings
from comments_service.store import correspondents, decisions, news, promises, wishes
from comments_service.store.wishes import Spoken, Wish

PUBLISHED, HELD, EDITED, HIDDEN = "comment.published", "comment.held", "comment.edited", "comment.hidden"
CHANGED = "conversation.changed"
_ARRIVED = (HELD, PUBLISHED)
_PORTION = 500
# A conversation changes for many reasons; what is older than this was told, or was never to be.
_FRESH_DAYS = 7
_CAN_STAND = frozenset({State.HELD, State.PUBLISHED})


def hear(db: Database, settings: Settings, jobs: Sequence[Job]) -> None:
    """Write down, for each of these facts, whom it is to be told, and let letters go; heard twice, it is told once.

    Where no letter can be sent none is promised: then nothing is written.
    """
    if not settings.sends_letters:
        return
    by_fact: dict[str, list[str]] = {}
    for job in jobs:
        by_fact.setdefault(job.fact, []).append(job.subject)
    for some in _portions(subject for fact in _ARRIVED for subject in by_fact.get(fact, ())):
        _keep_wishes(db, settings, wishes.spoken(db, some).values())
    # To prove a reply is told as an edit of it; whatever else was edited, nobody is asked anything for that.
    for some in _portions(by_fact.get(EDITED, ())):
        _keep_wishes(
            db, settings, [one for one in wishes.spoken(db, some).values() if one.identity and wishes.proven(db, one)]
        )
    for some in _portions(by_fact.get(PUBLISHED, ())):
        _tell(db, settings, _of_published(db, wishes.spoken(db, some)))
    for some in _portions(by_fact.get(HIDDEN, ())):
        _tell(db, settings, _of_rejected(db, wishes.spoken(db, some)))
    for some in _portions(by_fact.get(CHANGED, ())):
        _tell(db, settings, _of_conversations(db, some))


def _portions(subjects: Iterable[str]) -> Iterable[list[str]]:
    found = list(dict.fromkeys(subjects))
    return (found[at : at + _PORTION] for at in range(0, len(found), _PORTION))


def _keep_wishes(db: Database, settings: Settings, said: Iterable[Spoken]) -> None:
    asking_ones = [one for one in said if one.asks_for_letters and one.state in _CAN_STAND]
    if asking_ones:
        secrets = keys.load(settings.data)
        for one in asking_ones:
            asking.keep(db, settings, secrets, one)


# ── what is to be told ──────────────────────────────────────────────────────────────────────────────────────────────

# Kind, correspondent, subscription, comment, page, and what makes it one: heard again, it is the same news.
_Told = tuple[str, str, str, str, str, str]


def _tell(db: Database, settings: Settings, told: Sequence[_Told]) -> None:
    """Let these wait for those whom they are for, and a letter with them. What was dropped before comes back.

    Where many follow a thread each reply is news for all of them: whoever writes waits for a portion, not for it all.
    """
    for at in range(0, len(told), _PORTION):
        _tell_some(db, settings, told[at : at + _PORTION])


def _tell_some(db: Database, settings: Settings, told: Sequence[_Told]) -> None:
    with db.transaction():
        new = [
            correspondent
            for kind, correspondent, subscription, comment, page, name in told
            if news.add(
                db,
                kind,
                f"{name} {correspondent}",
                correspondent=correspondent,
                subscription=subscription,
                comment=comment,
                page=page,
            )
            or news.again(db, f"{name} {correspondent}")
        ]
        if new:
            scheduling.schedule(db, settings, correspondents.these(db, list(dict.fromkeys(new))).values())


def _of_published(db: Database, said: Mapping[str, Spoken]) -> list[_Told]:
    """A comment that stands: who is told of it, and, if it had been held, that its writer is."""
    answered = wishes.answered(db, [one.id for one in said.values() if one.by_author])
    places = {one.id: wishes.places(db, one, answered.get(one.id, ())) for one in said.values()}
    wished = _wished(db, {place for some in places.values() for place in some} | said.keys())
    found: list[_Told] = []
    for one in said.values():
        known = [wish for place in places[one.id] for wish in wished.get(place, ())]
        reasons = planning.reasons(one, answered.get(one.id, ()), known)
        found += [
            (reason.kind, correspondent, reason.subscription, one.id, one.page, f"comment {one.id}")
            for correspondent, reason in reasons.items()
        ]
        if _had_been_held(db, one):
            found += _to_its_writer(planning.APPROVED, one, wished)
    return found


def _wished(db: Database, places: Iterable[str]) -> dict[str, list[Wish]]:
    found: dict[str, list[Wish]] = {}
    for some in _portions(places):
        for wish in wishes.about(db, some):
            found.setdefault(wish.about, []).append(wish)
    return found


def _had_been_held(db: Database, said: Spoken) -> bool:
    """Whether a reply stands because it was approved. What was taken for spam, and rescued, is not told of."""
    if said.by_author or said.wish is None or not said.stands or (said.published_at or "") <= said.created:
        return False
    last = decisions.last_standing(db, said.id)
    return last is not None and last.verb is Verb.APPROVE and last.before in {State.HELD, State.REJECTED}


def _of_rejected(db: Database, said: Mapping[str, Spoken]) -> list[_Told]:
    """A reply that was held and turned down: its writer is told, never of a mark as spam."""
    turned_down = [one for one in said.values() if one.state is State.REJECTED and one.wish is not None]
    wished = _wished(db, {place for one in turned_down for place in (one.id, one.root)})
    return [told for one in turned_down for told in _to_its_writer(planning.REJECTED, one, wished)]


def _to_its_writer(kind: str, said: Spoken, wished: Mapping[str, Sequence[Wish]]) -> list[_Told]:
    theirs = [
        wish
        for place in dict.fromkeys((said.id, said.root))
        for wish in wished.get(place, ())
        if planning.is_theirs(said, wish)
    ]
    return [(kind, wish.correspondent, wish.subscription, said.id, said.page, f"{kind} {said.id}") for wish in theirs]


def _of_conversations(db: Database, some: Sequence[str]) -> list[_Told]:
    """What a conversation's record says besides its words: "still waiting" was heard, a promise was kept elsewhere."""
    found: list[_Told] = []
    kept = {one.id: one.comment for one in promises.of_conversations(db, some) if one.kept_at}
    for noted in wishes.noted(db, some, since=ids.now(days=-_FRESH_DAYS)):
        if noted.type == "still_waiting":
            name = f"{noted.type} {noted.conversation} {noted.seq}"
            found += _of_record(db, planning.WAITING, noted.comment, noted.at, name)
        elif noted.promise in kept:
            name = f"promise {noted.promise}"
            found += _of_record(db, planning.PROMISE, kept[noted.promise], noted.at, name)
    return found


def _of_record(db: Database, kind: str, comment: str, at: str, name: str) -> list[_Told]:
    """Who is told of an event about a reply, or about the answer that held a promise; who wished after it is not."""
    said = wishes.spoken(db, [comment]).get(comment)
    return (
        [
            (kind, correspondent, subscription, comment, said.page, name)
            for correspondent, subscription in concerned(db, said, at=at).items()
        ]
        if said
        else []
    )


def concerned(db: Database, said: Spoken, *, at: str, correspondent: str | None = None) -> dict[str, str]:
    """Whom something concerns about a reply, or about those that an answer answers: the wish, by correspondent."""
    theirs = wishes.answered(db, [said.id]).get(said.id, frozenset()) if said.by_author else frozenset({said.id})
    found: dict[str, str] = {}
    for wish in wishes.about(db, sorted({said.root, *theirs}), correspondent=correspondent):
        if (wish.about in theirs or wish.comment in theirs) and wish.created <= at:
            found.setdefault(wish.correspondent, wish.subscription)
    return found

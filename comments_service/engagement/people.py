"""People, privately: who they are known as, what was said last, what is noted; joined by a person, never by name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from comments_service import ids, jotting
from comments_service.database import Database
from comments_service.engagement.joins import Joins
from comments_service.errors import Problem, conflict, not_found
from comments_service.ledger import moments
from comments_service.ledger import people as knowing
from comments_service.models import Comment, Identity, Person
from comments_service.store import conversations, identities, notes, promises, spoken
from comments_service.store.conversations import Conversation
from comments_service.store.notes import Note
from comments_service.store.promises import Promise

# A name is looked for in so many of the newest comments, and no more people are offered than one can look at.
_LOOKED_THROUGH = 5000
_OFFERED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Somebody:
    """A person as the author knows them, maybe from several devices: `members`, by the one of them that is `id`.

    `name` is that of their latest words; `theirs` are these, `yours` the newest answer to them. `proved` is what they
    proved to be theirs.
    """

    id: str
    name: str
    members: tuple[str, ...]
    conversations: tuple[Conversation, ...]
    known: knowing.Person
    theirs: Comment | None
    yours: Comment | None
    proved: tuple[Identity, ...]


def somebody(db: Database, id_: str) -> Somebody:
    """A person with all that was said. Raises Problem (404, or 410 when they want no history kept)."""
    if not ids.is_id(id_):
        raise not_found("person")
    joins = Joins(db, [id_])
    members = joins.members(id_)
    refused = joins.refused(members)
    if id_ in refused:
        raise _objected()
    found = known(db, [one for one in members if one not in refused])
    if found is None:
        raise not_found("person")
    return found


def known(db: Database, members: Iterable[str], *, now: str = "") -> Somebody | None:
    """These members as one person, named after the first; None if nothing that they said is left."""
    members = tuple(members)
    found = conversations.of_people(db, members)
    told = knowing.person((one.told for one in found), moments.seconds(now or ids.now()))
    if told is None:
        return None
    theirs = spoken.last_words(db, members)
    answered = [one.id for one in found if one.told.heard]
    return Somebody(
        id=members[0],
        name=theirs.name if theirs else "",
        members=members,
        conversations=tuple(found),
        known=told,
        theirs=theirs,
        yours=spoken.last_answer(db, answered) if answered else None,
        proved=tuple(identities.of_people(db, members)),
    )


def _objected() -> Problem:
    return Problem(
        "no_history",
        410,
        "This person wants no history kept of them, so there is no page about them. Each of their comments still says"
        " where it stands.",
    )


# ── the list ────────────────────────────────────────────────────────────────────────────────────────────────────────


def lately(db: Database, *, before: str, limit: int) -> tuple[list[Somebody], str]:
    """With whom one spoke lately, by their last words, newest first, and the comment before which older ones stand.

    That is empty when there are none.
    """
    words = spoken.lately(db, before=before, limit=limit + 1)
    joins = Joins(db, [comment.person for comment in words if comment.person])
    found = [one for comment in words[:limit] if (one := _at_its_last_words(db, joins, comment)) is not None]
    return found, words[limit - 1].id if len(words) > limit else ""


def _at_its_last_words(db: Database, joins: Joins, comment: Comment) -> Somebody | None:
    """The person who said it, unless they said something later under another name of theirs."""
    members = joins.members(comment.person or "")
    refused = joins.refused(members)
    found = known(db, [one for one in members if one not in refused])
    return found if found and found.theirs and found.theirs.id == comment.id else None


def like(db: Database, words: str, *, besides: Iterable[str] = ()) -> list[Somebody]:
    """People whose name holds these words, of those who wrote in the newest comments, the latest first."""
    wanted = " ".join(words.split()).casefold()
    if not wanted:
        return []
    joins, told = Joins(db), set(besides)
    found: list[Somebody] = []
    for person, name in spoken.names(db, limit=_LOOKED_THROUGH):
        if wanted not in name.casefold() or (head := joins.known_as(person)) in told:
            continue
        told.add(head)
        members = joins.members(head)
        refused = joins.refused(members)
        one = known(db, [member for member in members if member not in refused])
        found += [one] if one else []
        if len(found) == _OFFERED:
            break
    return found


# ── notes ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def notes_about(db: Database, found: Somebody) -> list[Note]:
    """The private notes about a person, newest first."""
    return notes.of_people(db, list(found.members))


def note(db: Database, id_: str, text: str, by: Person) -> Note:
    """Keep a private note, as plain text. Raises Problem (404, 410, 422)."""
    with db.transaction():
        found = somebody(db, id_)
        new = Note(id=ids.new_id(), person=found.id, text=jotting.note(text), written_by=by.id, at=ids.now())
        notes.add(db, new)
    return new


def forget_note(db: Database, id_: str, note_id: str) -> None:
    """Remove a note for good. Raises Problem (404) if there is none about this person."""
    with db.transaction():
        found = somebody(db, id_)
        if note_id not in {one.id for one in notes_about(db, found)}:
            raise not_found("note")
        notes.remove(db, note_id)


def promised(db: Database, found: Somebody) -> list[Promise]:
    """All promises made to a person, the oldest first."""
    return promises.of_conversations(db, [one.id for one in found.conversations if one.told.promises])


# ── who is who ──────────────────────────────────────────────────────────────────────────────────────────────────────


def join(db: Database, id_: str, other: str, by: Person) -> Somebody:
    """Take `other` for this person: only their pages become one, and never a figure. Raises Problem (404, 409, 410)."""
    with db.transaction():
        this, joined = somebody(db, id_), somebody(db, other)
        if this.id == joined.id:
            raise conflict("These are one person here already.")
        notes.join(db, joined.id, this.id, by=by.id, at=ids.now())
    return somebody(db, this.id)


def part(db: Database, id_: str) -> None:
    """Take an author's join back: two pages again, as before.

    Raises Problem (409) if this person is joined to nobody, or to none but those whom they proved to be themselves.
    """
    with db.transaction():
        joins = Joins(db, [id_])
        selves = joins.self_of(id_)
        others = [one for one in joins.members(id_) if one not in selves]
        now = ids.now()
        parted = notes.part(db, selves, others, at=now) or (
            joins.known_as(id_) not in selves and notes.part(db, others, selves, at=now)
        )
        if not parted:
            raise conflict(
                "They proved themselves that this is one person, so nobody but they can part it."
                if selves != [id_]
                else "These are two people here already."
            )


def joined_by_themselves(db: Database, found: Somebody) -> frozenset[str]:
    """Those of somebody's members who were joined to another of them by their own proof, which no author can part."""
    joins = Joins(db, found.members)
    told: set[str] = set()
    own: set[str] = set()
    for member in found.members:
        own |= {member} & told
        told |= set(joins.self_of(member))
    return frozenset(own)


def names_of(db: Database, people: Iterable[str]) -> Mapping[str, str]:
    """What each of these people, known by their first name here, was called in their latest words."""
    people = list(people)
    joins = Joins(db, people)
    words = {person: spoken.last_words(db, joins.members(person)) for person in people}
    return {person: comment.name for person, comment in words.items() if comment}

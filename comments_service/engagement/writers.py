"""The writer of a comment, to be looked at beside it: who they are here, what they said, what is noted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from comments_service import ids
from comments_service.database import Database
from comments_service.engagement.joins import Joins
from comments_service.models import Comment, Identity, Person, State
from comments_service.store import bans, comment_notes, comments, identities, notes, people, spoken
from comments_service.store.bans import Ban
from comments_service.store.comment_notes import CommentNote
from comments_service.store.notes import Note

_WORDS, _NOTES = 12, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Whoever wrote a comment.

    `people` are all that they are here (their ids), `first` the one by whose id their page is found. `names` are what
    the others go by. `refused`: they want no history kept, and nothing of one is told. `counts` are their comments by
    state, `words` the newest of them. `trusted_at` is since when their replies need no look; `bans` are in force.
    """

    comment: Comment
    people: tuple[str, ...] = ()
    first: str = ""
    names: tuple[str, ...] = ()
    proved: tuple[Identity, ...] = ()
    refused: bool = False
    trusted_at: str | None = None
    counts: Mapping[State, int] = field(default_factory=dict)
    words: tuple[Comment, ...] = ()
    notes: tuple[Note, ...] = ()
    comment_notes: tuple[CommentNote, ...] = ()
    bans: tuple[Ban, ...] = ()


def of_comment(db: Database, comment: Comment, *, private: bool, hashes: Sequence[str] = ()) -> Writer:
    """The writer of a reader's comment; nobody (no `people`) where it was withdrawn, or an account wrote it.

    With `private=False`, as for a moderator, nothing is told of what they wrote for the author only, of notes about the
    person, or of bans. `hashes` are the keyed hashes of addresses and networks by which bans on them are found.
    """
    person = people.find(db, comment.person) if comment.person else None
    if person is None or person.role is not None:
        return Writer(comment=comment)
    joins = Joins(db, [person.id])
    members = joins.members(person.id)
    refused = joins.refused(members)
    told = tuple(one for one in members if one not in refused)
    kept_away = bans.in_force(db, [*members, *hashes], now=ids.now()) if private else []
    found = Writer(comment=comment, people=(person.id,), trusted_at=_trusted(db, members), bans=tuple(kept_away))
    if person.id in refused:
        return replace(found, refused=True)
    return replace(
        found,
        people=told,
        first=told[0],
        names=_names(db, person, told),
        proved=tuple(identities.of_people(db, told)),
        counts=comments.counts_of(db, told, private=private),
        words=tuple(comments.by_people(db, told, private=private, limit=_WORDS)),
        notes=tuple(notes.of_people(db, list(told))) if private else (),
        comment_notes=tuple(comment_notes.about_people(db, told, private=private, limit=_NOTES)),
    )


def _trusted(db: Database, members: Sequence[str]) -> str | None:
    since = [one.trusted_at for one in (people.find(db, member) for member in members) if one and one.trusted_at]
    return min(since, default=None)


def _names(db: Database, person: Person, told: Sequence[str]) -> tuple[str, ...]:
    """What they were called in their latest words as anybody else whom they are one with."""
    words = (spoken.last_words(db, [other]) for other in told if other != person.id)
    return tuple(dict.fromkeys(one.name for one in words if one and one.name))

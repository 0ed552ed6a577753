"""What letters to readers need to know of comments, many at once: who said what, whom it answers, who wished for it."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from comments_service.database import Database, Row
from comments_service.models import State
from comments_service.providers import EMAIL
from comments_service.store.subscriptions import Kind

# What a form lets its writer wish for; `none` is also what an address is for that nobody wants letters at.
Scope = Literal["none", "author", "replies", "thread"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A comment, without its words: its place, its writer, how it stands, and what they wished to hear of.

    `one` is who its writer proved to be: the same for all persons that they joined.
    """

    id: str
    page: str
    parent: str | None
    root: str
    conversation: str
    person: str | None
    one: str
    author: str | None
    state: State
    identity: str
    email: str
    notify: str
    new_essays: str
    network: str
    created: str
    published_at: str | None
    private_at: str | None

    @property
    def address(self) -> str:
        """The address that it came with, in small letters: by these it is known again."""
        return self.email.lower()

    @property
    def by_author(self) -> bool:
        """Whether an account wrote it."""
        return self.author is not None

    @property
    def stands(self) -> bool:
        """Whether it can be read: by everybody, or, an author's private word, by its reader."""
        return self.state is State.PUBLISHED

    @property
    def wish(self) -> tuple[Kind, str] | None:
        """The wish about this conversation that its writer sent it with, and what that is about; None without one."""
        found: dict[str, tuple[Kind, str]] = {
            "author": ("author", self.id), "replies": ("replies", self.id), "thread": ("thread", self.root),
        }  # fmt: skip
        return found.get(self.notify) if self.address and not self.by_author else None

    @property
    def asks_for_letters(self) -> bool:
        """Whether it came with an address and anything to be told of there."""
        return self.wish is not None or (self.address != "" and not self.by_author and self.new_essays != "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A wish that stands, of somebody who may be written to, or may come to say yes.

    `address` is in small letters; `person` asked for it with the reply `comment`, and is `one`, as in `Spoken`.
    """

    subscription: str
    correspondent: str
    kind: Kind
    about: str
    comment: str
    address: str
    person: str
    one: str
    created: str


_ONE = """coalesce((SELECT into_person FROM joins WHERE joins.person = comments.person AND parted_at IS NULL
    AND proven_at IS NOT NULL), comments.person, '')"""
_SPOKEN = f"""id, page, parent, root, conversation, person, {_ONE} AS one, author, state, identity, email, notify,
    new_essays, network, created, published_at, private_at"""


def spoken(db: Database, comments: Sequence[str]) -> dict[str, Spoken]:
    """These comments (their ids), by their ids; those that are there."""
    rows = db.rows(f"SELECT {_SPOKEN} FROM comments WHERE id IN (:ids) ORDER BY id", ids=list(comments))  # noqa: S608
    return {row["id"]: _spoken(row) for row in rows}


def _spoken(row: Row) -> Spoken:
    return Spoken(**row | {"state": State(row["state"])})


def answered(db: Database, answers: Sequence[str]) -> dict[str, frozenset[str]]:
    """The readers' replies that each of these answers answers, as the ledger files them; those said before it.

    A private answer answers the reader whose private word it follows, and nobody whom it mentions.
    """
    found: dict[str, set[str]] = {}
    for row in db.rows(
        """SELECT answers.comment AS answer, said.id FROM answers
           JOIN comments AS given ON given.id = answers.comment
           JOIN conversations ON conversations.id = answers.conversation
           JOIN comments AS said ON said.root = conversations.root AND said.conversation = conversations.id
           WHERE answers.comment IN (:answers) AND said.author IS NULL AND said.state IN ('held', 'published')
           AND said.id < given.id AND (given.private_at IS NULL OR given.conversation = conversations.id)
           ORDER BY said.id""",
        answers=list(answers),
    ):
        found.setdefault(row["answer"], set()).add(row["id"])
    return {answer: frozenset(replies) for answer, replies in found.items()}


def places(db: Database, said: Spoken, answered: Collection[str]) -> list[str]:
    """All that a wish to hear of a comment could be about: what it follows, whom it answers, and their threads."""
    elsewhere = [one.root for one in spoken(db, sorted(answered)).values()] if answered else []
    return list(dict.fromkeys(place for place in (said.parent, said.root, *answered, *elsewhere) if place))


def about(db: Database, about: Sequence[str], *, correspondent: str | None = None) -> list[Wish]:
    """The wishes that stand about any of these comments: one's own reply, or a thread's first; of one addressee or all.

    Nobody is among them who wants no letters, or where they come back.
    """
    rows = db.rows(
        f"""SELECT subscriptions.id AS subscription, correspondent, kind, about, subscriptions.comment,
                   lower(address) AS address, coalesce(comments.person, '') AS person, {_ONE} AS one,
                   subscriptions.created
            FROM subscriptions JOIN correspondents ON correspondents.id = subscriptions.correspondent
            LEFT JOIN comments ON comments.id = subscriptions.comment AND subscriptions.comment <> ''
            WHERE kind IN ('author', 'replies', 'thread') AND about IN (:about) AND ended_at IS NULL
            AND stopped_at IS NULL AND bounced_at IS NULL
            AND (:correspondent IS NULL OR correspondent = :correspondent)
            ORDER BY subscriptions.id""",  # noqa: S608 -- ours
        about=list(about),
        correspondent=correspondent,
    )
    return [Wish(**row) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """Something that a conversation's record says besides its words: `still_waiting`, or `promise_kept` elsewhere."""

    conversation: str
    seq: int
    type: str
    comment: str
    promise: str
    at: str


def noted(db: Database, conversations: Sequence[str], *, since: str) -> list[Noted]:
    """What these conversations noted of waiting and of promises since a moment, oldest first."""
    rows = db.rows(
        """SELECT conversation, seq, type, comment, data, at FROM events WHERE conversation IN (:conversations)
           AND type IN ('still_waiting', 'promise_kept') AND at >= :since ORDER BY at, conversation, seq""",
        conversations=list(conversations),
        since=since,
    )
    promised = [str(json.loads(row.pop("data")).get("promise", "")) for row in rows]
    return [Noted(**row, promise=promise) for row, promise in zip(rows, promised, strict=True)]


def proven(db: Database, said: Spoken) -> bool:
    """Whether the writer of a reply proved, by a letter, the address that it came with."""
    return (
        db.value(
            """SELECT 1 FROM identities WHERE provider = :email AND lower(address) = :address AND address <> ''
               AND (id = :identity OR person = :one OR person IN (
                   SELECT person FROM joins WHERE into_person = :one AND parted_at IS NULL AND proven_at IS NOT NULL))
               LIMIT 1""",
            email=EMAIL,
            address=said.address,
            identity=said.identity,
            one=said.one,
        )
        is not None
    )


def addresses(db: Database, identities: Sequence[str]) -> frozenset[str]:
    """The addresses that these identities (their ids) are proofs of, in small letters."""
    rows = db.rows(
        """SELECT DISTINCT lower(address) AS address FROM identities
           WHERE id IN (:ids) AND provider = :email AND address <> '' ORDER BY lower(address)""",
        ids=list(identities),
        email=EMAIL,
    )
    return frozenset(row["address"] for row in rows)


def change(db: Database, comment: str, notify: Scope, *, new_essays: bool) -> bool:
    """Let a reply wish for something else; False if it is withdrawn."""
    sql = """UPDATE comments SET notify = :notify, new_essays = :new_essays WHERE id = :id AND state <> 'withdrawn'"""
    return db.execute(sql, id=comment, notify=notify, new_essays="yes" if new_essays else "") == 1

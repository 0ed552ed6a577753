"""What there is: pages, people, comments, decisions, jobs; the states of a comment and the moves between them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, get_args

Owed = Literal["everyone", "questions", "none"]
OWED: tuple[Owed, ...] = get_args(Owed)


class State(StrEnum):
    """Where a comment stands. Only `published` is ever seen by others."""

    HELD = "held"
    PUBLISHED = "published"
    REJECTED = "rejected"
    SPAM = "spam"
    REMOVED = "removed"
    WITHDRAWN = "withdrawn"


class Verb(StrEnum):
    """What an author decides about a comment."""

    APPROVE = "approve"
    REJECT = "reject"
    SPAM = "spam"
    REMOVE = "remove"
    UNDO = "undo"


# Verb -> where it leads, and from which states. A withdrawal is its writer's word and nobody's to undo.
MOVES: Mapping[Verb, tuple[State, frozenset[State]]] = {
    Verb.APPROVE: (State.PUBLISHED, frozenset({State.HELD, State.REJECTED, State.SPAM, State.REMOVED})),
    Verb.REJECT: (State.REJECTED, frozenset({State.HELD})),
    Verb.SPAM: (State.SPAM, frozenset({State.HELD, State.PUBLISHED, State.REJECTED, State.REMOVED})),
    Verb.REMOVE: (State.REMOVED, frozenset({State.PUBLISHED})),
}


class Role(StrEnum):
    """What an account may do: a moderator decides, an author also answers and is marked, the owner runs the house."""

    OWNER = "owner"
    AUTHOR = "author"
    MODERATOR = "moderator"


@dataclass(frozen=True, slots=True)
class Page:
    """An essay, as its last build told: `path` is `/slug/`; times are text as in `ids`.

    `version` grows with every change of its conversation. `facts` holds what the front matter says besides (authors,
    image, tags, whom it answers).
    """

    path: str
    title: str
    question: str
    summary: str
    language: str
    published: str
    modified: str
    edition: int
    conversation: str
    closes_at: str | None
    closed_at: str | None
    version: int
    facts: Mapping[str, object]

    @property
    def answers(self) -> Owed:
        """Whom the essay promises an answer: everyone, unless its front matter says otherwise."""
        return next((owed for owed in OWED if owed == self.facts.get("answers")), "everyone")

    @property
    def authors(self) -> list[str]:
        """Who wrote the essay, by name."""
        return _texts(self.facts.get("authors"))

    @property
    def in_reply_to(self) -> list[str]:
        """The ids of the readers' comments that the essay answers."""
        return _texts(self.facts.get("in_reply_to"))

    @property
    def former(self) -> list[str]:
        """The addresses that it had before."""
        return _texts(self.facts.get("former"))

    @property
    def print(self) -> str:
        """The fingerprint of its words, by which a change is known; empty where a build told none."""
        return str(self.facts.get("print", ""))

    def is_answered_by(self, account: "Person") -> bool:
        """Whether an account speaks as an author here: its authors and hosts do, by name; the owner does everywhere.

        The same person on somebody else's essay is a reader.
        """
        if account.role is Role.OWNER:
            return True
        named = [*self.authors, *_texts(self.facts.get("hosts"))]
        return account.role is Role.AUTHOR and account.name.casefold() in {name.casefold() for name in named}


def _texts(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody: a guest known by their device, or an account with a role; trusted once a reply was approved."""

    id: str
    created: str
    name: str
    role: Role | None
    trusted_at: str | None

    @property
    def writes_as_author(self) -> bool:
        """Whether their comments carry the author's mark."""
        return self.role in {Role.OWNER, Role.AUTHOR}


@dataclass(frozen=True, slots=True)
class Identity:
    """Something that a reader proved to be theirs; each has a person of its own, and proven joins make them one.

    `provider` is a name of the table of ways in (`email`, `website`, `github`, `oidc-work`), `issuer` who vouches (the
    provider, or the address of the very server), `subject` what it calls them for ever: for an address, its keyed hash.
    `label` is what a page says was proven ("by e-mail", "github.com/ben", "example.org"), `url` where that leads,
    `name` how they appear. `address` is for letters and never shown; `picture_url` is where the provider has their
    picture, `picture` the id of the copy that they chose to show, empty if none.
    """

    id: str
    person: str
    provider: str
    issuer: str
    subject: str
    name: str
    label: str
    url: str
    address: str
    picture_url: str
    picture: str
    created: str
    proven_at: str


@dataclass(frozen=True, slots=True)
class Comment:
    """One reply, with everything that is kept of it.

    `identity` is what its writer had proven, `proven` how the page says it, `picture` the one they chose to show; empty
    for a guest. `author` is the account that wrote it, or None for a reader. `key` is the digest of the private link's
    secret; `network` and `print` (of the words, where and by whom) are keyed hashes against floods and doubles.
    `private_at` says that it is for the author's eyes only. `reasons` are told to its writer, `signals` to authors, one
    sentence a line. `redacted_at` says when an account last changed its words, `redacted_as` as what (`author`,
    `moderator`); `locked_at` and `pinned_at` stand at a thread's first comment. `echo` is a keyed hash of a stranger's
    words alone, wherever they are sent and by whom. `expired_at` says that it was spam, and its words were deleted
    after their time. After a withdrawal everything from its writer is empty.
    """

    id: str
    page: str
    parent: str | None
    root: str
    conversation: str
    person: str | None
    author: str | None
    state: State
    text: str
    html: str
    html_version: int
    name: str
    email: str
    website: str
    identity: str
    proven: str
    picture: str
    wants_answer: str
    notify: str
    new_essays: str
    edition: int
    network: str
    print: str
    key: str
    reasons: str
    created: str
    edit_until: str
    edited: str | None
    published_at: str | None
    private_at: str | None
    withdrawn_at: str | None
    signals: str = ""
    redacted_at: str | None = None
    redacted_as: str | None = None
    locked_at: str | None = None
    pinned_at: str | None = None
    echo: str = ""
    expired_at: str | None = None

    @property
    def changed(self) -> str:
        """When its words were changed last, by its writer or by an author; empty if they never were."""
        return max(self.edited or "", self.redacted_at or "")

    @property
    def standing(self) -> bool:
        """Whether everybody may read it."""
        return self.state is State.PUBLISHED and self.private_at is None

    @property
    def by_author(self) -> bool:
        """Whether an account wrote it: never decided by a typed name or address."""
        return self.author is not None


@dataclass(frozen=True, slots=True)
class PublicComment:
    """What a page may know of a comment: nothing here is private, and of one that is gone only its place is used."""

    id: str
    page: str
    parent: str | None
    root: str
    state: State
    html: str
    name: str
    website: str
    proven: str
    picture: str
    person: str | None
    author: str | None
    edition: int
    created: str
    edited: str | None
    published_at: str | None
    redacted_at: str | None = None
    redacted_as: str | None = None
    locked_at: str | None = None
    pinned_at: str | None = None

    @property
    def changed(self) -> str:
        """When its words were changed last, by its writer or by an author; empty if they never were."""
        return max(self.edited or "", self.redacted_at or "")

    @property
    def by_author(self) -> bool:
        """Whether an account wrote it: never decided by a typed name or address."""
        return self.author is not None


@dataclass(frozen=True, slots=True)
class NewReply:
    """What a form or a program sends, known fields only, cleaned, not yet judged.

    `rename` says that the name is meant to be that of what the writer has proven from now on. `trap` is what stands in
    the field that no person sees, `began` the signed moment at which the form was begun, where a script fetched it.
    """

    page: str
    text: str
    parent: str | None = None
    name: str = ""
    email: str = ""
    website: str = ""
    wants_answer: str = ""
    notify: str = "none"
    new_essays: bool = False
    private: bool = False
    edition: int | None = None
    rename: bool = False
    trap: str = ""
    began: str = ""


@dataclass(frozen=True, slots=True)
class Undertaking:
    """What an author undertakes with an answer, as it was typed.

    `also` are further comments that it answers; `promise` says what is promised by the day `due` (`2026-12-01`);
    `keeps` is the promise that it keeps. `seen` is the number of the conversation's last event when writing began.
    """

    also: tuple[str, ...] = ()
    promise: str = ""
    due: str = ""
    keeps: str = ""
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """One line of the append-only log of who decided what; `undone_at` says that it was taken back.

    `bulk` is the same in all that were decided at once, empty for one that was decided alone.
    """

    id: str
    comment: str
    verb: Verb
    decided_by: str
    at: str
    before: State
    after: State
    undone_at: str | None
    bulk: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """A fact that happened and that somebody has still to act upon."""

    id: str
    fact: str
    subject: str
    data: Mapping[str, object]
    attempts: int


@dataclass(frozen=True, slots=True)
class Session:
    """An author's open door: which account, on what device, since and until when."""

    id: str
    person: str
    created: str
    seen: str
    expires: str
    device: str


@dataclass(frozen=True, slots=True)
class Errand:
    """What somebody is in the middle of while they prove who they are; only the browser that began it may go on.

    `fields` is the form as they typed it, kept for them; `purpose` is `reply` (go on with the form), `add` (one more
    identity of whoever they are here already), or `yours` (their data); `comment` is a reply of theirs that it should
    mark as proven, or empty. `said` is a sentence for them when they are back at the form, if something went wrong
    meanwhile. `id` is the digest of the secret in the browser's cookie.
    """

    id: str
    fields: Mapping[str, str]
    purpose: str
    comment: str
    created: str
    expires: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who sends a request: a person known by their device, an account signed in, or nobody known yet.

    `person` is whom the words are filed under, `identity` what that person has proven, if they appear under it, and
    `known_by` what this device proved, also when they appear as a guest. `persons` are all that this device speaks for:
    what they are joined with by their own proof, and the guest who wrote from it before; `identities` are their ids.
    `network` is a keyed hash of the address's /24 or /64, kept 30 days against floods.
    """

    person: Person | None = None
    account: Person | None = None
    session: str | None = None
    network: str = ""
    identity: Identity | None = None
    known_by: Identity | None = None
    persons: frozenset[str] = frozenset()
    identities: frozenset[str] = frozenset()

    @property
    def trusted(self) -> bool:
        """Whether their words need no look before they stand."""
        return self.account is not None or (self.person is not None and self.person.trusted_at is not None)

    @property
    def proven(self) -> bool:
        """Whether they have proven who they are: an account has; a guest is known by their device alone."""
        return self.account is not None or self.known_by is not None

    @property
    def selves(self) -> frozenset[str]:
        """The ids of everybody whom they speak for: an account for itself alone."""
        known = self.account or self.person
        return self.persons if self.persons and not self.account else frozenset({known.id} if known else ())

    def wrote(self, comment: Comment) -> bool:
        """Whether a comment is theirs: by whom they speak for, or by what they proved."""
        proved = not self.account and comment.identity in self.identities
        return comment.person in self.selves or proved

"""Letter links: what decides about a comment from an author's letter, without a session, once."""

from dataclasses import dataclass

from comments_service import ids
from comments_service.database import Database


@dataclass(frozen=True, slots=True)
class LetterLink:
    """A link that an account was sent about a comment. `seen` is `Comment.changed` of the words that its letter shows.

    It was used at `used_at`, for `used_for` (a verb, or `answer`).
    """

    id: str
    account: str
    comment: str
    seen: str
    created: str
    expires: str
    used_at: str | None
    used_for: str

    def opens(self, *, now: str) -> bool:
        """Whether it can still decide anything."""
        return self.used_at is None and self.expires > now


def keep(db: Database, id: str, account: str, comment: str, seen: str, *, expires: str) -> None:  # noqa: A002
    """Keep the link of a letter, by an id that the letter chooses: written once more, it shows the words of today."""
    db.execute(
        """INSERT INTO letter_links (id, account, comment, seen, created, expires, used_at, used_for)
           VALUES (:id, :account, :comment, :seen, :now, :expires, NULL, '')
           ON CONFLICT (id) DO UPDATE SET seen = excluded.seen, expires = excluded.expires""",
        id=id,
        account=account,
        comment=comment,
        seen=seen,
        now=ids.now(),
        expires=expires,
    )


def find(db: Database, id: str) -> LetterLink | None:  # noqa: A002 -- the column's name
    """The link with this id, also one that was used or has expired."""
    row = db.row(
        "SELECT id, account, comment, seen, created, expires, used_at, used_for FROM letter_links WHERE id = :id", id=id
    )
    return None if row is None else LetterLink(**row)


def use(db: Database, id: str, used_for: str, *, now: str) -> bool:  # noqa: A002
    """Use a link; False if it was used before, or has expired: one of two who press it at once acts."""
    return (
        db.execute(
            """UPDATE letter_links SET used_at = :now, used_for = :used_for
               WHERE id = :id AND used_at IS NULL AND expires > :now""",
            id=id,
            used_for=used_for,
            now=now,
        )
        == 1
    )


def forget_expired(db: Database, *, before: str) -> None:
    """Forget links that expired before a moment."""
    db.execute("DELETE FROM letter_links WHERE expires < :before", before=before)

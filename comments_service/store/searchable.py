"""What is searched: the words of every comment that was not withdrawn, kept beside it once the worker has read it."""

from collections.abc import Sequence
from dataclasses import dataclass

from comments_service.database import Database, Row


@dataclass(frozen=True, slots=True)
class Searchable:
    """The words of a comment, and those of its name, as `searching.kept` gives them.

    `asks` says that it holds a question, or that its writer would like an answer; `links` counts the one behind its
    name as well.
    """

    comment: str
    words: str
    name: str
    asks: bool
    links: int


def held(db: Database, comments: Sequence[str]) -> list[Row]:
    """The words (`id`, `name`, `website`, `text`, `html`, `wants_answer`) of those comments that were not withdrawn.

    Nobody changes or withdraws them until this transaction ends.
    """
    return db.rows(
        """UPDATE comments SET html_version = html_version WHERE id IN (:comments) AND state <> 'withdrawn'
           RETURNING id, name, website, text, html, wants_answer""",
        comments=list(comments),
    )


def keep(db: Database, found: Searchable) -> None:
    """Keep what is searched of a comment, in the transaction in which its words were `held`."""
    row = {"comment": found.comment, "words": found.words, "name": found.name, "links": found.links}
    db.upsert("searchable", row | {"asks": "yes" if found.asks else ""}, key="comment")


def forget(db: Database, comment: str) -> None:
    """Forget what is searched of a comment: its words are gone, or others."""
    db.execute("DELETE FROM searchable WHERE comment = :comment", comment=comment)


def missing(db: Database) -> int:
    """Of how many comments the words are still to be read."""
    there = db.value("SELECT count(*) FROM comments WHERE state <> 'withdrawn'")
    return int(there - db.value("SELECT count(*) FROM searchable"))


def unread(db: Database, *, limit: int) -> list[str]:
    """The newest comments whose words are still to be read."""
    rows = db.rows(
        """SELECT id FROM comments WHERE state <> 'withdrawn'
           AND NOT EXISTS (SELECT 1 FROM searchable WHERE searchable.comment = comments.id)
           ORDER BY id DESC LIMIT :limit""",
        limit=limit,
    )
    return [row["id"] for row in rows]

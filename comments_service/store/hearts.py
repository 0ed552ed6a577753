"""The author's ♥ at a comment, and readers' appreciation of an essay or a comment, once per device."""

from comments_service import ids
from comments_service.database import Database


def give(db: Database, comment: str, given_by: str, *, at: str) -> None:
    """Give a comment the author's ♥; the first one given stays."""
    db.execute(
        """INSERT INTO hearts (comment, given_by, at) VALUES (:comment, :given_by, :at)
           ON CONFLICT (comment) DO NOTHING""",
        comment=comment,
        given_by=given_by,
        at=at,
    )


def take_back(db: Database, comment: str) -> None:
    """Take the ♥ of a comment back."""
    db.execute("DELETE FROM hearts WHERE comment = :comment", comment=comment)


def find(db: Database, comment: str) -> str | None:
    """Who gave a comment the ♥, if somebody did."""
    giver = db.value("SELECT given_by FROM hearts WHERE comment = :comment", comment=comment)
    return None if giver is None else str(giver)


def of_page(db: Database, page: str) -> dict[str, str]:
    """The comments of a page that have the ♥, each with the name of who gave it."""
    rows = db.rows(
        """SELECT hearts.comment, people.name FROM comments JOIN hearts ON hearts.comment = comments.id
           JOIN people ON people.id = hearts.given_by WHERE comments.page = :page ORDER BY hearts.comment""",
        page=page,
    )
    return {row["comment"]: row["name"] for row in rows}


def like(db: Database, subject: str, device: str, *, at: str) -> bool:
    """Note that a device (by the print of its secret) likes a page or a comment; False if it did before."""
    return (
        db.execute(
            """INSERT INTO likes (subject, device, at) VALUES (:subject, :device, :at)
               ON CONFLICT (subject, device) DO NOTHING""",
            subject=subject,
            device=device,
            at=at,
        )
        == 1
    )


def unlike(db: Database, subject: str, device: str) -> bool:
    """Take that back; False if there was nothing to take back."""
    return (
        db.execute("DELETE FROM likes WHERE subject = :subject AND device = :device", subject=subject, device=device)
        == 1
    )


def print_of(secret: str) -> str:
    """By what a device is known here. Not the digest that leads to its person: likes are not joined to words."""
    return ids.digest(f"likes {secret}")


def hand_on(db: Database, secret: str, new: str) -> None:
    """Let a device that has a new secret keep what it likes."""
    db.execute("UPDATE likes SET device = :new WHERE device = :device", device=print_of(secret), new=print_of(new))


def likes(db: Database, subjects: list[str]) -> dict[str, int]:
    """How many devices like each of these pages or comments; what nobody likes is left out."""
    rows = db.rows(
        "SELECT subject, count(*) AS number FROM likes WHERE subject IN (:subjects) GROUP BY subject ORDER BY subject",
        subjects=subjects,
    )
    return {row["subject"]: row["number"] for row in rows}


def of_pages(db: Database) -> dict[str, dict[str, str]]:
    """`of_page` for every page at once, for a full build."""
    found: dict[str, dict[str, str]] = {}
    for row in db.rows(
        """SELECT hearts.comment, people.name, comments.page FROM hearts JOIN comments ON comments.id = hearts.comment
           JOIN people ON people.id = hearts.given_by ORDER BY hearts.comment"""
    ):
        found.setdefault(row["page"], {})[row["comment"]] = row["name"]
    return found


def likes_of_page(db: Database, page: str) -> dict[str, int]:
    """How many devices like a page and each of its comments; what nobody likes is left out."""
    rows = db.rows(
        """SELECT subject, count(*) AS number FROM likes
           WHERE subject = :page OR subject IN (SELECT id FROM comments WHERE page = :page)
           GROUP BY subject ORDER BY subject""",
        page=page,
    )
    return {row["subject"]: row["number"] for row in rows}


def every_like(db: Database) -> dict[str, int]:
    """How many devices like each page and comment, for a full build."""
    rows = db.rows("SELECT subject, count(*) AS number FROM likes GROUP BY subject ORDER BY subject")
    return {row["subject"]: row["number"] for row in rows}


def likes_are_announced(db: Database, page: str, *, after: str) -> bool:
    """Whether a fact "page.liked" waits that will be acted upon after a moment, so that one more like needs none."""
    return (
        db.value(
            """SELECT 1 FROM jobs WHERE gave_up_at IS NULL AND run_at > :after
               AND fact = 'page.liked' AND subject = :page LIMIT 1""",
            page=page,
            after=after,
        )
        is not None
    )

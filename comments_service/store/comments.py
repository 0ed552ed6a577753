"""Comments: kept, found, moved from state to state, emptied."""

import dataclasses
from collections.abc import Iterable, Sequence

from comments_service.database import Database, Row
from comments_service.models import Comment, PublicComment, State
from comments_service.store import acts, comment_notes, lessons, news, reports, searchable, subjects, subscriptions
from comments_service.store.subjects import Subject

_COLUMNS = ", ".join(f"comments.{field.name}" for field in dataclasses.fields(Comment))
_PUBLIC = ", ".join(f"comments.{field.name}" for field in dataclasses.fields(PublicComment))
# Its place is kept while an answer to it stands, whatever became of it; `threads` drops what no longer leads anywhere.
_HAS_A_PLACE = """private_at IS NULL AND (state = 'published'
    OR EXISTS (SELECT 1 FROM comments AS child WHERE child.parent = comments.id AND child.private_at IS NULL))"""

_SEEN = {True: "1 = 1", False: "private_at IS NULL"}
# `Comment.changed`, as the database counts it.
_CHANGED = """CASE WHEN coalesce(edited, '') > coalesce(redacted_at, '') THEN coalesce(edited, '')
    ELSE coalesce(redacted_at, '') END"""

# What a withdrawal empties: everything that came from the writer. A test compares this with the table's columns.
WRITERS_OWN = (
    "text",
    "html",
    "name",
    "email",
    "website",
    "identity",
    "proven",
    "picture",
    "wants_answer",
    "notify",
    "new_essays",
    "network",
    "print",
    "key",
    "reasons",
    "signals",
    "echo",
)


def add(db: Database, comment: Comment) -> None:
    """Keep a new comment."""
    db.insert("comments", {name: getattr(comment, name) for name in _FIELDS})


def find(db: Database, id: str) -> Comment | None:  # noqa: A002 -- the column's name
    """The comment with this id, whatever its state."""
    return _comment(db.row(f"SELECT {_COLUMNS} FROM comments WHERE id = :id", id=id))  # noqa: S608


def find_public(db: Database, id: str) -> PublicComment | None:  # noqa: A002
    """The comment with this id, if everybody may read it."""
    row = db.row(
        f"""SELECT {_PUBLIC} FROM comments JOIN pages ON pages.path = comments.page AND pages.gone_at IS NULL
            WHERE id = :id AND state = 'published' AND private_at IS NULL""",  # noqa: S608
        id=id,
    )
    return None if row is None else _public(row)


def of_page(db: Database, page: str) -> list[PublicComment]:
    """All that a page's conversation shows, oldest first: what stands, and the places of what stood."""
    rows = db.rows(f"SELECT {_PUBLIC} FROM comments WHERE page = :page AND {_HAS_A_PLACE} ORDER BY id", page=page)  # noqa: S608
    return [_public(row) for row in rows]


def of_pages(db: Database) -> dict[str, list[PublicComment]]:
    """`of_page` for every page at once, for a full build."""
    found: dict[str, list[PublicComment]] = {}
    for row in db.rows(f"SELECT {_PUBLIC} FROM comments WHERE {_HAS_A_PLACE} ORDER BY page, id"):  # noqa: S608
        found.setdefault(row["page"], []).append(_public(row))
    return found


def latest(db: Database, count: int, *, page: str | None = None, only_author: bool = False) -> list[PublicComment]:
    """The newest standing comments of one page or of all that are on the site, newest first."""
    where = ("AND page = :page " if page else "") + ("AND author IS NOT NULL" if only_author else "")
    rows = db.rows(
        f"""SELECT {_PUBLIC} FROM comments JOIN pages ON pages.path = comments.page AND pages.gone_at IS NULL
            WHERE state = 'published' AND private_at IS NULL {where}
            ORDER BY published_at DESC, comments.id DESC LIMIT :count""",  # noqa: S608
        count=count,
        page=page,
    )
    return [_public(row) for row in rows]


def latest_threads(db: Database, count: int) -> list[list[PublicComment]]:
    """The threads in which something was said last, the freshest first, each with its standing comments, oldest first.

    Only the last few hundred comments are looked at, so that a long history costs nothing.
    """
    newest = db.rows(
        """SELECT root, max(published_at) AS newest FROM (
               SELECT comments.root, comments.published_at FROM comments
               JOIN pages ON pages.path = comments.page AND pages.gone_at IS NULL
               WHERE state = 'published' AND private_at IS NULL
               ORDER BY published_at DESC, comments.id DESC LIMIT :window
           ) AS lately GROUP BY root ORDER BY newest DESC, root LIMIT :count""",
        window=count * 10,
        count=count,
    )
    threads: dict[str, list[PublicComment]] = {row["root"]: [] for row in newest}
    rows = db.rows(
        f"""SELECT {_PUBLIC} FROM comments
            WHERE root IN (:roots) AND state = 'published' AND private_at IS NULL ORDER BY id""",  # noqa: S608
        roots=list(threads),
    )
    for row in rows:
        threads[row["root"]].append(_public(row))
    return list(threads.values())


def standing_counts(db: Database, pages: Sequence[str]) -> dict[str, int]:
    """How many comments stand on each of these pages; pages without any are left out."""
    rows = db.rows(
        """SELECT page, count(*) AS number FROM comments
           WHERE page IN (:pages) AND state = 'published' AND private_at IS NULL GROUP BY page ORDER BY page""",
        pages=list(pages),
    )
    return {row["page"]: row["number"] for row in rows}


def standing(db: Database) -> dict[str, frozenset[str]]:
    """The ids of the comments that stand, by page; for a look at a whole site."""
    found: dict[str, set[str]] = {}
    for row in db.rows(
        "SELECT page, id FROM comments WHERE state = 'published' AND private_at IS NULL ORDER BY page, id"
    ):
        found.setdefault(row["page"], set()).add(row["id"])
    return {page: frozenset(some) for page, some in found.items()}


def by_person(db: Database, person: str, *, before: str = "~", limit: int = 50) -> list[Comment]:
    """What one person wrote before the comment `before`, newest first."""
    rows = db.rows(
        f"SELECT {_COLUMNS} FROM comments WHERE person = :person AND id < :before ORDER BY id DESC LIMIT :limit",  # noqa: S608
        person=person,
        before=before,
        limit=limit,
    )
    return [_known(row) for row in rows]


def by_people(db: Database, people: Sequence[str], *, private: bool, limit: int) -> list[Comment]:
    """What these people wrote as readers, newest first; without what was for the author only, unless `private`."""
    rows = db.rows(
        f"""SELECT {_COLUMNS} FROM comments WHERE person IN (:people) AND author IS NULL AND {_SEEN[private]}
            ORDER BY id DESC LIMIT :limit""",  # noqa: S608
        people=list(people),
        limit=limit,
    )
    return [_known(row) for row in rows]


def counts_of(db: Database, people: Sequence[str], *, private: bool) -> dict[State, int]:
    """How many comments of these people, as readers, are in each state."""
    rows = db.rows(
        f"""SELECT state, count(*) AS number FROM comments
            WHERE person IN (:people) AND author IS NULL AND {_SEEN[private]} GROUP BY state ORDER BY state""",  # noqa: S608
        people=list(people),
    )
    return {State(row["state"]): row["number"] for row in rows}


def of_subject(db: Database, subject: Subject, *, after: str = "", limit: int = 50) -> list[Comment]:
    """What somebody who asks for their data wrote after the comment `after`, oldest first."""
    rows = db.rows(
        f"SELECT {_COLUMNS} FROM comments WHERE {subjects.OWN} AND id > :after ORDER BY id LIMIT :limit",  # noqa: S608
        after=after,
        limit=limit,
        **subjects.own(subject),
    )
    return [_known(row) for row in rows]


def sent_with_address_of(db: Database, subject: Subject, *, after: str = "", limit: int = 50) -> list[Comment]:
    """What others sent, after the comment `after`, with an address that somebody proved; oldest first."""
    rows = db.rows(
        f"""SELECT {_COLUMNS} FROM comments WHERE {subjects.SENT_WITH_THEIRS} AND id > :after
            ORDER BY id LIMIT :limit""",  # noqa: S608
        after=after,
        limit=limit,
        **subjects.sent_with_theirs(subject),
    )
    return [_known(row) for row in rows]


def readdress(db: Database, subject: Subject, before: Comment, *, email: str, website: str) -> list[Comment]:
    """Let all of somebody's words that stand with the address and website of one stand with others; returns them."""
    rows = db.rows(
        f"""UPDATE comments SET email = :email, website = :website
            WHERE {subjects.OWN} AND state <> 'withdrawn' AND email = :former_email AND website = :former_website
            RETURNING {_COLUMNS}""",  # noqa: S608
        email=email,
        website=website,
        former_email=before.email,
        former_website=before.website,
        **subjects.own(subject),
    )
    for row in rows:
        searchable.forget(db, row["id"])
    return [_known(row) for row in rows]


def of_root(db: Database, root: str) -> list[Comment]:
    """A whole thread, oldest first, with everything that was ever said in it and not withdrawn."""
    rows = db.rows(
        f"SELECT {_COLUMNS} FROM comments WHERE root = :root AND state <> 'withdrawn' ORDER BY id",  # noqa: S608
        root=root,
    )
    return [_known(row) for row in rows]


def children(db: Database, id: str) -> list[Comment]:  # noqa: A002
    """The direct answers to a comment, oldest first."""
    rows = db.rows(f"SELECT {_COLUMNS} FROM comments WHERE parent = :id ORDER BY id", id=id)  # noqa: S608
    return [_known(row) for row in rows]


def takes_part(db: Database, root: str, people: Iterable[str]) -> bool:
    """Whether one of these people has a word in this thread."""
    found = db.value(
        "SELECT 1 FROM comments WHERE root = :root AND person IN (:people) AND state <> 'withdrawn' LIMIT 1",
        root=root,
        people=sorted(people),
    )
    return found is not None


def move(db: Database, id: str, before: State, after: State, *, now: str) -> bool:  # noqa: A002
    """Change a state, if it is still what the caller saw. The first publication keeps its time."""
    published_at = "published_at = coalesce(published_at, :now)," if after is State.PUBLISHED else ""
    changed = db.execute(
        f"UPDATE comments SET {published_at} state = :after WHERE id = :id AND state = :before",  # noqa: S608
        id=id,
        before=before,
        after=after,
        **({"now": now} if published_at else {}),
    )
    return changed == 1


def reword(db: Database, id: str, *, text: str, html: str, html_version: int, edited: str, seen: str) -> bool:  # noqa: A002
    """Replace the words, if nobody replaced them since `seen` (`Comment.changed` as the writer saw it).

    What a search finds follows when the worker has read them.
    """
    changed = db.execute(
        f"""UPDATE comments SET text = :text, html = :html, html_version = :html_version, edited = :edited, print = ''
           WHERE id = :id AND state IN ('held', 'published') AND {_CHANGED} = :seen""",  # noqa: S608 -- ours
        id=id,
        text=text,
        html=html,
        html_version=html_version,
        edited=edited,
        seen=seen,
    )
    searchable.forget(db, id)
    return changed == 1


def redact(
    db: Database,
    id: str,  # noqa: A002
    text: str,
    html: str,
    html_version: int,
    redacted: tuple[str | None, str | None],
    *,
    seen: str,
) -> bool:
    """Replace the words as an account, if nobody replaced them since `seen`; `redacted` says when, and as what."""
    changed = db.execute(
        f"""UPDATE comments SET text = :text, html = :html, html_version = :html_version, redacted_at = :at,
            redacted_as = :role WHERE id = :id AND state IN ('held', 'published') AND {_CHANGED} = :seen""",  # noqa: S608
        id=id,
        text=text,
        html=html,
        html_version=html_version,
        at=redacted[0],
        role=redacted[1],
        seen=seen,
    )
    searchable.forget(db, id)
    return changed == 1


def prove(db: Database, id: str, identity: str, *, proven: str, picture: str) -> bool:  # noqa: A002
    """Say what the writer of a guest's comment has proven since; False if it says so already, or is withdrawn."""
    changed = db.execute(
        """UPDATE comments SET identity = :identity, proven = :proven, picture = :picture
           WHERE id = :id AND identity = '' AND state <> 'withdrawn'""",
        id=id,
        identity=identity,
        proven=proven,
        picture=picture,
    )
    return changed == 1


def explain(db: Database, id: str, *, reasons: str, signals: str) -> None:  # noqa: A002
    """Say anew what speaks about a comment: to its writer, and to authors."""
    db.execute(
        "UPDATE comments SET reasons = :reasons, signals = :signals WHERE id = :id AND state <> 'withdrawn'",
        id=id,
        reasons=reasons,
        signals=signals,
    )


def withdraw(db: Database, id: str, *, now: str) -> bool:  # noqa: A002
    """Empty a comment of everything that came from its writer; only its place stays. The filter unlearns it.

    What authors noted at it goes as well, and so do its earlier words in the log of acts; reports about it are settled.
    """
    emptied = _empty(db, id, now=now)
    # After its row is taken, as a decision does it: what somebody decides at this moment is learned before, or never.
    lessons.unlearn(db, id)
    return emptied


def expire(db: Database, id: str, *, now: str) -> bool:  # noqa: A002
    """Empty spam whose time is over, as a withdrawal would, and note that its time was over."""
    return _empty(db, id, "expired_at = :now,", now=now)


def _empty(db: Database, id: str, also: str = "", *, now: str) -> bool:  # noqa: A002
    emptied = ", ".join(f"{column} = ''" for column in WRITERS_OWN)
    changed = db.execute(
        f"""UPDATE comments SET {emptied}, person = NULL, author = NULL, edited = NULL, redacted_at = NULL,
            redacted_as = NULL, {also} state = 'withdrawn', withdrawn_at = :now
            WHERE id = :id AND state <> 'withdrawn'""",  # noqa: S608
        id=id,
        now=now,
    )
    comment_notes.forget(db, id)
    subscriptions.forget_asked_with(db, id)
    news.forget_of(db, id)
    acts.forget_words(db, "comment", id)
    reports.settle(db, id, now=now)
    searchable.forget(db, id)
    return changed == 1


def forget_networks(db: Database, *, before: str) -> int:
    """Drop the hashes of networks and of words that are older than a moment."""
    return db.execute(
        """UPDATE comments SET network = '', print = '', echo = ''
           WHERE (network <> '' OR print <> '' OR echo <> '') AND created < :before""",
        before=before,
    )


_FIELDS = tuple(field.name for field in dataclasses.fields(Comment))


def _public(row: Row) -> PublicComment:
    return PublicComment(**row | {"state": State(row["state"])})


def _known(row: Row) -> Comment:
    return Comment(**row | {"state": State(row["state"])})


def _comment(row: Row | None) -> Comment | None:
    return None if row is None else _known(row)

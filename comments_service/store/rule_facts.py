"""What is known of a reply that rules may ask about: of one that comes in, and of one that is stored."""

from collections.abc import Iterable
from datetime import timedelta

from comments_service import ids, rendering, screening
from comments_service.database import Database
from comments_service.models import Comment, Page
from comments_service.screening import languages
from comments_service.screening.rules import MOST_FIRST, MOST_REPLIES, Asked, Facts
from comments_service.store import identities


def facts(
    db: Database,
    asked: Asked,
    page: Page | None,
    persons: Iterable[str],
    *,
    at: str,
    text: str,
    html: str,
    name: str,
    address: str,
    website: str,
    network: str,
    besides: str = "",
) -> Facts:
    """What rules ask about a reply that came at a moment, by somebody who is all these `persons` (their ids).

    `besides` is its own id, if it is stored. What is not asked is not found out.
    """
    persons, plain = sorted(persons), rendering.plain(html)
    return Facts(
        at=at,
        text=text,
        plain=plain,
        links=screening.links(html),
        name=name,
        address=address,
        website=website,
        network=network,
        page=page.path if page else "",
        appeared=page.published if page else "",
        stood=_stood(db, persons, at=at) if "first" in asked.names and persons else 0,
        before=_before(db, asked, persons, network, at=at, besides=besides) if "rate" in asked.names else (),
        language=languages.language_of(plain) if "languages" in asked.names else "",
    )


def of_comment(db: Database, asked: Asked, page: Page | None, comment: Comment) -> Facts:
    """The same of a stored reply, as it was when it came, as far as what is kept of it tells."""
    return facts(
        db,
        asked,
        page,
        selves(db, comment),
        at=comment.created,
        text=comment.text,
        html=comment.html,
        name=comment.name,
        address=comment.email,
        website=comment.website,
        network=comment.network,
        besides=comment.id,
    )


def selves(db: Database, comment: Comment) -> frozenset[str]:
    """Everybody whom the writer of a comment proved to be as well, themselves among them; nobody for none."""
    try:
        return identities.self_of(db, comment.person).ids if comment.person else frozenset()
    except LookupError:
        return frozenset({comment.person or ""})


def _stood(db: Database, persons: list[str], *, at: str) -> int:
    """How many replies of somebody stand that had been published by a moment; no more are counted than can be asked."""
    rows = db.rows(
        """SELECT id FROM comments WHERE person IN (:persons) AND state = 'published' AND published_at < :at
           ORDER BY person, id LIMIT :most""",
        persons=persons,
        at=at,
        most=MOST_FIRST,
    )
    return len(rows)


def _before(db: Database, asked: Asked, persons: list[str], network: str, *, at: str, besides: str) -> tuple[str, ...]:
    """When the same person or network sent something before, within the minutes that are asked."""
    since = ids.as_text(ids.as_moment(at) - timedelta(minutes=asked.minutes))
    # One more than can be asked is always too many, whichever these are.
    most = MOST_REPLIES + 1
    rows = db.rows(
        """SELECT id, created FROM comments WHERE network = :network AND network <> '' AND created > :since
           AND created <= :at ORDER BY created DESC, id DESC LIMIT :most""",
        network=network,
        since=since,
        at=at,
        most=most,
    )
    for person in persons:
        rows += db.rows(
            "SELECT id, created FROM comments WHERE person = :person AND id <= :last ORDER BY id DESC LIMIT :most",
            person=person,
            last=besides or "~",
            most=most,
        )
    found = {row["id"]: row["created"] for row in rows if since < row["created"] <= at}
    found.pop(besides, None)
    return tuple(sorted(found.values()))

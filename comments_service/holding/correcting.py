"""Correcting: the e-mail address and the website that stand with one's own words, where they were only typed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from comments_service import names
from comments_service.database import Database
from comments_service.errors import invalid, not_found
from comments_service.models import Comment
from comments_service.store import comments, holdings, outbox, pages
from comments_service.store.subjects import Subject

# Nobody gives more different addresses.
_MOST = 1000


@dataclass(frozen=True, slots=True)
class Given:
    """An address and a website that stand with `number` replies of somebody, the first of which is `id`.

    What was proven is changed by proving something else, and not by typing.
    """

    id: str
    email: str
    website: str
    number: int
    address_proven: bool
    website_proven: bool


def given(db: Database, subject: Subject) -> Sequence[Given]:
    """What stands with somebody's words, in the order of the first reply that it was sent with."""
    return [
        Given(**row | {name: bool(row[name]) for name in ("address_proven", "website_proven")})
        for row in holdings.sent_with(db, subject, limit=_MOST)
    ]


def correct(
    db: Database,
    subject: Subject,
    id_: str,
    *,
    email: str | None,
    website: str | None,
    judge: Callable[[Comment, str], None] = lambda _comment, _website: None,
) -> int:
    """Correct what stands with one's reply `id_` and with all that have the same; returns how many these are.

    None leaves a field as it is, an empty text takes it away. `judge` is given each of these replies as it was, and its
    new website, which is a link in the page like others. Raises Problem: 404 for a reply that is not one's own, 422 for
    what is no address, or for what was proven, and whatever `judge` raises. The pages on which a website stands follow.
    """
    with db.transaction():
        before = comments.find(db, id_)
        if before is None or not subject.wrote(before):
            raise not_found("reply")
        same = next(one for one in given(db, subject) if (one.email, one.website) == (before.email, before.website))
        wrong: dict[str, str] = {}
        new_email = _checked(wrong, "email", names.email, email, before.email, proven=same.address_proven)
        new_website = _checked(wrong, "website", names.website, website, before.website, proven=same.website_proven)
        if wrong:
            raise invalid(wrong)
        changed = comments.readdress(db, subject, before, email=new_email, website=new_website)
        if new_website != before.website:
            for one in changed:
                judge(replace(one, website=before.website), new_website)
            for page, comment in sorted({one.page: one.id for one in changed if one.standing}.items()):
                pages.touch(db, page)
                outbox.put(db, "comment.edited", comment, page=page)
    return len(changed)


def _checked(
    wrong: dict[str, str], field: str, clean: Callable[[str], str], typed: str | None, before: str, *, proven: bool
) -> str:
    """What a field is to hold from now on; a sentence in `wrong` for what it can't hold."""
    try:
        new = before if typed is None else clean(typed)
    except ValueError as error:
        wrong[field] = str(error)
        return before
    if proven and new != before:
        wrong[field] = "You have proven this. Prove something else, and what you write then stands with that."
        return before
    return new
